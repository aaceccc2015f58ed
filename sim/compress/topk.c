/* topk.c - send the k largest entries with their positions; the others stay in the error memory.
 * When: few entries hold most of a gradient.  What breaks: workers choose different entries, so a sum of j packets is j times as
 * large (randomk and sketch avoid that).
 * Source: Stich et al. 2018, "Sparsified SGD with Memory", Algorithm 1 (arXiv 1809.07599). */
#include "compress/largest.h"
#include "compress/pairs.h"
#include <math.h>

typedef struct topk {
    double      ratio;      /* share of entries sent, (0, 1] */
    size_t      n, k;
    dt_pair    *body;       /* [k] ascending index */
    uint32_t   *scratch;    /* [DT_LARGEST_SCRATCH] */
} topk;

static dt_status topk_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    topk *t = state;
    size_t n = block->n;
    (void)rng;
    t->n = n;
    t->k = (size_t)fmin(fmax(1, round(t->ratio * (double)n)), (double)n);
    t->scratch = dt_arena_take(run, DT_LARGEST_SCRATCH, sizeof *t->scratch);
    return dt_pairs_make(&t->body, t->k, block, "topk", run);
}

/* On the wire each entry has 4 bytes of value and 4 of position. */
static double topk_wire_bytes(const void *state) { return 8.0 * (double)((const topk *)state)->k; }

static double topk_entries(const void *state) { return (double)((const topk *)state)->k; }

/* The flops of the comparisons that count three digits of each entry, and choose: largest.c. */
static double topk_flops(const void *state) { return 4 * (double)((const topk *)state)->n; }

static void topk_encode(void *state, const float *in, const float *at, dt_packet *out) {
    topk *t = state;
    size_t kept = 0;
    dt_largest largest = dt_compress_largest(in, t->n, t->k, t->scratch);
    (void)at;
    for (size_t i = 0; i < t->n; i++)
        if (dt_largest_takes(&largest, in, i)) t->body[kept++] = (dt_pair){ (uint32_t)i, in[i] };
    *out = (dt_packet){ t->body, t->k, topk_wire_bytes(t), out->turn };
}

static void topk_decode(void *state, const dt_packet *in, float *out) {
    dt_pairs_decode(in, ((const topk *)state)->n, out);
}

static const dt_param topk_params[] = {
    DT_REAL_PARAM(topk, ratio, 0.01, 1e-9, 1, "1", "share of the entries that are sent, at least one; 8 bytes each"),
    { 0 }
};

const dt_compress_type dt_compress_topk = {
    .is = { "topk", "Send the largest entries, 8 bytes each, and keep the rest for next time.",
            "Stich et al. 2018, Algorithm 1", topk_params, sizeof(topk) },
    .lossy = true,
    .init = topk_init, .wire_bytes = topk_wire_bytes, .entries = topk_entries, .flops = topk_flops,
    .merge_flops = topk_entries,
    .encode = topk_encode, .decode = topk_decode, .keys = dt_pairs_keys,
};
