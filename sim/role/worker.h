/* worker.h - the words of a worker's role.  A worker trains on its own shard.
 * Units: seconds, bytes; vectors have learning->model->n entries.  Every [time] word returns DT_EDOWN where the own host
 * has failed and DT_EOVER where the training is over: a role passes them on. */
#ifndef DT_ROLE_WORKER_H
#define DT_ROLE_WORKER_H

#include "role/monitor.h"
#include "role/team.h"

enum { DT_OWN = 4 };

typedef struct dt_worker {
    long        rank;
    dt_port    *port;
    const dt_learning *learning;
    const dt_pace     *pace;
    const dt_team     *team;
    dt_monitor   *monitor;
    dt_arena   *run;
    dt_vec     *x;              /* its model: shared until it first writes */
    dt_vec     *base;           /* the model of its last finished round: what all agreed on, or what others know of it */
    dt_order    order;
    /* The streams of pace's two distributions, "factor" and "jitter": seconds (NULL: not drawn) keeps the name of the
     * stream that both once shared, so that results of compute.seconds alone stay what they were. */
    dt_rng     *jitter, *seconds;
    float      *memory;         /* of the optimiser; NULL until its first step, or if it keeps none */
    dt_vec     *own[DT_OWN];    /* of the loop: dt_worker_vector */
    dt_vec     *brought;        /* to a mean that the host failed in: others may still form it */
    dt_compress compress;
    size_t      samples;        /* in its shard */
    long        step, round, memory_steps;
    long        drawn;          /* steps whose samples it has drawn: other than step where a failure had it go on further on */
    double      undone;         /* samples gone through since its last finished round */
    long        updates;        /* that the newest mean was formed of */
    bool        rejoining;      /* back after a failure: it has nothing to bring to the next mean */
    double      factor;         /* of the schedule, for round number rated + 1 */
    long        rated;
    double     *report;         /* [monitor->reports] what it has said last of the strategy's columns */
    double      loss;           /* mean batch loss of the last local steps or gradient; after a mean, of all workers' */
    double      batch_samples;  /* of the last gradient */
    struct { const float *from; float *to; long steps; int which; } stretch;    /* what its compute task works on */
    struct { const uint32_t *row; size_t count; } batch;            /* the task's: samples of its last step */
    /* Set by strategies: */
    double      prox;           /* FedProx: pull towards base */
    bool        hold_rate;      /* a factor that would fall stays as it is */
    long        flying;         /* rounds that it has begun and whose end has not been marked: 0, or more for a loop that
                                   begins a round before the last is over */
} dt_worker;

/* Set up worker rank with x as model (a count is taken); belongs to run. */
dt_status dt_worker_open(dt_worker *w, long rank, const dt_learning *l, const dt_pace *pace, const dt_team *team,
                         dt_monitor *monitor, dt_vec *x, dt_arena *run);

/* Is there a round after those that it has finished or begun?  Who begins rounds asks; everybody else follows messages
 * (dt_port_follow), so that no round too many is begun and nobody is left waiting. */
bool dt_worker_goes_on(const dt_worker *w);

/* [time] steps gradient steps on its own samples, one after another, as one stretch of computing; the learning rate is that
 * of the beginning of the worker's round.  Without effect where the worker is back after a failure and has missed a mean. */
DT_CHECKED dt_status dt_worker_local(dt_worker *w, long steps);

/* [time] x = base = the mean of all workers' models (of what a compressor lets through of their changes): an all-reduce.
 * Who is back after a failure joins the next mean with nothing to bring, and takes round and step over from the others. */
DT_CHECKED dt_status dt_worker_average(dt_worker *w, double *spread);

/* The driver's.  [time] The host is down: wait until the deadline for missing it, or until it is back.
 * dt_worker_return waits until it is back; the memory of the optimiser is lost.  Errors: DT_EOVER, the training ended
 * before. */
void dt_worker_miss(dt_worker *w);
DT_CHECKED dt_status dt_worker_return(dt_worker *w);

/* Take x as its own and as base (a count is taken); take x as its own alone (the caller's count is taken over); forget the
 * optimiser's memory. */
void dt_worker_adopt(dt_worker *w, dt_vec *x);
void dt_worker_replace(dt_worker *w, dt_vec *x);
void dt_worker_forget(dt_worker *w);

/* [time] For workers that a server invites: take its model as x and base, and the round's learning rate, which came with
 * it; send the trained model, with the number of steps as value. */
DT_CHECKED dt_status dt_worker_fetch(dt_worker *w);
DT_CHECKED dt_status dt_worker_submit(dt_worker *w);

/* [time] What encoding and decoding its packet takes, as the compressor says; nothing, and at once, where that is nothing.
 * Whoever sends a packet calls it before. */
DT_CHECKED dt_status dt_worker_charge_packet(dt_worker *w);

/* Loss and accuracy of its model, which all have in that round: formed once, and instant. */
dt_score dt_worker_score(const dt_worker *w, long round);

double dt_worker_rate(const dt_worker *w);
double dt_worker_now(const dt_worker *w);

/* From now on evaluations say value in that column of those that the strategy declares; where the workers have rounds of
 * their own, the mean of what they say. */
void dt_worker_report(dt_worker *w, size_t column, double value);

/* A round is finished with x (where a strategy takes means, one mean is one round): the monitor evaluates what the strategy's type says is judged, where a mark is due.
 *   spread  root mean square distance of the workers' models from their mean; NaN: not known */
DT_CHECKED dt_status dt_worker_mark(dt_worker *w, double spread);

/* Is it the first to get this far in its round?  (True until someone has marked the round.) */
bool dt_worker_first(const dt_worker *w);

#endif
