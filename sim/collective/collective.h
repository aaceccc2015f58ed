/* collective.h - how the workers of a group form one mean: a cost, message by message, and a result.
 * The numbers are formed once, in the order of ranks, by the aggregate; every rank gets the same shared
 * vector, so the result does not depend on the algorithm; the time and the bytes do.
 *
 * What travels: a vector of n entries is 4n bytes dense, or a packet of wire_bytes from a compressor.  The sum
 * of j packets that merge (dense numbers) is one packet; of j that do not (sparse, sign, quantised), j packets
 * or the dense vector, whichever is smaller.  A piece is a run of entries and its share of those bytes,
 * rounded up to whole bytes. */
#ifndef DT_COLLECTIVE_COLLECTIVE_H
#define DT_COLLECTIVE_COLLECTIVE_H

#include "aggregate/aggregate.h"
#include "base/room.h"
#include "base/vec.h"
#include "engine/engine.h"
#include <stdint.h>

/* Who takes part: any endpoints (workers, the leaders of sites, the devices of a machine), and the servers of those
 * algorithms that have some. */
typedef struct dt_group {
    dt_engine         *engine;
    dt_port *const    *port;        /* [ranks] */
    size_t             ranks;
    dt_port *const    *server;      /* [servers] the first is that of algorithms with one; one site after the other */
    size_t             servers;
    const size_t      *site;        /* [ranks] of each; NULL, 1: all in one */
    size_t             sites;
    const size_t      *server_site; /* [servers] likewise; sites or more: in none of them */
    const char *const *site_name;   /* [sites] */
} dt_group;

/* What one rank brings.  It stays as it is until the call returns. */
typedef struct dt_share {
    const float *x;             /* [n], or NULL: only time and bytes are simulated */
    double       size;          /* samples behind it: the weight of the weighted mean */
    double       wire_bytes;    /* of the packet it travels as */
    bool         merges;
    double       value;         /* a number averaged with the same weights, such as a loss */
    bool         measure;       /* the spread is wanted */
    long         step;          /* gradient steps behind it */
} dt_share;

/* Numbers that come with the mean. */
typedef struct dt_outcome {
    double value;               /* weighted mean of the values; NaN if the shares have no vectors */
    double spread;              /* root mean square distance of the vectors from the mean; NaN if not wanted */
    long   step;                /* the most steps behind a share */
    long   number;              /* means formed before this one */
    long   count;               /* shares it was formed of; 0: the model of one stands */
} dt_outcome;

typedef struct dt_collective dt_collective;

/* One mean being formed, as one participant sees it: what the algorithms work with. */
typedef struct dt_round {
    const dt_collective *collective;
    const size_t        *member;    /* [ranks] who takes part, ascending */
    size_t               ranks;     /* how many: below they are numbered from 0, whoever is missing */
    size_t               n;
    size_t               self;      /* number, or DT_SERVER */
    dt_port             *port;      /* its own: member changes when an attempt is given up */
    long                 number;    /* of the attempt */
} dt_round;

#define DT_SERVER SIZE_MAX          /* the server, instead of a number */

/* Entries of piece number piece when n is cut in pieces: they differ by one at most. */
size_t dt_round_piece(const dt_round *round, size_t piece, size_t pieces);

/* Bytes of that many entries of the merged packets of count ranks. */
double dt_round_bytes(const dt_round *round, size_t count, size_t entries);

/* Send to a rank or the server without waiting; step tells messages of one pair and round apart.
 * dt_round_meet: as MPI sends what is large, it departs only when the other side waits for it. */
void dt_round_post(const dt_round *round, size_t to, long step, double bytes);
void dt_round_meet(const dt_round *round, size_t to, long step, double bytes);

/* [time] Wait for a message of this round, and until the own posts have arrived.
 * Errors: DT_EDOWN where the own host failed or the attempt is given up; an algorithm passes that on. */
DT_CHECKED dt_status dt_round_receive(const dt_round *round, size_t from, long step);
DT_CHECKED dt_status dt_round_flush(const dt_round *round);

/* Told of a way that messages go, from rank to rank; DT_SERVER is the server. */
typedef void dt_way(void *owner, size_t from, size_t to);

typedef struct dt_collective_type {
    dt_entry is;
    bool gathers;       /* the vectors of all ranks reach one place, each by itself; false: partial sums travel */
    /* [time] The part of one rank.  When it returns DT_OK, everything the mean needs from all ranks has reached it. */
    dt_status (*exchange)(const void *state, const dt_round *round);
    /* [time] The server's part of one round; NULL: the algorithm has no server. */
    dt_status (*serve)(const void *state, const dt_round *round);
    /* Every way that a message of one mean goes, where nobody is missing. */
    void (*ways)(size_t ranks, dt_way *way, void *owner);
} dt_collective_type;

DT_DECLARE_ROOM(collective)     /* preset: "ring" */

/* Can the algorithm that config names form what the aggregate asks for?
 * Errors: DT_ENOTFOUND name; DT_EINVAL at "aggregate": it needs all vectors in one place, and partial sums travel. */
dt_status dt_collective_check(const dt_config *config, const dt_aggregate *aggregate, dt_arena *run);

/* Open the algorithm that config names for vectors of n entries; belongs to run.
 *   pool   where means are taken from   aggregate, threads   who forms the numbers, on which threads
 * Errors: those of dt_collective_check; DT_EINVAL key or value. */
dt_status dt_collective_open(dt_collective **c, const dt_config *config, const dt_group *group, size_t n,
                             dt_vec_pool *pool, const dt_aggregate *aggregate, dt_pool *threads, dt_arena *run);

/* [time] Bring rank's share to the mean that all members form together; every member calls this equally often.
 * All ranks are members until they are dropped.  A member that fails is waited for until then; the others begin anew
 * without it, or, where one of them has the mean, take it over.  Who was dropped and calls again joins the next mean
 * with nothing to bring (its share is not looked at, but for x where nobody brings anything) and leaves with it.
 *   mean  what comes out, shared, one count for the caller; its entries mean nothing if the shares have none
 * Errors, there is no mean then: DT_EDOWN, the rank's host failed; DT_EOVER, all others have gone home. */
DT_CHECKED dt_status dt_collective_mean(dt_collective *c, size_t rank, const dt_share *share, dt_vec **mean, dt_outcome *outcome);

/* The others go on without rank: what it had a part in is begun anew. */
void dt_collective_drop(dt_collective *c, size_t rank);

#endif
