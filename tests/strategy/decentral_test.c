/* decentral_test.c - decentralised SGD with quasi-global, local or no momentum, gradient tracking and D2: known trajectories,
 * fixed points and identities on quadratics f_i(x) = (x - a_i)^2 / 2, one row a worker, and what they send. */
#include "tests/strategy/stage.h"

enum { MOST = 8, KEPT = 64 };

static dt_arena *arena;

/* First entries of all workers' models, and of the first two vectors that their loops keep: [mark][worker]. */
static struct nodes { float x[KEPT][MOST], own[KEPT][2][MOST]; int marks; } *nodes;

/* The strategy under test, whose workers are seen as they begin. */
static dt_strategy watched;
static dt_worker *seen[MOST];

static dt_status watched_work(void *state, dt_worker *w) {
    (void)state;
    seen[w->rank] = w;
    return watched.type->work(watched.state, w);
}

static dt_status nodes_look(void *owner, dt_metric_list *columns, dt_mark *mark, bool *stop) {
    (void)owner, (void)columns, (void)mark, (void)stop;
    for (size_t w = 0; w < MOST && nodes->marks < KEPT; w++) {
        if (seen[w] == NULL) continue;
        nodes->x[nodes->marks][w] = seen[w]->x->x[0];
        for (size_t k = 0; k < 2; k++) nodes->own[nodes->marks][k][w] = seen[w]->own[k] == NULL ? NAN : seen[w]->own[k]->x[0];
    }
    nodes->marks++;
    return DT_OK;
}

/* Rows of one feature (1 where x is NULL) and their targets. */
static dt_data rows(size_t count, const float *x, const float *y) {
    float *ones = dt_arena_take(arena, count, sizeof *ones);
    for (size_t i = 0; i < count; i++) ones[i] = 1;
    return (dt_data){ .shape = { 1, 0, 0, 0, 0 }, .train = { count, x == NULL ? ones : x, y, NULL, NULL } };
}

static stage_choice bowls(const dt_data *data, const dt_config *strategy, double rate, double rounds) {
    return (stage_choice){ .strategy = strategy, .model = with_bool(pick(arena, "linear", NULL), "bias", false, arena),
                           .optimiser = pick(arena, "sgd", "lr", rate, NULL), .data = data,
                           .topology = pick(arena, "complete", NULL),
                           .split = pick(arena, "contiguous", NULL), .workers = data->train.rows, .stop.rounds = rounds,
                           .every.rounds = fmax(1, rounds / 50), .hook = { nodes_look, NULL } };
}

static const stage_log *watch(stage_choice c) {
    dt_strategy_type *type = dt_arena_take(arena, 1, sizeof *type);
    assert_ok(dt_strategy_open(&watched, c.strategy, arena));
    *type = *watched.type;
    type->work = watched_work;
    c.type = type;
    memset(nodes, 0, sizeof *nodes);
    memset(seen, 0, sizeof seen);
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s: %s", dt_config_name(c.strategy), log->reason);
    return log;
}

static const dt_config *qgm(const char *momentum, bool nesterov, double beta) {
    dt_config *table = dt_config_new(arena);
    dt_config_set_text(table, NULL, "qgm", arena);
    dt_config_set_text(table, "momentum", momentum, arena);
    dt_config_set_bool(table, "nesterov", nesterov, arena);
    dt_config_set_number(table, "beta", beta, arena);
    return table;
}

/* ---- known trajectories -------------------------------------------------------------------------- */

static const float three[] = { 0, 3, 9 };

static void three_nodes(const dt_config *strategy, int rounds) {
    dt_data data = rows(3, NULL, three);
    stage_choice c = bowls(&data, strategy, 0.1, rounds);
    c.edge_weight = 0.25;
    watch(c);
    assert_int_equal(nodes->marks, rounds + 1);
}

static void they_walk(const char *what, const double path[3][3]) {
    for (int t = 0; t < 3; t++)
        for (int w = 0; w < 3; w++)
            if (fabs(nodes->x[t + 1][w] - path[t][w]) > 1e-6)
                fail_msg("%s, step %d, node %d: %.7g", what, t + 1, w, (double)nodes->x[t + 1][w]);
}

static void every_momentum_walks_its_known_path(void **fixture) {
    (void)fixture;
    const double global_n[][3] = { { .57, .7125, .9975 }, { 1.204838, 1.379079, 1.727563 }, { 1.792988, 1.974012, 2.336060 } };
    const double global[][3] = { { .3, .375, .525 }, { .67125, .764813, .951938 }, { 1.053789, 1.151777, 1.347753 } };
    const double local_n[][3] = { { .57, .7125, .9975 }, { 1.390125, 1.622231, 2.086444 }, { 2.287995, 2.590036, 3.194117 } };
    const double m_n[] = { -1.621205, -1.771979, -2.073529 }, m[] = { -.959664, -1.041546, -1.205310 };
    three_nodes(qgm("local", true, 0.9), 3);
    they_walk("DSGDm-N", local_n);
    three_nodes(qgm("global", true, 0.9), 3);
    they_walk("QG-N", global_n);
    for (int w = 0; w < 3; w++) assert_near(nodes->own[3][1][w], m_n[w], 2e-6);
    three_nodes(qgm("global", false, 0.9), 3);
    they_walk("QG", global);
    for (int w = 0; w < 3; w++) assert_near(nodes->own[3][1][w], m[w], 2e-6);
}

/* y after a step is what was mixed, and the change of the own gradient x - a. */
static void tracked_gradients_walk_their_known_path_and_add_up(void **fixture) {
    (void)fixture;
    const double path[][3] = { { 0, .3, .9 }, { .6, .72, .96 }, { 1.005, 1.06425, 1.18275 } };
    const double y[] = { -2.7375, -2.871375, -3.139125 };
    three_nodes(pick(arena, "tracking", NULL), 3);
    they_walk("GT", path);
    for (int w = 0; w < 3; w++)
        assert_near(nodes->own[3][0][w] + (nodes->x[3][w] - three[w]) - nodes->own[3][1][w], y[w], 2e-6);
    for (int t = 1; t <= 8; t++) {          /* as each run ends: before that, some have begun the next round */
        double tracked = 0, gradients = 0;
        three_nodes(pick(arena, "tracking", NULL), t);
        for (int w = 0; w < 3; w++) {
            tracked += nodes->own[t][0][w];
            gradients += nodes->own[t][1][w];
        }
        assert_near(tracked / gradients, 1, 1e-5);
    }
}

/* x(1) = W (x - rate g), then W (2 x - its model before - rate (g - its gradient before)), by hand. */
static void d2_walks_its_formula(void **fixture) {
    (void)fixture;
    double x[3] = { 0 }, past[3] = { 0 }, next[3];
    three_nodes(pick(arena, "d2", NULL), 3);
    for (int t = 0; t < 3; t++) {
        for (int w = 0; w < 3; w++) {
            double step = x[w] - 0.1 * (x[w] - three[w]);
            next[w] = t == 0 ? step : x[w] - past[w] + step;
            past[w] = step;
        }
        double sum = next[0] + next[1] + next[2];
        for (int w = 0; w < 3; w++) {
            x[w] = 0.25 * sum + 0.25 * next[w];
            assert_near(nodes->x[t + 1][w], x[w], 1e-6);
        }
    }
}

/* ---- identities ---------------------------------------------------------------------------------- */

/* Two equal functions are one: a heavy ball with decay mu + (1 - mu) beta whose buffer takes (1 - mu) g. */
static void on_equal_functions_quasi_global_momentum_is_a_heavy_ball(void **fixture) {
    (void)fixture;
    const float same[] = { 3, 3 };
    dt_data data = rows(2, NULL, same);
    watch(bowls(&data, qgm("global", false, 0.9), 0.1, 50));
    double x = 0, m = 0;
    for (int t = 1; t <= 50; t++) {
        double g = x - 3;
        x -= 0.1 * (0.9 * m + g);
        m = (0.9 + 0.1 * 0.9) * m + 0.1 * g;
        assert_near(nodes->x[t][0], x, 1e-5);
    }
}

/* A worker without neighbours takes the steps of the optimiser, clipped and with weight decay. */
static void alone_each_is_the_optimiser_it_belongs_to(void **fixture) {
    (void)fixture;
    const float x[] = { 1, 2, -1, 0.5f, 3, 1 }, y[] = { 1, 5, 0, 2, -1, 4 };
    dt_data data = rows(6, x, y);
    struct { const dt_config *strategy; double momentum; bool nesterov; } like[] = {
        { pick(arena, "tracking", NULL), 0, false }, { pick(arena, "d2", NULL), 0, false },
        { qgm("none", true, 0.9), 0, false }, { qgm("local", false, 0.9), 0.9, false }, { qgm("local", true, 0.7), 0.7, true },
    };
    for (size_t i = 0; i < sizeof like / sizeof *like; i++) {
        stage_choice c = bowls(&data, like[i].strategy, 0.05, 40);
        c.workers = 1;
        c.batch = 2;
        c.optimiser = pick(arena, "sgd", "lr", 0.05, "weight_decay", 0.3, "clip_norm", 1.5, NULL);
        const stage_log *own = watch(c);
        c.strategy = pick(arena, "isolated", NULL);
        c.optimiser = pick(arena, "sgd", "lr", 0.05, "weight_decay", 0.3, "clip_norm", 1.5, "momentum", like[i].momentum, NULL);
        c.optimiser = with_bool(c.optimiser, "nesterov", like[i].nesterov, arena);
        c.hook = (dt_hook){ NULL, NULL };
        const stage_log *local = stage_run(c);
        assert_int_equal(own->marks, local->marks);
        for (int t = 0; t < own->marks; t++)
            if (!(fabs(own->mark[t].loss / local->mark[t].loss - 1) < 1e-5))
                fail_msg("%zu, mark %d: loss %g", i, t, own->mark[t].loss);
    }
}

/* DSGD is gossip in the form that mixes after the step. */
static void without_momentum_it_is_gossip_that_adapts_before_it_mixes(void **fixture) {
    (void)fixture;
    const float y[] = { 0, 3, 9, -2, 4 };
    dt_data data = rows(5, NULL, y);
    dt_config *adapt = dt_config_new(arena);
    dt_config_set_text(adapt, NULL, "gossip", arena);
    dt_config_set_text(adapt, "form", "adapt", arena);
    struct nodes *other = dt_arena_take(arena, 1, sizeof *other);
    stage_choice c = bowls(&data, adapt, 0.1, 20);
    c.topology = pick(arena, "ring", NULL);
    const stage_log *gossip = watch(c);
    *other = *nodes;
    c.strategy = qgm("none", true, 0.9);
    const stage_log *none = watch(c);
    for (int w = 0; w < 5; w++) assert_near(nodes->x[20][w], other->x[20][w], 1e-5);
    assert_near(none->end_s, gossip->end_s, 0);
    assert_near(none->bytes, gossip->bytes, 0);
}

/* ---- fixed points -------------------------------------------------------------------------------- */

static const float five_x[] = { 1, 1.5f, 0.7f, 1.2f, 0.9f }, five_y[] = { 0, 3, 9, -2, 4 };

/* Where the five nodes of a ring come to rest. */
static void rest(const dt_config *strategy, double rate, double at[5]) {
    dt_data data = rows(5, five_x, five_y);
    stage_choice c = bowls(&data, strategy, rate, 3000);
    c.topology = pick(arena, "ring", NULL);
    watch(c);
    for (int w = 0; w < 5; w++) at[w] = nodes->x[nodes->marks - 1][w];
}

static void the_same_rest(const char *what, const double a[5], const double b[5]) {
    for (int w = 0; w < 5; w++)
        if (fabs(a[w] - b[w]) > 1e-5) fail_msg("%s, node %d: %g, not %g", what, w, a[w], b[w]);
}

static void each_momentum_comes_to_rest_where_plain_steps_of_a_known_rate_do(void **fixture) {
    (void)fixture;
    double plain[5], other[5];
    rest(qgm("none", false, 0.9), 0.02, plain);
    rest(qgm("global", false, 0.9), 0.02, other);
    the_same_rest("QG at the rate", other, plain);
    rest(qgm("none", false, 0.9), 0.02 * 1.9, plain);
    rest(qgm("global", true, 0.9), 0.02, other);
    the_same_rest("QG-N at 1 + beta times the rate", other, plain);
    rest(qgm("none", false, 0.9), 0.02 / (1 - 0.9), plain);
    rest(qgm("local", false, 0.9), 0.02, other);
    the_same_rest("DSGDm at 1 / (1 - beta) times the rate", other, plain);
    rest(qgm("local", true, 0.9), 0.02, other);
    the_same_rest("DSGDm-N at 1 / (1 - beta) times the rate", other, plain);
}

static void tracking_and_d2_come_to_rest_at_the_optimum_of_all(void **fixture) {
    (void)fixture;
    double at[5], optimum[5], top = 0, bottom = 0;
    for (int w = 0; w < 5; w++) {
        top += five_x[w] * five_y[w];
        bottom += five_x[w] * five_x[w];
    }
    for (int w = 0; w < 5; w++) optimum[w] = top / bottom;
    rest(pick(arena, "tracking", NULL), 0.1, at);
    the_same_rest("GT", at, optimum);
    rest(pick(arena, "d2", NULL), 0.1, at);
    the_same_rest("D2", at, optimum);
    rest(qgm("none", false, 0.9), 0.1, at);
    double farthest = 0;
    for (int w = 0; w < 5; w++) farthest = fmax(farthest, fabs(at[w] - optimum[w]));
    assert_true(farthest > 0.1);
}

/* A ring of four with 0.45 on its edges has the eigenvalue -0.8, and in the lazy form 0.1. */
static void d2_needs_eigenvalues_above_minus_a_third(void **fixture) {
    (void)fixture;
    dt_data data = rows(4, five_x, five_y);
    for (int lazy = 0; lazy < 2; lazy++) {
        stage_choice c = bowls(&data, pick(arena, "d2", NULL), 0.1, 50);
        c.topology = pick(arena, "ring", NULL);
        c.edge_weight = lazy ? 0.225 : 0.45;
        watch(c);
        assert_true((fabs(nodes->x[50][0]) > 1e3) == !lazy);
    }
}

/* Where all curvatures are equal, the mean gradient is that of the mean model, whatever the consensus distance. */
static void d2_keeps_its_mean_on_gradient_descent_when_the_rate_falls(void **fixture) {
    (void)fixture;
    dt_data data = rows(5, NULL, five_y);
    stage_choice c = bowls(&data, pick(arena, "d2", NULL), 0.1, 40);
    c.topology = pick(arena, "ring", NULL);
    dt_config *falls = dt_config_new(arena);
    dt_config_set_text(falls, NULL, "inverse", arena);
    dt_config_set_number(falls, "at", 2, arena);
    dt_config_set_text(falls, "by", "rounds", arena);
    c.schedule = falls;
    const stage_log *log = watch(c);
    double mean = 0, x = 0;
    for (int w = 0; w < 5; w++) mean += five_y[w] / 5.0;
    for (int t = 1; t <= 40; t++) {
        x -= log->mark[t].rate * (x - mean);
        assert_near(log->x[t][0], x, 1e-5);
    }
    assert_true(log->mark[40].rate < 0.1 * log->mark[1].rate);
}

/* ---- bytes, compressors, choices ----------------------------------------------------------------- */

/* On a ring each worker sends its model to two neighbours, whatever the momentum; tracking sends two vectors. */
static void quasi_global_momentum_sends_what_local_momentum_does_and_tracking_twice_that(void **fixture) {
    (void)fixture;
    dt_data data = rows(5, five_x, five_y);
    const dt_config *strategy[] = { qgm("global", true, 0.9), qgm("local", true, 0.9), qgm("none", true, 0.9),
                                    pick(arena, "d2", NULL), pick(arena, "tracking", NULL) };
    for (int i = 0; i < 5; i++) {
        stage_choice c = bowls(&data, strategy[i], 0.02, 10);
        c.topology = pick(arena, "ring", NULL);
        assert_near(watch(c)->bytes, 10 * 5 * 2 * (i == 4 ? 8 : 4), 0);
    }
}

/* Public copies keep the sums: tracked gradients add up, and all rest at the optimum, with half of the bits. */
static void compressed_tracking_still_finds_the_optimum(void **fixture) {
    (void)fixture;
    dt_data data = rows(5, five_x, five_y);
    stage_choice c = bowls(&data, pick(arena, "tracking", "consensus_step", 0.5, NULL), 0.05, 3000);
    c.topology = pick(arena, "ring", NULL);
    c.compress = pick(arena, "float16", NULL);
    watch(c);
    double top = 0, bottom = 0;
    for (int w = 0; w < 5; w++) {
        top += five_x[w] * five_y[w];
        bottom += five_x[w] * five_x[w];
    }
    for (int w = 0; w < 5; w++) assert_near(nodes->x[nodes->marks - 1][w], top / bottom, 1e-4);
}

static void refused(const char *strategy, const char *key, const dt_config *value, const char *path) {
    dt_config *scenario = dt_config_new(arena);
    dt_config_set_copy(scenario, "strategy", pick(arena, strategy, NULL), arena);
    if (key != NULL) dt_config_set_copy(scenario, key, value, arena);
    dt_status status = dt_strategy_check(scenario, arena);
    if (status != (path == NULL ? DT_OK : DT_EINVAL)) fail_msg("%s, %s: %d", strategy, key, status);
    if (path != NULL) assert_string_equal(dt_reason_path(), path);
}

static void they_refuse_a_second_momentum_a_projection_and_lossy_compressors(void **fixture) {
    (void)fixture;
    const char *const names[] = { "qgm", "d2", "tracking" };
    for (int i = 0; i < 3; i++) {
        refused(names[i], "optimiser", pick(arena, "sgd", "weight_decay", 0.1, "clip_norm", 1.0, NULL), NULL);
        refused(names[i], "optimiser", pick(arena, "sgd", "momentum", 0.9, NULL), "optimiser");
        refused(names[i], "optimiser", pick(arena, "adam", NULL), "optimiser");
        refused(names[i], "project", pick(arena, "l1", NULL), "project");
        refused(names[i], "compress", pick(arena, "topk", NULL), i < 2 ? "compress" : NULL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_momentum_walks_its_known_path),
        cmocka_unit_test(tracked_gradients_walk_their_known_path_and_add_up),
        cmocka_unit_test(d2_walks_its_formula),
        cmocka_unit_test(on_equal_functions_quasi_global_momentum_is_a_heavy_ball),
        cmocka_unit_test(alone_each_is_the_optimiser_it_belongs_to),
        cmocka_unit_test(without_momentum_it_is_gossip_that_adapts_before_it_mixes),
        cmocka_unit_test(each_momentum_comes_to_rest_where_plain_steps_of_a_known_rate_do),
        cmocka_unit_test(tracking_and_d2_come_to_rest_at_the_optimum_of_all),
        cmocka_unit_test(d2_needs_eigenvalues_above_minus_a_third),
        cmocka_unit_test(d2_keeps_its_mean_on_gradient_descent_when_the_rate_falls),
        cmocka_unit_test(quasi_global_momentum_sends_what_local_momentum_does_and_tracking_twice_that),
        cmocka_unit_test(compressed_tracking_still_finds_the_optimum),
        cmocka_unit_test(they_refuse_a_second_momentum_a_projection_and_lossy_compressors),
    };
    arena = dt_arena_new(1 << 20);
    nodes = mmap(NULL, sizeof *nodes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
