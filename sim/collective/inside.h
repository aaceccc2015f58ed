/* inside.h - what the files of collective/ share: the exchanges that go on, and who takes part in them. */
#ifndef DT_COLLECTIVE_INSIDE_H
#define DT_COLLECTIVE_INSIDE_H

#include "collective/ongoing.h"

struct dt_collective {
    const dt_collective_type *type;
    void                *state;
    const dt_group      *group;
    dt_port            **server;        /* [servers] of exchanges that members wait for */
    size_t               servers;       /* that the algorithm has */
    size_t               n;
    dt_vec_pool         *pool;
    const dt_aggregate  *aggregate;
    dt_pool             *threads;
    dt_arena            *run;
    dt_standing         *standing;      /* [ranks] */
    dt_sequence          own, started;
    struct dt_whole     *wholes;        /* form.c */
    struct dt_ahead     *ahead;         /* NULL: all exchanges go message by message */
    dt_compress         *merger;        /* of packets of whole vectors; NULL: none are lossy */
    const float        **x;             /* [ranks] scratch of forming */
    const dt_compress  **packet;        /* [ranks] likewise, of those shares that are packets */
    double              *size, *weight, *value; /* [ranks] */
    float               *packed;        /* [packed_room] values of keys, one rank after another */
    size_t               packed_room;
};

/* ---- membership.c, sequence.c ---------------------------------------------------------------- */

/* One transition of the table; the share of a rank is not needed any more. */
void dt_presence_set(dt_ongoing *o, size_t rank, dt_presence to);
void dt_presence_drop_share(dt_ongoing *o, size_t rank);

/* A new attempt.  Is there somebody who has not got the result?  What all exchange (NULL: an all-reduce of all). */
void dt_membership_begin(dt_ongoing *o);
bool dt_membership_left(const dt_ongoing *o);
void dt_membership_agree(dt_ongoing *o, const dt_exchange *what);

void dt_membership_open(dt_collective *c, dt_sequence *in, bool hands);

/* An exchange of all ranks that stands in no sequence, and has no hands yet. */
dt_ongoing *dt_membership_alone(dt_collective *c);

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

dt_port *dt_membership_holder(const dt_ongoing *o);      /* somebody who has the result and can send it; NULL: nobody */

/* ---- form.c, round.c, sites.c, collective.c --------------------------------------------------- */

/* Form the numbers, once: all that they need has come.  Give them up: another attempt forms them. */
void dt_form_result(dt_ongoing *o);
void dt_form_discard(dt_ongoing *o);
bool dt_form_sums(const dt_ongoing *o);         /* it sums what packets can hold; known before anybody has come */
bool dt_form_packets(const dt_ongoing *o);      /* what is summed are packets, or would be if there were numbers */
bool dt_form_merges(const dt_ongoing *o);       /* likewise, and a merger sums them in another way than as they are decoded */
dt_slice dt_form_piece(const dt_ongoing *o, size_t rank);       /* of the entries exchanged */

/* The vector that exchanges with this number fill: one user more, or less. */
dt_vec *dt_form_whole(dt_collective *c, long number);
void    dt_form_whole_end(dt_collective *c, long number);

/* [time] The part of rank, or of DT_SERVER(s), in all trips of the exchange. */
DT_CHECKED dt_status dt_round_go(dt_ongoing *o, size_t rank);
/* Messages of different attempts have different tags; the last two are of a result that is fetched, and of who may go on. */
long dt_round_tag(long attempt, long step);
enum { DT_STEP_FETCH = (1L << 24) - 1, DT_STEP_GO = (1L << 24) - 2 };

/* ---- parts.c: messages of a part, in turn ------------------------------------------------------- */

bool dt_parts_by_servers(const dt_ongoing *o);  /* a part of which each member has its own turn, as it talks to servers alone */

/* A server sends to rank when it is its turn, and waits until all that it was to send has arrived. */
void dt_parts_post(dt_ongoing *o, size_t server, size_t rank, dt_message m);
DT_CHECKED dt_status dt_parts_flush_server(dt_ongoing *o, size_t server);

/* What rank was to send to the servers has left it; a message of a server has come to it. */
void dt_parts_left(dt_ongoing *o, size_t rank);
void dt_parts_got(dt_ongoing *o, size_t server, size_t rank, double bytes);

void dt_sites_sort(dt_ongoing *o);      /* the members of a new attempt, by site */

/* [time] Get the result on the port that exchanges messages.  *o becomes the exchange it is of. */
DT_CHECKED dt_status dt_exchange_carry(dt_ongoing **o, size_t rank);
/* [time] The part of server s, until there is a result.  Wake them all, as somebody has left with the result. */
DT_CHECKED dt_status dt_exchange_serve(dt_ongoing *o, size_t s);
void dt_exchange_wake_servers(const dt_ongoing *o);

#endif
