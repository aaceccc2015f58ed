/* keeping.h - what the two files of a store share: store.c has the words of workers, keeping.c what servers do. */
#ifndef DT_ROLE_KEEPING_H
#define DT_ROLE_KEEPING_H

#include "role/store.h"

/* What is asked of a server; the tag of a message is its number times DT_STORE_KINDS, and its kind. */
enum { DT_STORE_PUSH, DT_STORE_PULL, DT_STORE_SWAP, DT_STORE_VALUES, DT_STORE_KINDS };

enum { DT_STORE_TOTALS = 16 };      /* iterations that workers are seldom apart */

/* One server and its range. */
typedef struct dt_keeper {
    dt_port     *port;
    dt_slice     range;
    dt_vec_pool *pool;          /* of range.count entries */
    dt_vec      *x;             /* the values, shared with those who have pulled them: a change takes another vector */
    float       *memory;        /* of the optimiser; NULL if it keeps none */
    long         version, steps;
    /* Of each worker [workers]: */
    long        *done;          /* iterations whose push has come; LONG_MAX: gone */
    long        *seen;          /* version it was sent last */
    long        *number;        /* of its newest request */
    bool        *waits;         /* for values */
    dt_vec     **pushed;        /* gradient of this iteration, where pushes are merged; else NULL */
    double      *samples;       /* behind it */
    size_t       present, ready;        /* not gone; of these, with a gradient in pushed */
    long         slowest;
    size_t       at_slowest;    /* how many are there */
    long         round;
    size_t       count;         /* pushes applied since round began */
    double       factor, past;  /* of the schedule, in this round and in the one before */
    bool         moved;         /* values or clocks have changed since values were sent */
    size_t      *asked;         /* [workers] who has asked since then; asks of them */
    size_t       asks;
    dt_message  *in;            /* [room] what has arrived in one instant */
    size_t       room;
    struct { long iteration, changes; double samples; } total[DT_STORE_TOTALS];
    dt_store_more more;
} dt_keeper;

struct dt_store {
    dt_stores     *all;
    const size_t  *worker;      /* [workers] their ranks, ascending */
    size_t         workers, servers;
    dt_port *const *server;     /* [servers] */
    dt_keeper       *part;        /* [servers] */
    dt_vec        *whole;       /* what a worker put together last, of these versions [servers]; NULL: nothing yet */
    long          *versions;
    dt_message    *got;         /* [workers][servers] values on their way into a worker */
    const float  **x;           /* [workers] scratch of merging */
    double        *size, *weight;
};

struct dt_stores {
    const dt_learning *learning;
    const dt_team *team;
    dt_monitor      *monitor;
    const dt_sync *sync;
    dt_arena      *run;
    dt_vec        *x;           /* the initial model */
    dt_store      *store;       /* [count] */
    size_t         count;
    size_t        *of, *index;  /* [ranks] the store of a rank, and its place among that store's workers */
    long           round, applied, marked;      /* rounds over everywhere; pushes that first servers have applied, by the last mark */
    long           changes;     /* of who is there, from 1 */
    bool           over, due;   /* due: what was reached is still to be evaluated */
    dt_reached     reached;
    long           overrun;
    struct dt_mirror **mirror;  /* [group.servers] of each server, once its role has begun; mirror.h */
    float         *model;       /* [n] where it is put together; NULL: one server has it */
};

void dt_store_part_open(dt_store *s, size_t server);

#endif
