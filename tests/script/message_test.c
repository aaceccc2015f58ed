/* message_test.c - whatever is wrong with a scenario, one sentence says where and what. */
#include "tests/script/scene.h"

typedef struct mistake { const char *text, *message; } mistake;

/* Line 6 of every scenario ends the head; what follows begins on it. */
static const mistake mistakes[] = {
    { SCENE_HEAD "platform = \"lan\",\n  stopp = 3 }",
      "tau.lua:7: stopp: there is no such key; did you mean \"stop\"?" },
    { SCENE_HEAD "platform = \"lan\", --[[ topk\n ratio = 1 ]] s = nil,\n  compress = { \"topk\",\n    ratio = 2 } }",
      "tau.lua:9: compress.ratio: expected a number from 1e-09 to 1, got 2" },
    { SCENE_HEAD "platform = \"lan\", jitter = {\n \"exponential\", -- mean = 1\n [\"mean\"] = true } }",
      "tau.lua:8: jitter.mean: expected a number, got true" },
    { "local tau = { \"localsgd\",\n  perod = 3 }\n" SCENE_HEAD "platform = \"lan\", strategy = tau }",
      "tau.lua:2: strategy.perod: there is no such key; did you mean \"period\"?" },
    { SCENE_HEAD "platform = \"lan\",\n strategy = dt.sweep { \"sgd\", { \"localsgd\",\n period = 0 } } }",
      "tau.lua:8: strategy.period: expected a whole number from 1 to 1e+09, got 0" },
    { SCENE_HEAD "platform = { \"lan\",\n seed = 1 },\n seed = -1 }", "tau.lua:8: seed: expected a whole number" },
    { SCENE_HEAD "platform = \"lan\", model = { \"mlp\",\n widths = { 10, nil, 30 } } }",
      "tau.lua:7: model.widths: the list has a gap" },
    { SCENE_HEAD "platform = \"lan\",\n jitter = dt.lognorml { mean = 1 } }",
      "tau.lua:7: dt has no \"lognorml\"; did you mean \"lognormal\"?" },
    { SCENE_HEAD "platform = \"lan\",\n jitter = dt.zebra {} }", "tau.lua:7: dt has no \"zebra\"" },
    { SCENE_HEAD "batch_size = dt.swep { 1 } }", "tau.lua:6: dt has no \"swep\"; did you mean \"sweep\"?" },
    { SCENE_HEAD "x = 1 }", "tau.lua:6: x: there is no such key" },
    { SCENE_HEAD "seeds = 3 }", "tau.lua: platform: expected the machines and the network" },
    { SCENE_HEAD "platform = \"lna\" }",
      "tau.lua:6: platform: there is no \"lna\"; did you mean \"lan\"? (known are gpus, lan, mobile, wan)" },
    { SCENE_HEAD "platform = { \"wan\",\n regions = 11 } }",
      "tau.lua:7: platform.regions: expected a whole number from 1 to 10, got 11" },
    { SCENE_HEAD "platform = { \"wan\", among = \"Tokyo, Tokio\" } }",
      "tau.lua:6: platform.among: there is no region \"Tokio\"" },
    { SCENE_HEAD "platform = \"gone.xml\" }", "gone.xml nor gone.xml is there (and DTSIM_DATA is not set)" },
    { SCENE_HEAD "platform = print }", "tau.lua:6: platform: a function stands here" },
    { SCENE_HEAD "platform = { \"lan\", [2.5] = 1 } }", "tau.lua:6: platform: [2.5] is no key here" },
    { SCENE_HEAD "platform = { \"lan\", [3] = 1 } }", "tau.lua:6: platform: " },
    { SCENE_HEAD "platform = \"lan\",\n on_evaluate = 3 }", "tau.lua:7: on_evaluate: expected a function, such as function(evaluation) ... end, got number" },
    { SCENE_HEAD "platform = \"lan\",\n claims = { function() end } }", "tau.lua:7: claims: expected a sentence with a function" },
    { SCENE_HEAD "platform = \"lan\",\n batch_size = dt.zip { 1, 2 },\n seed = dt.zip { 1, 2, 3 } }",
      "tau.lua:8: seed: this dt.zip has 3 values, that of batch_size has 2" },
    { SCENE_HEAD "platform = \"lan\"\n batch_size = 3 }", "tau.lua:7: '}' expected" },
    { SCENE_HEAD "platform = \"lan\",\n batch_size = nil + 1 }", "tau.lua:7: attempt to perform arithmetic on a nil value" },
    { SCENE_HEAD "platform = \"lan\",\n batch_size = dt.sweep {} }", "tau.lua:7: dt.sweep: expected at least one value, such as dt.sweep { 1, 4, 16 }, got none" },
    { "return { platform = \"lan\" }", "tau.lua: expected a file that ends with return dt.scenario" },
    { "error { 3 }", "tau.lua: an error was raised with a table" },
    { "local dt = require 'dt' local t = {} t.t = t return dt.scenario { data = t }", "nested at most 16 deep" },
    { "", "tau.lua: expected a file that ends with return dt.scenario" },
};

static void a_mistake_is_told_with_line_key_and_what_is_allowed(void **fixture) {
    scene *s = *fixture;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        assert_int_not_equal(scene_load(s, mistakes[i].text), DT_OK);
        const char *wanted = dt_arena_text(s->arena, "%s", mistakes[i].message);
        if (strncmp(dt_reason(), s->folder, strlen(s->folder)) != 0 || strstr(dt_reason(), wanted) == NULL)
            fail_msg("scenario %zu: \"%s\" lacks \"%s\"", i, dt_reason(), wanted);
        if (strchr(dt_reason(), '\n') != NULL) fail_msg("scenario %zu: more than one line: %s", i, dt_reason());
    }
}

static void a_long_path_is_told_whole(void **fixture) {
    scene *s = *fixture;
    const char *name = "a-scenario-with-a-name-that-is-longer-than-what-lua-shows-of-it-in-its-own-messages.lua";
    const char *path = scene_file(s, name, "local x = nil + 1");
    const dt_script_options options = { .home = "." };
    assert_refused(dt_script_load(path, &options, s->arena, &s->script, &s->plan), DT_EINVAL,
                   dt_arena_text(s->arena, "%s:1: attempt to perform", path));
}

/* Errors that pass through coroutines, or are caught and raised again, get a place each time. */
static void a_place_is_told_once(void **fixture) {
    static const struct { const char *text, *message; } cases[] = {
        { "local function nest(n)\n  if n == 0 then error 'boom' end\n  coroutine.wrap(function() nest(n - 1) end)()\nend\nnest(90)",
          "tau.lua:2: boom" },
        { "local function nest(n)\n  if n == 0 then error 'boom' end\n  local good, why = pcall(nest, n - 1)\n  error(why)\nend\n"
          "nest(90)", "tau.lua:2: boom" },
        { "coroutine.wrap(function()\n  local x = nil + 1\nend)()", "tau.lua:2: attempt to perform arithmetic on a nil value" },
        { "coroutine.wrap(function()\n  require('dt').sweep {}\nend)()", "tau.lua:2: dt.sweep: expected at least one value, such as dt.sweep { 1, 4, 16 }, got none" },
        { "coroutine.wrap(function()\n  error 'rows 1:2:3: no'\nend)()", "tau.lua:2: rows 1:2:3: no" },
        { "coroutine.wrap(function() error('no place', 0) end)()", "tau.lua:1: no place" },
    };
    scene *s = *fixture;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_not_equal(scene_load(s, cases[i].text), DT_OK);
        const char *wanted = dt_arena_text(s->arena, "%s/%s", s->folder, cases[i].message);
        if (strncmp(dt_reason(), wanted, strlen(wanted)) != 0) fail_msg("\"%s\" is not \"%s\"", dt_reason(), wanted);
    }
}

static void a_mistake_of_the_command_line_is_told_as_such(void **fixture) {
    scene *s = *fixture;
    const char *text = SCENE_HEAD "platform = \"lan\" }";
    assert_refused(scene_load_set(s, text, "strategy.perod=3"), DT_EINVAL, "--set strategy.perod=3: strategy.perod: ");
    assert_refused(scene_load_set(s, text, "platform=wan2"), DT_ENOTFOUND, "--set platform=wan2: platform: there");
    assert_refused(scene_load_set(s, text, "x.y=3"), DT_EINVAL, "--set x.y=3: x: there is no such key");
    assert_refused(scene_load_set(s, text, "workers"), DT_EINVAL, "--set workers: expected key.path=value");
    assert_refused(scene_load_set(s, text, "batch_size.x.y=3"), DT_EINVAL, "--set batch_size.x.y=3: batch_size: expected a whole number, got {");
}

static void a_missing_scenario_is_named(void **fixture) {
    scene *s = *fixture;
    const dt_script_options options = { .home = "." };
    assert_refused(dt_script_load("gone.lua", &options, s->arena, &s->script, &s->plan), DT_ENOTFOUND,
                   "gone.lua: No such file");
    assert_refused(dt_script_load(s->folder, &options, s->arena, &s->script, &s->plan), DT_ENOTFOUND, s->folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_mistake_is_told_with_line_key_and_what_is_allowed),
        TEST(a_long_path_is_told_whole),
        TEST(a_place_is_told_once),
        TEST(a_mistake_of_the_command_line_is_told_as_such),
        TEST(a_missing_scenario_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
