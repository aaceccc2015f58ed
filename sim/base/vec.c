/* vec.c - a free list of equal vectors. */
#include "base/vec.h"
#include <assert.h>
#include <stdbool.h>

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
    v->next = v->pool->free;
    v->pool->free = v;
    v->pool->used--;
}

size_t dt_vec_in_use(const dt_vec_pool *pool) { return pool->used; }
size_t dt_vec_most(const dt_vec_pool *pool) { return pool->most; }
