/* columns_test.c - runs of several sweeps are told apart by a column for each key that differs, and by no other. */
#include "tests/test.h"
#include "sweep/columns.h"

static const dt_origin elsewhere = { "", "", "" };

/* A run of that configuration; swept is a table, too.  stored: it stands in a file. */
static dt_plan_run run_of(const char *config, const char *swept, bool stored, dt_arena *arena) {
    dt_config *all, *varied;
    assert_ok(dt_config_parse(config, &all, arena));
    assert_ok(dt_config_parse(swept, &varied, arena));
    return (dt_plan_run){ .config = all, .swept = varied, .origin = stored ? &elsewhere : NULL };
}

static void assert_swept(const dt_plan_run *run, const char *wanted, dt_arena *arena) {
    assert_string_equal(dt_config_json(run->swept, arena), wanted);
}

/* A stored configuration has none. */
static void the_unit_of_a_column_is_known_to_all_its_runs(void **fixture) {
    dt_arena *arena = *fixture;
    dt_plan_run run[] = { run_of("{\"a\":{\"b\":1}}", "{}", true, arena), run_of("{\"a\":{\"b\":2}}", "{}", false, arena) };
    dt_config *own = dt_config_set_copy(dt_config_new(arena), "own", run[1].config, arena);
    dt_config_set_unit(own, "a.b", "s");
    run[1].config = own;
    dt_columns_join(run, 2, arena);
    for (int i = 0; i < 2; i++) assert_string_equal(dt_config_get(run[i].swept, "a.b")->unit, "s");
}

static void a_value_that_differs_is_a_column_and_one_that_does_not_is_none(void **fixture) {
    dt_arena *arena = *fixture;
    dt_plan_run run[] = { run_of("{\"a\":1,\"b\":2,\"c\":{\"d\":true}}", "{}", true, arena),
                          run_of("{\"a\":1,\"b\":3,\"c\":{\"d\":false}}", "{}", false, arena) };
    dt_columns_join(run, 2, arena);
    assert_swept(&run[0], "{\"b\":2,\"c.d\":true}", arena);
    assert_swept(&run[1], "{\"b\":3,\"c.d\":false}", arena);
}

/* A number or a list stands for them in a scenario. */
static void a_constant_is_its_number_and_a_value_for_each_worker_their_list(void **fixture) {
    dt_arena *arena = *fixture;
    dt_plan_run run[] = { run_of("{\"j\":{\"name\":\"constant\",\"value\":1}}", "{}", true, arena),
                          run_of("{\"j\":{\"name\":\"constant\",\"value\":2}}", "{}", false, arena),
                          run_of("{\"j\":{\"name\":\"each\",\"values\":[1,2]}}", "{}", false, arena) };
    dt_columns_join(run, 3, arena);
    assert_swept(&run[0], "{\"j\":1}", arena);
    assert_swept(&run[1], "{\"j\":2}", arena);
    assert_swept(&run[2], "{\"j\":\"[1,2]\"}", arena);
}

static void choices_are_named_and_compared_with_their_namesakes(void **fixture) {
    dt_arena *arena = *fixture;
    dt_plan_run run[] = { run_of("{\"s\":{\"name\":\"local\",\"period\":4,\"x\":1}}", "{}", true, arena),
                          run_of("{\"s\":{\"name\":\"local\",\"period\":8,\"x\":1}}", "{}", true, arena),
                          run_of("{\"s\":\"sgd\"}", "{}", false, arena) };
    dt_columns_join(run, 3, arena);
    assert_swept(&run[0], "{\"s\":\"local\",\"s.period\":4}", arena);
    assert_swept(&run[1], "{\"s\":\"local\",\"s.period\":8}", arena);
    assert_swept(&run[2], "{\"s\":\"sgd\",\"s.period\":\"-\"}", arena);
}

static void what_a_run_has_not_is_a_dash_and_lists_are_whole(void **fixture) {
    dt_arena *arena = *fixture;
    dt_plan_run run[] = { run_of("{\"w\":[1,2],\"f\":{\"p\":1}}", "{}", true, arena),
                          run_of("{\"w\":[1,3]}", "{}", false, arena) };
    dt_columns_join(run, 2, arena);
    assert_swept(&run[0], "{\"f\":\"{\\\"p\\\":1}\",\"w\":\"[1,2]\"}", arena);
    assert_swept(&run[1], "{\"f\":\"-\",\"w\":\"[1,3]\"}", arena);
}

static void a_label_says_what_is_below_it_unless_two_parts_share_it(void **fixture) {
    dt_arena *arena = *fixture;
    const char *four = "{\"s\":{\"name\":\"local\",\"period\":4}}", *eight = "{\"s\":{\"name\":\"local\",\"period\":8}}";
    dt_plan_run told[] = { run_of(four, "{\"s\":\"local period=4\"}", false, arena),
                           run_of(eight, "{\"s\":\"local period=8\"}", false, arena),
                           run_of(four, "{\"s\":\"local\"}", true, arena) };
    dt_columns_join(told, 3, arena);
    assert_swept(&told[1], "{\"s\":\"local period=8\"}", arena);
    assert_swept(&told[2], "{\"s\":\"local period=4\"}", arena);      /* the scenario's word for the same */
    dt_plan_run shared[] = { run_of(four, "{\"s\":\"local\"}", false, arena), run_of(eight, "{\"s\":\"local\"}", true, arena) };
    dt_columns_join(shared, 2, arena);
    assert_swept(&shared[0], "{\"s\":\"local\",\"s.period\":4}", arena);
    assert_swept(&shared[1], "{\"s\":\"local\",\"s.period\":8}", arena);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unit_of_a_column_is_known_to_all_its_runs),
        cmocka_unit_test(a_value_that_differs_is_a_column_and_one_that_does_not_is_none),
        cmocka_unit_test(a_constant_is_its_number_and_a_value_for_each_worker_their_list),
        cmocka_unit_test(choices_are_named_and_compared_with_their_namesakes),
        cmocka_unit_test(what_a_run_has_not_is_a_dash_and_lists_are_whole),
        cmocka_unit_test(a_label_says_what_is_below_it_unless_two_parts_share_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
