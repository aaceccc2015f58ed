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

static void a_blend_is_rounded_once_and_may_be_in_place(void **fixture) {
    dt_vec_pool *pool = dt_vec_pool_new(19, *fixture);
    dt_vec *x = dt_vec_take(pool), *y = dt_vec_zero(pool), *out = dt_vec_take(pool);
    for (int i = 0; i < 19; i++) {
        assert_float_equal(y->x[i], 0, 0);
        x->x[i] = 1.0f + (float)i;
        y->x[i] = -1.0f - (float)i * (1 + 1e-6f);
    }
    dt_vec_blend(out, 1, x, 1, y);
    for (int i = 0; i < 19; i++) assert_float_equal(out->x[i], (float)((double)x->x[i] + y->x[i]), 0);
    dt_vec_blend(out, 0.1, x, 0, NULL);
    for (int i = 0; i < 19; i++) assert_float_equal(out->x[i], (float)(0.1 * x->x[i]), 0);
    dt_vec_blend(x, 0.3, x, 0.7, x);
    dt_vec_blend(y, 2, x, 3, y);
    for (int i = 0; i < 19; i++) {
        assert_near(x->x[i], 1 + i, 1e-6);
        assert_float_equal(y->x[i], (float)(2.0 * x->x[i] + 3 * (double)(-1.0f - (float)i * (1 + 1e-6f))), 0);
    }
}

static void who_writes_a_shared_vector_writes_a_copy(void **fixture) {
    dt_vec_pool *pool = dt_vec_pool_new(3, *fixture);
    dt_vec *v = dt_vec_zero(pool), *other = dt_vec_keep(v), *same;
    dt_vec_own(&v);
    assert_ptr_not_equal(v, other);
    assert_int_equal(v->owners, 1);
    assert_int_equal(other->owners, 1);
    assert_memory_equal(v->x, other->x, 3 * sizeof *v->x);
    same = v;
    dt_vec_own(&v);
    assert_ptr_equal(v, same);
}

static void blank_vectors_are_left_alone(void **fixture) {
    dt_vec_pool *pool = dt_vec_pool_blank(1000, *fixture);
    dt_vec *v = dt_vec_zero(pool), *other = dt_vec_keep(v), *out = dt_vec_take(pool);
    dt_vec_blend(out, 1, v, 2, other);
    dt_vec_own(&v);
    assert_ptr_not_equal(v, other);
    assert_true(v->x == NULL && out->x == NULL);
    assert_int_equal(dt_vec_in_use(pool), 3);
}

static void a_bundle_lets_its_parts_go_with_its_last_owner(void **fixture) {
    dt_vec_pool *pool = dt_vec_pool_new(3, *fixture), *blank = dt_vec_pool_blank(3, *fixture);
    dt_vec *part[2] = { dt_vec_take(pool), dt_vec_take(pool) }, *kept = dt_vec_keep(part[1]);
    for (int again = 0; again < 2; again++) {
        dt_vec *bundle = dt_vec_keep(dt_vec_bundle(blank, part, 2));
        dt_vec_drop(bundle);
        assert_ptr_equal(bundle->part[1], part[1]);
        assert_int_equal(dt_vec_in_use(pool), 2);
        dt_vec_drop(bundle);
        assert_int_equal(dt_vec_in_use(pool), 1);
        assert_int_equal(kept->owners, 1);
        part[0] = dt_vec_take(pool);
        part[1] = dt_vec_keep(kept);
    }
    assert_int_equal(dt_vec_in_use(blank), 0);
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
        cmocka_unit_test(a_blend_is_rounded_once_and_may_be_in_place),
        cmocka_unit_test(who_writes_a_shared_vector_writes_a_copy),
        cmocka_unit_test(blank_vectors_are_left_alone),
        cmocka_unit_test(a_bundle_lets_its_parts_go_with_its_last_owner),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
