/* vec_test.c - vectors are shared, counted and used again. */
#include "tests/test.h"
#include "base/vec.h"

static void a_vector_lives_until_its_last_owner_drops_it(void **fixture) {
    dt_vec_pool *pool = dt_vec_pool_new(100, *fixture);
    dt_vec *v = dt_vec_take(pool);
    assert_int_equal(v->n, 100);
    assert_int_equal((uintptr_t)v->x % 64, 0);
    assert_ptr_equal(dt_vec_keep(v), v);
    assert_int_equal(v->owners, 2);
    dt_vec_drop(v);
    assert_int_equal(dt_vec_in_use(pool), 1);
    assert_ptr_not_equal(dt_vec_take(pool), v);
    dt_vec_drop(v);
    assert_int_equal(dt_vec_in_use(pool), 1);
    assert_ptr_equal(dt_vec_take(pool), v);
    assert_int_equal(v->owners, 1);
}

static void memory_follows_what_is_in_use(void **fixture) {
    dt_vec_pool *pool = dt_vec_pool_new(1000, *fixture);
    dt_vec *held[5];
    for (int i = 0; i < 5; i++) held[i] = dt_vec_take(pool);
    for (int i = 0; i < 5; i++) dt_vec_drop(held[i]);
    size_t bytes = dt_arena_bytes(*fixture);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 5; i++) held[i] = dt_vec_take(pool);
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < i; j++) assert_ptr_not_equal(held[i]->x, held[j]->x);
        for (int i = 0; i < 5; i++) dt_vec_drop(held[i]);
    }
    assert_int_equal(dt_arena_bytes(*fixture), bytes);
    assert_int_equal(dt_vec_in_use(pool), 0);
    assert_int_equal(dt_vec_most(pool), 5);
}

static void nothing_may_be_dropped(void **fixture) {
    (void)fixture;
    dt_vec_drop(NULL);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vector_lives_until_its_last_owner_drops_it),
        cmocka_unit_test(memory_follows_what_is_in_use),
        cmocka_unit_test(nothing_may_be_dropped),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
