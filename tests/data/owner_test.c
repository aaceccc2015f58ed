/* owner_test.c - owners in an HDF5 file: integers of every size and order of bytes, whole numbers, and texts. */
#include "tests/data/set_hdf5.h"
#include <math.h>

enum { ROWS = 6 };

typedef struct fixture { dt_arena *arena; const char *folder, *path; dt_config *node; } fixture;

static int setup(void **state) {
    static fixture f;
    const float x[ROWS] = { 0 };
    const unsigned char y[ROWS] = { 0, 1, 0, 1, 0, 1 };
    f.arena = dt_arena_new(0);
    f.folder = set_folder(f.arena);
    f.path = dt_arena_text(f.arena, "%s/f.h5", f.folder);
    f.node = set_node("hdf5", f.path, f.arena);
    set_hdf5(f.path, "train_images", 1, (const hsize_t[]){ ROWS }, H5T_NATIVE_FLOAT, x);
    set_hdf5(f.path, "train_labels", 1, (const hsize_t[]){ ROWS }, H5T_NATIVE_UCHAR, y);
    dt_config_set_text(f.node, "test_x", "", f.arena);
    *state = &f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    set_remove(f->folder);
    dt_arena_free(f->arena);
    return 0;
}

static void add(fixture *f, const char *name, hid_t type, const void *values) {
    set_hdf5(f->path, name, 1, (const hsize_t[]){ ROWS }, type, values);
    dt_config_set_text(f->node, "owner", name, f->arena);
}

static void owners_are(fixture *f, const int32_t *wanted) {
    dt_data d;
    assert_ok(dt_data_check(f->node));
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_memory_equal(d.train.owner, wanted, ROWS * sizeof *wanted);
}

static void refused(fixture *f, const char *reason) {
    dt_data d;
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, reason);
    assert_string_equal(dt_reason_path(), "data.owner");
}

static const int32_t ascending[ROWS] = { 2, 0, 1, 2, 1, 0 };

static void integers_of_every_type_are_owners(void **state) {
    fixture *f = *state;
    const int8_t i8[ROWS] = { 9, -100, 0, 9, 0, -100 };
    const uint8_t u8[ROWS] = { 255, 0, 128, 255, 128, 0 };
    const int16_t i16[ROWS] = { 9, -30000, 0, 9, 0, -30000 };
    const uint32_t u32[ROWS] = { 4294967295u, 3, 2147483648u, 4294967295u, 2147483648u, 3 };
    const int64_t i64[ROWS] = { INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MAX, INT64_MAX - 1, INT64_MIN };
    const uint64_t u64[ROWS] = { UINT64_MAX, (1ull << 53) + 1, UINT64_MAX - 1, UINT64_MAX, UINT64_MAX - 1, (1ull << 53) + 1 };
    const uint64_t big[ROWS] = { __builtin_bswap64(1ull << 33), 0, __builtin_bswap64(7), __builtin_bswap64(1ull << 33),
                                 __builtin_bswap64(7), 0 };
    const struct { const char *name; hid_t type; const void *values; } cases[] = {
        { "i8", H5T_NATIVE_INT8, i8 }, { "u8", H5T_NATIVE_UINT8, u8 }, { "i16", H5T_NATIVE_INT16, i16 },
        { "u32", H5T_NATIVE_UINT32, u32 }, { "i64", H5T_NATIVE_INT64, i64 }, { "u64", H5T_NATIVE_UINT64, u64 },
        { "big", H5T_STD_U64BE, big },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        add(f, cases[i].name, cases[i].type, cases[i].values);
        owners_are(f, ascending);
    }
}

static void whole_numbers_are_owners_where_floats_are_exact(void **state) {
    fixture *f = *state;
    add(f, "f32", H5T_NATIVE_FLOAT, (const float[]){ 16777216, -0.0f, 2, 16777216, 2, 0 });
    owners_are(f, ascending);
    add(f, "f64", H5T_NATIVE_DOUBLE, (const double[]){ 5e9, -1, 2, 5e9, 2, -1 });
    owners_are(f, ascending);
    add(f, "half", H5T_NATIVE_DOUBLE, (const double[]){ 1, 2, 0.5, 0, 0, 0 });
    refused(f, "row 3 of \"half\": expected a whole number or a text as owner, got 0.5");
    add(f, "nan", H5T_NATIVE_DOUBLE, (const double[]){ 1, NAN, 0, 0, 0, 0 });
    refused(f, "row 2 of \"nan\": expected a whole number or a text as owner, got nan");
    add(f, "large", H5T_NATIVE_FLOAT, (const float[]){ 1, 2, 3, 4, 16777218, 0 });
    refused(f, "row 5 of \"large\" is 16777218; its floats are exact only up to 16777216: store owners as integers");
}

static void texts_are_owners(void **state) {
    fixture *f = *state;
    hid_t fixed = H5Tcopy(H5T_C_S1), padded = H5Tcopy(H5T_FORTRAN_S1), flexible = H5Tcopy(H5T_C_S1);
    H5Tset_size(fixed, 4);
    H5Tset_strpad(fixed, H5T_STR_NULLPAD);
    H5Tset_size(padded, 3);
    H5Tset_size(flexible, H5T_VARIABLE);
    H5Tset_cset(flexible, H5T_CSET_UTF8);
    add(f, "fixed", fixed, (const char[ROWS][4]){ "us_b", "007", "us_a", "us_b", "us_a", "007" });
    owners_are(f, ascending);
    add(f, "padded", padded, "c  a  bb c  bb a  ");
    owners_are(f, ascending);
    add(f, "flexible", flexible, (const char *const[]){ "\303\274ber", "1e400", "nan", "\303\274ber", "nan", "1e400" });
    owners_are(f, ascending);
    add(f, "empty", flexible, (const char *const[]){ "a", "b", "c", "", "d", "e" });
    refused(f, "row 4 of \"empty\" is empty: the sample has no owner");
    H5Tclose(fixed);
    H5Tclose(padded);
    H5Tclose(flexible);
}

static void what_is_no_column_of_owners_is_refused(void **state) {
    fixture *f = *state;
    const double pairs[2 * ROWS] = { 0 };
    hid_t complex = H5Tcreate(H5T_COMPOUND, 16);
    H5Tinsert(complex, "r", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(complex, "i", 8, H5T_NATIVE_DOUBLE);
    set_hdf5(f->path, "short", 1, (const hsize_t[]){ 3 }, H5T_NATIVE_DOUBLE, pairs);
    set_hdf5(f->path, "wide", 2, (const hsize_t[]){ ROWS, 2 }, H5T_NATIVE_DOUBLE, pairs);
    dt_config_set_text(f->node, "owner", "short", f->arena);
    refused(f, "\"short\": expected one owner for each of the 6 rows");
    dt_config_set_text(f->node, "owner", "wide", f->arena);
    refused(f, "\"wide\": expected one owner for each row");
    add(f, "complex", complex, pairs);
    refused(f, "expected integers of at most 64 bits, whole numbers or texts");
    dt_config_set_text(f->node, "owner", "gone", f->arena);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "holds no dataset \"gone\"; its group \"/\" holds \"");
    H5Tclose(complex);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(integers_of_every_type_are_owners),
        TEST(whole_numbers_are_owners_where_floats_are_exact),
        TEST(texts_are_owners),
        TEST(what_is_no_column_of_owners_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
