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
    refused(f, node_of(f, "libsvm", "1 1:1\n1 0:1\n"), DT_EFORMAT, "line 2: index 0 is outside 1 ..");
    refused(f, node_of(f, "libsvm", "1 1:1\nyes 1:1\n"), DT_EFORMAT, "line 2 does not start with a label");
    refused(f, node_of(f, "libsvm", "1 1=1\n"), DT_EFORMAT, "line 1: \"1=1\" is not index:value");
    refused(f, node_of(f, "libsvm", "1 1:inf\n"), DT_EFORMAT, "line 1: the value of index 1 is not");
    refused(f, node_of(f, "libsvm", "1 99999999999999999999:1\n"), DT_EFORMAT, "is outside");
    refused(f, node_of(f, "libsvm", ""), DT_EFORMAT, "0 rows");
    refused(f, node_of(f, "libsvm", "1\n2\n"), DT_EFORMAT, "0 features");
    dt_config *narrow = node_of(f, "libsvm", "1 1:1 5:1\n");
    dt_config_set_number(narrow, "columns", 4, f->arena);
    assert_refused(dt_data_check(narrow), DT_EFORMAT, "index 5 is outside 1 .. 4");
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

static void csv_classes_are_numbers_in_order_then_texts(void **state) {
    fixture *f = *state;
    dt_data d = load(f, node_of(f, "csv", "x,y\n0,10\n0,b\n0,9\n0,-1\n0,1e1\n0,a\n"));
    const float y[] = { 2, 4, 1, 0, 2, 3 };
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

static void csv_missing_values_are_refused_or_the_mean(void **state) {
    fixture *f = *state;
    dt_config *node = node_of(f, "csv", "a,b,y\n1,nan,0\n,5,1\n3,7,1\n");
    refused(f, node, DT_EFORMAT, "sample 1 has no value in column \"b\"");
    dt_config_set_text(node, "missing", "mean", f->arena);
    dt_data d = load(f, node);
    const float x[] = { 1, 6, 2, 5, 3, 7 };
    assert_memory_equal(d.train.x, x, sizeof x);
}

static void csv_mistakes_are_named(void **state) {
    fixture *f = *state;
    refused(f, node_of(f, "csv", "a,y\n1,0\n1,2,3\n"), DT_EFORMAT, "line 3 has 3 fields, the first has 2");
    refused(f, node_of(f, "csv", "a,y\ntree,0\n"), DT_EFORMAT, "\"tree\" in column \"a\" is not a number");
    refused(f, node_of(f, "csv", "a,y\n1,\n"), DT_EFORMAT, "target of row 1 is missing");
    refused(f, node_of(f, "csv", "a,y\n"), DT_EFORMAT, "0 rows");
    refused(f, node_of(f, "csv", ""), DT_EFORMAT, "empty");
    refused(f, node_of(f, "csv", "a,y\n1e99,0\n"), DT_EFORMAT, "row 1 of the training set");
    dt_config *typo = node_of(f, "csv", "length,weight,y\n1,2,0\n");
    dt_config_set_text(typo, "column", "wieght", f->arena);
    assert_refused(dt_data_check(typo), DT_EINVAL, "did you mean \"weight\"?");
    assert_string_equal(dt_reason_path(), "data.column");
    dt_config *real = node_of(f, "csv", "a,y\n1,red\n");
    dt_config_set_text(real, "target", "real", f->arena);
    refused(f, real, DT_EFORMAT, "\"red\" of row 1 is not a number");
    dt_config *other = node_of(f, "csv", "a,b,y\n1,2,0\n");
    dt_config_set_text(other, "test", set_text(f->folder, "t", "b,a,y\n1,2,0\n", f->arena), f->arena);
    refused(f, other, DT_EFORMAT, "has not the columns of");
    dt_config *binary = node_of(f, "csv", "a,y\n");
    dt_config_set_text(binary, "path", set_file(f->folder, "b", "a,y\n1,2\0\n3,4\n", 13, false, f->arena), f->arena);
    refused(f, binary, DT_EFORMAT, "zero byte");
    dt_config_set_text(binary, "path", set_file(f->folder, "b", "\0\0", 2, false, f->arena), f->arena);
    assert_refused(dt_data_check(binary), DT_EFORMAT, "not a text");
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
        TEST(csv_missing_values_are_refused_or_the_mean),
        TEST(csv_mistakes_are_named),
        TEST(held_out_rows_leave_the_training_set),
        TEST(a9a_is_read_whole),
        TEST(wisdm_keeps_its_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
