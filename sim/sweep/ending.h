/* ending.h - the outcome of a run, as its record says; a row of the table /sweep. */
#ifndef DT_SWEEP_ENDING_H
#define DT_SWEEP_ENDING_H

#include "base/meter.h"
#include "record/record.h"
#include "run/plan.h"

typedef struct dt_ending {
    const char *file, *group;   /* where its record is; file NULL: there is none, because the process died */
    const char *status, *reason;
    const char *where;          /* key path, if the configuration was refused before the run began; else NULL */
    double      time_s, steps, rounds, loss, accuracy, bytes, joules;
    double      spent[DT_ACTIVITIES], peak_bytes;       /* real seconds, and memory, of the machine it ran on */
    double      gradients;      /* samples whose gradients its process has computed: none if it has replayed those of another run */
    bool        replayed;
} dt_ending;

/* The attribute of a group "host" with the seconds of an activity: "engine_s". */
const char *dt_ending_spent(dt_activity a, dt_arena *arena);

/* The outcome of a run that left no record. */
dt_ending dt_ending_died(const char *status, const char *reason);

/* True if the outcome is reproducible (finished, diverged, deadlocked) and may be used again; false if a limit on time or memory, a
 * disk or a signal ended the run. */
bool dt_ending_final(const dt_ending *ending);

/* Read an outcome from group of an open file, of a sweep or of one run; file is the file's name.
 * Errors: DT_ENOTFOUND, DT_EFORMAT. */
dt_status dt_ending_read(dt_reading *reading, const char *file, const char *group, dt_ending *ending, dt_arena *arena);

/* The same from the part file of run.  Errors: also those of dt_reading_open; DT_ENOTFOUND another configuration. */
dt_status dt_ending_part(const char *path, const dt_plan_run *run, dt_ending *ending, dt_arena *arena);

/* The hashes of what the record in group was made from, for finding it again and for merging.  Errors: DT_ENOTFOUND. */
dt_status dt_ending_key(dt_reading *reading, const char *group, uint64_t *key, uint64_t *program, dt_arena *arena);

#endif
