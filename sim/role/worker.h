/* worker.h - the functions that the loop of a worker is written in.  A worker trains on its own shard.
 * Units are seconds and bytes; vectors have learning->model->n entries.  Every [time] function returns DT_EDOWN if the worker's host
 * has failed, and DT_EOVER if the training is over; a loop passes both on with DT_TRY. */
#ifndef DT_ROLE_WORKER_H
#define DT_ROLE_WORKER_H

#include "role/monitor.h"
#include "role/team.h"

enum { DT_OWN = 4 };

/* What travels between a server and a client besides the model, or in place of it.  The receiver gets a count of each vector, and
 * the sender keeps its own. */
typedef struct dt_letter {
    dt_vec *vec, *second;       /* of any pool; NULL: does not travel */
    double  bytes;              /* of all of it, whole */
    double  value, note[DT_NOTES];      /* they count no bytes of their own */
} dt_letter;

typedef struct dt_worker {
    long        rank;
    dt_port    *port;
    const dt_learning *learning;
    const dt_pace     *pace;
    const dt_team     *team;
    dt_monitor   *monitor;
    dt_arena   *run;
    dt_vec     *x;              /* its model, shared with others until it first writes */
    dt_vec     *base;           /* the model of its last finished round: the common one, or what others know of its own */
    dt_order    order;
    /* Streams of random numbers for the two distributions of pace, called "factor" and "jitter".  seconds is NULL if step times
     * are not drawn; it has the name of the stream that both once shared, so that results of compute.seconds stay the same. */
    dt_rng     *jitter, *seconds;
    float      *memory;         /* of the optimiser; NULL until its first step, or if it keeps none */
    dt_vec     *own[DT_OWN];    /* vectors of the loop: dt_worker_vector */
    dt_vec     *brought;        /* its contribution to the mean in which its host failed; others may still form that mean */
    dt_compress compress;
    size_t      samples;        /* in its shard */
    long        step, round, memory_steps;
    long        drawn;          /* steps whose samples it has drawn; it differs from step after a failure, which moves step on */
    double      undone;         /* samples used since its last finished round, which a failure would undo */
    long        updates;        /* contributions in the newest mean */
    bool        rejoining;      /* it is back after a failure, and contributes nothing to the next mean */
    double      factor;         /* of the schedule, for round number rated + 1 */
    long        rated, late;    /* late: number of the newest round, from 1, in which it has asked whether it is a straggler */
    double     *report;         /* [monitor->reports] its last values of the strategy's columns */
    double      loss;           /* mean batch loss of its last local steps or gradient; after a mean, that of all workers */
    double      batch_samples, batch_s;     /* of the last gradient; how long it has computed that */
    struct { dt_vec *second; double note[DT_NOTES]; } given;        /* what came with the model of a client; NULL: nothing */
    struct { dt_vec *snapshot; long number, step; } aside;          /* an average in the background (background.h); NULL: none */
    struct { double clip; bool clipped; dt_rng *noise; } guard; struct dt_secret_client *secret;       /* guard.h, secret.h: set by invitations */
    struct { const float *from; float *to; long steps, done; double loss; int which; bool flip; } stretch;
    struct { const uint32_t *row; size_t count; } batch;    /* of the last step; stretch: its task, and flip: false labels */
    /* Set by strategies: */
    double      prox;           /* weight of FedProx's term, which pulls x towards base */
    bool        hold_rate;      /* a learning rate that would fall stays as it is */
    bool        dense;          /* what it brings to means is not compressed */
    long        flying;         /* rounds that it has begun and not finished yet; above 0 only in a loop that begins a round
                                   before the last is over */
} dt_worker;

/* Set up worker rank with x as its model, of which it takes a count; it belongs to run. */
dt_status dt_worker_open(dt_worker *w, long rank, const dt_learning *l, const dt_pace *pace, const dt_team *team,
                         dt_monitor *monitor, dt_vec *x, dt_arena *run);

/* True if there is a round after those that it has finished or begun.  Only the actor that begins a round asks; all others follow
 * its messages (dt_port_follow).  So no round too many is begun, and no actor is left waiting. */
bool dt_worker_goes_on(const dt_worker *w);

/* [time] Take that many gradient steps on its own samples, one after another, with the learning rate of the beginning of the
 * worker's round.  It has no effect if the worker is back after a failure and has missed a mean. */
DT_CHECKED dt_status dt_worker_local(dt_worker *w, long steps);

/* [time] All-reduce: x = base = the mean of all workers' models; with a lossy compressor it is base + the mean of what is left of
 * their changes.  A worker that is back after a failure contributes nothing to the next mean, and takes round and step from
 * the others. */
DT_CHECKED dt_status dt_worker_average(dt_worker *w, double *consensus_distance);

/* For the driver.  [time] The host is down: dt_worker_miss waits until the deadline at which others give the worker up, or until
 * the host is up again; dt_worker_return waits until it is up.  The memory of the optimiser is lost.
 * Errors: DT_EOVER, the training ended first. */
void dt_worker_miss(dt_worker *w);
DT_CHECKED dt_status dt_worker_return(dt_worker *w);

/* dt_worker_adopt makes x its model and base, and takes a count of it; dt_worker_replace makes x its model alone, and takes the
 * caller's count over; dt_worker_forget sets the optimiser's memory back. */
void dt_worker_adopt(dt_worker *w, dt_vec *x);
void dt_worker_replace(dt_worker *w, dt_vec *x);
void dt_worker_forget(dt_worker *w);

/* [time] For the clients of a server.  dt_worker_fetch takes the model that the server sent as x and base, with the learning
 * rate of the round, and what came with it as given.  dt_worker_submit sends the trained model back, with the number of steps as
 * value, and with it the second vector, the notes and the bytes of more (NULL: nothing).  dt_worker_reply sends a letter alone.
 * After either the client has no model. */
DT_CHECKED dt_status dt_worker_fetch(dt_worker *w);
DT_CHECKED dt_status dt_worker_submit(dt_worker *w, const dt_letter *more);
DT_CHECKED dt_status dt_worker_reply(dt_worker *w, const dt_letter *letter);

/* [time] Charge the flops that its compressor spends on encoding and decoding a packet.  Call it before a packet is sent. */
DT_CHECKED dt_status dt_worker_charge_packet(dt_worker *w);

/* Loss and accuracy of its model, which all workers have in that round: computed once, and instant. */
dt_score dt_worker_score(const dt_worker *w, long round);

double dt_worker_rate(const dt_worker *w);
double dt_worker_now(const dt_worker *w);

/* From now on evaluations have value in that column of the strategy's own; if the workers have no common rounds, they have the
 * mean of the workers' values. */
void dt_worker_report(dt_worker *w, size_t column, double value);

/* The worker has finished a round with x; in a strategy that takes means, one mean ends one round.  The monitor evaluates what the
 * strategy's type says (judged), if an evaluation is due.
 *   consensus_distance  root mean square distance of the workers' models from their mean; NaN: not known */
DT_CHECKED dt_status dt_worker_mark(dt_worker *w, double consensus_distance);

/* True until a worker has called dt_worker_mark for this round: the first worker to get here acts for all, on shared state. */
bool dt_worker_first(const dt_worker *w);

#endif
