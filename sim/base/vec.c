/* vec.c - a free list of equal vectors, and sums of them. */
#include "base/vec.h"
#include "base/wide.h"
#include <assert.h>
#include <stdbool.h>
#include <string.h>

struct dt_vec_pool {
    size_t n, used, most;
    bool blank;
    dt_arena *run;
    dt_vec *free;
};

dt_vec_pool *dt_vec_pool_new(size_t n, dt_arena *run) {
    dt_vec_pool *pool = dt_arena_take(run, 1, sizeof *pool);
    pool->n = n;
    pool->run = run;
    return pool;
}

dt_vec_pool *dt_vec_pool_blank(size_t n, dt_arena *run) {
    dt_vec_pool *pool = dt_vec_pool_new(n, run);
    pool->blank = true;
    return pool;
}

dt_vec *dt_vec_take(dt_vec_pool *pool) {
    dt_vec *v = pool->free;
    if (v != NULL) {
        pool->free = v->next;
    } else {
        v = dt_arena_take(pool->run, 1, sizeof *v);
        if (!pool->blank) v->x = dt_arena_take(pool->run, pool->n, sizeof *v->x);
        v->n = pool->n;
        v->pool = pool;
    }
    v->owners = 1;
    if (++pool->used > pool->most) pool->most = pool->used;
    return v;
}

dt_vec *dt_vec_keep(dt_vec *v) {
    assert(v->owners > 0);
    v->owners++;
    return v;
}

void dt_vec_drop(dt_vec *v) {
    if (v == NULL) return;
    assert(v->owners > 0);
    if (--v->owners > 0) return;
    for (size_t k = 0; k < DT_BUNDLE && v->part[k] != NULL; k++) {
        dt_vec_drop(v->part[k]);
        v->part[k] = NULL;
    }
    v->next = v->pool->free;
    v->pool->free = v;
    v->pool->used--;
}

dt_vec *dt_vec_zero(dt_vec_pool *pool) {
    dt_vec *v = dt_vec_take(pool);
    if (v->x != NULL) memset(v->x, 0, v->n * sizeof *v->x);
    return v;
}

void dt_vec_own(dt_vec **v) {
    dt_vec *shared = *v;
    if (shared->owners == 1) return;
    *v = dt_vec_take(shared->pool);
    if (shared->x != NULL) memcpy((*v)->x, shared->x, shared->n * sizeof *shared->x);
    dt_vec_drop(shared);
}

dt_vec *dt_vec_bundle(dt_vec_pool *pool, dt_vec *const *part, size_t count) {
    assert(count <= DT_BUNDLE && pool->blank);
    dt_vec *bundle = dt_vec_take(pool);
    for (size_t k = 0; k < count; k++) bundle->part[k] = part[k];
    return bundle;
}

DT_WIDE
static void vec_scale(size_t n, double a, const float *x, float *out) {
    for (size_t i = 0; i < n; i++) out[i] = (float)(a * x[i]);
}

DT_WIDE
static void vec_sum(size_t n, double a, const float *x, double b, const float *y, float *out) {
    for (size_t i = 0; i < n; i++) out[i] = (float)(a * x[i] + b * y[i]);
}

void dt_vec_blend(dt_vec *out, double a, const dt_vec *x, double b, const dt_vec *y) {
    assert(out->owners == 1 && out->n == x->n && (out->x == NULL) == (x->x == NULL));
    if (out->x == NULL) return;
    if (y == NULL) vec_scale(out->n, a, x->x, out->x);
    else vec_sum(out->n, a, x->x, b, y->x, out->x);
}

size_t dt_vec_in_use(const dt_vec_pool *pool) { return pool->used; }
size_t dt_vec_most(const dt_vec_pool *pool) { return pool->most; }
