/* server.h - the server of federated learning, which invites some of many clients in every round.  An actor exists only for a client
 * that takes part in a round, so that a million clients cost little. */
#ifndef DT_ROLE_SERVER_H
#define DT_ROLE_SERVER_H

#include "role/worker.h"

/* What a client has sent: its trained model, with the round of the model that it began with. */
typedef struct dt_update { long rank, round; dt_vec *x; double size, steps; } dt_update;

typedef struct dt_server {
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
    double      step;           /* mean gradient steps of a client in a round, summed over rounds */
    double      factor;         /* of the schedule, for the present round */
    long        round;
    dt_rng     *choice;         /* random numbers for choosing clients */
    struct { const float **x; double *size, *weight; const dt_compress **packet; } merge;     /* [team.group.ranks] scratch of merging */
    dt_compress *merger;        /* sums packets whose sum decodes to another vector than the sum of each; NULL: not in use yet */
} dt_server;

/* Set up the server of the team with x as its model, of which it takes a count; it belongs to run. */
void dt_server_open(dt_server *s, const dt_learning *l, const dt_pace *pace, const dt_team *team, dt_monitor *monitor, dt_vec *x,
                    dt_arena *run);

/* True if there is a round after those that it has finished, and a client that can do it. */
bool dt_server_goes_on(const dt_server *s);

/* Write the clients whose hosts are up and that are not busy into rank [team.group.ranks], ascending; returns how many. */
size_t dt_server_present(const dt_server *s, size_t *rank);

/* Invite a client: begin body(state, worker) on its host and send it the model, with the learning rate of the round. */
dt_status dt_server_invite(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state);

/* [time] Wait for the updates of count clients that were invited in this round, or for fewer if the others have failed (which is
 * noticed after the team's deadline) or seconds have passed (0: no such limit).  If count is 0 or no client was invited, wait
 * for the team's deadline. */
DT_CHECKED dt_status dt_server_gather(dt_server *s, size_t count, double seconds);

/* The training is over: abort the work of clients that are still busy. */
void dt_server_finish(dt_server *s);

/* [time] x = the aggregate of the updates, which are dropped then; if there are none, x stays.  The server's host is charged with
 * the flops of the aggregation rule.  *consensus_distance is that of the updates. */
DT_CHECKED dt_status dt_server_merge(dt_server *s, double *consensus_distance);

/* The round is over: evaluate the model if that is due, and decide whether there is a next round; if so, it begins with the
 * learning rate of now. */
dt_status dt_server_mark(dt_server *s, double consensus_distance);

#endif
