/* deal.c - orders of rows, and cutting an order into pieces. */
#include "split/deal.h"
#include <gsl/gsl_randist.h>
#include <math.h>

uint32_t *dt_split_rows(size_t rows, dt_arena *arena) {
    uint32_t *order = dt_arena_take(arena, rows, sizeof *order);
    for (size_t i = 0; i < rows; i++) order[i] = (uint32_t)i;
    return order;
}

uint32_t *dt_split_shuffled(size_t rows, dt_rng *rng, dt_arena *arena) {
    uint32_t *order = dt_split_rows(rows, arena);
    gsl_ran_shuffle(rng, order, rows, sizeof *order);
    return order;
}

dt_status dt_split_by_class(const dt_samples *s, uint32_t **order, size_t **first, dt_arena *arena) {
    if (s->classes == 0 || s->y == NULL)
        return dt_fail_at(DT_EINVAL, "split",
                          "expected data with classes to split by, got a target that is a real number: take iid, quantity "
                          "or contiguous");
    size_t *next = dt_arena_take(arena, s->classes, sizeof *next);
    *order = dt_arena_take(arena, s->rows, sizeof **order);
    *first = dt_arena_take(arena, s->classes + 1, sizeof **first);
    for (size_t i = 0; i < s->rows; i++) (*first)[(size_t)s->y[i] + 1]++;
    for (size_t c = 0; c < s->classes; c++) {
        next[c] = (*first)[c];
        (*first)[c + 1] += (*first)[c];
    }
    for (size_t i = 0; i < s->rows; i++) (*order)[next[(size_t)s->y[i]]++] = (uint32_t)i;
    return DT_OK;
}

void dt_split_cut(const uint32_t *order, size_t rows, const double *share, size_t workers, uint32_t *worker_of) {
    double sum = 0, sofar = 0;
    size_t at = 0;
    for (size_t w = 0; w < workers; w++) sum += share == NULL ? 1 : share[w];
    for (size_t w = 0; w < workers; w++) {
        sofar += share == NULL ? 1 : share[w];
        size_t end = share == NULL ? (w + 1) * rows / workers : (size_t)floor(sofar / sum * (double)rows + 0.5);
        for (end = w + 1 == workers || end > rows ? rows : end; at < end; at++) worker_of[order[at]] = (uint32_t)w;
    }
}
