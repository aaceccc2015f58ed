/* server.h - the server of a population: actors exist only for those who take part in a round. */
#ifndef DT_ROLE_SERVER_H
#define DT_ROLE_SERVER_H

#include "role/worker.h"

/* round: of the model it was computed on. */
typedef struct dt_update { long rank, round; dt_vec *x; double size, steps; } dt_update;

typedef struct dt_server {
    dt_port    *port;
    const dt_learning *learning;
    const dt_pace     *pace;
    const dt_team     *team;
    dt_monitor   *monitor;
    dt_arena   *run;
    dt_vec     *x;              /* the global model */
    struct client **client;     /* [team.group.ranks] NULL until one first takes part */
    dt_update  *update;         /* [updates] of this round, ascending by rank once gathered */
    size_t      updates, open;  /* of this round: how many have come; how many invited have not been heard of */
    double      step;           /* gradient steps of a participant, summed over rounds */
    double      factor;         /* of the schedule, for the round that it is in */
    long        round;
    dt_rng     *choice;         /* who takes part */
    struct { const float **x; double *size, *weight; const dt_compress **packet; } merge;     /* [team.group.ranks] scratch of merging */
    dt_compress *merger;        /* sums packets whose sum decodes to other than what each does; NULL until there are some */
} dt_server;

/* Set up the server of the team with x as model (a count is taken); belongs to run. */
void dt_server_open(dt_server *s, const dt_learning *l, const dt_pace *pace, const dt_team *team, dt_monitor *monitor, dt_vec *x,
                    dt_arena *run);

/* Is there a round after those that it has finished, and anybody to do it? */
bool dt_server_goes_on(const dt_server *s);

/* Those whose hosts are there and who are not busy, ascending into rank [team.group.ranks]; how many they are. */
size_t dt_server_present(const dt_server *s, size_t *rank);

/* Begin body(state, worker) on the worker's host and post the model to it, with the learning rate of the round. */
dt_status dt_server_invite(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state);

/* [time] Wait for the updates of count workers that were invited in this round; fewer, where the others are found to be
 * gone (after the team's deadline) or seconds are over (0: no such limit).  count 0, or nobody invited: wait for the team's deadline. */
DT_CHECKED dt_status dt_server_gather(dt_server *s, size_t count, double seconds);

/* The training is over: whoever still works breaks off. */
void dt_server_finish(dt_server *s);

/* [time] x = the aggregate of the updates, which are let go; without any it stays.  The server's host is charged with what the
 * aggregate takes. */
DT_CHECKED dt_status dt_server_merge(dt_server *s, double *spread);

/* The round is finished: mark, decide; the next one begins, with the learning rate of now. */
dt_status dt_server_mark(dt_server *s, double spread);

#endif
