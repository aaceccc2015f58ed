/* project_test.c - projections and the soft threshold by numbers worked out by hand, and training with them. */
#include "tests/strategy/stage.h"

static dt_project opened(const char *text, dt_arena *run) {
    dt_project p;
    dt_config *node;
    assert_ok(dt_config_parse(text, &node, run));
    assert_ok(dt_project_open(&p, node, run));
    return p;
}

/* prox of .5 |x|: (1.2, -.3, -.9) becomes (.7, 0, -.4). */
static void soft_threshold(void **fixture) {
    dt_project p = opened("{\"name\": \"l1\", \"lam\": 5}", *fixture);
    float x[] = { 1.2f, -0.3f, -0.9f };
    const double wanted[] = { 0.7, 0, -0.4 };
    assert_near(dt_project_penalty(&p, 3, x), 12, 1e-6);
    dt_project_apply(&p, 0.1, 3, x);
    for (int i = 0; i < 3; i++) assert_near(x[i], wanted[i], 1e-7);
}

static void a_ball_scales_and_a_box_cuts_off(void **fixture) {
    dt_project ball = opened("{\"name\": \"l2ball\", \"radius\": 2.5}", *fixture);
    dt_project box = opened("{\"name\": \"box\", \"least\": 0, \"most\": 2}", *fixture);
    float far[] = { 3, -4 }, near[] = { 1, -2 }, cut[] = { 3, -4, 1 };
    dt_project_apply(&ball, 1, 2, far);
    assert_near(far[0], 1.5, 1e-7);
    assert_near(far[1], -2, 1e-7);
    dt_project_apply(&ball, 1, 2, near);
    assert_near(near[0], 1, 0);
    dt_project_apply(&box, 1, 3, cut);
    assert_near(cut[0] + 10 * cut[1] + 100 * cut[2], 102, 0);
}

static void bounds_that_cross_are_refused(void **fixture) {
    dt_project p;
    dt_config *node;
    assert_ok(dt_config_parse("{\"name\": \"box\", \"least\": 1, \"most\": 0}", &node, *fixture));
    assert_int_equal(dt_project_open(&p, node, *fixture), DT_EINVAL);
    assert_string_equal(dt_reason_path(), "project");
}

/* ---- training ------------------------------------------------------------------------------------ */

/* Least squares of y = a w, with a = 1 at one sample for each of the two workers: loss (w - 2)^2 / 4 + (w + 1)^2 / 4 and a mean of
 * the targets of .5.  With the penalty lam |w| the minimum is at .5 - lam, or at 0. */
static const float xs[] = { 1, 1 }, ys[] = { 2, -1 };
static const dt_data pair = { .train = { .rows = 2, .x = xs, .y = ys }, .shape = { .features = 1, .classes = 0 } };

static double minimum(const char *strategy, const char *sync, double servers, double lam, dt_arena *arena) {
    stage_choice c = { .data = &pair, .workers = 2, .servers = (size_t)servers, .stop = { .rounds = 200 } };
    c.strategy = pick(arena, strategy, NULL);
    c.sync = pick(arena, sync, NULL);
    c.split = pick(arena, "contiguous", NULL);
    c.model = with_bool(pick(arena, "linear", NULL), "bias", false, arena);
    c.optimiser = pick(arena, "sgd", "lr", 0.2, NULL);
    c.project = pick(arena, "l1", "lam", lam, NULL);
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    return log->x[log->marks - 1][0];
}

static void the_minimum_is_that_of_the_penalised_loss(void **fixture) {
    const char *const strategies[] = { "sgd", "ps" };
    for (int s = 0; s < 2; s++) {
        assert_near(minimum(strategies[s], "bsp", 1, 0, *fixture), 0.5, 1e-5);
        assert_near(minimum(strategies[s], "bsp", 1, 0.2, *fixture), 0.3, 1e-5);
        assert_near(minimum(strategies[s], "bsp", 1, 0.6, *fixture), 0, 0);
    }
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(soft_threshold),
        cmocka_unit_test(a_ball_scales_and_a_box_cuts_off),
        cmocka_unit_test(bounds_that_cross_are_refused),
        cmocka_unit_test(the_minimum_is_that_of_the_penalised_loss),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
