/* cost_contract.c - what every strategy is charged for: the flops of its packets, before they are sent, and those of its
 * aggregate, on the host where the vectors meet. */
#include "tests/strategy/stage.h"

static dt_arena *arena;
enum { WORKERS = 5, ROUNDS = 6, COLUMNS = 4, CLASSES = 3, N = (COLUMNS + 1) * CLASSES, ROWS = 40 * WORKERS };
static const double speed = 1e9;

static dt_data classes(void) {
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, CLASSES);
        for (size_t j = 0; j < COLUMNS; j++) x[i * COLUMNS + j] = (float)gsl_rng_uniform(rng) + (j == (size_t)y[i]);
    }
    return (dt_data){ .shape = { COLUMNS, CLASSES, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static const dt_strategy_type *strategy_type(size_t e) { return dt_strategy_of(dt_strategy_room.entries[e]); }
static bool talks(size_t e) {
    return strategy_type(e)->averages || strategy_type(e)->mixes || dt_role_served(strategy_type(e));
}

/* Equal hosts and batches, links without a bandwidth: nothing but flops and latencies takes time. */
static stage_choice choice(const dt_data *data, size_t e) {
    return (stage_choice){ .strategy = pick(arena, dt_strategy_room.entries[e]->name, NULL), .model = pick(arena, "softmax", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, NULL), .data = data, .workers = WORKERS, .batch = 8,
                           .collective = pick(arena, "star", NULL), .stop.rounds = ROUNDS, .every.rounds = 1,
                           .star = { WORKERS + 1, speed, 1e15, 1e-4, "SPLITDUPLEX", "CM02" } };
}

static double seconds(stage_choice c) {
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s: %s", dt_config_name(c.strategy), log->reason);
    return log->mark[log->marks - 1].time_s;
}

/* How many vectors of a round come together, and how many workers act at the same time. */
static double together(stage_choice c, double *acting) {
    dt_strategy s;
    assert_ok(dt_strategy_open(&s, c.strategy, arena));
    *acting = s.type->actors == NULL ? WORKERS : (double)s.type->actors(s.state, WORKERS);
    return (double)dt_role_together(&s, WORKERS);
}

/* Nobody waits for an average in the background, nor does anybody compress what it is of. */
static bool waits(size_t e) { return !(strategy_type(e)->averages && strategy_type(e)->own_rounds); }

/* Rounds whose packets are compressed: what is exchanged while a strategy warms up is not. */
static double compressed(stage_choice *c, size_t e) {
    if (!stage_has(strategy_type(e), "warmup")) return ROUNDS;
    c->strategy = pick(arena, dt_config_name(c->strategy), "warmup", 2.0, NULL);
    return ROUNDS - 2;
}

/* Where more vectors come together than workers act at the same time, as in a buffer, or are in one message, as often.  Words of codes and gradients of tasks are no packets. */
static void a_packet_takes_its_flops_once_a_round(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const double flops = 2e4;
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (int blank = 0; blank < 2; blank++) {
            stage_choice c = choice(&data, e);
            c.blank = blank;
            c.compress = pick(arena, "topk", "ratio", 0.5, NULL);
            double rounds = compressed(&c, e), free = seconds(c);
            c.compress = pick(arena, "topk", "ratio", 0.5, "flops", flops, NULL);
            double acting, times = together(c, &acting) / acting;
            if (strategy_type(e)->bundle > 1) times *= (double)strategy_type(e)->bundle;
            double wanted = talks(e) && waits(e) && !strategy_type(e)->codes && strategy_type(e)->columns != dt_tasks_columns ? times * rounds * flops * N / speed : 0, found = seconds(c) - free;
            if (fabs(found - wanted) > 1e-9) fail_msg("%s: %g s more, not %g", dt_config_name(c.strategy), found, wanted);
        }
}

/* Where a server merges, that of the strategy, of its store or of the star: its host, once a round, for as many vectors as come
 * together.  Clients that do not wait for each other would train meanwhile: then one trains at a time. */
static void a_server_is_charged_for_what_it_merges(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if ((!strategy_type(e)->averages && !dt_role_served(strategy_type(e))) || !waits(e)) continue;
        for (size_t k = 0; k < dt_aggregate_room.count; k++)
            for (int blank = 0; blank < 2; blank++) {
                stage_choice c = choice(&data, e);
                dt_aggregate a;
                const char *name = dt_aggregate_room.entries[k]->name;
                c.blank = blank;
                if (stage_has(strategy_type(e), "fraction")) c.strategy = pick(arena, dt_config_name(c.strategy), "fraction", strategy_type(e)->asynchronous ? 0.0 : 1.0, NULL);
                double acting, vectors = together(c, &acting);
                c.aggregate = pick(arena, "mean", NULL);
                double free = seconds(c);
                c.aggregate = pick(arena, name, "flops", 1e3, NULL);
                assert_ok(dt_aggregate_open(&a, c.aggregate, arena));
                double wanted = ROUNDS * dt_aggregate_flops(&a, (size_t)vectors, N) / speed, found = seconds(c) - free;
                if (!(wanted > 0) || fabs(found - wanted) > 1e-9)
                    fail_msg("%s, %s: %g s more, not %g", dt_config_name(c.strategy), name, found, wanted);
            }
    }
}

static int setup(void **fixture) {
    (void)fixture;
    return (arena = dt_arena_new(1 << 20)) == NULL;
}
static int teardown(void **fixture) {
    (void)fixture;
    dt_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_takes_its_flops_once_a_round),
        cmocka_unit_test(a_server_is_charged_for_what_it_merges),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
