/* monitor.h - how far the training has come: marks, the learning rate, and when to stop.
 * The first worker to finish a round decides for all whether it was the last, so nobody is left waiting.
 * One learning rate for all: in a round everybody uses the schedule's factor at the beginning of that round, after all
 * samples of the rounds before.  Where the workers have no common rounds, a worker's own round counts, and with it the
 * epochs that all workers together have gone through when each has done as many steps: never who arrives first.
 * Evaluation costs no simulated time. */
#ifndef DT_ROLE_MONITOR_H
#define DT_ROLE_MONITOR_H

#include "engine/engine.h"
#include "role/evaluate.h"
#include "role/learning.h"

/* What a worker knows when it has finished a round. */
typedef struct dt_reached {
    long    step, round, updates;
    double  rate, spread;
    const double *report;   /* [reports] of a worker that has rounds of its own; NULL: what anybody has said last */
} dt_reached;

typedef struct dt_monitor {
    dt_engine         *engine;
    const dt_learning *learning;
    dt_stop            stop;
    dt_every           every;
    dt_writer          write;
    dt_hook            hook;            /* of the scenario; call NULL: none */
    dt_metric_list         columns;         /* of a mark */
    double             report[DT_MORE]; /* [reports] what the strategy has said last of its columns */
    size_t             reports;
    void             (*on_round)(void *owner, long round, double time_s);   /* the first has finished it; NULL */
    void              *on_round_owner;
    float             *keep;            /* [n] takes a copy of the model of every mark; NULL: not wanted */
    dt_arena          *run;
    size_t             workers;
    bool               own_rounds;      /* the workers have no common rounds */
    dt_judged          judged;
    bool               by_rank;         /* models that differ are those of the workers */
    double             factor;          /* of the schedule, in round number rated + 1 */
    long               rated;
    struct { long steps; double epochs; } *passed;      /* [DT_PASSED] epochs after so many steps of every worker */
    struct dt_limit   *limit;           /* [limits] on columns: ends.c */
    size_t             limits;
    double             joules;          /* of all, when somebody last finished a round; only where they end the run */
    double             samples, lost;   /* gone through by all workers; of these, in rounds that a failure has undone */
    double             late, late_bytes;        /* updates that came after their round, and were dropped */
    long               decided, last;   /* newest round that was decided on; last round of the run */
    long               farthest;        /* newest round any worker has finished */
    dt_reached         newest;          /* at the newest round that was decided on, */
    dt_mark            newest_here;     /* and then */
    long               scored;          /* round that score belongs to */
    dt_score           score;
    dt_mark            planned;         /* time, step and round of the newest mark written or begun */
    long              *merged;          /* [ages] updates merged, by the changes of the model since they started from it */
    size_t             ages, ages_room;
    long               unborn;          /* updates merged before the model they say they started from: the audit's */
    struct dt_models  *models;          /* where they differ, those that wait to be marked: models.c */
    struct dt_law     *laws;            /* law.h */
} dt_monitor;

enum { DT_PASSED = 64 };                /* workers are hardly ever more steps apart than that */

/* Set up b->models, so many that all begin with x; of [workers]: the one of each worker (NULL: its own). */
void dt_models_open(dt_monitor *b, dt_vec *x, size_t count, const size_t *of);

/* Begin: nothing decided; the mark of the initial model x is written. */
dt_status dt_monitor_open(dt_monitor *b, const float *x);

/* Is there a round after this one, for somebody who has gone through round rounds and step steps, or has begun them? */
bool dt_monitor_goes_on(const dt_monitor *b, long round, long step);

/* The schedule's factor for the round that begins after round finished rounds and step steps: the same for everybody in it.
 * hold: a factor that would fall stays as it was in the round before. */
double dt_monitor_factor(dt_monitor *b, long round, long step, bool hold);

/* Steps still allowed after step, at most want. */
long dt_monitor_steps(const dt_monitor *b, long step, long want);

/* Will this round end with a mark?  By seconds, epochs and bytes this is known only at its end: then true. */
bool dt_monitor_due(const dt_monitor *b, long step, long round);

/* A worker has finished a round with model x, on which all agree.  The first one decides, and marks if due.
 * Errors: DT_EDIVERGED, the hook's. */
dt_status dt_monitor_reach(dt_monitor *b, const float *x, const dt_reached *r);

/* Model number index, of a worker or a site, has finished a round: the mark is of the mean, once all have come. */
dt_status dt_monitor_pile(dt_monitor *b, long index, dt_vec *x, const dt_reached *r);

/* The same where each worker's model is judged.  A mark that is due by rounds or steps is of the models that all have in
 * that round; one by seconds, epochs or bytes is of the models that they have then, whatever round each is in, and where
 * such a limit ends the run everybody ends with the round that it is in.
 * dt_monitor_end: the simulation is over, and a mark that is left to write is written; where no limit has ended it, as all are
 * gone, that is one of the newest finished round: of the model x [n] that all agreed on then (NULL: not known), or the last
 * models each [models] of those that differ (NULL members: none). */
dt_status dt_monitor_end(dt_monitor *b, const float *x, dt_vec *const *each);
dt_status dt_monitor_own(dt_monitor *b, long index, dt_vec *x, const dt_reached *r);

/* Time, epochs and bytes of now. */
dt_mark dt_monitor_here(const dt_monitor *b);

/* From now on evaluations say value in that column of the strategy's; a row of its table number table. */
void dt_monitor_report(dt_monitor *b, size_t column, double value);
void dt_monitor_row(dt_monitor *b, size_t table, const dt_cell *row);

/* updates have been merged that were computed on a model which has changed so many times since it was read. */
void dt_monitor_merged(dt_monitor *b, long age, long updates);

/* A model is gone: no pile waits for it.  Back again, it is brought in round and those after it. */
dt_status dt_monitor_leave(dt_monitor *b, long index);
void      dt_monitor_join(dt_monitor *b, long index, long round);

/* Loss and accuracy of the model of this round, formed once. */
dt_score dt_monitor_score(dt_monitor *b, const float *x, long round);

#endif
