/* ending.h - how a run ended, as its record says; the row of /sweep. */
#ifndef DT_SWEEP_ENDING_H
#define DT_SWEEP_ENDING_H

#include "base/meter.h"
#include "record/record.h"
#include "run/plan.h"

typedef struct dt_ending {
    const char *file, *group;   /* where its record stands; file NULL: there is none, the process died */
    const char *status, *reason;
    const char *where;          /* key path where the configuration was refused before anything ran; else NULL */
    double      time_s, steps, rounds, loss, accuracy, bytes, joules;
    double      spent[DT_ACTIVITIES], peak_bytes;       /* real seconds, and memory, of the machine it ran on */
} dt_ending;

/* The attribute of a group named host that tells the seconds of an activity: "engine_s". */
const char *dt_ending_spent(dt_activity a, dt_arena *arena);

/* Of a run that left no record. */
dt_ending dt_ending_died(const char *status, const char *reason);

/* Did the run itself come to this end, so that it would do so again?  Else time, memory, a disk or a signal stopped
 * it. */
bool dt_ending_final(const dt_ending *ending);

/* Read an ending from group of an open file, that of a sweep or of one run.  file is its name.
 * Errors: DT_ENOTFOUND, DT_EFORMAT. */
dt_status dt_ending_read(dt_reading *reading, const char *file, const char *group, dt_ending *ending, dt_arena *arena);

/* The same from the part file of run.  Errors: also those of dt_reading_open; DT_ENOTFOUND another configuration. */
dt_status dt_ending_part(const char *path, const dt_plan_run *run, dt_ending *ending, dt_arena *arena);

/* What the record in group was made from, for finding it again and merging.  Errors: DT_ENOTFOUND. */
dt_status dt_ending_key(dt_reading *reading, const char *group, uint64_t *key, uint64_t *program, dt_arena *arena);

#endif
