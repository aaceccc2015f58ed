/* membership.c - who takes part in which exchange, and what becomes of it when somebody fails or comes back.
 *
 * In its group a rank is
 *   IN        it takes part: the others wait for it
 *   OUT       it has been dropped: the others go on without it
 *   ASKS      it has been dropped, is back, and waits until it may take part again
 *   CALLED    it takes part again and has not been woken yet; for others it is IN
 *
 *   IN, CALLED --drop, leave--> OUT --join--> ASKS --begin--> CALLED --wake--> IN
 *   ASKS --drop, its own failure, the end of the training--> OUT
 *
 * In an exchange a rank is
 *   ABSENT    it takes no part
 *   EXPECTED  it takes part and has not come: the others wait for it
 *   HERE      it has come with its share (or, back from a failure, by itself) and exchanges messages
 *   LATE      it has come after the k shares of which the result is formed, and gets the result
 *   DONE      its hand has the result, for which the member has not asked
 *   TAKEN     it has the result (of a gather and the like: has done what it had to)
 *
 *   ABSENT --begin--> EXPECTED --enter--> HERE --take--> TAKEN --close--> ABSENT
 *                     EXPECTED --enter--> LATE --take--> TAKEN          enter after the first k were chosen
 *                                         HERE, LATE --done--> DONE --take--> TAKEN
 *   HERE --choose--> LATE                         k others came before
 *   LATE --begin--> HERE                          the attempt of those k was given up before there was a result
 *   EXPECTED --formed--> ABSENT                   it comes so late that there is a newer result
 *   HERE --pass--> ABSENT                         the result is gone with all who had it: its share goes into the next exchange
 *   EXPECTED --leave--> ABSENT, all --drop--> ABSENT      those who are HERE begin a new attempt
 *
 * An exchange goes through attempts.  The members of an attempt are those who were EXPECTED or HERE when it began, or the k
 * who were chosen; messages of an attempt that was given up are lost, and who was HERE or LATE breaks off and begins anew.
 *   - The numbers are formed once, of all who are HERE or were, when all that they need has come (form.c), before or when
 *     the first leaves with a result; and anew where an attempt is given up before.
 *   - Who was dropped joins the newest exchange to which nobody has come.
 *   - An exchange is closed once there is a result and nobody is EXPECTED, HERE, LATE or DONE. */
#include "collective/ahead.h"
#include "engine/failure.h"
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

/* ---- states ---------------------------------------------------------------------------------- */

void dt_presence_drop_share(dt_ongoing *o, size_t rank) {
    dt_vec_drop(o->share[rank].of);
    o->share[rank].of = NULL;
}

void dt_presence_set(dt_ongoing *o, size_t rank, dt_presence to) {
    enum { ABSENT = 1 << DT_ABSENT, EXPECTED = 1 << DT_EXPECTED, HERE = 1 << DT_HERE, LATE = 1 << DT_LATE, DONE = 1 << DT_DONE,
           TAKEN = 1 << DT_TAKEN };
    static const unsigned from[DT_PRESENCES] = {
        [DT_ABSENT] = EXPECTED | HERE | LATE | DONE | TAKEN, [DT_EXPECTED] = ABSENT, [DT_HERE] = EXPECTED | LATE,
        [DT_LATE] = EXPECTED | HERE, [DT_DONE] = HERE | LATE, [DT_TAKEN] = HERE | LATE | DONE,
    };
    assert((from[to] >> o->presence[rank] & 1u) != 0);
    if (to == DT_ABSENT || (to == DT_TAKEN && o->formed)) dt_presence_drop_share(o, rank);
    if (to == DT_HERE || to == DT_LATE) o->late[rank] = to == DT_LATE;
    o->present[o->presence[rank]]--;
    o->present[to]++;
    o->presence[rank] = to;
}

static void standing_set(dt_collective *c, size_t rank, dt_standing to) {
    enum { IN = 1 << DT_IN, OUT = 1 << DT_OUT, ASKS = 1 << DT_ASKS, CALLED = 1 << DT_CALLED };
    static const unsigned from[] = { [DT_IN] = CALLED, [DT_OUT] = IN | CALLED | ASKS, [DT_ASKS] = OUT, [DT_CALLED] = ASKS };
    assert((from[to] >> c->standing[rank] & 1u) != 0);
    c->standing[rank] = to;
}

bool dt_membership_counts(const dt_ongoing *o, size_t rank) {
    return (o->presence[rank] == DT_HERE || o->presence[rank] == DT_DONE || o->presence[rank] == DT_TAKEN) && !o->late[rank];
}

bool dt_membership_in(const dt_collective *c, size_t rank) {
    return c->standing[rank] == DT_IN || c->standing[rank] == DT_CALLED;
}

static size_t ongoing_come(const dt_ongoing *o) {
    return o->present[DT_HERE] + o->present[DT_LATE] + o->present[DT_DONE] + o->present[DT_TAKEN];
}

bool dt_membership_left(const dt_ongoing *o) {
    return o->present[DT_EXPECTED] + o->present[DT_HERE] + o->present[DT_LATE] + o->present[DT_DONE] > 0;
}

static bool ongoing_rooted(const dt_ongoing *o) {
    dt_exchange_kind kind = o->what.kind;
    return kind == DT_REDUCE || kind == DT_GATHER || kind == DT_BROADCAST || kind == DT_SCATTER;
}

/* ---- the first k of n -------------------------------------------------------------------------- */

size_t dt_membership_least(const dt_ongoing *o) {
    return o->what.least == 0 || o->what.least > o->count ? o->count : o->what.least;
}

/* Who comes in one instant stands in the order of ranks. */
void dt_membership_arrive(dt_ongoing *o, size_t rank) {
    size_t at = o->arrived++;
    o->came_s[rank] = dt_engine_now(o->collective->group->engine);
    for (; at > 0 && o->came_s[o->arrival[at - 1]] == o->came_s[rank] && o->arrival[at - 1] > rank; at--)
        o->arrival[at] = o->arrival[at - 1];
    o->arrival[at] = rank;
}

void dt_membership_choose(dt_ongoing *o) {
    size_t least = dt_membership_least(o), count = 0;
    bool *first = o->asked;         /* nobody has asked for a result yet */
    for (size_t i = 0; i < o->arrived && count < least; i++)
        if (o->presence[o->arrival[i]] == DT_HERE) {
            first[o->arrival[i]] = true;
            count++;
        }
    for (size_t r = 0; r < o->collective->group->ranks; r++) {
        if (o->presence[r] == DT_HERE && !first[r]) dt_presence_set(o, r, DT_LATE);
        first[r] = false;
    }
    o->chosen = true;
}

/* Arrivals of those who are gone. */
static void ongoing_forget(dt_ongoing *o) {
    size_t kept = 0;
    for (size_t i = 0; i < o->arrived; i++)
        if (o->presence[o->arrival[i]] == DT_HERE || o->presence[o->arrival[i]] == DT_LATE) o->arrival[kept++] = o->arrival[i];
    o->arrived = kept;
}

/* Without a server those who were chosen form the result among themselves. */
static void ongoing_choose(void *arg) {
    dt_ongoing *o = arg;
    if (!o->choosing) return;
    o->choosing = false;
    if (o->formed || o->present[DT_HERE] < dt_membership_least(o)) return;
    dt_membership_choose(o);
    o->count = 0;
    for (size_t r = 0; r < o->collective->group->ranks; r++)
        if (o->presence[r] == DT_HERE) o->member[o->count++] = r;
    dt_sites_sort(o);
    for (size_t r = 0; r < o->collective->group->ranks; r++)
        if (o->presence[r] == DT_HERE || o->presence[r] == DT_LATE)
            dt_port_post_from_host(o->port[r], o->port[r], (dt_message){ .tag = dt_round_tag(o->attempt, DT_STEP_GO) });
}

/* Once nobody can act any more at this second: who comes at it is seen then. */
static void ongoing_choose_soon(dt_ongoing *o) {
    bool waits = o->what.least > 0 && o->collective->type->serve == NULL && !o->formed && !o->chosen;
    if (!waits || o->choosing || o->present[DT_HERE] < dt_membership_least(o) || o->present[DT_HERE] == 0) return;
    o->choosing = true;
    dt_engine_soon(o->collective->group->engine, ongoing_choose, o);
}

/* ---- attempts -------------------------------------------------------------------------------- */

static void ongoing_call_in(dt_ongoing *o, size_t rank) {
    standing_set(o->collective, rank, DT_CALLED);
    o->in->next[rank] = o->number;
}

/* Pieces are cut for those who take part; once somebody has left, they stay as they are. */
static void ongoing_cut(dt_ongoing *o) {
    if (o->present[DT_TAKEN] + o->present[DT_DONE] > 0) return;
    o->pieces = o->count;
    for (size_t i = 0; i < o->count; i++) o->place[o->member[i]] = i;
}

/* What hangs on who takes part, and in what. */
static void ongoing_set_out(dt_ongoing *o) {
    o->all = (dt_sum){ 0 };
    ongoing_cut(o);
    dt_sites_sort(o);
    bool lost = ongoing_rooted(o) && !o->formed && o->presence[o->what.root] == DT_ABSENT;
    bool empty = o->in->hands && !o->formed && o->count == 0;
    if (lost || empty) {
        o->outcome = (dt_outcome){ .value = NAN, .consensus_distance = NAN, .number = o->number };
        dt_membership_formed(o);
    }
    ongoing_choose_soon(o);
}

/* A new attempt.  Who asks is called in, if nobody has come to a later exchange. */
void dt_membership_begin(dt_ongoing *o) {
    dt_collective *c = o->collective;
    bool newest = !o->formed && !o->in->hands && o->number + 1 == o->in->begun;
    o->attempt = dt_engine_number(c->group->engine);
    o->count = 0;
    o->fetch = o->formed;
    o->chosen &= o->formed;
    o->choosing = false;
    if (!o->formed) dt_form_discard(o);
    dt_ahead_begin(o);
    ongoing_forget(o);
    for (size_t r = 0; r < c->group->ranks; r++) {
        if (c->standing[r] == DT_ASKS && newest) ongoing_call_in(o, r);
        if (o->presence[r] == DT_ABSENT && dt_membership_in(c, r) && o->in->next[r] <= o->number) dt_presence_set(o, r, DT_EXPECTED);
        if (o->presence[r] == DT_LATE && !o->formed) dt_presence_set(o, r, DT_HERE);
        if (o->presence[r] == DT_EXPECTED || o->presence[r] == DT_HERE) o->member[o->count++] = r;
        o->asked[r] = false;
    }
    ongoing_set_out(o);
    for (size_t i = 0; i < o->count; i++)
        if (c->standing[o->member[i]] == DT_CALLED) {
            standing_set(c, o->member[i], DT_IN);
            dt_port_wake(c->group->port[o->member[i]]);
        }
}

void dt_membership_repeat(dt_ongoing *o) {
    dt_collective *c = o->collective;
    long first = dt_round_tag(o->attempt, 0), last = dt_round_tag(o->attempt + 1, -1);
    for (size_t r = 0; r < c->group->ranks; r++) {
        if (o->presence[r] == DT_TAKEN || o->presence[r] == DT_DONE) continue;
        dt_port_drop_messages(o->port[r], first, last);
        if (o->presence[r] == DT_HERE || o->presence[r] == DT_LATE) dt_port_abort(o->port[r]);
    }
    bool early = o->what.kind == DT_BROADCAST || o->what.kind == DT_SCATTER;    /* the root has left, and a server has nothing */
    for (size_t s = 0; s < c->servers; s++) {
        if (o->formed && !(early && o->serving[s])) continue;
        dt_port_drop_messages(o->server[s], first, last);
        dt_port_abort(o->server[s]);
    }
    dt_membership_begin(o);
}

/* ---- who fails, and who comes back ------------------------------------------------------------- */

/* Where nobody takes part any more, those who ask need not wait for others. */
static void membership_admit(dt_collective *c) {
    for (size_t r = 0; r < c->group->ranks; r++)
        if (dt_membership_in(c, r)) return;
    if (c->own.formed == c->own.begun) dt_membership_exchange(c, &c->own, c->own.begun);
}

/* What is done at once: by whom. */
typedef struct turn { dt_collective *c; size_t rank; } turn;

static void sequence_drop(dt_sequence *in, size_t rank) {
    for (size_t i = 0; i < in->room; i++) {
        dt_ongoing *o = in->at[i];
        if (o == NULL || o->presence[rank] == DT_ABSENT) continue;
        dt_presence_set(o, rank, DT_ABSENT);
        dt_membership_repeat(o);
        dt_membership_close(o);
    }
}

static void turn_drop(void *arg) {
    dt_collective *c = ((turn *)arg)->c;
    size_t rank = ((turn *)arg)->rank;
    bool in = dt_membership_in(c, rank);
    if (c->standing[rank] != DT_OUT) standing_set(c, rank, DT_OUT);
    if (!in) return;
    c->started.next[rank] = LONG_MAX;
    sequence_drop(&c->own, rank);
    sequence_drop(&c->started, rank);
    membership_admit(c);
}

void dt_collective_drop(dt_collective *c, size_t rank) {
    turn t = { c, rank };
    dt_engine_at_once(turn_drop, &t);
}

static void sequence_leave(dt_sequence *in, size_t rank) {
    for (size_t i = 0; i < in->room; i++) {
        dt_ongoing *o = in->at[i];
        if (o == NULL || o->presence[rank] != DT_EXPECTED) continue;
        dt_presence_set(o, rank, DT_ABSENT);
        if (!o->formed && ongoing_come(o) > 0) dt_membership_repeat(o);
        dt_membership_close(o);
    }
}

static void turn_leave(void *arg) {
    dt_collective *c = ((turn *)arg)->c;
    size_t rank = ((turn *)arg)->rank;
    if (!dt_membership_in(c, rank)) return;
    standing_set(c, rank, DT_OUT);
    c->started.next[rank] = LONG_MAX;
    sequence_leave(&c->own, rank);
    sequence_leave(&c->started, rank);
    membership_admit(c);
}

void dt_collective_leave(dt_collective *c, size_t rank) {
    turn t = { c, rank };
    dt_engine_at_once(turn_leave, &t);
}

static void turn_join(void *arg) {
    dt_collective *c = ((turn *)arg)->c;
    dt_ongoing *o = dt_membership_find(&c->own, c->own.begun - 1);
    standing_set(c, ((turn *)arg)->rank, DT_ASKS);
    if (o != NULL && !o->formed && ongoing_come(o) == 0) dt_membership_repeat(o);
    else membership_admit(c);
}

dt_status dt_membership_join(dt_collective *c, size_t rank) {
    turn t = { c, rank };
    if (dt_membership_in(c, rank)) return DT_OK;
    dt_engine_at_once(turn_join, &t);
    while (!dt_membership_in(c, rank)) {
        dt_status status = dt_port_block(c->group->port[rank], HUGE_VAL);
        if (status == DT_OK && dt_port_aborted(c->group->port[rank])) status = DT_EDOWN;
        if (status == DT_OK) continue;
        if (c->standing[rank] == DT_ASKS) standing_set(c, rank, DT_OUT);
        return status;
    }
    return DT_OK;
}

/* ---- coming and going -------------------------------------------------------------------------- */

static bool exchange_equal(const dt_exchange *a, const dt_exchange *b) {
    return a->kind == b->kind && a->root == b->root && a->slice.first == b->slice.first && a->slice.count == b->slice.count &&
           a->key == b->key && a->known == b->known && a->least == b->least && a->whole == b->whole;
}

/* The first to come says what is exchanged; servers that have begun with a guess begin anew. */
static void ongoing_meet(dt_ongoing *o, const dt_exchange *what) {
    dt_exchange guess = o->what;
    bool first = ongoing_come(o) == 0;
    dt_membership_agree(o, what);
    bool same = exchange_equal(&guess, &o->what);
    assert(first || same);      /* else members disagree */
    if (same) return;
    ongoing_set_out(o);
    bool begun = false;
    for (size_t s = 0; s < o->collective->servers; s++) {
        if (!o->serving[s]) continue;
        if (!begun) o->attempt = dt_engine_number(o->collective->group->engine);
        begun = true;
        dt_port_abort(o->server[s]);
    }
}

/* Who leaves before the result is formed leaves its share behind. */
static void share_keep(dt_ongoing *o, size_t rank, const dt_share *share) {
    bool leaves = (o->what.kind == DT_REDUCE || o->what.kind == DT_GATHER) && rank != o->what.root;
    dt_share *kept = &o->share[rank];
    *kept = *share;
    if (share->of != NULL) dt_vec_keep(share->of);
    if (share->of != NULL || share->x == NULL || !leaves) return;
    kept->of = dt_vec_take(o->collective->pool);
    memcpy(kept->of->x, share->x, o->collective->n * sizeof *share->x);
    kept->x = kept->of->x;
}

dt_ongoing *dt_membership_enter(dt_collective *c, dt_sequence *in, size_t rank, const dt_exchange *what, const dt_share *share) {
    dt_ongoing *o = dt_membership_exchange(c, in, in->next[rank]);
    in->next[rank]++;
    ongoing_meet(o, what);
    dt_presence_set(o, rank, o->chosen ? DT_LATE : DT_HERE);
    share_keep(o, rank, share);
    if (o->what.least > 0 && c->type->serve == NULL && !o->chosen) dt_membership_arrive(o, rank);
    ongoing_choose_soon(o);
    return o;
}

void dt_membership_done(dt_ongoing *o, size_t rank) { dt_presence_set(o, rank, DT_DONE); }

void dt_membership_take(dt_ongoing *o, size_t rank) {
    dt_presence_set(o, rank, DT_TAKEN);
    dt_membership_close(o);
}

dt_ongoing *dt_membership_pass(dt_ongoing *o, size_t rank) {
    dt_collective *c = o->collective;
    dt_sequence *in = o->in;
    dt_exchange what = o->what;
    dt_share share = o->share[rank];
    if (share.of != NULL) dt_vec_keep(share.of);
    dt_presence_set(o, rank, DT_ABSENT);
    dt_membership_close(o);
    o = dt_membership_enter(c, in, rank, &what, &share);
    dt_vec_drop(share.of);
    return o;
}

dt_port *dt_membership_holder(const dt_ongoing *o) {
    const dt_collective *c = o->collective;
    if (o->chosen && c->servers > 0) return o->server[0];
    for (size_t r = 0; r < c->group->ranks; r++)
        if ((o->presence[r] == DT_TAKEN || o->presence[r] == DT_DONE) && dt_port_up(c->group->port[r]))
            return c->group->port[r];
    return NULL;
}
