/* float16.c - every entry as an IEEE half: 11 significant bits, 2^-24 to 65504.
 * When: half of the bytes shall suffice with almost no loss.  What breaks: entries above 65504 become infinite, and entries below
 * 2^-24, such as very small gradients, become 0.
 * Source: IEEE 754-2008, binary16, round to nearest even. */
#include "compress/compress.h"
#include <string.h>

typedef struct float16 {
    size_t    n;
    uint16_t *body;     /* [n] */
} float16;

static uint32_t float16_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float16_value(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Selections instead of branches, so that the loop over entries becomes vector code.  What is too large becomes
 * the largest half; infinity and NaN stay what they are, so that a diverged model shows. */
static uint16_t float16_narrow(float x) {
    const uint32_t infinity = 0x7f800000, largest = 0x477fe000, least_normal = 0x38800000, half = 0x3f000000;
    uint32_t bits = float16_bits(x), size = bits & 0x7fffffff, finite = size < largest ? size : largest;
    /* 23 fraction bits become 10: add just under half of the last place, and the odd bit to break ties. */
    uint32_t normal = (finite - 0x38000000 + 0xfff + (finite >> 13 & 1)) >> 13;
    /* Below 2^-14 the last place is 2^-24, which is that of a float in [1/2, 1): let the addition round. */
    uint32_t small = float16_bits(float16_value(finite < least_normal ? finite : 0) + 0.5f) - half;
    uint32_t code = finite < least_normal ? small : normal;
    code = size == infinity ? 0x7c00 : code;
    code = size > infinity ? 0x7e00 : code;
    return (uint16_t)(code | (bits >> 16 & 0x8000));
}

static float float16_widen(uint16_t code) {
    uint32_t size = code & 0x7fffu, sign = (uint32_t)(code & 0x8000u) << 16;
    uint32_t normal = (size << 13) + 0x38000000, special = normal + 0x38000000;
    uint32_t small = float16_bits((float)(int32_t)size * 0x1p-24f);
    uint32_t bits = size < 0x400 ? small : size < 0x7c00 ? normal : special;
    return float16_value(bits | sign);
}

static dt_status float16_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    float16 *f = state;
    (void)rng;
    f->n = block->n;
    f->body = dt_arena_take(run, f->n, sizeof *f->body);
    return DT_OK;
}

static double float16_wire_bytes(const void *state) { return 2.0 * (double)((const float16 *)state)->n; }

/* The flops of a conversion, and of another when it is decoded; to add is to convert and to sum. */
static double float16_flops(const void *state) { return 2 * (double)((const float16 *)state)->n; }

static void float16_encode(void *state, const float *in, const float *at, dt_packet *out) {
    (void)at;
    float16 *f = state;
    uint16_t *restrict body = f->body;
    for (size_t i = 0; i < f->n; i++) body[i] = float16_narrow(in[i]);
    *out = (dt_packet){ body, f->n, float16_wire_bytes(f), out->turn };
}

static void float16_decode(void *state, const dt_packet *in, float *out) {
    const uint16_t *restrict body = in->body;
    for (size_t i = 0; i < ((float16 *)state)->n; i++) out[i] = float16_widen(body[i]);
}

const dt_compress_type dt_compress_float16 = {
    .is = { "float16", "Send every entry as an IEEE half: 2 bytes each.", "IEEE 754-2008, binary16", NULL,
            sizeof(float16) },
    .merges = true, .lossy = true,
    .init = float16_init, .wire_bytes = float16_wire_bytes, .flops = float16_flops, .merge_flops = float16_flops,
    .encode = float16_encode, .decode = float16_decode,
};
