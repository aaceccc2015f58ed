/* config_test.c - the tree of values and its JSON. */
#include "tests/test.h"
#include "base/config.h"
#include "base/rng.h"
#include <math.h>
#include <stdlib.h>

static void json_is_exact_and_sorted(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *root = dt_config_new(run);
    dt_config_set_number(root, "workers", 8, run);
    dt_config_set_bool(root, "fast", true, run);
    dt_config *compress = dt_config_set_table(root, "compress", run);
    dt_config_set_text(compress, NULL, "topk", run);
    dt_config_set_number(compress, "ratio", 0.01, run);
    dt_config_set_bool(compress, "feedback", false, run);
    dt_config *widths = dt_config_set_table(root, "widths", run);
    dt_config_set_number(widths, NULL, 200, run);
    dt_config_set_number(widths, NULL, 100, run);
    dt_config_set_table(root, "empty", run);
    assert_string_equal(dt_config_json(root, run),
                        "{\"compress\":{\"name\":\"topk\",\"feedback\":false,\"ratio\":0.01},\"empty\":{},"
                        "\"fast\":true,\"widths\":[200,100],\"workers\":8}");
}

static void order_of_setting_does_not_show(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *a = dt_config_new(run), *b = dt_config_new(run);
    dt_config_set_number(a, "x", 1, run);
    dt_config_set_number(a, "y", 2, run);
    dt_config_set_number(b, "y", 2, run);
    dt_config_set_number(b, "x", 1, run);
    assert_string_equal(dt_config_json(a, run), dt_config_json(b, run));
}

static void texts_are_escaped(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *list = dt_config_new(run);
    dt_config_set_text(list, NULL, "a\"b\\c\n\x01/\xc3\xa9", run);
    assert_string_equal(dt_config_json(list, run), "[\"a\\\"b\\\\c\\u000a\\u0001/\xc3\xa9\"]");
}

static void numbers_read_back_exactly(void **fixture) {
    dt_arena *run = *fixture;
    const double known[] = { 0,    1,    0.1,  1.0 / 3,        1e300,
                             5e-324, -2.5, 1e15, 999999999999999, 123456789012345678.0 };
    dt_rng *rng = dt_rng_stream(run, 1, 0, "numbers");
    for (size_t i = 0; i < 500; i++) {
        double number = i < sizeof known / sizeof *known ? known[i] : exp(200 * gsl_rng_uniform(rng) - 100);
        dt_config *list = dt_config_new(run);
        assert_true(strtod(dt_config_json(dt_config_set_number(list, NULL, number, run), run), NULL) == number);
    }
    dt_config *list = dt_config_new(run);
    const double shortest[] = { 0.1, 2000, 1e-7, 1e300, HUGE_VAL, NAN };
    for (size_t i = 0; i < 6; i++) dt_config_set_number(list, NULL, shortest[i], run);
    assert_string_equal(dt_config_json(list, run), "[0.1,2000,1e-07,1e+300,\"inf\",\"nan\"]");
}

static void setting_a_key_again_replaces_it(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *root = dt_config_new(run), *table = dt_config_set_table(root, "x", run);
    dt_config_set_number(table, "inner", 1, run);
    dt_config_set_number(root, "y", 1, run);
    dt_config_set_text(root, "x", "text", run);
    assert_string_equal(dt_config_json(root, run), "{\"x\":\"text\",\"y\":1}");
    dt_config_set_table(root, "x", run);
    assert_string_equal(dt_config_json(root, run), "{\"x\":{},\"y\":1}");
}

static void items_are_added_not_replaced(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *list = dt_config_new(run);
    for (int i = 0; i < 3; i++) dt_config_set_number(list, NULL, i, run);
    assert_string_equal(dt_config_json(list, run), "[0,1,2]");
}

/* The text of a tree gives a tree of the same text and values. */
static void the_text_reads_back_to_an_equal_tree(void **fixture) {
    dt_arena *run = *fixture;
    const char *const texts[] = { "{\"a\":{\"name\":\"topk\",\"ratio\":0.01},\"b\":[1,[2],\"x\\\"\\\\\"],\"c\":true,\"d\":{}}",
                                  "[\"a\\\"b\\\\c\\u000a\\u0001/\xc3\xa9\",false,-1e-07,1e+300]", "\"inf\"", "{\"a\":\"nan\"}",
                                  "{\"hash\":1,\"name\":\"x\"}" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const dt_config *node, *again;
        assert_ok(dt_config_parse(texts[i], &node, run));
        char *text = dt_config_json(node, run);
        assert_string_equal(text, texts[i]);
        assert_ok(dt_config_parse(text, &again, run));
        assert_true(dt_config_equal(node, again));
    }
}

static void what_is_no_text_of_a_tree_is_refused(void **fixture) {
    dt_arena *run = *fixture;
    const char *const texts[] = { "", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "nul", "tru", "\"abc", "\"\\x\"", "\"\\", "\"a\\u00",
                                  "\"\\u0000\"", "1 2", "{\"a\":1}}", "\"a\nb\"", "-" };
    const dt_config *node;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(dt_config_parse(texts[i], &node, run), DT_EFORMAT, "damaged at character");
    char deep[1001];
    memset(deep, '[', 1000);
    deep[1000] = '\0';
    assert_refused(dt_config_parse(deep, &node, run), DT_EFORMAT, "damaged at character");
}

static void equal_is_by_value_and_not_by_order(void **fixture) {
    dt_arena *run = *fixture;
    const dt_config *a, *b;
    const char *const equal[][2] = { { "{\"x\":1,\"y\":[1,2]}", "{\"y\":[1,2],\"x\":1}" }, { "{}", "{}" } };
    const char *const unequal[][2] = { { "[1,2]", "[2,1]" }, { "[1,2]", "[1]" }, { "{\"x\":1}", "{}" }, { "1", "\"1\"" },
                                       { "{\"x\":1}", "{\"y\":1}" }, { "true", "false" }, { "{\"name\":\"a\"}", "{\"name\":\"b\"}" } };
    for (size_t i = 0; i < 9; i++) {
        const char *const *pair = i < 2 ? equal[i] : unequal[i - 2];
        assert_ok(dt_config_parse(pair[0], &a, run));
        assert_ok(dt_config_parse(pair[1], &b, run));
        assert_int_equal(dt_config_equal(a, b), i < 2);
        assert_int_equal(dt_config_equal(b, a), i < 2);
    }
    assert_true(dt_config_equal(NULL, NULL) && !dt_config_equal(a, NULL));
}

static void a_dotted_path_finds_its_node(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *root = dt_config_new(run), *b = dt_config_set_table(dt_config_set_table(root, "a", run), "b", run);
    dt_config_set_number(b, "c", 7, run);
    assert_true(dt_config_at(root, "a.b.c")->number == 7);
    assert_ptr_equal(dt_config_at(root, "a.b"), b);
    assert_null(dt_config_at(root, "a.x.c"));
    assert_null(dt_config_at(root, "a.b.c.d"));
    assert_null(dt_config_at(root, ""));
    assert_null(dt_config_at(NULL, "a"));
    assert_null(dt_config_get(dt_config_at(root, "a.b.c"), "a"));
}

static void an_algorithm_is_named_by_text_or_first_item(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *root = dt_config_new(run);
    assert_string_equal(dt_config_name(dt_config_set_text(root, "x", "ring", run)), "ring");
    dt_config *table = dt_config_set_table(root, "y", run);
    assert_null(dt_config_name(table));
    dt_config_set_number(table, "ratio", 1, run);
    assert_null(dt_config_name(table));
    dt_config *named = dt_config_set_table(root, "z", run);
    dt_config_set_text(named, NULL, "topk", run);
    assert_string_equal(dt_config_name(named), "topk");
    assert_null(dt_config_name(dt_config_set_number(root, "n", 1, run)));
    assert_null(dt_config_name(NULL));
}

static void a_copy_is_equal_and_its_own(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *root = dt_config_new(run), *a = dt_config_set_table(root, "a", run);
    dt_config_set_text(a, NULL, "topk", run);
    dt_config_set_bool(dt_config_set_table(a, "deep", run), "truth", true, run);
    dt_config *copy = dt_config_set_copy(root, "b", a, run);
    assert_string_equal(dt_config_json(copy, run), dt_config_json(a, run));
    dt_config_set_number(a, "more", 1, run);
    assert_null(dt_config_get(copy, "more"));
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_exact_and_sorted),
        cmocka_unit_test(order_of_setting_does_not_show),
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(numbers_read_back_exactly),
        cmocka_unit_test(setting_a_key_again_replaces_it),
        cmocka_unit_test(items_are_added_not_replaced),
        cmocka_unit_test(the_text_reads_back_to_an_equal_tree),
        cmocka_unit_test(what_is_no_text_of_a_tree_is_refused),
        cmocka_unit_test(equal_is_by_value_and_not_by_order),
        cmocka_unit_test(a_dotted_path_finds_its_node),
        cmocka_unit_test(an_algorithm_is_named_by_text_or_first_item),
        cmocka_unit_test(a_copy_is_equal_and_its_own),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
