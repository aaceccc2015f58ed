/* toprows.c - send the rows of a layer's matrix that have the largest norms, each with its number; the others stay in the error
 * memory.
 * When: few rows change in a step, such as those of words in an embedding or of inputs that are mostly 0: one number for each row
 * costs less than one for each entry.  What breaks: with by = "whole" every entry is a row, as in topk.
 * Source: as topk (Stich et al. 2018), by rows: the row-sparse gradients of Horovod and Parallax (Kim et al. 2019, section 2,
 * arXiv 1808.02621). */
#include "compress/largest.h"
#include <math.h>

typedef struct toprows {
    double    ratio;
    dt_block  block;
    size_t    k;
    float    *norm;         /* [rows] */
    uint32_t *row;          /* [k] ascending, the first part of the body */
    float    *value;        /* [k * columns], the second */
    uint32_t *scratch;      /* [DT_LARGEST_SCRATCH] */
} toprows;

static dt_status toprows_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    toprows *t = state;
    (void)rng;
    if (block->rows > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "compress",
                          "toprows: expected fewer than 2^32 rows, for their numbers have 4 bytes, got %zu", block->rows);
    t->block = *block;
    t->k = (size_t)fmin(fmax(1, round(t->ratio * (double)block->rows)), (double)block->rows);
    t->norm = dt_arena_take(run, block->rows, sizeof *t->norm);
    t->row = dt_arena_take(run, t->k * (1 + block->columns), 4);
    t->value = (float *)(void *)(t->row + t->k);
    t->scratch = dt_arena_take(run, DT_LARGEST_SCRATCH, sizeof *t->scratch);
    return DT_OK;
}

static double toprows_wire_bytes(const void *state) {
    const toprows *t = state;
    return 4.0 * (double)t->k * (1 + (double)t->block.columns);
}

static double toprows_entries(const void *state) {
    const toprows *t = state;
    return (double)t->k * (double)t->block.columns;
}

/* The flops of the norms: a product and a sum for each entry. */
static double toprows_flops(const void *state) { return 2 * (double)((const toprows *)state)->block.n; }

static float toprows_norm(const float *x, size_t columns) {
    double sum = 0;
    for (size_t j = 0; j < columns; j++) sum += (double)x[j] * x[j];
    return (float)sqrt(sum);
}

static void toprows_encode(void *state, const float *in, const float *at, dt_packet *out) {
    toprows *t = state;
    size_t columns = t->block.columns, kept = 0;
    (void)at;
    for (size_t r = 0; r < t->block.rows; r++) t->norm[r] = toprows_norm(in + r * columns, columns);
    dt_largest largest = dt_compress_largest(t->norm, t->block.rows, t->k, t->scratch);
    for (size_t r = 0; r < t->block.rows; r++) {
        if (!dt_largest_takes(&largest, t->norm, r)) continue;
        t->row[kept] = (uint32_t)r;
        memcpy(t->value + kept++ * columns, in + r * columns, columns * sizeof *in);
    }
    *out = (dt_packet){ t->row, t->k, toprows_wire_bytes(t), out->turn };
}

static void toprows_decode(void *state, const dt_packet *in, float *out) {
    const toprows *t = state;
    const uint32_t *row = in->body;
    const char *value = (const char *)(row + in->count);
    size_t columns = t->block.columns;
    memset(out, 0, t->block.n * sizeof *out);
    for (size_t j = 0; j < in->count; j++)
        memcpy(out + row[j] * columns, value + j * columns * sizeof *out, columns * sizeof *out);
}

static uint64_t toprows_keys(const void *state, const dt_packet *p, double *bytes) {
    (void)state;
    *bytes = 4 * (double)p->count;
    return dt_hash(p->count, p->body, p->count * sizeof(uint32_t));
}

static const dt_param toprows_params[] = {
    DT_REAL_PARAM(toprows, ratio, 0.1, 1e-9, 1, "1", "share of the rows sent, at least one"),
    { 0 }
};

const dt_compress_type dt_compress_toprows = {
    .is = { "toprows", "Send the rows of each layer's matrix that are largest; by = \"layer\" tells them.",
            "as topk, Stich et al. 2018, Algorithm 1; Kim et al. 2019 (Parallax), section 2", toprows_params, sizeof(toprows) },
    .lossy = true,
    .init = toprows_init, .wire_bytes = toprows_wire_bytes, .entries = toprows_entries, .flops = toprows_flops, .merge_flops = toprows_entries,
    .encode = toprows_encode, .decode = toprows_decode, .keys = toprows_keys,
};
