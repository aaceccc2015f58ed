/* topk.c - send the k largest entries with their positions; the rest waits in the error feedback.
 * Source: Stich et al. 2018, "Sparsified SGD with Memory", Algorithm 1. */
#include "compress/compress.h"
#include <math.h>
#include <string.h>

enum { DIGITS = 1 << 11 };

typedef struct topk_entry { uint32_t index; float value; } topk_entry;

typedef struct topk {
    double      ratio;      /* share of entries sent, (0, 1] */
    size_t      n, k;
    topk_entry *body;       /* [k] ascending index */
    uint32_t   *count;      /* [DIGITS] scratch of the selection */
} topk;

/* Magnitudes of floats are ordered as the whole numbers their bits spell (NaN above all, so that it travels). */
static uint32_t topk_size(const float *in, size_t i) {
    uint32_t bits;
    memcpy(&bits, &in[i], sizeof bits);
    return bits & 0x7fffffff;
}

/* Of the entries whose magnitude begins with prefix, which next digit holds the one that *left larger ones
 * leave as the last to send?  *left falls by those of larger digits. */
static uint32_t topk_digit(const topk *t, const float *in, uint32_t prefix, int shift, int bits, size_t *left) {
    uint32_t mask = (1u << bits) - 1, digit = mask;
    memset(t->count, 0, DIGITS * sizeof *t->count);
    for (size_t i = 0; i < t->n; i++) {
        uint32_t size = topk_size(in, i);
        t->count[size >> shift & mask] += size >> (shift + bits) == prefix;
    }
    for (; t->count[digit] < *left; digit--) *left -= t->count[digit];
    return digit;
}

/* The k-th largest magnitude, three digits of its 31 bits at a time: O(n) whatever the values are.
 * ties: how many of exactly that magnitude belong to the k. */
static uint32_t topk_threshold(const topk *t, const float *in, size_t *ties) {
    *ties = t->k;
    uint32_t prefix = topk_digit(t, in, 0, 20, 11, ties);
    prefix = prefix << 10 | topk_digit(t, in, prefix, 10, 10, ties);
    return prefix << 10 | topk_digit(t, in, prefix, 0, 10, ties);
}

static dt_status topk_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    size_t n = block->n;
    topk *t = state;
    (void)rng;
    if (n > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "compress", "topk numbers entries with 4 bytes: %zu are too many", n);
    t->n = n;
    t->k = (size_t)fmin(fmax(1, round(t->ratio * (double)n)), (double)n);
    t->body = dt_arena_take(run, t->k, sizeof *t->body);
    t->count = dt_arena_take(run, DIGITS, sizeof *t->count);
    return DT_OK;
}

/* On the wire: 4 bytes of value and 4 of position an entry. */
static double topk_wire_bytes(const void *state) { return 8.0 * (double)((const topk *)state)->k; }

static void topk_encode(void *state, const float *in, const float *at, dt_packet *out) {
    (void)at;
    topk *t = state;
    size_t ties, kept = 0;
    uint32_t threshold = topk_threshold(t, in, &ties);
    for (size_t i = 0; i < t->n; i++) {
        uint32_t size = topk_size(in, i);
        if (size < threshold || (size == threshold && ties == 0)) continue;
        if (size == threshold) ties--;
        t->body[kept++] = (topk_entry){ (uint32_t)i, in[i] };
    }
    *out = (dt_packet){ t->body, t->k, topk_wire_bytes(t), out->turn };
}

static void topk_decode(void *state, const dt_packet *in, float *out) {
    const topk *t = state;
    const topk_entry *entry = in->body;
    memset(out, 0, t->n * sizeof *out);
    for (size_t j = 0; j < in->count; j++) out[entry[j].index] = entry[j].value;
}

static const dt_param topk_params[] = {
    DT_REAL_PARAM(topk, ratio, 0.01, 1e-9, 1, "1", "share of entries sent, at least one"),
    { 0 }
};

const dt_compress_type dt_compress_topk = {
    .is = { "topk", "Send the largest entries, 8 bytes each, and keep the rest for next time.",
            "Stich et al. 2018, Algorithm 1", topk_params, sizeof(topk) },
    .lossy = true,
    .init = topk_init, .wire_bytes = topk_wire_bytes, .encode = topk_encode, .decode = topk_decode,
};
