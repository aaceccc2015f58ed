/* sparsesketch.c - a count sketch of the rows that are not all 0, with a bitmap of them: sketches and bitmaps of workers add up, and
 * only the rows that somebody has are read off the sum, all of their entries.
 * When: gradients of embeddings, of which few rows are not 0: a packet has a fixed size, and a sum of any number is as large.  What
 * breaks: noise of variance (|g|^2 - g_i^2) / columns on every entry of a live row, which no error memory makes up for, as the
 * decoded vector is no contraction; more columns, or several rows and their median, lessen it.  With hashes = "fixed" it is the same
 * noise at every step; "drawn" makes steps unbiased, and hashes cannot be kept.
 * Source: Ge et al. 2022, "S2 Reducer: High-Performance Sparse Communication to Accelerate Distributed Deep Learning", arXiv
 * 2110.02140; the sketch: Charikar, Chen, Farach-Colton 2002, "Finding Frequent Items in Data Streams". */
#include "compress/cells.h"
#include "compress/marks.h"
#include "compress/packet.h"
#include <math.h>
#include <string.h>

typedef struct sparsesketch_body { float *table; uint64_t *live; } sparsesketch_body;

typedef struct sparsesketch {
    double      density, ratio;
    long        rows;
    const char *positions;      /* "bits" | "bytes" */
    const char *hashes;         /* "fixed" | "drawn" */
    dt_block    block;
    size_t      columns;
    uint64_t    seed;           /* of the hashes, which all workers share */
    sparsesketch_body body, sum;    /* [rows * columns] cells and [block.rows] bits; sum: NULL until there is one */
    float      *column;         /* [rows] the estimate of an entry by each row */
    dt_arena   *run;
} sparsesketch;

static size_t sparsesketch_cells(const sparsesketch *s) { return (size_t)s->rows * s->columns; }

static sparsesketch_body sparsesketch_take(const sparsesketch *s) {
    return (sparsesketch_body){ dt_arena_take(s->run, sparsesketch_cells(s), sizeof(float)),
                                dt_arena_take(s->run, dt_marks_words(s->block.rows), sizeof(uint64_t)) };
}

static void sparsesketch_clear(const sparsesketch *s, sparsesketch_body *body) {
    memset(body->table, 0, sparsesketch_cells(s) * sizeof *body->table);
    memset(body->live, 0, dt_marks_words(s->block.rows) * sizeof *body->live);
}

static dt_status sparsesketch_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    sparsesketch *s = state;
    (void)rng;
    s->block = *block;
    s->run = run;
    s->columns = (size_t)fmax(1, floor((double)block->n * s->density * s->ratio + 1e-9));
    if (s->columns > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "compress.ratio", "expected fewer than 2^32 cells in a row of the sketch, got %zu", s->columns);
    s->seed = dt_hash(block->common, "sketch", 6);
    s->body = sparsesketch_take(s);
    s->column = dt_arena_take(run, (size_t)s->rows, sizeof *s->column);
    return DT_OK;
}

static uint64_t sparsesketch_seed(const sparsesketch *s, uint64_t turn) {
    return strcmp(s->hashes, "drawn") == 0 ? dt_hash(s->seed, &turn, sizeof turn) : s->seed;
}

static double sparsesketch_wire_bytes(const void *state) {
    const sparsesketch *s = state;
    double rows = (double)s->block.rows;
    return 4 * (double)sparsesketch_cells(s) + (strcmp(s->positions, "bits") == 0 ? ceil(rows / 8) : rows);
}

/* To tell live rows, a comparison for each entry; for each cell of a live entry a sign and a sum to encode, and a sign and about two
 * comparisons to decode. */
static double sparsesketch_flops(const void *state) {
    const sparsesketch *s = state;
    return (double)s->block.n * (1 + 5 * (double)s->rows * s->density);
}

static double sparsesketch_merge_flops(const void *state) { return (double)sparsesketch_cells(state); }

static void sparsesketch_encode(void *state, const float *in, const float *at, dt_packet *out) {
    sparsesketch *s = state;
    size_t width = s->block.columns, rows = (size_t)s->rows;
    uint64_t seed = sparsesketch_seed(s, out->turn);
    (void)at;
    sparsesketch_clear(s, &s->body);
    for (size_t r = 0; r < s->block.rows; r++) {
        if (!dt_marks_any(in + r * width, width)) continue;
        dt_marks_set(s->body.live, r);
        for (size_t i = r * width; i < (r + 1) * width; i++)
            for (size_t row = 0; row < rows && in[i] != 0; row++) {
                float sign;
                size_t cell = dt_cells_place(seed, rows, s->columns, row, i, &sign);
                s->body.table[cell] += sign * in[i];
            }
    }
    *out = (dt_packet){ &s->body, sparsesketch_cells(s), sparsesketch_wire_bytes(s), out->turn };
}

static void sparsesketch_decode(void *state, const dt_packet *in, float *out) {
    sparsesketch *s = state;
    const sparsesketch_body *body = in->body;
    size_t width = s->block.columns, rows = (size_t)s->rows;
    uint64_t seed = sparsesketch_seed(s, in->turn);
    memset(out, 0, s->block.n * sizeof *out);
    for (size_t r = 0; r < s->block.rows; r++)
        for (size_t i = r * width; dt_marks_has(body->live, r) && i < (r + 1) * width; i++) {
            for (size_t row = 0; row < rows; row++) {
                float sign;
                size_t cell = dt_cells_place(seed, rows, s->columns, row, i, &sign);
                s->column[row] = sign * body->table[cell];
            }
            out[i] = dt_cells_median(s->column, rows);
        }
}

/* Tables add up, and a row is live in the sum if it is so in any packet. */
static void sparsesketch_add(void *state, const dt_packet *in, double weight, dt_packet *sum) {
    sparsesketch *s = state;
    const sparsesketch_body *body = in->body;
    if (s->sum.table == NULL) s->sum = sparsesketch_take(s);
    if (sum->body == NULL) sparsesketch_clear(s, &s->sum);
    for (size_t c = 0; c < in->count; c++) s->sum.table[c] = (float)(s->sum.table[c] + weight * body->table[c]);
    for (size_t w = 0; w < dt_marks_words(s->block.rows); w++) s->sum.live[w] |= body->live[w];
    *sum = (dt_packet){ &s->sum, in->count, sparsesketch_wire_bytes(s), in->turn };
}

static const dt_param sparsesketch_params[] = {
    DT_REAL_PARAM(sparsesketch, density, 0.02, 1e-9, 1, "1", "share of entries in rows that are not all 0, of all workers together"),
    DT_REAL_PARAM(sparsesketch, ratio, 0.25, 1e-9, 100, "1", "columns of the table for each of these entries, 4 bytes each: fewer are smaller and noisier"),
    DT_INT_PARAM(sparsesketch, rows, 1, 1, 99, "rows of the table: an entry is the median of its cells in all rows; the authors take one"),
    DT_CHOICE_PARAM(sparsesketch, positions, "bits", "bits|bytes", "the bitmap of live rows takes a bit, or as numbers that are added a byte, for each row"),
    DT_CHOICE_PARAM(sparsesketch, hashes, "fixed", "fixed|drawn", "the hashes are those of the run, or drawn anew in every round, the same by all workers"),
    { 0 }
};

const dt_compress_type dt_compress_sparsesketch = {
    .is = { "sparsesketch", "Send a count sketch and a bitmap of the rows that are not all 0 (S2 Reducer).", "Ge et al. 2022", sparsesketch_params,
            sizeof(sparsesketch) },
    .merges = true, .lossy = true, .joint = true, .unbiased = true,
    .init = sparsesketch_init, .wire_bytes = sparsesketch_wire_bytes, .flops = sparsesketch_flops, .merge_flops = sparsesketch_merge_flops,
    .encode = sparsesketch_encode, .decode = sparsesketch_decode, .add = sparsesketch_add,
};
