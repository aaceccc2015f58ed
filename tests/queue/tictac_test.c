/* tictac_test.c - orders of transfers on small graphs: by hand, against all orders, and on chains that of the layers.
 * A layer's transfer has an entry of 4 bytes a second: bandwidth 4 B/s. */
#include "tests/test.h"
#include "model/model.h"
#include "queue/queue.h"
#include <math.h>
#include <stdlib.h>

enum { MOST = 8 };

/* after [afters] of a layer, or NULL for the row before; params are seconds on the way, forward seconds of computing. */
typedef struct op { size_t params; double forward; const size_t *after; size_t afters; } op;
#define AFTER(...) (const size_t[]){ __VA_ARGS__ }, sizeof (const size_t[]){ __VA_ARGS__ } / sizeof(size_t)
static const size_t none[1];
#define ROOT none, 0

typedef struct graph { dt_layer_row row[MOST]; double forward[MOST]; size_t layers; } graph;

static graph graph_of(const op *n, size_t layers) {
    graph g = { .layers = layers };
    for (size_t l = 0, first = 0; l < layers; first += n[l++].params) {
        g.row[l] = (dt_layer_row){ .first = first, .params = n[l].params, .after = n[l].after, .afters = n[l].afters };
        g.forward[l] = n[l].forward;
    }
    return g;
}

/* The layers that have parameters, in the order in which their transfers go; returns their number. */
static size_t order(const char *json, const graph *g, size_t *first) {
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_queue_plan plan;
    dt_config *node;
    size_t count = 0;
    assert_ok(dt_config_parse(json, &node, run));
    assert_ok(dt_queue_open(&q, node, run));
    assert_ok(dt_queue_cut(&q, &(dt_queue_view){ .layer = g->row, .layers = g->layers, .forward_s = g->forward, .bandwidth = 4 }, &plan, run));
    for (size_t k = 0; k < plan.parts; k++) {
        size_t at = count++;
        for (; at > 0 && plan.part[first[at - 1]].priority > plan.part[k].priority; at--) first[at] = first[at - 1];
        first[at] = k;
    }
    for (size_t i = 0; i < count; i++) first[i] = plan.part[first[i]].from;
    dt_arena_free(run);
    return count;
}

static void goes(const char *json, const graph *g, const size_t *wanted, size_t count) {
    size_t found[MOST];
    assert_int_equal(order(json, g, found), count);
    for (size_t i = 0; i < count; i++)
        if (found[i] != wanted[i]) fail_msg("%s: transfer %zu is of layer %zu, should be %zu", json, i, found[i], wanted[i]);
}
#define GOES(json, g, ...) goes(json, g, (const size_t[]){ __VA_ARGS__ }, sizeof (const size_t[]){ __VA_ARGS__ } / sizeof(size_t))

/* Transfers one after another in that order; the processor takes the first layer of the table that is ready.  The end of all. */
static double makespan(const graph *g, const size_t *turn, size_t transfers) {
    double come[MOST] = { 0 }, end[MOST] = { 0 }, now = 0;
    bool done[MOST] = { false };
    for (size_t i = 0; i < transfers; i++) come[turn[i]] = now += (double)g->row[turn[i]].params;
    now = 0;
    for (size_t left = g->layers; left > 0; left--) {
        double start = HUGE_VAL;
        size_t chosen = 0;
        for (size_t l = 0; l < g->layers; l++) {
            double ready = come[l];
            bool open = !done[l];
            for (size_t i = 0; i < g->row[l].afters; i++) {
                open &= done[g->row[l].after[i]];
                ready = fmax(ready, end[g->row[l].after[i]]);
            }
            if (open && fmax(now, ready) < start) start = fmax(now, ready), chosen = l;
        }
        now = end[chosen] = start + g->forward[chosen];
        done[chosen] = true;
    }
    return now;
}

static void best_of(const graph *g, size_t *turn, size_t at, size_t count, double *best, double *sum, size_t *orders) {
    if (at == count) {
        double time = makespan(g, turn, count);
        *best = fmin(*best, time);
        *sum += time;
        ++*orders;
    }
    for (size_t i = at; i < count; i++) {
        size_t swap = turn[at];
        turn[at] = turn[i];
        turn[i] = swap;
        best_of(g, turn, at + 1, count, best, sum, orders);
        turn[i] = turn[at];
        turn[at] = swap;
    }
}

/* The time of an order, the best one's, and the mean of all. */
static double tried(const char *json, const graph *g, double *best, double *mean) {
    size_t turn[MOST], count = order(json, g, turn), orders = 0;
    double time = makespan(g, turn, count);
    *best = HUGE_VAL;
    *mean = 0;
    best_of(g, turn, 0, count, best, mean, &orders);
    *mean /= (double)orders;
    return time;
}

/* ---- promises ------------------------------------------------------------------------------------- */

/* Two branches, and what joins them: 4 s on the way for 1 s of computing, and the reverse.  In the table's order 4 + 1 and 5 + 4; with
 * the short transfer first 1 + 4, and the other ends at 5 + 1. */
static void tac_sees_times_and_tic_does_not(void **fixture) {
    (void)fixture;
    const op n[] = { { 4, 1, ROOT }, { 1, 4, ROOT }, { 0, 0, AFTER(0, 1) } };
    const graph g = graph_of(n, 3);
    double best, mean;
    GOES("\"tic\"", &g, 0, 1);
    GOES("\"tac\"", &g, 1, 0);
    assert_near(tried("\"tic\"", &g, &best, &mean), 9, 1e-12);
    assert_near(tried("\"tac\"", &g, &best, &mean), 6, 1e-12);
    assert_near(best, 6, 1e-12);
}

/* A long branch (0, 1, 2), a short one (3), and their end (4), which needs five transfers: the table's order is that of the first
 * branch, tic begins both.  By numbers of transfers: 1, 2, 3, 1, 5. */
static void tic_goes_by_the_number_of_transfers(void **fixture) {
    (void)fixture;
    const op n[] = { { 1, 1, ROOT }, { 1, 1, AFTER(0) }, { 1, 1, AFTER(1) }, { 1, 1, ROOT }, { 1, 1, AFTER(2, 3) } };
    const graph g = graph_of(n, 5);
    GOES("\"tic\"", &g, 0, 3, 1, 2, 4);
    GOES("\"priority\"", &g, 0, 1, 2, 3, 4);
}

/* Layers that have no parameters hand on what they need; a transfer that nothing but the last layer needs goes last. */
static void layers_without_parameters_hand_on_what_they_need(void **fixture) {
    (void)fixture;
    const op n[] = { { 0, 1, ROOT }, { 3, 1, AFTER(0) }, { 0, 1, AFTER(1) }, { 2, 3, AFTER(0) }, { 1, 1, AFTER(2, 3) } };
    const graph g = graph_of(n, 5);
    GOES("\"tic\"", &g, 1, 3, 4);
    GOES("\"tac\"", &g, 3, 1, 4);       /* min(P(1), M(3)) = min(1 + 1, 2) < min(P(3), M(1)) = min(3, 3) */
}

/* On a fan it is Johnson's rule: no order of five transfers is better, of 120. */
static void tac_is_the_best_order_on_a_fan(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_rng *rng = dt_rng_stream(run, 3, 0, "fans");
    for (int draw = 0; draw < 60; draw++) {
        op n[6];
        double best, mean;
        for (size_t l = 0; l < 5; l++) n[l] = (op){ 1 + gsl_rng_uniform_int(rng, 9), (double)gsl_rng_uniform_int(rng, 10), ROOT };
        n[5] = (op){ 0, 1, AFTER(0, 1, 2, 3, 4) };
        const graph g = graph_of(n, 6);
        double time = tried("\"tac\"", &g, &best, &mean);
        if (fabs(time - best) > 1e-9) fail_msg("fan %d takes %g s, and the best order %g s", draw, time, best);
    }
    dt_arena_free(run);
}

/* Graphs drawn at random: on the mean of 100 tac is nearer to the best order than to the mean of all, and tic better than that mean. */
static void on_graphs_tac_is_near_the_best_order(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_rng *rng = dt_rng_stream(run, 5, 0, "graphs");
    double lost[2] = { 0 }, all = 0;
    for (int draw = 0; draw < 100; draw++) {
        op n[6];
        size_t after[6][6];
        double best, mean;
        for (size_t l = 0; l < 6; l++) {
            n[l] = (op){ 1 + gsl_rng_uniform_int(rng, 9), 1 + (double)gsl_rng_uniform_int(rng, 9), after[l], 0 };
            for (size_t i = 0; i < l; i++)
                if (gsl_rng_uniform_int(rng, 3) == 0) after[l][n[l].afters++] = i;
        }
        const graph g = graph_of(n, 6);
        lost[0] += tried("\"tac\"", &g, &best, &mean) / best - 1;
        lost[1] += tried("\"tic\"", &g, &best, &mean) / best - 1;
        all += mean / best - 1;
    }
    print_message("lost against the best order: tac %.4f, tic %.4f, mean %.4f\n", lost[0] / 100, lost[1] / 100, all / 100);
    assert_true(lost[0] < all / 4 && lost[1] < all / 2);
    dt_arena_free(run);
}

/* Pieces of a layer follow each other. */
static void on_a_chain_both_are_the_order_of_the_layers(void **fixture) {
    (void)fixture;
    static const char *const profiles[] = { "alexnet", "vgg16", "bert_base", "transformer_base" };
    for (size_t i = 0; i < 4; i++) {
        dt_arena *run = dt_arena_new(0);
        dt_model m;
        dt_config *node;
        assert_ok(dt_config_parse(dt_arena_text(run, "{\"name\":\"profile\",\"path\":\"%s\"}", profiles[i]), &node, run));
        assert_ok(dt_model_open(&m, node, &(dt_shape){ .features = 1, .classes = 2 }, run));
        double *forward = dt_arena_take(run, m.layers, sizeof *forward);
        for (size_t l = 0; l < m.layers; l++) forward[l] = m.layer[l].forward_flops / 1e12;
        for (int which = 0; which < 2; which++) {
            dt_queue q;
            dt_queue_plan plan;
            assert_ok(dt_config_parse(dt_arena_text(run, "{\"name\":\"%s\",\"piece\":\"4MB\"}", which == 0 ? "tic" : "tac"), &node, run));
            assert_ok(dt_queue_open(&q, node, run));
            assert_ok(dt_queue_cut(&q, &(dt_queue_view){ .layer = m.layer, .layers = m.layers, .forward_s = forward, .bandwidth = 1e9 }, &plan, run));
            for (size_t k = 1; k < plan.parts; k++)
                if (plan.part[k].from == plan.part[k - 1].from) assert_int_equal(plan.part[k].priority, plan.part[k - 1].priority);
                else assert_true(plan.part[k].priority > plan.part[k - 1].priority);
        }
        dt_arena_free(run);
    }
}

int main(void) {
    setenv("DTSIM_HOME", ".", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tac_sees_times_and_tic_does_not),
        cmocka_unit_test(tic_goes_by_the_number_of_transfers),
        cmocka_unit_test(layers_without_parameters_hand_on_what_they_need),
        cmocka_unit_test(tac_is_the_best_order_on_a_fan),
        cmocka_unit_test(on_graphs_tac_is_near_the_best_order),
        cmocka_unit_test(on_a_chain_both_are_the_order_of_the_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
