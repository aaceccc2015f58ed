/* merge.h - the shards of a sweep, run anywhere, become the file that the whole sweep would have left. */
#ifndef DT_SWEEP_MERGE_H
#define DT_SWEEP_MERGE_H

#include "sweep/sweep.h"

typedef struct dt_merge {
    const char *const *file;            /* [files] the shards */
    size_t             files;
    const char        *path, *source;   /* where the scenario stood when the first was made, and its text */
    const char       **set;             /* [sets] "key.path=value" */
    size_t             sets;
} dt_merge;

/* Look at the files, at least one: are they shards of one sweep, made by one version?
 * Errors: those of dt_reading_open; DT_EINVAL with the names of the files and what is not alike. */
dt_status dt_merge_open(const char *const *file, size_t files, dt_merge *merge, dt_arena *arena);

typedef struct dt_merge_options {
    const char *out;
    bool        fresh, add, quiet;          /* as of a sweep */
} dt_merge_options;

/* Put together what the files hold of the plan, which the scenario of merge was loaded into; every run must stand in
 * one file and be of the platform and data that are here now.  Runs that were added to a shard (--add) are kept beside
 * them.  Finished runs that stand in the file out already are treated as a sweep treats them.  Claims are judged, the
 * table and what failed are printed as after a sweep.
 * Errors: DT_EINVAL (a run is missing, there twice, or of other data: named; or as dt_sweep_run), DT_EIO. */
dt_status dt_merge_run(const dt_merge *merge, const dt_plan *plan, const dt_merge_options *options,
                       dt_sweep_outcome *outcome);

#endif
