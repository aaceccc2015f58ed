/* trouble.h - a small training, and the kinds of faults that strike it, for what strategies and means promise under faults. */
#ifndef DT_TESTS_STRATEGY_TROUBLE_H
#define DT_TESTS_STRATEGY_TROUBLE_H

#include "tests/strategy/stage.h"

#include "engine/failure.h"

static dt_arena *arena;

static inline dt_data classes(void) {
    enum { ROWS = 240, COLUMNS = 6 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, 3);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, 3, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static inline const char *strategy_name(size_t e) { return dt_strategy_room.entries[e]->name; }

enum { WORKERS = 5 };

static inline stage_choice choice(const dt_data *data, size_t e) {
    return (stage_choice){ .strategy = pick(arena, strategy_name(e), NULL), .model = pick(arena, "softmax", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.2, "momentum", 0.5, NULL), .data = data,
                           .workers = WORKERS, .batch = 16, .stop.rounds = 30, .every.rounds = 5,
                           .star = { WORKERS + 1, 1e6, 1e6, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* Kinds of trouble; times in the order of a round, which takes some milliseconds. */
static inline const dt_config *trouble(int kind) {
    dt_config *f = dt_config_new(arena);
    const dt_config *often = pick(arena, "exponential", "mean", 0.03, NULL), *soon = pick(arena, "exponential", "mean", 0.01, NULL);
    dt_config_set_number(f, "deadline", 0.004, arena);
    dt_config_set_number(f, "timeout", 0.001, arena);
    dt_config_set_number(f, "patience", 20, arena);
    if (kind == 0) dt_config_set_copy(f, "crash", often, arena);
    if (kind == 1 || kind == 5) dt_config_set_copy(f, "crash", often, arena);
    if (kind == 1 || kind == 5) dt_config_set_copy(f, "recover", soon, arena);
    if (kind == 2 || kind == 5) {
        dt_config *there = dt_config_set_table(f, "availability", arena);
        dt_config_set_text(there, NULL, "alternating", arena);
        dt_config_set_copy(there, "on", often, arena);
        dt_config_set_copy(there, "off", often, arena);
    }
    if (kind == 4 || kind == 5) {
        dt_config *link = dt_config_set_table(dt_config_set_table(f, "links", arena), NULL, arena);
        dt_config_set_text(link, NULL, "l-[13]_UP", arena);
        dt_config *on = dt_config_set_table(link, "on", arena);
        dt_config_set_text(on, NULL, "alternating", arena);
        dt_config_set_copy(on, "on", often, arena);
        dt_config_set_copy(on, "off", soon, arena);
    }
    return f;
}
enum { TROUBLES = 6 };

/* Does strategy e refuse these faults?  It then names the key at fault. */
static inline bool refuses(size_t e, const dt_config *faults) {
    const dt_strategy_type *type = dt_strategy_of(dt_strategy_room.entries[e]);
    static const char *const rooms[] = { "aggregate", "optimiser", "sync", "queue", "compress" };
    static const char *const presets[] = { "weighted", "sgd", "bsp", "whole", "none" };
    dt_config *scenario = dt_config_new(arena);
    if (type->fits == NULL) return false;
    dt_config_set_copy(scenario, "strategy", pick(arena, strategy_name(e), NULL), arena);
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) dt_config_set_copy(scenario, rooms[i], pick(arena, presets[i], NULL), arena);
    assert_int_equal(type->fits(NULL, scenario), DT_OK);
    assert_int_equal(dt_fault_resolve(faults, scenario, arena), DT_OK);
    if (type->fits(NULL, scenario) == DT_OK) return false;
    assert_int_equal(strncmp(dt_reason_path(), "faults.", 7), 0);
    return true;
}

/* The last round, and none after it: whoever begins a round asks first. */
static inline void it_ends_and_repeats(stage_choice c, const char *what, int kind) {
    c.faults = trouble(kind);
    apart_more.loss = kind == 3 || kind == 5 ? 0.2 : 0;
    const stage_log *one = stage_run(c);
    c.threads = 3;
    const stage_log *three = stage_run(c);
    if (one->status != DT_OK) fail_msg("%s, trouble %d: %s", what, kind, one->reason);
    assert_int_equal(one->marks, three->marks);
    assert_memory_equal(one->mark, three->mark, (size_t)one->marks * sizeof(dt_mark));
    assert_memory_equal(one->x, three->x, (size_t)one->marks * sizeof one->x[0]);
    assert_near(one->end_s, three->end_s, 0);
    assert_near(one->unaccounted_bytes, 0, 1e-6);
    assert_near(one->unaccounted_s, 0, 1e-9);
    assert_int_equal(one->from_future, 0);
    for (int i = 1; i < one->marks; i++) assert_true(one->mark[i].round > one->mark[i - 1].round);
    apart_more.loss = 0;
    if (kind > 0 && one->mark[one->marks - 1].round != 30)
        fail_msg("%s, trouble %d: the last evaluation is of round %ld", what, kind, one->mark[one->marks - 1].round);
}

#endif
