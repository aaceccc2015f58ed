/* data_contract.c - what every data set promises: whole labels, finite values, the same samples for the same seed. */
#include "tests/data/set.h"
#include "tests/golden.h"
#include "data/made.h"

/* With presets, or, where a parameter must be given, as the golden scenario of the member does. */
static void for_every_set(void (*visit)(const dt_config *node, const dt_data_type *type, dt_arena *arena)) {
    for (size_t i = 0; i < dt_data_room.count; i++) {
        dt_arena *arena = dt_arena_new(0);
        const dt_config *node = golden_preset(&dt_data_room, i, arena);
        if (dt_data_check(node) != DT_OK) {
            assert_true(golden_blames(&dt_data_room, i, "data"));
            node = golden_choice(&dt_data_room, i, arena);
        }
        visit(node, dt_data_of(dt_data_room.entries[i]), arena);
        dt_arena_free(arena);
    }
}

static bool only_counted(const dt_dataset *set) { return set->rows > 0 && !dt_data_there(set) && set->y == NULL; }

/* Are n features from the first on the same, float or bytes? */
static bool equal_features(const dt_dataset *a, const dt_dataset *b, size_t n) {
    if ((a->x == NULL) != (b->x == NULL) || (a->pixel == NULL) != (b->pixel == NULL)) return false;
    return a->x != NULL ? memcmp(a->x, b->x, n * sizeof *a->x) == 0 : n == 0 || memcmp(a->pixel, b->pixel, n) == 0;
}

static void part_keeps_promises(const dt_dataset *set, const dt_shape *shape, size_t workers) {
    if (only_counted(set)) return;
    assert_true(set->x == NULL || set->pixel == NULL);
    for (size_t i = 0; set->x != NULL && i < set->rows * shape->features; i++) assert_true(set->x[i] - set->x[i] == 0);
    for (size_t i = 0; i < set->rows; i++) {
        assert_true(set->y[i] - set->y[i] == 0);
        if (shape->classes > 0) assert_true(set->y[i] >= 0 && set->y[i] < (float)shape->classes);
        if (shape->classes > 0) assert_true(set->y[i] == (float)(int)set->y[i]);
        if (set->owner != NULL) assert_in_range(set->owner[i], 0, workers - 1);
    }
}

static void keeps_promises(const dt_config *node, const dt_data_type *type, dt_arena *arena) {
    dt_data d;
    (void)type;
    assert_ok(dt_data_check(node));
    assert_ok(dt_data_load(node, 3, 5, &d, arena));
    assert_true(d.train.rows > 0 && d.shape.features > 0);
    if (d.shape.channels > 0) assert_int_equal(d.shape.channels * d.shape.height * d.shape.width, d.shape.features);
    part_keeps_promises(&d.train, &d.shape, 5);
    part_keeps_promises(&d.test, &d.shape, 5);
}

static void same_seed_same_samples(const dt_config *node, const dt_data_type *type, dt_arena *arena) {
    dt_data a, b, c;
    assert_ok(dt_data_load(node, 3, 5, &a, arena));
    assert_ok(dt_data_load(node, 3, 5, &b, arena));
    assert_ok(dt_data_load(node, 4, 5, &c, arena));
    assert_int_equal(a.train.rows, b.train.rows);
    if (only_counted(&a.train)) return;
    assert_true(equal_features(&a.train, &b.train, a.train.rows * a.shape.features));
    assert_memory_equal(a.train.y, b.train.y, a.train.rows * sizeof(float));
    assert_true(equal_features(&a.test, &b.test, a.test.rows * a.shape.features));
    if (type->check == NULL)     /* drawn, not read */
        assert_true(memcmp(a.train.x, c.train.x, a.shape.features * sizeof(float)) != 0);
}

static bool equal_sets(const dt_dataset *a, const dt_dataset *b, size_t features) {
    if (a->rows != b->rows || only_counted(a) != only_counted(b) || (a->owner == NULL) != (b->owner == NULL)) return false;
    if (only_counted(a) || a->rows == 0) return true;
    return equal_features(a, b, a->rows * features) && memcmp(a->y, b->y, a->rows * sizeof *a->y) == 0 &&
           (a->owner == NULL || memcmp(a->owner, b->owner, a->rows * sizeof *a->owner) == 0);
}

static bool equal_data(const dt_data *a, const dt_data *b) {
    return memcmp(&a->shape, &b->shape, sizeof a->shape) == 0 && equal_sets(&a->train, &b->train, a->shape.features) &&
           equal_sets(&a->test, &b->test, a->shape.features);
}

static void depends_on_what_it_says(const dt_config *node, const dt_data_type *type, dt_arena *arena) {
    dt_data a, seed, workers;
    dt_data_basis on;
    (void)type;
    assert_ok(dt_data_depends(node, &on));
    assert_ok(dt_data_load(node, 3, 5, &a, arena));
    assert_ok(dt_data_load(node, 4, 5, &seed, arena));
    assert_ok(dt_data_load(node, 3, 6, &workers, arena));
    assert_int_equal(on.seed, !equal_data(&a, &seed));
    assert_int_equal(on.workers, !equal_data(&a, &workers));
}

/* Rows of a set that is made when it is used, asked for in another order than that of the set. */
typedef struct asking { dt_data_made *made; const dt_data *whole; size_t wrong; } asking;

static void asks(void *arg, size_t index, int thread) {
    asking *a = arg;
    size_t features = a->whole->shape.features, rows = a->whole->train.rows;
    const uint32_t row[2] = { (uint32_t)(index * 7919 % rows), (uint32_t)(rows - 1 - index) };
    float *x = calloc(2 * features, sizeof *x), y[2];
    (void)thread;
    dt_data_made_gather(a->made, row, 2, x, y);
    for (int i = 0; i < 2; i++)
        if (memcmp(x + (size_t)i * features, a->whole->train.x + row[i] * features, features * sizeof *x) != 0 ||
            y[i] != a->whole->train.y[row[i]]) __atomic_add_fetch(&a->wrong, 1, __ATOMIC_RELAXED);
    free(x);
}

static void made_rows_are_the_rows(const dt_config *node, const dt_data_type *type, dt_arena *arena) {
    dt_data whole, made;
    assert_ok(dt_data_load(node, 3, 5, &whole, arena));
    assert_ok(dt_data_load_by_owner(node, 3, 5, &made, arena));
    assert_int_equal(type->draw != NULL, made.maker != NULL);
    if (type->draw == NULL) return;
    assert_null(made.train.x);
    dt_pool *pool = dt_pool_new(3, arena);
    assert_ok(dt_data_make(&made, false, pool, arena));
    assert_true(equal_sets(&whole.test, &made.test, whole.shape.features));
    dt_data first = made;
    first.test.x = NULL;
    first.test.rows = 1;
    assert_ok(dt_data_make(&first, false, NULL, arena));
    assert_true(first.test.rows == 1 && memcmp(first.test.x, whole.test.x, whole.shape.features * sizeof(float)) == 0);
    const size_t kept[] = { 0, DT_DATA_KEPT };      /* with the least of memory, rows are made again and again */
    for (int i = 0; i < 2; i++) {
        asking a = { dt_data_made_new(&made, kept[i], arena), &whole, 0 };
        dt_pool_each(pool, whole.train.rows, asks, &a);
        assert_int_equal(a.wrong, 0);
    }
    assert_ok(dt_data_make(&made, true, pool, arena));
    assert_true(equal_data(&whole, &made));
    dt_pool_free(pool);
}

static void test_is_not_train(const dt_config *node, const dt_data_type *type, dt_arena *arena) {
    dt_data d;
    if (type->check != NULL) return;
    assert_ok(dt_data_load(node, 3, 5, &d, arena));
    if (only_counted(&d.train)) return;
    assert_true(d.test.rows > 0);
    assert_true(memcmp(d.train.x, d.test.x, d.shape.features * sizeof(float)) != 0);
}

static void refuses_unknown_key(const dt_config *node, const dt_data_type *type, dt_arena *arena) {
    dt_config *typo = dt_config_new(arena);
    if (node->kind == DT_CONFIG_TEXT) dt_config_set_copy(typo, NULL, node, arena);
    else for (const dt_config *c = node->first; c != NULL; c = c->next) dt_config_set_copy(typo, c->key, c, arena);
    dt_config_set_number(typo, "rosw", 3, arena);
    (void)type;
    assert_refused(dt_data_check(typo), DT_EINVAL, "no such key");
    assert_string_equal(dt_reason_path(), "data.rosw");
}

static void every_set_is_whole_and_finite(void **fixture) {
    (void)fixture;
    for_every_set(keeps_promises);
}

static void every_set_follows_its_seed(void **fixture) {
    (void)fixture;
    for_every_set(same_seed_same_samples);
}

static void every_set_depends_on_what_its_type_says(void **fixture) {
    (void)fixture;
    for_every_set(depends_on_what_it_says);
}

static void samples_that_are_made_when_they_are_used_are_the_same(void **fixture) {
    (void)fixture;
    for_every_set(made_rows_are_the_rows);
}

static void every_test_set_is_drawn_apart(void **fixture) {
    (void)fixture;
    for_every_set(test_is_not_train);
}

static void every_set_refuses_an_unknown_key(void **fixture) {
    (void)fixture;
    for_every_set(refuses_unknown_key);
}

static void gathered_rows_are_the_rows(void **fixture) {
    (void)fixture;
    const float x[] = { 1, 2, 3, 4, 5, 6 }, y[] = { 7, 8, 9 };
    const dt_dataset set = { 3, x, y, NULL, NULL };
    const uint32_t row[] = { 2, 0 };
    float gx[4], gy[2];
    dt_data_gather(&set, 2, row, 2, gx, gy);
    const float wanted[] = { 5, 6, 1, 2 };
    assert_memory_equal(gx, wanted, sizeof wanted);
    assert_true(gy[0] == 9 && gy[1] == 7);
}

static void what_would_fill_the_memory_is_refused(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d;
    dt_config *node = set_node("gaussian", NULL, arena);
    dt_config_set_number(node, "rows", 1e9, arena);
    assert_refused(dt_data_load(node, 1, 1, &d, arena), DT_EINVAL, "at most 8 GB");
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_is_whole_and_finite),
        cmocka_unit_test(every_set_follows_its_seed),
        cmocka_unit_test(every_set_depends_on_what_its_type_says),
        cmocka_unit_test(samples_that_are_made_when_they_are_used_are_the_same),
        cmocka_unit_test(every_test_set_is_drawn_apart),
        cmocka_unit_test(every_set_refuses_an_unknown_key),
        cmocka_unit_test(gathered_rows_are_the_rows),
        cmocka_unit_test(what_would_fill_the_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
