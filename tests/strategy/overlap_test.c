/* overlap_test.c - layers in time: the published timelines of communication scheduling, to the nanosecond and to the printed digit,
 * and the losses of sgd whatever leaves when.
 * Vectors: Peng et al. 2019 (ByteScheduler), recomputed: one worker and one server, pushes and pulls on links of their own. */
#include "tests/strategy/stage.h"

/* ---- timelines ------------------------------------------------------------------------------- */

/* A model of layers that take f forward and b backward seconds of one sample on a host of 1 Gflop/s, and size seconds on a link of
 * 4 MB/s: a file, as a user would write it. */
static const dt_config *layers_of(const double *f, const double *b, const double *size, size_t layers, dt_arena *arena) {
    const char *path = dt_arena_text(arena, "/tmp/dtsim-layers-%d.csv", (int)getpid());
    FILE *file = fopen(path, "w");
    fprintf(file, "layer,params,fwd_flops,bwd_flops,act_bytes\n");
    for (size_t l = 0; l < layers; l++) fprintf(file, "l%zu,%.0f,%.17g,%.17g,0\n", l, size[l] * 1e6, f[l] * 1e9, b[l] * 1e9);
    fclose(file);
    dt_config *model = dt_config_new(arena);
    dt_config_set_text(model, NULL, "profile", arena);
    dt_config_set_text(model, "path", path, arena);
    return model;
}

/* The same of layers on the lines of a file of layers, their column after included. */
static const dt_config *graph_of(const char *lines, dt_arena *arena) {
    const char *path = dt_arena_text(arena, "/tmp/dtsim-graph-%d.csv", (int)getpid());
    FILE *file = fopen(path, "w");
    fprintf(file, "layer,params,fwd_flops,bwd_flops,act_bytes,after\n%s", lines);
    fclose(file);
    dt_config *model = dt_config_new(arena);
    dt_config_set_text(model, NULL, "profile", arena);
    dt_config_set_text(model, "path", path, arena);
    return model;
}

static dt_data counted(size_t rows) {
    dt_data d = { .shape = { .features = 1, .classes = 2 } };
    d.train.rows = rows;
    return d;
}

typedef struct timeline {
    const char *queue;
    double piece, credit, overhead;     /* bytes, bytes, s */
    bool barrier;
    const char *collective;
    size_t workers, servers;
} timeline;

static const dt_config *queue_of(const timeline *t, dt_arena *arena) {
    dt_config *queue = dt_config_new(arena);
    dt_config_set_text(queue, NULL, t->queue, arena);
    if (t->piece > 0) dt_config_set_number(queue, "piece", t->piece, arena);
    dt_config_set_number(queue, "credit", t->credit, arena);
    dt_config_set_number(queue, "overhead", t->overhead, arena);
    dt_config_set_bool(queue, "barrier", t->barrier, arena);
    return queue;
}

enum { STEPS = 7 };

/* Seconds between two late rounds; nothing is computed any more while the last one comes to its end. */
static double period(const timeline *t, const dt_config *model, size_t batch, double speed, double bandwidth, dt_arena *arena) {
    size_t workers = t->workers == 0 ? 1 : t->workers, servers = t->servers == 0 ? 1 : t->servers;
    dt_data data = counted(workers * batch);
    stage_choice c = { .strategy = pick(arena, "overlap", NULL), .model = model, .data = &data, .workers = workers, .batch = batch,
                       .servers = servers, .blank = true, .stop = { .rounds = STEPS }, .every = { .rounds = 1 }, .queue = queue_of(t, arena),
                       .collective = pick(arena, t->collective == NULL ? "star" : t->collective, NULL) };
    c.star = (apart_star){ (int)(workers + servers), speed, bandwidth, 0, "SPLITDUPLEX", "CM02" };
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s: %s", t->queue, log->reason);
    assert_int_equal(log->marks, STEPS + 1);
    return log->mark[STEPS - 1].time_s - log->mark[STEPS - 2].time_s;
}

/* Three layers of 2 s each way, on the wire for 3, 6 and 3 s; a tick is a second. */
static void the_published_timeline_comes_out_to_the_nanosecond(void **fixture) {
    (void)fixture;
    static const struct { double piece, fifo, priority; } row[] = { { 0, 26, 26 }, { 3, 23, 21 }, { 1.5, 21.5, 19.5 }, { 1, 21, 18 },
                                                                   { 0.5, 20.5, 17.5 } };
    const double each[] = { 2, 2, 2 }, size[] = { 3, 6, 3 };
    dt_arena *arena = dt_arena_new(0);
    const dt_config *model = layers_of(each, each, size, 3, arena);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const timeline fifo = { .queue = "fifo", .piece = 4e6 * row[i].piece }, priority = { .queue = "priority", .piece = fifo.piece };
        assert_near(period(&fifo, model, 1, 1e9, 4e6, arena), row[i].fifo, 1e-9);
        assert_near(period(&priority, model, 1, 1e9, 4e6, arena), row[i].priority, 1e-9);
    }
    dt_arena_free(arena);
}

/* Two layers of 1 s each way, on the wire for 2 and 4 s. */
static void two_layers_come_out_as_by_hand(void **fixture) {
    (void)fixture;
    static const struct { double piece, fifo, priority; } row[] = { { 0, 13, 13 }, { 1, 10, 9 }, { 0.5, 9.5, 8.5 } };
    const double each[] = { 1, 1 }, size[] = { 2, 4 };
    dt_arena *arena = dt_arena_new(0);
    const dt_config *model = layers_of(each, each, size, 2, arena);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const timeline fifo = { .queue = "fifo", .piece = 4e6 * row[i].piece }, priority = { .queue = "priority", .piece = fifo.piece };
        assert_near(period(&fifo, model, 1, 1e9, 4e6, arena), row[i].fifo, 1e-9);
        assert_near(period(&priority, model, 1, 1e9, 4e6, arena), row[i].priority, 1e-9);
    }
    dt_arena_free(arena);
}

/* Work is conserved: with the barrier priority takes fifo's time with the same pieces, and without it fifo takes the same time, as
 * layer 0 comes last. */
static void with_the_barrier_priority_is_worth_nothing(void **fixture) {
    (void)fixture;
    const double each[] = { 2, 2, 2 }, size[] = { 3, 6, 3 };
    dt_arena *arena = dt_arena_new(0);
    const dt_config *model = layers_of(each, each, size, 3, arena);
    const timeline fifo = { .queue = "fifo", .piece = 4e6, .barrier = true }, priority = { .queue = "priority", .piece = 4e6, .barrier = true },
                   crossing = { .queue = "fifo", .piece = 4e6 };
    assert_near(period(&fifo, model, 1, 1e9, 4e6, arena), 21, 1e-9);
    assert_near(period(&priority, model, 1, 1e9, 4e6, arena), 21, 1e-9);
    assert_near(period(&crossing, model, 1, 1e9, 4e6, arena), 21, 1e-9);
    dt_arena_free(arena);
}

/* Layers of 1 s each way, on the wire for 4, 1 and 1 s; c needs a and b, which both read the sample.  First in, first out: pushes of
 * c, b and a from seconds 1, 2 and 3 on, and pulls that end at 3, 4 and 11.  Forward, b is computed while a is on its way, and a chain
 * would wait for a first. */
static void a_branch_is_computed_while_another_waits(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    const timeline fifo = { .queue = "fifo" }, barrier = { .queue = "fifo", .barrier = true };
    const char *lines = "a,4e6,1e9,1e9,0,-\nb,1e6,1e9,1e9,0,-\nc,1e6,1e9,1e9,0,a b\n";
    assert_near(period(&fifo, graph_of(lines, arena), 1, 1e9, 4e6, arena), 13, 1e-9);
    assert_near(period(&barrier, graph_of(lines, arena), 1, 1e9, 4e6, arena), 14, 1e-9);
    lines = "a,4e6,1e9,1e9,0,\nb,1e6,1e9,1e9,0\nc,1e6,1e9,1e9,0,b\n";
    assert_near(period(&fifo, graph_of(lines, arena), 1, 1e9, 4e6, arena), 14, 1e-9);
    dt_arena_free(arena);
}

/* The published table: 8 Tflop/s, 50 us a piece each way, 97 % of the line rate; the last printed digit. */
static void every_cell_of_the_published_table_comes_out_to_its_digits(void **fixture) {
    (void)fixture;
    static const struct { const char *profile; size_t batch; double gbps, cell[5]; } row[] = {
        { "vgg16", 32, 10, { .9202, .8391, .5911, .4673, .5955 } }, { "vgg16", 32, 25, { .4429, .4007, .3707, .3707, .3709 } },
        { "resnet50", 32, 10, { .1304, .1003, .1266, .1025, .1140 } }, { "transformer_base", 16, 100, { .0467, .0412, .0429, .0373, .0964 } },
        { "bert_base", 8, 25, { .2032, .1820, .1771, .1554, .2571 } }, { "alexnet", 128, 25, { .1542, .1316, .1085, .0855, .1421 } },
    };
    static const timeline cell[5] = { { .queue = "fifo" }, { .queue = "priority" }, { .queue = "fifo", .piece = 4e6 },
                                      { .queue = "priority", .piece = 4e6 }, { .queue = "priority", .piece = 2e5 } };
    dt_arena *arena = dt_arena_new(0);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        dt_config *model = dt_config_new(arena);
        dt_config_set_text(model, NULL, "profile", arena);
        dt_config_set_text(model, "path", row[i].profile, arena);
        for (size_t k = 0; k < 5; k++) {
            timeline t = cell[k];
            t.overhead = 50e-6;
            double is = period(&t, model, row[i].batch, 8e12, 0.97 * row[i].gbps * 1e9 / 8, arena);
            if (fabs(is - row[i].cell[k]) > 0.5001e-4)
                fail_msg("%s at %g Gb/s, cell %zu: %.5f s, should be %.4f", row[i].profile, row[i].gbps, k, is, row[i].cell[k]);
        }
    }
    dt_arena_free(arena);
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Three classes in six dimensions, a network of two layers with parameters and one without, and shards of different sizes. */
static dt_data clouds(dt_arena *arena) {
    enum { ROWS = 60, COLUMNS = 6 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)(i % 3);
        for (size_t j = 0; j < COLUMNS; j++) x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1 + (j % 3 == i % 3 ? 0.7 : 0));
    }
    return (dt_data){ .shape = { COLUMNS, 3, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static const dt_config *widths(double width, dt_arena *arena) {
    dt_config *model = dt_config_new(arena);
    dt_config_set_text(model, NULL, "mlp", arena);
    dt_config_set_number(dt_config_set_table(model, "widths", arena), NULL, width, arena);
    return model;
}

static stage_choice training(const dt_data *data, size_t workers, dt_arena *arena) {
    stage_choice c = { .strategy = pick(arena, "sgd", NULL), .model = widths(4, arena), .data = data, .workers = workers, .servers = 3,
                       .batch = 5, .optimiser = with_bool(pick(arena, "sgd", "lr", 0.2, "momentum", 0.9, NULL), "nesterov", true, arena),
                       .split = pick(arena, "quantity", NULL), .stop = { .rounds = 30 }, .every = { .rounds = 1 }, .slow = 3,
                       .seconds = pick(arena, "exponential", "mean", 1e-3, NULL) };
    c.star = (apart_star){ (int)workers + 3, 1e9, 1e6, 1e-5, "SPLITDUPLEX", "CM02" };
    return c;
}

static const stage_log *overlapped(stage_choice c, const timeline *t, dt_arena *arena) {
    c.strategy = pick(arena, "overlap", NULL);
    c.queue = queue_of(t, arena);
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s, %zu workers: %s", t->queue, c.workers, log->reason);
    if (log->unaccounted_bytes != 0 || log->unaccounted_s > 1e-6 || log->in_use > 12)
        fail_msg("%s: %g bytes, %g s unaccounted for, %g vectors", t->queue, log->unaccounted_bytes, log->unaccounted_s, log->in_use);
    return log;
}

/* Loss and model at every mark, bit by bit. */
static void same(const stage_log *a, const stage_log *b, const char *what, const char *queue) {
    assert_int_equal(a->status, DT_OK);
    assert_int_equal(a->marks, b->marks);
    for (int i = 0; i < a->marks; i++) {
        if (a->mark[i].loss != b->mark[i].loss || memcmp(a->x[i], b->x[i], sizeof a->x[i]) != 0)
            fail_msg("%s, %s: at mark %d the loss is %.17g and %.17g", what, queue, i, a->mark[i].loss, b->mark[i].loss);
    }
}

static const timeline ways[] = {
    { .queue = "whole" }, { .queue = "fifo" }, { .queue = "fifo", .piece = 28, .credit = 60, .overhead = 1e-4 },
    { .queue = "bucket" }, { .queue = "priority", .piece = 40 }, { .queue = "priority", .piece = 12, .credit = 1000, .barrier = true },
    { .queue = "random", .piece = 16, .overhead = 1e-5 },
};
enum { WAYS = sizeof ways / sizeof *ways };

static void the_losses_are_those_of_sgd_whatever_leaves_when(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data data = clouds(arena);
    for (size_t workers = 1; workers <= 5; workers += 2) {
        stage_choice c = training(&data, workers, arena);
        const stage_log *sgd = stage_run(c);
        for (size_t e = 0; e < dt_collective_room.count; e++)
            for (size_t k = 0; k < WAYS; k++) {
                c.collective = pick(arena, dt_collective_room.entries[e]->name, NULL);
                c.threads = 1 + (int)(k % 3);
                same(overlapped(c, &ways[k], arena), sgd, dt_collective_room.entries[e]->name, ways[k].queue);
            }
    }
    dt_arena_free(arena);
}

/* Also of optimisers that look at the whole gradient, of steps of several batches, of robust means, and of whole shards. */
static void so_they_are_with_other_choices(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data data = clouds(arena);
    for (int which = 0; which < 5; which++) {
        stage_choice c = training(&data, 4, arena);
        c.collective = pick(arena, "star", NULL);
        if (which == 0) c.optimiser = pick(arena, "adam", "lr", 0.05, "clip_norm", 0.1, NULL);
        if (which == 1) c.optimiser = pick(arena, "lars", "lr", 0.05, NULL);
        if (which == 2) c.accumulate = 3;
        if (which == 3) c.aggregate = pick(arena, "median", NULL);
        if (which == 4) c.batch = 0;
        const stage_log *sgd = stage_run(c);
        for (size_t k = 0; k < WAYS; k++) same(overlapped(c, &ways[k], arena), sgd, dt_arena_text(arena, "choice %d", which), ways[k].queue);
    }
    dt_arena_free(arena);
}

/* One part: sgd's time, too, as what a step takes is shared out over its layers.  Where members send to each other, nobody begins before
 * all can, which is sgd's time as well if all are equally fast. */
static void one_part_takes_the_time_of_sgd(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data data = clouds(arena);
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (size_t accumulate = 1; accumulate <= 3; accumulate += 2) {
            stage_choice c = training(&data, 4, arena);
            c.collective = pick(arena, dt_collective_room.entries[e]->name, NULL);
            c.accumulate = accumulate;
            const dt_collective_type *type = dt_collective_of(dt_collective_room.entries[e]);
            if (type->serve == NULL || type->peers) {
                c.slow = 1;
                c.split = pick(arena, "iid", NULL);         /* three batches for each */
                c.seconds = pick(arena, "constant", "value", 1e-3, NULL);
            }
            const stage_log *sgd = stage_run(c), *whole = overlapped(c, &(timeline){ .queue = "whole" }, arena);
            for (int i = 0; i < sgd->marks; i++) if (fabs(whole->mark[i].time_s - sgd->mark[i].time_s) > 1e-7)
                    fail_msg("%s, accumulate %zu: %.9f s, but sgd %.9f s", type->is.name, accumulate, whole->mark[i].time_s, sgd->mark[i].time_s);
            assert_near(whole->bytes, sgd->bytes, 0);
        }
    dt_arena_free(arena);
}

/* Where a step waits for all parts of the last one, the run ends with the round that ends sgd's, whatever ends it. */
static void with_a_barrier_it_ends_when_sgd_does(void **fixture) {
    (void)fixture;
    static const dt_stop stops[] = { { .epochs = 2.5 }, { .bytes = 5000 }, { .seconds = 0.02 }, { .flops = 1e6 }, { .loss = 0.9 } };
    dt_arena *arena = dt_arena_new(0);
    dt_data data = clouds(arena);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        stage_choice c = training(&data, 4, arena);
        c.collective = pick(arena, "star", NULL);
        c.stop = stops[i];
        c.stop.rounds = 40;
        const stage_log *sgd = stage_run(c);
        same(overlapped(c, &(timeline){ .queue = "whole" }, arena), sgd, "stop", "whole");
        if (c.stop.seconds > 0) continue;       /* pieces take another time */
        same(overlapped(c, &(timeline){ .queue = "priority", .piece = 40, .barrier = true }, arena), sgd, "stop", "barrier");
    }
    dt_arena_free(arena);
}

/* What is lost depends on how the gradient is cut, and on nothing else. */
static void what_a_compressor_loses_depends_on_the_cut_alone(void **fixture) {
    (void)fixture;
    static const char *const kinds[] = { "float16", "topk", "sign", "randomk", "quantize", "sketch" };
    dt_arena *arena = dt_arena_new(0);
    dt_data data = clouds(arena);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        stage_choice c = training(&data, 4, arena);
        c.optimiser = pick(arena, "sgd", "lr", 0.02, NULL);
        c.compress = pick(arena, kinds[i], NULL);
        const timeline one = { .queue = "whole" }, fifo = { .queue = "fifo", .piece = 28 },
                       priority = { .queue = "priority", .piece = 28, .credit = 500, .overhead = 1e-4 };
        same(overlapped(c, &one, arena), stage_run(c), kinds[i], "whole");
        stage_choice star = c;
        star.collective = pick(arena, "star", NULL);
        star.star.bandwidth = 1e8;
        same(overlapped(c, &fifo, arena), overlapped(star, &priority, arena), kinds[i], "pieces");
    }
    dt_arena_free(arena);
}

/* Bytes are the same under all queues. */
static void every_queue_moves_the_same_bytes(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data data = clouds(arena);
    stage_choice c = training(&data, 4, arena);
    c.collective = pick(arena, "star", NULL);
    double bytes = stage_run(c)->bytes;
    for (size_t k = 0; k < WAYS; k++) assert_near(overlapped(c, &ways[k], arena)->bytes, bytes, 0);
    dt_arena_free(arena);
}

/* ---- causes come before effects ------------------------------------------------------------------ */

/* A loop that forgets to wait for the parts of its layers, but for the last. */
static dt_status hasty_work(void *state, dt_worker *w) {
    size_t layers = dt_step_layers(w);
    (void)state;
    while (dt_worker_goes_on(w)) {
        dt_step_begin(w);
        for (size_t l = 0; l < layers; l++) {
            if (l + 1 == layers) DT_TRY(dt_step_end(w));
            DT_TRY(dt_step_forward(w, l));
        }
        for (size_t l = layers; l-- > 0;) {
            DT_TRY(dt_step_backward(w, l));
            DT_TRY(dt_step_bring(w, l));
        }
    }
    return dt_step_end(w);
}

static void the_audit_finds_a_forward_that_began_before_its_parts_had_come(void **fixture) {
    (void)fixture;
    static const dt_strategy_type hasty = { .is = { .name = "hasty" }, .averages = true, .agrees = true, .replicates = true,
                                            .layered = true, .work = hasty_work };
    dt_arena *arena = dt_arena_new(0);
    dt_data data = clouds(arena);
    stage_choice c = training(&data, 3, arena);
    c.type = &hasty;
    c.queue = queue_of(&(timeline){ .queue = "fifo" }, arena);
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_EAUDIT);
    assert_non_null(strstr(log->reason, "before the mean of their gradient had come"));
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_timeline_comes_out_to_the_nanosecond),
        cmocka_unit_test(two_layers_come_out_as_by_hand),
        cmocka_unit_test(with_the_barrier_priority_is_worth_nothing),
        cmocka_unit_test(a_branch_is_computed_while_another_waits),
        cmocka_unit_test(every_cell_of_the_published_table_comes_out_to_its_digits),
        cmocka_unit_test(the_losses_are_those_of_sgd_whatever_leaves_when),
        cmocka_unit_test(so_they_are_with_other_choices),
        cmocka_unit_test(one_part_takes_the_time_of_sgd),
        cmocka_unit_test(with_a_barrier_it_ends_when_sgd_does),
        cmocka_unit_test(what_a_compressor_loses_depends_on_the_cut_alone),
        cmocka_unit_test(every_queue_moves_the_same_bytes),
        cmocka_unit_test(the_audit_finds_a_forward_that_began_before_its_parts_had_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
