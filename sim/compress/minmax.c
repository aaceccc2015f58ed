/* minmax.c - one byte an entry: the range from the smallest to the largest is cut in 255 even steps.
 * When: a quarter of the bytes and an error of half a step at most shall do, without drawing random numbers (BAGUA's compressor).
 * What breaks: one entry far from the others widens the steps of all, so that the small ones become 0; by = "layer" helps.
 * Source: Gan et al. 2021, "BAGUA: Scaling up Distributed Learning with System Relaxations" (arXiv 2107.01499), its MinMaxUInt8:
 * scale = 255 / (max - min + 1e-7), high = round(max scale), low = high - 255, code = clip(round(x scale), low, high) - low. */
#include "compress/compress.h"
#include "base/wide.h"
#include <math.h>
#include <string.h>

enum { STEPS = 255 };

typedef struct minmax {
    size_t   n;
    uint8_t *body;          /* [8 + n] the smallest and the largest entry, then the codes */
} minmax;

/* What both sides derive from the two entries. */
typedef struct range { double scale, low; } range;

static range minmax_range(const float ends[2]) {
    double scale = STEPS / ((double)ends[1] - ends[0] + 1e-7);
    return (range){ scale, rint(ends[1] * scale) - STEPS };
}

static dt_status minmax_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    minmax *m = state;
    (void)rng;
    m->n = block->n;
    m->body = dt_arena_take(run, 2 * sizeof(float) + m->n, 1);
    return DT_OK;
}

static double minmax_wire_bytes(const void *state) { return 8.0 + (double)((const minmax *)state)->n; }

/* The flops of two comparisons, a product, rounding, a difference and two more comparisons; decoding takes a sum and a product. */
static double minmax_flops(const void *state) { return 9 * (double)((const minmax *)state)->n; }

/* Decode and add. */
static double minmax_merge_flops(const void *state) { return 3 * (double)((const minmax *)state)->n; }

/* An entry that is no number becomes both ends, so that it shows. */
static void minmax_ends(const float *in, size_t n, float ends[2]) {
    bool strange = false;
    ends[0] = ends[1] = in[0];
    for (size_t i = 0; i < n; i++) {
        ends[0] = fminf(ends[0], in[i]);
        ends[1] = fmaxf(ends[1], in[i]);
        strange |= !isfinite(in[i]);
    }
    if (strange) ends[0] = ends[1] = NAN;
}

DT_WIDE
static void minmax_code(const float *in, size_t n, range r, uint8_t *code) {
    for (size_t i = 0; i < n; i++) {
        double step = rint(in[i] * r.scale) - r.low;
        code[i] = (uint8_t)(int)fmin(fmax(step, 0), STEPS);
    }
}

static void minmax_encode(void *state, const float *in, const float *at, dt_packet *out) {
    minmax *m = state;
    float ends[2];
    (void)at;
    minmax_ends(in, m->n, ends);
    memcpy(m->body, ends, sizeof ends);
    if (isnan(ends[0])) memset(m->body + sizeof ends, 0, m->n);
    else minmax_code(in, m->n, minmax_range(ends), m->body + sizeof ends);
    *out = (dt_packet){ m->body, m->n, minmax_wire_bytes(m), out->turn };
}

static void minmax_decode(void *state, const dt_packet *in, float *out) {
    float ends[2];
    memcpy(ends, in->body, sizeof ends);
    const uint8_t *code = (const uint8_t *)in->body + sizeof ends;
    range r = minmax_range(ends);
    for (size_t i = 0; i < ((const minmax *)state)->n; i++) out[i] = (float)((code[i] + r.low) / r.scale);
}

const dt_compress_type dt_compress_minmax = {
    .is = { "minmax", "Send one byte an entry: its place between the smallest and the largest (MinMaxUInt8).",
            "Gan et al. 2021 (BAGUA)", NULL, sizeof(minmax) },
    .lossy = true,
    .init = minmax_init, .wire_bytes = minmax_wire_bytes, .flops = minmax_flops, .merge_flops = minmax_merge_flops,
    .encode = minmax_encode, .decode = minmax_decode,
};
