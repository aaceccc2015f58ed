/* secure.c - parameters, and numbers as words. */
#include "secure/secure.h"
#include <math.h>

const dt_param dt_secure_params[] = {
    DT_REAL_PARAM(dt_secure, threshold, 0.67, 0.501, 1, "1", "share of a round's clients that must stay to the end: with fewer the sum cannot be "
                  "unmasked, and the round leaves the model as it is.  A higher one hides updates from more clients that conspire, and bears fewer dropouts"),
    DT_INT_PARAM(dt_secure, bits, 32, 8, 32, "bits of an entry of a masked update: fewer are sent faster, and round updates more coarsely"),
    DT_REAL_PARAM(dt_secure, range, 1, 1e-30, 1e30, "1", "entries of an update are cut at this absolute value; a smaller range rounds less and cuts more "
                  "(column saturated)"),
    DT_REAL_PARAM(dt_secure, patience, 0, 0, 1e9, "s", "how long the server waits for clients that are silent in an exchange before or after the training, and "
                  "goes on without them; 0: until the round's deadline, or until a client is given up"),
    DT_REAL_PARAM(dt_secure, flops, 8, 0, 1e9, "1", "flops that a client or the server spends on an entry of one mask, or on a product of secret sharing"),
    DT_REAL_PARAM(dt_secure, agreement, 1e5, 0, 1e15, "1", "flops that a client or the server spends on the key agreement with one client"),
    { 0 }
};

size_t dt_secure_least(const dt_secure *s, size_t clients) {
    size_t least = (size_t)ceil(s->threshold * (double)clients - 1e-9);
    return least < 2 ? 2 : least;
}

dt_status dt_secure_check(size_t clients, size_t of) {
    if (clients > 1) return DT_OK;
    return dt_fail_at(DT_EINVAL, "secure_aggregation", "the sum of one client is its update, which nothing hides, so that no round would succeed: "
                      "expected at least 2 clients in a round (strategy.fraction), got %zu of %zu", clients, of);
}

double dt_secure_bytes(const dt_secure *s, size_t n) { return ceil((double)n * (double)s->bits / 8); }

/* Each client's number is within range * scale + 1/2. */
double dt_secure_scale(const dt_secure *s, size_t clients) {
    return (exp2((double)s->bits - 1) / (double)clients - 1) / s->range;
}

static uint32_t secure_cut(const dt_secure *s, uint32_t word) { return s->bits == 32 ? word : word & ((1u << s->bits) - 1); }

size_t dt_secure_quantise(const dt_secure *s, double scale, double weight, const float *x, const float *base, uint32_t *word, size_t n) {
    size_t cut = 0;
    for (size_t i = 0; i < n; i++) {
        double value = (double)x[i] - (double)base[i], kept = fmax(-s->range, fmin(s->range, value));
        cut += kept != value;
        word[i] = secure_cut(s, (uint32_t)(int64_t)llround(weight * kept * scale));
    }
    return cut;
}

double dt_secure_level(const dt_secure *s, uint32_t word) {
    word = secure_cut(s, word);
    bool negative = word >> (s->bits - 1);
    return (double)word - (negative ? exp2((double)s->bits) : 0);
}
