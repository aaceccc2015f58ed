/* dgc.c - deep gradient compression: the largest entries, as topk sends them, of a memory that gathers momentum.
 * When: of a gradient one entry in a thousand shall be sent, and the optimiser would have momentum: what waits in the memory gets
 * the momentum that it would have had on its way.  What breaks: the momentum is here, so that of the optimiser has to be 0 (a
 * strategy that sends changes of a model after local steps with momentum has it twice); workers choose different entries, so a sum
 * of j packets is j times as large.
 * Source: Lin, Han, Mao, Wang, Dally 2018, "Deep Gradient Compression: Reducing the Communication Bandwidth for Distributed
 * Training" (arXiv 1712.01887), Algorithm 4 of the appendix:  g is clipped,  u = m u + g,  v = v + u,  the largest |v| are sent,
 * and v and u (momentum factor masking) become 0 where they are.  Here v is the error memory. */
#include "compress/largest.h"
#include "compress/pairs.h"
#include <math.h>

typedef struct dgc {
    double    ratio, momentum, clip;
    long      warmup;
    bool      masking;
    size_t    n;
    float    *velocity;     /* u [n] */
    dt_pair  *body;         /* [n] the first so many of a packet are used, ascending index */
    uint32_t *scratch;      /* [DT_LARGEST_SCRATCH] */
} dgc;

static dt_status dgc_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    dgc *d = state;
    (void)rng;
    d->n = block->n;
    d->velocity = dt_arena_take(run, d->n, sizeof *d->velocity);
    d->scratch = dt_arena_take(run, DT_LARGEST_SCRATCH, sizeof *d->scratch);
    return dt_pairs_make(&d->body, d->n, block, "dgc", run);
}

static void dgc_adjust(const void *state, dt_compress_type *own) { own->varies = ((const dgc *)state)->warmup > 0; }

/* Entries that are sent in a round: of those of the n-th stage of the warm-up 1 / 4^n, as long as that is more than ratio. */
static size_t dgc_kept(const dgc *d, uint64_t turn) {
    double stage = d->warmup > 0 ? 1 + (double)(turn / (uint64_t)d->warmup) : HUGE_VAL, share = fmax(d->ratio, pow(0.25, stage));
    return (size_t)fmin(fmax(1, round(share * (double)d->n)), (double)d->n);
}

/* Where nothing is learnt: after the warm-up. */
static double dgc_entries(const void *state) { return (double)dgc_kept(state, UINT64_MAX); }
static double dgc_wire_bytes(const void *state) { return dt_pairs_bytes(dgc_entries(state), ((const dgc *)state)->n); }

/* The flops of the norm and of clipping, of momentum and of the sum, and of the four comparisons that find the largest. */
static double dgc_flops(const void *state) { return (3 + 3 + 4) * (double)((const dgc *)state)->n; }

static void dgc_gather(void *state, const float *in, float *memory) {
    dgc *d = state;
    double norm = 0;
    for (size_t i = 0; d->clip > 0 && i < d->n; i++) norm += (double)in[i] * in[i];
    float scale = d->clip > 0 && sqrt(norm) > d->clip ? (float)(d->clip / sqrt(norm)) : 1, momentum = (float)d->momentum;
    for (size_t i = 0; i < d->n; i++) {
        d->velocity[i] = momentum * d->velocity[i] + scale * in[i];
        memory[i] += d->velocity[i];
    }
}

static void dgc_encode(void *state, const float *in, const float *at, dt_packet *out) {
    dgc *d = state;
    size_t k = dgc_kept(d, out->turn), kept = 0;
    dt_largest largest = dt_compress_largest(in, d->n, k, d->scratch);
    (void)at;
    for (size_t i = 0; i < d->n; i++) {
        if (!dt_largest_takes(&largest, in, i)) continue;
        d->body[kept++] = (dt_pair){ (uint32_t)i, in[i] };
        if (d->masking) d->velocity[i] = 0;
    }
    *out = (dt_packet){ d->body, k, dt_pairs_bytes((double)k, d->n), out->turn };
}

static void dgc_decode(void *state, const dt_packet *in, float *out) { dt_pairs_decode(in, ((const dgc *)state)->n, out); }

static const dt_param dgc_params[] = {
    DT_REAL_PARAM(dgc, ratio, 0.001, 1e-9, 1, "1", "share of the entries that are sent, at least one; 8 bytes each"),
    DT_REAL_PARAM(dgc, momentum, 0.9, 0, 0.999999, "1", "momentum correction: of the gradients, before they add up in the error memory; the optimiser "
                                                        "has none then; without error feedback there is no momentum"),
    DT_BOOL_PARAM(dgc, masking, true, "momentum factor masking: the momentum of an entry that is sent begins anew"),
    DT_REAL_PARAM(dgc, clip, 0, 0, 1e30, "1", "local clipping: the largest norm of a gradient (by = \"layer\": of a layer's), the paper's threshold "
                                             "over the root of the number of workers; 0: none"),
    DT_INT_PARAM(dgc, warmup, 0, 0, 1e9, "rounds of each stage of the warm-up, an epoch in the paper, in which 1/4, 1/16, 1/64, ... of the entries are "
                                         "sent until ratio is reached; 0: ratio from the beginning"),
    { 0 }
};

const dt_compress_type dt_compress_dgc = {
    .is = { "dgc", "Send the largest entries of a memory with momentum, more of them at first (deep gradient compression).",
            "Lin et al. 2018, Algorithm 4", dgc_params, sizeof(dgc) },
    .lossy = true,
    .adjust = dgc_adjust, .init = dgc_init, .wire_bytes = dgc_wire_bytes, .entries = dgc_entries, .flops = dgc_flops, .merge_flops = dgc_entries,
    .gather = dgc_gather, .encode = dgc_encode, .decode = dgc_decode, .keys = dt_pairs_keys,
};
