/* randomk.c - send k entries that are drawn at random.  If all workers draw the same, the sum of their packets is one packet, and
 * no position is sent; otherwise each sends entries of its own, with their positions.
 * When: a sum has to stay small on its way through an all-reduce (ring, tree).  What breaks: it sends small entries as often as
 * large ones, so topk learns more from as many entries.
 * Source: Stich et al. 2018, "Sparsified SGD with Memory", Definition 2.1 (rand_k), with memory (arXiv 1809.07599); unbiased:
 * Konecny et al. 2016, "Federated Learning: Strategies for Improving Communication Efficiency", section 2 (random mask), scaled
 * by n / k (arXiv 1610.05492). */
#include "compress/pairs.h"
#include <assert.h>
#include <math.h>
#include <string.h>

typedef struct randomk {
    double         ratio;
    const char    *indices;     /* "common" | "own" */
    bool           unbiased;
    size_t         n, k;
    uint64_t       seed;        /* of common draws */
    dt_rng        *rng;         /* common: put at the beginning of the turn's stream before each draw */
    dt_pair       *body, *sum;  /* [k] ascending index; common draws are at hand, and not sent.  sum: NULL until there is one */
    dt_arena      *run;
} randomk;

static bool randomk_common(const randomk *r) { return strcmp(r->indices, "common") == 0; }

static dt_status randomk_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    randomk *r = state;
    r->n = block->n;
    r->k = (size_t)fmin(fmax(1, round(r->ratio * (double)r->n)), (double)r->n);
    r->seed = block->common;
    r->rng = randomk_common(r) ? dt_rng_stream(run, r->seed, 0, "randomk") : rng;
    r->run = run;
    return dt_pairs_make(&r->body, r->k, block, "randomk", run);
}

static void randomk_adjust(const void *state, dt_compress_type *own) {
    const randomk *r = state;
    own->unbiased = r->unbiased;
    if (randomk_common(r)) {
        own->keys = NULL;
    } else {
        own->merges = false;
        own->add = NULL;
    }
}

/* 4 bytes of value for each entry and, unless the draw is common, 4 of position. */
static double randomk_wire_bytes(const void *state) {
    const randomk *r = state;
    return (randomk_common(r) ? 4.0 : 8.0) * (double)r->k;
}

static double randomk_entries(const void *state) { return (double)((const randomk *)state)->k; }

/* The flops of a product, a draw and a comparison for each entry. */
static double randomk_flops(const void *state) { return 3 * (double)((const randomk *)state)->n; }

/* Each set of k of n is as likely as any other (Knuth 1997, 3.4.2, Algorithm S). */
static void randomk_encode(void *state, const float *in, const float *at, dt_packet *out) {
    randomk *r = state;
    size_t kept = 0;
    float scale = r->unbiased ? (float)((double)r->n / (double)r->k) : 1;
    (void)at;
    if (randomk_common(r)) dt_rng_restart(r->rng, r->seed, (long)out->turn, "randomk");
    for (size_t i = 0; kept < r->k; i++) {
        if ((double)(r->n - i) * gsl_rng_uniform(r->rng) >= (double)(r->k - kept)) continue;
        r->body[kept++] = (dt_pair){ (uint32_t)i, scale * in[i] };
    }
    *out = (dt_packet){ r->body, r->k, randomk_wire_bytes(r), out->turn };
}

static void randomk_decode(void *state, const dt_packet *in, float *out) {
    dt_pairs_decode(in, ((const randomk *)state)->n, out);
}

/* Packets of equal draws are added value by value. */
static void randomk_add(void *state, const dt_packet *in, double weight, dt_packet *sum) {
    randomk *r = state;
    const dt_pair *entry = in->body;
    if (r->sum == NULL) r->sum = dt_arena_take(r->run, r->k, sizeof *r->sum);
    if (sum->body == NULL)
        for (size_t j = 0; j < r->k; j++) r->sum[j] = (dt_pair){ entry[j].index, 0 };
    for (size_t j = 0; j < r->k; j++) {
        assert(entry[j].index == r->sum[j].index);      /* else they were encoded at different turns */
        r->sum[j].value = (float)(r->sum[j].value + weight * entry[j].value);
    }
    *sum = (dt_packet){ r->sum, r->k, randomk_wire_bytes(r), in->turn };
}

static const dt_param randomk_params[] = {
    DT_REAL_PARAM(randomk, ratio, 0.01, 1e-9, 1, "1", "share of entries sent, at least one"),
    DT_CHOICE_PARAM(randomk, indices, "common", "common|own",
                    "all workers draw the same entries in a round, 4 bytes each; or each "
                    "its own, 8 bytes each"),
    DT_BOOL_PARAM(randomk, unbiased, false, "entries are scaled by n / k, so that their mean is exact; without error feedback"),
    { 0 }
};

const dt_compress_type dt_compress_randomk = {
    .is = { "randomk", "Send entries drawn at random, the same of all workers or of each its own.",
            "Stich et al. 2018, Definition 2.1", randomk_params, sizeof(randomk) },
    .merges = true, .lossy = true,
    .adjust = randomk_adjust, .init = randomk_init, .wire_bytes = randomk_wire_bytes, .entries = randomk_entries,
    .flops = randomk_flops, .merge_flops = randomk_entries, .encode = randomk_encode, .decode = randomk_decode, .add = randomk_add,
    .keys = dt_pairs_keys,
};
