/* schedule.h - how the learning rate changes as training goes on: a factor on the optimiser's rate. */
#ifndef DT_SCHEDULE_SCHEDULE_H
#define DT_SCHEDULE_SCHEDULE_H

#include "base/room.h"

typedef struct dt_schedule_type {
    dt_entry is;
    /* The factor, > 0, after epoch passes over the data (a fraction within a pass) and step steps. */
    double (*factor)(const void *state, double epoch, long step);
} dt_schedule_type;

typedef struct dt_schedule { const dt_schedule_type *type; void *state; } dt_schedule;

extern const dt_room dt_schedule_room;      /* preset: "constant" */

dt_status dt_schedule_open(dt_schedule *s, const dt_config *config, const char *path, dt_arena *run);
double dt_schedule_factor(const dt_schedule *s, double epoch, long step);

#endif
