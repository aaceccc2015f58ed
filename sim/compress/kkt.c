/* kkt.c - the KKT filter: do not send the gradient of an entry that is 0 and that an l1 penalty keeps at 0.
 * When: l1-regularised models with parameter servers, where most weights are 0 (project = "l1"): at the minimum a weight is 0
 * if its gradient is within [-lam, lam], so such gradients say nothing.  What breaks: each worker judges by the gradient of its
 * own samples; where these differ among workers, an entry can stay 0 that the gradient of all would move, and a larger delta is
 * needed.  It compares gradients: strategies that send changes of a model, another number, refuse it.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", section 5.1: skip entry k if w_k = 0
 * and |g_k| <= lam - delta. */
#include "compress/pairs.h"
#include <math.h>

typedef struct kkt {
    double   lam, delta, share;
    size_t   n;
    dt_pair *body;              /* [n] the first so many of a packet are used */
} kkt;

static dt_status kkt_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    kkt *k = state;
    (void)rng;
    k->n = block->n;
    return dt_pairs_make(&k->body, k->n, block, "kkt", run);
}

static double kkt_entries(const void *state) { return ceil(((const kkt *)state)->share * (double)((const kkt *)state)->n); }
static double kkt_wire_bytes(const void *state) { return dt_pairs_bytes(kkt_entries(state), ((const kkt *)state)->n); }

/* The flops of two comparisons for each entry. */
static double kkt_flops(const void *state) { return 2 * (double)((const kkt *)state)->n; }

static void kkt_encode(void *state, const float *in, const float *at, dt_packet *out) {
    kkt *k = state;
    double limit = k->lam - k->delta;
    size_t kept = 0;
    for (size_t i = 0; i < k->n; i++) {
        if (at != NULL && at[i] == 0 && fabs((double)in[i]) <= limit) continue;     /* a NaN is sent */
        if (in[i] != 0) k->body[kept++] = (dt_pair){ (uint32_t)i, in[i] };
    }
    *out = (dt_packet){ k->body, kept, dt_pairs_bytes((double)kept, k->n), out->turn };
}

static void kkt_decode(void *state, const dt_packet *in, float *out) { dt_pairs_decode(in, ((const kkt *)state)->n, out); }

static const dt_param kkt_params[] = {
    DT_REAL_PARAM(kkt, lam, 0.01, 0, 1e9, "1", "weight of the l1 penalty: project.lam of the same scenario"),
    DT_REAL_PARAM(kkt, delta, 0, 0, 1e9, "1", "margin: the gradient of an entry at 0 is left out if its size is at most lam - delta; the "
                                              "more the samples of workers differ, the larger it has to be"),
    DT_REAL_PARAM(kkt, share, 0.1, 0, 1, "1", "share of entries that is charged where nothing is learnt, so that gradients are not known"),
    { 0 }
};

const dt_compress_type dt_compress_kkt = {
    .is = { "kkt", "Leave out gradients of entries that an l1 penalty keeps at 0 (KKT filter of a parameter server).",
            "Li et al. 2014, section 5.1", kkt_params, sizeof(kkt) },
    .lossy = true, .drops = true, .varies = true,
    .init = kkt_init, .wire_bytes = kkt_wire_bytes, .entries = kkt_entries, .flops = kkt_flops, .merge_flops = kkt_entries,
    .encode = kkt_encode, .decode = kkt_decode, .keys = dt_pairs_keys,
};
