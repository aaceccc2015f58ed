/* fractional.c - fractional repetition: groups of s + 1 workers compute the same s + 1 parts and send their sum, so that one word
 * of each group is enough.
 * When: stragglers, and a number of workers that s + 1 divides.  It needs no weights, and often fewer words than a cyclic code.
 * What breaks: every worker computes s + 1 times as much; more than s stragglers stop it only if they are a whole group.
 * Source: Tandon et al. 2017, "Gradient Coding: Avoiding Stragglers in Distributed Learning", section 3 (arXiv:1612.03301). */
#include "code/inside.h"

typedef struct fractional { long stragglers; } fractional;

static size_t fractional_size(const dt_code *c) { return (size_t)((const fractional *)c->state)->stragglers + 1; }

static dt_status fractional_init(void *state, dt_code *c, dt_rng *rng, dt_arena *run) {
    (void)state, (void)rng;
    return dt_code_groups(c, fractional_size(c), "code.stragglers", run);
}

static bool fractional_enough(const dt_code *c, const bool *come) {
    size_t size = fractional_size(c);
    for (size_t first = 0; first < c->workers; first += size) {
        bool any = false;
        for (size_t w = first; w < first + size; w++) any |= come[w];
        if (!any) return false;
    }
    return true;
}

static dt_status fractional_decode(const dt_code *c, const double *const *word, size_t n, double *sum, bool *liar, dt_arena *scratch) {
    size_t size = fractional_size(c);
    (void)liar, (void)scratch;
    for (size_t e = 0; e < n; e++) sum[e] = 0;
    for (size_t first = 0; first < c->workers; first += size) {
        size_t w = first;
        while (word[w] == NULL) w++;
        for (size_t e = 0; e < n; e++) sum[e] += word[w][e];
    }
    return DT_OK;
}

static const dt_param fractional_params[] = {
    DT_INT_PARAM(fractional, stragglers, 1, 0, 1e6, "workers whose words may be missing, whichever they are (s); each worker computes s + 1 parts, "
                 "and s + 1 must divide the number of workers"),
    { 0 }
};

const dt_code_type dt_code_fractional = {
    .is = { "fractional", "Fractional repetition: groups of workers compute the same parts, and one word of each group is enough.",
            "Tandon et al. 2017, section 3", fractional_params, sizeof(fractional) },
    .init = fractional_init, .enough = fractional_enough, .decode = fractional_decode,
};
