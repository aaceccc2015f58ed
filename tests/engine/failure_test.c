/* failure_test.c - what happens to computations, messages and who waits for them when hosts go down. */
#include "tests/engine/duo.h"

#include <math.h>

static double present_minus_accounted(const dt_port *p) {
    dt_usage u = dt_port_usage(p);
    return u.present_s - u.compute_s - u.wait_s - u.send_s - u.off_s;
}

/* ---- alarms -------------------------------------------------------------------------------- */

enum { BELLS = 5 };
typedef struct bell { apart *a; int number; } bell;
typedef struct rung {
    double    at_s[BELLS];          /* 0: never */
    int       place[BELLS];         /* 1: rang first; 0: never */
    int       count;
    dt_status status;
    double    end_s;
} rung;

static dt_status bell_ring(void *arg) {
    bell *b = arg;
    rung *out = b->a->out;
    out->at_s[b->number] = dt_engine_now(b->a->engine);
    out->place[b->number] = ++out->count;
    return DT_OK;
}

static dt_status sleeps_five(void *arg) {
    DT_TRY(dt_port_sleep(arg, 5));
    return DT_OK;
}

static void bells_body(apart *a) {
    static bell b[BELLS];
    rung *out = a->out;
    const double at[BELLS] = { 3, 1, 2, 1, 7 };
    dt_port *p = apart_port(a, 0, 0);
    dt_engine_spawn(a->engine, "sleeper", p, sleeps_five, p, false);
    for (int i = 0; i < BELLS; i++) {
        b[i] = (bell){ a, i };
        dt_engine_at(a->engine, at[i], bell_ring, &b[i]);
    }
    out->status = dt_engine_run(a->engine);
    out->end_s = dt_engine_now(a->engine);
}

static void alarms_ring_at_their_time_in_the_order_of_asking(void **fixture) {
    (void)fixture;
    const rung *out = apart_run(&cm02, 1, bells_body, NULL);
    const double at_s[BELLS] = { 3, 1, 2, 1, 0 };       /* the last would ring after the end of the run */
    const int place[BELLS] = { 4, 1, 3, 2, 0 };
    for (int i = 0; i < BELLS; i++) {
        assert_near(out->at_s[i], at_s[i], 1e-9);
        assert_int_equal(out->place[i], place[i]);
    }
    assert_int_equal(out->status, DT_OK);
    assert_near(out->end_s, 5, 1e-9);
}

/* ---- a host that goes down ----------------------------------------------------------------- */

static dt_status one_off(void *arg) { dt_port_fail(((duo *)arg)->one); return DT_OK; }
static dt_status one_on(void *arg) { dt_port_recover(((duo *)arg)->one); return DT_OK; }
static dt_status two_off(void *arg) { dt_port_fail(((duo *)arg)->two); return DT_OK; }

static void count_work(void *arg, int thread) {
    (void)thread;
    ++*(int *)arg;
}

/* What an actor met whose host goes down while it computes, and comes back. */
typedef struct downed {
    dt_status computed;                             /* what the computation returned that is aborted */
    double    aborted_s;
    bool      aborted;
    dt_status computed_while_down, received_while_down, flushed_while_down;
    double    tried_s;                              /* when it had tried all that is without effect */
    dt_status reset_while_down, blocked;            /* blocked until its host came back */
    double    back_s;
    dt_status reset, computed_again;
    int       works;                                /* how often the work of a computation was done */
    dt_status status;
    double    end_s, compute_s, off_s, unaccounted_s, flops;
} downed;

static dt_status computes_and_rests(void *arg) {
    duo *d = arg;
    downed *out = d->a->out;
    out->computed = dt_port_compute(d->one, 4e9, count_work, &out->works);
    out->aborted_s = dt_engine_now(d->a->engine);
    out->aborted = dt_port_aborted(d->one);
    out->computed_while_down = dt_port_compute(d->one, 4e9, count_work, &out->works);
    dt_message m;
    out->received_while_down = dt_port_receive(d->one, NULL, DT_ANY, HUGE_VAL, &m);
    dt_port_post(d->one, d->two, (dt_message){ .tag = 1, .bytes = 1e6 });
    out->flushed_while_down = dt_port_flush(d->one);
    out->tried_s = dt_engine_now(d->a->engine);
    out->reset_while_down = dt_port_reset(d->one);
    out->blocked = dt_port_block(d->one, HUGE_VAL);
    out->back_s = dt_engine_now(d->a->engine);
    out->reset = dt_port_reset(d->one);
    out->computed_again = dt_port_compute(d->one, 1e9, NULL, NULL);
    return DT_OK;
}

static void down_body(apart *a) {
    duo *d = duo_new(a, 0);
    downed *out = a->out;
    dt_engine_spawn(a->engine, "one", d->one, computes_and_rests, d, false);
    dt_engine_at(a->engine, 1.5, one_off, d);
    dt_engine_at(a->engine, 5, one_on, d);
    out->status = dt_engine_run(a->engine);
    out->end_s = dt_engine_now(a->engine);
    dt_usage u = dt_port_usage(d->one);
    out->compute_s = u.compute_s;
    out->off_s = u.off_s;
    out->unaccounted_s = present_minus_accounted(d->one);
    out->flops = u.flops;
}

static void a_host_that_fails_aborts_what_its_actor_does_until_it_is_reset(void **fixture) {
    (void)fixture;
    const downed *out = apart_run(&cm02, 2, down_body, NULL);
    assert_int_equal(out->computed, DT_EDOWN);
    assert_near(out->aborted_s, 1.5, 1e-9);
    assert_true(out->aborted);
    assert_int_equal(out->computed_while_down, DT_EDOWN);
    assert_int_equal(out->received_while_down, DT_EDOWN);
    assert_int_equal(out->flushed_while_down, DT_EDOWN);
    assert_near(out->tried_s, 1.5, 1e-9);
    assert_int_equal(out->reset_while_down, DT_EDOWN);
    assert_int_equal(out->blocked, DT_OK);
    assert_near(out->back_s, 5, 1e-9);
    assert_int_equal(out->reset, DT_OK);
    assert_int_equal(out->computed_again, DT_OK);
    assert_int_equal(out->works, 1);
    assert_int_equal(out->status, DT_OK);
    assert_near(out->end_s, 6, 1e-9);
    assert_near(out->compute_s, 1.5 + 1, 1e-9);
    assert_near(out->off_s, 3.5, 1e-9);
    assert_near(out->unaccounted_s, 0, 1e-9);
    assert_near(out->flops, 1e9, 1e-9);
}

/* What a sender met whose receiver's host goes down. */
typedef struct in_vain {
    double    first_s, second_s;                    /* when all before, and all after that had gone */
    dt_status status;
    double    bytes_lost, bytes, unaccounted_bytes, messages_lost, unaccounted_s;
} in_vain;

static dt_status sends_and_posts(void *arg) {
    duo *d = arg;
    in_vain *out = d->a->out;
    dt_port_post(d->one, d->two, (dt_message){ .tag = 1, .bytes = d->bytes });
    DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 2, .bytes = d->bytes }));
    DT_TRY(dt_port_flush(d->one));
    out->first_s = dt_engine_now(d->a->engine);
    dt_port_post(d->one, d->two, (dt_message){ .tag = 3, .bytes = d->bytes });
    DT_TRY(dt_port_flush(d->one));
    out->second_s = dt_engine_now(d->a->engine);
    return DT_OK;
}

static void in_vain_body(apart *a) {
    duo *d = duo_new(a, 1.25e9);
    in_vain *out = a->out;
    dt_engine_spawn(a->engine, "one", d->one, sends_and_posts, d, false);
    dt_engine_at(a->engine, 0.5, two_off, d);
    out->status = dt_engine_run(a->engine);
    out->bytes_lost = dt_engine_bytes_lost(a->engine);
    out->bytes = dt_engine_bytes(a->engine);
    out->unaccounted_bytes = sent_minus_accounted(d);
    out->messages_lost = dt_port_usage(d->one).messages_lost;
    out->unaccounted_s = present_minus_accounted(d->one);
}

static void what_is_on_its_way_to_a_host_that_goes_down_is_lost_and_its_sender_goes_on(void **fixture) {
    (void)fixture;
    const in_vain *out = apart_run(&cm02, 1, in_vain_body, NULL);
    assert_near(out->first_s, 0.5, 1e-6);
    assert_near(out->second_s, 0.5, 1e-6);
    assert_int_equal(out->status, DT_OK);
    assert_near(out->bytes_lost, 3 * 1.25e9, 1e-6);
    assert_near(out->bytes, 0, 1e-6);
    assert_near(out->unaccounted_bytes, 0, 1e-6);
    assert_near(out->messages_lost, 3, 1e-6);
    assert_near(out->unaccounted_s, 0, 1e-6);
}

typedef struct released {
    dt_status received;
    bool      by_a_stranger, by_its_sender;         /* whom a cancellation names: itself, and whom it waits for */
    double    at_s;
    dt_status status;
} released;

static dt_status waits_for_one(void *arg) {
    duo *d = arg;
    released *out = d->a->out;
    dt_message m;
    out->received = dt_port_receive(d->two, d->one, DT_ANY, HUGE_VAL, &m);
    out->at_s = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status releases_two(void *arg) {
    duo *d = arg;
    released *out = d->a->out;
    out->by_a_stranger = dt_port_cancel_receive(d->two, d->two);
    out->by_its_sender = dt_port_cancel_receive(d->two, d->one);
    return DT_OK;
}

static void release_body(apart *a) {
    duo *d = duo_new(a, 0);
    dt_engine_spawn(a->engine, "two", d->two, waits_for_one, d, false);
    dt_engine_at(a->engine, 2, releases_two, d);
    ((released *)a->out)->status = dt_engine_run(a->engine);
}

static void a_receiver_is_released_from_waiting_for_one_who_is_gone(void **fixture) {
    (void)fixture;
    const released *out = apart_run(&cm02, 1, release_body, NULL);
    assert_int_equal(out->received, DT_ELATE);
    assert_near(out->at_s, 2, 1e-9);
    assert_false(out->by_a_stranger);
    assert_true(out->by_its_sender);
    assert_int_equal(out->status, DT_OK);
}

typedef struct dismissed {
    dt_status blocked, blocked_again;
    double    at_s;
    dt_status status;
} dismissed;

static dt_status rests_for_ever(void *arg) {
    duo *d = arg;
    dismissed *out = d->a->out;
    dt_port_fail(d->two);
    out->blocked = dt_port_block(d->two, HUGE_VAL);
    out->at_s = dt_engine_now(d->a->engine);
    out->blocked_again = dt_port_block(d->two, HUGE_VAL);
    return DT_OK;
}

static dt_status dismisses(void *arg) {
    duo *d = arg;
    DT_TRY(dt_port_sleep(d->one, 3));
    dt_engine_finish(d->a->engine);
    return DT_OK;
}

static void dismiss_body(apart *a) {
    duo *d = duo_new(a, 0);
    dt_engine_spawn(a->engine, "two", d->two, rests_for_ever, d, false);
    dt_engine_spawn(a->engine, "one", d->one, dismisses, d, false);
    ((dismissed *)a->out)->status = dt_engine_run(a->engine);
}

static void who_rests_is_dismissed_at_the_end(void **fixture) {
    (void)fixture;
    const dismissed *out = apart_run(&cm02, 1, dismiss_body, NULL);
    assert_int_equal(out->blocked, DT_EOVER);
    assert_near(out->at_s, 3, 1e-9);
    assert_int_equal(out->blocked_again, DT_EOVER);
    assert_int_equal(out->status, DT_OK);
}

/* ---- hands -------------------------------------------------------------------------------- */

/* What a worker and its courier met while the host was down from 1 s to 3 s. */
typedef struct handy {
    dt_status computed, received, back, received_again;
    double    computed_s, received_s, back_s, last_seen_s, received_again_s;
    bool      same_program, up_meanwhile;
    double    courier_in, own_in;
    dt_status status;
} handy;

static dt_status own_computes(void *arg) {
    duo *d = arg;
    handy *out = d->a->out;
    out->computed = dt_port_compute(d->one, 9e9, NULL, NULL);
    out->computed_s = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status courier_waits(void *arg) {
    duo *d = arg;
    handy *out = d->a->out;
    dt_message m;
    out->received = dt_port_receive(d->two, NULL, DT_ANY, HUGE_VAL, &m);
    out->received_s = dt_engine_now(d->a->engine);
    out->up_meanwhile = dt_port_up(d->two);
    out->last_seen_s = dt_port_last_seen(d->two);
    out->back = dt_port_block(d->two, HUGE_VAL);
    out->back_s = dt_engine_now(d->a->engine);
    DT_TRY(dt_port_reset(d->two));
    out->received_again = dt_port_receive(d->two, NULL, DT_ANY, HUGE_VAL, &m);
    out->received_again_s = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status stranger_posts(void *arg) {
    duo *d = arg;
    dt_port *stranger = apart_port(d->a, 2, 2);
    dt_port_post_from_host(stranger, d->two, (dt_message){ .tag = 1, .bytes = 1e6 });
    return DT_OK;
}

static void hand_body(apart *a) {
    duo d = { a, apart_port(a, 0, 0), NULL, 0 };
    handy *out = a->out;
    d.two = dt_port_beside(d.one, "courier", a->arena);
    out->same_program = dt_port_index(d.two) == 0 && dt_port_host(d.two) == 0 && dt_port_beside(d.two, "x", a->arena) != d.two;
    dt_engine_spawn(a->engine, "one", d.one, own_computes, &d, false);
    dt_engine_spawn(a->engine, "courier", d.two, courier_waits, &d, false);
    dt_engine_at(a->engine, 1, two_off, &d);
    dt_engine_at(a->engine, 2, stranger_posts, &d);
    dt_engine_at(a->engine, 3, one_on, &d);
    dt_engine_at(a->engine, 4, stranger_posts, &d);
    out->status = dt_engine_run(a->engine);
    out->courier_in = dt_port_usage(d.two).bytes_in;
    out->own_in = dt_port_usage(d.one).bytes_in;
}

static void a_hand_fails_and_recovers_with_its_program_and_has_accounts_of_its_own(void **fixture) {
    (void)fixture;
    const handy *out = apart_run(&cm02, 1, hand_body, NULL);
    assert_true(out->same_program);
    assert_int_equal(out->computed, DT_EDOWN);
    assert_near(out->computed_s, 1, 1e-9);
    assert_int_equal(out->received, DT_EDOWN);
    assert_near(out->received_s, 1, 1e-9);
    assert_false(out->up_meanwhile);
    assert_near(out->last_seen_s, 1, 1e-9);
    assert_int_equal(out->back, DT_OK);
    assert_near(out->back_s, 3, 1e-9);
    assert_int_equal(out->received_again, DT_OK);
    assert_near(out->received_again_s, 4 + 50e-6 + 1e6 / 1.25e9, 1e-9);
    assert_near(out->courier_in, 1e6, 0);
    assert_near(out->own_in, 0, 0);
    assert_int_equal(out->status, DT_OK);
}

/* ---- what happens at one moment ------------------------------------------------------------- */

enum { CROWD = 5 };
typedef struct crowd { apart *a; dt_port *server, *port[CROWD]; } crowd;
typedef struct member { crowd *all; int number; } member;
typedef struct gathered { int at_once, settled, settled_again; double at_s; bool soon; dt_status aborted, status; } gathered;

static void member_tells(void *arg) {
    const member *m = arg;
    dt_port *port = m->all->port[m->number];
    dt_port_post_from_host(port, port, (dt_message){ .tag = 3 });
}

/* All are ready at one second, and each waits for a word of the one before: that takes several turns of that second.
 * The last is told something once no actor can act, and posts then. */
static dt_status member_act(void *arg) {
    member *m = arg;
    const crowd *c = m->all;
    dt_message got;
    DT_TRY(dt_port_compute(c->port[m->number], 1e9, NULL, NULL));
    if (m->number > 0) DT_TRY(dt_port_receive(c->port[m->number], c->port[m->number - 1], 2, HUGE_VAL, &got));
    if (m->number + 1 < CROWD) dt_port_post(c->port[m->number], c->port[m->number + 1], (dt_message){ .tag = 2 });
    if (m->number + 1 == CROWD) {
        dt_engine_soon(c->a->engine, member_tells, m);
        DT_TRY(dt_port_receive(c->port[m->number], c->port[m->number], 3, HUGE_VAL, &got));
    }
    dt_port_post(c->port[m->number], c->server, (dt_message){ .tag = 1 });
    return DT_OK;
}

static int crowd_here(const crowd *c) {
    int here = 0;
    dt_message m;
    while (dt_port_receive(c->server, NULL, 1, 0, &m) == DT_OK) here++;
    return here;
}

static void crowd_is_soon(void *arg) { ((gathered *)((crowd *)arg)->a->out)->soon = true; }

static dt_status crowd_gather(void *arg) {
    crowd *c = arg;
    gathered *out = c->a->out;
    dt_message m;
    DT_TRY(dt_port_receive(c->server, NULL, 1, HUGE_VAL, &m));
    dt_engine_soon(c->a->engine, crowd_is_soon, c);
    out->at_once = 1 + crowd_here(c);
    DT_TRY(dt_port_settle(c->server));
    out->settled = out->at_once + crowd_here(c);
    DT_TRY(dt_port_settle(c->server));
    out->settled_again = crowd_here(c);
    out->at_s = dt_engine_now(c->a->engine);
    dt_port_abort(c->server);
    out->aborted = dt_port_settle(c->server);
    return DT_OK;
}

static void crowd_body(apart *a) {
    crowd c = { a, apart_port(a, 0, 9), { NULL } };
    member m[CROWD];
    dt_engine_spawn(a->engine, "server", c.server, crowd_gather, &c, false);
    for (int i = 0; i < CROWD; i++) {
        c.port[i] = apart_port(a, 0, (size_t)i);
        m[i] = (member){ &c, i };
        dt_engine_spawn(a->engine, "member", c.port[i], member_act, &m[i], false);
    }
    ((gathered *)a->out)->status = dt_engine_run(a->engine);
}

static void what_happens_at_one_moment_is_there_after_settling(void **fixture) {
    (void)fixture;
    const gathered *out = apart_run(&cm02, 1, crowd_body, NULL);
    assert_in_range(out->at_once, 1, CROWD - 1);
    assert_int_equal(out->settled, CROWD);
    assert_int_equal(out->settled_again, 0);
    assert_near(out->at_s, CROWD, 1e-9);        /* they share one host */
    assert_true(out->soon);
    assert_int_equal(out->aborted, DT_EDOWN);
    assert_int_equal(out->status, DT_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alarms_ring_at_their_time_in_the_order_of_asking),
        cmocka_unit_test(a_host_that_fails_aborts_what_its_actor_does_until_it_is_reset),
        cmocka_unit_test(what_is_on_its_way_to_a_host_that_goes_down_is_lost_and_its_sender_goes_on),
        cmocka_unit_test(a_receiver_is_released_from_waiting_for_one_who_is_gone),
        cmocka_unit_test(who_rests_is_dismissed_at_the_end),
        cmocka_unit_test(a_hand_fails_and_recovers_with_its_program_and_has_accounts_of_its_own),
        cmocka_unit_test(what_happens_at_one_moment_is_there_after_settling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
