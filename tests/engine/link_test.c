/* link_test.c - what happens to messages when links change and when messages are lost, and how many joules hosts and links
 * use. */
#include "tests/engine/duo.h"

#include <math.h>

/* ---- links --------------------------------------------------------------------------------- */

/* What became of a message that crosses a link which changes, and, where links draw power, what it cost. */
typedef struct crossed {
    double    sent_s;                               /* when the sender went on */
    double    value;                                /* that arrived; -1: nothing did */
    dt_status status;
    double    unaccounted_bytes, messages_out, messages_lost;
    double    end_s;
    double    up_joules, down_joules;               /* of the first host's link, out and in */
    double    far_joules;                           /* of the second's, in */
    double    host_joules;                          /* of the first host, its links included */
} crossed;

static dt_status duo_send(void *arg) {
    duo *d = arg;
    DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 7, .bytes = d->bytes, .value = 42 }));
    ((crossed *)d->a->out)->sent_s = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status duo_receive(void *arg) {
    duo *d = arg;
    dt_message m;
    ((crossed *)d->a->out)->value = dt_port_receive(d->two, d->one, 7, HUGE_VAL, &m) == DT_OK ? m.value : -1;
    return DT_OK;
}

static double joules_of(dt_engine *e, const char *name) {
    for (size_t i = 0; i < dt_engine_links(e); i++)
        if (strcmp(dt_engine_link(e, i).name, name) == 0) return dt_engine_link_joules(e, i);
    return NAN;
}

static void duo_run(duo *d) {
    apart *a = d->a;
    crossed *out = a->out;
    dt_engine_spawn(a->engine, "one", d->one, duo_send, d, false);
    dt_engine_spawn(a->engine, "two", d->two, duo_receive, d, false);
    out->status = dt_engine_run(a->engine);
    if (out->status != DT_OK) fprintf(stderr, "%s\n", dt_reason());
    out->unaccounted_bytes = sent_minus_accounted(d);
    out->messages_out = dt_port_usage(d->one).messages_out;
    out->messages_lost = dt_port_usage(d->one).messages_lost;
    out->end_s = dt_engine_now(a->engine);
    out->up_joules = joules_of(a->engine, "l-0_UP");
    out->down_joules = joules_of(a->engine, "l-0_DOWN");
    out->far_joules = joules_of(a->engine, "l-1_DOWN");
    out->host_joules = dt_engine_host_joules(a->engine, 0);
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
    const crossed *out = apart_run(&cm02, 1, slow_body, NULL);
    assert_near(out->sent_s, 0.5 + 10 * (0.5 + 50e-6), 1e-6);
    assert_near(out->value, 42, 0);
}

/* All links get that latency at that second. */
typedef struct slower { double at_s, latency; } slower;

static dt_status links_get_latency(void *arg) {
    duo *d = arg;
    const slower *s = d->a->arg;
    for (size_t i = 0; i < dt_engine_links(d->a->engine); i++) dt_engine_link_latency(d->a->engine, i, s->latency);
    return DT_OK;
}

static void latency_body(apart *a) {
    duo *d = duo_new(a, 1e6);
    dt_engine_at(a->engine, ((const slower *)a->arg)->at_s, links_get_latency, d);
    duo_run(d);
}

/* Before it departs, in its latency, and in its bytes: two links of 10 ms, and 1 s of bytes. */
static void a_message_keeps_the_latency_with_which_it_departs(void **fixture) {
    (void)fixture;
    static const char *const network[] = { "CM02", "LV08" };
    const double latencies[] = { 0.1, 0.001, 0 }, times[] = { 0, 0.013, 0.5 }, none = 0;
    for (int k = 0; k < 18; k++) {
        slower s = { times[k / 3 % 3], latencies[k % 3] };
        bool lv08 = k >= 9;
        const apart_star star = { 3, 1e9, lv08 ? 1e6 / 0.97 : 1e6, 0.01, "SPLITDUPLEX", network[lv08] };
        dt_engine_setup setup = { .changing = true, .latencies = true, .window = &none };
        const crossed *out = apart_run_with(setup, &star, 1, latency_body, &s);
        assert_int_equal(out->status, DT_OK);
        assert_near(out->value, 42, 0);
        if (s.at_s > 0) assert_near(out->sent_s, 1 + (lv08 ? 13.01 : 1) * 0.02, 1e-6);
        assert_near(out->unaccounted_bytes, 0, 0);
    }
}

static dt_status link_off(void *arg) { duo *d = arg; dt_engine_link_switch(d->a->engine, link_of_one(d), false); return DT_OK; }
static dt_status link_on(void *arg) { duo *d = arg; dt_engine_link_switch(d->a->engine, link_of_one(d), true); return DT_OK; }

static void cut_body(apart *a) {
    duo *d = duo_new(a, 1.25e9);
    dt_engine_at(a->engine, 0.5, link_off, d);
    dt_engine_at(a->engine, 0.95, link_on, d);
    duo_run(d);
}

static void check_sent_again(const crossed *out) {
    assert_near(out->value, 42, 1e-6);
    assert_int_equal(out->status, DT_OK);
    assert_near(out->unaccounted_bytes, 0, 1e-6);
    assert_near(out->messages_out, 4, 1e-6);
    assert_near(out->messages_lost, 3, 1e-6);
}

/* Cut at 0.5, tried in vain at 0.7 and 0.9 (timeout 0.2), whole one second after 1.1. */
static void what_crosses_a_link_that_goes_off_is_sent_again(void **fixture) {
    (void)fixture;
    const crossed *out = apart_run(&cm02, 1, cut_body, NULL);
    assert_near(out->sent_s, 2.1 + 50e-6, 1e-6);
    check_sent_again(out);
}

static void under_lv08_a_link_of_the_way_back_that_goes_off_cuts_the_way_too(void **fixture) {
    (void)fixture;
    apart_star lv08 = cm02;
    lv08.network = "LV08";
    check_sent_again(apart_run(&lv08, 1, cut_body, &lv08));
}

/* ---- lost messages ------------------------------------------------------------------------- */

typedef struct lossy {
    dt_status status;
    double    end_s, messages_out, messages_lost, messages_in, unaccounted_bytes;
} lossy;

static dt_status sends_many(void *arg) {
    duo *d = arg;
    for (int i = 0; i < 1000; i++) DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 7, .bytes = 1 }));
    return DT_OK;
}

static void loss_body(apart *a) {
    duo *d = duo_new(a, 0);
    lossy *out = a->out;
    dt_engine_spawn(a->engine, "one", d->one, sends_many, d, false);
    out->status = dt_engine_run(a->engine);
    out->end_s = dt_engine_now(a->engine);
    out->messages_out = dt_port_usage(d->one).messages_out;
    out->messages_lost = dt_port_usage(d->one).messages_lost;
    out->messages_in = dt_port_usage(d->two).messages_in;
    out->unaccounted_bytes = sent_minus_accounted(d);
}

/* Each try is lost with probability p: 1 / (1 - p) of them a message, and a timeout for each that is lost. */
static void lost_messages_are_sent_again_after_the_timeout(void **fixture) {
    (void)fixture;
    apart_more.loss = 0.2;
    const lossy *out = apart_run(&cm02, 1, loss_body, NULL);
    apart_more.loss = 0;
    assert_int_equal(out->status, DT_OK);
    assert_near(out->messages_in, 1000, 0);
    assert_near(out->messages_out, 1000 + out->messages_lost, 0);
    assert_in_range(out->messages_lost, 200, 300);
    assert_near(out->end_s, out->messages_out * (50e-6 + 1 / 1.25e9) + out->messages_lost * 0.2, 1e-6);
    assert_near(out->unaccounted_bytes, 0, 1e-9);
}

/* ---- energy -------------------------------------------------------------------------------- */

typedef struct spent {
    double    full_watts;                               /* of the first host, all its links in use */
    dt_status status;
    double    end_s, first_joules, third_joules, joules;    /* of hosts, their links included; of all */
} spent;

static dt_status labours(void *arg) {
    duo *d = arg;
    DT_TRY(dt_port_compute(d->one, 3e9, NULL, NULL));
    DT_TRY(dt_port_sleep(d->one, 2));
    DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 7, .bytes = d->bytes }));
    return DT_OK;
}

static void energy_body(apart *a) {
    duo *d = duo_new(a, 1.25e9);
    spent *out = a->out;
    out->full_watts = dt_engine_host_watts(a->engine, 0);
    dt_engine_spawn(a->engine, "one", d->one, labours, d, false);
    out->status = dt_engine_run(a->engine);
    out->end_s = dt_engine_now(a->engine);
    out->first_joules = dt_engine_host_joules(a->engine, 0);
    out->third_joules = dt_engine_host_joules(a->engine, 2);
    out->joules = dt_engine_joules(a->engine);
}

/* On a star whose hosts and links draw power. */
static const void *apart_powered(const apart_star *star, void (*body)(apart *a)) {
    apart_more.watts = true;
    const void *out = apart_run(star, 1, body, NULL);
    apart_more.watts = false;
    return out;
}

/* Hosts draw 10 W idle and 100 W busy, links 1 W and 8 W at full use, which those named l-0 and l-1 are for one second. */
static void joules_are_watts_times_seconds_of_hosts_and_links(void **fixture) {
    (void)fixture;
    const apart_star powered = { 3, 1e9, 1.25e9, 0, "SHARED", "CM02" };
    const spent *out = apart_powered(&powered, energy_body);
    assert_near(out->full_watts, 108, 1e-9);
    assert_int_equal(out->status, DT_OK);
    assert_near(out->end_s, 6, 1e-6);
    assert_near(out->first_joules, 3 * 100 + 3 * 10 + 6 + 7, 1e-3);
    assert_near(out->third_joules, 6 * 10 + 6, 1e-3);
    assert_near(out->joules, (330 + 13) + (60 + 13) + (60 + 6), 1e-3);
}

/* Joules of the links of three hosts. */
typedef struct shared { dt_status status; double end_s, joules[3]; } shared;

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
    dt_port *server = apart_port(a, 2, 2);
    shared *out = a->out;
    duo early = { a, server, apart_port(a, 0, 0), 2.5e9 };
    duo late = { a, server, apart_port(a, 1, 1), 1.25e9 };
    dt_engine_spawn(a->engine, "early", early.two, sends_early, &early, false);
    dt_engine_spawn(a->engine, "late", late.two, sends_late, &late, false);
    out->status = dt_engine_run(a->engine);
    out->end_s = dt_engine_now(a->engine);
    for (int i = 0; i < 3; i++) out->joules[i] = joules_of(a->engine, ((const char *[]){ "l-0", "l-1", "l-2" })[i]);
}

/* Both latencies are paid without using a link, and what crosses it counts, however the rates change meanwhile. */
static void joules_of_a_link_are_those_of_its_bytes(void **fixture) {
    (void)fixture;
    const apart_star powered = { 3, 1e9, 1.25e9, 0.1, "SHARED", "CM02" };
    const shared *out = apart_powered(&powered, sharing_joules_body);
    const double busy_s[] = { 2, 1, 3 };
    assert_int_equal(out->status, DT_OK);
    for (int i = 0; i < 3; i++) assert_near(out->joules[i], out->end_s + 7 * busy_s[i], 1e-6);
}

/* The slow link is full all the time, the other one in its last part to a tenth. */
static void joules_of_a_link_that_slows_down(void **fixture) {
    (void)fixture;
    const crossed *out = apart_powered(&cm02, slow_body);
    assert_near(out->up_joules, out->end_s + 7 * (out->end_s - 50e-6), 1e-5);
    assert_near(out->far_joules, out->end_s + 7, 1e-5);
}

/* Of the transfer that is cut at 0.5 half has crossed; a link that is off draws nothing.  The host has both directions. */
static void joules_of_a_link_that_was_cut(void **fixture) {
    (void)fixture;
    const crossed *out = apart_powered(&cm02, cut_body);
    assert_near(out->up_joules, (out->end_s - 0.45) + 7 * (1 + 0.5 - 50e-6), 1e-6);
    assert_near(out->host_joules, 10 * out->end_s + out->up_joules + out->down_joules, 1e-6);
}

static void powerless_body(apart *a) {
    spent *out = a->out;
    out->first_joules = dt_engine_host_joules(a->engine, 0);
    out->joules = dt_engine_joules(a->engine);
}

static void without_power_figures_joules_are_not_a_number(void **fixture) {
    (void)fixture;
    const spent *out = apart_run(&cm02, 1, powerless_body, NULL);
    assert_true(isnan(out->first_joules));
    assert_true(isnan(out->joules));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_that_slows_down_slows_what_crosses_it),
        cmocka_unit_test(what_crosses_a_link_that_goes_off_is_sent_again),
        cmocka_unit_test(under_lv08_a_link_of_the_way_back_that_goes_off_cuts_the_way_too),
        cmocka_unit_test(lost_messages_are_sent_again_after_the_timeout),
        cmocka_unit_test(joules_are_watts_times_seconds_of_hosts_and_links),
        cmocka_unit_test(joules_of_a_link_are_those_of_its_bytes),
        cmocka_unit_test(joules_of_a_link_that_slows_down),
        cmocka_unit_test(joules_of_a_link_that_was_cut),
        cmocka_unit_test(a_message_keeps_the_latency_with_which_it_departs),
        cmocka_unit_test(without_power_figures_joules_are_not_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
