/* sign.c - one bit for an entry, its sign, and one scale for all: their mean magnitude.
 * When: a packet shall be 32 times smaller than the vector.  What breaks: without error feedback it need not converge; by =
 * "layer" gives layers of different magnitudes scales of their own.
 * Source: Karimireddy et al. 2019, "Error Feedback Fixes SignSGD and other Gradient Compression Schemes" (arXiv 1901.09847),
 * (||p||_1 / d) sign(p); zero counts as positive. */
#include "compress/compress.h"
#include <math.h>
#include <string.h>

enum { LANES = 8 };         /* bits of a byte; also sums side by side, so that they become vector code */

typedef struct sign {
    size_t   n;
    uint8_t *body;          /* [4 + ceil(n / 8)] scale, then bits, the first entry lowest; 1: negative */
} sign;

static float sign_scale(const float *in, size_t n) {
    double sum[LANES] = { 0 }, whole = 0;
    size_t even = n - n % LANES;
    for (size_t i = 0; i < even; i += LANES)
        for (size_t j = 0; j < LANES; j++) sum[j] += fabsf(in[i + j]);
    for (size_t i = even; i < n; i++) sum[i - even] += fabsf(in[i]);
    for (size_t j = 0; j < LANES; j++) whole += sum[j];
    return (float)(whole / (double)n);
}

static uint8_t sign_byte(const float *in, size_t count) {
    unsigned byte = 0;
    for (size_t j = 0; j < count; j++) byte |= (unsigned)(in[j] < 0) << j;
    return (uint8_t)byte;
}

static dt_status sign_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    sign *s = state;
    (void)rng;
    s->n = block->n;
    s->body = dt_arena_take(run, 4 + (s->n + LANES - 1) / LANES, 1);
    return DT_OK;
}

static double sign_wire_bytes(const void *state) {
    return 4.0 + (double)((((const sign *)state)->n + LANES - 1) / LANES);
}

/* The flops of a magnitude, a sum and a comparison for each entry; decoding gives the scale its sign. */
static double sign_flops(const void *state) { return 4 * (double)((const sign *)state)->n; }

/* Decode and add. */
static double sign_merge_flops(const void *state) { return 2 * (double)((const sign *)state)->n; }

static void sign_encode(void *state, const float *in, const float *at, dt_packet *out) {
    (void)at;
    sign *s = state;
    float scale = sign_scale(in, s->n);
    uint8_t *bits = s->body + sizeof scale;
    memcpy(s->body, &scale, sizeof scale);
    for (size_t i = 0; i + LANES <= s->n; i += LANES) bits[i / LANES] = sign_byte(in + i, LANES);
    size_t rest = s->n % LANES;
    if (rest > 0) bits[s->n / LANES] = sign_byte(in + s->n - rest, rest);
    *out = (dt_packet){ s->body, s->n, sign_wire_bytes(s), out->turn };
}

static void sign_decode(void *state, const dt_packet *in, float *out) {
    const sign *s = state;
    const uint8_t *restrict bits = (const uint8_t *)in->body + sizeof(float);
    float scale;
    memcpy(&scale, in->body, sizeof scale);
    const float value[2] = { scale, -scale };       /* looked up: no branch foresees such bits */
    for (size_t i = 0; i < s->n; i++) out[i] = value[bits[i / LANES] >> i % LANES & 1];
}

const dt_compress_type dt_compress_sign = {
    .is = { "sign", "Send one bit an entry, its sign, and the mean magnitude.", "Karimireddy et al. 2019, Algorithm 1",
            NULL, sizeof(sign) },
    .lossy = true,
    .init = sign_init, .wire_bytes = sign_wire_bytes, .flops = sign_flops, .merge_flops = sign_merge_flops,
    .encode = sign_encode, .decode = sign_decode,
};
