/* law_test.c - identities and closed forms of the strategies: DGD is GD, tau = 1 is synchronous, known trajectories
 * and fixed points, known times and bytes. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

/* rows of features and a target each; classes 0: real targets. */
static dt_data given(size_t rows, size_t features, size_t classes, const float *x, const float *y) {
    return (dt_data){ .shape = { features, classes, 0, 0, 0 }, .train = { rows, x, y, NULL, NULL } };
}

/* Two Gaussian classes in 20 dimensions. */
static dt_data gaussian(void) {
    enum { ROWS = 1000, COLUMNS = 20 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 5, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, 2);
        for (size_t j = 0; j < COLUMNS; j++) x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1 + 0.2 * y[i]);
    }
    return given(ROWS, COLUMNS, 2, x, y);
}

/* Shares of the rows, in the order of the file, for four workers: first, first + step, ... */
static const dt_config *shares(int first, int step) {
    dt_config *table = dt_config_new(arena);
    dt_config_set_text(table, NULL, "contiguous", arena);
    dt_config *sizes = dt_config_set_table(table, "sizes", arena);
    for (int i = 0; i < 4; i++) dt_config_set_number(sizes, NULL, first + i * step, arena);
    return table;
}

static stage_choice logistic(const dt_data *data, const char *strategy) {
    return (stage_choice){ .strategy = pick(arena, strategy, NULL), .model = pick(arena, "logistic", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, NULL), .data = data, .split = shares(4, -1),
                           .workers = 4, .stop.rounds = 50, .every.rounds = 1 };
}

static double farthest(const float *a, const float *b, int n) {
    double most = 0;
    for (int i = 0; i < n; i++) most = fmax(most, fabs((double)a[i] - b[i]) / (1e-3 + fabs((double)b[i])));
    return most;
}

static const stage_log *gradient_descent(const dt_data *data) {
    stage_choice alone = logistic(data, "sgd");
    alone.workers = 1;
    alone.split = pick(arena, "contiguous", NULL);
    return stage_run(alone);
}

static void distributed_gradient_descent_is_gradient_descent_at_every_step(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    const stage_log *gd = gradient_descent(&data);
    assert_int_equal(gd->marks, 51);
    for (size_t e = 0; e < dt_collective_room.count; e++) {
        stage_choice c = logistic(&data, "sgd");
        c.collective = pick(arena, dt_collective_room.entries[e]->name, NULL);
        const stage_log *dgd = stage_run(c);
        assert_int_equal(dgd->marks, 51);
        for (int t = 0; t < 51; t++) assert_near(farthest(dgd->x[t], gd->x[t], 21), 0, 1e-5);
    }
}

static void without_size_weights_it_is_not(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    stage_choice c = logistic(&data, "sgd");
    c.aggregate = pick(arena, "mean", NULL);
    assert_true(farthest(stage_run(c)->x[10], gradient_descent(&data)->x[10], 21) > 1e-3);
}

/* The mean of models after a step is the model after a step along the mean gradient, but for the rounding of floats, where a
 * worker's samples are to its batch as everybody's are: even shards, or whole ones. */
static void one_local_step_of_plain_descent_is_synchronous_sgd(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (int whole = 0; whole < 2; whole++) {
            stage_choice sync = logistic(&data, "sgd");
            sync.collective = pick(arena, dt_collective_room.entries[e]->name, NULL);
            if (!whole) sync.split = pick(arena, "contiguous", NULL);
            sync.batch = whole ? 0 : 8;
            stage_choice local = sync;
            local.strategy = pick(arena, "localsgd", "period", 1.0, NULL);
            local.threads = 3;
            const stage_log *a = stage_run(sync), *b = stage_run(local);
            assert_int_equal(a->marks, 51);
            assert_int_equal(b->marks, 51);
            assert_near(a->end_s, b->end_s, 0);
            for (int t = 0; t < a->marks; t++) assert_near(farthest(a->x[t], b->x[t], 21), 0, 1e-5);
        }
}

/* Four workers whose shards are of 400, 300, 200 and 100 rows, against one that has all of them. */
static void any_optimiser_on_the_mean_gradient_is_that_optimiser_in_one_process(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    for (size_t e = 0; e < dt_optimiser_room.count; e++)
        for (int clips = 0; clips < 2; clips++) {
            stage_choice c = logistic(&data, "sgd");
            const char *name = dt_optimiser_room.entries[e]->name;
            c.optimiser = strcmp(name, "sgd") != 0 ? pick(arena, name, "lr", 0.01, "clip_norm", clips * 0.1, NULL)
                                                   : pick(arena, name, "momentum", 0.9, "clip_norm", clips * 0.1, NULL);
            c.threads = 1 + 2 * clips;
            stage_choice alone = c;
            alone.workers = 1;
            alone.split = pick(arena, "contiguous", NULL);
            const stage_log *a = stage_run(c), *b = stage_run(alone);
            if (a->status != DT_OK) fail_msg("%s: %s", name, a->reason);
            assert_int_equal(a->marks, 51);
            for (int t = 0; t < 51; t++) {
                double off = farthest(a->x[t], b->x[t], 21);
                if (off > 1e-5) fail_msg("%s, clipped %d: %g off at mark %d", name, clips, off, t);
                assert_near(a->mark[t].loss / b->mark[t].loss, 1, 1e-5);
                if (t > 0) assert_near(a->mark[t].consensus_distance, 0, 0);
            }
        }
}

/* All rows of a shard are alike, so whatever is drawn, the first batches of 250, 250, 200 and 100 are together those of one
 * process that holds so many of each. */
static void a_gradient_counts_by_the_samples_of_its_batch(void **fixture) {
    (void)fixture;
    enum { ROWS = 1000, TOGETHER = 800, COLUMNS = 20 };
    const size_t shard[] = { 400, 300, 200, 100 }, batch[] = { 250, 250, 200, 100 };
    dt_data rows = gaussian();
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    float *px = dt_arena_take(arena, TOGETHER * COLUMNS, sizeof *x), *py = dt_arena_take(arena, TOGETHER, sizeof *y);
    size_t at = 0, pat = 0;
    for (size_t w = 0; w < 4; w++) {
        for (size_t i = 0; i < shard[w]; i++, at++) {
            memcpy(&x[at * COLUMNS], &rows.train.x[w * COLUMNS], COLUMNS * sizeof *x);
            y[at] = rows.train.y[w];
        }
        for (size_t i = 0; i < batch[w]; i++, pat++) {
            memcpy(&px[pat * COLUMNS], &rows.train.x[w * COLUMNS], COLUMNS * sizeof *x);
            py[pat] = rows.train.y[w];
        }
    }
    dt_data data = given(ROWS, COLUMNS, 2, x, y), together = given(TOGETHER, COLUMNS, 2, px, py);
    stage_choice c = logistic(&data, "sgd");
    c.batch = 250;
    c.stop.rounds = 1;
    stage_choice alone = logistic(&together, "sgd");
    alone.workers = 1;
    alone.split = NULL;
    alone.stop.rounds = 1;
    assert_near(farthest(stage_run(c)->x[1], stage_run(alone)->x[1], 21), 0, 1e-5);
}

/* Whatever the loop: the last step of a pass is as short as that of a batch of 64. */
static void batches_that_are_accumulated_are_one_large_batch(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        stage_choice large = logistic(&data, dt_strategy_room.entries[e]->name);
        large.optimiser = pick(arena, "sgd", "lr", 0.1, "momentum", 0.5, NULL);
        large.batch = 64;
        large.stop.rounds = 12;
        large.star = (apart_star){ 5, 1e6, 1e6, 1e-3, "SPLITDUPLEX", "CM02" };
        stage_choice small = large;
        small.batch = 16;
        small.accumulate = 4;
        const stage_log *a = stage_run(large), *b = stage_run(small);
        assert_int_equal(a->marks, b->marks);
        assert_near(b->end_s / a->end_s, 1, 1e-12);
        assert_near(b->bytes, a->bytes, 0);
        for (int t = 0; t < a->marks; t++) {
            assert_int_equal(a->mark[t].step, b->mark[t].step);
            assert_near(a->mark[t].epoch, b->mark[t].epoch, 0);
            assert_near(b->mark[t].loss / a->mark[t].loss, 1, 1e-5);
            assert_near(farthest(b->x[t], a->x[t], 21), 0, 2e-5);
        }
    }
}

/* Drawn times are those of the batches, the next after the next: ten steps of four are forty of one. */
static void a_step_takes_the_time_of_all_its_batches(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    stage_choice c = logistic(&data, "sgd");
    c.workers = 1;
    c.split = NULL;
    c.batch = 30;       /* 34 batches a pass, the last of 10: nine steps, the last of two batches */
    c.seconds = pick(arena, "exponential", "mean", 1.0, NULL);
    c.stop = (dt_stop){ .steps = 9 * 34 };
    c.every = (dt_every){ .steps = 34 };
    const stage_log *one = stage_run(c);
    c.accumulate = 4;
    c.stop.steps = 9 * 9;
    c.every.steps = 9;
    const stage_log *four = stage_run(c);
    assert_int_equal(one->marks, 10);
    assert_int_equal(four->marks, 10);
    for (int t = 0; t < 10; t++) {
        assert_near(four->mark[t].epoch, t, 1e-9);
        assert_near(four->mark[t].time_s, one->mark[t].time_s, 1e-9 * (1 + one->mark[t].time_s));
    }
}

static stage_choice adacomm_in_one_interval(const dt_data *data, double block) {
    stage_choice c = logistic(data, "adacomm");
    c.batch = 8;
    c.strategy = pick(arena, "adacomm", "period", 5.0, "interval", 1e9, "block_momentum", block, NULL);
    return c;
}

static void adacomm_within_one_interval_is_local_sgd(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    stage_choice local = logistic(&data, "localsgd");
    local.batch = 8;
    local.strategy = pick(arena, "localsgd", "period", 5.0, NULL);
    const stage_log *a = stage_run(local), *b = stage_run(adacomm_in_one_interval(&data, 0));
    assert_int_equal(a->marks, b->marks);
    for (int t = 0; t < a->marks; t++) assert_memory_equal(a->x[t], b->x[t], 21 * sizeof(float));
}

/* x_start - rate (x_start - mean) / rate is the mean: what is left is the rounding of floats. */
static void block_momentum_that_vanishes_is_a_plain_mean(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    const stage_log *plain = stage_run(adacomm_in_one_interval(&data, 0));
    const stage_log *none = stage_run(adacomm_in_one_interval(&data, 1e-12));
    const stage_log *some = stage_run(adacomm_in_one_interval(&data, 0.3));
    assert_int_equal(plain->marks, none->marks);
    for (int t = 0; t < plain->marks; t++) assert_near(farthest(none->x[t], plain->x[t], 21), 0, 1e-5);
    assert_true(farthest(some->x[50], plain->x[50], 21) > 0.1);
}

static void momentum_that_is_forgotten_at_every_step_is_none(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    stage_choice plain = logistic(&data, "sgd"), reset = logistic(&data, "localsgd"), kept = reset;
    reset.optimiser = kept.optimiser = pick(arena, "sgd", "lr", 0.1, "momentum", 0.9, NULL);
    kept.strategy = pick(arena, "localsgd", "period", 1.0, NULL);
    reset.strategy = with_bool(kept.strategy, "reset_momentum", true, arena);
    const stage_log *a = stage_run(plain), *b = stage_run(reset), *c = stage_run(kept);
    assert_near(farthest(a->x[50], b->x[50], 21), 0, 1e-5);
    assert_true(farthest(c->x[50], a->x[50], 21) > 0.1);
}

/* The rows of four workers, 400, 300, 200 and 100, dealt out the other way round: worker 0 becomes worker 3. */
static dt_data renumbered(const dt_data *data) {
    enum { ROWS = 1000, COLUMNS = 20 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    const size_t sizes[] = { 400, 300, 200, 100 };
    size_t from = 0, to = ROWS;
    for (int w = 0; w < 4; w++) {
        to -= sizes[w];
        memcpy(&x[to * COLUMNS], &data->train.x[from * COLUMNS], sizes[w] * COLUMNS * sizeof *x);
        memcpy(&y[to], &data->train.y[from], sizes[w] * sizeof *y);
        from += sizes[w];
    }
    return given(ROWS, COLUMNS, 2, x, y);
}

static void renumbering_the_workers_changes_nothing(void **fixture) {
    (void)fixture;
    const char *names[] = { "sgd", "localsgd", "adacomm", "gossip" };
    dt_data data = gaussian(), moved = renumbered(&data);
    for (int i = 0; i < 4; i++) {
        stage_choice c = logistic(&data, names[i]), d = logistic(&moved, names[i]);
        d.split = shares(1, 1);
        c.collective = d.collective = pick(arena, "star", NULL);
        c.topology = d.topology = pick(arena, "complete", NULL);
        c.star = d.star = (apart_star){ 5, 1e6, 1e6, 1e-3, "SPLITDUPLEX", "LV08" };
        const stage_log *a = stage_run(c), *b = stage_run(d);
        assert_int_equal(a->marks, b->marks);
        assert_true(a->end_s > 0);
        assert_near(b->end_s / a->end_s, 1, 1e-12);
        assert_near(b->bytes, a->bytes, 0);
        for (int t = 0; t < a->marks; t++) assert_near(farthest(b->x[t], a->x[t], 21), 0, 1e-5);
    }
}

/* ---- known trajectories: the logistic pair of nodes A and B ---------------------------------- */

static const float pair_x[] = { 1, 2, 2, 0, 0, 1, -1, 1 }, pair_y[] = { 1, 0, 1, 0 };

static stage_choice pair(const dt_data *data, double period) {
    dt_config *split = dt_config_new(arena);
    dt_config_set_text(split, NULL, "contiguous", arena);
    dt_config *sizes = dt_config_set_table(split, "sizes", arena);
    dt_config_set_number(sizes, NULL, 3, arena);
    dt_config_set_number(sizes, NULL, 1, arena);
    return (stage_choice){ .strategy = pick(arena, "localsgd", "period", period, NULL),
                           .model = with_bool(pick(arena, "logistic", NULL), "bias", false, arena),
                           .optimiser = pick(arena, "sgd", "lr", 0.5, NULL), .data = data, .split = split,
                           .workers = 2, .stop.steps = 4, .every.rounds = 1 };
}

static void the_logistic_pair_walks_its_known_path(void **fixture) {
    (void)fixture;
    const double every[][2] = { { 0, 0 }, { 0, 0.125 }, { -0.003870890939005, 0.226653531435111 },
                                { -0.010028023589308, 0.309802328198273 }, { -0.017344726810596, 0.378326283387931 } };
    const double second[][2] = { { 0, 0 }, { -0.017750462843343, 0.231864019294884 },
                                 { -0.039214947568114, 0.390686994932955 } };
    dt_data data = given(4, 2, 2, pair_x, pair_y);
    const stage_log *one = stage_run(pair(&data, 1)), *two = stage_run(pair(&data, 2));
    assert_int_equal(one->marks, 5);
    assert_int_equal(two->marks, 3);
    for (int t = 0; t < 5; t++)
        for (int i = 0; i < 2; i++) assert_near(one->x[t][i], every[t][i], 1e-6);
    for (int t = 0; t < 3; t++)
        for (int i = 0; i < 2; i++) assert_near(two->x[t][i], second[t][i], 1e-6);
}

/* ---- known fixed points: F1 = x^2 / 2 and F2 = 2 (x - 1)^2 ------------------------------------ */

static const float bowl_x[] = { 1, 2 }, bowl_y[] = { 0, 2 };

static stage_choice bowls(const dt_data *data, const dt_config *strategy) {
    return (stage_choice){ .strategy = strategy, .model = with_bool(pick(arena, "linear", NULL), "bias", false, arena),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, NULL), .data = data,
                           .split = pick(arena, "contiguous", NULL), .workers = 2, .stop.rounds = 400,
                           .every.rounds = 400 };
}

static double bowl_end(const dt_data *data, const dt_config *strategy) {
    const stage_log *log = stage_run(bowls(data, strategy));
    return log->x[log->marks - 1][0];
}

static void local_steps_on_unequal_bowls_end_at_their_known_point(void **fixture) {
    (void)fixture;
    const double tau[] = { 1, 2, 5, 10, 20 }, point[] = { 0.8, 0.771084337, 0.692502347, 0.604126008, 0.532352254 };
    dt_data data = given(2, 1, 0, bowl_x, bowl_y);
    for (int i = 0; i < 5; i++) {
        assert_near(bowl_end(&data, pick(arena, "localsgd", "period", tau[i], NULL)), point[i], 1e-6);
        assert_near(bowl_end(&data, pick(arena, "fedavg", "fraction", 1.0, "local_epochs", tau[i], NULL)), point[i], 1e-6);
    }
}

/* With many local epochs the proximal point is exact: (sum a_k x_k) / (sum a_k), a_k = h_k / (h_k + mu). */
static void the_proximal_term_moves_the_fixed_point_as_known(void **fixture) {
    (void)fixture;
    dt_data data = given(2, 1, 0, bowl_x, bowl_y);
    const dt_config *proximal = pick(arena, "fedavg", "fraction", 1.0, "local_epochs", 400.0, "proximal_mu", 1.0, NULL);
    assert_near(bowl_end(&data, proximal), 0.6153846, 1e-6);
}

static void fedavg_of_all_with_one_whole_batch_is_gradient_descent(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    stage_choice c = logistic(&data, "fedavg");
    c.strategy = pick(arena, "fedavg", "fraction", 1.0, NULL);
    const stage_log *gd = gradient_descent(&data), *fed = stage_run(c);
    assert_int_equal(fed->marks, 51);
    for (int t = 0; t < 51; t++) assert_near(farthest(fed->x[t], gd->x[t], 21), 0, 1e-5);
}

/* ---- time ---------------------------------------------------------------------------------- */

/* Seconds a step, of steps that take Y (mean 1) each, with a mean that costs D: a star whose round trip lasts D. */
static double step_time(const dt_config *seconds, double d, double period, size_t workers, double steps) {
    dt_data data = gaussian();
    stage_choice c = logistic(&data, "localsgd");
    c.strategy = pick(arena, "localsgd", "period", period, NULL);
    c.collective = pick(arena, "star", NULL);
    c.split = NULL;
    c.workers = workers;
    c.batch = 1;
    c.seconds = seconds;
    c.stop = (dt_stop){ .steps = steps };
    c.every = (dt_every){ .rounds = 1e9 };
    c.star = (apart_star){ (int)workers + 1, 1e9, 1e15, d / 4, "SPLITDUPLEX", "CM02" };
    return stage_run(c)->end_s / steps;
}

static void constant_delays_speed_up_as_the_closed_form_says(void **fixture) {
    (void)fixture;
    const dt_config *second = pick(arena, "constant", "value", 1.0, NULL);
    const double alpha[] = { 0.9, 4, 0.25 }, tau[] = { 10, 20, 20 }, ratio[] = { 1.743119, 4.166667, 1.234568 };
    for (int i = 0; i < 3; i++) {
        double sync = step_time(second, alpha[i], 1, 4, 100), local = step_time(second, alpha[i], tau[i], 4, 100);
        assert_near(sync / local, (1 + alpha[i]) / (1 + alpha[i] / tau[i]), 1e-3);
        assert_near(sync / local, ratio[i], 1e-3);
    }
}

static void exponential_delays_match_the_table_of_maxima(void **fixture) {
    (void)fixture;
    const dt_config *second = pick(arena, "exponential", "mean", 1.0, NULL);
    const size_t workers[] = { 4, 8, 16 };
    const double sync[] = { 3.083333, 3.717857, 4.380729 }, local[] = { 1.439827, 1.591775, 1.733735 };
    for (int i = 0; i < 3; i++) {
        assert_near(step_time(second, 1, 1, workers[i], 8000) / sync[i], 1, 0.03);
        assert_near(step_time(second, 1, 10, workers[i], 20000) / local[i], 1, 0.03);
    }
}

static void bytes_on_a_star_are_two_models_a_worker_and_mean(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    const double tau[] = { 1, 5, 10 };
    for (int i = 0; i < 3; i++) {
        stage_choice c = logistic(&data, "localsgd");
        c.strategy = pick(arena, "localsgd", "period", tau[i], NULL);
        c.collective = pick(arena, "star", NULL);
        c.stop = (dt_stop){ .steps = 50 };
        assert_near(stage_run(c)->bytes, 2 * 4 * (4 * 21) * (50 / tau[i]), 0);
    }
}

/* ---- isolated ------------------------------------------------------------------------------ */

/* Rows first .. first + count - 1. */
static dt_data part_of(const dt_data *data, size_t first, size_t count) {
    size_t features = data->shape.features;
    dt_data part = *data;
    part.train = (dt_dataset){ count, data->train.x + first * features, data->train.y + first, NULL, NULL };
    return part;
}

static double loss_of(const dt_data *data, const float *x) {
    dt_model model;
    assert_ok(dt_model_open(&model, pick(arena, "logistic", NULL), &data->shape, arena));
    dt_pool *pool = dt_pool_new(1, arena);
    float *scratch = dt_arena_take(arena, dt_model_scratch(&model, DT_SCORE_BATCH), sizeof *scratch);
    return dt_model_evaluate(&model, x, &data->train, data->train.rows, pool, scratch, arena).loss;
}

/* Each of four workers alone is gradient descent on its own shard; a mark is the mean of the scores of the four models. */
static void isolated_marks_are_the_mean_of_the_scores_of_workers_who_train_alone(void **fixture) {
    (void)fixture;
    static const size_t share[] = { 4, 3, 2, 1 };
    dt_data data = gaussian();
    data.test = data.train;
    const stage_log *log = stage_run(logistic(&data, "isolated")), *alone[4];
    for (size_t w = 0, first = 0; w < 4; first += 100 * share[w++]) {
        dt_data own = part_of(&data, first, 100 * share[w]);
        alone[w] = gradient_descent(&own);
    }
    assert_int_equal(log->marks, 51);
    assert_near(log->bytes, 0, 0);
    for (int i = 0; i < log->marks; i += 10) {
        double loss = 0, accuracy = 0;
        for (int w = 0; w < 4; w++) {
            loss += loss_of(&data, alone[w]->x[i]) / 4;
            accuracy += alone[w]->mark[i].accuracy / 4;
        }
        assert_near(log->mark[i].loss / loss, 1, 1e-6);
        assert_near(log->mark[i].accuracy, accuracy, 1e-9);
        if (i > 0) assert_int_equal(log->mark[i].updates, 4);
        if (i > 0) assert_true(log->mark[i].consensus_distance > 0);
    }
}

/* Workers that take 1, 2 and 4 s a step: at 10 s they have done 10, 5 and 2 of them, and everybody ends with the step that it
 * is in. */
static void isolated_workers_are_judged_by_what_each_has_at_that_time(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    stage_choice c = logistic(&data, "isolated");
    dt_config *each = dt_config_new(arena);
    dt_config_set_text(each, NULL, "each", arena);
    dt_config *values = dt_config_set_table(each, "values", arena);
    for (int s = 1; s <= 4; s *= 2) dt_config_set_number(values, NULL, s, arena);
    c.seconds = each;
    c.workers = 3;
    c.split = pick(arena, "contiguous", NULL);
    c.stop = (dt_stop){ .seconds = 10 };
    c.every = (dt_every){ .seconds = 5 };
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    assert_int_equal(log->marks, 3);
    assert_near(log->mark[1].time_s, 5, 1e-6);
    assert_int_equal(log->mark[1].step, lround((5 + 2 + 1) / 3.0));
    assert_near(log->mark[2].time_s, 10, 1e-6);
    assert_int_equal(log->mark[2].step, lround((10 + 5 + 2) / 3.0));
    assert_near(log->end_s, 12, 1e-6);
}

/* The slowest decides when all have done as many. */
static void isolated_workers_all_do_the_steps_that_are_asked_for(void **fixture) {
    (void)fixture;
    dt_data data = gaussian();
    stage_choice c = logistic(&data, "isolated");
    c.stop = (dt_stop){ .steps = 20 };
    c.every = (dt_every){ .steps = 5 };
    const stage_log *log = stage_run(c);
    assert_int_equal(log->marks, 5);
    for (int i = 0; i < 5; i++) assert_int_equal(log->mark[i].step, 5 * i);
    assert_near(log->mark[4].epoch, 20, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributed_gradient_descent_is_gradient_descent_at_every_step),
        cmocka_unit_test(without_size_weights_it_is_not),
        cmocka_unit_test(one_local_step_of_plain_descent_is_synchronous_sgd),
        cmocka_unit_test(any_optimiser_on_the_mean_gradient_is_that_optimiser_in_one_process),
        cmocka_unit_test(a_gradient_counts_by_the_samples_of_its_batch),
        cmocka_unit_test(batches_that_are_accumulated_are_one_large_batch),
        cmocka_unit_test(a_step_takes_the_time_of_all_its_batches),
        cmocka_unit_test(adacomm_within_one_interval_is_local_sgd),
        cmocka_unit_test(block_momentum_that_vanishes_is_a_plain_mean),
        cmocka_unit_test(momentum_that_is_forgotten_at_every_step_is_none),
        cmocka_unit_test(renumbering_the_workers_changes_nothing),
        cmocka_unit_test(the_logistic_pair_walks_its_known_path),
        cmocka_unit_test(local_steps_on_unequal_bowls_end_at_their_known_point),
        cmocka_unit_test(the_proximal_term_moves_the_fixed_point_as_known),
        cmocka_unit_test(fedavg_of_all_with_one_whole_batch_is_gradient_descent),
        cmocka_unit_test(constant_delays_speed_up_as_the_closed_form_says),
        cmocka_unit_test(exponential_delays_match_the_table_of_maxima),
        cmocka_unit_test(bytes_on_a_star_are_two_models_a_worker_and_mean),
        cmocka_unit_test(isolated_marks_are_the_mean_of_the_scores_of_workers_who_train_alone),
        cmocka_unit_test(isolated_workers_are_judged_by_what_each_has_at_that_time),
        cmocka_unit_test(isolated_workers_all_do_the_steps_that_are_asked_for),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
