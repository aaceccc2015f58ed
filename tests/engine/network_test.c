/* network_test.c - what is told of messages, links and routes, and what becomes of them when they are made ideal. */
#include "tests/engine/apart.h"

#include <math.h>

typedef struct pair { apart *a; dt_port *one, *two; double bytes; } pair;

static dt_status pair_send(void *arg) {
    pair *p = arg;
    dt_port_post(p->one, p->two, (dt_message){ .tag = 1, .bytes = p->bytes });
    dt_port_post(p->one, p->two, (dt_message){ .tag = 2, .bytes = 10 });      /* nobody takes it */
    DT_TRY(dt_port_flush(p->one));
    return DT_OK;
}

static dt_status pair_receive(void *arg) {
    pair *p = arg;
    dt_message m;
    DT_TRY(dt_port_compute(p->two, 2e9, NULL, NULL));
    DT_TRY(dt_port_receive(p->two, 0, 1, HUGE_VAL, &m));
    p->a->out[0] = dt_engine_now(p->a->engine);
    return DT_OK;
}

static void pair_play(apart *a, bool free) {
    pair p = { a, dt_port_new(a->engine, 0, 0, a->arena), dt_port_new(a->engine, 1, 1, a->arena), *(double *)a->arg };
    if (free) dt_port_set_free(p.two);
    dt_engine_spawn(a->engine, "one", p.one, pair_send, &p, false);
    dt_engine_spawn(a->engine, "two", p.two, pair_receive, &p, false);
    dt_engine_run(a->engine);
    a->out[1] = dt_port_usage(p.two).bytes_in;
}

static void pair_body(apart *a) { pair_play(a, false); }
static void pair_free_body(apart *a) { pair_play(a, true); }

/* [10] how many; [20 ..] and [30 ..] one each, in the order told. */
static void pair_hear(void *owner, const dt_flight *t) {
    double *out = owner, *row = out + 20 + 10 * (int)out[10]++;
    const double heard[] = { (double)dt_port_rank(t->from), (double)dt_port_rank(t->to), t->posted_s, t->departed_s,
                             t->arrived_s, t->taken_s, t->bytes };
    for (int i = 0; i < 7; i++) row[i] = heard[i];
}

static void every_message_is_told_of_once_with_its_times(void **fixture) {
    (void)fixture;
    const apart_star star = { 2, 1e9, 1e6, 0.5, "SPLITDUPLEX", "CM02" };
    double bytes = 500000;
    const double *out = apart_run_with((dt_engine_setup){ .on_flight = pair_hear }, &star, 1, pair_body, &bytes);
    const double *first = out + 20, *second = out + 30;
    assert_near(out[10], 2, 0);
    assert_near(first[0], 0, 0);
    assert_near(first[1], 1, 0);
    assert_near(first[2], 0, 0);
    assert_near(first[3], 0, 0);
    assert_near(first[4], 1 + (500000 + 10) / 1e6, 1e-6);
    assert_near(first[5], 2, 1e-9);         /* the receiver computed until then */
    assert_near(first[6], 500000, 0);
    assert_near(second[6], 10, 0);
    assert_true(isnan(second[5]));
    assert_near(first[6] + second[6], out[1], 0);
}

/* ---- routes -------------------------------------------------------------------------------- */

static void route_body(apart *a) {
    dt_route r = dt_engine_route(a->engine, 1, 0, *(double *)a->arg, a->arena);
    a->out[40] = r.latency_s;
    a->out[41] = r.bandwidth;
    a->out[42] = (double)r.links;
    a->out[43] = dt_engine_link(a->engine, r.link[0]).bandwidth;
    a->out[44] = strcmp(dt_engine_link(a->engine, r.link[0]).name, "l-1_UP") == 0;
    a->out[45] = strcmp(dt_engine_link(a->engine, r.link[1]).name, "l-0_DOWN") == 0;
    a->out[46] = dt_engine_link(a->engine, r.link[1]).latency_s;
    a->out[47] = r.capacity;
    a->out[48] = dt_engine_window(a->engine);
    pair p = { a, dt_port_new(a->engine, 1, 0, a->arena), dt_port_new(a->engine, 0, 1, a->arena), 0 };
    p.bytes = *(double *)a->arg;
    dt_engine_spawn(a->engine, "two", p.two, pair_receive, &p, false);
    dt_engine_spawn(a->engine, "one", p.one, pair_send, &p, false);
    dt_engine_run(a->engine);
}

/* Narrow links, and long ones where the window binds; both models' factors; other windows, and none. */
static void a_route_tells_the_time_of_a_message_on_its_own(void **fixture) {
    (void)fixture;
    const double windows[] = { 4194304, 1e6, 1e12, 0 };
    const apart_star stars[] = { { 3, 1e12, 1e6, 0.01, "SPLITDUPLEX", "CM02" }, { 3, 1e12, 1e6, 0.01, "SPLITDUPLEX", "LV08" },
                                 { 3, 1e12, 1e9, 0.1, "SPLITDUPLEX", "CM02" },  { 3, 1e12, 1e9, 0.1, "SPLITDUPLEX", "LV08" } };
    double bytes = 1e8;
    for (int k = 0; k < 16; k++) {
        int i = k % 4;
        const double window = windows[k / 4], share = strcmp(stars[i].network, "LV08") == 0 ? 0.97 : 1;
        const double *out = apart_run_with((dt_engine_setup){ .on_flight = pair_hear, .window = &window }, &stars[i], 1,
                                           route_body, &bytes);
        assert_near(out[47] / (share * stars[i].bandwidth), 1, 1e-12);
        assert_near(out[48], window, 0);
        assert_near((out[20 + 4] - out[20 + 3]) / (out[40] + bytes / out[41]), 1, 1e-6);
        assert_near(out[42], 2, 0);
        assert_near(out[43], stars[i].bandwidth, 0);
        assert_near(out[44] + out[45], 2, 0);
        assert_near(out[46], stars[i].latency, 1e-12);
    }
}

/* ---- ideal --------------------------------------------------------------------------------- */

/* When a message of 400 MB arrives over a link of 100 MB/s and 1 s, where the window of 4 MiB binds. */
static double ideal_arrival(dt_engine_ideal ideal, const char *network) {
    const apart_star star = { 2, 1e12, 1e8, 0.5, "SPLITDUPLEX", network };
    double bytes = 4e8;
    return apart_run_with((dt_engine_setup){ .on_flight = pair_hear, .ideal = ideal }, &star, 1, pair_body, &bytes)[20 + 4];
}

static void ideal_links_cost_what_is_left(void **fixture) {
    (void)fixture;
    const dt_engine_ideal none = { 0 }, latency = { .latency = true }, bandwidth = { .bandwidth = true };
    const dt_engine_ideal window = { .window = true }, wide = { .bandwidth = true, .window = true };
    const dt_engine_ideal links = { .latency = true, .bandwidth = true };
    const struct { const char *name; double latency, bandwidth; } models[] = { { "CM02", 1, 1 }, { "LV08", 13.01, 0.97 } };
    for (int i = 0; i < 2; i++) {
        const char *name = models[i].name;
        double share = models[i].bandwidth, held = models[i].latency + 4e8 / (share * 4194304 / 2);
        assert_near(ideal_arrival(none, name) / held, 1, 1e-6);
        assert_near(ideal_arrival(bandwidth, name) / held, 1, 1e-6);        /* the window holds it as before */
        assert_near(ideal_arrival(latency, name), 4e8 / (share * 1e8), 1e-6);
        assert_near(ideal_arrival(window, name), models[i].latency + 4e8 / (share * 1e8), 1e-6);
        assert_near(ideal_arrival(wide, name), models[i].latency, 1e-6);
        assert_near(ideal_arrival(links, name), 0, 1e-6);
    }
}

static void a_free_port_takes_no_time_but_its_bytes_count(void **fixture) {
    (void)fixture;
    const apart_star star = { 2, 1e9, 1e6, 0.5, "SPLITDUPLEX", "CM02" };
    double bytes = 1e6;
    const double *out = apart_run(&star, 1, pair_free_body, &bytes);
    assert_near(out[0], 0, 0);
    assert_near(out[1], 1e6 + 10, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_told_of_once_with_its_times),
        cmocka_unit_test(a_route_tells_the_time_of_a_message_on_its_own),
        cmocka_unit_test(ideal_links_cost_what_is_left),
        cmocka_unit_test(a_free_port_takes_no_time_but_its_bytes_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
