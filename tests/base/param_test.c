/* param_test.c - tables fill states: every kind, presets, ranges, units, and what is said when it cannot be. */
#include "tests/test.h"
#include "base/param.h"
#include <math.h>
#include <stdlib.h>

typedef struct state {
    double real, rate;
    long whole;
    bool truth;
    const char *word, *any;
    dt_list list;
    dt_words words;
    const dt_config *nested;
} state;
typedef struct shared { bool feedback; } shared;

static const dt_param own_params[] = {
    DT_REAL_NAMED("ratio", state, real, 0.01, 1e-6, 1, "1", "share of entries sent"),
    DT_REAL_NAMED("bandwidth", state, rate, 1e6, 1, 1e15, "B/s", "what the link carries"),
    DT_INT_NAMED("period", state, whole, 4, 1, 1000, "steps between means"),
    DT_BOOL_NAMED("fast", state, truth, true, "whether it hurries"),
    DT_CHOICE_NAMED("norm", state, word, "max", "max|two", "which norm"),
    DT_TEXT_NAMED("path", state, any, NULL, "where it lies"),
    DT_LIST_NAMED("widths", state, list, "200 100", 1, 1e6, "1", "units of each layer"),
    DT_WORDS_NAMED("column", state, words, NULL, "columns of a table"),
    DT_TABLE_NAMED("jitter", state, nested, "1", "distribution", "how steps vary"),
    { 0 }
};
static const dt_param common_params[] = {
    DT_BOOL_PARAM(shared, feedback, true, "remember what was lost"),
    { 0 }
};

static state s;
static shared common;

static dt_status fill(const dt_config *config, const char *path, dt_arena *run) {
    memset(&s, 0, sizeof s);
    return dt_param_fill((dt_target){ own_params, &s }, (dt_target){ common_params, &common }, config, path, run);
}

static dt_config *node_with(dt_arena *run) {
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "name", run);
    return node;
}

static void presets_fill_what_is_not_said(void **fixture) {
    assert_ok(fill(NULL, "x", *fixture));
    assert_true(s.real == 0.01 && s.rate == 1e6 && s.whole == 4 && s.truth && common.feedback);
    assert_string_equal(s.word, "max");
    assert_null(s.any);
    assert_int_equal(s.list.count, 2);
    assert_true(s.list.item[0] == 200 && s.list.item[1] == 100);
    assert_null(s.nested);
    dt_config *list = dt_config_new(*fixture);
    assert_ok(fill(dt_config_set_text(list, NULL, "name", *fixture), "x", *fixture));
    assert_true(s.whole == 4);
}

static void words_are_one_text_or_a_list(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *node = node_with(run), *out = dt_config_new(run);
    assert_ok(fill(node, "x", run));
    assert_int_equal(s.words.count, 0);
    dt_config_set_number(node, "column", 3, run);
    dt_config_set_number(node, "path", 12, run);
    assert_ok(fill(node, "x", run));
    assert_string_equal(s.words.item[0], "3");
    assert_string_equal(s.any, "12");
    dt_config *list = dt_config_set_table(node, "column", run);
    dt_config_set_text(list, NULL, "w0", run);
    dt_config_set_number(list, NULL, 2, run);
    assert_ok(fill(node, "x", run));
    assert_int_equal(s.words.count, 2);
    dt_param_dump((dt_target){ own_params, &s }, out, run);
    assert_string_equal(dt_config_json(dt_config_get(out, "column"), run), "[\"w0\",\"2\"]");
    dt_config_set_bool(list, NULL, true, run);
    assert_refused(fill(node, "x", run), DT_EINVAL, "expected a text or a list of texts, got");
    assert_string_equal(dt_reason_path(), "x.column");
}

static void every_kind_is_filled(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *node = node_with(run);
    dt_config_set_number(node, "ratio", 0.5, run);
    dt_config_set_text(node, "bandwidth", "25Gbps", run);
    dt_config_set_number(node, "period", 16, run);
    dt_config_set_bool(node, "fast", false, run);
    dt_config_set_text(node, "norm", "two", run);
    dt_config_set_text(node, "path", "a b", run);
    dt_config *widths = dt_config_set_table(node, "widths", run);
    dt_config_set_number(widths, NULL, 7, run);
    dt_config_set_text(dt_config_set_table(node, "jitter", run), NULL, "pareto", run);
    dt_config_set_bool(node, "feedback", false, run);
    assert_ok(fill(node, "x", run));
    assert_true(s.real == 0.5 && s.rate == 3.125e9 && s.whole == 16 && !s.truth && !common.feedback);
    assert_string_equal(s.word, "two");
    assert_string_equal(s.any, "a b");
    assert_true(s.list.count == 1 && s.list.item[0] == 7);
    assert_string_equal(dt_config_name(s.nested), "pareto");
}

static void one_number_is_a_list_of_one(void **fixture) {
    dt_config *node = node_with(*fixture);
    dt_config_set_number(node, "widths", 30, *fixture);
    assert_ok(fill(node, "x", *fixture));
    assert_true(s.list.count == 1 && s.list.item[0] == 30);
    dt_config_set_table(node, "widths", *fixture);
    assert_ok(fill(node, "x", *fixture));
    assert_int_equal(s.list.count, 0);
}

#define REFUSED_NUMBER(key, value, part)                                       \
    do {                                                                       \
        dt_config *node_ = node_with(*fixture);                                \
        dt_config_set_number(node_, key, value, *fixture);                     \
        assert_refused(fill(node_, "strategy", *fixture), DT_EINVAL, part);    \
        assert_string_equal(dt_reason_path(), "strategy." key);                \
    } while (0)
#define REFUSED_TEXT(key, value, part)                                         \
    do {                                                                       \
        dt_config *node_ = node_with(*fixture);                                \
        dt_config_set_text(node_, key, value, *fixture);                       \
        assert_refused(fill(node_, "strategy", *fixture), DT_EINVAL, part);    \
        assert_string_equal(dt_reason_path(), "strategy." key);                \
    } while (0)

static void values_out_of_range_are_refused(void **fixture) {
    REFUSED_NUMBER("ratio", 1.5, "expected a number from 1e-06 to 1, got 1.5");
    REFUSED_NUMBER("ratio", 0, "to 1, got 0");
    REFUSED_NUMBER("ratio", NAN, "expected a number from");
    REFUSED_NUMBER("period", 0, "expected a whole number from 1 to 1000, got 0");
    REFUSED_NUMBER("widths", 0, "expected a number from 1 to 1e+06, got 0");
    REFUSED_TEXT("bandwidth", "1bps", "B/s");
    REFUSED_TEXT("norm", "one", "expected one of max|two, got \"one\"");
    REFUSED_TEXT("norm", "ma", "expected one of max|two, got");
    REFUSED_TEXT("norm", "", "expected one of max|two, got");
}

static void wrong_kinds_are_refused(void **fixture) {
    REFUSED_NUMBER("period", 2.5, "expected a whole number, got 2.5");
    REFUSED_NUMBER("fast", 1, "expected true or false, got 1");
    REFUSED_NUMBER("norm", 2, "expected a text, got 2");
    REFUSED_NUMBER("jitter", 2, "a name or a table");
    REFUSED_TEXT("ratio", "half", "expected a number, got \"half\"");
    REFUSED_TEXT("bandwidth", "25Gbp", "Gbps");
    REFUSED_TEXT("fast", "yes", "true or false");
    dt_config *node = node_with(*fixture);
    dt_config_set_bool(node, "ratio", true, *fixture);
    assert_refused(fill(node, "x", *fixture), DT_EINVAL, "expected a number, got true");
    node = node_with(*fixture);
    dt_config_set_number(dt_config_set_table(node, "widths", *fixture), "first", 3, *fixture);
    assert_refused(fill(node, "x", *fixture), DT_EINVAL, "expected a list of numbers, got");
    assert_refused(fill(dt_config_set_number(node, "n", 3, *fixture), "x", *fixture), DT_EINVAL, "a name or a table");
}

static void unknown_keys_are_refused_with_the_nearest(void **fixture) {
    REFUSED_NUMBER("perod", 3, "did you mean \"period\"");
    REFUSED_NUMBER("feedbak", 3, "did you mean \"feedback\"");
    REFUSED_NUMBER("zzzzzzzz", 3, "known are ratio, bandwidth, period");
    dt_config *node = node_with(*fixture);
    dt_config_set_number(node, "x", 1, *fixture);
    assert_refused(dt_param_fill((dt_target){ 0 }, (dt_target){ 0 }, node, "", *fixture), DT_EINVAL, "this choice has no keys");
    assert_string_equal(dt_reason_path(), "x");
    node = node_with(*fixture);
    dt_config_set_number(node, NULL, 3, *fixture);
    assert_refused(fill(node, "x", *fixture), DT_EINVAL, "expected key = value, got 3 without a key");
}

static void what_is_written_out_fills_the_same(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *node = node_with(run), *out = node_with(run), *again = node_with(run);
    dt_config_set_number(node, "ratio", 0.3, run);
    dt_config_set_text(node, "bandwidth", "1GBps", run);
    dt_config_set_text(node, "path", "here", run);
    dt_config_set_text(node, "jitter", "constant", run);
    assert_ok(fill(node, "x", run));
    dt_param_dump((dt_target){ own_params, &s }, out, run);
    dt_param_dump((dt_target){ common_params, &common }, out, run);
    assert_string_equal(dt_config_json(out, run),
                        "{\"name\":\"name\",\"bandwidth\":1000000000,\"fast\":true,\"feedback\":true,"
                        "\"jitter\":\"constant\",\"norm\":\"max\",\"path\":\"here\",\"period\":4,"
                        "\"ratio\":0.3,\"widths\":[200,100]}");
    assert_ok(fill(out, "x", run));
    dt_param_dump((dt_target){ own_params, &s }, again, run);
    dt_param_dump((dt_target){ common_params, &common }, again, run);
    assert_string_equal(dt_config_json(again, run), dt_config_json(out, run));
}

static void a_limit_that_a_value_is_beyond_is_said_however_large(void **fixture) {
    static const dt_param wide[] = { DT_REAL_NAMED("value", state, real, 0, -1e30, 1e30, "1", "any number"), { 0 } };
    const double beyond[] = { 1e300, -1e300 };
    const char *const said[] = { "expected a number of at most 1e+30, got", "expected a number of at least -1e+30, got" };
    for (int i = 0; i < 2; i++) {
        dt_config *table = node_with(*fixture);
        dt_config_set_number(table, "value", beyond[i], *fixture);
        assert_refused(dt_param_fill((dt_target){ wide, &s }, (dt_target){ 0 }, table, "x", *fixture), DT_EINVAL, said[i]);
    }
}

static void an_empty_list_is_refused_where_only_the_key_makes_one(void **fixture) {
    static const dt_param spared[] = { DT_LIST_NAMED("ranks", state, list, "", 0, 9, "1", "who lies"), { 0 } };
    dt_arena *run = *fixture;
    dt_config *node = node_with(run), *out = node_with(run);
    assert_ok(dt_param_fill((dt_target){ spared, &s }, (dt_target){ 0 }, node, "x", run));
    assert_int_equal(s.list.count, 0);
    dt_param_dump((dt_target){ spared, &s }, out, run);
    assert_string_equal(dt_config_json(out, run), dt_config_json(node, run));
    dt_config_set_table(node, "ranks", run);
    assert_refused(dt_param_fill((dt_target){ spared, &s }, (dt_target){ 0 }, node, "x", run), DT_EINVAL, "got an empty list");
    assert_string_equal(dt_reason_path(), "x.ranks");
    node = node_with(run);
    dt_config_set_table(node, "widths", run);
    assert_ok(fill(node, "x", run));
    assert_int_equal(s.list.count, 0);
}

static void help_names_preset_range_and_unit(void **fixture) {
    (void)fixture;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    dt_param_help(out, own_params);
    fclose(out);
    assert_non_null(strstr(text, "ratio"));
    assert_non_null(strstr(text, "1000000 B/s (1 to 1e+15)  what the link carries\n"));
    assert_non_null(strstr(text, "max (max|two)  which norm\n"));
    assert_non_null(strstr(text, "200 100"));
    free(text);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_fill_what_is_not_said),
        cmocka_unit_test(words_are_one_text_or_a_list),
        cmocka_unit_test(every_kind_is_filled),
        cmocka_unit_test(one_number_is_a_list_of_one),
        cmocka_unit_test(values_out_of_range_are_refused),
        cmocka_unit_test(wrong_kinds_are_refused),
        cmocka_unit_test(unknown_keys_are_refused_with_the_nearest),
        cmocka_unit_test(what_is_written_out_fills_the_same),
        cmocka_unit_test(a_limit_that_a_value_is_beyond_is_said_however_large),
        cmocka_unit_test(an_empty_list_is_refused_where_only_the_key_makes_one),
        cmocka_unit_test(help_names_preset_range_and_unit),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
