/* meter.h - where the real seconds of a run's main thread go: each to exactly one activity, so that they add up.
 * They are for reports only, and no result depends on them.  Threads that only calculate are not metered here. */
#ifndef DT_BASE_METER_H
#define DT_BASE_METER_H

typedef enum dt_activity {
    DT_BUILDING,        /* loading platform and data, making what the run needs */
    DT_ENGINE,          /* SimGrid, and the strategies' own steps */
    DT_ARITHMETIC,      /* gradients, means, compression */
    DT_WAITING,         /* for arithmetic of other threads */
    DT_EVALUATION,      /* losses and accuracies of evaluations, arithmetic included */
    DT_RECORDING,       /* writing the record, its final closing left out */
    DT_ACTIVITIES
} dt_activity;

typedef struct dt_meter {
    double      spent[DT_ACTIVITIES];   /* s */
    double      since;
    dt_activity ground, now;
    int         depth;
} dt_meter;

/* Real seconds since some moment. */
double dt_meter_clock(void);

/* "building", "engine", ... */
const char *dt_meter_name(dt_activity activity);

/* Begin to count; ground is the activity that counts while no other has begun. */
void dt_meter_open(dt_meter *m, dt_activity ground);
void dt_meter_ground(dt_meter *m, dt_activity ground);

/* An activity begins, and ends.  Activities may be nested: all of that time counts for the outermost.  Both return the clock. */
double dt_meter_begin(dt_meter *m, dt_activity activity);
double dt_meter_end(dt_meter *m);

/* Count up to now; the sum over all activities is what has passed since it was opened. */
double dt_meter_total(dt_meter *m);

#endif
