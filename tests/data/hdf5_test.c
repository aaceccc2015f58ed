/* hdf5_test.c - datasets of any number type and of rank 1 to 4 are read; what does not fit is refused. */
#include "tests/data/set_hdf5.h"

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
    const int64_t y[] = { 1, 4 }, owner[] = { 3, 0 };
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
    assert_true(d.train.rows == 2 && d.test.rows == 0 && d.shape.classes == 5);
    for (int i = 0; i < 24; i++) assert_true(d.train.x[i] == 0.5f * (float)i);
    assert_true(d.train.y[0] == 1 && d.train.y[1] == 4 && d.train.owner[0] == 1 && d.train.owner[1] == 0);
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
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "one number for each of the 2 rows");
    dt_config_set_text(f->node, "y", "tow", f->arena);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "holds no dataset \"tow\"");
    dt_config_set_text(f->node, "y", "two", f->arena);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "row 2 of the training set has the target");
    set_hdf5(f->path, "gap", 2, (const hsize_t[]){ 2, 2 }, H5T_NATIVE_DOUBLE, (const double[]){ 1, 2, 3, 1e39 });
    dt_config_set_text(f->node, "x", "gap", f->arena);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "row 2 of the training set has the value inf in column 2");
    dt_config_set_text(f->node, "x", "train_images", f->arena);
    set_hdf5(f->path, "half", 1, (const hsize_t[]){ 2 }, H5T_NATIVE_DOUBLE, (const double[]){ 0.5, 1 });
    dt_config_set_text(f->node, "y", "half", f->arena);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "a whole number below the number of classes");
    dt_config_set_text(f->node, "test_x", "wide", f->arena);
    dt_config_set_text(f->node, "test_y", "two", f->arena);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "has not the shape of a training row");
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
        TEST(a_file_that_is_cut_or_no_hdf5_is_refused),
        TEST(cifar_is_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
