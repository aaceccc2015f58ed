/* merge.h - make one file of the shards of a sweep, wherever they were run: the file that the whole sweep would have left. */
#ifndef DT_SWEEP_MERGE_H
#define DT_SWEEP_MERGE_H

#include "sweep/sweep.h"

typedef struct dt_merge {
    const char *const *file;            /* [files] the shards */
    size_t             files;
    const char        *path, *source;   /* the scenario's path when the first shard was made, and its text */
    const char       **set;             /* [sets] "key.path=value" */
    size_t             sets;
} dt_merge;

/* Check that the files, at least one, are shards of one sweep, made by one version of the program.
 * Errors: those of dt_reading_open; DT_EINVAL with the names of two files and what differs. */
dt_status dt_merge_open(const char *const *file, size_t files, dt_merge *merge, dt_arena *arena);

typedef struct dt_merge_options {
    const char *out;
    bool        fresh, add, quiet;          /* as in dt_sweep_options */
} dt_merge_options;

/* Merge the runs of the plan, which was loaded from the scenario of merge.  Every run must be in exactly one file and have the
 * platform and data that are on this machine now.  Runs that were added to a shard (--add) are kept beside them.  Finished runs
 * that are in the file out already are treated as a sweep treats them.  Claims are judged, and the table and the failures are
 * printed, as after a sweep.
 * Errors: DT_EINVAL with the run that is missing, there twice, or of other data; those of dt_sweep_run; DT_EIO. */
dt_status dt_merge_run(const dt_merge *merge, const dt_plan *plan, const dt_merge_options *options,
                       dt_sweep_outcome *outcome);

#endif
