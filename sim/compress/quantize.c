/* quantize.c - round every entry at random to one of few levels, so that the mean is the entry itself.
 * When: an unbiased compressor without error memory is asked for.  What breaks: with few bits and the 2-norm as scale the noise
 * grows with the square root of the entries.
 * Source: Alistarh et al. 2017, "QSGD: Communication-Efficient SGD via Gradient Quantization and Encoding", section 3.1 (arXiv
 * 1610.02132):  Q(v_i) = norm sign(v_i) l / s,  l = floor(s |v_i| / norm), one more with probability s |v_i| / norm - l;
 * here s = 2^(bits - 1) - 1, and the norm may be the largest |v_i|. */
#include "compress/compress.h"
#include <math.h>
#include <string.h>

enum { LANES = 8 };

typedef struct quantize {
    long        bits;       /* of an entry on the wire: its sign and its level */
    const char *norm;       /* "max" or "two" */
    bool        two;
    size_t      n;
    unsigned    levels;     /* s */
    dt_rng     *rng;
    uint8_t    *body;       /* [4 + ceil(n bits / 8)] the norm, then the codes, lowest bit first */
} quantize;

/* Magnitudes are compared by their bits, by which a NaN is larger than any number and so becomes the norm. */
static float quantize_largest(const float *in, size_t n) {
    uint32_t most = 0, bits;
    float norm;
    for (size_t i = 0; i < n; i++) {
        memcpy(&bits, &in[i], sizeof bits);
        bits &= 0x7fffffff;
        most = bits > most ? bits : most;
    }
    memcpy(&norm, &most, sizeof norm);
    return norm;
}

static float quantize_length(const float *in, size_t n) {
    double sum[LANES] = { 0 }, whole = 0;
    size_t even = n - n % LANES;
    for (size_t i = 0; i < even; i += LANES)
        for (size_t j = 0; j < LANES; j++) sum[j] += (double)in[i + j] * in[i + j];
    for (size_t i = even; i < n; i++) sum[i - even] += (double)in[i] * in[i];
    for (size_t j = 0; j < LANES; j++) whole += sum[j];
    return (float)sqrt(whole);
}

static size_t quantize_bytes(const quantize *q) { return (q->n * (size_t)q->bits + 7) / 8; }

static dt_status quantize_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    quantize *q = state;
    q->two = strcmp(q->norm, "two") == 0;
    q->n = block->n;
    q->levels = (1u << (q->bits - 1)) - 1;
    q->rng = rng;
    q->body = dt_arena_take(run, 4 + quantize_bytes(q), 1);
    return DT_OK;
}

static double quantize_wire_bytes(const void *state) { return 4.0 + (double)quantize_bytes(state); }

/* The flops of the norm, and of a product, a floor, a difference, a draw, a comparison and a sum for each entry; decoding is a
 * product. */
static double quantize_flops(const void *state) {
    const quantize *q = state;
    return (q->two ? 9 : 8) * (double)q->n;
}

/* Decode and add. */
static double quantize_merge_flops(const void *state) { return 2 * (double)((const quantize *)state)->n; }

/* The code of one entry: level and, above it, the sign.  factor = s / norm. */
static uint64_t quantize_code(const quantize *q, float x, double factor) {
    double exact = fabs((double)x) * factor, low = floor(exact);
    unsigned level = (unsigned)low + (gsl_rng_uniform(q->rng) < exact - low);
    if (level > q->levels) level = q->levels;       /* only by rounding of factor */
    return level | (uint64_t)(x < 0) << (q->bits - 1);
}

static void quantize_encode(void *state, const float *in, const float *at, dt_packet *out) {
    (void)at;
    quantize *q = state;
    float norm = q->two ? quantize_length(in, q->n) : quantize_largest(in, q->n);
    uint8_t *byte = q->body + sizeof norm;
    memcpy(q->body, &norm, sizeof norm);
    *out = (dt_packet){ q->body, q->n, quantize_wire_bytes(q), out->turn };
    if (!(norm > 0 && isfinite(norm))) {            /* all entries are 0, or the model has diverged: the norm tells */
        memset(byte, 0, quantize_bytes(q));
        return;
    }
    double factor = q->levels / (double)norm;
    uint64_t window = 0;
    int held = 0;
    for (size_t i = 0; i < q->n; i++) {
        window |= quantize_code(q, in[i], factor) << held;
        for (held += (int)q->bits; held >= 8; held -= 8, window >>= 8) *byte++ = (uint8_t)window;
    }
    if (held > 0) *byte = (uint8_t)window;
}

static void quantize_decode(void *state, const dt_packet *in, float *out) {
    const quantize *q = state;
    const uint8_t *byte = (const uint8_t *)in->body + sizeof(float);
    float norm;
    memcpy(&norm, in->body, sizeof norm);
    const double step = (double)norm / q->levels, steps[2] = { step, -step };
    uint64_t window = 0;
    int held = 0;
    for (size_t i = 0; i < q->n; i++) {
        for (; held < q->bits; held += 8) window |= (uint64_t)*byte++ << held;
        out[i] = (float)(steps[window >> (q->bits - 1) & 1] * (double)(int64_t)(window & q->levels));
        window >>= q->bits;
        held -= (int)q->bits;
    }
}

static const dt_param quantize_params[] = {
    DT_INT_PARAM(quantize, bits, 8, 2, 16, "bits of an entry on the wire, its sign included; fewer are cheaper and noisier"),
    DT_CHOICE_PARAM(quantize, norm, "max", "max|two", "the scale: the largest magnitude, or the 2-norm of QSGD (larger error)"),
    { 0 }
};

const dt_compress_type dt_compress_quantize = {
    .is = { "quantize", "Round at random to few levels; the mean is exact (QSGD).", "Alistarh et al. 2017, section 3.1",
            quantize_params, sizeof(quantize) },
    .lossy = true, .unbiased = true,
    .init = quantize_init, .wire_bytes = quantize_wire_bytes, .flops = quantize_flops, .merge_flops = quantize_merge_flops,
    .encode = quantize_encode, .decode = quantize_decode,
};
