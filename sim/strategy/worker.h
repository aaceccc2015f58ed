/* worker.h - the words strategies are written in.  A worker trains on its own shard; a server holds the common
 * model of a population.  Units: seconds, bytes; vectors have learning->model->n entries. */
#ifndef DT_STRATEGY_WORKER_H
#define DT_STRATEGY_WORKER_H

#include "collective/collective.h"
#include "compress/compress.h"
#include "distribution/distribution.h"
#include "strategy/board.h"
#include "topology/topology.h"

/* How long a step takes: samples * flops * factor[rank] * jitter / speed of the host, or drawn seconds instead. */
typedef struct dt_pace {
    dt_distribution       jitter, seconds;
    bool          fixed;            /* seconds replaces flops */
    bool          steady;           /* what is drawn is replaced by its mean */
    const double *factor;           /* [workers] slowness of each, drawn once */
    double        flops;            /* of one sample's gradient */
} dt_pace;

/* Who there is, and how they are connected. */
typedef struct dt_team {
    dt_group            group;      /* ports [workers] and the server's; group.engine */
    dt_collective      *collective; /* NULL where the strategy takes no common mean */
    const dt_topology  *topology;   /* NULL where it needs no graph */
    const dt_aggregate *aggregate;
    const dt_config    *compress;
    double              deadline;   /* s for which others wait for one who is gone */
} dt_team;

typedef struct dt_worker {
    long        rank;
    dt_port    *port;
    const dt_learning *learning;
    const dt_pace     *pace;
    const dt_team     *team;
    dt_board   *board;
    dt_arena   *run;
    dt_vec     *x;              /* its model: shared until it first writes */
    dt_vec     *base;           /* the last model all agreed on */
    dt_order    order;
    /* The streams of pace's two distributions, "factor" and "jitter": seconds (NULL: not drawn) keeps the name of the
     * stream that both once shared, so that results of compute.seconds alone stay what they were. */
    dt_rng     *jitter, *seconds;
    float      *memory;         /* of the optimiser; NULL if it keeps none */
    dt_compress compress;
    size_t      samples;        /* in its shard */
    long        step, round, memory_steps;
    long        updates;        /* that the newest mean was formed of */
    double      factor;         /* of the schedule, for round number rated + 1 */
    long        rated;
    double      loss;           /* mean batch loss of the last local steps; after an average, of all workers' */
    struct { const float *from; float *to; long steps; } stretch;   /* what its compute task works on */
    /* Set by strategies: */
    double      tau;            /* for the marks; NaN: none */
    double      prox;           /* FedProx: pull towards base */
    bool        hold_rate;      /* a factor that would fall stays as it is */
} dt_worker;

/* Set up worker rank with x as model (a count is taken); belongs to run. */
dt_status dt_worker_open(dt_worker *w, long rank, const dt_learning *l, const dt_pace *pace, const dt_team *team,
                         dt_board *board, dt_vec *x, dt_arena *run);

/* [time] steps gradient steps on its own samples, one after another, as one stretch of computing; the learning rate is that
 * of the beginning of the worker's round. */
void dt_worker_local(dt_worker *w, long steps);

/* [time] x = base = the mean of all workers' models (of what a compressor lets through of their changes).
 * Where the worker's host went down since the last mean, its work is lost: the others wait for the deadline and go on
 * without it; back again, it joins the next mean with nothing to bring and takes round and step over from the others.
 * False: it will not come back, or is not needed any more. */
bool dt_worker_average(dt_worker *w, double *spread);

/* [time] If the host is down: wait for the deadline, or until it is back; others may be told then that it is gone.
 * dt_worker_return waits until it is back; false: it will not be.  What was in its memory is lost. */
void dt_worker_await(dt_worker *w);
bool dt_worker_return(dt_worker *w);

/* Take x as its own and as base (a count is taken), and forget the optimiser's memory. */
void dt_worker_adopt(dt_worker *w, dt_vec *x);
void dt_worker_forget(dt_worker *w);

/* The strategies of a population: take the server's model as x and base, and the round's learning rate, which came with it
 * (false: the host went down); send the trained
 * one, with the number of steps as value.  Both [time]. */
bool dt_worker_fetch(dt_worker *w);
void dt_worker_submit(dt_worker *w);

/* What its packet brings of x - base to the receiver: base + what got through; one count for the caller. */
dt_vec *dt_worker_encode(dt_worker *w);

double dt_worker_rate(const dt_worker *w);
double dt_worker_now(const dt_worker *w);

/* A round is finished: the board marks, and says with dt_board_goes_on whether to go on.
 *   agreed   all workers hold the same x now; false: each its own */
dt_status dt_worker_mark(dt_worker *w, bool agreed, double spread);

/* Is it the first to get this far in its round?  (True until someone has marked the round.) */
bool dt_worker_first(const dt_worker *w);

#endif
