/* gradient_test.c - a gradient by itself: the bits of a local step, at any point, of the next, the same or the whole batch;
 * what it costs; and means of anything. */
#include "role/gradient.h"
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 3, ROWS = 90, COLUMNS = 4, ROUNDS = 12 };

static dt_data classes(void) {
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, 3);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, 3, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

/* Shards of 45, 30 and 15 rows: with batches of 8 the last of a pass are of 5, 6 and 7. */
static const dt_config *shares(void) {
    dt_config *table = dt_config_new(arena);
    dt_config_set_text(table, NULL, "contiguous", arena);
    dt_config *sizes = dt_config_set_table(table, "sizes", arena);
    for (int i = 3; i >= 1; i--) dt_config_set_number(sizes, NULL, i, arena);
    return table;
}

static stage_choice playing(const dt_strategy_type *type, const dt_data *data) {
    return (stage_choice){ .type = type, .model = pick(arena, "softmax", NULL), .optimiser = pick(arena, "sgd", NULL),
                           .data = data, .workers = WORKERS, .batch = 8, .split = shares(), .stop.rounds = ROUNDS,
                           .every.rounds = 1, .star = { WORKERS + 1, 1e6, 1e6, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* ---- the bits of a local step -------------------------------------------------------------- */

static dt_status by_local_steps(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        DT_TRY(dt_worker_local(w, 1));
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static dt_status by_gradients(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        dt_vec *g = dt_worker_vector(w, 0);
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));
        dt_worker_descend(w, g);
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static const dt_strategy_type local = { .is.name = "local", .judged = DT_JUDGED_MEAN, .own_rounds = true, .work = by_local_steps };
static const dt_strategy_type by_itself = { .is.name = "apart", .judged = DT_JUDGED_MEAN, .own_rounds = true, .work = by_gradients };

static void same_runs(stage_choice c, const char *what) {
    c.type = &local;
    const stage_log *a = stage_run(c);
    c.type = &by_itself;
    c.threads = 3;
    const stage_log *b = stage_run(c);
    if (a->status != DT_OK || b->status != DT_OK) fail_msg("%s: %s%s", what, a->reason, b->reason);
    assert_int_equal(a->marks, ROUNDS + 1);
    assert_int_equal(b->marks, ROUNDS + 1);
    if (!c.blank) assert_memory_equal(a->mark, b->mark, (ROUNDS + 1) * sizeof(dt_mark));
    assert_memory_equal(a->x, b->x, (ROUNDS + 1) * sizeof a->x[0]);
    for (int i = 0; i <= ROUNDS; i++) assert_near(a->mark[i].time_s, b->mark[i].time_s, 0);
    assert_near(a->end_s, b->end_s, 0);
}

static void a_gradient_and_a_descent_are_a_local_step_to_the_bit(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_optimiser_room.count; e++)
        for (size_t batch = 0; batch <= 8; batch += 8) {
            stage_choice c = playing(NULL, &data);
            c.optimiser = pick(arena, dt_optimiser_room.entries[e]->name, "lr", 0.05, "clip_norm", 0.5, NULL);
            c.batch = batch;
            c.seconds = batch == 0 ? NULL : pick(arena, "exponential", "mean", 0.1, NULL);
            same_runs(c, dt_optimiser_room.entries[e]->name);
        }
}

/* A local step hands its gradient out in pieces where these steps leave the same bits. */
static void so_it_is_in_pieces(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const char *projects[] = { "none", "l1", "l2ball" };
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        stage_choice c = playing(NULL, &data);
        c.optimiser = pick(arena, dt_optimiser_room.entries[e]->name, "lr", 0.05, NULL);
        same_runs(c, dt_optimiser_room.entries[e]->name);
    }
    for (size_t p = 0; p < sizeof projects / sizeof *projects; p++)
        for (size_t momentum = 0; momentum < 2; momentum++) {
            stage_choice c = playing(NULL, &data);
            c.optimiser = pick(arena, "sgd", "lr", 0.05, "weight_decay", 0.01, "clip_value", 0.1, "momentum", 0.9 * (double)momentum, NULL);
            c.project = pick(arena, projects[p], NULL);
            same_runs(c, projects[p]);
        }
}

static void where_nothing_is_learnt_it_costs_the_same(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = playing(&by_itself, &data);
    c.seconds = pick(arena, "exponential", "mean", 0.1, NULL);
    const stage_log *learnt = stage_run(c);
    c.blank = true;
    const stage_log *blank = stage_run(c);
    assert_int_equal(blank->status, DT_OK);
    assert_near(blank->end_s, learnt->end_s, 0);
    assert_near(blank->mark[ROUNDS].epoch, learnt->mark[ROUNDS].epoch, 0);
    same_runs(c, "blank");
}

/* ---- at any point, of any samples ---------------------------------------------------------- */

/* What a worker saw, for whoever started the run. */
static struct seen { double at_x, elsewhere, same, other, whole, samples[4], steps[4], seconds[4], went[4]; } *seen;

static double norm_of(const dt_vec *v) {
    double sum = 0;
    for (size_t i = 0; i < v->n; i++) sum += (double)v->x[i] * v->x[i];
    return sqrt(sum);
}

static dt_status note(dt_worker *w, int k, double since) {
    seen->samples[k] = w->batch_samples;
    seen->steps[k] = (double)w->step;
    seen->seconds[k] = dt_worker_now(w) - since;
    seen->went[k] = w->undone;
    return DT_OK;
}

static dt_status looks_around(void *state, dt_worker *w) {
    dt_vec *g = dt_worker_vector(w, 0), *there = dt_worker_vector(w, 1);
    const dt_which which[] = { DT_NEXT, DT_SAME, DT_WHOLE };
    (void)state;
    if (w->rank > 0) return DT_OK;
    for (int k = 0; k < 3; k++) {
        double since = dt_worker_now(w);
        DT_TRY(dt_worker_gradient(w, NULL, which[k], g));
        if (k == 0) seen->at_x = norm_of(g);
        if (k == 1) seen->same = norm_of(g);
        if (k == 2) seen->whole = norm_of(g);
        DT_TRY(note(w, k, since));
    }
    dt_vec_blend(there, 1, w->x, -0.5, g);
    double before = w->loss;
    DT_TRY(dt_worker_gradient(w, there, DT_WHOLE, g));
    assert_true(w->loss < before);
    seen->elsewhere = norm_of(g);
    double since = dt_worker_now(w);
    DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));
    seen->other = norm_of(g);
    return note(w, 3, since);
}

static void it_is_of_the_next_the_same_or_the_whole_batch_at_any_point(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const dt_strategy_type type = { .is.name = "looks", .judged = DT_JUDGED_MEAN, .own_rounds = true, .work = looks_around };
    stage_choice c = playing(&type, &data);
    const double flops = 6 * COLUMNS * 3;       /* about: of a sample */
    c.every.rounds = 1e9;
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(stage_run(c)->status, DT_OK);
    assert_near(seen->same, seen->at_x, 0);
    assert_true(fabs(seen->whole - seen->at_x) > 1e-3 && fabs(seen->other - seen->at_x) > 1e-3);
    assert_true(seen->elsewhere < seen->whole);
    const double samples[] = { 8, 8, 45, 8 }, steps[] = { 1, 1, 1, 2 }, went[] = { 8, 8, 53, 53 + 45 + 8 };
    for (int k = 0; k < 4; k++) {
        assert_near(seen->samples[k], samples[k], 0);
        assert_near(seen->steps[k], steps[k], 0);
        assert_near(seen->went[k], went[k], 0);
        assert_near(seen->seconds[k] / seen->seconds[0], samples[k] / 8, 1e-6);
    }
    assert_true(seen->seconds[0] > 0.5 * 8 * flops / 1e6 && seen->seconds[0] < 2 * 8 * flops / 1e6);
}

/* Times that are drawn for a step: six batches to a pass of 45 samples. */
static void the_whole_shard_takes_as_long_as_the_steps_of_a_pass(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const dt_strategy_type type = { .is.name = "looks", .judged = DT_JUDGED_MEAN, .own_rounds = true, .work = looks_around };
    stage_choice c = playing(&type, &data);
    c.seconds = pick(arena, "constant", "value", 0.25, NULL);
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_int_equal(stage_run(c)->status, DT_OK);
    const double batches[] = { 1, 1, 6, 1 };
    for (int k = 0; k < 4; k++) assert_near(seen->seconds[k], 0.25 * batches[k], 1e-9);
}

/* ---- arithmetic of the loop's own ---------------------------------------------------------- */

static void counts(void *arg, int thread) {
    (void)thread;
    *(double *)arg += 1;
}

static dt_status charges(void *state, dt_worker *w) {
    double done = 0;
    (void)state;
    DT_TRY(dt_worker_charge(w, 3e6, counts, &done));
    DT_TRY(dt_worker_charge(w, 1e6, NULL, NULL));
    if (w->rank == 0) seen->at_x = done;
    return DT_OK;
}

static void a_loop_is_charged_for_arithmetic_of_its_own(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const dt_strategy_type type = { .is.name = "charges", .judged = DT_JUDGED_MEAN, .own_rounds = true, .work = charges };
    stage_choice c = playing(&type, &data);
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const stage_log *log = stage_run(c);
    assert_near(log->end_s, 4, 1e-9);
    assert_near(seen->at_x, 1, 0);
    c.blank = true;
    assert_near(stage_run(c)->end_s, 4, 1e-9);
}

/* ---- means of anything --------------------------------------------------------------------- */

/* Worker r brings r + 1 with weight r + 1. */
static dt_status brings_its_number(void *state, dt_worker *w) {
    dt_vec *mine = dt_worker_vector(w, 0), *mean;
    (void)state;
    while (dt_worker_goes_on(w)) {
        dt_outcome outcome;
        for (size_t i = 0; i < mine->n; i++) mine->x[i] = (float)(w->rank + 1);
        DT_TRY(dt_worker_mean(w, mine, NULL, (double)(w->rank + 1), &mean, &outcome));
        assert_int_equal(outcome.count, WORKERS);
        for (size_t i = 0; i < mean->n; i++) assert_near(mean->x[i], 14.0 / 6, 1e-6);
        dt_worker_adopt(w, mean);
        dt_vec_drop(mean);
        DT_TRY(dt_worker_mark(w, outcome.consensus_distance));
    }
    return DT_OK;
}

static void a_mean_is_of_what_all_bring_by_the_weights_they_say(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const dt_strategy_type type = { .is.name = "numbers", .averages = true, .work = brings_its_number };
    for (size_t k = 0; k < dt_collective_room.count; k++) {
        stage_choice c = playing(&type, &data);
        c.collective = pick(arena, dt_collective_room.entries[k]->name, NULL);
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("%s: %s", dt_collective_room.entries[k]->name, log->reason);
        assert_int_equal(log->mark[ROUNDS].round, ROUNDS);
        assert_near(log->x[ROUNDS][0], 14.0 / 6, 1e-6);
    }
}

/* Each round worker r brings 1 at the entries that are r modulo 3: topk sends the largest few of what has not been sent. */
static dt_status brings_a_little(void *state, dt_worker *w) {
    dt_vec *mine = dt_worker_vector(w, 0), *sum = dt_worker_vector(w, 1), *mean;
    (void)state;
    for (size_t i = 0; i < mine->n; i++) mine->x[i] = i % 3 == (size_t)w->rank ? (float)(i + 1) : 0;
    while (dt_worker_goes_on(w)) {
        dt_outcome outcome;
        DT_TRY(dt_worker_mean(w, mine, NULL, 1, &mean, &outcome));
        dt_vec_blend(sum, 1, sum, 1, mean);
        dt_vec_drop(mean);
        dt_worker_adopt(w, sum);
        DT_TRY(dt_worker_mark(w, NAN));
        sum = dt_vec_take(w->learning->vectors);
        dt_vec_blend(sum, 1, w->x, 0, NULL);
    }
    return DT_OK;
}

static void lossy_compressors_feed_their_error_back(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const dt_strategy_type type = { .is.name = "little", .averages = true, .work = brings_a_little };
    stage_choice c = playing(&type, &data);
    c.compress = pick(arena, "topk", "ratio", 0.2, NULL);      /* 3 of 15 entries, and each worker has 5 */
    c.stop.rounds = 300;
    c.every.rounds = 300;
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    for (int i = 0; i < 15; i++) assert_near(log->x[1][i] / (100.0 * (i + 1)), 1, 0.03);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gradient_and_a_descent_are_a_local_step_to_the_bit),
        cmocka_unit_test(so_it_is_in_pieces),
        cmocka_unit_test(where_nothing_is_learnt_it_costs_the_same),
        cmocka_unit_test(it_is_of_the_next_the_same_or_the_whole_batch_at_any_point),
        cmocka_unit_test(the_whole_shard_takes_as_long_as_the_steps_of_a_pass),
        cmocka_unit_test(a_loop_is_charged_for_arithmetic_of_its_own),
        cmocka_unit_test(a_mean_is_of_what_all_bring_by_the_weights_they_say),
        cmocka_unit_test(lossy_compressors_feed_their_error_back),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
