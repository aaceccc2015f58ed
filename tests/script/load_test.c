/* load_test.c - a scenario becomes a plan: values, sweeps, platforms, and nothing that differs from run to run. */
#include "tests/script/scene.h"
#include "distribution/distribution.h"

static void every_kind_of_value_arrives(void **fixture) {
    scene *s = *fixture;
    assert_ok(scene_load(s, SCENE_HEAD "batch_size = 7, platform = { \"lan\", bandwidth = \"1Gbps\", hosts = 4 },\n"
                                       "optimiser = { \"sgd\", nesterov = true, momentum = 0.5, lr = 1e-3 } }"));
    assert_string_equal(scene_config(s, 0, "batch_size"), "7");
    assert_string_equal(scene_config(s, 0, "optimiser.nesterov"), "true");
    assert_string_equal(scene_config(s, 0, "optimiser.lr"), "0.001");
    assert_string_equal(scene_config(s, 0, "platform.bandwidth"), "125000000");
    assert_string_equal(dt_config_name(dt_config_get(s->plan.run[0].config, "platform")), "lan");
    assert_string_equal(s->plan.name, "tau");
    assert_int_equal(s->plan.runs, 1);
    assert_null(s->plan.run[0].swept->first);
    assert_null(s->plan.on_evaluate.call);
    assert_null(s->plan.claims);
}

static void lists_arrive_in_order(void **fixture) {
    scene *s = *fixture;
    assert_ok(scene_load(s, SCENE_HEAD "platform = \"lan\", model = { \"mlp\", widths = { 30, 20, 10 } } }"));
    assert_string_equal(scene_config(s, 0, "model.widths"), "[30,20,10]");
}

static void a_sweep_gives_runs_with_their_values(void **fixture) {
    scene *s = *fixture;
    assert_ok(scene_load(s, SCENE_HEAD "platform = dt.sweep { \"lan\", { \"wan\", regions = 2 } }, seeds = 2,\n"
                                       "seed = 5 }"));
    assert_int_equal(s->plan.runs, 4);
    assert_int_equal(s->plan.run[3].id, 3);
    assert_string_equal(dt_config_json(s->plan.run[3].swept, s->arena), "{\"platform\":\"wan\",\"seed\":6}");
    assert_string_equal(scene_config(s, 3, "seed"), "6");
    assert_ptr_equal(s->plan.run[0].platform, s->plan.run[1].platform);     /* made once for equal parameters */
    assert_int_not_equal(s->plan.run[1].platform->hash, s->plan.run[2].platform->hash);
}

static void hosts_follow_workers_unless_they_are_given(void **fixture) {
    scene *s = *fixture;
    assert_ok(scene_load(s, SCENE_HEAD "platform = \"lan\" }"));
    assert_string_equal(scene_config(s, 0, "platform.hosts"), "4");
    assert_ok(scene_load(s, SCENE_HEAD "platform = { \"lan\", hosts = 9 } }"));
    assert_string_equal(scene_config(s, 0, "platform.hosts"), "9");
    assert_ok(scene_load(s, SCENE_HEAD "platform = { \"wan\", regions = 3 } }"));
    assert_string_equal(scene_config(s, 0, "platform.total"), "4");
    assert_ok(scene_load(s, SCENE_HEAD "platform = \"mobile\" }"));
    assert_string_equal(scene_config(s, 0, "platform.phones"), "4");
}

static void every_distribution_of_the_registry_is_a_function_of_dt(void **fixture) {
    scene *s = *fixture;
    const char *text = "local dt = require \"dt\"\n";
    for (size_t i = 0; i < dt_distribution_room.count; i++) {
        const char *name = dt_distribution_room.entries[i]->name;
        text = dt_arena_text(s->arena, "%slocal made = dt.%s { a = 1 }\nassert(made[1] == \"%s\" and made.a == 1)\n", text,
                             name, name);
    }
    assert_ok(scene_load(s, dt_arena_text(s->arena, "%s%s", text, SCENE_HEAD "platform = \"lan\" }")));
}

static void a_set_reaches_into_the_tree(void **fixture) {
    scene *s = *fixture;
    const char *text = SCENE_HEAD "platform = \"lan\" }";
    assert_ok(scene_load_set(s, text, "platform.latency=1ms"));
    assert_string_equal(scene_config(s, 0, "platform.latency"), "0.001");
    assert_ok(scene_load_set(s, text, "strategy=dt.sweep { 'sgd', { 'localsgd', period = 3 } }"));
    assert_int_equal(s->plan.runs, 2);
    assert_string_equal(scene_config(s, 1, "strategy.period"), "3");
}

static void a_simgrid_file_is_read_beside_the_scenario(void **fixture) {
    scene *s = *fixture;
    scene_file(s, "own.xml", "<platform/>");
    assert_ok(scene_load(s, SCENE_HEAD "platform = \"own.xml\" }"));
    char text[16] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_ok(dt_platform_copy(s->plan.run[0].platform, out));
    fclose(out);
    assert_string_equal(text, "<platform/>");
    const char *before = scene_config(s, 0, "platform");
    scene_file(s, "own.xml", "<platform />");
    assert_ok(scene_load(s, SCENE_HEAD "platform = \"own.xml\" }"));
    assert_string_not_equal(before, scene_config(s, 0, "platform"));        /* its content is part of the choice */
}

static void a_module_beside_the_scenario_can_be_required(void **fixture) {
    scene *s = *fixture;
    scene_file(s, "mine.lua", "return { platform = 'lan' }");
    assert_ok(scene_load(s, "local mine = require 'mine'\n" SCENE_HEAD "platform = mine.platform }"));
    assert_refused(scene_load(s, "local x = require 'gone'"), DT_EINVAL, "tau.lua:1: there is no module \"gone\"");
    assert_refused(scene_load(s, "local x = require '../../etc/passwd'"), DT_EINVAL, "is not the name of a module");
}

/* Lua hashes texts and seeds math.random anew in every process. */
static void what_a_scenario_sees_never_differs(void **fixture) {
    scene *s = *fixture;
    const char *text = "local keys = {}\n"
                       "for k in pairs { z = 1, a = 1, m = 1, q = 1, b = 1 } do keys[#keys + 1] = k end\n"
                       "assert(table.concat(keys) == 'abmqz' and math.random(1 << 30) == 177966494)\n"
                       SCENE_HEAD "platform = 'lan' }";
    assert_ok(scene_load(s, text));
}

static void a_scenario_cannot_touch_the_machine(void **fixture) {
    scene *s = *fixture;
    const char *const gone[] = { "os", "io", "debug", "package", "load", "loadfile", "dofile" };
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        assert_refused(scene_load(s, dt_arena_text(s->arena, "error(tostring(%s), 0)", gone[i])), DT_EINVAL, "has no value");
}

static void the_hook_sees_marks_and_may_stop(void **fixture) {
    scene *s = *fixture;
    assert_ok(scene_load(s, SCENE_HEAD "platform = 'lan',\non_evaluate = function(m)\n"
                                       "if m.loss > 10 then return { b = 7, a = m.loss }, 'stop' end if m.step == 9 then return 3 end\n"
                                       "return m.round == 8 and m.no.such or { a = 1, b = m.step } end }"));
    const dt_hook hook = s->plan.on_evaluate;
    dt_metric_list columns;
    dt_metric_open(&columns, true, false, NULL);
    bool stop = false;
    assert_ok(hook.call(hook.owner, &columns, &(dt_mark){ .loss = 1, .step = 3, .round = 2 }, &stop));
    assert_false(stop);
    dt_mark mark = { .loss = 11 };
    assert_ok(hook.call(hook.owner, &columns, &mark, &stop));
    assert_true(stop);
    assert_int_equal(columns.watched, 2);
    assert_string_equal(columns.item[columns.count - 2].is.name, "a");
    assert_true(mark.more[0] == 11 && mark.more[1] == 7);
    assert_refused(hook.call(hook.owner, &columns, &(dt_mark){ .step = 9 }, &stop), DT_EINVAL, "tau.lua:7: on_evaluate: returned 3");
    assert_refused(hook.call(hook.owner, &columns, &(dt_mark){ .round = 8 }, &stop), DT_EINVAL, "tau.lua:9: attempt to index");
}

static void the_reference_names_every_key_and_entry(void **fixture) {
    scene *s = *fixture;
    const dt_script_options options = { .home = "." };
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    assert_ok(dt_script_reference(&options, out));
    fclose(out);
    for (const dt_param *p = dt_plan_params; p->name != NULL; p++)
        assert_non_null(strstr(text, dt_arena_text(s->arena, "---@field %s? ", p->name)));
    for (const dt_room *const *room = dt_plan_rooms; *room != NULL; room++)
        for (size_t i = 0; i < (*room)->count; i++)
            assert_non_null(strstr(text, dt_arena_text(s->arena, "---@class dt.%s.%s: ", (*room)->name,
                                                       (*room)->entries[i]->name)));
    assert_non_null(strstr(text, "---@class dt.platform.wan: "));
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_kind_of_value_arrives),
        TEST(lists_arrive_in_order),
        TEST(a_sweep_gives_runs_with_their_values),
        TEST(hosts_follow_workers_unless_they_are_given),
        TEST(every_distribution_of_the_registry_is_a_function_of_dt),
        TEST(a_set_reaches_into_the_tree),
        TEST(a_simgrid_file_is_read_beside_the_scenario),
        TEST(a_module_beside_the_scenario_can_be_required),
        TEST(what_a_scenario_sees_never_differs),
        TEST(a_scenario_cannot_touch_the_machine),
        TEST(the_hook_sees_marks_and_may_stop),
        TEST(the_reference_names_every_key_and_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
