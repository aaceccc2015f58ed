/* schedule.h - the learning-rate schedule: a factor on the optimiser's rate, as a function of the training's progress.
 * Progress is counted in global epochs (passes over all training samples, all workers together, as the marks count
 * them), in rounds, or in gradient steps of a worker.  Everybody uses, for a whole round, the factor of the round's
 * beginning: strategy/monitor.h.  Nothing here advances the clock. */
#ifndef DT_SCHEDULE_SCHEDULE_H
#define DT_SCHEDULE_SCHEDULE_H

#include "base/room.h"

/* How far the training has come. */
typedef struct dt_trained { double epochs; long rounds, steps; } dt_trained;

typedef struct dt_schedule_type {
    dt_entry is;
    /* After the parameters are filled: check them against each other; path is where the schedule stands.  NULL: nothing
     * to check. */
    dt_status (*init)(const void *state, const char *path);
    /* The factor, > 0, after progress >= 0 in the unit that the scenario counts by. */
    double (*factor)(const void *state, double progress);
} dt_schedule_type;

typedef struct dt_schedule {
    const dt_schedule_type *type;
    void       *state;
    const char *by;         /* "epochs", "rounds" or "steps": the room's common parameter */
} dt_schedule;

/* Preset: "constant"; common: by ("epochs").  Where a schedule takes the parameter at, a key epochs, rounds or steps in
 * its place says by as well: { "step", rounds = { 30, 60 } } is { "step", at = { 30, 60 }, by = "rounds" }.  A table
 * without a name is a table of points. */
DT_DECLARE_ROOM(schedule)

/* Open the schedule that config names; path is where config stands, NULL: "schedule".
 * Errors: DT_ENOTFOUND name, DT_EINVAL key or value. */
dt_status dt_schedule_open(dt_schedule *s, const dt_config *config, const char *path, dt_arena *run);

double dt_schedule_factor(const dt_schedule *s, const dt_trained *trained);

#endif
