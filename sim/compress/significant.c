/* significant.c - send only entries that change their value by more than a share of it; smaller changes add up in the error
 * feedback until they are significant.
 * When: sites are connected by little bandwidth.  What breaks: how much is sent depends on the numbers; while most changes are
 * significant the dense vector is sent, since pairs of index and value would be twice as large.
 * Source: Hsieh et al. 2017, "Gaia: Geo-Distributed Machine Learning Approaching LAN Speeds", section 4.1: |change / w| > v,
 * where v falls as 1 / sqrt(t). */
#include "compress/pairs.h"
#include <math.h>

typedef struct significant {
    double  threshold, least, share;
    bool    decay;
    size_t  n;
    dt_pair *body;              /* [n] the first so many of a packet are used, ascending index */
} significant;

static dt_status significant_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    significant *s = state;
    (void)rng;
    s->n = block->n;
    return dt_pairs_make(&s->body, s->n, block, "significant", run);
}

static double significant_entries(const void *state) {
    const significant *s = state;
    return ceil(s->share * (double)s->n);
}

static double significant_wire_bytes(const void *state) {
    return dt_pairs_bytes(significant_entries(state), ((const significant *)state)->n);
}

/* The flops of a product, a maximum and a comparison for each entry. */
static double significant_flops(const void *state) { return 3 * (double)((const significant *)state)->n; }

static void significant_encode(void *state, const float *in, const float *at, dt_packet *out) {
    significant *s = state;
    double limit = s->threshold / (s->decay ? sqrt((double)out->turn + 1) : 1);
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++) {
        double size = at == NULL ? s->least : fmax(fabs((double)at[i]), s->least);
        if (fabs((double)in[i]) <= limit * size) continue;      /* a NaN is significant */
        s->body[kept++] = (dt_pair){ (uint32_t)i, in[i] };
    }
    *out = (dt_packet){ s->body, kept, dt_pairs_bytes((double)kept, s->n), out->turn };
}

static void significant_decode(void *state, const dt_packet *in, float *out) {
    dt_pairs_decode(in, ((const significant *)state)->n, out);
}

static const dt_param significant_params[] = {
    DT_REAL_PARAM(significant, threshold, 0.01, 0, 1e9, "1", "a change above this share of the value is significant (v)"),
    DT_BOOL_PARAM(significant, decay, true, "the threshold falls as 1 / sqrt(t) with the round t, counted from 1"),
    DT_REAL_PARAM(significant, least, 1e-6, 1e-30, 1e30, "1", "what a smaller value, or one that is not known, is taken for"),
    DT_REAL_PARAM(significant, share, 0.1, 0, 1, "1", "share of entries that is charged where nothing is learnt, so that changes "
                                                      "are not known"),
    { 0 }
};

const dt_compress_type dt_compress_significant = {
    .is = { "significant", "Send entries that change by more than a share of their value (Gaia's filter).",
            "Hsieh et al. 2017, section 4.1", significant_params, sizeof(significant) },
    .lossy = true, .varies = true,
    .init = significant_init, .wire_bytes = significant_wire_bytes, .entries = significant_entries, .flops = significant_flops, .merge_flops = significant_entries,
    .encode = significant_encode, .decode = significant_decode, .keys = dt_pairs_keys,
};
