/* hdf5_test.c - datasets of any number type and of rank 1 to 4 are read; what does not fit is refused. */
#include "tests/data/set_hdf5.h"
#include "base/warn.h"

typedef struct fixture { dt_arena *arena; const char *folder, *path; dt_config *node; } fixture;

static int setup(void **state) {
    static fixture f;
    f.arena = dt_arena_new(0);
    f.folder = set_folder(f.arena);
    f.path = dt_arena_text(f.arena, "%s/f.h5", f.folder);
    f.node = set_node("hdf5", f.path, f.arena);
    *state = &f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    set_remove(f->folder);
    dt_arena_free(f->arena);
    return 0;
}

static void without_test(fixture *f) {
    dt_config_set_text(f->node, "test_x", "", f->arena);
}

static void images_give_their_shape_and_are_scaled(void **state) {
    fixture *f = *state;
    unsigned char x[24];
    const int64_t y[] = { 4, 1 }, owner[] = { 3, 0 };
    dt_data d;
    for (unsigned char i = 0; i < 24; i++) x[i] = i;
    set_hdf5(f->path, "train_images", 4, (const hsize_t[]){ 2, 3, 2, 2 }, H5T_NATIVE_UCHAR, x);
    set_hdf5(f->path, "train_labels", 2, (const hsize_t[]){ 2, 1 }, H5T_NATIVE_INT64, y);
    set_hdf5(f->path, "who", 1, (const hsize_t[]){ 2 }, H5T_NATIVE_INT64, owner);
    without_test(f);
    dt_config_set_number(f->node, "scale", 0.5, f->arena);
    dt_config_set_text(f->node, "owner", "who", f->arena);
    assert_ok(dt_data_check(f->node));
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.shape.channels == 3 && d.shape.height == 2 && d.shape.width == 2 && d.shape.features == 12);
    assert_true(d.train.rows == 2 && d.test.rows == 0 && d.shape.classes == 2);
    for (int i = 0; i < 24; i++) assert_true(d.train.x[i] == 0.5f * (float)i);
    assert_true(d.train.y[0] == 1 && d.train.y[1] == 0 && d.train.owner[0] == 1 && d.train.owner[1] == 0);
}

static void a_real_target_and_a_cap_are_kept(void **state) {
    fixture *f = *state;
    const double x[] = { 1, 2, 3 }, y[] = { 0.5, -1, 2 };
    dt_data d;
    set_hdf5(f->path, "a", 1, (const hsize_t[]){ 3 }, H5T_NATIVE_DOUBLE, x);
    set_hdf5(f->path, "b", 1, (const hsize_t[]){ 3 }, H5T_NATIVE_DOUBLE, y);
    without_test(f);
    dt_config_set_text(f->node, "x", "a", f->arena);
    dt_config_set_text(f->node, "y", "b", f->arena);
    dt_config_set_text(f->node, "target", "real", f->arena);
    dt_config_set_number(f->node, "train", 2, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.train.rows == 2 && d.shape.features == 1 && d.shape.classes == 0 && d.train.y[1] == -1);
}

static void what_does_not_fit_is_refused(void **state) {
    fixture *f = *state;
    const int x[] = { 1, 2, 3, 4 }, y[] = { 0, -1, 1, 0 };
    dt_data d;
    set_hdf5(f->path, "train_images", 2, (const hsize_t[]){ 2, 2 }, H5T_NATIVE_INT, x);
    set_hdf5(f->path, "train_labels", 1, (const hsize_t[]){ 3 }, H5T_NATIVE_INT, y);
    set_hdf5(f->path, "two", 1, (const hsize_t[]){ 2 }, H5T_NATIVE_INT, y);
    set_hdf5(f->path, "wide", 2, (const hsize_t[]){ 1, 4 }, H5T_NATIVE_INT, x);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "holds no dataset \"test_images\"");
    without_test(f);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "expected one number in \"train_labels\" for each of the 2 rows");
    dt_config_set_text(f->node, "y", "tow", f->arena);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "holds no dataset \"tow\"");
    dt_config_set_text(f->node, "y", "two", f->arena);
    set_hdf5(f->path, "gap", 2, (const hsize_t[]){ 2, 2 }, H5T_NATIVE_DOUBLE, (const double[]){ 1, 2, 3, 1e39 });
    dt_config_set_text(f->node, "x", "gap", f->arena);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "row 2 of the training set, column 2: expected a finite number, got inf");
    dt_config_set_text(f->node, "x", "train_images", f->arena);
    set_hdf5(f->path, "half", 1, (const hsize_t[]){ 2 }, H5T_NATIVE_DOUBLE, (const double[]){ 0.5, 1 });
    dt_config_set_text(f->node, "y", "half", f->arena);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "row 1: expected a whole number as class");
    assert_string_equal(dt_reason_path(), "data.y");
    dt_config_set_text(f->node, "y", "two", f->arena);
    dt_config_set_text(f->node, "test_x", "wide", f->arena);
    dt_config_set_text(f->node, "test_y", "two", f->arena);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "has not the shape of a training row");
}

static void put(fixture *f, const char *name, int rank, const hsize_t *size, const double *values) {
    set_hdf5(f->path, name, rank, size, H5T_NATIVE_DOUBLE, values);
}

static void labels_of_every_form_become_classes(void **state) {
    fixture *f = *state;
    const double x[] = { 1, 2, 3 }, signs[] = { 1, -1, 1 }, hot[] = { 0, 1, 0, 1, 0, 0, 0, 1, 0 }, letters[] = { 26, 1, 26 };
    const signed char truth[] = { 1, 0, 1 };
    const float y[] = { 1, 0, 1 };
    const char *const forms[] = { "signs", "hot", "letters", "truth", "one_column" };
    const hsize_t three[] = { 3, 3 }, column[] = { 3, 1 };
    hid_t type = H5Tenum_create(H5T_NATIVE_SCHAR);                  /* as h5py writes bool */
    H5Tenum_insert(type, "FALSE", (const signed char[]){ 0 });
    H5Tenum_insert(type, "TRUE", (const signed char[]){ 1 });
    put(f, "train_images", 1, three, x);
    put(f, "signs", 1, three, signs);
    put(f, "hot", 2, three, hot);
    put(f, "letters", 1, three, letters);
    put(f, "one_column", 2, column, signs);
    set_hdf5(f->path, "truth", 1, three, type, truth);
    H5Tclose(type);
    without_test(f);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        dt_data d;
        dt_config_set_text(f->node, "y", forms[i], f->arena);
        assert_ok(dt_data_check(f->node));
        assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
        assert_memory_equal(d.train.y, y, sizeof y);
        assert_int_equal(d.shape.classes, strcmp(forms[i], "hot") == 0 ? 3 : 2);    /* its columns are the classes */
    }
}

static void a_row_that_is_not_one_hot_is_named(void **state) {
    fixture *f = *state;
    const double x[] = { 1, 2 }, bad[][4] = { { 1, 0, 1, 1 }, { 1, 0, 0, 0 }, { 0, 1, 1, 0.5 } };
    const hsize_t two[] = { 2, 2 };
    dt_data d;
    put(f, "train_images", 1, two, x);
    without_test(f);
    for (int i = 0; i < 3; i++) {
        const char *name = dt_arena_text(f->arena, "y%d", i);
        put(f, name, 2, two, bad[i]);
        dt_config_set_text(f->node, "y", name, f->arena);
        assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, dt_arena_text(f->arena, "zeros in row 2 of \"%s\", got", name));
        assert_string_equal(dt_reason_path(), "data.y");
    }
}

static void a_test_label_that_no_training_row_has_is_refused(void **state) {
    fixture *f = *state;
    const double x[] = { 1, 2, 3 }, y[] = { 5, 7, 5 }, test_y[] = { 7, 5, 6 };
    dt_data d;
    put(f, "train_images", 1, (const hsize_t[]){ 3 }, x);
    put(f, "train_labels", 1, (const hsize_t[]){ 3 }, y);
    put(f, "test_images", 1, (const hsize_t[]){ 3 }, x);
    put(f, "test_labels", 1, (const hsize_t[]){ 3 }, test_y);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "row 3 of the test labels in \"test_labels\"");
}

/* Two images of a x b x c values, 0, 1, ... in the order of the file. */
static void put_image(fixture *f, hsize_t a, hsize_t b, hsize_t c) {
    double x[96];
    const double y[] = { 0, 1 };
    for (int i = 0; i < 96; i++) x[i] = i;
    unlink(f->path);
    put(f, "train_images", 4, (const hsize_t[]){ 2, a, b, c }, x);
    put(f, "train_labels", 1, (const hsize_t[]){ 2 }, y);
}

static const char *warned(fixture *f) {
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    dt_warn_say(out);
    fclose(out);
    const char *copy = dt_arena_copy(f->arena, text, length);
    free(text);
    return copy;
}

static void channels_are_found_where_they_stand_and_said(void **state) {
    fixture *f = *state;
    const float turned[] = { 0, 3, 6, 9, 12, 15, 1, 4, 7, 10, 13, 16, 2, 5, 8, 11, 14, 17 };      /* of 2 x 3 x 3 */
    dt_data d;
    without_test(f);
    put_image(f, 5, 2, 3);
    assert_ok(dt_data_check(f->node));
    assert_non_null(strstr(warned(f), "is 5 x 2 x 3 and is read as height x width x channels; channels = \"last\""));
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.shape.channels == 3 && d.shape.height == 5 && d.shape.width == 2);
    put_image(f, 2, 2, 5);                          /* square */
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.shape.channels == 5 && d.shape.height == 2 && d.shape.width == 2);
    put_image(f, 3, 4, 4);                          /* few and square at once: both ends say the same */
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.shape.channels == 3 && d.shape.height == 4);
    dt_config_set_text(f->node, "channels", "last", f->arena);
    put_image(f, 2, 3, 3);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.shape.channels == 3 && d.shape.height == 2 && d.shape.width == 3);
    assert_memory_equal(d.train.x, turned, sizeof turned);
    assert_true(d.train.x[18] == 18 && d.train.x[19] == 21);
    dt_config_set_text(f->node, "channels", "first", f->arena);
    put_image(f, 5, 2, 3);
    warned(f);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.shape.channels == 5 && d.shape.height == 2 && d.shape.width == 3 && d.train.x[1] == 1);
    assert_string_equal(warned(f), "");
}

static void sizes_that_do_not_tell_where_channels_stand_are_refused(void **state) {
    fixture *f = *state;
    without_test(f);
    put_image(f, 5, 2, 2);
    assert_ok(dt_data_check(f->node));
    put_image(f, 2, 5, 2);
    assert_refused(dt_data_check(f->node), DT_EINVAL, "is 2 x 5 x 2, which does not tell");
    assert_string_equal(dt_reason_path(), "data.channels");
    put_image(f, 3, 2, 4);
    assert_refused(dt_data_check(f->node), DT_EINVAL, "set channels = \"first\" or \"last\"");
}

/* Clients b (2 rows), a (1 row) and c (none), in that order in the file; a row's values say whose it is. */
static void put_clients(fixture *f, const char *path) {
    const double of_b[] = { 20, 21, 22, 23 }, of_a[] = { 10, 11 }, y_b[] = { 9, 4 }, y_a[] = { 4 };
    set_hdf5(path, "examples/b/pixels", 2, (const hsize_t[]){ 2, 2 }, H5T_NATIVE_DOUBLE, of_b);
    set_hdf5(path, "examples/b/label", 1, (const hsize_t[]){ 2 }, H5T_NATIVE_DOUBLE, y_b);
    set_hdf5(path, "examples/a/pixels", 2, (const hsize_t[]){ 1, 2 }, H5T_NATIVE_DOUBLE, of_a);
    set_hdf5(path, "examples/a/label", 2, (const hsize_t[]){ 1, 1 }, H5T_NATIVE_DOUBLE, y_a);
    set_hdf5(path, "examples/c/pixels", 1, (const hsize_t[]){ 0 }, H5T_NATIVE_DOUBLE, of_a);
    set_hdf5(path, "examples/c/label", 1, (const hsize_t[]){ 0 }, H5T_NATIVE_DOUBLE, y_a);
    dt_config_set_text(f->node, "x", "pixels", f->arena);
    dt_config_set_text(f->node, "y", "label", f->arena);
}

static void clients_of_a_federated_file_own_their_rows(void **state) {
    fixture *f = *state;
    const float x[] = { 10, 11, 20, 21, 22, 23 }, y[] = { 0, 1, 0 };
    const int32_t owner[] = { 0, 1, 1 };
    dt_data d;
    put_clients(f, f->path);
    warned(f);
    assert_ok(dt_data_check(f->node));
    assert_non_null(strstr(warned(f), "data.test_path: "));
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.train.rows == 3 && d.test.rows == 0 && d.shape.features == 2 && d.shape.classes == 2);
    assert_memory_equal(d.train.x, x, sizeof x);
    assert_memory_equal(d.train.y, y, sizeof y);
    assert_memory_equal(d.train.owner, owner, sizeof owner);
    const char *test = dt_arena_text(f->arena, "%s/test.h5", f->folder);
    put_clients(f, test);
    dt_config_set_text(f->node, "test_path", test, f->arena);
    dt_config_set_number(f->node, "test", 2, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_int_equal(d.test.rows, 2);
    assert_memory_equal(d.test.x, x, 4 * sizeof *x);
    dt_config_set_number(f->node, "train", 2, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.train.rows == 2 && d.train.owner[1] == 1 && d.shape.classes == 2);
}

static void a_client_that_differs_is_named(void **state) {
    fixture *f = *state;
    dt_data d;
    put_clients(f, f->path);
    without_test(f);
    set_hdf5(f->path, "examples/d/pixels", 2, (const hsize_t[]){ 1, 3 }, H5T_NATIVE_DOUBLE, (const double[]){ 1, 2, 3 });
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "\"examples/d/pixels\" has not the shape");
    dt_config_set_text(f->node, "x", "pixel", f->arena);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "its group \"examples/a\" holds \"label\", \"pixels\"");
    dt_config_set_text(f->node, "owner", "who", f->arena);
    assert_refused(dt_data_check(f->node), DT_EINVAL, "the client is the owner: leave owner out");
}

static void the_test_set_may_stand_in_a_file_of_its_own(void **state) {
    fixture *f = *state;
    const double x[] = { 1, 2 }, y[] = { 0, 1 };
    const char *test = dt_arena_text(f->arena, "%s/test.h5", f->folder);
    dt_data d;
    put(f, "train_images", 1, (const hsize_t[]){ 2 }, x);
    put(f, "train_labels", 1, (const hsize_t[]){ 2 }, y);
    set_hdf5(test, "test_images", 1, (const hsize_t[]){ 2 }, H5T_NATIVE_DOUBLE, y);
    set_hdf5(test, "test_labels", 1, (const hsize_t[]){ 2 }, H5T_NATIVE_DOUBLE, y);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "group \"/\" holds \"train_images\", \"train_labels\"");
    dt_config_set_text(f->node, "test_path", test, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.test.rows == 2 && d.test.x[1] == 1);
    dt_config_set_text(f->node, "test_path", "no_such_file.h5", f->arena);
    assert_refused(dt_data_check(f->node), DT_ENOTFOUND, "no_such_file.h5");
    assert_string_equal(dt_reason_path(), "data.test_path");
}

static void a_file_that_is_cut_or_no_hdf5_is_refused(void **state) {
    fixture *f = *state;
    const int x[] = { 1, 2 };
    set_hdf5(f->path, "train_images", 1, (const hsize_t[]){ 2 }, H5T_NATIVE_INT, x);
    assert_int_equal(truncate(f->path, 600), 0);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "is not a whole HDF5 file");
    dt_config_set_text(f->node, "path", set_text(f->folder, "t", "hello", f->arena), f->arena);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "is not a whole HDF5 file");
}

static void cifar_is_read_whole(void **state) {
    fixture *f = *state;
    const char *path = set_real("cifar10/cifar10_subset.h5", f->arena);
    dt_data d;
    size_t cats = 0;
    if (path == NULL) skip();
    dt_config_set_text(f->node, "path", path, f->arena);
    dt_config_set_number(f->node, "scale", 1 / 255.0, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    for (size_t i = 0; i < d.train.rows; i++) cats += d.train.y[i] == 3;
    assert_true(d.train.rows == 10000 && d.test.rows == 2000 && d.shape.features == 3072 && cats == 1000);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(images_give_their_shape_and_are_scaled),
        TEST(a_real_target_and_a_cap_are_kept),
        TEST(what_does_not_fit_is_refused),
        TEST(labels_of_every_form_become_classes),
        TEST(a_row_that_is_not_one_hot_is_named),
        TEST(a_test_label_that_no_training_row_has_is_refused),
        TEST(channels_are_found_where_they_stand_and_said),
        TEST(sizes_that_do_not_tell_where_channels_stand_are_refused),
        TEST(clients_of_a_federated_file_own_their_rows),
        TEST(a_client_that_differs_is_named),
        TEST(the_test_set_may_stand_in_a_file_of_its_own),
        TEST(a_file_that_is_cut_or_no_hdf5_is_refused),
        TEST(cifar_is_read_whole),
    };
    dt_warn_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
