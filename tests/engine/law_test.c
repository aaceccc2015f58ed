/* law_test.c - how flows share links, and queues, against what can be computed by hand.
 * Sharing, both models: a flow gets a rate such that rate times weight is equal among the flows of a full link, and
 * largest for the least; the weight is the latency of its route under CM02, and under LV08 that latency and
 * 20537 bytes over the bandwidth of each of its links.  Without latency all CM02 flows weigh the same. */
#include "tests/engine/apart.h"

#include <math.h>

#include "base/rng.h"

/* ---- flows ----------------------------------------------------------------------------------- */

enum { MOST = 16 };
typedef struct flow { size_t from, to; double bytes, start_s; } flow;
typedef struct sender { apart *a; const flow *flow; dt_port *from, *to; } sender;
typedef struct arrived { double at_s[MOST]; } arrived;      /* when each of the flows had */

static dt_status sender_act(void *arg) {
    sender *s = arg;
    arrived *out = s->a->out;
    DT_TRY(dt_port_sleep(s->from, s->flow->start_s));
    DT_TRY(dt_port_send(s->from, s->to, (dt_message){ .bytes = s->flow->bytes }));
    out->at_s[dt_port_index(s->from)] = dt_engine_now(s->a->engine);
    return DT_OK;
}

/* arg: the flows, up to one of no bytes. */
static void flows_body(apart *a) {
    const flow *list = a->arg;
    sender s[MOST];
    for (int i = 0; list[i].bytes > 0; i++) {
        dt_port *from = apart_port(a, list[i].from, (size_t)i);
        dt_port *to = apart_port(a, list[i].to, (size_t)i);
        s[i] = (sender){ a, &list[i], from, to };
        dt_engine_spawn(a->engine, "sender", from, sender_act, &s[i], false);
    }
    if (dt_engine_run(a->engine) != DT_OK) _exit(1);
}

/* The flows on links of those bandwidths [B/s] and latencies [s]. */
static const arrived *arrivals(const char *network, const double *bandwidths, const double *latencies, flow *list) {
    const apart_star star = { 6, 1e9, 1e9, 0, "SPLITDUPLEX", network };
    return apart_run_links(&star, bandwidths, latencies, 1, flows_body, list);
}

static void n_equal_flows_into_one_link_take_n_times_as_long(void **fixture) {
    (void)fixture;
    const apart_star star = { MOST + 1, 1e9, 1e8, 1e-4, "SPLITDUPLEX", "CM02" };
    flow list[MOST] = { { 0 } };
    for (size_t n = 1; n < MOST; n++) {
        list[n - 1] = (flow){ n, 0, 5e7, 0 };
        const arrived *out = apart_run(&star, 1, flows_body, list);
        for (size_t i = 0; i < n; i++) assert_near(out->at_s[i] / (2e-4 + (double)n * 0.5), 1, 1e-9);
    }
}

/* The sizes are the rates, so that all flows end at one second if and only if their rates are those by hand. */
static void unequal_flows_get_their_max_min_rates(void **fixture) {
    (void)fixture;
    const double none[6] = { 0 };
    /* 0 sends 10 MB/s, 3 receives 4: the two into 3 get 2 each, the other of 0 gets what is left, 8. */
    const double two[] = { 10e6, 1e9, 1e9, 4e6, 1e9, 1e9 };
    flow first[] = { { 0, 2, 8e6, 0 }, { 0, 3, 2e6, 0 }, { 1, 3, 2e6, 0 }, { 0 } };
    /* 1 sends 3: 1.5 each.  4 receives 4, of which 1.5 come from 1: 2.5 for the one from 0.  0 sends 9: 6.5 for the
     * other. */
    const double cascade[] = { 9e6, 3e6, 1e9, 1e9, 4e6, 1e9 };
    flow second[] = { { 0, 3, 6.5e6, 0 }, { 0, 4, 2.5e6, 0 }, { 1, 4, 1.5e6, 0 }, { 1, 5, 1.5e6, 0 }, { 0 } };
    /* Three into 5, which receives 12: 0 can send 2 only, the others share 10, whoever came first. */
    const double slow[] = { 2e6, 1e9, 1e9, 1e9, 1e9, 12e6 };
    flow third[] = { { 1, 5, 5e6, 0 }, { 0, 5, 2e6, 0 }, { 2, 5, 5e6, 0 }, { 0 } };
    const arrived *a = arrivals("CM02", two, none, first), *b = arrivals("CM02", cascade, none, second),
                  *c = arrivals("CM02", slow, none, third), *lv08 = arrivals("LV08", cascade, none, second);
    for (int i = 0; i < 3; i++) assert_near(a->at_s[i], 1, 1e-9);
    for (int i = 0; i < 4; i++) assert_near(b->at_s[i], 1, 1e-9);
    for (int i = 0; i < 3; i++) assert_near(c->at_s[i], 1, 1e-9);
    for (int i = 0; i < 4; i++) assert_near(lv08->at_s[i], 1 / 0.97, 1e-9);
}

/* 0, 1 and 2 each begin three flows at one instant, into 3, 4 and 5, which receive 3 MB/s each. */
static void flows_that_one_host_begins_at_once_are_held_back_by_all_their_links(void **fixture) {
    (void)fixture;
    const double into[] = { 1e9, 1e9, 1e9, 3e6, 3e6, 3e6 }, equal[] = { 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3 };
    flow list[] = { { 0, 3, 1e6, 0 }, { 0, 4, 1e6, 0 }, { 0, 5, 1e6, 0 }, { 1, 3, 1e6, 0 }, { 1, 4, 1e6, 0 }, { 1, 5, 1e6, 0 },
                    { 2, 3, 1e6, 0 }, { 2, 4, 1e6, 0 }, { 2, 5, 1e6, 0 }, { 0 } };
    const arrived *cm02 = arrivals("CM02", into, equal, list), *lv08 = arrivals("LV08", into, equal, list);
    for (int i = 0; i < 9; i++) {
        assert_near(cm02->at_s[i], 2e-3 + 1, 1e-9);
        assert_near(lv08->at_s[i], 13.01 * 2e-3 + 1 / 0.97, 1e-4);      /* what flows back takes its twentieth */
    }
}

/* 10 MB/s: 5 each until the first, of 5 MB, ends at 1 s; alone until 1.5 s, with 5 MB left; shared with a third. */
static void rates_change_when_flows_come_and_go(void **fixture) {
    (void)fixture;
    const double none[6] = { 0 }, one[] = { 1e9, 1e9, 1e9, 1e9, 1e9, 10e6 };
    flow list[] = { { 0, 5, 5e6, 0 }, { 1, 5, 15e6, 0 }, { 2, 5, 10e6, 1.5 }, { 0 } };
    const arrived *out = arrivals("CM02", one, none, list);
    const double wanted[] = { 1, 2.5, 3 };
    for (int i = 0; i < 3; i++) assert_near(out->at_s[i], wanted[i], 1e-9);
}

/* Two flows into 5, of routes that last 2 and 4 ms; w: the weights.  The nearer begins start * 2 ms earlier, and has
 * the link of capacity to itself until then. */
static void check_two_distances(const char *network, const double *w, double start, double capacity) {
    const double bytes = 1e9, wide[] = { 1e9, 1e9, 1e9, 1e9, 1e9, 10e6 };
    const double far[] = { 1e-3, 3e-3, 1e-3, 1e-3, 1e-3, 1e-3 };
    flow list[] = { { 0, 5, bytes, 0 }, { 1, 5, bytes, 0 }, { 0 } };
    const arrived *out = arrivals(network, wide, far, list);
    double near_rate = capacity * w[1] / (w[0] + w[1]), shared = (bytes - start * 2e-3 * capacity) / near_rate;
    assert_near(out->at_s[0], start * 4e-3 + shared, 1e-6);
    assert_near(out->at_s[1], start * 2e-3 + 2 * bytes / capacity, 1e-6);
}

static void flows_of_different_distance_share_by_their_round_trips(void **fixture) {
    (void)fixture;
    const double cm02[] = { 2e-3, 4e-3 }, s = 20537 / 1e9 + 20537 / 10e6, lv08[] = { 2e-3 + s, 4e-3 + s };
    check_two_distances("CM02", cm02, 1, 10e6);
    check_two_distances("LV08", lv08, 13.01, 9.7e6);
}

/* ---- the window ------------------------------------------------------------------------------ */

/* Two messages of 1 GB that leave host 0 and host 1 for host 2 at the same time; 10 ms of latency. */
static const arrived *windowed(const double *window, const char *network, double bandwidth) {
    const apart_star star = { 3, 1e9, bandwidth, 5e-3, "SPLITDUPLEX", network };
    flow list[] = { { 0, 2, 1e9, 0 }, { 1, 2, 1e9, 0 }, { 0 } };
    return apart_run_with((dt_engine_setup){ .window = window }, &star, 1, flows_body, list);
}

/* The bound is window / (2 latency) of the latency without a factor; LV08 takes 0.97 of it as of a bandwidth. */
static void a_window_bounds_each_flow_by_itself_and_none_does_not(void **fixture) {
    (void)fixture;
    const struct { const char *name; double latency, bandwidth; } model[] = { { "CM02", 1, 1 }, { "LV08", 13.01, 0.97 } };
    const double window[] = { 65536, 4194304, 1e7, 1e12, 0 }, wide = 10e9, latency_s = 10e-3;
    for (int m = 0; m < 2; m++)
        for (int i = 0; i < 5; i++) {
            double bound = window[i] > 0 ? fmin(window[i] / (2 * latency_s), wide / 2) : wide / 2;
            double wanted = model[m].latency * latency_s + 1e9 / (model[m].bandwidth * bound);
            const arrived *out = windowed(&window[i], model[m].name, wide);
            for (int flows = 0; flows < 2; flows++) assert_near(out->at_s[flows] / wanted, 1, 1e-6);
        }
}

static void without_a_word_the_window_has_4_mib(void **fixture) {
    (void)fixture;
    const double window = 4194304;
    for (int m = 0; m < 2; m++) {
        const char *model = m == 0 ? "CM02" : "LV08";
        assert_near(windowed(NULL, model, 10e9)->at_s[0], windowed(&window, model, 10e9)->at_s[0], 0);
    }
}

/* ---- queues ---------------------------------------------------------------------------------- */

/* Poisson arrivals at one server.  work_s: what the server computes for each message, in order of arrival;
 * bytes: what a message keeps the link busy with (mean of their distribution). */
typedef struct queue { double load, work_s, bytes; bool exponential; long messages; } queue;
typedef struct desk { apart *a; const queue *q; dt_port *client, *server; } desk;
typedef struct served { double wait_s, busy; } served;      /* mean from departure to service; share of time in service */

static dt_status queue_arrive(void *arg) {
    desk *d = arg;
    dt_rng *gap = dt_rng_stream(d->a->arena, 11, 0, "gap"), *size = dt_rng_stream(d->a->arena, 11, 0, "size");
    for (long i = 0; i < d->q->messages; i++) {
        DT_TRY(dt_port_sleep(d->client, -log(gsl_rng_uniform_pos(gap)) / d->q->load));
        double share = d->q->exponential ? -log(gsl_rng_uniform_pos(size)) : 1;
        dt_port_post(d->client, d->server, (dt_message){ .bytes = ceil(d->q->bytes * share),
                                                         .value = dt_engine_now(d->a->engine) });
    }
    return DT_OK;
}

static dt_status queue_serve(void *arg) {
    desk *d = arg;
    served *out = d->a->out;
    dt_message m;
    for (long i = 0; i < d->q->messages; i++) {
        DT_TRY(dt_port_receive(d->server, NULL, DT_ANY, HUGE_VAL, &m));
        out->wait_s += (dt_engine_now(d->a->engine) - m.value) / (double)d->q->messages;
        DT_TRY(dt_port_compute(d->server, d->q->work_s * 1e9, NULL, NULL));
    }
    out->busy = dt_port_usage(d->server).compute_s / dt_engine_now(d->a->engine);
    return DT_OK;
}

static void queue_body(apart *a) {
    desk d = { a, a->arg, apart_port(a, 0, 0), apart_port(a, 1, 1) };
    dt_engine_spawn(a->engine, "clients", d.client, queue_arrive, &d, false);
    dt_engine_spawn(a->engine, "server", d.server, queue_serve, &d, false);
    if (dt_engine_run(a->engine) != DT_OK) _exit(1);
}

/* Pollaczek and Khinchine for constant service of 1 / mu: the mean wait is rho / (2 mu (1 - rho)). */
static void a_server_that_takes_a_constant_time_queues_as_m_d_1(void **fixture) {
    (void)fixture;
    const apart_star star = { 2, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" };
    for (double rho = 0.3; rho < 0.9; rho += 0.25) {
        queue q = { rho, 1, 1, false, 100000 };
        const served *out = apart_run(&star, 1, queue_body, &q);
        assert_near(out->wait_s / (rho / (2 * (1 - rho))), 1, 0.03);
        assert_near(out->busy / rho, 1, 0.01);
    }
}

/* Messages on one link share it: M/G/1 with processor sharing, whose mean time is s / (1 - rho) for any sizes. */
static void messages_on_one_link_last_as_processor_sharing_says_for_any_sizes(void **fixture) {
    (void)fixture;
    const apart_star star = { 2, 1e9, 1e6, 0, "SPLITDUPLEX", "CM02" };
    for (double rho = 0.3; rho < 0.7; rho += 0.3)
        for (int exponential = 0; exponential < 2; exponential++) {
            queue q = { rho, 0, 1e6, exponential, 100000 };
            const served *out = apart_run(&star, 1, queue_body, &q);
            assert_near(out->wait_s * (1 - rho), 1, 0.03);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(n_equal_flows_into_one_link_take_n_times_as_long),
        cmocka_unit_test(unequal_flows_get_their_max_min_rates),
        cmocka_unit_test(flows_that_one_host_begins_at_once_are_held_back_by_all_their_links),
        cmocka_unit_test(rates_change_when_flows_come_and_go),
        cmocka_unit_test(flows_of_different_distance_share_by_their_round_trips),
        cmocka_unit_test(a_window_bounds_each_flow_by_itself_and_none_does_not),
        cmocka_unit_test(without_a_word_the_window_has_4_mib),
        cmocka_unit_test(a_server_that_takes_a_constant_time_queues_as_m_d_1),
        cmocka_unit_test(messages_on_one_link_last_as_processor_sharing_says_for_any_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
