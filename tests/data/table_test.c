/* table_test.c - LIBSVM and CSV: values land where they belong, labels in order, statistics from the training rows. */
#include "tests/data/set.h"
#include <math.h>

typedef struct fixture { dt_arena *arena; const char *folder; } fixture;

static int setup(void **state) {
    static fixture f;
    f.arena = dt_arena_new(0);
    f.folder = set_folder(f.arena);
    *state = &f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    set_remove(f->folder);
    dt_arena_free(f->arena);
    return 0;
}

/* A node over a file with this text, all of it for training; csv without standardising. */
static dt_config *node_of(fixture *f, const char *name, const char *text) {
    dt_config *node = set_node(name, set_text(f->folder, "file", text, f->arena), f->arena);
    dt_config_set_number(node, "holdout", 0, f->arena);
    if (strcmp(name, "csv") == 0) dt_config_set_bool(node, "standardise", false, f->arena);
    return node;
}

static dt_data load(fixture *f, const dt_config *node) {
    dt_data d;
    assert_ok(dt_data_check(node));
    assert_ok(dt_data_load(node, 1, 1, &d, f->arena));
    return d;
}

static void refused(fixture *f, const dt_config *node, dt_status status, const char *reason) {
    dt_data d;
    assert_refused(dt_data_load(node, 1, 1, &d, f->arena), status, reason);
}

static void libsvm_rows_become_dense_and_labels_ascend(void **state) {
    fixture *f = *state;
    dt_data d = load(f, node_of(f, "libsvm", "+1 1:2 3:-4.5e0 # note\n\n-1 2:1\r\n7\n"));
    const float x[] = { 2, 0, -4.5f, 0, 1, 0, 0, 0, 0 }, y[] = { 1, 0, 2 };
    assert_true(d.train.rows == 3 && d.test.rows == 0 && d.shape.features == 3 && d.shape.classes == 3);
    assert_memory_equal(d.train.x, x, sizeof x);
    assert_memory_equal(d.train.y, y, sizeof y);
}

static void libsvm_test_file_shares_columns_and_classes(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "libsvm", "5 1:1\n9 2:1\n");
    dt_config_set_text(node, "test", set_text(f->folder, "t", "9 4:3\n", f->arena), f->arena);
    dt_data d = load(f, node);
    assert_true(d.shape.features == 4 && d.train.rows == 2 && d.test.rows == 1);
    assert_true(d.test.x[3] == 3 && d.test.y[0] == 1);
}

static void libsvm_real_target_is_kept(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "libsvm", "0.25 1:1\n-3 1:2\n");
    dt_config_set_text(node, "target", "real", f->arena);
    dt_data d = load(f, node);
    assert_true(d.shape.classes == 0 && d.train.y[0] == 0.25f && d.train.y[1] == -3);
}

static void libsvm_mistakes_are_named_with_their_line(void **state) {
    fixture *f = *state;
    refused(f, node_of(f, "libsvm", "1 1:1\n1 -1:1\n"), DT_EFORMAT, "line 2: expected an index from 0 to 100000000, got -1");
    refused(f, node_of(f, "libsvm", "1 1:1\nyes 1:1\n"), DT_EFORMAT, "line 2: expected a number as label at its start");
    refused(f, node_of(f, "libsvm", "1 1=1\n"), DT_EFORMAT, "line 1: expected index:value, got \"1=1\"");
    refused(f, node_of(f, "libsvm", "1 1:inf\n"), DT_EFORMAT, "line 1: expected a finite number as value of index 1, got \"inf\"");
    refused(f, node_of(f, "libsvm", "1 1:1e39\n"), DT_EFORMAT, "line 1: expected a finite number as value of index 1, got \"1e39\"");
    refused(f, node_of(f, "libsvm", "1 1:2x\n"), DT_EFORMAT, "line 1: expected a finite number as value of index 1, got \"2x\"");
    refused(f, node_of(f, "libsvm", "1 1:1\nnan 1:1\n"), DT_EFORMAT, "line 2: expected a number as label at its start");
    refused(f, node_of(f, "libsvm", "1 99999999999999999999:1\n"), DT_EFORMAT, "expected an index from");
    refused(f, node_of(f, "libsvm", ""), DT_EFORMAT, "0 rows");
    refused(f, node_of(f, "libsvm", "1\n2\n"), DT_EFORMAT, "0 features");
    dt_config *narrow = node_of(f, "libsvm", "1 1:1 5:1\n");
    dt_config_set_number(narrow, "columns", 4, f->arena);
    assert_refused(dt_data_check(narrow), DT_EFORMAT, "expected an index from 0 to 4, got 5");
    refused(f, set_node("libsvm", NULL, f->arena), DT_EINVAL, "is missing");
    refused(f, set_node("libsvm", f->folder, f->arena), DT_EINVAL, "is not a file");
}

static void csv_columns_go_by_their_role(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "id,kind,\"a b\",who,c\n1,dog,1.5,x2,2\n2, cat ,\"-3\",x1,4\n3,dog,5,x2,6\n");
    dt_config_set_text(node, "column", "kind", f->arena);
    dt_config_set_text(node, "owner", "who", f->arena);
    dt_config_set_text(node, "drop", "id, c", f->arena);
    dt_data d = load(f, node);
    const float x[] = { 1.5f, -3, 5 }, y[] = { 1, 0, 1 };
    const int32_t owner[] = { 1, 0, 1 };
    assert_true(d.shape.features == 1 && d.shape.classes == 2);
    assert_memory_equal(d.train.x, x, sizeof x);
    assert_memory_equal(d.train.y, y, sizeof y);
    assert_memory_equal(d.train.owner, owner, sizeof owner);
}

/* 10 and 1e1 are one number and two labels. */
static void csv_classes_are_numbers_in_order_then_texts(void **state) {
    fixture *f = *state;
    dt_data d = load(f, node_of(f, "csv", "x,y\n0,10\n0,b\n0,9\n0,-1\n0,1e1\n0,a\n"));
    const float y[] = { 2, 5, 1, 0, 3, 4 };
    assert_memory_equal(d.train.y, y, sizeof y);
}

static void csv_without_header_numbers_its_columns(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "1;a;2\n3;b;4\n");
    dt_config_set_bool(node, "header", false, f->arena);
    dt_config_set_text(node, "separator", ";", f->arena);
    dt_config_set_text(node, "column", "2", f->arena);
    dt_data d = load(f, node);
    assert_true(d.train.rows == 2 && d.shape.features == 2 && d.train.x[3] == 4 && d.train.y[1] == 1);
}

static void csv_gzipped_reads_the_same(void **state) {
    fixture *f = *state;
    static char text[200000];
    size_t length = (size_t)sprintf(text, "x,y\n");
    while (length < sizeof text - 20) length += (size_t)sprintf(text + length, "%zu,%zu\n", length, length % 3);
    dt_data plain = load(f, node_of(f, "csv", text));
    dt_config *node = node_of(f, "csv", "x,y\n");
    dt_config_set_text(node, "path", set_file(f->folder, "z.gz", text, length, true, f->arena), f->arena);
    dt_data packed = load(f, node);
    assert_int_equal(plain.train.rows, packed.train.rows);
    assert_memory_equal(plain.train.x, packed.train.x, plain.train.rows * sizeof(float));
    assert_memory_equal(plain.train.y, packed.train.y, plain.train.rows * sizeof(float));
}

/* The test rows must not leak into mean and variance. */
static void csv_is_standardised_by_its_training_rows(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "a,b,y\n1,7,0\n3,7,1\n");
    dt_config_set_bool(node, "standardise", true, f->arena);
    dt_config_set_text(node, "test", set_text(f->folder, "t", "a,b,y\n10,8,0\n", f->arena), f->arena);
    dt_data d = load(f, node);
    const float x[] = { -1, 0, 1, 0 };
    assert_memory_equal(d.train.x, x, sizeof x);
    assert_true(d.test.x[0] == 8 && d.test.x[1] == 0);
}

/* The table of the text, in the order of its rows and columns, is x; labels are y. */
static void reads(fixture *f, const char *text, size_t rows, const float *x, const float *y) {
    dt_data d = load(f, node_of(f, "csv", text));
    assert_int_equal(d.train.rows, rows);
    assert_memory_equal(d.train.x, x, rows * d.shape.features * sizeof *x);
    assert_memory_equal(d.train.y, y, rows * sizeof *y);
}

static void csv_missing_values_are_refused_replaced_or_left_out(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "a,b,y\n1,nan,0\n,5,1\n3,7,1\n");
    refused(f, node, DT_EFORMAT, "file line 2 (row 1): column \"b\" has no value (\"nan\")");
    dt_config_set_text(node, "missing", "mean", f->arena);
    dt_data d = load(f, node);
    const float x[] = { 1, 6, 2, 5, 3, 7 };
    assert_memory_equal(d.train.x, x, sizeof x);
    dt_config_set_text(node, "missing", "drop", f->arena);
    d = load(f, node);
    assert_true(d.train.rows == 1 && d.train.x[0] == 3 && d.train.x[1] == 7 && d.shape.classes == 1);
}

static void csv_knows_the_words_for_no_value(void **state) {
    fixture *f = *state;
    static const char *const words[] = { "", "?", ".", "NA", "N/A", "NaN", "nan", "-nan", "None", "null", "NULL", "<NA>",
                                         "#N/A", "#DIV/0!", "\"\"", " NA " };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        dt_config *node = node_of(f, "csv", dt_arena_text(f->arena, "a,y\n1,0\n%s,1\n3,1\n", words[i]));
        refused(f, node, DT_EFORMAT, "file line 3 (row 2): column \"a\" has no value");
        dt_config_set_text(node, "missing", "mean", f->arena);
        assert_true(load(f, node).train.x[1] == 2);
    }
}

static void csv_infinite_values_are_missing_values(void **state) {
    fixture *f = *state;
    static const char *const words[] = { "inf", "-inf", "Infinity", "1e999", "-1e39" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        dt_config *node = node_of(f, "csv", dt_arena_text(f->arena, "a,y\n1,0\n%s,1\n3,1\n", words[i]));
        refused(f, node, DT_EFORMAT, dt_arena_text(f->arena, "file line 3 (row 2): column \"a\" has no finite number (\"%s\")",
                                                   words[i]));
        assert_string_equal(dt_reason_path(), "data.missing");
        dt_config_set_text(node, "missing", "mean", f->arena);
        assert_true(load(f, node).train.x[1] == 2);
        dt_config_set_text(node, "missing", "drop", f->arena);
        assert_true(load(f, node).train.rows == 2);
    }
}

/* A mean of labels or of real targets would be invented. */
static void csv_targets_are_never_replaced(void **state) {
    fixture *f = *state;
    for (int real = 0; real < 2; real++) {
        dt_config *node = node_of(f, "csv", "a,y\n1,0\n2,NaN\n3,1\n");
        if (real) dt_config_set_text(node, "target", "real", f->arena);
        dt_config_set_text(node, "missing", "mean", f->arena);
        refused(f, node, DT_EFORMAT, "file line 3 (row 2): column \"y\", the target, has no value (\"NaN\")");
        dt_config_set_text(node, "missing", "drop", f->arena);
        assert_true(load(f, node).train.rows == 2);
    }
    dt_config *node = node_of(f, "csv", "a,y\n1,0\n2,1e39\n3,1\n");
    dt_config_set_text(node, "target", "real", f->arena);
    refused(f, node, DT_EFORMAT, "column \"y\", the target, has no finite number (\"1e39\")");
}

/* Each pair is one number, or the same no-number, to strtod. */
static void labels_and_owners_are_equal_if_their_texts_are(void **state) {
    fixture *f = *state;
    static const char *const pairs[][2] = { { "1", "1.0" }, { "007", "7" }, { "12e40001", "12e40002" }, { "inf", "Infinity" },
        { "1234567890123456788", "1234567890123456789" }, { "0x10", "16" }, { "00e30005", "0e120004" }, { "+1", "1" },
        { "a b", "a  b" }, { "True", "true" } };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *a = pairs[i][0], *b = pairs[i][1];
        dt_config *node = node_of(f, "csv", dt_arena_text(f->arena, "x,who,y\n0,%s,%s\n0, %s ,\"%s\"\n0,%s,%s\n", a, b, b, a, a, b));
        dt_config_set_text(node, "owner", "who", f->arena);
        dt_data d = load(f, node);
        assert_int_equal(d.shape.classes, 2);
        assert_true(d.train.y[0] == d.train.y[2] && d.train.y[0] != d.train.y[1]);
        assert_true(d.train.owner[0] == d.train.owner[2] && d.train.owner[0] != d.train.owner[1]);
    }
}

static void an_owner_may_be_called_anything_but_nothing(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "x,who,y\n0,nan,0\n0,3,1\n0,nan,0\n0,None,1\n0,?,1\n");
    dt_config_set_text(node, "owner", "who", f->arena);
    dt_data d = load(f, node);
    const int32_t owner[] = { 3, 0, 3, 2, 1 };
    assert_memory_equal(d.train.owner, owner, sizeof owner);
    node = node_of(f, "csv", "x,who,y\n0,a,0\n0,,1\n");
    dt_config_set_text(node, "owner", "who", f->arena);
    refused(f, node, DT_EFORMAT, "file line 3 (row 2): column \"who\", the owner, has no value");
}

/* Devices of the test file alone must not leave gaps between those that train. */
static void owners_of_training_rows_come_first(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "x,who,y\n0,b,0\n0,d,1\n");
    dt_config_set_text(node, "owner", "who", f->arena);
    dt_config_set_text(node, "test", set_text(f->folder, "t", "x,who,y\n0,a,0\n0,c,1\n0,d,1\n", f->arena), f->arena);
    dt_data d = load(f, node);
    assert_true(d.train.owner[0] == 0 && d.train.owner[1] == 1);
    assert_true(d.test.owner[0] == 2 && d.test.owner[1] == 3 && d.test.owner[2] == 1);
}

static void many_distinct_owners_are_told_apart(void **state) {
    enum { ROWS = 20000 };
    fixture *f = *state;
    char *text = dt_arena_take(f->arena, ROWS + 1, 40), *at = text + sprintf(text, "x,who,y\n");
    for (int i = 0; i < ROWS; i++) at += sprintf(at, "0,%llu,%d\n", 9000000000000000000u + (unsigned long long)(i * 7 % ROWS), i % 2);
    dt_config *node = node_of(f, "csv", text);
    dt_config_set_text(node, "owner", "who", f->arena);
    dt_data d = load(f, node);
    for (int i = 0; i < ROWS; i++) assert_int_equal(d.train.owner[i], i * 7 % ROWS);
}

static void test_labels_that_no_training_row_has_are_refused(void **state) {
    fixture *f = *state;
    static const char *const cases[][3] = { { ">50K.", ">50K", "<=50K" }, { "1.0", "1", "0" }, { "Setosa", "setosa", "other" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dt_config *node = node_of(f, "csv", dt_arena_text(f->arena, "x,y\n0,%s\n0,%s\n", cases[i][2], cases[i][1]));
        const char *test = dt_arena_text(f->arena, "x,y\n0,%s\n0,%s\n", cases[i][1], cases[i][0]);
        dt_config_set_text(node, "test", set_text(f->folder, "t", test, f->arena), f->arena);
        refused(f, node, DT_EFORMAT, dt_arena_text(f->arena, "the label \"%s\" (in 1 of the test file's rows, first in row "
                                                   "2) is in no training row; the nearest there is \"%s\"", cases[i][0], cases[i][1]));
        assert_string_equal(dt_reason_path(), "data.test");
    }
}

static void csv_reads_every_end_of_line_and_a_byte_order_mark(void **state) {
    fixture *f = *state;
    const float x[] = { 1, 2, 3, 4 }, y[] = { 1, 0 };
    reads(f, "a,b,y\n1,2,1\n3,4,0\n", 2, x, y);
    reads(f, "\xEF\xBB\xBF" "a,b,y\r\n1,2,1\r\n3,4,0", 2, x, y);
    reads(f, "a,b,y\r1,2,1\r3,4,0\r", 2, x, y);
    reads(f, "\n\na,b,y\n \n1,2,1\n\r\n3,4,0\n\n", 2, x, y);
    reads(f, "a,b,y,\n1,2,1,\n3,4,0,,\n", 2, x, y);
    reads(f, "sep=,\r\na,b,y\r\n1,2,1\r\n3,4,0\r\n", 2, x, y);
    refused(f, node_of(f, "csv", "sep=;\na,y\n1,0\n,0\n"), DT_EFORMAT, "line 4 (row 2)");
    dt_config *marked = node_of(f, "csv", "\xEF\xBB\xBF" "y,a\n1,5\n0,6\n");
    dt_config_set_text(marked, "column", "y", f->arena);
    assert_true(load(f, marked).train.x[1] == 6);
    assert_true(load(f, node_of(f, "libsvm", "\xEF\xBB\xBF" "1 1:5\r0 1:6\r")).train.x[1] == 6);
}

static void csv_quotes_are_those_of_rfc_4180(void **state) {
    fixture *f = *state;
    const float x[] = { 1, 2, 3, 4 }, y[] = { 0, 1, 2, 0 };
    reads(f, "a,\"the \"\"y\"\"\"\n1,\"box \"\"L\"\"\"\n2,\"box \"\"M\"\"\"\n3,\"x,\"\n\"4\" , \"box \"\"L\"\"\" \n", 4, x, y);
    reads(f, "\"a\nb\",y\n1,\"u\nv\"\n2,\"u\rw\"\n3,\"u\r\nv\"\n4,\"u\nv\"\n", 4, x, (const float[]){ 0, 2, 1, 0 });
    refused(f, node_of(f, "csv", "a,y\n1,2\n3,\"4\n5,6\n"), DT_EFORMAT, "line 3: a quote opens field 2 and is not closed");
    refused(f, node_of(f, "csv", "a,y\n1,\"2\n\"\n3,\"4\"x\n"), DT_EFORMAT, "line 4: text follows the closing quote of field 2");
    refused(f, node_of(f, "csv", "a,y\n1,\"2\"\""), DT_EFORMAT, "line 2: a quote opens field 2 and is not closed");
    dt_config *node = node_of(f, "csv", "\"a, b\",c,\"say \"\"d\"\"\",y\n1,2,3,0\n4,5,6,1\n");
    dt_config_set_text(node, "drop", "\"a, b\", \"say \"\"d\"\"\"", f->arena);
    dt_data d = load(f, node);
    assert_true(d.shape.features == 1 && d.train.x[0] == 2 && d.train.x[1] == 5);
}

static void csv_reads_decimal_commas_truths_and_aligned_columns(void **state) {
    fixture *f = *state;
    const float x[] = { 1.5f, 1, -2, 0 }, y[] = { 1, 0 };
    reads(f, "a,b,y\n1.5,TRUE,yes\n-2,False,no\n", 2, x, y);
    dt_config *node = node_of(f, "csv", "a;b;y\n1,5;1;1,0\n-2;0;0,5\n");
    dt_config_set_text(node, "separator", ";", f->arena);
    refused(f, node, DT_EFORMAT, "line 2 (row 1), column \"a\": expected a number, got \"1,5\"; decimal = \",\" reads");
    dt_config_set_text(node, "decimal", ",", f->arena);
    assert_memory_equal(load(f, node).train.x, x, sizeof x);
    refused(f, node_of(f, "csv", "a;b;y\n1,5;1;1\n"), DT_EFORMAT, "did you mean separator = \";\"?");
    dt_config_set_text(node, "decimal", ".", f->arena);
    refused(f, node, DT_EFORMAT, "decimal = \",\" reads");
    node = node_of(f, "csv", "  a   b  y \n 1.5  1 u\n  -2\t0   v\n");
    dt_config_set_text(node, "separator", "space", f->arena);
    assert_memory_equal(load(f, node).train.x, x, sizeof x);
}

/* As pandas calls them. */
static void csv_columns_without_a_name_of_their_own_get_one(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", ",a,a,,y\n0,1,2,3,0\n1,4,5,6,1\n");
    dt_config_set_text(node, "drop", "Unnamed: 0, a.1, Unnamed: 3", f->arena);
    dt_data d = load(f, node);
    assert_true(d.shape.features == 1 && d.train.x[0] == 1 && d.train.x[1] == 4);
}

static void csv_headers_of_numbers_are_refused(void **state) {
    fixture *f = *state;
    refused(f, node_of(f, "csv", "2.5,-1,0\n1,2,1\n3,4,0\n"), DT_EFORMAT, "set header = false");
    assert_string_equal(dt_reason_path(), "data.header");
    refused(f, node_of(f, "csv", "2.5,,0\n1,2,1\n3,4,0\n"), DT_EFORMAT, "holds numbers");
    refused(f, node_of(f, "csv", "5.1,3.5,setosa\n4.9,3,setosa\n6,2,other\n"), DT_EFORMAT, "\"setosa\" is the label of other rows");
    const float x[] = { 1, 2, 3, 4 }, y[] = { 1, 0 };
    reads(f, "0,1,2\n1,2,1\n3,4,0\n", 2, x, y);
    reads(f, "1,2,label\n1,2,1\n3,4,0\n", 2, x, y);
    reads(f, "880.5,884.1,y\n1,2,1\n3,4,0\n", 2, x, y);
    dt_config *node = node_of(f, "csv", "a,y\n1,0\n");
    dt_config_set_bool(node, "header", false, f->arena);
    refused(f, node, DT_EFORMAT, "column \"1\": expected a number, got \"a\"; header = true takes the first line");
}

static void csv_columns_have_one_role(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "a,b,y\n1,2,0\n");
    dt_config_set_text(node, "owner", "y", f->arena);
    assert_refused(dt_data_check(node), DT_EINVAL, "the column \"last\" cannot be the target: it is the owner already");
    dt_config_set_text(node, "column", "b", f->arena);
    dt_config_set_text(node, "drop", "nothing_like_it", f->arena);
    assert_refused(dt_data_check(node), DT_EINVAL, "has no column \"nothing_like_it\"; its columns are \"a\", \"b\", \"y\"");
}

static void libsvm_indices_from_zero_hold_for_both_files(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "libsvm", "0 1:1 2:2\n1 2:3\n");
    dt_config_set_text(node, "test", set_text(f->folder, "t", "1 0:5\n0 3:7\n", f->arena), f->arena);
    dt_data d = load(f, node);
    const float train[] = { 0, 1, 2, 0, 0, 0, 3, 0 }, test[] = { 5, 0, 0, 0, 0, 0, 0, 7 };
    assert_int_equal(d.shape.features, 4);
    assert_memory_equal(d.train.x, train, sizeof train);
    assert_memory_equal(d.test.x, test, sizeof test);
    dt_config_set_number(node, "columns", 3, f->arena);
    refused(f, node, DT_EFORMAT, "expected an index from 0 to 2, got 3 (there is an index 0, so they begin at 0)");
}

static void libsvm_query_ids_are_left_out(void **state) {
    fixture *f = *state;
    dt_data d = load(f, node_of(f, "libsvm", "2 qid:1 1:3 2:4 # doc 7\n0 qid:22 2:5\n1 qid:22# none\n"));
    const float x[] = { 3, 4, 0, 5, 0, 0 }, y[] = { 2, 0, 1 };
    assert_memory_equal(d.train.x, x, sizeof x);
    assert_memory_equal(d.train.y, y, sizeof y);
}

static void csv_mistakes_are_named(void **state) {
    fixture *f = *state;
    refused(f, node_of(f, "csv", "a,y\n1,0\n1,2,3\n"), DT_EFORMAT, "line 3 (row 2): expected 2 fields, as many as the first line has, got 3");
    refused(f, node_of(f, "csv", "a,y\ntree,0\n"), DT_EFORMAT, "column \"a\": expected a number, got \"tree\"");
    refused(f, node_of(f, "csv", "a,y\n1,\n"), DT_EFORMAT, "line 2 (row 1): column \"y\", the target, has no value");
    refused(f, node_of(f, "csv", "# a note\na,y\n1,0\n"), DT_EFORMAT, "remove it if it is a comment");
    refused(f, node_of(f, "csv", "a,y\n1,2,0\n"), DT_EFORMAT, "a column of row names needs a name in the header, too");
    refused(f, node_of(f, "csv", "a,y\n"), DT_EFORMAT, "0 rows");
    refused(f, node_of(f, "csv", ""), DT_EFORMAT, "empty");
    dt_config *typo = node_of(f, "csv", "length,weight,y\n1,2,0\n");
    dt_config_set_text(typo, "column", "wieght", f->arena);
    assert_refused(dt_data_check(typo), DT_EINVAL, "did you mean \"weight\"?");
    assert_string_equal(dt_reason_path(), "data.column");
    dt_config *real = node_of(f, "csv", "a,y\n1,red\n");
    dt_config_set_text(real, "target", "real", f->arena);
    refused(f, real, DT_EFORMAT, "column \"y\": expected a number, got \"red\"; set target = \"class\"");
    dt_config *other = node_of(f, "csv", "a,b,y\n1,2,0\n");
    dt_config_set_text(other, "test", set_text(f->folder, "t", "b,a,y\n1,2,0\n", f->arena), f->arena);
    refused(f, other, DT_EFORMAT, "both files need the same columns in the same order");
    dt_config_set_text(other, "test", set_text(f->folder, "t", "2,1.5,0\n1,2,0\n", f->arena), f->arena);
    refused(f, other, DT_EFORMAT, "column 1 of ");
    assert_non_null(strstr(dt_reason(), "the test file needs the same header"));
    refused(f, node_of(f, "csv", ",\n1,2\n"), DT_EFORMAT, "expected at least two columns, features and a target, got one");
    dt_config *binary = node_of(f, "csv", "a,y\n");
    dt_config_set_text(binary, "path", set_file(f->folder, "b", "a,y\n1,2\0\n3,4\n", 13, false, f->arena), f->arena);
    refused(f, binary, DT_EFORMAT, "zero byte");
    dt_config_set_text(binary, "path", set_file(f->folder, "b", "\0\0", 2, false, f->arena), f->arena);
    assert_refused(dt_data_check(binary), DT_EFORMAT, "is not a text");
}

/* Held-out rows must not take the place of a test file that was asked for. */
static void a_test_file_without_rows_is_refused(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "a,y\n1,0\n2,1\n");
    dt_config_set_text(node, "test", set_text(f->folder, "t", "a,y\nNA,0\n", f->arena), f->arena);
    dt_config_set_text(node, "missing", "drop", f->arena);
    refused(f, node, DT_EFORMAT, "t, got none");
    node = node_of(f, "libsvm", "1 1:1\n0 1:2\n");
    dt_config_set_text(node, "test", set_text(f->folder, "t", "# nothing\n", f->arena), f->arena);
    refused(f, node, DT_EFORMAT, "t, got none");
}

/* Every row goes to one side, the share is kept, and the seed says which. */
static void held_out_rows_leave_the_training_set(void **state) {
    fixture *f = *state;
    char text[3000] = "x,y\n";
    dt_data a, b, c;
    int seen[100] = { 0 };
    for (int i = 0; i < 100; i++) sprintf(text + strlen(text), "%d,%d\n", i, i % 2);
    dt_config *node = node_of(f, "csv", text);
    dt_config_set_number(node, "holdout", 0.3, f->arena);
    assert_ok(dt_data_load(node, 1, 1, &a, f->arena));
    assert_ok(dt_data_load(node, 1, 1, &b, f->arena));
    assert_ok(dt_data_load(node, 2, 1, &c, f->arena));
    assert_true(a.train.rows == 70 && a.test.rows == 30);
    for (size_t i = 0; i < 70; i++) seen[(int)a.train.x[i]]++;
    for (size_t i = 0; i < 30; i++) seen[(int)a.test.x[i]]++;
    for (int i = 0; i < 100; i++) assert_int_equal(seen[i], 1);
    assert_memory_equal(a.test.x, b.test.x, 30 * sizeof(float));
    assert_memory_not_equal(a.test.x, c.test.x, 30 * sizeof(float));
}

static void a9a_is_read_whole(void **state) {
    fixture *f = *state;
    const char *train = set_real("libsvm/a9a", f->arena), *test = set_real("libsvm/a9a.t", f->arena);
    size_t positive = 0;
    if (train == NULL || test == NULL) skip();
    dt_config *node = set_node("libsvm", train, f->arena);
    dt_config_set_text(node, "test", test, f->arena);
    dt_data d = load(f, node);
    for (size_t i = 0; i < d.train.rows; i++) positive += d.train.y[i] == 1;
    assert_true(d.train.rows == 32561 && d.test.rows == 16281 && d.shape.features == 123 && positive == 7841);
}

static void wisdm_keeps_its_users(void **state) {
    fixture *f = *state;
    const char *path = set_real("federated/wisdm_har_transformed.csv", f->arena);
    int32_t most = 0;
    if (path == NULL) skip();
    dt_config *node = set_node("csv", path, f->arena);
    dt_config_set_text(node, "owner", "user", f->arena);
    dt_config_set_text(node, "drop", "unique_id", f->arena);
    dt_config_set_text(node, "missing", "mean", f->arena);
    dt_data d = load(f, node);
    for (size_t i = 0; i < d.train.rows; i++) most = d.train.owner[i] > most ? d.train.owner[i] : most;
    assert_true(d.train.rows + d.test.rows == 5418 && d.shape.features == 43 && d.shape.classes == 6 && most == 35);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(libsvm_rows_become_dense_and_labels_ascend),
        TEST(libsvm_test_file_shares_columns_and_classes),
        TEST(libsvm_real_target_is_kept),
        TEST(libsvm_mistakes_are_named_with_their_line),
        TEST(csv_columns_go_by_their_role),
        TEST(csv_classes_are_numbers_in_order_then_texts),
        TEST(csv_without_header_numbers_its_columns),
        TEST(csv_gzipped_reads_the_same),
        TEST(csv_is_standardised_by_its_training_rows),
        TEST(csv_missing_values_are_refused_replaced_or_left_out),
        TEST(csv_knows_the_words_for_no_value),
        TEST(csv_infinite_values_are_missing_values),
        TEST(csv_targets_are_never_replaced),
        TEST(labels_and_owners_are_equal_if_their_texts_are),
        TEST(an_owner_may_be_called_anything_but_nothing),
        TEST(owners_of_training_rows_come_first),
        TEST(many_distinct_owners_are_told_apart),
        TEST(test_labels_that_no_training_row_has_are_refused),
        TEST(csv_reads_every_end_of_line_and_a_byte_order_mark),
        TEST(csv_quotes_are_those_of_rfc_4180),
        TEST(csv_reads_decimal_commas_truths_and_aligned_columns),
        TEST(csv_columns_without_a_name_of_their_own_get_one),
        TEST(csv_headers_of_numbers_are_refused),
        TEST(csv_columns_have_one_role),
        TEST(libsvm_indices_from_zero_hold_for_both_files),
        TEST(libsvm_query_ids_are_left_out),
        TEST(csv_mistakes_are_named),
        TEST(a_test_file_without_rows_is_refused),
        TEST(held_out_rows_leave_the_training_set),
        TEST(a9a_is_read_whole),
        TEST(wisdm_keeps_its_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
