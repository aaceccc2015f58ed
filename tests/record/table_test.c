/* table_test.c - what is written to a table, an attribute or a vector is read again, copies included. */
#include "tests/record/sample.h"

static dt_series *read_back(const sample *s, const char *path, const char *group, size_t *columns) {
    dt_reading *reading;
    dt_series *series = NULL;
    assert_ok(dt_reading_open(path, &reading, s->arena));
    assert_ok(dt_reading_table(reading, group, &series, columns));
    dt_reading_close(reading);
    return series;
}

static void rows_come_back(void **fixture) {
    const sample *s = *fixture;
    const size_t sizes[] = { 0, 1, 3, 32, 33, 4096, 4097, 9001 };
    for (int k = 0; k < 8; k++) {
        size_t columns;
        const char *path = sample_path(s, "a.h5");
        sample_seal(path, sizes[k], s->arena);
        dt_series *t = read_back(s, path, "/run/evaluations", &columns);
        assert_int_equal(columns, SAMPLE_COLUMNS);
        for (size_t c = 0; c < columns; c++) {
            assert_string_equal(t[c].column.name, sample_columns[c].name);
            assert_string_equal(t[c].column.unit, sample_columns[c].unit);
            assert_string_equal(t[c].column.brief, sample_columns[c].brief);
            assert_int_equal(t[c].column.kind, sample_columns[c].kind);
            assert_int_equal(t[c].rows, sizes[k]);
        }
        for (size_t i = 0; i < sizes[k]; i++) {
            assert_true(t[0].real[i] == 0.1 * (double)i && t[1].count[i] == (int64_t)i * 3 - 1);
            assert_string_equal(t[2].text[i], dt_arena_text(s->arena, "node-%zu", i % 12));
            assert_true(i == 2 ? isnan(t[3].real[i]) : t[3].real[i] == 2.0 / (double)(i + 1));
        }
    }
}

static const dt_column wide_columns[] = {
    { "b", DT_COLUMN_TEXT, "", "" }, { "z", DT_COLUMN_COUNT, "1", "" }, { "a", DT_COLUMN_TEXT, "", "" },
    { "y", DT_COLUMN_REAL, "1", "" },
};

/* Row i of column a: short at first, longer and longer later. */
static const char *wide_text(const sample *s, size_t i) {
    return dt_arena_text(s->arena, "%0*zu", i < 5000 ? 4 : i < 9000 ? 40 : 300, i);
}

static void a_text_longer_than_its_column_keeps_rows_and_order(void **fixture) {
    const sample *s = *fixture;
    dt_record *r;
    dt_record_table *t;
    size_t columns;
    const char *path = sample_path(s, "a.h5");
    assert_ok(dt_record_create(path, &r, s->arena));
    assert_ok(dt_record_table_new(r, "/wide", wide_columns, 4, &t));
    for (size_t i = 0; i < 13000; i++) {
        const dt_cell row[] = { { .text = i == 7000 ? "gr\xc3\xbc\xc3\x9f" : "" }, { .count = (int64_t)i },
                                { .text = wide_text(s, i) }, { .real = -1.5 * (double)i } };
        assert_ok(dt_record_row(t, row));
    }
    assert_ok(dt_record_text(r, "/wide", "note", "kept"));
    assert_ok(dt_record_seal(r));
    dt_series *series = read_back(s, path, "/wide", &columns);
    assert_int_equal(columns, 4);
    for (size_t c = 0; c < 4; c++) assert_string_equal(series[c].column.name, wide_columns[c].name);
    for (size_t i = 0; i < 13000; i++) {
        assert_string_equal(series[0].text[i], i == 7000 ? "gr\xc3\xbc\xc3\x9f" : "");
        assert_string_equal(series[2].text[i], wide_text(s, i));
        assert_true(series[1].count[i] == (int64_t)i && series[3].real[i] == -1.5 * (double)i);
    }
}

static void memory_does_not_grow_with_the_rows(void **fixture) {
    const sample *s = *fixture;
    dt_record *r;
    dt_record_table *t;
    assert_ok(dt_record_create(sample_path(s, "a.h5"), &r, s->arena));
    assert_ok(dt_record_table_new(r, "/run/evaluations", sample_columns, SAMPLE_COLUMNS, &t));
    assert_ok(sample_rows(t, 10000));
    size_t before = dt_arena_bytes(s->arena);
    assert_ok(sample_rows(t, 100000));
    assert_int_equal(dt_arena_bytes(s->arena), before);
    dt_record_drop(r);
}

static void a_wrong_table_is_refused_and_the_file_goes_on(void **fixture) {
    const sample *s = *fixture;
    static const dt_column twice[] = { { "loss", DT_COLUMN_REAL, "1", "" }, { "loss", DT_COLUMN_COUNT, "1", "" } };
    static const dt_column slash[] = { { "a/b", DT_COLUMN_REAL, "1", "" } };
    dt_record *r;
    dt_record_table *t;
    assert_ok(sample_write(sample_path(s, "a.h5"), 3, &r, s->arena));
    assert_refused(dt_record_table_new(r, "/sweep", twice, 2, &t), DT_EINVAL,
                   "two columns of /sweep are called \"loss\"");
    assert_refused(dt_record_table_new(r, "/sweep", slash, 1, &t), DT_EINVAL, "\"a/b\" cannot be the name");
    assert_refused(dt_record_table_new(r, "/run/evaluations", sample_columns, 2, &t), DT_EINVAL, "already");
    assert_ok(dt_record_seal(r));
}

static void attributes_come_back(void **fixture) {
    const sample *s = *fixture;
    dt_record *r;
    dt_reading *reading;
    dt_attribute *list;
    size_t count;
    const char *text, *path = sample_path(s, "a.h5"), **names;
    char *large = dt_arena_take(s->arena, 200001, 1);       /* more than a header of HDF5 has room for */
    double real;
    int64_t whole;
    memset(large, 'x', 200000);
    assert_ok(dt_record_create(path, &r, s->arena));
    assert_ok(dt_record_text(r, "/", "source", large));
    assert_ok(dt_record_text(r, "/runs/0001", "reason", ""));
    assert_ok(dt_record_text(r, "/runs/0000", "status", "crashed, to begin with"));
    assert_ok(dt_record_text(r, "/runs/0000", "status", "ok"));
    assert_ok(dt_record_real(r, "/runs/0000", "loss", -0.1));
    assert_ok(dt_record_count(r, "/runs/0000", "id", INT64_MIN));
    assert_ok(dt_record_seal(r));
    assert_ok(dt_reading_open(path, &reading, s->arena));
    assert_ok(dt_reading_text(reading, "/", "source", &text));
    assert_string_equal(text, large);
    assert_ok(dt_reading_text(reading, "/runs/0001", "reason", &text));
    assert_string_equal(text, "");
    assert_ok(dt_reading_attributes(reading, "/runs/0000", &list, &count));
    assert_int_equal(count, 3);
    assert_string_equal(list[0].name, "id");
    assert_string_equal(list[2].value.text, "ok");
    assert_ok(dt_reading_real(reading, "/runs/0000", "loss", &real));
    assert_true(real == -0.1);
    assert_ok(dt_reading_count(reading, "/runs/0000", "id", &whole));
    assert_true(whole == INT64_MIN);
    assert_refused(dt_reading_text(reading, "/runs/0000", "loss", &text), DT_EFORMAT,
                   "loss of /runs/0000 to be a text");
    assert_refused(dt_reading_real(reading, "/runs/0000", "rate", &real), DT_ENOTFOUND, "no attribute rate");
    assert_refused(dt_reading_real(reading, "/runs/0002", "rate", &real), DT_ENOTFOUND, "no group /runs/0002");
    assert_ok(dt_reading_groups(reading, "/runs", &names, &count));
    assert_int_equal(count, 2);
    assert_string_equal(names[1], "0001");
    dt_reading_close(reading);
}

static void vectors_come_back(void **fixture) {
    const sample *s = *fixture;
    const size_t sizes[] = { 0, 1, 70000 };
    float *x = dt_arena_take(s->arena, 70000, sizeof *x);
    for (size_t i = 0; i < 70000; i++) x[i] = sinf((float)i);
    for (int k = 0; k < 3; k++) {
        dt_record *r;
        dt_reading *reading;
        const float *y;
        size_t n;
        const char *path = sample_path(s, "a.h5");
        assert_ok(dt_record_create(path, &r, s->arena));
        assert_ok(dt_record_vector(r, "/run/model", x, sizes[k]));
        assert_ok(dt_record_seal(r));
        assert_ok(dt_reading_open(path, &reading, s->arena));
        assert_ok(dt_reading_vector(reading, "/run/model", &y, &n));
        assert_int_equal(n, sizes[k]);
        assert_memory_equal(x, y, n * sizeof *x);
        assert_refused(dt_reading_vector(reading, "/run/other", &y, &n), DT_ENOTFOUND, "no /run/other");
        dt_reading_close(reading);
    }
}

/* A part with a table of twelve columns, whose names are not in the order of the alphabet, and a host group. */
static void write_part(const sample *s, const char *path, double loss, bool print) {
    static const char *const letters[] = { "m", "c", "x", "a", "k", "z", "b", "y", "l", "d", "w", "e" };
    dt_record *r;
    dt_record_table *t;
    dt_column *columns = dt_arena_take(s->arena, 12, sizeof *columns);
    dt_cell row[12] = { { .real = loss } };
    for (int c = 0; c < 12; c++) columns[c] = (dt_column){ letters[c], DT_COLUMN_REAL, "1", "a letter" };
    assert_ok(sample_write(path, 3, &r, s->arena));
    assert_ok(dt_record_table_new(r, "/run/letters", columns, 12, &t));
    assert_ok(dt_record_row(t, row));
    if (print) assert_ok(dt_record_text(r, "/run", "fingerprint", dt_record_fingerprint(r)));
    assert_ok(dt_record_real(r, "/run/host", "real_s", loss * 7));
    assert_ok(dt_record_seal(r));
}

static const char *gather(const sample *s, const char *path, const char *part) {
    dt_record *r;
    dt_reading *source;
    assert_ok(dt_reading_open(part, &source, s->arena));
    assert_ok(dt_record_create(path, &r, s->arena));
    assert_ok(dt_record_copy(r, source, "/run", "/runs/0007"));
    const char *print = dt_arena_text(s->arena, "%s", dt_record_fingerprint(r));
    assert_refused(dt_record_copy(r, source, "/run", "/runs/0007"), DT_EINVAL, "has a group /runs/0007 already");
    assert_refused(dt_record_copy(r, source, "/jog", "/runs/0008"), DT_ENOTFOUND, "no group /jog");
    dt_reading_close(source);
    assert_ok(dt_record_seal(r));
    return print;
}

static void a_copied_run_is_the_run(void **fixture) {
    const sample *s = *fixture;
    const char *part = sample_path(s, "part.h5"), *whole = sample_path(s, "whole.h5");
    dt_reading *reading;
    double real;
    const float *x;
    size_t n, columns;
    write_part(s, part, 0.5, true);
    gather(s, whole, part);
    dt_series *a = read_back(s, part, "/run/letters", &columns);
    dt_series *b = read_back(s, whole, "/runs/0007/letters", &columns);
    assert_int_equal(columns, 12);
    for (size_t c = 0; c < 12; c++) {
        assert_string_equal(a[c].column.name, b[c].column.name);
        assert_string_equal(b[c].column.unit, "1");
        assert_true(a[c].real[0] == b[c].real[0]);
    }
    assert_string_equal(b[0].column.name, "m");
    assert_ok(dt_reading_open(whole, &reading, s->arena));
    assert_ok(dt_reading_real(reading, "/runs/0007/host", "real_s", &real));
    assert_ok(dt_reading_vector(reading, "/runs/0007/model", &x, &n));
    assert_true(real == 3.5 && n == 5 && x[1] == -2.5f);
    dt_reading_close(reading);
}

static void a_copied_run_enters_the_fingerprint(void **fixture) {
    const sample *s = *fixture;
    const char *a = sample_path(s, "a.h5"), *b = sample_path(s, "b.h5"), *out = sample_path(s, "out.h5");
    for (int print = 0; print < 2; print++) {
        write_part(s, a, 0.5, print);
        const char *first = gather(s, out, a);
        write_part(s, b, 0.5, print);
        assert_string_equal(gather(s, out, b), first);
        write_part(s, b, 0.75, print);
        assert_string_not_equal(gather(s, out, b), first);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sample_begin, sample_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(rows_come_back),
        TEST(a_text_longer_than_its_column_keeps_rows_and_order),
        TEST(memory_does_not_grow_with_the_rows),
        TEST(a_wrong_table_is_refused_and_the_file_goes_on),
        TEST(attributes_come_back),
        TEST(vectors_come_back),
        TEST(a_copied_run_is_the_run),
        TEST(a_copied_run_enters_the_fingerprint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
