/* server.h - the server of federated learning, which invites some of many clients in every round.  An actor exists only for a client
 * that takes part in a round, so that a million clients cost little. */
#ifndef DT_ROLE_SERVER_H
#define DT_ROLE_SERVER_H

#include "role/worker.h"
#include "sync/sync.h"

/* What a client has sent: its trained model (NULL: a letter without one), and what came with it; round is that of the model that
 * it began with, came_s when the server took it, size the samples of the client: the weight of the aggregation rule. */
typedef struct dt_update {
    long    rank, round;
    dt_vec *x, *second;
    double  note[DT_NOTES], size, steps, bytes, came_s;
    bool    clipped;        /* it was larger than the clip norm of privacy */
} dt_update;

typedef struct dt_server dt_server;

/* When gathering is over: once enough says so of the updates that have come (NULL: count of them have), or no client is left to
 * wait for, or seconds have passed (0: no such limit).  Clients that are late then finish, and what they send is dropped
 * (DT_LATE_FINISH); or break off at once and are free (DT_LATE_LEAVE); or count whenever they come, as all that were invited in
 * earlier rounds do (DT_LATE_WAIT: asynchronous rounds).  adds: the updates of the last gathering stay, and count as well. */
typedef struct dt_quorum {
    bool      (*enough)(const void *owner, const dt_server *s);
    const void *owner;
    size_t      count;
    double      seconds;
    dt_late     late;
    bool        adds;
} dt_quorum;

struct dt_server {
    dt_port    *port;
    const dt_learning *learning;
    const dt_pace     *pace;
    const dt_team     *team;
    dt_monitor   *monitor;
    dt_arena   *run;
    dt_vec     *x;              /* the global model */
    struct client **client;     /* [team.group.ranks] NULL until the client first takes part */
    dt_update  *update;         /* [updates] of this round, ascending by rank once dt_server_gather has returned */
    size_t      updates, open;  /* of this round: updates that have come; invited clients of which nothing has come yet */
    long        collected;      /* exchanges that it has gathered the replies of */
    size_t      busy;           /* clients of any round of which nothing has come yet */
    float      *memory;         /* of the optimiser that dt_server_step uses; NULL: it keeps none, or has taken no step */
    long        steps;          /* of that optimiser */
    double      step;           /* mean gradient steps of a client in a round, summed over rounds */
    size_t      at_work;        /* clients that train at a time, among whom the steps of all updates are shared; 0: those of the round */
    double      factor;         /* of the schedule, for the present round */
    long        round, fruitless;   /* rounds over; the last ones without an update */
    double      fruitful_s;     /* when the last round with an update was over */
    dt_rng     *choice;         /* random numbers for choosing clients */
    struct { const float **x; double *size, *weight; const dt_compress **packet; } merge;     /* [team.group.ranks] scratch of merging */
    struct dt_secret *secret;   /* secret.h: secure aggregation; NULL: there is none */
    struct { size_t invited, of; bool wait; } drawn;    /* clients invited since the last mean, and present before the first; for a
                                   round whose late clients count later */
    dt_compress *merger;        /* sums packets whose sum decodes to another vector than the sum of each; NULL: not in use yet */
};

/* Set up the server of the team with x as its model, of which it takes a count; it belongs to run. */
void dt_server_open(dt_server *s, const dt_learning *l, const dt_pace *pace, const dt_team *team, dt_monitor *monitor, dt_vec *x,
                    dt_arena *run);

/* True if there is a round after those that it has finished, and a client that can do it. */
bool dt_server_goes_on(const dt_server *s);

/* Write the clients whose hosts are up and that are not busy into rank [team.group.ranks] (NULL: nowhere), ascending; returns how
 * many. */
size_t dt_server_present(const dt_server *s, size_t *rank);

/* Invite a client: begin body(state, worker) on its host and send it the model, with the learning rate of the round.  The second
 * vector, the notes and the bytes of more (NULL: nothing) go along; if more has a vec, that goes in place of the model. */
dt_status dt_server_invite(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state,
                           const dt_letter *more);

/* [time] Wait for updates of the clients that were invited in this round, until the quorum is there or cannot come.  A client that
 * has failed is given up after the team's deadline.  If the quorum is of 0 updates or no client was invited, wait until a client is
 * free, but no longer than the team's deadline, and not beyond stop.seconds. */
DT_CHECKED dt_status dt_server_gather(dt_server *s, const dt_quorum *quorum);

/* Is something of the client still to come?  Have a client of this round break off, unless its host has failed: its notice comes then.
 * It is free once the server has settled (dt_port_settle). */
bool dt_server_busy(const dt_server *s, size_t rank);
void dt_server_release(dt_server *s, size_t rank);

/* The training is over: abort the work of clients that are still busy. */
void dt_server_finish(dt_server *s);

/* [time] x = the aggregate of the updates, which are dropped then; if there are none, x stays.  With learning->outer x takes a step
 * of that optimiser along x - aggregate instead.  The server's host is charged with the flops of the aggregation rule.
 * *consensus_distance is that of the updates.
 * dt_server_merge_changes is for updates whose x are changes: the aggregate is x + the aggregate of these. */
DT_CHECKED dt_status dt_server_merge(dt_server *s, double *consensus_distance);
DT_CHECKED dt_status dt_server_merge_changes(dt_server *s, double *consensus_distance);

/* Drop the updates of this round without merging them, as one does who has used them in another way. */
void dt_server_drop(dt_server *s);

/* x = one step along g [n], with a memory that the server keeps; instant.  It is a step of learning->outer at its own rate, or, where
 * there is none, of the optimiser at the learning rate of the round. */
void dt_server_step(dt_server *s, const float *g);

/* The round that dt_server_mark ends next is the last: the strategy has used up what it may. */
void dt_server_close(dt_server *s);

/* The round is over: evaluate the model if that is due, and decide whether there is a next round; if so, it begins with the
 * learning rate of now.  Errors: DT_EDEADLOCK, no round has had an update for the team's patience. */
dt_status dt_server_mark(dt_server *s, double consensus_distance);

#endif
