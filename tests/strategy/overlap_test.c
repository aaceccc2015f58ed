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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_timeline_comes_out_to_the_nanosecond),
        cmocka_unit_test(two_layers_come_out_as_by_hand),
        cmocka_unit_test(with_the_barrier_priority_is_worth_nothing),
        cmocka_unit_test(every_cell_of_the_published_table_comes_out_to_its_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
