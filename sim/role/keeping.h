/* keeping.h - what the files of a store share: store.c has the functions of workers, keeping.c those of servers, rounds.c the end
 * of rounds, late.c what becomes of gradients that come after their iteration. */
#ifndef DT_ROLE_KEEPING_H
#define DT_ROLE_KEEPING_H

#include "role/store.h"

struct dt_holding;
struct dt_outage;

/* Kinds of messages between a worker and a server.  A message's tag is its number, counted by worker and server, times
 * DT_STORE_KINDS, plus its kind.
 *   PUSH    a gradient                     worker to server
 *   PULL    a request for values           worker to server
 *   SWAP    a gradient and a request       worker to server
 *   VALUES  the values of the range        server to worker; it has the number of the request that it answers */
enum { DT_STORE_PUSH, DT_STORE_PULL, DT_STORE_SWAP, DT_STORE_VALUES, DT_STORE_KINDS };

/* The note of a message with a gradient: for how long the worker has computed it [s]. */
enum { DT_STORE_COMPUTED };

enum { DT_STORE_TOTALS = 16 };      /* iterations whose sums of samples are kept; workers are seldom farther apart */

/* A gradient that waits to be merged: its samples, and the version that it was computed on.  g NULL: there is none. */
typedef struct dt_pending { dt_vec *g; double samples; long seen; } dt_pending;

/* One server and its range. */
typedef struct dt_keeper {
    dt_port     *port;
    dt_slice     range;
    dt_vec_pool *pool;          /* of range.count entries */
    dt_vec      *x;             /* the values, shared with the workers that have pulled them, so that a change takes another vector */
    float       *memory;        /* of the optimiser; NULL if it keeps none */
    long         version, steps;
    /* Of each worker [workers]: */
    long        *done;          /* its clock: iterations whose push has come; LONG_MAX: it is absent */
    double      *computed_s;    /* seconds in which it has computed the gradients that its clock counts */
    long        *seen;          /* the version that it was sent last */
    long        *granted;       /* how far ahead it was allowed to be when it was sent values */
    long        *number;        /* of its newest message */
    double      *own;           /* what sync keeps of the clocks; NULL: nothing */
    bool        *waits;         /* it has asked for values and has not got them */
    dt_pending  *pushed;        /* [workers][depth] its gradients, if sync merges: that of iteration c at c % depth */
    bool        *behind;        /* an iteration has ended without its gradient, which has not come yet */
    size_t       present;       /* workers that are not absent */
    long         slowest;       /* the least of done; LONG_MAX: all are absent */
    size_t       at_slowest;    /* how many workers have it */
    long         round;
    size_t       count;         /* pushes applied since the round began */
    double       factor, past;  /* of the schedule, in this round and in the one before */
    bool         moved;         /* values or clocks have changed since values were sent */
    size_t      *asked;         /* [workers] the asks workers that have asked since then */
    size_t       asks;
    dt_message  *in;            /* [room] messages that have arrived at one instant */
    size_t       room;
    struct { long iteration, changes; double samples; } total[DT_STORE_TOTALS];
    dt_store_more more;
    struct dt_holding *holding; /* holding.h: what is kept of the range in case its server fails; NULL: nothing */
} dt_keeper;

struct dt_store {
    dt_stores     *all;
    const size_t  *worker;      /* [workers] ranks of its workers, ascending */
    size_t         workers, servers;
    dt_port *const *server;     /* [servers] */
    dt_keeper     *part;        /* [servers] */
    dt_vec        *whole;       /* the model that a worker put together last, of these versions [servers]; NULL: none yet */
    long          *versions;
    dt_message    *got;         /* [workers][servers] values on their way into a worker */
    bool          *left;        /* [workers] it has broken off an iteration that was over, and is not back yet */
    const float  **x;           /* [workers] scratch of merging */
    double        *size, *weight;
};

struct dt_stores {
    const dt_learning *learning;
    const dt_team *team;
    dt_monitor      *monitor;
    const dt_sync *sync;
    size_t         depth;       /* iterations whose gradients may wait to be merged; 0: sync does not merge */
    dt_sync_ending ending;      /* when an iteration is over whose gradients are merged */
    bool           ordered;     /* who comes first matters: messages that arrive at one instant are handled together */
    dt_arena      *run;
    dt_vec        *x;           /* the initial model */
    dt_store      *store;       /* [count] */
    size_t         count;
    size_t        *of, *index;  /* [ranks] the store of a rank, and its place among that store's workers */
    long           round;       /* rounds that are over at all servers */
    long           applied, marked;     /* pushes that first servers have applied: all; those of evaluated rounds */
    long           changes;     /* how often a worker has become absent or present, from 1 */
    double         merge_flops; /* of adding a worker's packet to the whole model */
    bool           over, due;   /* the training is over; reached is still to be evaluated */
    dt_reached     reached;
    long           overrun;
    struct dt_mirror **mirror;  /* [group.servers] the mirror of each server, once its role has begun: mirror.h */
    float         *model;       /* [n] the model, put together from all servers; NULL: one server has it */
    struct dt_outage *outage;   /* [servers] their failures: durable.c; NULL: none fails */
};

void dt_store_part_open(dt_store *s, size_t server);

/* late.c: set the clocks of those whose gradients have not come to the iteration that begins; have workers break off that are late at
 * every server; and judge a gradient that comes after its iteration: true, it counts in the present one; else it is dropped. */
void dt_store_pass_over(dt_store *s, dt_keeper *p);
void dt_store_dismiss(dt_store *s);
bool dt_store_late(dt_store *s, dt_keeper *p, size_t i, const dt_message *m);

/* Look for the slowest present worker anew: clocks have changed. */
void dt_store_find_slowest(const dt_store *s, dt_keeper *p);

#endif
