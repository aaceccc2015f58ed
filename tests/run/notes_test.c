/* notes_test.c - what a strategy and a hook declare reaches the record: columns with their words, tables with their rows. */
#include "tests/test.h"
#include "run/notes.h"
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static const dt_metric own[] = {
    { { "purity", DT_COLUMN_REAL, "1", "share of a group that is alike" }, "purity of the groups (%)", DT_BETTER_HIGH, 0 },
    { { "merges", DT_COLUMN_COUNT, "1", "groups that were merged" }, .label = NULL },
    { .label = NULL },
};
static const dt_column pushes[] = {
    { "site", DT_COLUMN_TEXT, "", "where it went" },
    { "bytes", DT_COLUMN_REAL, "B", "its size" },
    { NULL, DT_COLUMN_REAL, NULL, NULL },
};
static const dt_ledger ledgers[] = { { "empty", pushes }, { "pushes", pushes }, { NULL, NULL } };

/* The record of a run of two evaluations; its path. */
static const char *written(const char *folder, dt_arena *arena) {
    static const dt_platform platform;
    static dt_monitor monitor;
    dt_notes notes;
    bool stop = false;
    const char *path = dt_arena_text(arena, "%s/part.h5", folder);
    dt_plan_run run = { .config = dt_config_new(arena), .platform = &platform };
    dt_run_options options = { .part = path };
    dt_stop limit = { .rounds = 2 };
    assert_ok(dt_notes_open(&notes, &run, &options, &limit, "none", false, arena));
    notes.monitor = &monitor;
    dt_metric_open(&monitor.columns, true, own);
    assert_ok(dt_notes_tables(&notes, ledgers));
    assert_ok(dt_metric_add(&monitor.columns, &(dt_metric){ { "drift", DT_COLUMN_REAL, "1", "of a hook" }, .label = "drift" }));
    for (int i = 0; i < 2; i++) {
        dt_mark mark = { .time_s = i, .step = 10 * i, .round = i, .loss = 2 - i, .own_least = 0.25, .more = { 0.5 * i, 3 + i, NAN } };
        assert_ok(dt_notes_mark(&notes, &mark, &stop));
        dt_notes_row(&notes, 1, (const dt_cell[]){ { .text = "east" }, { .real = 100 * i } });
    }
    assert_ok(dt_notes_close(&notes, &(dt_notes_end){ .status = DT_OK, .reason = "", .horizon_s = 1, .joules = NAN }));
    return path;
}

static const dt_series *column_of(const dt_series *table, size_t columns, const char *name) {
    for (size_t i = 0; i < columns; i++)
        if (strcmp(table[i].column.name, name) == 0) return &table[i];
    fail_msg("there is no column %s", name);
    return NULL;
}

static void columns_and_tables_of_a_strategy_are_in_the_record(void **fixture) {
    char folder[] = "/tmp/dtsim-notes-XXXXXX";
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_reading *reading;
    dt_series *table;
    size_t columns;
    (void)fixture;
    assert_non_null(mkdtemp(folder));
    const char *path = written(folder, arena);
    assert_ok(dt_reading_open(path, &reading, arena));
    assert_ok(dt_reading_table(reading, "/run/evaluations", &table, &columns));
    const dt_series *purity = column_of(table, columns, "purity"), *merges = column_of(table, columns, "merges");
    assert_string_equal(purity->label, "purity of the groups (%)");
    assert_string_equal(purity->better, "high");
    assert_string_equal(purity->column.brief, own[0].is.brief);
    assert_near(purity->real[1], 0.5, 0);
    assert_int_equal(merges->column.kind, DT_COLUMN_COUNT);
    assert_int_equal(merges->count[1], 4);
    assert_string_equal(merges->label, "merges");
    assert_string_equal(merges->better, "");
    assert_true(isnan(column_of(table, columns, "drift")->real[0]));
    assert_near(column_of(table, columns, "own_least")->real[1], 0.25, 0);
    assert_string_equal(table[0].column.name, "time_s");
    assert_string_equal(table[columns - 1].column.name, "drift");
    assert_ok(dt_reading_table(reading, "/run/pushes", &table, &columns));
    assert_int_equal(columns, 2);
    assert_string_equal(table[0].text[1], "east");
    assert_near(table[1].real[1], 100, 0);
    assert_ok(dt_reading_table(reading, "/run/empty", &table, &columns));
    assert_int_equal(table[0].rows, 0);
    dt_reading_close(reading);
    unlink(path);
    rmdir(folder);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(columns_and_tables_of_a_strategy_are_in_the_record) };
    return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
