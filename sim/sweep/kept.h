/* kept.h - the runs that stand in result files and in the parts of an interrupted sweep, held against a plan.
 * A run is its configuration: one that the plan has, too, is the plan's, whatever the program, the contents of files or
 * the hook that made it, and the newer result stands.  A finished run whose configuration the plan does not have would be
 * lost with its file. */
#ifndef DT_SWEEP_KEPT_H
#define DT_SWEEP_KEPT_H

#include "sweep/ending.h"

typedef struct dt_kept_run {
    dt_plan_run run;            /* id -1: of a part; config without units; swept: its row of /sweep; origin */
    dt_ending   ending;         /* with file and group */
    const char *file;           /* where it stands */
    uint64_t    key, program;   /* 0: the record does not say */
    uint64_t    hash;           /* of its configuration but for the contents of files */
    size_t      of;             /* the first run of the plan that has this configuration; plan->runs: none has it */
    bool        finished;       /* see dt_ending_final */
    bool        added;          /* its file says that it is of another scenario than the file's own */
} dt_kept_run;

typedef struct dt_kept {
    dt_kept_run *run;           /* [runs], in the order in which they were read */
    size_t       runs, room;
    size_t      *first;         /* [plan->runs] of each run of the plan: the first that has its configuration */
    dt_arena    *arena;
} dt_kept;

/* Append the runs of a result file.  One that is not there or is empty holds none.
 * Errors: those of dt_reading_open; DT_EFORMAT. */
dt_status dt_kept_file(dt_kept *kept, const char *path);

/* Append the finished runs of the file out and then those of the parts beside it, where out does not have them.
 * Errors: as above; DT_EVERSION also of a part, as it is lost when the file is written. */
dt_status dt_kept_place(dt_kept *kept, const char *out);

/* Find the plan's run of each, and the plan's own repetitions. */
void dt_kept_match(dt_kept *kept, const dt_plan *plan);

/* Give the plan's runs that have no ending yet (status NULL) theirs: a finished run of the same key and program, or of
 * a run that has an origin its record whatever it says.  key [plan->runs].  Returns how many were given. */
size_t dt_kept_take(const dt_kept *kept, const dt_plan *plan, const uint64_t *key, uint64_t program, dt_ending *ending);

/* How many finished runs the plan has not.  After dt_kept_match. */
size_t dt_kept_lost(const dt_kept *kept, const dt_plan *plan);

/* How many runs of the plan are finished here, but have another ending than the one that stands here, or none. */
size_t dt_kept_renewed(const dt_kept *kept, const dt_plan *plan, const dt_ending *ending);

/* DT_EINVAL with the sentence that refuses to lose finished runs: how many, in what one of them differs from the run
 * of the plan that is nearest to it, and the ways out. */
dt_status dt_kept_refuse(const dt_kept *kept, const dt_plan *plan, const char *out);

/* DT_EINVAL where a finished run would be replaced by one that did not come to its own end. */
dt_status dt_kept_guard(const dt_kept *kept, const dt_plan *plan, const dt_ending *ending, const char *out);

#endif
