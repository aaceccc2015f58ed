/* schedule.h - the learning-rate schedule: a factor on the optimiser's learning rate, as a function of the training's progress.
 * Progress is counted in global epochs (passes over all training samples, all workers together, as evaluations count
 * them), in rounds, or in gradient steps of a worker.  For a whole round all workers use the factor of the round's
 * beginning (role/monitor.h).  Nothing here advances the clock. */
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

/* Preset: "constant"; common parameter: by ("epochs").  If a schedule has the parameter at, a key epochs, rounds or steps in
 * its place stands for both: { "step", rounds = { 30, 60 } } is { "step", at = { 30, 60 }, by = "rounds" }.  A table
 * without a name is a table of points. */
DT_DECLARE_ROOM(schedule)

/* Open the schedule that config names; path is where config stands, NULL: "schedule".
 * Errors: DT_ENOTFOUND name, DT_EINVAL key or value. */
dt_status dt_schedule_open(dt_schedule *s, const dt_config *config, const char *path, dt_arena *run);

/* The factor of the learning rate, > 0, at that progress. */
double dt_schedule_factor(const dt_schedule *s, const dt_trained *trained);

#endif
