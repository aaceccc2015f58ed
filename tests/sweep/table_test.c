/* table_test.c - what a person reads of a sweep: every column, and a different text for every different value. */
#include "tests/test.h"
#include "sweep/table.h"
#include <math.h>
#include <stdlib.h>

enum { RUNS = 3 };

/* The lines of the table of runs with these swept values. */
static void table_of(const dt_config *const *swept, size_t runs, char **line, dt_arena *arena) {
    char *text;
    size_t size;
    dt_plan_run *run = dt_arena_take(arena, runs, sizeof *run);
    dt_ending *ending = dt_arena_take(arena, runs, sizeof *ending);
    for (size_t i = 0; i < runs; i++) {
        run[i] = (dt_plan_run){ .id = (long)i, .swept = swept[i] };
        ending[i] = (dt_ending){ .status = "ok", .time_s = 1, .joules = NAN };
    }
    FILE *out = open_memstream(&text, &size);
    dt_table_print(out, &(dt_plan){ .run = run, .runs = runs }, ending, arena);
    fclose(out);
    char *whole = dt_arena_text(arena, "%s", text), *rest;
    free(text);
    for (size_t i = 0; i <= runs; i++) line[i] = strtok_r(i == 0 ? whole : NULL, "\n", &rest);
}

static void assert_first(const char *line, const char *cell) {
    char start[64];
    line += strspn(line, " ");
    snprintf(start, sizeof start, "%.*s", (int)(strstr(line, "  ") - line), line);
    assert_string_equal(start, cell);
}

/* Runs whose value of the key a is that number, or that text, in the table. */
static void assert_shown(const char *unit, const double *number, const char *const *text, const char *const *cell,
                         dt_arena *arena) {
    const dt_config *swept[RUNS];
    char *line[RUNS + 1];
    for (int i = 0; i < RUNS; i++) {
        dt_config *values = dt_config_new(arena);
        if (text != NULL && text[i] != NULL) dt_config_set_text(values, "a", text[i], arena);
        else dt_config_set_number(values, "a", number[i], arena)->unit = unit;
        swept[i] = values;
    }
    table_of(swept, RUNS, line, arena);
    for (int i = 0; i < RUNS; i++) assert_first(line[i + 1], cell[i]);
}

static void amounts_that_differ_look_different(void **fixture) {
    dt_arena *arena = *fixture;
    assert_shown("s", (double[]){ 0.01, 0.02, 0.01 }, NULL, (const char *[]){ "10.0 ms", "20.0 ms", "10.0 ms" }, arena);
    assert_shown("s", (double[]){ 0.01, 0.010001, NAN }, NULL, (const char *[]){ "10.000 ms", "10.001 ms", "-" }, arena);
    assert_shown("B/s", (double[]){ 12500000, 12500100, 1 }, NULL,
                 (const char *[]){ "12.5000 MB/s", "12.5001 MB/s", "1.00000 B/s" }, arena);
    assert_shown("B", (double[]){ 1, 1 + 0x1p-52, 0 }, NULL,
                 (const char *[]){ "1.0000000000000000 B", "1.0000000000000002 B", "0 B" }, arena);
    assert_shown("1", (double[]){ 100000.4, 100000.6, 3 }, NULL, (const char *[]){ "100000.4", "100000.6", "3" }, arena);
}

static void a_quantity_that_the_scenario_wrote_is_an_amount_too(void **fixture) {
    dt_arena *arena = *fixture;
    assert_shown("s", (double[]){ 0, 0.010001, 0.02 }, (const char *[]){ "10ms", NULL, NULL },
                 (const char *[]){ "10ms", "10.001 ms", "20.000 ms" }, arena);
}

static void no_column_is_left_out(void **fixture) {
    enum { KEYS = 40 };
    dt_arena *arena = *fixture;
    dt_config *swept = dt_config_new(arena);
    char *line[2];
    for (int k = 0; k < KEYS; k++) dt_config_set_number(swept, dt_arena_text(arena, "key%d", k), 100 + k, arena);
    table_of((const dt_config *[]){ swept }, 1, line, arena);
    for (int k = 0; k < KEYS; k++) {
        assert_non_null(strstr(line[0], dt_arena_text(arena, "key%d ", k)));
        assert_non_null(strstr(line[1], dt_arena_text(arena, " %d ", 100 + k)));
    }
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_that_differ_look_different),
        cmocka_unit_test(a_quantity_that_the_scenario_wrote_is_an_amount_too),
        cmocka_unit_test(no_column_is_left_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
