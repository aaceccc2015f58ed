/* diff_test.c - the first difference between two files is named; host groups do not count. */
#include "tests/record/sample.h"

/* Changes to the sample, one at a time. */
typedef struct change {
    size_t      rows;
    double      loss, real_s;
    const char *status, *extra, *print;
    bool        more;
} change;

static const change same = { .rows = 5000, .loss = 0.25, .real_s = 1, .status = "ok" };

static void write_changed(const sample *s, const char *path, change c) {
    dt_record *r;
    dt_record_table *t;
    assert_ok(sample_write(path, 40, &r, s->arena));
    assert_ok(dt_record_text(r, "/run", "status", c.status));
    assert_ok(dt_record_table_new(r, "/run/workers", sample_columns, SAMPLE_COLUMNS, &t));
    assert_ok(sample_rows(t, c.rows));
    const dt_cell row[] = { { .real = 1 }, { .count = 7 }, { .text = c.status }, { .real = c.loss } };
    assert_ok(dt_record_row(t, row));
    assert_ok(dt_record_real(r, "/run/host", "real_s", c.real_s));
    assert_ok(dt_record_real(r, "/host", "real_s", c.real_s));
    if (c.extra != NULL) assert_ok(dt_record_real(r, c.extra, "a", 1));
    if (c.print != NULL) assert_ok(dt_record_text(r, "/", "fingerprint", c.print));
    if (c.more) assert_ok(dt_record_vector(r, "/run/more", (const float[]){ 1 }, 1));
    assert_ok(dt_record_seal(r));
}

static const char *difference(const sample *s, change a, change b) {
    const char *found, *left = sample_path(s, "a.h5"), *right = sample_path(s, "b.h5");
    dt_reading *x, *y;
    write_changed(s, left, a);
    write_changed(s, right, b);
    assert_ok(dt_reading_open(left, &x, s->arena));
    assert_ok(dt_reading_open(right, &y, s->arena));
    assert_ok(dt_reading_diff(x, y, &found));
    dt_reading_close(y);
    dt_reading_close(x);
    return found;
}

static void assert_found(const sample *s, change b, const char *wanted) {
    char text[512];
    const char *found = difference(s, same, b);
    assert_non_null(found);
    snprintf(text, sizeof text, wanted, sample_path(s, "a.h5"), sample_path(s, "b.h5"));
    assert_string_equal(found, text);
}

static void equal_files_have_no_difference(void **fixture) {
    const sample *s = *fixture;
    assert_null(difference(s, same, same));
}

static void host_groups_are_not_compared(void **fixture) {
    const sample *s = *fixture;
    change other = same;
    other.real_s = 99;
    other.extra = "/run/host/below";
    assert_null(difference(s, same, other));
}

static void a_file_has_no_difference_from_itself(void **fixture) {
    const sample *s = *fixture;
    dt_reading *x, *y;
    dt_arena *arena = dt_arena_new(1 << 12);
    const char *found = "", *path = sample_path(s, "a.h5");
    write_changed(s, path, same);
    assert_ok(dt_reading_open(path, &x, s->arena));
    assert_ok(dt_reading_open(path, &y, arena));
    assert_ok(dt_reading_diff(x, y, &found));
    assert_null(found);
    dt_reading_close(x);
    assert_ok(dt_reading_diff(y, y, &found));
    assert_null(found);
    dt_reading_close(y);
    dt_arena_free(arena);
}

static void the_first_difference_is_named_with_both_values(void **fixture) {
    const sample *s = *fixture;
    change b = same;
    b.loss = 0.5;
    assert_found(s, b, "/run/workers: column loss, row 5000: 0.25 in %s, 0.5 in %s");
    b = same;
    b.rows = 5010;
    assert_found(s, b, "/run/workers: column time_s, row 5000: 1 in %s, 500 in %s");
    b = same;
    b.status = "diverged";
    assert_found(s, b, "/run: attribute status: \"ok\" in %s, \"diverged\" in %s");
    b = same;
    b.extra = "/run/other";
    b.loss = 0.5;
    assert_found(s, b, "/run: group other is only in %2$s");
    b = same;
    b.more = true;
    assert_found(s, b, "/run: column 1 is missing in %s, more in %s");
    b = same;
    b.extra = "/run";
    assert_found(s, b, "/run: attribute a is only in %2$s");
}

static void a_fingerprint_differs_only_after_all_else(void **fixture) {
    const sample *s = *fixture;
    change a = same, b = same;
    a.print = "0123";
    b.print = "4567";
    assert_non_null(strstr(difference(s, a, b), "/: attribute fingerprint: \"0123\" in "));
    b.loss = 0.5;
    assert_non_null(strstr(difference(s, a, b), "column loss"));
}

static void long_texts_are_shown_where_they_differ(void **fixture) {
    const sample *s = *fixture;
    char left[401] = "", right[401] = "";
    memset(left, 'x', 400);
    memset(right, 'x', 400);
    memcpy(right + 300, "DIFFERS", 7);
    change a = same, b = same;
    a.status = left;
    b.status = right;
    const char *found = difference(s, a, b);
    assert_non_null(strstr(found, "...\"xxxxxxxxxxxxxxxxxxxxDIFFERSxxx"));
    assert_true(strlen(found) < 300);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sample_begin, sample_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(equal_files_have_no_difference),
        TEST(host_groups_are_not_compared),
        TEST(a_file_has_no_difference_from_itself),
        TEST(the_first_difference_is_named_with_both_values),
        TEST(a_fingerprint_differs_only_after_all_else),
        TEST(long_texts_are_shown_where_they_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
