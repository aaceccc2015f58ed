/* inside.h - what the files of collective/ share: the exchanges that go on, and who takes part in them. */
#ifndef DT_COLLECTIVE_INSIDE_H
#define DT_COLLECTIVE_INSIDE_H

#include "collective/round.h"

/* What a rank is in its group, and in one exchange: membership.c has the tables of transitions. */
typedef enum dt_standing { DT_IN, DT_OUT, DT_ASKS, DT_CALLED } dt_standing;
typedef enum dt_part { DT_ABSENT, DT_EXPECTED, DT_HERE, DT_LATE, DT_DONE, DT_TAKEN, DT_PARTS } dt_part;

/* Exchanges that every member takes part in one after another: of the members themselves, or of their hands. */
typedef struct dt_sequence {
    bool   hands;
    long  *next;                /* [ranks] number of the exchange that each takes part in next; LONG_MAX: none before it joins */
    long   begun, formed;       /* exchanges that have begun; all with lower numbers than formed have their result */
    struct dt_ongoing **at;     /* [room] that with number k stands at k % room; NULL: it is over */
    size_t room;
    struct dt_ongoing *spare;
} dt_sequence;

/* A member on its hand. */
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
    dt_part   *part;            /* [ranks] */
    size_t     parts[DT_PARTS]; /* how many ranks are in each */
    dt_share  *share;           /* [ranks] of those who have come */
    dt_port  **port, *server;   /* [ranks] who exchanges messages: the member itself or its hand, and likewise */
    dt_courier *courier;        /* [ranks] */
    long       carrying;        /* hands that act */
    bool       served, serving; /* one of them is the server's; the server is at it */
    size_t    *place, pieces;   /* [ranks] whose piece is which of how many */
    dt_sum     all;             /* of all shares; count 0: not summed yet */
    size_t    *behind, *first, *leader, sites;  /* members by site, the leader first; [sites + 1]; [sites]: sites.c */
    size_t    *arrival, arrived;    /* [ranks] of k of n: who has come, in order of time, then of rank */
    double    *came_s;          /* [ranks] */
    bool      *asked, *late;    /* [ranks] waits for a result that was formed without it; its share came too late */
    bool       fetch;           /* when the attempt began there was a result: who has not got it fetches it */
    bool       choosing, chosen;    /* the first k will be chosen at this second; have been */
    bool       formed;          /* there is a result, or there will be none */
    dt_vec    *result;          /* NULL: none, or not yet */
    dt_outcome outcome;
    struct dt_ongoing *next_spare;
} dt_ongoing;

struct dt_collective {
    const dt_collective_type *type;
    void                *state;
    const dt_group      *group;
    size_t               n;
    dt_vec_pool         *pool;
    const dt_aggregate  *aggregate;
    dt_pool             *threads;
    dt_arena            *run;
    dt_standing         *standing;      /* [ranks] */
    dt_sequence          own, started;
    struct dt_whole     *wholes;        /* form.c */
    const float        **x;             /* [ranks] scratch of forming */
    double              *size, *weight, *value; /* [ranks] */
    float               *packed;        /* [packed_room] values of keys, one rank after another */
    size_t               packed_room;
};

/* ---- membership.c ---------------------------------------------------------------------------- */

void dt_membership_open(dt_collective *c, dt_sequence *in, bool hands);

/* The exchange of that number; it begins if it has not. */
dt_ongoing *dt_membership_exchange(dt_collective *c, dt_sequence *in, long number);
dt_ongoing *dt_membership_find(const dt_sequence *in, long number);     /* NULL: there is none now */

bool dt_membership_in(const dt_collective *c, size_t rank);

/* [time] Become a member again, with the next exchange that nobody has come to yet.  Errors: DT_EDOWN, DT_EOVER. */
DT_CHECKED dt_status dt_membership_join(dt_collective *c, size_t rank);

/* Come to the next exchange with a share; it has the result; it leaves with it. */
dt_ongoing *dt_membership_enter(dt_collective *c, dt_sequence *in, size_t rank, const dt_exchange *what, const dt_share *share);
void dt_membership_done(dt_ongoing *o, size_t rank);
void dt_membership_take(dt_ongoing *o, size_t rank);

/* The result is gone with all who had it: what the rank has brought goes into the next exchange. */
dt_ongoing *dt_membership_pass(dt_ongoing *o, size_t rank);

/* The attempt is given up: who is in it begins anew. */
void dt_membership_repeat(dt_ongoing *o);

/* There is a result, or there will be none; a hand has returned. */
void dt_membership_formed(dt_ongoing *o);
void dt_membership_close(dt_ongoing *o);

/* Of how many shares an exchange is formed; the first of those who have come so far are chosen, the others are late. */
size_t dt_membership_least(const dt_ongoing *o);
void   dt_membership_arrive(dt_ongoing *o, size_t rank);
void   dt_membership_choose(dt_ongoing *o);

/* Has rank brought a share that is, or will be, in the result? */
bool dt_membership_counts(const dt_ongoing *o, size_t rank);

/* Somebody who has the result and can send it; NULL: nobody. */
dt_port *dt_membership_holder(const dt_ongoing *o);

/* ---- form.c, round.c, sites.c, collective.c --------------------------------------------------- */

/* Form the numbers, once: all that they need has come.  Give them up: another attempt forms them. */
void dt_form_result(dt_ongoing *o);
void dt_form_discard(dt_ongoing *o);
dt_slice dt_form_piece(const dt_ongoing *o, size_t rank);       /* of the entries exchanged */

/* The exchange as rank, or the server, sees it. */
dt_round dt_round_of(dt_ongoing *o, size_t rank);
/* Messages of different attempts have different tags; the last two are of a result that is fetched, and of who may go on. */
long dt_round_tag(long attempt, long step);
enum { DT_STEP_FETCH = (1L << 24) - 1, DT_STEP_GO = (1L << 24) - 2 };

void dt_sites_sort(dt_ongoing *o);      /* the members of a new attempt, by site */

/* [time] Get the result on the port that exchanges messages.  *o becomes the exchange it is of. */
DT_CHECKED dt_status dt_exchange_carry(dt_ongoing **o, size_t rank);
/* [time] The server's part, until there is a result. */
DT_CHECKED dt_status dt_exchange_serve(dt_ongoing *o);

#endif
