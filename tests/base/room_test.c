/* room_test.c - a registry finds, opens, checks and writes out its algorithms. */
#include "tests/test.h"
#include "base/room.h"

typedef struct walk { double stride; } walk;
typedef struct pace { bool quiet; } pace;

static const dt_param walk_params[] = {
    DT_REAL_PARAM(walk, stride, 0.8, 0.1, 2, "1", "length of a step"),
    { 0 }
};
static const dt_param pace_params[] = {
    DT_BOOL_PARAM(pace, quiet, true, "on tiptoe"),
    { 0 }
};
static const dt_entry walking = { "walk", "Step by step.", "everyone", walk_params, sizeof(walk) };
static const dt_entry resting = { "rest", "Stay.", "everyone", NULL, 0 };
static const dt_entry *const entries[] = { &walking, &resting };
static const dt_room moves = { "move", "how one moves", "rest", pace_params, entries, 2, NULL, NULL };
static const dt_room bare = { "bare", "what must be said", NULL, NULL, entries, 2, NULL, NULL };

static const dt_entry *entry;
static void *opened;
static pace common;

static dt_config *named(const char *name, dt_arena *run) {
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, name, run);
    return node;
}

static void entries_are_found_by_name(void **fixture) {
    (void)fixture;
    assert_ptr_equal(dt_room_find(&moves, "walk"), &walking);
    assert_null(dt_room_find(&moves, "wal"));
}

static void nothing_said_opens_the_preset(void **fixture) {
    assert_ok(dt_room_open(&moves, NULL, NULL, &common, *fixture, &entry, &opened));
    assert_ptr_equal(entry, &resting);
    assert_true(common.quiet);
    assert_refused(dt_room_open(&bare, NULL, NULL, NULL, *fixture, &entry, &opened), DT_EINVAL, "what must be said");
    assert_string_equal(dt_reason_path(), "bare");
}

static void parameters_reach_the_state(void **fixture) {
    dt_config *node = named("walk", *fixture);
    dt_config_set_number(node, "stride", 1.5, *fixture);
    dt_config_set_bool(node, "quiet", false, *fixture);
    assert_ok(dt_room_open(&moves, node, NULL, &common, *fixture, &entry, &opened));
    assert_ptr_equal(entry, &walking);
    assert_true(((walk *)opened)->stride == 1.5 && !common.quiet);
}

static void what_is_wrong_is_named_by_its_path(void **fixture) {
    dt_config *node = named("walk", *fixture);
    dt_config_set_number(node, "stride", 9, *fixture);
    assert_refused(dt_room_open(&moves, node, NULL, &common, *fixture, &entry, &opened), DT_EINVAL, "0.1 to 2");
    assert_string_equal(dt_reason_path(), "move.stride");
    assert_refused(dt_room_open(&moves, node, "legs.left", &common, *fixture, &entry, &opened), DT_EINVAL, "9");
    assert_string_equal(dt_reason_path(), "legs.left.stride");
    assert_refused(dt_room_open(&moves, named("wlak", *fixture), NULL, &common, *fixture, &entry, &opened),
                   DT_ENOTFOUND, "did you mean \"walk\"? (known are walk, rest)");
    assert_refused(dt_room_open(&moves, named("aeroplane", *fixture), NULL, &common, *fixture, &entry, &opened),
                   DT_ENOTFOUND, "known are walk, rest");
    dt_config *keys = dt_config_new(*fixture);
    dt_config_set_bool(keys, "quiet", true, *fixture);
    assert_ok(dt_room_open(&moves, keys, NULL, &common, *fixture, &entry, &opened));     /* the preset's */
    assert_refused(dt_room_open(&moves, dt_config_new(*fixture), NULL, &common, *fixture, &entry, &opened), DT_EINVAL,
                   "a name or a table");
}

static void a_choice_is_written_out_whole(void **fixture) {
    dt_arena *run = *fixture;
    dt_config *out = dt_config_new(run), *node = named("walk", run);
    dt_config_set_number(node, "stride", 1, run);
    assert_ok(dt_room_resolve(&moves, node, NULL, sizeof(pace), out, "move", run));
    assert_ok(dt_room_resolve(&bare, named("rest", run), "other", 0, out, "other", run));
    assert_string_equal(dt_config_json(out, run),
                        "{\"move\":{\"name\":\"walk\",\"quiet\":true,\"stride\":1},\"other\":\"rest\"}");
    assert_ok(dt_room_open(&moves, dt_config_get(out, "move"), NULL, &common, run, &entry, &opened));
    assert_refused(dt_room_resolve(&moves, named("wolk", run), NULL, sizeof(pace), out, "move", run), DT_ENOTFOUND,
                   "walk");
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_found_by_name),
        cmocka_unit_test(nothing_said_opens_the_preset),
        cmocka_unit_test(parameters_reach_the_state),
        cmocka_unit_test(what_is_wrong_is_named_by_its_path),
        cmocka_unit_test(a_choice_is_written_out_whole),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
