/* gossip_test.c - the three forms of decentralised SGD by their formulas, and where the graph changes. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 4, ROUNDS = 12 };

static const double target[WORKERS] = { 0, 3, 9, 4 };

/* One row each: f_i = (x - a_i)^2 / 2, as the loss of a linear model without bias on x = 1, y = a_i. */
static dt_data rows(void) {
    float *x = dt_arena_take(arena, WORKERS, sizeof *x), *y = dt_arena_take(arena, WORKERS, sizeof *y);
    for (size_t i = 0; i < WORKERS; i++) {
        x[i] = 1;
        y[i] = (float)target[i];
    }
    return (dt_data){ .shape = { 1, 0, 0, 0, 0 }, .train = { WORKERS, x, y, NULL, NULL } };
}

static const dt_config *form(const char *name, double consensus_step) {
    dt_config *c = dt_config_new(arena);
    dt_config_set_text(c, NULL, "gossip", arena);
    dt_config_set_text(c, "form", name, arena);
    dt_config_set_number(c, "consensus_step", consensus_step, arena);
    return c;
}

static stage_choice quadratics(const dt_data *data, const char *name, const char *topology) {
    return (stage_choice){ .strategy = form(name, 1), .model = with_bool(pick(arena, "linear", NULL), "bias", false, arena),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, NULL), .split = pick(arena, "contiguous", NULL), .data = data,
                           .topology = pick(arena, topology, NULL), .workers = WORKERS, .batch = 1, .stop.rounds = ROUNDS, .every.rounds = 1,
                           .star = { WORKERS + 1, 1e9, 1e6, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* The models by the formulas: combine and difference W x - rate g(x), adapt W (x - rate g(x)). */
static void by_formula(const char *name, const char *topology, double (*x)[WORKERS]) {
    dt_topology t;
    assert_ok(dt_topology_make(pick(arena, topology, NULL), WORKERS, 1, &t, arena));
    for (int r = 0; r < WORKERS; r++) x[0][r] = 0;
    for (int round = 0; round < ROUNDS; round++) {
        bool late = strcmp(name, "difference") == 0 && round > 0;       /* the models that are mixed came in the round before */
        const dt_graph *g = dt_topology_at(&t, round - late);
        double stepped[WORKERS];
        for (int r = 0; r < WORKERS; r++) stepped[r] = x[round][r] - 0.1 * (x[round][r] - target[r]);
        const double *from = strcmp(name, "adapt") == 0 ? stepped : x[round];
        for (int r = 0; r < WORKERS; r++) {
            double sum = g->self[r] * from[r];
            for (size_t e = g->start[r]; e < g->start[r + 1]; e++) sum += g->weight[e] * from[g->neighbour[e]];
            x[round + 1][r] = from == stepped ? sum : sum + stepped[r] - x[round][r];
        }
    }
}

static void models_follow_the_formula_on_graphs_that_stay_or_change(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const char *name[] = { "combine", "adapt", "difference" }, *topology[] = { "ring", "star", "onepeer", "hypercube", "pairs" };
    for (int f = 0; f < 3; f++)
        for (int g = 0; g < 5; g++) {
            const stage_log *log = stage_run(quadratics(&data, name[f], topology[g]));
            if (log->status != DT_OK) fail_msg("%s on %s: %s", name[f], topology[g], log->reason);
            double x[ROUNDS + 1][WORKERS];
            by_formula(name[f], topology[g], x);
            assert_int_equal(log->marks, ROUNDS + 1);
            for (int t = 0; t <= ROUNDS; t++) {
                double mean = 0, distance = 0;
                for (int r = 0; r < WORKERS; r++) mean += x[t][r] / WORKERS;
                for (int r = 0; r < WORKERS; r++) distance += (x[t][r] - mean) * (x[t][r] - mean) / WORKERS;
                assert_near(log->x[t][0], mean, 1e-5);
                if (t > 0 && fabs(log->mark[t].consensus_distance - sqrt(distance)) > 1e-5)
                    fail_msg("%s on %s, round %d: consensus distance %g, by formula %g", name[f], topology[g], t,
                             log->mark[t].consensus_distance, sqrt(distance));
            }
        }
}

/* A message a round and arc, of the whole model. */
static void a_graph_that_changes_sends_a_message_a_round(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const struct { const char *topology; double arcs; } known[] = { { "ring", 8 }, { "star", 6 }, { "onepeer", 4 }, { "hypercube", 4 }, { "pairs", 4 } };
    for (int g = 0; g < 5; g++) {
        const stage_log *log = stage_run(quadratics(&data, "adapt", known[g].topology));
        assert_near(log->bytes, ROUNDS * known[g].arcs * 4, 0);
        assert_near(log->unaccounted_bytes, 0, 0);
    }
}

/* With a compressor whose error is relative, a model of difference stops where its neighbours' copies do: it is on the grid of
 * what has been sent, and the error is lost, not kept. */
static void a_model_moves_by_what_its_neighbours_get(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    stage_choice c = quadratics(&data, "difference", "ring");
    c.compress = pick(arena, "sign", NULL);
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    /* Of one entry a sign with its scale is exact: the same as without a compressor. */
    const stage_log *exact = stage_run(quadratics(&data, "difference", "ring"));
    for (int t = 0; t <= ROUNDS; t++) assert_near(log->x[t][0], exact->x[t][0], 1e-5);
    assert_true(log->bytes < exact->bytes * 2);
}

/* Hosts that fail harm no form, and none ends with vectors that nobody owns. */
static void every_form_ends_where_hosts_fail(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const char *name[] = { "combine", "adapt", "difference" };
    dt_config *faults = dt_config_new(arena);
    dt_config_set_copy(faults, "crash", pick(arena, "exponential", "mean", 2.0, NULL), arena);
    dt_config_set_copy(faults, "recover", pick(arena, "exponential", "mean", 0.5, NULL), arena);
    dt_config_set_number(faults, "deadline", 0.05, arena);
    for (int f = 0; f < 3; f++)
        for (uint64_t seed = 1; seed <= 4; seed++) {
            stage_choice c = quadratics(&data, name[f], "ring");
            c.seconds = pick(arena, "exponential", "mean", 0.1, NULL);
            c.faults = faults;
            c.fault_seed = seed;
            c.stop.rounds = 60;
            const stage_log *log = stage_run(c);
            if (log->status != DT_OK) fail_msg("%s, fault_seed %d: %s", name[f], (int)seed, log->reason);
            assert_int_equal(log->mark[log->marks - 1].round, 60);
            assert_int_equal(log->from_future, 0);
            assert_true(fabs(log->x[log->marks - 1][0] - 4) < 3);
            assert_near(log->unaccounted_bytes, 0, 1e-6);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_follow_the_formula_on_graphs_that_stay_or_change),
        cmocka_unit_test(a_graph_that_changes_sends_a_message_a_round),
        cmocka_unit_test(a_model_moves_by_what_its_neighbours_get),
        cmocka_unit_test(every_form_ends_where_hosts_fail),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
