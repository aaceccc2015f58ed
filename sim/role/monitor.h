/* monitor.h - how far the training has come: evaluations, the learning rate, and when the run ends.
 *
 * An evaluation, which the code calls a mark, is one row of the table evaluations.  It costs no simulated time.
 * The first worker to finish a round decides for all workers whether that round was the last, so that no worker waits for
 * others that have stopped.
 * All workers use one learning rate in a round: the schedule's factor at the beginning of that round, after the samples of all
 * rounds before it.  Where the workers have no common rounds, the factor follows the worker's own round, and the epochs that
 * all workers together have gone through when each has done as many steps; it never depends on who arrives first. */
#ifndef DT_ROLE_MONITOR_H
#define DT_ROLE_MONITOR_H

#include "engine/engine.h"
#include "role/ages.h"
#include "role/evaluate.h"
#include "role/learning.h"

/* What a worker knows when it has finished a round.  rate is the learning rate of that round, consensus_distance that of the models. */
typedef struct dt_reached {
    long    step, round, updates;
    double  rate, consensus_distance;
    const double *report;   /* [reports] of a worker that has rounds of its own; NULL: the last values that any worker set */
} dt_reached;

typedef struct dt_monitor {
    dt_engine         *engine;
    const dt_learning *learning;
    dt_stop            stop;
    dt_every           every;
    dt_writer          write;
    dt_hook            hook;            /* of the scenario; call NULL: none */
    dt_metric_list     columns;         /* of an evaluation */
    double             report[DT_MORE]; /* [reports] the last values of the strategy's own columns */
    size_t             reports, zeros;  /* the last zeros of them begin with 0, the others with NaN */
    void             (*on_round)(void *owner, long round, double time_s);   /* the first worker has finished it; NULL: none */
    void              *on_round_owner;
    float             *keep;            /* [n] gets a copy of the model of every evaluation; NULL: none is kept */
    dt_arena          *run;
    size_t             workers;
    bool               own_rounds;      /* the workers have no common rounds */
    dt_judged          judged;
    bool               by_rank, each;   /* models that differ are those of the workers; beside their mean each is evaluated, too */
    double             factor;          /* of the schedule, for round number rated + 1 */
    long               rated;
    struct { long steps; double epochs; } *passed;      /* [DT_PASSED] epochs after so many steps of every worker */
    struct dt_limit   *limit;           /* [limits] on columns: ends.c */
    size_t             limits;
    double             joules;          /* of all hosts, when a worker last finished a round; only if they can end the run */
    double             samples, lost;   /* used by all workers; of these, in rounds that a failure has undone */
    double             late, late_bytes;        /* updates that came after their round and were dropped, and their bytes */
    long               decided, last;   /* newest round that was decided on; last round of the run */
    bool               closing;         /* the round that is decided on next is the last */
    long               farthest;        /* newest round any worker has finished */
    dt_reached         newest;          /* of the newest round that was decided on */
    dt_mark            newest_here;     /* time, epochs and bytes of that decision */
    long               scored;          /* the round that score belongs to */
    dt_score           score;
    dt_mark            planned;         /* time, step and round of the newest evaluation that was written or begun */
    dt_ages            ages;            /* of the updates that were merged */
    struct dt_models  *models;          /* models that differ, and the evaluations that wait for them: models.c */
    struct dt_law     *laws;            /* law.h */
} dt_monitor;

enum { DT_PASSED = 64 };                /* workers are hardly ever more steps apart; more only cost time */

/* Set up b->models with count models that all begin with x; of [workers] says which is a worker's (NULL: the one of its
 * rank). */
void dt_models_open(dt_monitor *b, dt_vec *x, size_t count, const size_t *of);

/* Begin the run: write the evaluation of the initial model x. */
dt_status dt_monitor_open(dt_monitor *b, const float *x);

/* True if there is another round for a worker that has finished or begun round rounds and step steps. */
bool dt_monitor_goes_on(const dt_monitor *b, long round, long step);

/* The schedule's factor for the round that begins after round finished rounds and step steps; it is the same for all workers in
 * that round.  hold: a factor that would fall stays as it was in the round before. */
double dt_monitor_factor(dt_monitor *b, long round, long step, bool hold);

/* How many more steps a worker may take after step, at most want. */
long dt_monitor_steps(const dt_monitor *b, long step, long want);

/* True if this round may end with an evaluation.  By seconds, epochs and bytes that is known only at its end: then true. */
bool dt_monitor_due(const dt_monitor *b, long step, long round);

/* A worker has finished a round with model x, which is the same for all workers.  The first worker decides, and evaluates the
 * model if that is due.  Errors: DT_EDIVERGED, those of the hook. */
dt_status dt_monitor_reach(dt_monitor *b, const float *x, const dt_reached *r);

/* The owner of model number index has finished a round.  The mean of the models is evaluated as soon as all have come. */
dt_status dt_monitor_collect(dt_monitor *b, long index, dt_vec *x, const dt_reached *r);

/* The same where each model is evaluated by itself.  An evaluation that is due by rounds or steps is of the models that all
 * workers have in that round.  One that is due by seconds, epochs or bytes is of the models that they have at that time,
 * whatever round each is in; if such a limit ends the run, every worker ends with the round that it is in. */
dt_status dt_monitor_own(dt_monitor *b, long index, dt_vec *x, const dt_reached *r);

/* The simulation is over: write the evaluation that is left to write.  If no limit has ended the run, because all workers have
 * failed for good, that is an evaluation of the newest finished round.
 *   x     [n] the common model of that round; NULL: it is not known
 *   each  [models] the last models where they differ; NULL members: none */
dt_status dt_monitor_end(dt_monitor *b, const float *x, dt_vec *const *each);

/* An evaluation that has only its time, epochs and bytes, of now. */
dt_mark dt_monitor_here(const dt_monitor *b);

/* From now on evaluations have value in that column of the strategy's own; dt_monitor_row adds a row to its table number table. */
void dt_monitor_report(dt_monitor *b, size_t column, double value);
void dt_monitor_row(dt_monitor *b, size_t table, const dt_cell *row);

/* Count merged updates of this age: how often the model has changed since the update started from it. */
void dt_monitor_merged(dt_monitor *b, long age, long updates);

/* A model has left: no evaluation waits for it.  After dt_monitor_join those of round and of later rounds do again. */
dt_status dt_monitor_leave(dt_monitor *b, long index);
void      dt_monitor_join(dt_monitor *b, long index, long round);

/* Loss and accuracy of the common model of this round, computed once and kept. */
dt_score dt_monitor_score(dt_monitor *b, const float *x, long round);

#endif
