/* kept.h - the runs in result files and in the parts of an interrupted sweep, compared with those of a plan.
 * A run is identified by its configuration.  If the plan has the same configuration, the run is the plan's, whatever program,
 * files or hook made it, and the newer result replaces the older one.  A finished run whose configuration the plan does not have
 * would be lost if its file were replaced. */
#ifndef DT_SWEEP_KEPT_H
#define DT_SWEEP_KEPT_H

#include "sweep/ending.h"

typedef struct dt_kept_run {
    dt_plan_run run;            /* id -1: it is a part; config has no units; swept is its row of /sweep */
    dt_ending   ending;         /* with file and group */
    const char *file;           /* that it is in */
    uint64_t    key, program;   /* 0: the record has none */
    uint64_t    hash;           /* of its configuration, without the contents of files */
    size_t      of;             /* the first run of the plan that has this configuration; plan->runs: none has it */
    bool        finished;       /* its outcome is reproducible: dt_ending_final */
    bool        added;          /* it is of another scenario than the file's own (--add) */
} dt_kept_run;

typedef struct dt_kept {
    dt_kept_run *run;           /* [runs], in the order in which they were read */
    size_t       runs, room;
    size_t      *first;         /* [plan->runs] the first run of the plan with the same configuration */
    dt_arena    *arena;
} dt_kept;

/* Append the runs of a result file.  A file that does not exist or is empty has none.
 * Errors: those of dt_reading_open; DT_EFORMAT. */
dt_status dt_kept_file(dt_kept *kept, const char *path);

/* Append the finished runs of the file out, and then those of the parts beside it that out does not have.
 * Errors: as above; DT_EVERSION for a part, too, since it is lost when the file is written. */
dt_status dt_kept_place(dt_kept *kept, const char *out);

/* Find the plan's run for each kept run, and runs that the plan has twice. */
void dt_kept_match(dt_kept *kept, const dt_plan *plan);

/* Set the outcome of the plan's runs that have none yet (status NULL): that of a finished run with the same key and program; a run
 * that has an origin gets its record in any case.  key [plan->runs].  Returns how many outcomes were set. */
size_t dt_kept_take(const dt_kept *kept, const dt_plan *plan, const uint64_t *key, uint64_t program, dt_ending *ending);

/* How many finished runs the plan does not have.  Call dt_kept_match first. */
size_t dt_kept_lost(const dt_kept *kept, const dt_plan *plan);

/* How many runs of the plan are finished here, but have another outcome in ending, or none. */
size_t dt_kept_renewed(const dt_kept *kept, const dt_plan *plan, const dt_ending *ending);

/* Returns DT_EINVAL with a message about finished runs that would be lost: how many they are, in what one of them differs from the
 * nearest run of the plan, and what the user can do. */
dt_status dt_kept_refuse(const dt_kept *kept, const dt_plan *plan, const char *out);

/* Returns DT_EINVAL if a finished run would be replaced by one whose outcome is not reproducible. */
dt_status dt_kept_guard(const dt_kept *kept, const dt_plan *plan, const dt_ending *ending, const char *out);

#endif
