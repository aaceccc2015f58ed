/* split_test.c - each split deals as it says. */
#include "tests/test.h"
#include "split/split.h"
#include <math.h>

enum { ROWS = 6000, CLASSES = 10 };

typedef struct fixture { dt_arena *arena; dt_samples samples; dt_config *node; } fixture;

/* Label i mod 10, owner i / 100. */
static int setup(void **state) {
    static fixture f;
    static float y[ROWS];
    static int32_t owner[ROWS];
    for (int i = 0; i < ROWS; i++) {
        y[i] = (float)(i % CLASSES);
        owner[i] = i / 100;
    }
    f.arena = dt_arena_new(0);
    f.samples = (dt_samples){ ROWS, CLASSES, y, owner };
    f.node = dt_config_new(f.arena);
    *state = &f;
    return 0;
}

static int teardown(void **state) {
    dt_arena_free(((fixture *)*state)->arena);
    return 0;
}

static dt_shards make(fixture *f, const char *name, size_t workers) {
    dt_shards s;
    if (f->node->first == NULL) dt_config_set_text(f->node, NULL, name, f->arena);
    assert_ok(dt_split_make(f->node, &f->samples, workers, 3, &s, f->arena));
    return s;
}

static size_t size_of(const dt_shards *s, size_t w) { return s->start[w + 1] - s->start[w]; }

/* Samples of class c at worker w, and how many classes it has at all. */
static size_t class_count(const fixture *f, const dt_shards *s, size_t w, size_t c) {
    size_t count = 0;
    for (size_t i = s->start[w]; i < s->start[w + 1]; i++) count += f->samples.y[s->row[i]] == (float)c;
    return count;
}

static size_t classes_of(const fixture *f, const dt_shards *s, size_t w) {
    size_t count = 0;
    for (size_t c = 0; c < CLASSES; c++) count += class_count(f, s, w, c) > 0;
    return count;
}

static void iid_sizes_are_equal_and_labels_alike(void **state) {
    fixture *f = *state;
    dt_shards s = make(f, "iid", 13);
    for (size_t w = 0; w < 13; w++) {
        assert_in_range(size_of(&s, w), 461, 462);
        for (size_t c = 0; c < CLASSES; c++) assert_in_range(class_count(f, &s, w, c), 20, 80);
    }
}

/* Mean over workers of the largest class's share: near 1/10 for a large alpha, near 1 for a small one. */
static double dominance(fixture *f, double alpha) {
    double sum = 0;
    dt_config_set_number(f->node, "alpha", alpha, f->arena);
    dt_shards s = make(f, "dirichlet", 20);
    for (size_t w = 0; w < 20; w++) {
        size_t most = 0;
        for (size_t c = 0; c < CLASSES; c++) most = class_count(f, &s, w, c) > most ? class_count(f, &s, w, c) : most;
        sum += (double)most / (double)size_of(&s, w) / 20;
    }
    return sum;
}

static void dirichlet_alpha_goes_from_alike_to_one_class(void **state) {
    fixture *f = *state;
    dt_config_set_text(f->node, NULL, "dirichlet", f->arena);
    assert_true(dominance(f, 1000) < 0.15);
    assert_in_range((size_t)(100 * dominance(f, 0.5)), 20, 50);
    assert_true(dominance(f, 0.02) > 0.8);
}

static void shards_give_few_classes_and_equal_sizes(void **state) {
    fixture *f = *state;
    dt_shards s = make(f, "shards", 100);
    size_t single = 0;
    for (size_t w = 0; w < 100; w++) {
        assert_int_equal(size_of(&s, w), 60);
        assert_in_range(classes_of(f, &s, w), 1, 2);
        single += classes_of(f, &s, w) == 1;
    }
    assert_in_range(single, 1, 40);     /* two random shards of 20 per class seldom agree */
}

static void shards_keep_the_order_of_the_file_within_a_class(void **state) {
    fixture *f = *state;
    dt_config_set_text(f->node, NULL, "shards", f->arena);
    dt_config_set_number(f->node, "per_worker", 1, f->arena);
    dt_shards s = make(f, "shards", 20);
    for (size_t w = 0; w < 20; w++)
        for (size_t i = s.start[w] + 1; i < s.start[w + 1]; i++) assert_int_equal(s.row[i], s.row[i - 1] + CLASSES);
}

static void quantity_sizes_follow_the_power(void **state) {
    fixture *f = *state;
    size_t sorted[10] = { 0 };
    double sum = 0;
    dt_config_set_text(f->node, NULL, "quantity", f->arena);
    dt_config_set_number(f->node, "power", 1.5, f->arena);
    dt_shards s = make(f, "quantity", 10);
    for (size_t w = 0; w < 10; w++) {
        size_t at = w;
        for (; at > 0 && sorted[at - 1] < size_of(&s, w); at--) sorted[at] = sorted[at - 1];
        sorted[at] = size_of(&s, w);
        sum += pow((double)(w + 1), -1.5);
    }
    for (size_t k = 0; k < 10; k++)
        assert_true(fabs((double)sorted[k] - ROWS * pow((double)(k + 1), -1.5) / sum) <= 1);
    for (size_t w = 0; w < 10; w++)
        if (size_of(&s, w) == sorted[0]) assert_int_equal(classes_of(f, &s, w), CLASSES);
}

static void by_label_gives_whole_classes(void **state) {
    fixture *f = *state;
    dt_shards few = make(f, "by_label", 4), many = make(f, "by_label", 25);
    for (size_t c = 0; c < CLASSES; c++) assert_int_equal(class_count(f, &few, c % 4, c), 600);
    for (size_t w = 0; w < 25; w++) {
        assert_int_equal(classes_of(f, &many, w), 1);
        assert_int_equal(class_count(f, &many, w, w % CLASSES), w % CLASSES < 5 ? 200 : 300);
    }
}

/* Four workers: classes 0 to 4 are shared by two of them, 5, 7, 9 and 6, 8 belong to the others.  One of 25 shares its class. */
static void halves_are_alike_and_whole_classes(void **state) {
    fixture *f = *state;
    dt_shards few = make(f, "halves", 4), many = make(f, "halves", 25), one = make(f, "halves", 1);
    for (size_t c = 0; c < CLASSES; c++)
        for (size_t w = 0; w < 4; w++)
            assert_int_equal(class_count(f, &few, w, c), c < 5 ? (w < 2 ? 300 : 0) : (w == 2 + (c - 5) % 2 ? 600 : 0));
    for (size_t w = 0; w < 12; w++) assert_int_equal(size_of(&many, w), 250);
    for (size_t w = 12; w < 25; w++) {
        assert_int_equal(classes_of(f, &many, w), 1);
        assert_int_equal(class_count(f, &many, w, 5 + (w - 12) % 5), (w - 12) % 5 < 3 ? 200 : 300);
    }
    assert_int_equal(size_of(&one, 0), ROWS);
}

/* Ten workers with three classes each, three apart: every class has three owners.  Two workers leave classes without one. */
static void owned_gives_each_its_classes(void **state) {
    fixture *f = *state;
    dt_shards s = make(f, "owned", 10);
    for (size_t w = 0; w < 10; w++) {
        assert_int_equal(size_of(&s, w), 600);
        for (size_t c = 0; c < CLASSES; c++) assert_int_equal(class_count(f, &s, w, c), (c + 10 - 3 * w % 10) % 10 < 3 ? 200 : 0);
    }
    dt_config_set_number(f->node, "classes", 5, f->arena);
    dt_config_set_number(f->node, "stride", 4, f->arena);
    s = make(f, "owned", 2);
    assert_int_equal(class_count(f, &s, 0, 4), 300);        /* both own it */
    assert_int_equal(class_count(f, &s, 1, 4), 300);
    assert_int_equal(class_count(f, &s, 0, 0), 600);
    assert_int_equal(class_count(f, &s, 1, 9), 600);        /* nobody owns it */
    dt_config_set_number(f->node, "classes", 11, f->arena);
    s = make(f, "owned", 4);
    for (size_t w = 0; w < 4; w++) assert_int_equal(classes_of(f, &s, w), CLASSES);
}

static void natural_keeps_owners_together(void **state) {
    fixture *f = *state;
    dt_shards s = make(f, "natural", 7);
    for (size_t w = 0; w < 7; w++)
        for (size_t i = s.start[w]; i < s.start[w + 1]; i++)
            assert_int_equal((size_t)f->samples.owner[s.row[i]] % 7, w);
    f->samples.owner = NULL;
    assert_refused(dt_split_make(f->node, &f->samples, 7, 3, &s, f->arena), DT_EINVAL, "which device");
}

static void contiguous_blocks_have_the_sizes_given(void **state) {
    fixture *f = *state;
    static const size_t wanted[] = { 400, 300, 200, 100 };
    dt_config_set_text(f->node, NULL, "contiguous", f->arena);
    dt_config *sizes = dt_config_set_table(f->node, "sizes", f->arena);
    for (int i = 0; i < 4; i++) dt_config_set_number(sizes, NULL, (double)wanted[i], f->arena);
    f->samples.rows = 1000;
    dt_shards s = make(f, "contiguous", 4);
    for (size_t w = 0; w < 4; w++) assert_int_equal(size_of(&s, w), wanted[w]);
    for (size_t i = 0; i < 1000; i++) assert_int_equal(s.row[i], i);
    assert_refused(dt_split_make(f->node, &f->samples, 5, 3, &s, f->arena), DT_EINVAL, "expected 5 sizes, one for each worker, got 4");
    assert_string_equal(dt_reason_path(), "split.sizes");
}

/* Two blocks for ten workers: eight are given a sample each of whoever has most, the two stay balanced. */
static void the_empty_are_given_from_the_largest_and_counted(void **state) {
    fixture *f = *state;
    dt_config_set_text(f->node, NULL, "contiguous", f->arena);
    dt_config *sizes = dt_config_set_table(f->node, "sizes", f->arena);
    for (int i = 0; i < 10; i++) dt_config_set_number(sizes, NULL, i == 0 ? 60 : i == 1 ? 50 : 1e-9, f->arena);
    f->samples.rows = 110;
    dt_shards s = make(f, "contiguous", 10);
    assert_int_equal(size_of(&s, 0), 52);
    assert_int_equal(size_of(&s, 1), 50);
    for (size_t w = 2; w < 10; w++) assert_int_equal(size_of(&s, w), 1);
    assert_int_equal(s.empty, 8);
    f->node = dt_config_new(f->arena);
    assert_int_equal(make(f, "iid", 10).empty, 0);
}

static void natural_has_no_more_workers_than_devices(void **state) {
    fixture *f = *state;
    static int32_t owner[110];
    for (int i = 0; i < 110; i++) owner[i] = i < 60 ? 3 : 8;        /* the others have no training samples */
    f->samples.rows = 110;
    f->samples.owner = owner;
    dt_shards s = make(f, "natural", 2);
    assert_int_equal(size_of(&s, 0), 60);
    assert_int_equal(size_of(&s, 1), 50);
    assert_refused(dt_split_make(f->node, &f->samples, 3, 3, &s, f->arena), DT_EINVAL, "at most 2 workers");
    assert_string_equal(dt_reason_path(), "workers");
}

static void real_targets_cannot_be_split_by_class(void **state) {
    fixture *f = *state;
    dt_shards s;
    dt_config_set_text(f->node, NULL, "dirichlet", f->arena);
    f->samples.classes = 0;
    assert_refused(dt_split_make(f->node, &f->samples, 3, 3, &s, f->arena), DT_EINVAL, "expected data with classes to split by");
}

/* Test samples of owners 3, 59, 60 (who has no training sample), 3, 0; owner k belongs to worker k mod 7. */
static void with_natural_the_test_samples_of_its_devices_are_a_workers_own(void **state) {
    fixture *f = *state;
    static const int32_t test_owner[] = { 3, 59, 60, 3, 0, -1 };
    dt_shards s = make(f, "natural", 7);
    assert_null(s.own_start);
    dt_split_own_test(&f->samples, test_owner, 6, &s, f->arena);
    assert_true(s.own_of_test);
    const size_t start[] = { 0, 1, 1, 1, 4, 4, 4, 4 };
    const uint32_t row[] = { 4, 0, 1, 3 };
    assert_memory_equal(s.own_start, start, sizeof start);
    assert_memory_equal(s.own_row, row, sizeof row);
}

static void other_splits_know_nothing_of_devices_and_rows_kept_back_come_first(void **state) {
    fixture *f = *state;
    static const int32_t test_owner[] = { 3 };
    dt_shards s = make(f, "iid", 7);
    dt_split_own_test(&f->samples, test_owner, 1, &s, f->arena);
    assert_null(s.own_start);
    f->node = dt_config_new(f->arena);
    dt_config_set_text(f->node, NULL, "natural", f->arena);
    dt_config_set_number(f->node, "own", 0.5, f->arena);
    s = make(f, "natural", 7);
    dt_split_own_test(&f->samples, test_owner, 1, &s, f->arena);
    assert_false(s.own_of_test);
    assert_int_equal(s.own_start[7], ROWS / 2);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(iid_sizes_are_equal_and_labels_alike),
        TEST(dirichlet_alpha_goes_from_alike_to_one_class),
        TEST(shards_give_few_classes_and_equal_sizes),
        TEST(shards_keep_the_order_of_the_file_within_a_class),
        TEST(quantity_sizes_follow_the_power),
        TEST(by_label_gives_whole_classes),
        TEST(halves_are_alike_and_whole_classes),
        TEST(owned_gives_each_its_classes),
        TEST(natural_keeps_owners_together),
        TEST(contiguous_blocks_have_the_sizes_given),
        TEST(the_empty_are_given_from_the_largest_and_counted),
        TEST(natural_has_no_more_workers_than_devices),
        TEST(with_natural_the_test_samples_of_its_devices_are_a_workers_own),
        TEST(other_splits_know_nothing_of_devices_and_rows_kept_back_come_first),
        TEST(real_targets_cannot_be_split_by_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
