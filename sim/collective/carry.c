/* carry.c - an exchange as a member goes through it, itself or by a hand: with the others, or after them. */
#include "collective/ahead.h"
#include "engine/failure.h"
#include <assert.h>
#include <limits.h>
#include <math.h>

static bool carry_served(const dt_ongoing *o) { return o->collective->type->serve != NULL; }

/* Only the root gets what is reduced or gathered to it. */
static bool carry_gets(const dt_ongoing *o, size_t rank) {
    return (o->what.kind != DT_REDUCE && o->what.kind != DT_GATHER) || rank == o->what.root;
}

/* ---- with the others, or after them ------------------------------------------------------------ */

/* [time] From one who has the result; where there is none yet, it is sent once there is (carry_hand_on). */
static dt_status carry_fetch(dt_ongoing *o, size_t rank) {
    dt_port *port = o->port[rank], *holder = o->formed ? dt_membership_holder(o) : NULL;
    dt_message m = { .tag = dt_round_tag(o->attempt, DT_STEP_FETCH), .bytes = o->width * (double)o->n };
    if (holder != NULL) dt_port_post_from_host(holder, port, m);
    else o->asked[rank] = true;
    return dt_port_receive(port, holder, m.tag, HUGE_VAL, &m);
}

static void carry_hand_on(dt_ongoing *o) {
    dt_message m = { .tag = dt_round_tag(o->attempt, DT_STEP_FETCH), .bytes = o->width * (double)o->n };
    for (size_t r = 0; r < o->collective->group->ranks; r++) {
        dt_port *holder = o->asked[r] ? dt_membership_holder(o) : NULL;
        if (holder == NULL) continue;
        o->asked[r] = false;
        dt_port_post_from_host(holder, o->port[r], m);
    }
}

/* [time] Of k of n, without a server: nobody begins before the first k are known. */
static dt_status carry_wait(dt_ongoing *o, size_t rank) {
    dt_message m;
    if (o->what.least == 0 || carry_served(o) || o->chosen) return DT_OK;
    return dt_port_receive(o->port[rank], o->port[rank], dt_round_tag(o->attempt, DT_STEP_GO), HUGE_VAL, &m);
}

static dt_status carry_exchange(dt_ongoing *o, size_t rank) {
    DT_TRY(carry_wait(o, rank));
    if (o->presence[rank] == DT_LATE && !carry_served(o)) return carry_fetch(o, rank);
    bool done;
    dt_status status = dt_ahead_go(o, rank, &done);
    if (status == DT_OK && !done) status = dt_round_go(o, rank);
    return status == DT_ELATE ? carry_fetch(o, rank) : status;
}

/* The result of an all-reduce is gone with all who had it: the share goes into the next, with those who are left. */
static bool carry_gone(const dt_ongoing *o) {
    return o->what.kind == DT_ALL_REDUCE && !o->in->hands && !o->chosen && dt_membership_holder(o) == NULL;
}

static dt_status carry_try(dt_ongoing **o, size_t rank, long *attempt) {
    bool gone = (*o)->fetch && (*o)->result != NULL && carry_gone(*o);
    if (gone) *o = dt_membership_pass(*o, rank);
    *attempt = (*o)->attempt;
    if ((*o)->formed && (*o)->result == NULL) return DT_OK;     /* there will be none */
    return (*o)->fetch && !gone ? carry_fetch(*o, rank) : carry_exchange(*o, rank);
}

static void carry_repeat(void *arg) { dt_membership_repeat(arg); }

dt_status dt_exchange_carry(dt_ongoing **o, size_t rank) {
    dt_port *port = (*o)->port[rank];
    long attempt;
    dt_status status = carry_try(o, rank, &attempt);
    while (status == DT_EDOWN && dt_port_reset(port) == DT_OK) {
        if ((*o)->attempt == attempt) dt_engine_at_once(carry_repeat, *o);      /* nobody else has given it up */
        status = dt_port_reset(port) == DT_OK ? carry_try(o, rank, &attempt) : DT_EDOWN;
    }
    if (status == DT_OK && !(*o)->formed && carry_gets(*o, rank)) {
        dt_form_result(*o);
        dt_membership_formed(*o);
    }
    return status;
}

/* ---- leaving with the result ------------------------------------------------------------------- */

static void carry_leave(dt_ongoing *o, size_t rank, dt_vec **result, dt_outcome *outcome) {
    static const dt_outcome unknown = { .value = NAN, .consensus_distance = NAN };
    *result = o->result != NULL && carry_gets(o, rank) ? dt_vec_keep(o->result) : NULL;
    *outcome = o->formed ? o->outcome : unknown;
    outcome->number = o->number;
    outcome->late = o->late[rank];
    outcome->own = outcome->late || o->pieces == 0 ? (dt_slice){ 0 } : dt_form_piece(o, rank);
    dt_membership_take(o, rank);
    carry_hand_on(o);
    dt_exchange_wake_servers(o);
}

dt_status dt_collective_exchange(dt_collective *c, size_t rank, const dt_exchange *what, const dt_share *share, dt_vec **result,
                                 dt_outcome *outcome) {
    dt_share brought = *share;
    bool back = !dt_membership_in(c, rank);
    if (dt_port_aborted(c->group->port[rank])) return dt_port_sleep(c->group->port[rank], 0);       /* DT_EDOWN */
    if (back) {
        DT_TRY(dt_membership_join(c, rank));
        brought.size = 0;
    }
    dt_ongoing *o = dt_membership_enter(c, &c->own, rank, what, &brought);
    DT_TRY(dt_exchange_carry(&o, rank));
    carry_leave(o, rank, result, outcome);
    if (!back || outcome->count > 0 || !dt_engine_finished(c->group->engine)) return DT_OK;
    dt_vec_drop(*result);       /* all others have gone home meanwhile */
    *result = NULL;
    return DT_EOVER;
}

dt_status dt_collective_mean(dt_collective *c, size_t rank, const dt_share *share, dt_vec **mean, dt_outcome *outcome) {
    return dt_collective_exchange(c, rank, NULL, share, mean, outcome);
}

/* ---- by a hand --------------------------------------------------------------------------------- */

static void courier_ends(dt_ongoing *o) {
    o->carrying--;
    dt_membership_close(o);
}

/* A failure of its host ends the hand: the member is dropped, or comes back without what it had started. */
static dt_status courier_carry(void *arg) {
    const dt_courier *courier = arg;
    dt_ongoing *o = courier->ongoing;
    size_t rank = courier->rank;
    dt_status status = dt_exchange_carry(&o, rank);
    if (status == DT_OK) {
        dt_membership_done(o, rank);
        dt_port_post(o->port[rank], o->collective->group->port[rank], (dt_message){ .tag = dt_round_tag(o->ticket, 0) });
        carry_hand_on(o);
        dt_exchange_wake_servers(o);
    }
    courier_ends(o);
    return status == DT_EDOWN || status == DT_EOVER ? DT_OK : status;
}

static dt_status courier_serve(void *arg) {
    const dt_courier *courier = arg;
    dt_ongoing *o = courier->ongoing;
    dt_status status;
    do status = dt_exchange_serve(o, courier->rank - o->collective->group->ranks);
    while (status == DT_OK && !o->formed);
    courier_ends(o);
    return status == DT_EOVER ? DT_OK : status;
}

static void courier_send(dt_ongoing *o, dt_port *port, dt_status (*body)(void *arg), void *arg) {
    o->carrying++;
    dt_engine_spawn(o->collective->group->engine, dt_port_hand(port), port, body, arg, true);
}

dt_status dt_collective_start(dt_collective *c, size_t rank, const dt_exchange *what, const dt_share *share, long *number) {
    if (dt_port_aborted(c->group->port[rank])) return DT_EDOWN;
    if (!dt_membership_in(c, rank) || c->started.next[rank] == LONG_MAX)
        return dt_fail(DT_EINVAL, "collective: rank %zu, back after a failure, starts an exchange: it joins the others again with "
                       "one that it waits for", rank);
    dt_ongoing *o = dt_membership_enter(c, &c->started, rank, what, share);
    *number = o->number;
    bool first = !o->served;
    o->served = true;           /* others may act while an actor is made */
    for (size_t s = 0; s < c->servers && first; s++)
        courier_send(o, o->server[s], courier_serve, &o->courier[c->group->ranks + s]);
    courier_send(o, o->port[rank], courier_carry, &o->courier[rank]);
    return DT_OK;
}

bool dt_collective_done(const dt_collective *c, size_t rank, long number) {
    const dt_ongoing *o = dt_membership_find(&c->started, number);
    return o != NULL && o->presence[rank] == DT_DONE;
}

dt_status dt_collective_await(dt_collective *c, size_t rank, long number, dt_vec **result, dt_outcome *outcome) {
    dt_port *port = c->group->port[rank];
    dt_ongoing *o = dt_membership_find(&c->started, number);
    dt_message m;
    if (dt_port_aborted(port)) return dt_port_sleep(port, 0);       /* DT_EDOWN */
    assert(o != NULL);      /* else it has been awaited */
    DT_TRY(dt_port_receive(port, o->port[rank], dt_round_tag(o->ticket, 0), HUGE_VAL, &m));
    carry_leave(o, rank, result, outcome);
    return DT_OK;
}
