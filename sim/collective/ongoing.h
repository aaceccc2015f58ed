/* ongoing.h - an exchange that goes on, and who takes part in it.  Private to this room. */
#ifndef DT_COLLECTIVE_ONGOING_H
#define DT_COLLECTIVE_ONGOING_H

#include "collective/round.h"

/* What a rank is in its group, and in one exchange: membership.c has the tables of transitions. */
typedef enum dt_standing { DT_IN, DT_OUT, DT_ASKS, DT_CALLED } dt_standing;
typedef enum dt_presence { DT_ABSENT, DT_EXPECTED, DT_HERE, DT_LATE, DT_DONE, DT_TAKEN, DT_PRESENCES } dt_presence;

/* How its messages go: ahead.h has the table. */
typedef enum dt_going { DT_UNDECIDED, DT_FOLDED, DT_BY_MESSAGES } dt_going;

/* Exchanges that every member takes part in one after another: of the members themselves, or of their hands. */
typedef struct dt_sequence {
    bool   hands;
    long  *next;                /* [ranks] number of the exchange that each takes part in next; LONG_MAX: none before it joins */
    long   begun, formed;       /* exchanges that have begun; all with lower numbers than formed have their result */
    struct dt_ongoing **at;     /* [room] that with number k stands at k % room; NULL: it is over */
    size_t room, made;          /* made: so many, which take turns */
    struct dt_ongoing *spare;
} dt_sequence;

/* A member, or a server, on its hand. */
typedef struct dt_courier { struct dt_ongoing *ongoing; size_t rank; } dt_courier;

/* An exchange from its beginning until everybody who takes part has the result. */
typedef struct dt_ongoing {
    struct dt_collective *collective;
    dt_sequence *in;
    dt_exchange what;
    size_t     n;               /* entries exchanged */
    double     width;           /* bytes of a dense one */
    long       number;          /* in its sequence */
    long       attempt, ticket; /* for tags: of messages, and of what a hand tells its member */
    size_t    *member;          /* [ranks] of this attempt, ascending */
    size_t     count;
    dt_presence *presence;         /* [ranks] */
    size_t     present[DT_PRESENCES]; /* how many ranks are in each */
    dt_share  *share;           /* [ranks] of those who have come */
    dt_port  **port, **server;  /* [ranks], [servers] who exchanges messages: the member itself or its hand, and likewise */
    dt_courier *courier;        /* [ranks + servers] */
    long       carrying;        /* hands that act */
    bool       served, *serving;    /* some of them are those of servers; [servers]: which of them are at it */
    size_t    *place, pieces;   /* [ranks] whose piece is which of how many */
    dt_sum     all;             /* of all shares; count 0: not summed yet */
    const struct dt_compress **join;    /* [ranks + 1][ranks] for the sum of each member, and of all; NULL: no packets were joined yet */
    size_t    *behind, *first, *leader, sites;  /* members by site, the leader first; [sites + 1]; [sites]: sites.c */
    size_t    *equal;           /* [ranks] if all sites are alike: the first of each site, the second of each, ... */
    bool       even;
    size_t    *arrival, arrived;    /* [ranks] of k of n: who has come, in order of time, then of rank */
    double    *came_s;          /* [ranks] */
    bool      *asked, *late;    /* [ranks] waits for a result that was formed without it; its share came too late */
    bool       fetch;           /* when the attempt began there was a result: who has not got it fetches it */
    dt_going   detail;          /* of this attempt */
    size_t     stays;           /* members that wait until their ends are known, or have waited */
    bool      *holds;           /* [ranks] */
    bool       choosing, chosen;    /* the first k will be chosen at this second; have been */
    bool       formed;          /* there is a result, or there will be none */
    dt_vec    *result;          /* NULL: none, or not yet */
    double     again_bytes;     /* of a result that is encoded again */
    dt_compress *merger;        /* of packets of those entries; NULL: none are lossy */
    dt_outcome outcome;
    /* Of one part of many (parts.c), parts_of NULL: it is none. */
    struct dt_parts *parts_of;
    size_t     part_number, *held;  /* [servers] posts that wait for their turn */
    long       priority;
    double     turn_bytes;      /* that its turn took of the credit */
    struct dt_ongoing *next_spare;
} dt_ongoing;

#endif
