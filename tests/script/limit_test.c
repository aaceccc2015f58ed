/* limit_test.c - what a scenario computes ends: loops, memory, hooks and claims are stopped with a reason and a line. */
#include "tests/script/scene.h"
#include <time.h>

/* Seconds of this thread alone: what else the machine does is not in them. */
static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void a_loop_without_end_is_stopped_at_its_line(void **fixture) {
    scene *s = *fixture;
    static const char *const loops[] = {
        "local x = 1\nwhile true do end",
        "local x = 1\nwhile true do pcall(function() while true do end end) end",
        "local x = 1\nwhile true do coroutine.resume(coroutine.create(function() while true do end end)) end",
        "local x = 1\nlocal c = coroutine.create(function() while true do end end) error(select(2, coroutine.resume(c)), 0)",
        "local x = 1\ntable.sort({ 3, 2, 1 }, function() while true do end end)",
        "local x = setmetatable({}, { __index = function() while true do end end })\nlocal y = x.z",
        "local function f() while true do xpcall(error, f) end end\nf()",
    };
    for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
        double start = now_s();
        s->timeout_s = 0.1;
        assert_refused(scene_load(s, loops[i]), DT_EINVAL, "Lua has computed for more than 100 ms, the limit that --timeout sets: is this a loop without end?");
        assert_non_null(strstr(dt_reason(), "tau.lua:"));
        assert_true(now_s() - start < 3);
    }
    assert_refused(scene_load(s, loops[0]), DT_EINVAL, "tau.lua:2: ");
}

/* scene.h allows 50 MB. */
static void memory_without_end_is_stopped(void **fixture) {
    scene *s = *fixture;
    assert_refused(scene_load(s, "local t = {}\nfor i = 1, 1e9 do t[i] = i .. 'x' end"), DT_EINVAL,
                   "tau.lua:2: Lua takes more than 50 MB of memory");
    assert_refused(scene_load(s, "local t = 'x'\nwhile true do t = t .. t end"), DT_EINVAL, "Lua takes more than 50 MB");
    assert_refused(scene_load(s, "local t = ('x'):rep(1e9)"), DT_EINVAL, "Lua takes more than 50 MB of memory");
    s->timeout_s = 1;
    assert_refused(scene_load(s, "while true do pcall(function() local t = ('x'):rep(1e9) end) end"), DT_EINVAL,
                   "tau.lua:1: Lua has computed for more than 1.00 s");
}

/* Garbage is no memory held: a hundred times the limit goes by. */
static void garbage_does_not_count(void **fixture) {
    scene *s = *fixture;
    assert_ok(scene_load(s, "local s = ('x'):rep(1e5)\nfor i = 1, 100 do local t = s:rep(100) end\n" SCENE_HEAD "platform = 'lan' }"));
}

static void a_hook_is_stopped_after_a_number_of_steps(void **fixture) {
    scene *s = *fixture;
    bool stop = false;
    assert_ok(scene_load(s, SCENE_HEAD "platform = 'lan',\n on_evaluate = function(m)\n while m.step == 2 do end end }"));
    const dt_hook hook = s->plan.on_evaluate;
    dt_metric_list columns;
    dt_metric_open(&columns, true, false, NULL);
    assert_ok(hook.call(hook.owner, &columns, &(dt_mark){ .step = 1 }, &stop));
    assert_int_not_equal(hook.call(hook.owner, &columns, &(dt_mark){ .step = 2 }, &stop), DT_OK);
    assert_non_null(strstr(dt_reason(), "tau.lua:8: "));
    assert_non_null(strstr(dt_reason(), "one call takes more than 100 million steps of Lua: is this a loop without end?"));
    assert_ok(hook.call(hook.owner, &columns, &(dt_mark){ .step = 3 }, &stop));      /* the limits begin anew */
}

static void a_finaliser_cannot_be_set(void **fixture) {
    scene *s = *fixture;
    assert_refused(scene_load(s, "setmetatable({}, { __gc = function() end })"), DT_EINVAL,
                   "tau.lua:1: a metatable with __gc is not allowed");
    assert_refused(scene_load(s, "setmetatable(3, {})"), DT_EINVAL, "table expected");
    assert_refused(scene_load(s, "setmetatable({}, 3)"), DT_EINVAL, "nil or table");
    assert_ok(scene_load(s, "local t = setmetatable({}, { __index = { a = 4 } })\nassert(t.a == 4)\n"
                            "assert(getmetatable(setmetatable(t, nil)) == nil)\n" SCENE_HEAD "platform = 'lan' }"));
}

static void what_touches_the_machine_is_there_when_asked_for(void **fixture) {
    scene *s = *fixture;
    const dt_script_options options = { .home = ".", .unsafe = true };
    const char *path = scene_file(s, "tau.lua", "assert(os.time and io.open and debug.getinfo and package.loadlib and load and "
                                  "dofile)\n" SCENE_HEAD "platform = 'lan' }");
    assert_ok(dt_script_load(path, &options, s->arena, &s->script, &s->plan));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_loop_without_end_is_stopped_at_its_line),
        TEST(memory_without_end_is_stopped),
        TEST(garbage_does_not_count),
        TEST(a_hook_is_stopped_after_a_number_of_steps),
        TEST(a_finaliser_cannot_be_set),
        TEST(what_touches_the_machine_is_there_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
