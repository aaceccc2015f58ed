/* board.h - how far the training has come: marks, the learning rate, and when to stop.
 * The first worker to finish a round decides for all whether it was the last, so nobody is left waiting.
 * One learning rate for all: in a round everybody uses the schedule's factor at the beginning of that round, after all
 * samples of the rounds before.  Where the workers have no common rounds, a worker's own round counts, and with it the
 * epochs that all workers together have gone through when each has done as many steps: never who arrives first.
 * Evaluation costs no simulated time. */
#ifndef DT_ROLE_BOARD_H
#define DT_ROLE_BOARD_H

#include "engine/engine.h"
#include "role/learning.h"

/* One row of "evaluations": how the training stands; NaN where a number has no meaning. */
typedef struct dt_mark {
    double time_s;
    long   step, round;     /* gradient steps of a worker; averagings or rounds */
    long   updates;         /* merged in this round; 0: nobody took part, the model stayed as it was */
    double epoch, loss, accuracy, tau, rate, bytes, spread;
} dt_mark;

/* A function from above that looks at every mark.  *stop ends the run after it; a failure fails the run. */
typedef struct dt_hook {
    dt_status (*call)(void *owner, const dt_mark *mark, bool *stop);
    void *owner;
} dt_hook;

/* Limits; 0: none.  loss ends the run when it is reached from above, accuracy from below. */
typedef struct dt_stop { double steps, rounds, epochs, seconds, bytes, loss, accuracy; } dt_stop;

/* A mark at every so many rounds, steps, ...; 0: not by this. */
typedef struct dt_every { double rounds, steps, seconds, epochs, bytes; } dt_every;

/* Whose model is evaluated.
 *   DT_JUDGED_COMMON  the one that all agree on: the server's, or that after a mean
 *   DT_JUDGED_MEAN    the mean of models that strive to agree (gossip)
 *   DT_JUDGED_EACH    every worker's own model: loss and accuracy are the mean of the workers' scores */
typedef enum dt_judged { DT_JUDGED_COMMON, DT_JUDGED_MEAN, DT_JUDGED_EACH } dt_judged;

typedef struct dt_board {
    dt_engine         *engine;
    const dt_learning *learning;
    dt_stop            stop;
    dt_every           every;
    dt_hook            write;           /* takes every mark down */
    dt_hook            hook;            /* of the scenario; call NULL: none */
    void             (*on_round)(void *owner, long round, double time_s);   /* the first has finished it; NULL */
    void              *on_round_owner;
    float             *keep;            /* [n] takes a copy of the model of every mark; NULL: not wanted */
    dt_arena          *run;
    size_t             workers;
    bool               own_rounds;      /* the workers have no common rounds */
    dt_judged          judged;
    double             factor, tau;     /* of the schedule, and steps of each worker (NaN: not said), in round number rated + 1 */
    long               rated;
    struct { long steps; double epochs; } *passed;      /* [DT_PASSED] epochs after so many steps of every worker */
    double             samples, lost;   /* gone through by all workers; of these, in rounds that a failure has undone */
    double             late, late_bytes;        /* updates that came after their round, and were dropped */
    long               decided, last;   /* newest round that was decided on; last round of the run */
    long               farthest;        /* newest round any worker has finished */
    long               scored;          /* round that score belongs to */
    dt_score           score;
    dt_mark            planned;         /* time, step and round of the newest mark written or begun */
    long              *merged;          /* [ages] updates merged, by the age in rounds of the model they started from */
    size_t             ages, ages_room;
    long               unborn;          /* updates merged before the model they say they started from: the audit's */
    struct dt_models  *models;          /* where they differ, those that wait to be marked: models.c */
} dt_board;

enum { DT_PASSED = 64 };                /* workers are hardly ever more steps apart than that */

/* What a worker knows when it has finished a round. */
typedef struct dt_reached {
    long    step, round, updates;
    double  tau, rate, spread;
} dt_reached;

/* Set up b->models, in which all workers begin with x. */
void dt_models_open(dt_board *b, dt_vec *x);

/* Begin: nothing decided; the mark of the initial model x is written. */
dt_status dt_board_open(dt_board *b, const float *x);

/* Is there a round after this one, for somebody who has gone through round rounds and step steps, or has begun them? */
bool dt_board_goes_on(const dt_board *b, long round, long step);

/* The schedule's factor for the round that begins after round finished rounds and step steps: the same for everybody in it.
 * hold: a factor that would fall stays as it was in the round before. */
double dt_board_factor(dt_board *b, long round, long step, bool hold);

/* Steps still allowed after step, at most want. */
long dt_board_steps(const dt_board *b, long step, long want);

/* Will this round end with a mark?  By seconds, epochs and bytes this is known only at its end: then true. */
bool dt_board_due(const dt_board *b, long step, long round);

/* A worker has finished a round with model x, on which all agree.  The first one decides, and marks if due.
 * Errors: DT_EDIVERGED, the hook's. */
dt_status dt_board_reach(dt_board *b, const float *x, const dt_reached *r);

/* A worker has finished a round with a model of its own: the mark is of the mean, once all have come. */
dt_status dt_board_pile(dt_board *b, long rank, dt_vec *x, const dt_reached *r);

/* The same where each worker's model is judged.  A mark that is due by rounds or steps is of the models that all have in
 * that round; one by seconds, epochs or bytes is of the models that they have then, whatever round each is in, and where
 * such a limit ends the run everybody ends with the round that it is in.
 * dt_board_end: the simulation is over, and a mark that is left to write is written. */
dt_status dt_board_end(dt_board *b);
dt_status dt_board_own(dt_board *b, long rank, dt_vec *x, const dt_reached *r);

/* updates that were computed on a model so many rounds old have been merged. */
void dt_board_merged(dt_board *b, long age, long updates);

/* A worker is gone: no pile waits for it.  Back again, it brings the models of round and those after it. */
dt_status dt_board_leave(dt_board *b, long rank);
void      dt_board_join(dt_board *b, long rank, long round);

/* Loss and accuracy of the model of this round, formed once. */
dt_score dt_board_score(dt_board *b, const float *x, long round);

#endif
