/* randomskip.c - the random skip filter: send each entry with a probability, scaled so that the mean is exact.
 * When: a cheap filter in front of parameter servers that must not bias the gradient: every entry is tossed for by itself, so
 * that no worker has to know the others' draws.  What breaks: the variance is (1 - p) / p times the square of each entry, so
 * that a small probability needs a small learning rate; randomk sends as many entries with none of the scatter in bytes.
 * Source: Li et al. 2014, "Communication Efficient Distributed Machine Learning with the Parameter Server" (NIPS), its
 * filters; the unbiased scale: Wangni et al. 2018, "Gradient Sparsification for Communication-Efficient Distributed Optimization", section
 * 3 with equal probabilities (arXiv 1710.09854). */
#include "compress/pairs.h"
#include <math.h>

typedef struct randomskip {
    double   keep;              /* p */
    size_t   n;
    dt_rng  *rng;
    dt_pair *body;              /* [n] the first so many of a packet are used */
} randomskip;

static dt_status randomskip_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    randomskip *r = state;
    r->n = block->n;
    r->rng = rng;
    return dt_pairs_make(&r->body, r->n, block, "randomskip", run);
}

/* The mean, rounded up. */
static double randomskip_entries(const void *state) { return ceil(((const randomskip *)state)->keep * (double)((const randomskip *)state)->n); }
static double randomskip_wire_bytes(const void *state) { return dt_pairs_bytes(randomskip_entries(state), ((const randomskip *)state)->n); }

/* The flops of a draw, a comparison and a product for each entry. */
static double randomskip_flops(const void *state) { return 3 * (double)((const randomskip *)state)->n; }

static void randomskip_encode(void *state, const float *in, const float *at, dt_packet *out) {
    randomskip *r = state;
    float scale = (float)(1 / r->keep);
    size_t kept = 0;
    (void)at;
    for (size_t i = 0; i < r->n; i++) {
        if (gsl_rng_uniform(r->rng) >= r->keep) continue;
        r->body[kept++] = (dt_pair){ (uint32_t)i, scale * in[i] };
    }
    *out = (dt_packet){ r->body, kept, dt_pairs_bytes((double)kept, r->n), out->turn };
}

static void randomskip_decode(void *state, const dt_packet *in, float *out) {
    dt_pairs_decode(in, ((const randomskip *)state)->n, out);
}

static const dt_param randomskip_params[] = {
    DT_REAL_PARAM(randomskip, keep, 0.1, 1e-6, 1, "1", "probability with which each entry is sent; 1 / keep is its scale"),
    { 0 }
};

const dt_compress_type dt_compress_randomskip = {
    .is = { "randomskip", "Send each entry with a given probability, scaled so that the mean is exact (random skip filter).",
            "Li et al. 2014 (NIPS), filters; Wangni et al. 2018, section 3", randomskip_params, sizeof(randomskip) },
    .lossy = true, .unbiased = true, .varies = true,
    .init = randomskip_init, .wire_bytes = randomskip_wire_bytes, .entries = randomskip_entries, .flops = randomskip_flops, .merge_flops = randomskip_entries,
    .encode = randomskip_encode, .decode = randomskip_decode, .keys = dt_pairs_keys,
};
