/* queue_test.c - the parts of small gradients, worked out by hand.  An entry has 4 bytes. */
#include "tests/test.h"
#include "queue/queue.h"

/* Six layers of 40, 0, 12, 20, 4 and 400 bytes. */
static const dt_layer_row six[] = {
    { .first = 0, .params = 10 }, { .first = 10, .params = 0 }, { .first = 10, .params = 3 },
    { .first = 13, .params = 5 }, { .first = 18, .params = 1 }, { .first = 19, .params = 100 },
};
static const dt_queue_view view = { .layer = six, .layers = 6 };

static dt_queue_plan cut(const char *json, const dt_queue_view *v, dt_queue *q, dt_arena *run) {
    dt_queue_plan plan;
    dt_config *node;
    assert_ok(dt_config_parse(json, &node, run));
    assert_ok(dt_queue_open(q, node, run));
    assert_ok(dt_queue_cut(q, v, &plan, run));
    return plan;
}

static void parts_are(const char *json, const dt_queue_part *wanted, size_t parts) {
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_queue_plan plan = cut(json, &view, &q, run);
    assert_int_equal(plan.parts, parts);
    for (size_t i = 0; i < parts; i++) {
        const dt_queue_part *p = &plan.part[i], *w = &wanted[i];
        if (p->first != w->first || p->count != w->count || p->from != w->from || p->to != w->to || p->priority != w->priority)
            fail_msg("%s, part %zu: entries %zu + %zu of layers %zu to %zu, priority %ld", json, i, p->first, p->count, p->from,
                     p->to, p->priority);
    }
    dt_arena_free(run);
}
#define PARTS_ARE(json, ...) \
    parts_are(json, (const dt_queue_part[]){ __VA_ARGS__ }, sizeof (const dt_queue_part[]){ __VA_ARGS__ } / sizeof(dt_queue_part))

static void whole_is_one_part_of_all_layers(void **fixture) {
    (void)fixture;
    PARTS_ARE("\"whole\"", { 0, 119, 0, 5, 0 });
}

/* Layers without parameters, too, are computed before it leaves, and wait for it. */
static void whole_spans_all_layers_with_parameters_or_without(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    const dt_layer_row row[] = { { .params = 0 }, { .params = 4 }, { .first = 4, .params = 2 }, { .first = 6, .params = 0 } };
    dt_queue q;
    dt_queue_plan plan = cut("\"whole\"", &(dt_queue_view){ .layer = row, .layers = 4 }, &q, run);
    assert_int_equal(plan.parts, 1);
    assert_int_equal(plan.part[0].from, 0);
    assert_int_equal(plan.part[0].to, 3);
    assert_int_equal(plan.part[0].count, 6);
    dt_arena_free(run);
}

static void fifo_has_a_part_for_each_layer_with_parameters(void **fixture) {
    (void)fixture;
    PARTS_ARE("\"fifo\"", { 0, 10, 0, 0, 0 }, { 10, 3, 2, 2, 0 }, { 13, 5, 3, 3, 0 }, { 18, 1, 4, 4, 0 }, { 19, 100, 5, 5, 0 });
}

/* 16 bytes are 4 entries; 18 hold no more. */
static void fifo_cuts_layers_into_pieces(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_queue_plan plan = cut("{\"name\":\"fifo\",\"piece\":18}", &view, &q, run);
    const size_t first[] = { 4, 4, 2, 3, 4, 1, 1, 4 };
    assert_int_equal(plan.parts, 7 + 25);
    for (size_t i = 0; i < 8; i++) assert_int_equal(plan.part[i].count, first[i]);
    for (size_t i = 0; i < plan.parts; i++) assert_int_equal(plan.part[i].priority, 0);
    dt_arena_free(run);
}

/* From the back: 400 > 36 is alone; 4 + 20 + 12 = 36 is full; 40 > 36 is alone. */
static void a_bucket_is_filled_from_the_last_layer_on_up_to_its_size(void **fixture) {
    (void)fixture;
    PARTS_ARE("{\"name\":\"bucket\",\"size\":36}", { 0, 10, 0, 0, 0 }, { 10, 9, 2, 4, 0 }, { 19, 100, 5, 5, 0 });
}

/* A byte less: 4 + 20 = 24, and 12 begins a bucket, in which the 40 before it have no place. */
static void a_layer_that_would_exceed_the_size_begins_a_bucket(void **fixture) {
    (void)fixture;
    PARTS_ARE("{\"name\":\"bucket\",\"size\":35}", { 0, 10, 0, 0, 0 }, { 10, 3, 2, 2, 0 }, { 13, 6, 3, 4, 0 },
              { 19, 100, 5, 5, 0 });
}

static void a_bucket_spans_layers_without_parameters(void **fixture) {
    (void)fixture;
    PARTS_ARE("{\"name\":\"bucket\",\"size\":52}", { 0, 10, 0, 0, 0 }, { 10, 9, 2, 4, 0 }, { 19, 100, 5, 5, 0 });
    PARTS_ARE("{\"name\":\"bucket\",\"size\":76}", { 0, 19, 0, 4, 0 }, { 19, 100, 5, 5, 0 });
    PARTS_ARE("{\"name\":\"bucket\",\"size\":476}", { 0, 119, 0, 5, 0 });
}

static void buckets_of_size_0_are_layers(void **fixture) {
    (void)fixture;
    PARTS_ARE("{\"name\":\"bucket\",\"size\":0}", { 0, 10, 0, 0, 0 }, { 10, 3, 2, 2, 0 }, { 13, 5, 3, 3, 0 }, { 18, 1, 4, 4, 0 },
              { 19, 100, 5, 5, 0 });
}

static void the_first_layers_go_first(void **fixture) {
    (void)fixture;
    PARTS_ARE("\"priority\"", { 0, 10, 0, 0, 0 }, { 10, 3, 2, 2, 2 }, { 13, 5, 3, 3, 3 }, { 18, 1, 4, 4, 4 }, { 19, 100, 5, 5, 5 });
    PARTS_ARE("{\"name\":\"priority\",\"piece\":\"200B\"}", { 0, 10, 0, 0, 0 }, { 10, 3, 2, 2, 2 }, { 13, 5, 3, 3, 3 },
              { 18, 1, 4, 4, 4 }, { 19, 50, 5, 5, 5 }, { 69, 50, 5, 5, 5 });
}

static void a_piece_below_an_entry_is_an_entry(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_queue_plan plan = cut("{\"name\":\"priority\",\"piece\":1}", &view, &q, run);
    assert_int_equal(plan.parts, 119);
    dt_arena_free(run);
}

enum { LAYERS = 5, STEPS = 200 };

/* Every step's priorities are a permutation of the five layers that have parameters, and its pieces share them. */
static void random_draws_a_permutation_of_the_layers_for_each_step(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_queue_plan plan = cut("{\"name\":\"random\",\"piece\":\"40B\"}", &view, &q, run);
    dt_rng *rng = dt_rng_stream(run, 3, 0, "queue");
    size_t before = dt_arena_bytes(run), first[LAYERS] = { 0 };
    for (int step = 0; step < STEPS; step++) {
        bool seen[LAYERS] = { false };
        dt_queue_again(&q, rng, &plan);
        for (size_t i = 0; i < plan.parts; i++) {
            long p = plan.part[i].priority;
            assert_true(p >= 0 && p < LAYERS);
            if (i > 0 && plan.part[i].from == plan.part[i - 1].from) assert_int_equal(p, plan.part[i - 1].priority);
            else assert_false(seen[p]);
            seen[p] = true;
        }
        first[plan.part[0].priority]++;
    }
    for (size_t p = 0; p < LAYERS; p++) assert_in_range(first[p], STEPS / LAYERS / 2, 2 * STEPS / LAYERS);
    assert_int_equal(dt_arena_bytes(run), before);
    dt_arena_free(run);
}

static void equal_streams_draw_equal_orders(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_queue_plan one = cut("\"random\"", &view, &q, run), two = cut("\"random\"", &view, &q, run);
    dt_rng *a = dt_rng_stream(run, 3, 0, "queue"), *b = dt_rng_stream(run, 3, 0, "queue");
    long changed = 0;
    for (int step = 0; step < STEPS; step++) {
        long former = one.part[0].priority;
        dt_queue_again(&q, a, &one);
        dt_queue_again(&q, b, &two);
        for (size_t i = 0; i < one.parts; i++) assert_int_equal(one.part[i].priority, two.part[i].priority);
        changed += one.part[0].priority != former;
    }
    assert_true(changed > STEPS / 2);
    dt_arena_free(run);
}

static void common_keys_have_units_and_presets(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_config *node;
    assert_ok(dt_queue_open(&q, NULL, run));
    assert_string_equal(q.type->is.name, "whole");
    assert_true(q.credit == 0 && q.overhead == 0 && !q.barrier);
    assert_ok(dt_config_parse("{\"name\":\"priority\",\"piece\":\"4MB\",\"credit\":\"16MB\",\"overhead\":\"50us\",\"barrier\":true}",
                              &node, run));
    assert_ok(dt_queue_open(&q, node, run));
    assert_near(q.credit, 16e6, 1e-12);
    assert_near(q.overhead, 50e-6, 1e-12);
    assert_true(q.barrier);
    assert_ok(dt_config_parse("{\"name\":\"priority\",\"pice\":\"4MB\"}", &node, run));
    assert_refused(dt_queue_open(&q, node, run), DT_EINVAL, "piece");
    assert_ok(dt_config_parse("{\"name\":\"priority\",\"credit\":-1}", &node, run));
    assert_refused(dt_queue_open(&q, node, run), DT_EINVAL, "-1");
    assert_ok(dt_config_parse("\"prioritise\"", &node, run));
    assert_refused(dt_queue_open(&q, node, run), DT_ENOTFOUND, "priority");
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_is_one_part_of_all_layers),
        cmocka_unit_test(whole_spans_all_layers_with_parameters_or_without),
        cmocka_unit_test(fifo_has_a_part_for_each_layer_with_parameters),
        cmocka_unit_test(fifo_cuts_layers_into_pieces),
        cmocka_unit_test(a_bucket_is_filled_from_the_last_layer_on_up_to_its_size),
        cmocka_unit_test(a_layer_that_would_exceed_the_size_begins_a_bucket),
        cmocka_unit_test(a_bucket_spans_layers_without_parameters),
        cmocka_unit_test(buckets_of_size_0_are_layers),
        cmocka_unit_test(the_first_layers_go_first),
        cmocka_unit_test(a_piece_below_an_entry_is_an_entry),
        cmocka_unit_test(random_draws_a_permutation_of_the_layers_for_each_step),
        cmocka_unit_test(equal_streams_draw_equal_orders),
        cmocka_unit_test(common_keys_have_units_and_presets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
