/* failure_test.c - what happens to computations, messages and joules when ports go off, links change and messages are
 * lost. */
#include "tests/engine/apart.h"

#include <math.h>

#include "engine/failure.h"

static const apart_star cm02 = { 3, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };

typedef struct duo { apart *a; dt_port *one, *two; double bytes; } duo;

static duo *duo_new(apart *a, double bytes) {
    duo *d = dt_arena_take(a->arena, 1, sizeof *d);
    *d = (duo){ a, dt_port_new(a->engine, 0, 0, a->arena), dt_port_new(a->engine, 1, 1, a->arena), bytes };
    return d;
}

static double sent_minus_accounted(const duo *d) {
    const dt_engine *e = d->a->engine;
    double out = dt_port_usage(d->one).bytes_out + dt_port_usage(d->two).bytes_out;
    return out - dt_engine_bytes(e) - dt_engine_bytes_lost(e) - dt_engine_bytes_on_the_way(e);
}

static double present_minus_accounted(const dt_port *p) {
    dt_usage u = dt_port_usage(p);
    return u.present_s - u.compute_s - u.wait_s - u.send_s - u.off_s;
}

/* ---- alarms -------------------------------------------------------------------------------- */

typedef struct bell { apart *a; int place; } bell;

static dt_status bell_ring(void *arg) {
    bell *b = arg;
    b->a->out[b->place] = dt_engine_now(b->a->engine);
    b->a->out[10 + b->place] = ++b->a->out[20];
    return DT_OK;
}

static dt_status sleeps_five(void *arg) {
    DT_TRY(dt_port_sleep(arg, 5));
    return DT_OK;
}

static void bells_body(apart *a) {
    static bell b[5];
    const double at[] = { 3, 1, 2, 1, 7 };
    dt_port *p = dt_port_new(a->engine, 0, 0, a->arena);
    dt_engine_spawn(a->engine, "sleeper", p, sleeps_five, p, false);
    for (int i = 0; i < 5; i++) {
        b[i] = (bell){ a, i };
        dt_engine_at(a->engine, at[i], bell_ring, &b[i]);
    }
    a->out[30] = dt_engine_run(a->engine);
    a->out[31] = dt_engine_now(a->engine);
}

static void alarms_ring_at_their_time_in_the_order_of_asking(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, bells_body, NULL), at[] = { 3, 1, 2, 1 }, place[] = { 4, 1, 3, 2 };
    for (int i = 0; i < 4; i++) {
        assert_near(out[i], at[i], 1e-9);
        assert_near(out[10 + i], place[i], 0);
    }
    assert_near(out[14], 0, 0);                 /* the run was over */
    assert_near(out[30], DT_OK, 0);
    assert_near(out[31], 5, 1e-9);
}

/* ---- a host that goes down ----------------------------------------------------------------- */

static dt_status one_off(void *arg) { dt_port_fail(((duo *)arg)->one); return DT_OK; }
static dt_status one_on(void *arg) { dt_port_recover(((duo *)arg)->one); return DT_OK; }
static dt_status two_off(void *arg) { dt_port_fail(((duo *)arg)->two); return DT_OK; }

static void count_work(void *arg, int thread) {
    (void)thread;
    ++*(double *)arg;
}

static dt_status computes_and_rests(void *arg) {
    duo *d = arg;
    double *out = d->a->out;
    out[0] = dt_port_compute(d->one, 4e9, count_work, &out[10]);
    out[1] = dt_engine_now(d->a->engine);
    out[2] = dt_port_aborted(d->one);
    out[3] = dt_port_compute(d->one, 4e9, count_work, &out[10]);    /* without effect */
    dt_message m;
    out[4] = dt_port_receive(d->one, DT_ANY, DT_ANY, HUGE_VAL, &m);
    dt_port_post(d->one, d->two, (dt_message){ .tag = 1, .bytes = 1e6 });
    out[18] = dt_port_flush(d->one);
    out[5] = dt_engine_now(d->a->engine);
    out[6] = dt_port_reset(d->one);
    out[7] = dt_port_block(d->one, HUGE_VAL);
    out[8] = dt_engine_now(d->a->engine);
    out[9] = dt_port_reset(d->one);
    out[11] = dt_port_compute(d->one, 1e9, NULL, NULL);
    return DT_OK;
}

static void down_body(apart *a) {
    duo *d = duo_new(a, 0);
    dt_engine_spawn(a->engine, "one", d->one, computes_and_rests, d, false);
    dt_engine_at(a->engine, 1.5, one_off, d);
    dt_engine_at(a->engine, 5, one_on, d);
    a->out[12] = dt_engine_run(a->engine);
    a->out[13] = dt_engine_now(a->engine);
    dt_usage u = dt_port_usage(d->one);
    a->out[14] = u.compute_s;
    a->out[15] = u.off_s;
    a->out[16] = present_minus_accounted(d->one);
    a->out[17] = u.flops;
}

static void a_host_that_goes_down_breaks_off_what_its_actor_does_until_it_is_mended(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 2, down_body, NULL);
    const double wanted[] = { DT_EDOWN, 1.5, 1, DT_EDOWN, DT_EDOWN, 1.5, DT_EDOWN, DT_OK, 5, DT_OK, 1, DT_OK, DT_OK, 6, 2.5, 3.5, 0, 1e9,
                              DT_EDOWN };
    for (int i = 0; i < 19; i++) assert_near(out[i], wanted[i], 1e-9);
}

static dt_status sends_and_posts(void *arg) {
    duo *d = arg;
    dt_port_post(d->one, d->two, (dt_message){ .tag = 1, .bytes = d->bytes });
    DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 2, .bytes = d->bytes }));
    DT_TRY(dt_port_flush(d->one));
    d->a->out[0] = dt_engine_now(d->a->engine);
    dt_port_post(d->one, d->two, (dt_message){ .tag = 3, .bytes = d->bytes });
    DT_TRY(dt_port_flush(d->one));
    d->a->out[1] = dt_engine_now(d->a->engine);
    return DT_OK;
}

static void in_vain_body(apart *a) {
    duo *d = duo_new(a, 1.25e9);
    dt_engine_spawn(a->engine, "one", d->one, sends_and_posts, d, false);
    dt_engine_at(a->engine, 0.5, two_off, d);
    a->out[2] = dt_engine_run(a->engine);
    a->out[3] = dt_engine_bytes_lost(a->engine);
    a->out[4] = dt_engine_bytes(a->engine);
    a->out[5] = sent_minus_accounted(d);
    a->out[6] = dt_port_usage(d->one).messages_lost;
    a->out[7] = present_minus_accounted(d->one);
}

static void what_is_on_its_way_to_a_host_that_goes_down_is_lost_and_its_sender_goes_on(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, in_vain_body, NULL);
    const double wanted[] = { 0.5, 0.5, DT_OK, 3 * 1.25e9, 0, 0, 3, 0 };
    for (int i = 0; i < 8; i++) assert_near(out[i], wanted[i], 1e-6);
}

static dt_status waits_for_one(void *arg) {
    duo *d = arg;
    dt_message m;
    d->a->out[0] = dt_port_receive(d->two, 0, DT_ANY, HUGE_VAL, &m);
    d->a->out[1] = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status releases_two(void *arg) {
    duo *d = arg;
    d->a->out[2] = dt_port_cancel_receive(d->two, 5);
    d->a->out[3] = dt_port_cancel_receive(d->two, 0);
    return DT_OK;
}

static void release_body(apart *a) {
    duo *d = duo_new(a, 0);
    dt_engine_spawn(a->engine, "two", d->two, waits_for_one, d, false);
    dt_engine_at(a->engine, 2, releases_two, d);
    a->out[4] = dt_engine_run(a->engine);
}

static void a_receiver_is_released_from_waiting_for_one_who_is_gone(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, release_body, NULL), wanted[] = { DT_ELATE, 2, 0, 1, DT_OK };
    for (int i = 0; i < 5; i++) assert_near(out[i], wanted[i], 1e-9);
}

static dt_status rests_for_ever(void *arg) {
    duo *d = arg;
    dt_port_fail(d->two);
    d->a->out[0] = dt_port_block(d->two, HUGE_VAL);
    d->a->out[1] = dt_engine_now(d->a->engine);
    d->a->out[2] = dt_port_block(d->two, HUGE_VAL);
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
    a->out[3] = dt_engine_run(a->engine);
}

static void who_rests_is_dismissed_at_the_end(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, dismiss_body, NULL), wanted[] = { DT_EOVER, 3, DT_EOVER, DT_OK };
    for (int i = 0; i < 4; i++) assert_near(out[i], wanted[i], 1e-9);
}

/* ---- links --------------------------------------------------------------------------------- */

static dt_status duo_send(void *arg) {
    duo *d = arg;
    DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 7, .bytes = d->bytes, .value = 42 }));
    d->a->out[0] = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status duo_receive(void *arg) {
    duo *d = arg;
    dt_message m;
    d->a->out[1] = dt_port_receive(d->two, 0, 7, HUGE_VAL, &m) == DT_OK ? m.value : -1;
    return DT_OK;
}

static void duo_run(duo *d) {
    apart *a = d->a;
    dt_engine_spawn(a->engine, "one", d->one, duo_send, d, false);
    dt_engine_spawn(a->engine, "two", d->two, duo_receive, d, false);
    a->out[2] = dt_engine_run(a->engine);
    if (a->out[2] != DT_OK) fprintf(stderr, "%s\n", dt_reason());
    a->out[3] = sent_minus_accounted(d);
    a->out[4] = dt_port_usage(d->one).messages_out;
    a->out[5] = dt_port_usage(d->one).messages_lost;
}

/* Of the first host: out, or with a platform of LV08, which needs it for what comes back, in. */
static size_t link_of_one(const duo *d) {
    const apart_star *star = d->a->arg;
    const char *name = star != NULL ? "l-0_DOWN" : "l-0_UP";
    size_t links = dt_engine_links(d->a->engine);
    for (size_t i = 0; i < links; i++)
        if (strcmp(dt_engine_link(d->a->engine, i).name, name) == 0) return i;
    return links;
}

static dt_status link_slows(void *arg) {
    duo *d = arg;
    dt_engine_link_bandwidth(d->a->engine, link_of_one(d), 0.125e9);
    return DT_OK;
}

static void slow_body(apart *a) {
    duo *d = duo_new(a, 1.25e9);
    dt_engine_at(a->engine, 0.5, link_slows, d);
    duo_run(d);
}

static void a_link_that_slows_down_slows_what_crosses_it(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, slow_body, NULL);
    assert_near(out[0], 0.5 + 10 * (0.5 + 50e-6), 1e-6);
    assert_near(out[1], 42, 0);
}

static dt_status link_off(void *arg) { duo *d = arg; dt_engine_link_switch(d->a->engine, link_of_one(d), false); return DT_OK; }
static dt_status link_on(void *arg) { duo *d = arg; dt_engine_link_switch(d->a->engine, link_of_one(d), true); return DT_OK; }

static void cut_body(apart *a) {
    duo *d = duo_new(a, 1.25e9);
    dt_engine_at(a->engine, 0.5, link_off, d);
    dt_engine_at(a->engine, 0.95, link_on, d);
    duo_run(d);
}

/* Cut at 0.5, tried in vain at 0.7 and 0.9 (timeout 0.2), whole one second after 1.1. */
static void what_crosses_a_link_that_goes_off_is_sent_again(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, cut_body, NULL);
    const double wanted[] = { 2.1 + 50e-6, 42, DT_OK, 0, 4, 3 };
    for (int i = 0; i < 6; i++) assert_near(out[i], wanted[i], 1e-6);
}

static void under_lv08_a_link_of_the_way_back_that_goes_off_cuts_the_way_too(void **fixture) {
    (void)fixture;
    apart_star lv08 = cm02;
    lv08.network = "LV08";
    const double *out = apart_run(&lv08, 1, cut_body, &lv08);
    const double wanted[] = { 42, DT_OK, 0, 4, 3 };
    for (int i = 0; i < 5; i++) assert_near(out[i + 1], wanted[i], 1e-6);
}

/* ---- lost messages ------------------------------------------------------------------------- */

static dt_status sends_many(void *arg) {
    duo *d = arg;
    for (int i = 0; i < 1000; i++) DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 7, .bytes = 1 }));
    return DT_OK;
}

static void loss_body(apart *a) {
    duo *d = duo_new(a, 0);
    dt_engine_spawn(a->engine, "one", d->one, sends_many, d, false);
    a->out[0] = dt_engine_run(a->engine);
    a->out[1] = dt_engine_now(a->engine);
    a->out[2] = dt_port_usage(d->one).messages_out;
    a->out[3] = dt_port_usage(d->one).messages_lost;
    a->out[4] = dt_port_usage(d->two).messages_in;
    a->out[5] = sent_minus_accounted(d);
}

/* Each try is lost with probability p: 1 / (1 - p) of them a message, and a timeout for each that is lost. */
static void lost_messages_are_sent_again_after_the_timeout(void **fixture) {
    (void)fixture;
    apart_more.loss = 0.2;
    const double *out = apart_run(&cm02, 1, loss_body, NULL);
    apart_more.loss = 0;
    assert_near(out[0], DT_OK, 0);
    assert_near(out[4], 1000, 0);
    assert_near(out[2], 1000 + out[3], 0);
    assert_near(out[3], 250, 45);
    assert_near(out[1], out[2] * (50e-6 + 1 / 1.25e9) + out[3] * 0.2, 1e-6 * out[1]);
    assert_near(out[5], 0, 1e-9);
}

/* ---- energy -------------------------------------------------------------------------------- */

static dt_status labours(void *arg) {
    duo *d = arg;
    DT_TRY(dt_port_compute(d->one, 3e9, NULL, NULL));
    DT_TRY(dt_port_sleep(d->one, 2));
    DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 7, .bytes = d->bytes }));
    return DT_OK;
}

static void energy_body(apart *a) {
    duo *d = duo_new(a, 1.25e9);
    a->out[0] = dt_engine_host_watts(a->engine, 0);
    dt_engine_spawn(a->engine, "one", d->one, labours, d, false);
    a->out[1] = dt_engine_run(a->engine);
    a->out[2] = dt_engine_now(a->engine);
    a->out[3] = dt_engine_host_joules(a->engine, 0);
    a->out[4] = dt_engine_host_joules(a->engine, 2);
    a->out[5] = dt_engine_joules(a->engine);
}

/* On a star whose hosts and links draw power. */
static const double *apart_powered(const apart_star *star, void (*body)(apart *a)) {
    apart_more.watts = true;
    const double *out = apart_run(star, 1, body, NULL);
    apart_more.watts = false;
    return out;
}

/* Hosts draw 10 W idle and 100 W busy, links 1 W and 8 W at full use, which those named l-0 and l-1 are for one second. */
static void joules_are_watts_times_seconds_of_hosts_and_links(void **fixture) {
    (void)fixture;
    const apart_star powered = { 3, 1e9, 1.25e9, 0, "SHARED", "CM02" };
    const double *out = apart_powered(&powered, energy_body);
    assert_near(out[0], 108, 1e-9);
    assert_near(out[2], 6, 1e-6);
    assert_near(out[3], 3 * 100 + 3 * 10 + 6 + 7, 1e-3);
    assert_near(out[4], 6 * 10 + 6, 1e-3);
    assert_near(out[5], (330 + 13) + (60 + 13) + (60 + 6), 1e-3);
}

static double joules_of(dt_engine *e, const char *name) {
    for (size_t i = 0; i < dt_engine_links(e); i++)
        if (strcmp(dt_engine_link(e, i).name, name) == 0) return dt_engine_link_joules(e, i);
    return NAN;
}

static dt_status sends_late(void *arg) {
    duo *d = arg;
    DT_TRY(dt_port_sleep(d->two, 1));
    dt_port_post(d->two, d->one, (dt_message){ .tag = 1, .bytes = d->bytes });
    DT_TRY(dt_port_flush(d->two));
    return DT_OK;
}

static dt_status sends_early(void *arg) {
    duo *d = arg;
    dt_port_post(d->two, d->one, (dt_message){ .tag = 1, .bytes = d->bytes });
    DT_TRY(dt_port_flush(d->two));
    return DT_OK;
}

static void sharing_joules_body(apart *a) {
    dt_port *server = dt_port_new(a->engine, 2, 2, a->arena);
    duo early = { a, server, dt_port_new(a->engine, 0, 0, a->arena), 2.5e9 };
    duo late = { a, server, dt_port_new(a->engine, 1, 1, a->arena), 1.25e9 };
    dt_engine_spawn(a->engine, "early", early.two, sends_early, &early, false);
    dt_engine_spawn(a->engine, "late", late.two, sends_late, &late, false);
    a->out[0] = dt_engine_run(a->engine);
    a->out[1] = dt_engine_now(a->engine);
    for (int i = 0; i < 3; i++) a->out[2 + i] = joules_of(a->engine, ((const char *[]){ "l-0", "l-1", "l-2" })[i]);
}

/* Both latencies are paid without using a link, and what crosses it counts, however the rates change meanwhile. */
static void joules_of_a_link_are_those_of_its_bytes(void **fixture) {
    (void)fixture;
    const apart_star powered = { 3, 1e9, 1.25e9, 0.1, "SHARED", "CM02" };
    const double *out = apart_powered(&powered, sharing_joules_body);
    assert_near(out[0], DT_OK, 0);
    for (int i = 0; i < 3; i++) assert_near(out[2 + i], out[1] + 7 * ((const double[]){ 2, 1, 3 })[i], 1e-6);
}

static void slow_joules_body(apart *a) {
    slow_body(a);
    a->out[10] = dt_engine_now(a->engine);
    a->out[11] = joules_of(a->engine, "l-0_UP");
    a->out[12] = joules_of(a->engine, "l-1_DOWN");
}

/* The slow link is full all the time, the other one in its last part to a tenth. */
static void joules_of_a_link_that_slows_down(void **fixture) {
    (void)fixture;
    const double *out = apart_powered(&cm02, slow_joules_body);
    assert_near(out[11], out[10] + 7 * (out[10] - 50e-6), 1e-5);
    assert_near(out[12], out[10] + 7, 1e-5);
}

static void cut_joules_body(apart *a) {
    cut_body(a);
    a->out[10] = dt_engine_now(a->engine);
    a->out[11] = joules_of(a->engine, "l-0_UP");
    a->out[12] = joules_of(a->engine, "l-0_DOWN");
    a->out[13] = dt_engine_host_joules(a->engine, 0);
}

/* Of the transfer that is cut at 0.5 half has crossed; a link that is off draws nothing.  The host has both directions. */
static void joules_of_a_link_that_was_cut(void **fixture) {
    (void)fixture;
    const double *out = apart_powered(&cm02, cut_joules_body);
    assert_near(out[11], (out[10] - 0.45) + 7 * (1 + 0.5 - 50e-6), 1e-6);
    assert_near(out[13], 10 * out[10] + out[11] + out[12], 1e-6);
}

static void powerless_body(apart *a) {
    a->out[0] = isnan(dt_engine_host_joules(a->engine, 0));
    a->out[1] = isnan(dt_engine_joules(a->engine));
}

static void without_power_figures_joules_are_not_a_number(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, powerless_body, NULL);
    assert_near(out[0], 1, 0);
    assert_near(out[1], 1, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alarms_ring_at_their_time_in_the_order_of_asking),
        cmocka_unit_test(a_host_that_goes_down_breaks_off_what_its_actor_does_until_it_is_mended),
        cmocka_unit_test(what_is_on_its_way_to_a_host_that_goes_down_is_lost_and_its_sender_goes_on),
        cmocka_unit_test(a_receiver_is_released_from_waiting_for_one_who_is_gone),
        cmocka_unit_test(who_rests_is_dismissed_at_the_end),
        cmocka_unit_test(a_link_that_slows_down_slows_what_crosses_it),
        cmocka_unit_test(what_crosses_a_link_that_goes_off_is_sent_again),
        cmocka_unit_test(under_lv08_a_link_of_the_way_back_that_goes_off_cuts_the_way_too),
        cmocka_unit_test(lost_messages_are_sent_again_after_the_timeout),
        cmocka_unit_test(joules_are_watts_times_seconds_of_hosts_and_links),
        cmocka_unit_test(joules_of_a_link_are_those_of_its_bytes),
        cmocka_unit_test(joules_of_a_link_that_slows_down),
        cmocka_unit_test(joules_of_a_link_that_was_cut),
        cmocka_unit_test(without_power_figures_joules_are_not_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
