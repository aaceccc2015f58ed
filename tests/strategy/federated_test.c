/* federated_test.c - the systems with a server and clients, against their formulas and known fixed points. */
#include "tests/strategy/stage.h"
#include "role/cohort.h"

static dt_arena *arena;

/* ---- two bowls: F1 = x^2 / 2 of client 0 and F2 = 2 (x - 1)^2 of client 1 ----------------------- */

static const float steep_x[] = { 1, 2 }, steep_y[] = { 0, 2 };

static dt_data bowls(size_t rows, const float *x, const float *y) {
    return (dt_data){ .shape = { 1, 0, 0, 0, 0 }, .train = { rows, x, y, NULL, NULL } };
}

static stage_choice steep(const dt_data *data, const dt_config *strategy) {
    return (stage_choice){ .strategy = strategy, .model = with_bool(pick(arena, "linear", NULL), "bias", false, arena),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, NULL), .data = data,
                           .split = pick(arena, "contiguous", NULL), .workers = 2, .stop.rounds = 400, .every.rounds = 400 };
}

/* ---- server optimisers -------------------------------------------------------------------------- */

enum { ROUNDS = 40 };

/* A round of one whole batch changes the model by -0.1 times the mean gradient, 2.5 x - 2. */
static const stage_log *with_outer(const char *json) {
    dt_data *data = dt_arena_take(arena, 1, sizeof *data);
    dt_config *outer = NULL;
    *data = bowls(2, steep_x, steep_y);
    stage_choice c = steep(data, pick(arena, "fedavg", "fraction", 1.0, NULL));
    if (json != NULL) assert_ok(dt_config_parse(json, &outer, arena));
    c.outer = outer;
    c.stop.rounds = ROUNDS;
    c.every.rounds = 1;
    const stage_log *log = stage_run(c);
    assert_int_equal(log->marks, ROUNDS + 1);
    return log;
}

static double pseudo_gradient(double x) { return 0.1 * (2.5 * x - 2); }

static void a_server_optimiser_of_plain_steps_of_1_is_the_mean(void **fixture) {
    (void)fixture;
    const stage_log *mean = with_outer(NULL), *plain = with_outer("{\"name\":\"sgd\",\"lr\":1}");
    for (int t = 0; t <= ROUNDS; t++) assert_near(plain->x[t][0], mean->x[t][0], 1e-6);
}

static void fedavgm_is_momentum_on_the_mean_change(void **fixture) {
    (void)fixture;
    const stage_log *log = with_outer("{\"name\":\"sgd\",\"lr\":0.5,\"momentum\":0.9}");
    double x = log->x[0][0], v = 0;
    for (int t = 1; t <= ROUNDS; t++) {
        v = 0.9 * v + pseudo_gradient(x);
        x -= 0.5 * v;
        assert_near(log->x[t][0], x, 1e-5);
    }
}

static void fedadam_fedyogi_and_fedadagrad_are_their_formulas(void **fixture) {
    (void)fixture;
    const stage_log *adam = with_outer("{\"name\":\"adam\",\"lr\":0.05,\"beta2\":0.99,\"eps\":1e-3,\"bias_correction\":false}"),
                    *yogi = with_outer("{\"name\":\"yogi\",\"lr\":0.05,\"beta2\":0.99}"),
                    *adagrad = with_outer("{\"name\":\"adagrad\",\"lr\":0.05,\"eps\":1e-3}");
    double x[3] = { adam->x[0][0], yogi->x[0][0], adagrad->x[0][0] }, m[2] = { 0 }, v[3] = { 0 };
    for (int t = 1; t <= ROUNDS; t++) {
        double g[3] = { pseudo_gradient(x[0]), pseudo_gradient(x[1]), pseudo_gradient(x[2]) };
        for (int i = 0; i < 2; i++) m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[0] = 0.99 * v[0] + 0.01 * g[0] * g[0];
        v[1] -= 0.01 * g[1] * g[1] * (v[1] > g[1] * g[1] ? 1 : -1);
        v[2] += g[2] * g[2];
        x[0] -= 0.05 * m[0] / (sqrt(v[0]) + 1e-3);
        x[1] -= 0.05 * m[1] / (sqrt(v[1]) + 1e-3);
        x[2] -= 0.05 * g[2] / (sqrt(v[2]) + 1e-3);
        assert_near(adam->x[t][0], x[0], 1e-4);
        assert_near(yogi->x[t][0], x[1], 1e-4);
        assert_near(adagrad->x[t][0], x[2], 1e-4);
    }
}

/* ---- asynchronous ------------------------------------------------------------------------------- */

/* A client goes down its own bowl by one step of 0.1; client 1 takes 2.37 times as long. */
static double trained(int client, double x) { return client == 0 ? x - 0.1 * x : x - 0.4 * (x - 1); }

static const stage_log *at_two_speeds(const dt_config *strategy) {
    dt_data *data = dt_arena_take(arena, 1, sizeof *data);
    *data = bowls(2, steep_x, steep_y);
    stage_choice c = steep(data, strategy);
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.slow = 2.37;
    c.stop.rounds = ROUNDS;
    c.every.rounds = 1;
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    assert_int_equal(log->marks, ROUNDS + 1);
    return log;
}

typedef struct two { double x, base[2], next[2]; long version, began[2]; } two;

/* The client that is done next; its change is weighted by (age + 1)^-0.5, and of what it is the change is said by from. */
static double next_change(two *t, const double *from, int *who, double *time) {
    int k = *who = t->next[1] < t->next[0];
    *time = t->next[k];
    t->next[k] += k == 0 ? 1 : 2.37;
    return pow((double)(t->version - t->began[k]) + 1, -0.5) * (trained(k, t->base[k]) - (from != NULL ? *from : t->base[k]));
}

static void begin_again(two *t, int who) {
    t->base[who] = t->x;
    t->began[who] = t->version;
}

static void fedasync_mixes_each_model_by_its_age(void **fixture) {
    (void)fixture;
    const stage_log *log = at_two_speeds(pick(arena, "fedasync", "fraction", 1.0, "alpha", 0.5, NULL));
    double x = log->x[0][0], time;
    two t = { x, { x, x }, { 1, 2.37 }, 0, { 0, 0 } };
    for (int i = 1, who; i <= ROUNDS; i++) {
        t.x += 0.5 * next_change(&t, &t.x, &who, &time);
        t.version++;
        begin_again(&t, who);
        assert_near(log->x[i][0], t.x, 1e-5);
        assert_near(log->mark[i].time_s, time, 1e-6);
        assert_int_equal(log->mark[i].updates, 1);
    }
}

/* A step is one of a client that trains all the time, at whatever number of updates the server steps. */
static void steps_are_those_of_a_client_and_not_of_all_together(void **fixture) {
    (void)fixture;
    const stage_log *each = at_two_speeds(pick(arena, "fedasync", "fraction", 1.0, NULL)),
                    *one = at_two_speeds(pick(arena, "fedbuff", "fraction", 1.0, "buffer", 1.0, NULL)),
                    *pair = at_two_speeds(pick(arena, "fedbuff", "fraction", 1.0, "buffer", 2.0, NULL)),
                    *all = at_two_speeds(pick(arena, "fedavg", "fraction", 1.0, NULL));
    for (int i = 1; i <= ROUNDS; i++) {
        assert_int_equal(each->mark[i].step, (i + 1) / 2);
        assert_int_equal(one->mark[i].step, (i + 1) / 2);
        assert_int_equal(pair->mark[i].step, i);
        assert_int_equal(all->mark[i].step, i);
    }
}

/* Whoever is done while the buffer fills begins again with the same version. */
static void fedbuff_steps_along_the_weighted_changes_of_a_full_buffer(void **fixture) {
    (void)fixture;
    const stage_log *log = at_two_speeds(pick(arena, "fedbuff", "fraction", 1.0, "buffer", 2.0, NULL));
    double x = log->x[0][0], time;
    two t = { x, { x, x }, { 1, 2.37 }, 0, { 0, 0 } };
    for (int i = 1, who; i <= ROUNDS; i++) {
        double sum = next_change(&t, NULL, &who, &time);
        begin_again(&t, who);
        sum += next_change(&t, NULL, &who, &time);
        t.x += sum / 2;
        t.version++;
        begin_again(&t, who);
        assert_near(log->x[i][0], t.x, 1e-5);
        assert_near(log->mark[i].time_s, time, 1e-6);
        assert_int_equal(log->mark[i].updates, 2);
    }
}

/* Between an update and the model that it began with lie those of all other clients, however fast each is: in the mean, one of each. */
static void the_mean_age_is_the_number_of_other_clients_at_any_speeds(void **fixture) {
    (void)fixture;
    float x[5] = { 1, 1, 1, 1, 1 }, y[5] = { 0 };
    const double slow[] = { 1, 3.7, 20 };
    dt_data data = bowls(5, x, y);
    for (int i = 0; i < 3; i++) {
        stage_choice c = steep(&data, pick(arena, "fedasync", "fraction", 1.0, NULL));
        c.workers = 5;
        c.seconds = pick(arena, "exponential", "mean", 1.0, NULL);
        c.slow = slow[i];
        c.stop.rounds = 2000;
        const stage_log *log = stage_run(c);
        assert_int_equal(log->merged, 2000);
        assert_near((double)log->merged_ages / 2000, 4, 0.1);
        assert_int_equal(log->from_future, 0);
    }
}

static void staleness_weights_are_those_of_the_paper(void **fixture) {
    (void)fixture;
    const dt_staleness constant = { "constant", 0.5, 10, 4 }, polynomial = { "polynomial", 0.5, 10, 4 }, hinge = { "hinge", 0.5, 10, 4 };
    assert_near(dt_staleness_weight(&constant, 100), 1, 0);
    assert_near(dt_staleness_weight(&polynomial, 0), 1, 0);
    assert_near(dt_staleness_weight(&polynomial, 3), 0.5, 1e-15);
    assert_near(dt_staleness_weight(&polynomial, 15), 0.25, 1e-15);
    assert_near(dt_staleness_weight(&hinge, 4), 1, 0);
    assert_near(dt_staleness_weight(&hinge, 5), 1.0 / 11, 1e-15);
    assert_near(dt_staleness_weight(&hinge, 14), 1.0 / 101, 1e-15);
}

/* ---- drift, and different numbers of steps ---------------------------------------------------- */

static double ends_at(stage_choice c) {
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    return log->x[log->marks - 1][0];
}

/* F1 = x^2 / 2 of one sample and F2 = (x - 1)^2 / 2 of four, in batches of one: 1 and 4 steps a round.  The clients count the same. */
static stage_choice unequal(const char *strategy) {
    static const float x[] = { 1, 1, 1, 1, 1 }, y[] = { 0, 1, 1, 1, 1 };
    dt_data *data = dt_arena_take(arena, 1, sizeof *data);
    *data = bowls(5, x, y);
    stage_choice c = steep(data, pick(arena, strategy, "fraction", 1.0, NULL));
    dt_config *split = dt_config_new(arena);
    dt_config_set_text(split, NULL, "contiguous", arena);
    dt_config *sizes = dt_config_set_table(split, "sizes", arena);
    dt_config_set_number(sizes, NULL, 1, arena);
    dt_config_set_number(sizes, NULL, 4, arena);
    c.split = split;
    c.batch = 1;
    c.aggregate = pick(arena, "mean", NULL);
    return c;
}

static void fednova_removes_the_weight_of_many_steps_and_fedavg_does_not(void **fixture) {
    (void)fixture;
    assert_near(ends_at(unequal("fedavg")), 0.7747240369, 1e-6);
    assert_near(ends_at(unequal("fednova")), 0.4622933190, 1e-6);
    stage_choice small = unequal("fednova");
    small.optimiser = pick(arena, "sgd", "lr", 0.001, NULL);
    small.stop.rounds = small.every.rounds = 8000;
    assert_near(ends_at(small), 0.5, 5e-4);
}

static void fednova_is_fedavg_where_all_take_equally_many_steps(void **fixture) {
    (void)fixture;
    dt_data data = bowls(2, steep_x, steep_y);
    for (double tau = 1; tau <= 5; tau += 4)
        assert_near(ends_at(steep(&data, pick(arena, "fednova", "fraction", 1.0, "local_epochs", tau, NULL))),
                    tau == 1 ? 0.8 : 0.6925023465, 1e-6);
}

/* Of momentum .9 after tau steps (section 4.1 of the paper): (tau - rho (1 - rho^tau) / (1 - rho)) / (1 - rho); of a proximal term
 * mu at rate eta: (1 - (1 - eta mu)^tau) / (eta mu). */
static void the_way_of_a_client_is_that_of_the_paper(void **fixture) {
    (void)fixture;
    const double tau = 7;
    dt_optimiser plain, momentum;
    assert_ok(dt_optimiser_open(&plain, pick(arena, "sgd", "lr", 0.1, NULL), NULL, 0, arena));
    assert_ok(dt_optimiser_open(&momentum, pick(arena, "sgd", "lr", 0.1, "momentum", 0.9, NULL), NULL, 0, arena));
    dt_learning l = { .optimiser = &plain };
    dt_worker w = { .learning = &l, .factor = 1 };
    assert_near(dt_client_way(&w, (long)tau), tau, 1e-5);
    w.prox = 2;
    assert_near(dt_client_way(&w, (long)tau), (1 - pow(1 - 0.1 * 2, tau)) / (0.1 * 2), 1e-5);
    w.prox = 0;
    l.optimiser = &momentum;
    assert_near(dt_client_way(&w, (long)tau), (tau - 0.9 * (1 - pow(0.9, tau)) / 0.1) / 0.1, 1e-4);
}

static void fednova_refuses_steps_whose_length_depends_on_the_gradient(void **fixture) {
    (void)fixture;
    const dt_config *const refused[] = { pick(arena, "adam", NULL), pick(arena, "sgd", "clip_norm", 1.0, NULL) };
    for (int i = 0; i < 2; i++) {
        dt_config *scenario = dt_config_new(arena);
        dt_config_set_copy(scenario, "strategy", pick(arena, "fednova", NULL), arena);
        dt_config_set_copy(scenario, "optimiser", refused[i], arena);
        assert_int_equal(dt_strategy_check(scenario, arena), DT_EINVAL);
        assert_string_equal(dt_reason_path(), "optimiser");
    }
}

static void scaffold_ends_at_the_optimum_for_any_number_of_steps(void **fixture) {
    (void)fixture;
    dt_data data = bowls(2, steep_x, steep_y);
    const double tau[] = { 1, 5, 10, 20 };
    for (int i = 0; i < 4; i++)
        assert_near(ends_at(steep(&data, pick(arena, "scaffold", "fraction", 1.0, "local_epochs", tau[i], NULL))), 0.8, 1e-6);
    stage_choice equal = unequal("scaffold");       /* with weights of 1 and 4 samples the optimum is .8, with equal ones .5 */
    equal.aggregate = NULL;
    assert_near(ends_at(equal), 0.8, 1e-6);
}

static void scaffold_ends_there_too_if_one_client_at_a_time_takes_part(void **fixture) {
    (void)fixture;
    dt_data data = bowls(2, steep_x, steep_y);
    stage_choice c = steep(&data, pick(arena, "scaffold", "fraction", 0.5, "local_epochs", 5.0, NULL));
    c.stop.rounds = c.every.rounds = 4000;
    assert_near(ends_at(c), 0.8, 1e-5);
}

/* Model and control variate go both ways. */
static void scaffold_sends_twice_the_bytes(void **fixture) {
    (void)fixture;
    dt_data data = bowls(2, steep_x, steep_y);
    double bytes[2];
    for (int i = 0; i < 2; i++)
        bytes[i] = stage_run(steep(&data, pick(arena, i == 0 ? "fedavg" : "scaffold", "fraction", 1.0, NULL)))->bytes;
    assert_near(bytes[1], 2 * bytes[0], 0);
}

/* ---- an outer optimiser without a server -------------------------------------------------------- */

static const stage_log *of_period(const char *strategy, const char *outer, const dt_config *optimiser) {
    dt_data *data = dt_arena_take(arena, 1, sizeof *data);
    dt_config *node = NULL;
    *data = bowls(2, steep_x, steep_y);
    stage_choice c = steep(data, pick(arena, strategy, "period", 3.0, NULL));
    if (outer != NULL) assert_ok(dt_config_parse(outer, &node, arena));
    if (optimiser != NULL) c.optimiser = optimiser;
    c.outer = node;
    c.stop.rounds = ROUNDS;
    c.every.rounds = 1;
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    return log;
}

static void diloco_with_outer_steps_of_1_is_local_sgd(void **fixture) {
    (void)fixture;
    const stage_log *local = of_period("localsgd", NULL, NULL), *outer = of_period("diloco", "{\"name\":\"sgd\",\"lr\":1}", NULL);
    assert_int_equal(local->marks, outer->marks);
    for (int t = 0; t < local->marks; t++) assert_near(outer->x[t][0], local->x[t][0], 1e-6);
    assert_near(local->end_s, outer->end_s, 1e-9);
}

/* Three steps of .1 leave .9^3 of the distance to 0, and .6^3 of that to 1. */
static void diloco_by_itself_has_nesterov_momentum_outside(void **fixture) {
    (void)fixture;
    const stage_log *log = of_period("diloco", NULL, NULL);
    double x = log->x[0][0], v = 0;
    for (int t = 1; t < log->marks; t++) {
        double g = (x - 0.729 * x + x - (1 + 0.216 * (x - 1))) / 2;
        v = 0.9 * v + g;
        x -= 0.7 * (g + 0.9 * v);
        assert_near(log->x[t][0], x, 1e-5);
    }
}

/* SlowMo (Wang et al. 2020, arXiv:1910.00643, Algorithm 1): u = beta u + (x - mean) / rate, x -= alpha rate u. */
static void diloco_with_momentum_outside_is_slowmo_and_so_is_block_momentum_of_adacomm(void **fixture) {
    (void)fixture;
    const stage_log *slow = of_period("diloco", "{\"name\":\"sgd\",\"lr\":0.8,\"momentum\":0.6}", NULL);
    const stage_log *one = of_period("diloco", "{\"name\":\"sgd\",\"lr\":1,\"momentum\":0.6}", NULL);
    dt_data data = bowls(2, steep_x, steep_y);
    stage_choice c = steep(&data, pick(arena, "adacomm", "period", 3.0, "interval", 1e9, "block_momentum", 0.6, NULL));
    c.stop.rounds = ROUNDS;
    c.every.rounds = 1;
    const stage_log *block = stage_run(c);
    double x = slow->x[0][0], u = 0;
    assert_int_equal(one->marks, block->marks);
    for (int t = 1; t < slow->marks; t++) {
        double mean = (0.729 * x + 1 + 0.216 * (x - 1)) / 2;
        u = 0.6 * u + (x - mean) / 0.1;
        x -= 0.8 * 0.1 * u;
        assert_near(slow->x[t][0], x, 1e-5);
        assert_near(one->x[t][0], block->x[t][0], 1e-5);
    }
}

static double adamw(double x, double target, double curve, double *m, double *v, long *step) {
    double g = curve * (x - target);
    *m = 0.9 * *m + 0.1 * g;
    *v = 0.999 * *v + 0.001 * g * g;
    ++*step;
    return x - 0.05 * (*m / (1 - pow(0.9, (double)*step))) / (sqrt(*v / (1 - pow(0.999, (double)*step))) + 1e-8);
}

static void the_inner_optimiser_of_diloco_keeps_its_memory(void **fixture) {
    (void)fixture;
    const stage_log *log = of_period("diloco", "{\"name\":\"sgd\",\"lr\":1}",
                                     pick(arena, "adamw", "lr", 0.05, "weight_decay", 0.0, NULL));
    double x = log->x[0][0], m[2] = { 0 }, v[2] = { 0 };
    long step[2] = { 0 };
    for (int t = 1; t < log->marks; t++) {
        double y[2] = { x, x };
        for (int h = 0; h < 3; h++)
            for (int k = 0; k < 2; k++) y[k] = adamw(y[k], k, k == 0 ? 1 : 4, &m[k], &v[k], &step[k]);
        x = (y[0] + y[1]) / 2;
        assert_near(log->x[t][0], x, 1e-4);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_optimiser_of_plain_steps_of_1_is_the_mean),
        cmocka_unit_test(fedavgm_is_momentum_on_the_mean_change),
        cmocka_unit_test(fedadam_fedyogi_and_fedadagrad_are_their_formulas),
        cmocka_unit_test(fedasync_mixes_each_model_by_its_age),
        cmocka_unit_test(steps_are_those_of_a_client_and_not_of_all_together),
        cmocka_unit_test(fedbuff_steps_along_the_weighted_changes_of_a_full_buffer),
        cmocka_unit_test(the_mean_age_is_the_number_of_other_clients_at_any_speeds),
        cmocka_unit_test(staleness_weights_are_those_of_the_paper),
        cmocka_unit_test(fednova_removes_the_weight_of_many_steps_and_fedavg_does_not),
        cmocka_unit_test(fednova_is_fedavg_where_all_take_equally_many_steps),
        cmocka_unit_test(the_way_of_a_client_is_that_of_the_paper),
        cmocka_unit_test(fednova_refuses_steps_whose_length_depends_on_the_gradient),
        cmocka_unit_test(scaffold_ends_at_the_optimum_for_any_number_of_steps),
        cmocka_unit_test(scaffold_ends_there_too_if_one_client_at_a_time_takes_part),
        cmocka_unit_test(scaffold_sends_twice_the_bytes),
        cmocka_unit_test(diloco_with_outer_steps_of_1_is_local_sgd),
        cmocka_unit_test(diloco_by_itself_has_nesterov_momentum_outside),
        cmocka_unit_test(diloco_with_momentum_outside_is_slowmo_and_so_is_block_momentum_of_adacomm),
        cmocka_unit_test(the_inner_optimiser_of_diloco_keeps_its_memory),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
