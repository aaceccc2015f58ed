/* ahead.h - an exchange that nothing disturbs, reckoned ahead: its messages are noted from the algorithm's own words, in no time,
 * their times follow (engine/fluid.h), and every member sleeps until its own end.  Private to this room.
 *
 *   o->detail         entered when                                        left when
 *   DT_UNDECIDED      the attempt begins                                  -
 *   DT_FOLDED         all have come and their times are known             -
 *   DT_BY_MESSAGES    somebody did not come at the same instant, or       -
 *                     something differs (ahead_fits)
 *
 *   - Where no two ways have a link in common, which holds for the next exchange too, members may come when they like: it is decided
 *     when the last comes, and nobody ends before.  So it is for a ring whose ways share links with those of their neighbours only,
 *     by cross-traffic: all need what the last one brings.  Elsewhere all must come at one instant, before the first message departs.
 *   - Who ends first may send again: nothing of this exchange may be on its way by the time that such a message moves. */
#ifndef DT_COLLECTIVE_AHEAD_H
#define DT_COLLECTIVE_AHEAD_H

#include "collective/inside.h"
#include "engine/fluid.h"

enum { DT_AHEAD_OPS = 1 << 23 };        /* words at most: more are not worth while, as each is a message */

typedef enum dt_op_kind { DT_OP_POST, DT_OP_MEET, DT_OP_RECEIVE, DT_OP_FLUSH, DT_OP_COMPUTE, DT_OP_CIRCLE } dt_op_kind;

/* One word of an algorithm: amount is in bytes or flops, other a rank; of a circle its number. */
typedef struct dt_op { dt_op_kind kind; size_t other; long tag; double amount; } dt_op;

/* Pieces go around: in step s of p - 1 a member sends piece (first - s) mod p, of which those below more are the larger ones, to the
 * next member, receives from the one before, and adds what it received. */
typedef struct dt_circle {
    size_t next, before, ranks, first, more;
    long   tag;
    double bytes[2], flops[2];      /* of a piece, and of a larger one */
    bool   adds;
} dt_circle;

typedef struct dt_ahead_message { size_t from, to, next; long tag; double bytes, departed_s; } dt_ahead_message;

/* A member on its way through what was noted.  waits: for what; start_s: since when. */
typedef struct dt_walker {
    size_t     at, end, step, phase;    /* ops; of a circle */
    dt_op_kind waits;
    bool       asleep, ended;
    size_t     from, flying, arrived, pending;      /* of the message that it waits for; posts that have not arrived; lists */
    long       tag;
    double     start_s, now_s;
    dt_usage   used;
} dt_walker;

typedef struct dt_arrival { double time_s, bytes, between; } dt_arrival;

/* What one collective needs for it; all of it is used again by the next exchange. */
typedef struct dt_ahead {
    dt_collective *collective;
    dt_fluid      *fluid;
    size_t         least;           /* members from which on it is worth while */
    bool           says;            /* why exchanges are not reckoned, once */
    bool           notes, fails;    /* words are noted; something was said that cannot be */
    bool           patient;         /* the exchange under way is decided when the last member comes */
    bool           looked, apart, ring, crowded;    /* has looked; ways have no link in common, or are a ring; members share hosts */
    bool           steps;           /* of the circle that all go around: step by step, so that arrivals are told apart */
    dt_op         *op;              /* [ops] */
    size_t         ops, op_room;
    dt_circle     *circle;          /* [circles] */
    size_t         circles, circle_room;
    bool           round;           /* all that was noted are circles of all members, that may go around at once */
    dt_walker     *walker;          /* [ranks] */
    size_t        *first;           /* [ranks + 1] of the ops of each */
    double        *enter_s;         /* [ranks] */
    dt_ahead_message *message;       /* [messages] */
    size_t         messages, message_room, spare;
    size_t        *ready, readies;  /* [ranks] walkers that can go on */
    size_t         gathered;          /* at a circle of all */
    double        *time, *then, *sent, *wait, *small, *large, *gap;     /* [ranks] of circles */
    size_t        *way;             /* [ranks] to the next */
    dt_arrival    *arrival;         /* [arrival_room] the last ones, in a ring */
    size_t         arrivals, arrival_room;
    double         bytes, between;  /* of all but those */
    long           folded;          /* exchanges so far */
} dt_ahead;

/* ---- ahead.c: whether, and when ------------------------------------------------------------------ */

/* [time] Take part in the attempt, if its times are reckoned ahead (ahead.h); done: that was all.  Else it goes on by messages. */
DT_CHECKED dt_status dt_ahead_go(dt_ongoing *o, size_t rank, bool *done);
void dt_ahead_begin(dt_ongoing *o);     /* an attempt begins */

bool dt_parts_alone(const dt_ongoing *o);       /* parts.c: no other part is on its way while this one is */

/* ---- note.c: what the words of round.h say ------------------------------------------------------- */

bool dt_ahead_notes(const dt_round *round);
void dt_ahead_note(const dt_round *round, dt_op op);
void dt_ahead_note_circle(const dt_round *round, const dt_circle *circle);

/* ---- walk.c: the times of what was noted --------------------------------------------------------- */

/* Members enter at enter_s; afterwards walker [ranks] says when each ended and what it used. */
void dt_ahead_walk(dt_ahead *a, dt_ongoing *o);

/* Are all words circles of all members, which may go around at once?  They stand before one and do; false: only word by word. */
bool dt_ahead_round(const dt_ahead *a, const dt_ongoing *o);
bool dt_ahead_circle(dt_ahead *a, dt_ongoing *o);
void dt_ahead_arrive(dt_ahead *a, dt_arrival arrival);
size_t dt_ahead_way(dt_ahead *a, const dt_ongoing *o, size_t from, size_t to);      /* SIZE_MAX: on one host */

#endif
