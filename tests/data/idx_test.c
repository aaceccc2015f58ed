/* idx_test.c - IDX files, plain or gzipped, are read exactly; broken ones are refused with the reason. */
#include "tests/data/set.h"

/* Three images of 1 by 2 with the labels 2, 0, 1. */
static const unsigned char images[] = { 0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102, 153, 204 };
static const unsigned char labels[] = { 0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 1 };
enum { IMAGES = sizeof images, LABELS = sizeof labels };

typedef struct fixture { dt_arena *arena; const char *folder; dt_config *node; } fixture;

static int setup(void **state) {
    static fixture f;
    f.arena = dt_arena_new(0);
    f.folder = set_folder(f.arena);
    f.node = set_node("idx", f.folder, f.arena);
    set_file(f.folder, "train-images-idx3-ubyte", images, IMAGES, false, f.arena);
    set_file(f.folder, "train-labels-idx1-ubyte", labels, LABELS, false, f.arena);
    set_file(f.folder, "t10k-images-idx3-ubyte.gz", images, IMAGES, true, f.arena);
    set_file(f.folder, "t10k-labels-idx1-ubyte.gz", labels, LABELS, true, f.arena);
    *state = &f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    set_remove(f->folder);
    dt_arena_free(f->arena);
    return 0;
}

static void pixels_and_labels_are_read_exactly(void **state) {
    fixture *f = *state;
    const float x[] = { 0, 1, 51 / 255.0f, 102 / 255.0f, 153 / 255.0f, 204 / 255.0f }, y[] = { 2, 0, 1 };
    dt_data d;
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.shape.classes == 3 && d.shape.channels == 1 && d.shape.height == 1 && d.shape.width == 2);
    assert_int_equal(d.train.rows, 3);
    const dt_dataset *const sets[] = { &d.train, &d.test };
    for (int i = 0; i < 2; i++) {
        float room[6], gathered[4], y_of[2];
        const uint32_t row[] = { 2, 0 };
        dt_batch all = dt_data_batch(sets[i], 2, 0, 3), last = dt_data_batch(sets[i], 2, 2, 1);
        assert_memory_equal(dt_data_samples(&all, 2, 0, 3, room), x, sizeof x);
        assert_memory_equal(dt_data_samples(&all, 2, 1, 1, room), x + 2, 2 * sizeof *x);
        assert_memory_equal(dt_data_samples(&last, 2, 0, 1, room), x + 4, 2 * sizeof *x);
        dt_data_gather(sets[i], 2, row, 2, gathered, y_of);
        assert_memory_equal(gathered, x + 4, 2 * sizeof *x);
        assert_memory_equal(gathered + 2, x, 2 * sizeof *x);
        assert_true(y_of[0] == 1 && y_of[1] == 2);
    }
    assert_memory_equal(d.train.y, y, sizeof y);
    assert_memory_equal(d.test.y, y, sizeof y);
}

static void a_cap_takes_the_first_images_and_keeps_the_classes(void **state) {
    fixture *f = *state;
    dt_data d;
    dt_config_set_number(f->node, "train", 2, f->arena);
    dt_config_set_number(f->node, "test", 1, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.train.rows == 2 && d.test.rows == 1 && d.shape.classes == 3);
}

static void the_folder_is_looked_for_under_dtsim_data(void **state) {
    fixture *f = *state;
    const char *before = getenv("DTSIM_DATA");
    before = before == NULL ? NULL : dt_arena_text(f->arena, "%s", before);
    setenv("DTSIM_DATA", "/tmp", 1);
    dt_config_set_text(f->node, "path", f->folder + strlen("/tmp/"), f->arena);
    assert_ok(dt_data_check(f->node));
    dt_config_set_text(f->node, "path", "no_such_folder", f->arena);
    assert_refused(dt_data_check(f->node), DT_ENOTFOUND, "neither no_such_folder nor /tmp/no_such_folder is there");
    assert_refused(dt_data_check(f->node), DT_ENOTFOUND, "yann.lecun.com/exdb/mnist");
    assert_string_equal(dt_reason_path(), "data.path");
    unsetenv("DTSIM_DATA");
    assert_refused(dt_data_check(f->node), DT_ENOTFOUND, "DTSIM_DATA is not set");
    if (before != NULL) setenv("DTSIM_DATA", before, 1);
}

static void a_missing_file_is_named(void **state) {
    fixture *f = *state;
    assert_int_equal(unlink(dt_arena_text(f->arena, "%s/t10k-labels-idx1-ubyte.gz", f->folder)), 0);
    assert_refused(dt_data_check(f->node), DT_ENOTFOUND, "t10k-labels-idx1-ubyte");
}

/* Write another file of training images and load. */
static void refused(fixture *f, const void *bytes, size_t length, bool checked, const char *reason) {
    dt_data d;
    set_file(f->folder, "train-images-idx3-ubyte", bytes, length, false, f->arena);
    if (checked) assert_refused(dt_data_check(f->node), DT_EFORMAT, reason);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, reason);
    assert_string_equal(dt_reason_path(), "data.path");
}

static void broken_headers_are_refused_by_check_and_load(void **state) {
    fixture *f = *state;
    unsigned char bad[IMAGES];
    refused(f, images, 0, true, "truncated");
    refused(f, images, 10, true, "truncated");
    refused(f, images, IMAGES - 1, true, "truncated");
    memcpy(bad, images, IMAGES);
    bad[3] = 1;
    refused(f, bad, IMAGES, true, "starts with the number 2051");
    memcpy(bad, images, IMAGES);
    memset(bad + 4, 0xff, 12);
    refused(f, bad, IMAGES, true, "by 4294967295");
    memcpy(bad, images, IMAGES);
    bad[4] = 0xff;
    refused(f, bad, IMAGES, true, "truncated: its header promises");
    memcpy(bad, images, IMAGES);
    bad[15] = 0;
    refused(f, bad, IMAGES, true, "1 by 0");
}

static void counts_that_differ_are_refused(void **state) {
    fixture *f = *state;
    unsigned char bad[IMAGES];
    memcpy(bad, images, IMAGES);
    bad[7] = 2;
    refused(f, bad, IMAGES - 2, false, "expected 3 images, as many as there are labels, got 2");
    memcpy(bad, images, IMAGES);
    bad[15] = 1;
    refused(f, bad, IMAGES, false, "more bytes than its header says");
    refused(f, bad, IMAGES - 3, false, "expected images of 1 by 1, as the training images are, got 1 by 2");
}

static void a_damaged_gzip_stream_is_refused_wherever_it_is_cut(void **state) {
    fixture *f = *state;
    unsigned char packed[256];
    dt_data d;
    const char *path = dt_arena_text(f->arena, "%s/t10k-images-idx3-ubyte.gz", f->folder);
    FILE *file = fopen(path, "rb");
    size_t length = fread(packed, 1, sizeof packed, file);
    fclose(file);
    assert_in_range(length, 20, 255);
    for (size_t cut = 1; cut < length; cut++) {
        set_file(f->folder, "t10k-images-idx3-ubyte.gz", packed, cut, false, f->arena);
        assert_int_equal(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT);
    }
    for (size_t at = 10; at < length; at++) {
        packed[at] ^= 0x10;
        set_file(f->folder, "t10k-images-idx3-ubyte.gz", packed, length, false, f->arena);
        assert_int_equal(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT);
        packed[at] ^= 0x10;
    }
}

/* The four files under other names. */
static void put_set(fixture *f, const char *train, const char *test, const char *image, const char *label, bool packed) {
    const char *const part[] = { train, test };
    for (int i = 0; i < 2; i++) {
        set_file(f->folder, dt_arena_text(f->arena, "%s%s", part[i], image), images, IMAGES, packed, f->arena);
        set_file(f->folder, dt_arena_text(f->arena, "%s%s", part[i], label), labels, LABELS, packed, f->arena);
    }
}

static void empty_folder(fixture *f) {
    set_remove(f->folder);
    f->folder = set_folder(f->arena);
    dt_config_set_text(f->node, "path", f->folder, f->arena);
}

static void the_files_are_found_under_all_their_usual_names(void **state) {
    fixture *f = *state;
    const struct { const char *train, *test, *image, *label; bool packed; } names[] = {
        { "train-", "t10k-", "images.idx3-ubyte", "labels.idx1-ubyte", false },
        { "emnist-letters-train-", "emnist-letters-test-", "images-idx3-ubyte.gz", "labels-idx1-ubyte.gz", true },
        { "my.images_train_", "my.images_test_", "images_idx3_ubyte", "labels_idx1_ubyte", false },
        { "train-", "test-", "images.idx3.gz", "labels.idx1.gz", true },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        dt_data d;
        empty_folder(f);
        put_set(f, names[i].train, names[i].test, names[i].image, names[i].label, names[i].packed);
        assert_ok(dt_data_check(f->node));
        assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
        assert_true(d.train.rows == 3 && d.test.rows == 3 && d.shape.classes == 3 && d.train.y[0] == 2);
    }
}

static void of_several_sets_one_is_chosen_by_its_prefix(void **state) {
    fixture *f = *state;
    empty_folder(f);
    put_set(f, "emnist-letters-train-", "emnist-letters-test-", "images-idx3-ubyte", "labels-idx1-ubyte", false);
    assert_ok(dt_data_check(f->node));
    put_set(f, "emnist-digits-train-", "emnist-digits-test-", "images-idx3-ubyte.gz", "labels-idx1-ubyte.gz", true);
    set_file(f->folder, "half-train-images-idx3-ubyte", images, IMAGES, false, f->arena);     /* no set */
    assert_refused(dt_data_check(f->node), DT_EINVAL,
                   "holds 2 sets, whose names begin with \"emnist-digits\", \"emnist-letters\"");
    assert_string_equal(dt_reason_path(), "data.prefix");
    dt_config_set_text(f->node, "prefix", "letters", f->arena);
    assert_ok(dt_data_check(f->node));
    dt_config_set_text(f->node, "prefix", "emnist-digits", f->arena);
    assert_ok(dt_data_check(f->node));
    dt_config_set_text(f->node, "prefix", "balanced", f->arena);
    assert_refused(dt_data_check(f->node), DT_EINVAL, "\"balanced\" means none of the sets in");
    assert_refused(dt_data_check(f->node), DT_EINVAL, "begin with \"emnist-digits\", \"emnist-letters\", \"half\"");
    dt_config_set_text(f->node, "prefix", "half", f->arena);
    assert_refused(dt_data_check(f->node), DT_ENOTFOUND, "holds no half-train-labels-idx1-ubyte");
    dt_config_set_text(f->node, "prefix", "", f->arena);
    assert_refused(dt_data_check(f->node), DT_EINVAL, "\"\" means none of the sets in");
}

/* A file of count numbers: its type, its sizes, and the numbers as big-endian bytes. */
static void put_numbers(fixture *f, const char *name, unsigned char type, size_t rank, const uint32_t *size,
                        const void *numbers, size_t bytes, size_t count) {
    unsigned char file[256] = { 0, 0, type, (unsigned char)rank }, *at = file + 4;
    for (size_t i = 0; i < rank; i++)
        for (int k = 3; k >= 0; k--) *at++ = (unsigned char)(size[i] >> 8 * k);
    for (size_t i = 0; i < count; i++)
        for (size_t k = bytes; k-- > 0;) *at++ = ((const unsigned char *)numbers)[i * bytes + k];
    set_file(f->folder, name, file, (size_t)(at - file), false, f->arena);
}

static void classes_are_the_distinct_labels(void **state) {
    fixture *f = *state;
    const int32_t of_train[] = { 26, 1, 9 }, of_test[] = { 9, 26, 1 }, other[] = { 9, 2, 1 };
    const uint32_t three[] = { 3 };
    const float y[] = { 2, 0, 1 }, test_y[] = { 1, 2, 0 };
    dt_data d;
    unlink(dt_arena_text(f->arena, "%s/t10k-labels-idx1-ubyte.gz", f->folder));
    put_numbers(f, "train-labels-idx1-ubyte", 12, 1, three, of_train, 4, 3);
    put_numbers(f, "t10k-labels-idx1-ubyte", 12, 1, three, of_test, 4, 3);
    dt_config_set_number(f->node, "train", 2, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_int_equal(d.shape.classes, 3);
    assert_memory_equal(d.train.y, y, 2 * sizeof *y);
    assert_memory_equal(d.test.y, test_y, sizeof test_y);
    put_numbers(f, "t10k-labels-idx1-ubyte", 12, 1, three, other, 4, 3);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "row 2 of the test labels");
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "is 2, a class that no training row has");
    put_numbers(f, "t10k-labels-idx1-ubyte", 13, 1, three, (const float[]){ 1, 26, 8.5f }, 4, 3);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "row 3: expected a whole number as class");
}

static void every_type_of_number_is_read(void **state) {
    fixture *f = *state;
    const uint32_t size[] = { 3, 1, 2 }, pairs[] = { 3, 2 };
    const float x[] = { 0, -1, 2, -100, 127, 5 };
    dt_data d;
#define PUT(type, kind, ...) put_numbers(f, "train-images-idx3-ubyte", type, 3, size, (const kind[]){ __VA_ARGS__ }, sizeof(kind), 6)
    for (int i = 0; i < 5; i++) {
        if (i == 0) PUT(9, int8_t, 0, -1, 2, -100, 127, 5);
        if (i == 1) PUT(11, int16_t, 0, -1, 2, -100, 127, 5);
        if (i == 2) PUT(12, int32_t, 0, -1, 2, -100, 127, 5);
        if (i == 3) PUT(13, float, 0, -1, 2, -100, 127, 5);
        if (i == 4) PUT(14, double, 0, -1, 2, -100, 127, 5);
        assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
        assert_memory_equal(d.train.x, x, sizeof x);
    }
    dt_config_set_number(f->node, "scale", 0.5, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.train.x[3] == -50 && d.test.x[2] == 25.5f);
    put_numbers(f, "train-images-idx3-ubyte", 8, 2, pairs, images + 16, 1, 6);
    put_numbers(f, "train-labels-idx1-ubyte", 8, 2, pairs, images + 16, 1, 6);
    assert_refused(dt_data_load(f->node, 1, 1, &d, f->arena), DT_EFORMAT, "expected one number for each label, got several");
    put_numbers(f, "train-labels-idx1-ubyte", 10, 1, pairs, images + 16, 1, 3);
    assert_refused(dt_data_check(f->node), DT_EFORMAT, "an IDX file of labels, which starts with the number 2049");
}

static void mnist_is_read_whole(void **state) {
    fixture *f = *state;
    static const size_t counts[] = { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 };
    const char *path = set_real("mnist", f->arena);
    dt_data d;
    size_t count[10] = { 0 };
    if (path == NULL) skip();
    dt_config_set_text(f->node, "path", path, f->arena);
    assert_ok(dt_data_load(f->node, 1, 1, &d, f->arena));
    assert_true(d.train.rows == 60000 && d.test.rows == 10000 && d.shape.features == 784 && d.shape.classes == 10);
    for (size_t i = 0; i < d.train.rows; i++) count[(size_t)d.train.y[i]]++;
    assert_memory_equal(count, counts, sizeof counts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pixels_and_labels_are_read_exactly, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cap_takes_the_first_images_and_keeps_the_classes, setup, teardown),
        cmocka_unit_test_setup_teardown(the_folder_is_looked_for_under_dtsim_data, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_file_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(broken_headers_are_refused_by_check_and_load, setup, teardown),
        cmocka_unit_test_setup_teardown(counts_that_differ_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_gzip_stream_is_refused_wherever_it_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(the_files_are_found_under_all_their_usual_names, setup, teardown),
        cmocka_unit_test_setup_teardown(of_several_sets_one_is_chosen_by_its_prefix, setup, teardown),
        cmocka_unit_test_setup_teardown(classes_are_the_distinct_labels, setup, teardown),
        cmocka_unit_test_setup_teardown(every_type_of_number_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(mnist_is_read_whole, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
