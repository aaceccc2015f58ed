/* notes_test.c - what a strategy and a hook declare reaches the record: columns with their words, tables with their rows. */
#include "tests/engine/apart.h"
#include "run/notes.h"
#include <math.h>

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
    assert_ok(dt_notes_open(&notes, &run, &options, &limit, (dt_notes_scope){ .trace = "none" }, arena));
    notes.monitor = &monitor;
    dt_metric_open(&monitor.columns, true, false, own);
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

/* ---- labels --------------------------------------------------------------------------------- */

typedef struct labelled { const char *path; dt_notes_scope scope; } labelled;

/* In a process of its own, as ports need an engine: the record of a run of one stretch of time and one message. */
static void labelled_body(apart *a) {
    static const dt_platform platform;
    static const dt_model_layer layer[] = { { .name = "in", .params = 6, .forward_flops = 12, .backward_flops = 24 },
                                            { .name = "out", .first = 6, .params = 2, .forward_flops = 4, .backward_flops = 8 } };
    const labelled *l = a->arg;
    const dt_model model = { .layer = layer, .layers = 2 };
    dt_plan_run run = { .config = dt_config_new(a->arena), .platform = &platform };
    dt_run_options options = { .part = l->path };
    dt_stop limit = { .rounds = 2 };
    dt_notes notes;
    const dt_port *one = apart_port(a, 0, 0), *two = apart_port(a, 1, 1);
    assert_ok(dt_notes_open(&notes, &run, &options, &limit, l->scope, a->arena));
    assert_ok(dt_notes_layers(&notes, &model));
    dt_notes_span(&notes, &(dt_span){ .port = one, .end_s = 1, .label = -2 });
    dt_notes_flight(&notes, &(dt_flight){ .from = one, .to = two, .sent_s = 5, .bytes = 7, .label = 3 });
    assert_ok(dt_notes_close(&notes, &(dt_notes_end){ .status = DT_OK, .reason = "", .horizon_s = 1, .joules = NAN }));
}

/* The tables spans and messages of such a run. */
typedef struct labelled_tables { dt_series *spans, *messages, *layers; size_t of_spans, of_messages, of_layers; } labelled_tables;

static labelled_tables labelled_read(dt_notes_scope scope, dt_arena *arena) {
    static const apart_star star = { 2, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };
    char folder[] = "/tmp/dtsim-notes-XXXXXX";
    labelled_tables t = { 0 };
    dt_reading *reading;
    assert_non_null(mkdtemp(folder));
    labelled l = { dt_arena_text(arena, "%s/part.h5", folder), scope };
    apart_run(&star, 1, labelled_body, &l);
    assert_ok(dt_reading_open(l.path, &reading, arena));
    assert_ok(dt_reading_table(reading, "/run/spans", &t.spans, &t.of_spans));
    assert_ok(dt_reading_table(reading, "/run/messages", &t.messages, &t.of_messages));
    dt_status layers = dt_reading_table(reading, "/run/layers", &t.layers, &t.of_layers);
    assert_int_equal(layers, scope.labels ? DT_OK : DT_ENOTFOUND);
    dt_reading_close(reading);
    unlink(l.path);
    rmdir(folder);
    return t;
}

static void labels_and_layers_are_recorded_where_the_strategy_labels(void **fixture) {
    dt_arena *arena = dt_arena_new(1 << 16);
    (void)fixture;
    labelled_tables t = labelled_read((dt_notes_scope){ .trace = "messages", .labels = true }, arena);
    assert_int_equal(column_of(t.spans, t.of_spans, "label")->count[0], -2);
    assert_int_equal(column_of(t.messages, t.of_messages, "label")->count[0], 3);
    assert_string_equal(t.messages[t.of_messages - 2].column.name, "bytes");
    assert_int_equal(t.layers[0].rows, 2);
    assert_string_equal(column_of(t.layers, t.of_layers, "name")->text[1], "out");
    assert_int_equal(column_of(t.layers, t.of_layers, "first")->count[1], 6);
    assert_near(column_of(t.layers, t.of_layers, "backward_flops")->real[0], 24, 0);
    t = labelled_read((dt_notes_scope){ .trace = "messages" }, arena);
    assert_string_equal(t.spans[t.of_spans - 1].column.name, "bytes");
    assert_string_equal(t.messages[t.of_messages - 1].column.name, "bytes");
    dt_arena_free(arena);
}

static void what_is_lost_is_recorded_beside_labels(void **fixture) {
    dt_arena *arena = dt_arena_new(1 << 16);
    (void)fixture;
    labelled_tables t = labelled_read((dt_notes_scope){ .trace = "messages", .faults = true, .labels = true }, arena);
    assert_near(column_of(t.messages, t.of_messages, "bytes")->real[0], 7, 0);
    assert_near(column_of(t.messages, t.of_messages, "sent_s")->real[0], 5, 0);
    assert_int_equal(column_of(t.messages, t.of_messages, "label")->count[0], 3);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_and_tables_of_a_strategy_are_in_the_record),
        cmocka_unit_test(labels_and_layers_are_recorded_where_the_strategy_labels),
        cmocka_unit_test(what_is_lost_is_recorded_beside_labels),
    };
    return cmocka_run_group_tests_name("notes", tests, NULL, NULL);
}
