/* vec.h - float vectors that are counted, so that a model sent to many is one piece of memory.
 * A vector is written by whoever took it until it is first shared; from then on nobody writes it.
 * Only the simulating thread keeps and drops; compute tasks read. */
#ifndef DT_BASE_VEC_H
#define DT_BASE_VEC_H

#include "base/arena.h"

typedef struct dt_vec_pool dt_vec_pool;

enum { DT_BUNDLE = 4 };

typedef struct dt_vec {
    float         *x;           /* [n] 64-byte aligned; NULL: the vector is blank */
    size_t         n;
    long           owners;
    dt_vec_pool   *pool;
    struct dt_vec *next;        /* in the pool, while it is free */
    struct dt_vec *part[DT_BUNDLE];      /* of a bundle: others that travel as one; else NULL */
} dt_vec;

/* Vectors of n entries; the pool and they belong to run. */
dt_vec_pool *dt_vec_pool_new(size_t n, dt_arena *run);

/* Blank vectors: they are counted and sent like others, but hold nothing.  For simulations of time alone. */
dt_vec_pool *dt_vec_pool_blank(size_t n, dt_arena *run);

/* A vector with one owner and contents undefined; reuses a dropped one. */
dt_vec *dt_vec_take(dt_vec_pool *pool);

/* One owner more (returns v), one less (NULL is allowed); the last drop gives it back to the pool. */
dt_vec *dt_vec_keep(dt_vec *v);
void dt_vec_drop(dt_vec *v);

/* A vector of zeros with one owner. */
dt_vec *dt_vec_zero(dt_vec_pool *pool);

/* *v may be written: where it has other owners a copy takes its place, of which the caller is the only one. */
void dt_vec_own(dt_vec **v);

/* count <= DT_BUNDLE vectors that are sent as one: it takes over a count of each, and lets them go with its own last owner.
 * It is blank itself, as all of pool are. */
dt_vec *dt_vec_bundle(dt_vec_pool *pool, dt_vec *const *part, size_t count);

/* out = a x + b y (y NULL: a x), formed in double and rounded once an entry.  out may be x or y, and has one owner.
 * Blank vectors, which are blank all three, stay as they are: loops need not ask. */
void dt_vec_blend(dt_vec *out, double a, const dt_vec *x, double b, const dt_vec *y);

/* Vectors taken and not yet back, and the most there ever were. */
size_t dt_vec_in_use(const dt_vec_pool *pool);
size_t dt_vec_most(const dt_vec_pool *pool);

#endif
