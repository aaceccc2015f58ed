/* sketch.c - a count sketch: every entry is added, with a sign of its own, to one cell in each row of a small table.  The tables
 * of workers add up to the table of the sum, from which the large entries of the sum are read.
 * When: a sum has to stay small on its way, and the large entries of different workers are not the same.  What breaks: too small a
 * table recovers noise, which the error memory amplifies; a row should have about twenty times as many cells as entries are
 * read.  Where packets are not summed (gossip), a noisy copy never approaches the model.
 * Source: Ivkin et al. 2019, "Communication-Efficient Distributed SGD with Sketching", section 2 (arXiv 1903.04488); Rothchild et
 * al. 2020, "FetchSGD", Algorithm 1, whose error memory is a table, too (arXiv 2007.07682); the sketch: Charikar, Chen,
 * Farach-Colton 2002, "Finding Frequent Items in Data Streams". */
#include "compress/cells.h"
#include "compress/largest.h"
#include <math.h>

typedef struct sketch {
    double    ratio, recover;
    long      rows;
    size_t    n, columns, k;
    uint64_t  seed;         /* of the hashes, which all workers share */
    float    *table, *sum;  /* [rows * columns]; sum: NULL until there is one */
    float    *estimate;     /* [n] */
    float    *column;       /* [rows] the estimate of an entry by each row */
    uint32_t *scratch;      /* [DT_LARGEST_SCRATCH] */
    dt_arena *run;
} sketch;

static dt_status sketch_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    sketch *s = state;
    (void)rng;
    s->n = block->n;
    s->columns = (size_t)fmax(1, round(s->ratio * (double)s->n / (double)s->rows));
    s->k = (size_t)fmin(fmax(1, round(s->recover * (double)s->n)), (double)s->n);
    if (s->columns > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "compress.ratio", "expected fewer than 2^32 cells in a row of the sketch, got %zu",
                          s->columns);
    s->seed = dt_hash(block->common, "sketch", 6);
    s->table = dt_arena_take(run, (size_t)s->rows * s->columns, sizeof *s->table);
    s->estimate = dt_arena_take(run, s->n, sizeof *s->estimate);
    s->column = dt_arena_take(run, (size_t)s->rows, sizeof *s->column);
    s->scratch = dt_arena_take(run, DT_LARGEST_SCRATCH, sizeof *s->scratch);
    s->run = run;
    return DT_OK;
}

static double sketch_wire_bytes(const void *state) {
    const sketch *s = state;
    return 4.0 * (double)s->rows * (double)s->columns;
}

/* The flops: to encode, a sign and a sum for each cell of an entry; to decode, a sign and about two comparisons for each. */
static double sketch_flops(const void *state) {
    const sketch *s = state;
    return 5 * (double)s->rows * (double)s->n;
}

/* Cell by cell. */
static double sketch_merge_flops(const void *state) { return (double)((const sketch *)state)->rows * (double)((const sketch *)state)->columns; }

static double sketch_entries(const void *state) { return (double)((const sketch *)state)->k; }

static void sketch_encode(void *state, const float *in, const float *at, dt_packet *out) {
    sketch *s = state;
    size_t cells = (size_t)s->rows * s->columns;
    (void)at;
    memset(s->table, 0, cells * sizeof *s->table);
    for (size_t i = 0; i < s->n; i++)
        for (size_t row = 0; row < (size_t)s->rows; row++) {
            float sign;
            size_t cell = dt_cells_place(s->seed, (size_t)s->rows, s->columns, row, i, &sign);
            s->table[cell] += sign * in[i];
        }
    *out = (dt_packet){ s->table, cells, sketch_wire_bytes(s), out->turn };
}

static void sketch_decode(void *state, const dt_packet *in, float *out) {
    sketch *s = state;
    const float *table = in->body;
    for (size_t i = 0; i < s->n; i++) {
        for (size_t row = 0; row < (size_t)s->rows; row++) {
            float sign;
            size_t cell = dt_cells_place(s->seed, (size_t)s->rows, s->columns, row, i, &sign);
            s->column[row] = sign * table[cell];
        }
        s->estimate[i] = dt_cells_median(s->column, (size_t)s->rows);
    }
    dt_largest largest = dt_compress_largest(s->estimate, s->n, s->k, s->scratch);
    for (size_t i = 0; i < s->n; i++) out[i] = dt_largest_takes(&largest, s->estimate, i) ? s->estimate[i] : 0;
}

static void sketch_add(void *state, const dt_packet *in, double weight, dt_packet *sum) {
    sketch *s = state;
    const float *table = in->body;
    if (s->sum == NULL) s->sum = dt_arena_take(s->run, in->count, sizeof *s->sum);
    if (sum->body == NULL) memset(s->sum, 0, in->count * sizeof *s->sum);
    for (size_t c = 0; c < in->count; c++) s->sum[c] = (float)(s->sum[c] + weight * table[c]);
    *sum = (dt_packet){ s->sum, in->count, sketch_wire_bytes(s), in->turn };
}

static const dt_param sketch_params[] = {
    DT_REAL_PARAM(sketch, ratio, 0.2, 1e-9, 1, "1", "cells of the table for each entry of the vector, 4 bytes each"),
    DT_INT_PARAM(sketch, rows, 5, 1, 99, "rows of the table: an entry is the median of its cells in all rows, so the number is best odd"),
    DT_REAL_PARAM(sketch, recover, 0.002, 1e-9, 1, "1", "share of entries that is read off the table, the largest"),
    { 0 }
};

const dt_compress_type dt_compress_sketch = {
    .is = { "sketch", "Send a count sketch; the sum of sketches is the sketch of the sum.",
            "Ivkin et al. 2019; Rothchild et al. 2020 (FetchSGD)", sketch_params, sizeof(sketch) },
    .merges = true, .lossy = true, .joint = true,
    .init = sketch_init, .wire_bytes = sketch_wire_bytes, .entries = sketch_entries, .flops = sketch_flops, .merge_flops = sketch_merge_flops,
    .encode = sketch_encode, .decode = sketch_decode, .add = sketch_add,
};
