/* collective.h - exchanges among the members of a group: an all-reduce and its parts, by messages or at once, and what comes out.
 * The numbers are formed once, in the order of ranks, by the aggregate; every rank gets the same shared vector, so the result
 * does not depend on the algorithm; the time and the bytes do.
 *
 * What travels: n entries are 4n bytes dense, or a packet of wire_bytes from a compressor.  The sum of packets that merge
 * (dense numbers) is one packet; that of others (sparse, sign, quantised) is all of them, or the dense vector, whichever is
 * smaller.  A piece is a run of entries and its share of those bytes, rounded up to whole bytes.
 * Several exchanges of a group, and of several groups over the same ports, may go on at the same time. */
#ifndef DT_COLLECTIVE_COLLECTIVE_H
#define DT_COLLECTIVE_COLLECTIVE_H

#include "aggregate/aggregate.h"
#include "base/room.h"
#include "collective/exchange.h"
#include "compress/compress.h"
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

typedef struct dt_collective dt_collective;
typedef struct dt_round dt_round;       /* round.h: an exchange as an algorithm sees it */

/* Server number s of those of the algorithm, where a member's number could stand. */
#define DT_SERVER(s) (SIZE_MAX - (size_t)(s))

/* Called for every pair between which messages go: from a rank, or DT_SERVER(s), to another. */
typedef void dt_way(void *owner, size_t from, size_t to);

typedef struct dt_collective_type {
    dt_entry is;
    bool gathers;       /* the vectors of all ranks reach one place, each by itself; false: partial sums travel */
    bool pieces;        /* the shares of all meet in one place for each piece of the entries: aggregates that go entry by entry */
    bool peers;         /* members send to each other besides to the server, which coordinates them */
    bool sited;         /* it looks at the sites of the members, so that it cannot be a part of another algorithm */
    bool sharded;       /* it has all servers of the group, each for a piece of every vector; false: the first alone, or none */
    /* Look up what the parameters name, once they are read; NULL: nothing.  Errors: DT_ENOTFOUND, DT_EINVAL at the key. */
    dt_status (*init)(void *state, dt_arena *run);
    /* [time] The part of one rank in an exchange of any kind.  When it returns DT_OK, everything that its result needs from
     * others has reached it. */
    dt_status (*exchange)(const void *state, const dt_round *round);
    /* [time] The part of one server; NULL: the algorithm has no server. */
    dt_status (*serve)(const void *state, const dt_round *round);
    /* Call way for every pair between which a message of one all-reduce of all ranks goes. */
    void (*ways)(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch);
} dt_collective_type;

DT_DECLARE_ROOM(collective)     /* preset: "ring" */

/* Can the algorithm that config names form what the aggregate asks for?
 * Errors: DT_ENOTFOUND name; DT_EINVAL at "aggregate": it needs all vectors in one place, and partial sums travel. */
dt_status dt_collective_check(const dt_config *config, const dt_aggregate *aggregate, dt_arena *run);

/* Call way for every pair between which a message of one all-reduce of all ranks goes.  Errors: as dt_collective_check. */
dt_status dt_collective_ways(const dt_config *config, const dt_group *group, dt_way *way, void *owner, dt_arena *run);

/* Open the algorithm that config names for vectors of n entries; belongs to run.
 *   pool   where results are taken from   aggregate, threads   who forms the numbers, on which threads
 * Errors: those of dt_collective_check; DT_EINVAL key or value. */
dt_status dt_collective_open(dt_collective **c, const dt_config *config, const dt_group *group, size_t n,
                             dt_vec_pool *pool, const dt_aggregate *aggregate, dt_pool *threads, dt_arena *run);

/* How exchanges are simulated: message by message; or, where nothing disturbs them, reckoned at once with the same ends, bytes and
 * accounts (folded).  DT_DETAIL_AUTO: folded where there are many members; DT_DETAIL_FOLDED: also where there are few, with a warning
 * where it cannot be.  The preset is DT_DETAIL_MESSAGES. */
typedef enum dt_detail { DT_DETAIL_MESSAGES, DT_DETAIL_FOLDED, DT_DETAIL_AUTO } dt_detail;
void dt_collective_detail(dt_collective *c, dt_detail detail);

/* What reduces whole vectors has shares that are packets of merger's kind, an instance of the workers' compressor of its own:
 * adding them is charged, and they take the trips of its type.  It sums them itself where that changes the sum: joint types in
 * their own terms, and with twice, where the sum travels as a packet again. */
void dt_collective_merge_by(dt_collective *c, dt_compress *merger);

/* [time] Contribute rank's share to the current exchange and block until the result is there.  Every member makes the same
 * number of calls, with the same what.  All ranks are members until they are dropped.  If a member fails, the others wait until
 * it is dropped, then restart the exchange without it; a member that missed the end of an exchange fetches the result from one
 * that has it.  A rank that was dropped and calls again joins the next exchange and gets its result, but contributes nothing to
 * it: of its share only x is used, and only if nobody contributes anything.
 *   what    NULL: an all-reduce of the whole vector
 *   result  shared, the caller owns one count: the entries exchanged stand at their places, the others are undefined, as are all
 *           if the shares have no numbers; NULL: the member gets none, as it is not the root, or the root was dropped
 * Errors, there is no result then: DT_EDOWN, the rank's host failed; DT_EOVER, all others have gone home. */
DT_CHECKED dt_status dt_collective_exchange(dt_collective *c, size_t rank, const dt_exchange *what, const dt_share *share,
                                            dt_vec **result, dt_outcome *outcome);
/* [time] The same with what = NULL. */
DT_CHECKED dt_status dt_collective_mean(dt_collective *c, size_t rank, const dt_share *share, dt_vec **mean, dt_outcome *outcome);

/* Start a non-blocking exchange: a hand, an endpoint beside the member's own, carries it while the member does something else.
 * Several may be under way; all members start theirs in the same order and await each once, in any order.  number tells them
 * apart.  A member that was dropped takes part again once it has joined a blocking exchange.
 * Errors: DT_EDOWN, the host is down; DT_EINVAL, the member was dropped and has not joined yet. */
DT_CHECKED dt_status dt_collective_start(dt_collective *c, size_t rank, const dt_exchange *what, const dt_share *share, long *number);
/* Has its result come to rank?  Then waiting for it takes no time. */
bool dt_collective_done(const dt_collective *c, size_t rank, long number);
/* [time] Wait for its result.  Errors: DT_EDOWN. */
DT_CHECKED dt_status dt_collective_await(dt_collective *c, size_t rank, long number, dt_vec **result, dt_outcome *outcome);

/* Drop rank from the group: exchanges that it takes part in are restarted without it.  dt_collective_leave: it takes part in no
 * further exchange, as it has finished; those that it has contributed to stand. */
void dt_collective_drop(dt_collective *c, size_t rank);
void dt_collective_leave(dt_collective *c, size_t rank);

#endif
