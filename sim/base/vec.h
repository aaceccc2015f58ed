/* vec.h - float vectors with a count of owners, so that a model sent to many workers is one piece of memory.
 * Whoever takes a vector may write it until it is first shared; from then on nobody may.
 * Only the simulating thread keeps and drops vectors; compute tasks read them. */
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
    struct dt_vec *part[DT_BUNDLE];      /* of a bundle: the vectors that are sent as one; else NULL */
} dt_vec;

/* Vectors of n entries; the pool and they belong to run. */
dt_vec_pool *dt_vec_pool_new(size_t n, dt_arena *run);

/* Blank vectors: they are counted and sent like others, but hold nothing.  For simulations of time alone. */
dt_vec_pool *dt_vec_pool_blank(size_t n, dt_arena *run);

/* A vector with one owner and contents undefined; reuses a dropped one. */
dt_vec *dt_vec_take(dt_vec_pool *pool);

/* Add an owner (returns v), and remove one (NULL is allowed); without owners the vector goes back to the pool. */
dt_vec *dt_vec_keep(dt_vec *v);
void dt_vec_drop(dt_vec *v);

/* A vector of zeros with one owner. */
dt_vec *dt_vec_zero(dt_vec_pool *pool);

/* Make *v writable: if it has other owners, a copy takes its place, whose only owner is the caller. */
void dt_vec_own(dt_vec **v);

/* A bundle of count <= DT_BUNDLE vectors that are sent as one.  It takes over one count of each, and drops them with its own
 * last owner.  The bundle itself is blank, as all vectors of its pool are. */
dt_vec *dt_vec_bundle(dt_vec_pool *pool, dt_vec *const *part, size_t count);

/* out = a x + b y (y NULL: a x), formed in double and rounded once an entry.  out may be x or y, and has one owner.
 * Nothing is done with blank vectors, of which all three are blank, so that loops need not ask. */
void dt_vec_blend(dt_vec *out, double a, const dt_vec *x, double b, const dt_vec *y);

/* Vectors taken and not yet back, and the most there ever were. */
size_t dt_vec_in_use(const dt_vec_pool *pool);
size_t dt_vec_most(const dt_vec_pool *pool);

#endif
