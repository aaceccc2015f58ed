/* csv_test.c - what of a table is read: names or none, all columns or some, texts beside numbers. */
#include "tests/test.h"
#include "base/csv.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static dt_arena *arena;

static dt_status read_text(const char *text, dt_csv csv, dt_csv_table *table) {
    char name[] = "/tmp/dtsim_csv_XXXXXX";
    FILE *out = fdopen(mkstemp(name), "w");
    fputs(text, out);
    fclose(out);
    csv.path = "jitter";
    csv.file = name;
    dt_status status = dt_csv_read(&csv, table, arena);
    unlink(name);
    return status;
}

static const dt_csv_column last = { NULL, "column", NULL }, second = { "2", "column", NULL }, t_s = { NULL, "time", "t_s" };

static void holds(const char *text, dt_csv csv, const double *wanted, size_t rows, size_t columns) {
    dt_csv_table t;
    assert_ok(read_text(text, csv, &t));
    assert_int_equal(t.rows, rows);
    assert_int_equal(t.columns, columns);
    for (size_t i = 0; i < rows * columns; i++)
        assert_true(t.value[i] == wanted[i] || (isnan(t.value[i]) && isnan(wanted[i])));
}

static void a_first_line_of_numbers_is_a_row(void **fixture) {
    (void)fixture;
    const dt_csv one = { .column = &last, .columns = 1 }, all = { 0 };
    holds("7\n8\n", one, (double[]){ 7, 8 }, 2, 1);
    holds("s\n7\n8\n", one, (double[]){ 7, 8 }, 2, 1);
    holds("\xEF\xBB\xBF" "7\n8\n", one, (double[]){ 7, 8 }, 2, 1);
    holds("\xEF\xBB\xBF" "s\n7\n", (dt_csv){ .column = &(dt_csv_column){ "s", "column", NULL }, .columns = 1 },
          (double[]){ 7 }, 1, 1);
    holds("\n 1e-3 ,\"2\"\r\n,4\n", all, (double[]){ 1e-3, 2, NAN, 4 }, 2, 2);
    holds("1,2\n3,4\n", (dt_csv){ .column = &second, .columns = 1 }, (double[]){ 2, 4 }, 2, 1);
    holds("\"a\",\"b\"\n3,4\n", (dt_csv){ .column = &(dt_csv_column){ "b", "column", NULL }, .columns = 1 },
          (double[]){ 4 }, 1, 1);
}

static void times_may_begin_with_nothing(void **fixture) {
    (void)fixture;
    dt_csv_table t;
    const dt_csv_column two[] = { t_s, last };
    holds("0,1\n2,3\n", (dt_csv){ .column = two, .columns = 2, .timed = true }, (double[]){ 0, 1, 2, 3 }, 2, 2);
    holds("x,t_s,y\n9,0,1\n9,2,3\n", (dt_csv){ .column = two, .columns = 2, .timed = true }, (double[]){ 0, 1, 2, 3 }, 2, 2);
    assert_refused(read_text("0,1\n2,3\n", (dt_csv){ 0 }, &t), DT_EFORMAT, "are these names, as pandas gives them, or values?");
    assert_string_equal(dt_reason_path(), "jitter.path");
}

static void all_columns_are_those_that_choose_no_rows(void **fixture) {
    (void)fixture;
    dt_csv_table t;
    const dt_csv_column who = { "who", "worker", NULL };
    const dt_csv csv = { .where = "job=2", .label = &who };
    assert_ok(read_text("job,a,who,b\n1,9,x,9\n2,3,y,4\n2,5,x,6\n", csv, &t));
    assert_int_equal(t.columns, 2);
    assert_int_equal(t.rows, 2);
    assert_true(t.value[0] == 3 && t.value[1] == 4 && t.value[2] == 5 && t.value[3] == 6);
    assert_string_equal(t.label[0], "y");
    assert_string_equal(t.label[1], "x");
    assert_refused(read_text(",a,b\n0,3,4\n", (dt_csv){ 0 }, &t), DT_EINVAL, "column 1 of /tmp/dtsim_csv");
    assert_string_equal(dt_reason_path(), "jitter.column");
}

static void the_last_column_is_none_that_chooses_rows(void **fixture) {
    (void)fixture;
    dt_csv_table t;
    const dt_csv_column who = { "who", "worker", NULL };
    const dt_csv csv = { .where = "job=2", .label = &who, .column = &last, .columns = 1 };
    assert_ok(read_text("s,who,job\n7,1,1\n8,1,2\n9,2,2\n", csv, &t));
    assert_int_equal(t.rows, 2);
    assert_true(t.value[0] == 8 && t.value[1] == 9);
    holds("s\n1\n2\n", (dt_csv){ .where = "s=2", .column = &last, .columns = 1 }, (double[]){ 2 }, 1, 1);
}

static void wide_tables_are_read_whole(void **fixture) {
    (void)fixture;
    enum { WIDE = 3000 };
    char *text = dt_arena_text(arena, "1.5");
    dt_csv_table t;
    for (int i = 1; i < WIDE; i++) text = dt_arena_text(arena, "%s,%d.5", text, i);
    assert_ok(read_text(text, (dt_csv){ 0 }, &t));
    assert_int_equal(t.columns, WIDE);
    assert_true(t.value[WIDE - 1] == WIDE - 0.5);
}

static void what_is_no_table_is_refused(void **fixture) {
    (void)fixture;
    dt_csv_table t;
    const dt_csv one = { .column = &last, .columns = 1 }, b = { .column = &(dt_csv_column){ "b", "column", NULL }, .columns = 1 };
    assert_refused(read_text("3\n4\n", b, &t), DT_EINVAL, "its first line holds values, not names");
    assert_refused(read_text("a\n-1\n", one, &t), DT_EFORMAT, "line 2: expected a number of at least 0, got \"-1\"");
    assert_refused(read_text("-1\n1\n", one, &t), DT_EFORMAT, "line 1: expected a number of at least 0, got \"-1\"");
    assert_refused(read_text("a\ninf\n", one, &t), DT_EFORMAT, "\"inf\"");
    assert_refused(read_text("a\n\n", one, &t), DT_EFORMAT, "holds no values");
    assert_refused(read_text("a,b\n1\n", b, &t), DT_EFORMAT, "line 2: expected 2 fields, as many as the first line has, got 1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_line_of_numbers_is_a_row),
        cmocka_unit_test(times_may_begin_with_nothing),
        cmocka_unit_test(all_columns_are_those_that_choose_no_rows),
        cmocka_unit_test(the_last_column_is_none_that_chooses_rows),
        cmocka_unit_test(wide_tables_are_read_whole),
        cmocka_unit_test(what_is_no_table_is_refused),
    };
    arena = dt_arena_new(1 << 16);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
