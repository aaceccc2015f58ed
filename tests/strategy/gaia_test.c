/* gaia_test.c - laws of Gaia: without a filter and on links that cost nothing it is one data centre, with a filter that lets
 * nothing through every site is alone; and how far sites are apart. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { ROWS = 120, COLUMNS = 5, CLASSES = 3, ROUNDS = 30 };

static dt_data classes(void) {
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 5, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, CLASSES);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, CLASSES, 0, 0, 0 }, .train = { ROWS, x, y, NULL } };
}

/* Links without latency and all but endless. */
static stage_choice training(const dt_data *data, const char *strategy, size_t sites, size_t servers) {
    return (stage_choice){ .strategy = strcmp(strategy, "gaia") == 0 ? pick(arena, strategy, "staleness", 0.0, NULL) : pick(arena, strategy, NULL), .sites = sites, .servers = servers,
                           .model = pick(arena, "softmax", NULL), .optimiser = pick(arena, "sgd", "lr", 0.3, "momentum", 0.5, NULL),
                           .data = data, .workers = 6, .batch = 8, .seconds = pick(arena, "exponential", "mean", 0.01, NULL),
                           .stop.rounds = ROUNDS, .every.rounds = 1,
                           .star = { 6 + (int)servers, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" } };
}

static void without_a_filter_and_at_no_cost_it_is_one_data_centre(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t sites = 2; sites <= 3; sites++)
        for (size_t each = 1; each <= 2; each++) {
            stage_choice c = training(&data, "gaia", sites, sites * each);
            const stage_log *gaia = stage_run(c);
            c.strategy = pick(arena, "ps", NULL);
            const stage_log *ps = stage_run(c);
            if (gaia->status != DT_OK) fail_msg("%s", gaia->reason);
            assert_int_equal(gaia->marks, ps->marks);
            for (int i = 0; i < ps->marks; i++) {
                assert_near(gaia->mark[i].time_s, ps->mark[i].time_s, 1e-9);
                assert_near(gaia->mark[i].loss, ps->mark[i].loss, 1e-5);
            }
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_filter_and_at_no_cost_it_is_one_data_centre),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
