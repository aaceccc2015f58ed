/* network_test.c - what is told of messages, links and routes, and what becomes of them when they are made ideal. */
#include "tests/engine/apart.h"

#include <math.h>

typedef struct pair { apart *a; dt_port *one, *two; double bytes; } pair;

/* A message as it was told of. */
typedef struct told { long from, to; double posted_s, departed_s, arrived_s, taken_s, bytes; } told;

typedef struct told_route {
    double latency_s, bandwidth, capacity, window;
    size_t links;
    char   first[16], second[16];               /* names of its links */
    double first_bandwidth, second_latency_s;
} told_route;

enum { TOLD = 4 };
typedef struct pair_done {
    double     received_s, bytes_in;        /* when the receiver went on; what it counted */
    int        count;
    told       message[TOLD];               /* [count] in the order told */
    told_route route;
} pair_done;

static dt_status pair_send(void *arg) {
    pair *p = arg;
    dt_port_post(p->one, p->two, (dt_message){ .tag = 1, .bytes = p->bytes });
    dt_port_post(p->one, p->two, (dt_message){ .tag = 2, .bytes = 10 });      /* nobody takes it */
    DT_TRY(dt_port_flush(p->one));
    return DT_OK;
}

static dt_status pair_receive(void *arg) {
    pair *p = arg;
    pair_done *out = p->a->out;
    dt_message m;
    DT_TRY(dt_port_compute(p->two, 2e9, NULL, NULL));
    DT_TRY(dt_port_receive(p->two, p->one, 1, HUGE_VAL, &m));
    out->received_s = dt_engine_now(p->a->engine);
    return DT_OK;
}

static void pair_play(apart *a, bool free) {
    pair p = { a, apart_port(a, 0, 0), apart_port(a, 1, 1), *(double *)a->arg };
    pair_done *out = a->out;
    if (free) dt_port_set_free(p.two);
    dt_engine_spawn(a->engine, "one", p.one, pair_send, &p, false);
    dt_engine_spawn(a->engine, "two", p.two, pair_receive, &p, false);
    dt_engine_run(a->engine);
    out->bytes_in = dt_port_usage(p.two).bytes_in;
}

static void pair_body(apart *a) { pair_play(a, false); }
static void pair_free_body(apart *a) { pair_play(a, true); }

static void pair_hear(void *owner, const dt_flight *t) {
    pair_done *out = owner;
    if (out->count < TOLD)
        out->message[out->count] = (told){ (long)dt_port_index(t->from), (long)dt_port_index(t->to), t->posted_s, t->departed_s,
                                           t->arrived_s, t->taken_s, t->bytes };
    out->count++;
}

static void every_message_is_told_of_once_with_its_times(void **fixture) {
    (void)fixture;
    const apart_star star = { 2, 1e9, 1e6, 0.5, "SPLITDUPLEX", "CM02" };
    double bytes = 500000;
    const pair_done *out = apart_run_with((dt_engine_setup){ .on_flight = pair_hear }, &star, 1, pair_body, &bytes);
    const told *first = &out->message[0], *second = &out->message[1];
    assert_int_equal(out->count, 2);
    assert_int_equal(first->from, 0);
    assert_int_equal(first->to, 1);
    assert_near(first->posted_s, 0, 0);
    assert_near(first->departed_s, 0, 0);
    assert_near(first->arrived_s, 1 + (500000 + 10) / 1e6, 1e-6);
    assert_near(first->taken_s, 2, 1e-9);       /* the receiver computed until then */
    assert_near(first->bytes, 500000, 0);
    assert_near(second->bytes, 10, 0);
    assert_true(isnan(second->taken_s));
    assert_near(first->bytes + second->bytes, out->bytes_in, 0);
}

/* ---- routes -------------------------------------------------------------------------------- */

static void route_body(apart *a) {
    dt_route r = dt_engine_route(a->engine, 1, 0, *(double *)a->arg, a->arena);
    told_route *out = &((pair_done *)a->out)->route;
    *out = (told_route){ .latency_s = r.latency_s, .bandwidth = r.bandwidth, .capacity = r.capacity, .links = r.links,
                         .window = dt_engine_window(a->engine),
                         .first_bandwidth = dt_engine_link(a->engine, r.link[0]).bandwidth,
                         .second_latency_s = dt_engine_link(a->engine, r.link[1]).latency_s };
    snprintf(out->first, sizeof out->first, "%s", dt_engine_link(a->engine, r.link[0]).name);
    snprintf(out->second, sizeof out->second, "%s", dt_engine_link(a->engine, r.link[1]).name);
    pair p = { a, apart_port(a, 1, 0), apart_port(a, 0, 1), 0 };
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
        const pair_done *out = apart_run_with((dt_engine_setup){ .on_flight = pair_hear, .window = &window }, &stars[i], 1,
                                              route_body, &bytes);
        const told_route *route = &out->route;
        double took_s = out->message[0].arrived_s - out->message[0].departed_s;
        assert_near(route->capacity / (share * stars[i].bandwidth), 1, 1e-12);
        assert_near(route->window, window, 0);
        assert_near(took_s / (route->latency_s + bytes / route->bandwidth), 1, 1e-6);
        assert_int_equal(route->links, 2);
        assert_near(route->first_bandwidth, stars[i].bandwidth, 0);
        assert_string_equal(route->first, "l-1_UP");
        assert_string_equal(route->second, "l-0_DOWN");
        assert_near(route->second_latency_s, stars[i].latency, 1e-12);
    }
}

/* ---- ideal --------------------------------------------------------------------------------- */

/* When a message of 400 MB arrives over a link of 100 MB/s and 1 s, where the window of 4 MiB binds. */
static double ideal_arrival(dt_engine_ideal ideal, const char *network) {
    const apart_star star = { 2, 1e12, 1e8, 0.5, "SPLITDUPLEX", network };
    double bytes = 4e8;
    const pair_done *out = apart_run_with((dt_engine_setup){ .on_flight = pair_hear, .ideal = ideal }, &star, 1, pair_body,
                                          &bytes);
    return out->message[0].arrived_s;
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
    const pair_done *out = apart_run(&star, 1, pair_free_body, &bytes);
    assert_near(out->received_s, 0, 0);
    assert_near(out->bytes_in, 1e6 + 10, 0);
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
