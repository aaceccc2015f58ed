/* blocks.c - send the blocks of entries that are not all 0: nothing is lost, and sums hold the union of the senders' blocks.  A
 * block is a run of so many entries, or a row of the layer's matrix (size = 0).
 * When: gradients of which most rows are 0, such as those of an embedding, of many workers that change the same rows.  What breaks:
 * the union grows with the workers, up to the dense vector; with by = "whole" every entry is a row.
 * Source: Fei et al. 2021, "Efficient Sparse Collective Communication and its Application to Accelerate Distributed Deep Learning"
 * (OmniReduce), section 3, DOI 10.1145/3452296.3472904, whose blocks have 256 entries and numbers; rows with a bitmap: Ge et al.
 * 2022, "S2 Reducer", arXiv 2110.02140, as the exact rival.  Where nothing is learnt, workers' blocks are taken to be independent. */
#include "compress/packet.h"
#include "compress/marks.h"
#include <math.h>
#include <string.h>

typedef struct blocks_body { uint64_t *live; float *value; } blocks_body;

typedef struct blocks {
    long        size;
    const char *positions;      /* "numbers" | "bits" | "bytes" */
    double      density;
    size_t      n, width, count;
    blocks_body body;           /* [count] bits; [n] the values of live blocks, one after another */
    uint64_t   *joined;         /* [count] bits: the union of the packets that are summed */
} blocks;

static dt_status blocks_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    blocks *b = state;
    (void)rng;
    b->n = block->n;
    b->width = b->size > 0 ? (size_t)b->size : block->columns;
    b->count = (b->n + b->width - 1) / b->width;
    b->body.live = dt_arena_take(run, dt_marks_words(b->count), sizeof *b->body.live);
    b->joined = dt_arena_take(run, dt_marks_words(b->count), sizeof *b->joined);
    b->body.value = dt_arena_take(run, b->n, sizeof *b->body.value);
    return DT_OK;
}

static double blocks_bytes(const blocks *b, double live, double entries) {
    double all = (double)b->count;
    return 4 * entries + (b->positions[0] == 'n' ? 4 * live : strcmp(b->positions, "bits") == 0 ? ceil(all / 8) : all);
}

/* The blocks that are live in a sum of so many packets, if each block of each is so with the probability density. */
static double blocks_expected(const blocks *b, size_t packets) {
    double none = pow(1 - b->density, (double)packets);
    return fmax(1, ceil((double)b->count * (1 - none) - 1e-9));
}

static double blocks_expected_entries(const blocks *b, size_t packets) {
    return fmin((double)b->n, blocks_expected(b, packets) * (double)b->width);
}

static double blocks_expected_bytes(const blocks *b, size_t packets) {
    return blocks_bytes(b, blocks_expected(b, packets), blocks_expected_entries(b, packets));
}

static double blocks_wire_bytes(const void *state) { return blocks_expected_bytes(state, 1); }
static double blocks_entries(const void *state) { return blocks_expected_entries(state, 1); }

/* The flops of a comparison for each entry. */
static double blocks_flops(const void *state) { return (double)((const blocks *)state)->n; }

/* The last block may be shorter. */
static double blocks_exact_bytes(const blocks *b, const uint64_t *live) {
    double count = (double)dt_marks_count(live, b->count), less = (double)(b->count * b->width - b->n);
    return blocks_bytes(b, count, count * (double)b->width - (dt_marks_has(live, b->count - 1) ? less : 0));
}

static size_t blocks_end(const blocks *b, size_t k) { return (k + 1) * b->width < b->n ? (k + 1) * b->width : b->n; }

static void blocks_encode(void *state, const float *in, const float *at, dt_packet *out) {
    blocks *b = state;
    size_t kept = 0, live = 0;
    (void)at;
    memset(b->body.live, 0, dt_marks_words(b->count) * sizeof *b->body.live);
    for (size_t k = 0; k < b->count; k++) {
        size_t first = k * b->width, entries = blocks_end(b, k) - first;
        if (!dt_marks_any(in + first, entries)) continue;
        dt_marks_set(b->body.live, k);
        memcpy(b->body.value + kept, in + first, entries * sizeof *in);
        kept += entries;
        live++;
    }
    *out = (dt_packet){ &b->body, live, blocks_exact_bytes(b, b->body.live), out->turn };
}

static void blocks_decode(void *state, const dt_packet *in, float *out) {
    const blocks *b = state;
    const blocks_body *body = in->body;
    const float *value = body->value;
    memset(out, 0, b->n * sizeof *out);
    for (size_t k = 0; k < b->count; k++) {
        size_t first = k * b->width, entries = blocks_end(b, k) - first;
        if (!dt_marks_has(body->live, k)) continue;
        memcpy(out + first, value, entries * sizeof *out);
        value += entries;
    }
}

static double blocks_join(void *state, const dt_packet *in, size_t number) {
    blocks *b = state;
    const blocks_body *body = in->body;
    if (body == NULL) return blocks_expected_bytes(b, number + 1);
    if (number == 0) memset(b->joined, 0, dt_marks_words(b->count) * sizeof *b->joined);
    for (size_t w = 0; w < dt_marks_words(b->count); w++) b->joined[w] |= body->live[w];
    return blocks_exact_bytes(b, b->joined);
}

static const dt_param blocks_params[] = {
    DT_INT_PARAM(blocks, size, 256, 0, 1e9, "entries of a block; 0: a row of the layer's matrix, with by = \"layer\" or layers"),
    DT_CHOICE_PARAM(blocks, positions, "numbers", "numbers|bits|bytes",
                    "how a packet says which blocks it has: a number of 4 bytes for each that it has, or a bit or a byte for every block"),
    DT_REAL_PARAM(blocks, density, 0.05, 0, 1, "1", "share of blocks that are not all 0, which is charged where nothing is learnt"),
    { 0 }
};

const dt_compress_type dt_compress_blocks = {
    .is = { "blocks", "Send the blocks that are not all 0, and in sums their union (OmniReduce); nothing is lost.", "Fei et al. 2021, section 3",
            blocks_params, sizeof(blocks) },
    .varies = true,
    .init = blocks_init, .wire_bytes = blocks_wire_bytes, .entries = blocks_entries, .flops = blocks_flops, .merge_flops = blocks_entries,
    .encode = blocks_encode, .decode = blocks_decode, .join = blocks_join,
};
