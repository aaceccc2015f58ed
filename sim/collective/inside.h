/* inside.h - what the files of collective/ share: the exchanges that go on, and who takes part in them. */
#ifndef DT_COLLECTIVE_INSIDE_H
#define DT_COLLECTIVE_INSIDE_H

#include "collective/collective.h"
#include "engine/failure.h"

/* What a rank is in its group, and in one exchange: membership.c has the tables of transitions. */
typedef enum dt_standing { DT_IN, DT_OUT, DT_ASKS, DT_CALLED } dt_standing;
typedef enum dt_part { DT_ABSENT, DT_EXPECTED, DT_HERE, DT_TAKEN, DT_PARTS } dt_part;

/* An exchange from its beginning until everybody who takes part has the result. */
typedef struct dt_ongoing {
    bool       open;
    long       number;      /* of the exchange: one more than the one before */
    long       attempt;     /* no two of an engine are alike */
    size_t    *member;      /* [ranks] of this attempt, ascending: those who were EXPECTED or HERE when it began */
    size_t     count;
    dt_part   *part;        /* [ranks] */
    size_t     parts[DT_PARTS];     /* how many ranks are in each */
    dt_share  *share;       /* [ranks] of those who have come */
    dt_vec    *mean;        /* NULL until it is formed */
    dt_outcome outcome;
} dt_ongoing;

struct dt_collective {
    const dt_collective_type *type;
    void                *state;
    const dt_group      *group;
    size_t               n;
    dt_vec_pool         *pool;
    const dt_aggregate  *aggregate;
    dt_pool             *threads;
    double               wire_bytes;    /* of one share: equal for all */
    bool                 merges;
    dt_standing         *standing;      /* [ranks] */
    long                *next;          /* [ranks] number of the exchange that each takes part in next */
    long                 formed;        /* exchanges whose result has been formed: number formed is the one under way */
    dt_ongoing           ongoing[2];    /* a rank may come to the next exchange while another has not taken the result
                                           of this one, but not to the one after */
    const float        **x;             /* [ranks] scratch of forming */
    double              *size, *weight, *value; /* [ranks] */
};

/* ---- membership.c ---------------------------------------------------------------------------- */

/* The exchange of that number; it begins if it has not. */
dt_ongoing *dt_membership_exchange(dt_collective *c, long number);

/* [time] Become a member again, with the next exchange that nobody has come to yet.  Errors: DT_EDOWN, DT_EOVER. */
DT_CHECKED dt_status dt_membership_join(dt_collective *c, size_t rank);

/* Come to the next exchange with a share; leave it with its result. */
dt_ongoing *dt_membership_enter(dt_collective *c, size_t rank, const dt_share *share);
void dt_membership_take(dt_collective *c, dt_ongoing *o, size_t rank);

/* The result is gone with all who had it: what the rank has brought goes into the next exchange. */
dt_ongoing *dt_membership_pass(dt_collective *c, dt_ongoing *o, size_t rank);

/* Somebody who has the result and can send it; NULL: nobody. */
dt_port *dt_membership_holder(const dt_collective *c, const dt_ongoing *o);

/* ---- form.c, round.c -------------------------------------------------------------------------- */

/* Form the numbers of an exchange to which all its members have come. */
void dt_form_mean(dt_collective *c, dt_ongoing *o);

/* The exchange as rank, or the server, sees it on its port. */
dt_round dt_round_of(const dt_collective *c, const dt_ongoing *o, size_t rank, dt_port *port);

/* Messages of different attempts have different tags; the last of each is that of a result that is fetched. */
long dt_round_first_tag(long attempt);
long dt_round_last_tag(long attempt);

#endif
