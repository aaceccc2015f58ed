/* membership.c - who takes part in which exchange, and what becomes of it when somebody fails or comes back.
 *
 * In its group a rank is
 *   IN        it takes part: the others wait for it
 *   OUT       it has been dropped: the others go on without it
 *   ASKS      it has been dropped, is back, and waits until it may take part again
 *   CALLED    it takes part again and has not been woken yet; for others it is IN
 *
 *   IN, CALLED --drop--> OUT --join--> ASKS --begin--> CALLED --wake--> IN
 *   ASKS --drop, its own failure, the end of the training--> OUT
 *
 * In an exchange a rank is
 *   ABSENT    it takes no part
 *   EXPECTED  it takes part and has not come: the others wait for it
 *   HERE      it has come with its share (or, back from a failure, by itself) and exchanges messages
 *   TAKEN     it has the result
 *
 *   ABSENT --begin--> EXPECTED --enter--> HERE --take--> TAKEN --close--> ABSENT
 *   EXPECTED, HERE, TAKEN --drop--> ABSENT        the others begin a new attempt
 *   HERE --pass--> ABSENT                         the result is gone with all who had it: its share goes into the next exchange
 *
 * An exchange goes through attempts.  The members of an attempt are those who were EXPECTED or HERE when it began; messages
 * of an attempt that was given up are lost, and who was HERE breaks off and begins anew.  Invariants:
 *   - a rank is EXPECTED only while it is in its group, and HERE, TAKEN only in the exchange it entered last;
 *   - the numbers are formed once, when all members of the attempt are HERE (form.c), and by the first of them to leave;
 *   - an exchange begins when the one before it is formed, so that two are open at most;
 *   - it is closed once it is formed and nobody is EXPECTED or HERE. */
#include "collective/inside.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- states ---------------------------------------------------------------------------------- */

static void part_set(dt_ongoing *o, size_t rank, dt_part to) {
    enum { BY = 1 };
    static const unsigned from[DT_PARTS] = {
        [DT_ABSENT] = BY << DT_EXPECTED | BY << DT_HERE | BY << DT_TAKEN, [DT_EXPECTED] = BY << DT_ABSENT,
        [DT_HERE] = BY << DT_EXPECTED, [DT_TAKEN] = BY << DT_HERE,
    };
    assert(o->open && (from[to] >> o->part[rank] & 1u) != 0);
    o->parts[o->part[rank]]--;
    o->parts[to]++;
    o->part[rank] = to;
}

static void standing_set(dt_collective *c, size_t rank, dt_standing to) {
    static const unsigned from[] = {
        [DT_IN] = 1u << DT_CALLED, [DT_OUT] = 1u << DT_IN | 1u << DT_CALLED | 1u << DT_ASKS, [DT_ASKS] = 1u << DT_OUT,
        [DT_CALLED] = 1u << DT_ASKS,
    };
    assert((from[to] >> c->standing[rank] & 1u) != 0);
    c->standing[rank] = to;
}

static bool standing_in(const dt_collective *c, size_t rank) {
    return c->standing[rank] == DT_IN || c->standing[rank] == DT_CALLED;
}

static bool ongoing_left(const dt_ongoing *o) { return o->parts[DT_EXPECTED] + o->parts[DT_HERE] > 0; }

/* ---- attempts -------------------------------------------------------------------------------- */

/* A new attempt.  Who asks is called in, if the result is still to be formed. */
static void ongoing_begin(dt_collective *c, dt_ongoing *o) {
    o->attempt = dt_engine_number(c->group->engine);
    o->count = 0;
    for (size_t r = 0; r < c->group->ranks; r++) {
        if (c->standing[r] == DT_ASKS && o->number == c->formed) {
            standing_set(c, r, DT_CALLED);
            c->next[r] = o->number;
        }
        if (o->part[r] == DT_ABSENT && standing_in(c, r) && c->next[r] <= o->number) part_set(o, r, DT_EXPECTED);
        if (o->part[r] == DT_EXPECTED || o->part[r] == DT_HERE) o->member[o->count++] = r;
    }
    for (size_t i = 0; i < o->count; i++)
        if (c->standing[o->member[i]] == DT_CALLED) {
            standing_set(c, o->member[i], DT_IN);
            dt_port_wake(c->group->port[o->member[i]]);
        }
}

dt_ongoing *dt_membership_exchange(dt_collective *c, long number) {
    dt_ongoing *o = &c->ongoing[number % 2];
    if (o->open) return o;
    assert(number == c->formed);
    o->open = true;
    o->number = number;
    ongoing_begin(c, o);
    return o;
}

/* All who have not got the result break off what they send and wait for, and begin anew; what they still have to do with
 * other exchanges is left alone.  Only at once. */
static void ongoing_repeat(dt_collective *c, dt_ongoing *o) {
    long first = dt_round_first_tag(o->attempt), last = dt_round_last_tag(o->attempt);
    for (size_t i = 0; i < o->count; i++) {
        dt_port *port = c->group->port[o->member[i]];
        if (o->part[o->member[i]] == DT_TAKEN) continue;
        dt_port_drop_messages(port, first, last);
        if (o->part[o->member[i]] == DT_HERE) dt_port_abort(port);
    }
    if (c->type->serve != NULL && o->mean == NULL) {
        dt_port_drop_messages(c->group->server[0], first, last);
        dt_port_abort(c->group->server[0]);
    }
    ongoing_begin(c, o);
}

/* Ready for the exchange after the next. */
static void ongoing_close(dt_collective *c, dt_ongoing *o) {
    assert(o->mean != NULL);
    if (ongoing_left(o)) return;
    for (size_t r = 0; r < c->group->ranks; r++)
        if (o->part[r] == DT_TAKEN) part_set(o, r, DT_ABSENT);
    dt_vec_drop(o->mean);
    o->mean = NULL;
    o->open = false;
}

/* ---- who fails, and who comes back ------------------------------------------------------------- */

/* Where nobody takes part any more, those who ask need not wait for others. */
static void membership_admit(dt_collective *c) {
    for (size_t r = 0; r < c->group->ranks; r++)
        if (standing_in(c, r)) return;
    dt_membership_exchange(c, c->formed);
}

/* What is done at once: by whom. */
typedef struct turn { dt_collective *c; size_t rank; } turn;

static void turn_drop(void *arg) {
    dt_collective *c = ((turn *)arg)->c;
    size_t rank = ((turn *)arg)->rank;
    bool in = standing_in(c, rank);
    if (c->standing[rank] != DT_OUT) standing_set(c, rank, DT_OUT);
    if (!in) return;
    for (dt_ongoing *o = c->ongoing; o < c->ongoing + 2; o++) {
        if (!o->open || o->part[rank] == DT_ABSENT) continue;
        part_set(o, rank, DT_ABSENT);
        ongoing_repeat(c, o);
        if (o->mean != NULL) ongoing_close(c, o);
    }
    membership_admit(c);
}

void dt_collective_drop(dt_collective *c, size_t rank) {
    turn t = { c, rank };
    dt_engine_at_once(turn_drop, &t);
}

static void turn_join(void *arg) {
    dt_collective *c = ((turn *)arg)->c;
    dt_ongoing *o = &c->ongoing[c->formed % 2];
    standing_set(c, ((turn *)arg)->rank, DT_ASKS);
    if (o->open && o->mean == NULL && o->parts[DT_HERE] == 0) ongoing_repeat(c, o);
    else membership_admit(c);
}

dt_status dt_membership_join(dt_collective *c, size_t rank) {
    turn t = { c, rank };
    if (standing_in(c, rank)) return DT_OK;
    dt_engine_at_once(turn_join, &t);
    while (!standing_in(c, rank)) {
        dt_status status = dt_port_block(c->group->port[rank], HUGE_VAL);
        if (status == DT_OK && dt_port_aborted(c->group->port[rank])) status = DT_EDOWN;
        if (status == DT_OK) continue;
        if (c->standing[rank] == DT_ASKS) standing_set(c, rank, DT_OUT);
        return status;
    }
    return DT_OK;
}

/* ---- coming and going -------------------------------------------------------------------------- */

dt_ongoing *dt_membership_enter(dt_collective *c, size_t rank, const dt_share *share) {
    dt_ongoing *o = dt_membership_exchange(c, c->next[rank]);
    part_set(o, rank, DT_HERE);
    o->share[rank] = *share;
    c->wire_bytes = share->wire_bytes;
    c->merges = share->merges;
    return o;
}

static void membership_leave(dt_collective *c, dt_ongoing *o, size_t rank, dt_part as) {
    part_set(o, rank, as);
    c->next[rank]++;
    ongoing_close(c, o);
}

void dt_membership_take(dt_collective *c, dt_ongoing *o, size_t rank) { membership_leave(c, o, rank, DT_TAKEN); }

dt_ongoing *dt_membership_pass(dt_collective *c, dt_ongoing *o, size_t rank) {
    dt_share share = o->share[rank];
    membership_leave(c, o, rank, DT_ABSENT);
    return dt_membership_enter(c, rank, &share);
}

dt_port *dt_membership_holder(const dt_collective *c, const dt_ongoing *o) {
    for (size_t r = 0; r < c->group->ranks; r++)
        if (o->part[r] == DT_TAKEN && standing_in(c, r) && dt_port_up(c->group->port[r])) return c->group->port[r];
    return NULL;
}
