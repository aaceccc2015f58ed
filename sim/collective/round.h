/* round.h - the words that algorithms are written in: an exchange as one of those who take part in it sees it. */
#ifndef DT_COLLECTIVE_ROUND_H
#define DT_COLLECTIVE_ROUND_H

#include "collective/collective.h"

/* Members are numbered from 0, whoever is missing. */
struct dt_round {
    dt_exchange_kind     kind;
    size_t               root;      /* number of the root */
    size_t               self;      /* own number, or DT_SERVER(s) */
    size_t               ranks;     /* members */
    size_t               servers;   /* that the algorithm has */
    size_t               n;         /* entries exchanged */
    bool                 partial;   /* of some members: what a reduce-scatter leaves is their sum, in even pieces */
    /* For round.c: */
    dt_port             *port;      /* its own: member changes when an attempt is given up */
    long                 tag;       /* of step 0 */
    size_t               trip, trips;   /* which of how many in which packets go, each with its part of the bytes */
    const size_t        *member;    /* [ranks] */
    const size_t        *first;     /* [ranks + 1] member i stands for behind[first[i]] .. behind[first[i + 1] - 1]; NULL: for */
    const size_t        *behind;    /* itself */
    struct dt_ongoing   *ongoing;
};

/* ---- what travels: entries, and bytes --------------------------------------------------------- */

/* A sum of shares: begins as { 0 }.  Add those of count members from number first on, who have come, round from the last to
 * the first.  A member has one at a time: join, of packets whose sum is their union, is its room for those added [joined]. */
typedef struct dt_sum { size_t count, joined; double bytes, largest, plain; bool apart; const struct dt_compress **join; } dt_sum;
void dt_round_add(const dt_round *round, dt_sum *sum, size_t first, size_t count);

/* Whole bytes: of that many entries of a sum; of entries of the result, which is the mean of all or what was brought; and of
 * the pieces of the result that belong to count members from number first on. */
double dt_round_sum_bytes(const dt_round *round, const dt_sum *sum, size_t entries);
double dt_round_result_bytes(const dt_round *round, size_t entries);
double dt_round_piece_bytes(const dt_round *round, size_t first, size_t count);

/* Entries: of piece number piece when n is cut in pieces; of the pieces of count members from number first on. */
size_t dt_round_cut(const dt_round *round, size_t piece, size_t pieces);
size_t dt_round_pieces(const dt_round *round, size_t first, size_t count);

size_t dt_round_part(const dt_round *round);       /* of a vector that is exchanged in parts; 0: the first, or of the whole */

/* ---- messages ---------------------------------------------------------------------------------- */

/* Send to a member or the server without waiting; step, below 2^21, tells messages of one pair apart.
 * dt_round_meet: as MPI sends what is large, it departs only when the other side waits for it. */
void dt_round_post(const dt_round *round, size_t to, long step, double bytes);
void dt_round_meet(const dt_round *round, size_t to, long step, double bytes);

/* [time] Wait for a message of this round, and until the own posts have arrived.
 * Errors: DT_EDOWN where the own host failed or the attempt is given up; an algorithm passes that on. */
DT_CHECKED dt_status dt_round_receive(const dt_round *round, size_t from, long step);
DT_CHECKED dt_status dt_round_flush(const dt_round *round);

/* [time] For who adds a sum that it has received, of so many entries, to its own: what adding one vector, or one packet, takes.
 * Errors: DT_EDOWN. */
DT_CHECKED dt_status dt_round_merge(const dt_round *round, size_t entries);
double dt_round_merge_flops(const dt_round *round, size_t entries);
/* [time] Pieces go around all in p - 1 steps from step on: member r sends sums of pieces r + own - 1, r + own - 2, ..., and adds what
 * it receives (adds); or pieces r + own, r + own - 1, ... of the result.  Errors: DT_EDOWN. */
DT_CHECKED dt_status dt_round_circle(const dt_round *round, size_t own, bool adds, long step);

/* [time] For who has so many entries of the shares of all in one place, or of so many sums of them, before it sends the result:
 * what forming it takes.  Errors: DT_EDOWN. */
DT_CHECKED dt_status dt_round_form(const dt_round *round, size_t entries);
DT_CHECKED dt_status dt_round_form_of(const dt_round *round, size_t sums, size_t entries);

/* [time] Do nothing for so long: a server that has something else to do for the exchange.  Errors: DT_EDOWN.
 * Exchanges before this one, of the same sequence. */
DT_CHECKED dt_status dt_round_pause(const dt_round *round, double seconds);
long dt_round_number(const dt_round *round);

/* [time] Along a binomial tree: the pieces of all to the root, and from it to all: log2(p) alpha + ((p-1)/p) N beta; and whole
 * vectors, as a sum to the root, and from it to all: log2(p) (alpha + N beta).  Two of one pair take 2 steps from step on.
 * Source: Thakur, Rabenseifner, Gropp 2005, section 3. */
DT_CHECKED dt_status dt_round_gather(const dt_round *round, size_t root, long step);
DT_CHECKED dt_status dt_round_scatter(const dt_round *round, size_t root, long step);
DT_CHECKED dt_status dt_round_reduce(const dt_round *round, size_t root, long step);
DT_CHECKED dt_status dt_round_broadcast(const dt_round *round, size_t root, long step);

/* [time] For who gathers, where an all-reduce is formed of the first k shares: messages of that step from the first k members,
 * and from those who come in the same instant.  Whose has come; and, for a member, whether its share came too late: then its
 * algorithm returns DT_ELATE. */
bool dt_round_waits_for_all(const dt_round *round);
DT_CHECKED dt_status dt_round_receive_first(const dt_round *round, long step);
bool dt_round_came(const dt_round *round, size_t number);
bool dt_round_late(const dt_round *round);

/* ---- parts of a group ---------------------------------------------------------------------------- */

/* Sites that have members. */
size_t dt_round_sites(const dt_round *round);

/* The same round with its members numbered one site after another; each: how many every site has, 0 where they differ, where there is
 * one alone, or where it is a round among some of the group. */
dt_round dt_round_by_site(const dt_round *round, size_t *each);

/* The round among the members of the own site, of whom number 0 is the leader (the root is one), and the round among
 * the leaders, where each stands for its site, and of servers; false: the own member is none.  phase, 0 .. 6, tells their messages apart. */
dt_round dt_round_inside(const dt_round *round, dt_exchange_kind kind, long phase);
bool     dt_round_between(const dt_round *round, dt_exchange_kind kind, long phase, dt_round *between);

/* What is done inside sites before and after an exchange between leaders; DT_EXCHANGE_KINDS: nothing. */
dt_exchange_kind dt_round_up(dt_exchange_kind kind);
dt_exchange_kind dt_round_down(dt_exchange_kind kind);

/* Do all sites have the same number of members?  Then there are rounds of some of them, in which the result of a reduce-scatter
 * is the sum of these, cut evenly: among the members of the own site; and among its equals, the member of every site that has
 * the same number there: they exchange one piece of as many as a site has members, and each stands for its site. */
bool     dt_round_even(const dt_round *round);
dt_round dt_round_shared(const dt_round *round, dt_exchange_kind kind, long phase);
dt_round dt_round_equals(const dt_round *round, dt_exchange_kind kind, long phase);

/* An algorithm that is a part of another, by its name at the key path, with its presets: what that says of its parameters.
 * Errors: DT_ENOTFOUND; DT_EINVAL: it has servers, or looks at sites itself. */
dt_status dt_collective_part(const char *name, const char *path, const dt_collective_type **type, void **state, dt_arena *run);

#endif
