/* vote.c - repetition with a majority vote: groups of 2 s + 1 workers compute the same parts and send their sum, and a word that
 * s + 1 of a group send is the true one.
 * When: Byzantine workers, and a number of workers that 2 s + 1 divides.  The result has the bits of a run in which nobody lies.
 * What breaks: every worker computes 2 s + 1 times as much.  More than s liars of one group who send different words stop the run;
 * if they send the same wrong word, that word wins, as nobody can tell it from a true one.
 * Source: Chen, Wang, Charles, Papailiopoulos 2018, "DRACO: Byzantine-resilient Distributed Training via Redundant Gradients",
 * section 4.1 (arXiv:1803.09877): equality is exact; the one pass of Boyer, Moore 1991, "MJRTY".  It averages the groups' means;
 * here a part's share of the samples is in the words, so that groups add up. */
#include "code/inside.h"
#include <string.h>

typedef struct vote { long byzantine; } vote;

static size_t vote_needed(const dt_code *c) { return (size_t)((const vote *)c->state)->byzantine + 1; }
static size_t vote_size(const dt_code *c) { return 2 * vote_needed(c) - 1; }

static dt_status vote_init(void *state, dt_code *c, dt_rng *rng, dt_arena *run) {
    (void)state, (void)rng;
    return dt_code_groups(c, vote_size(c), "code.byzantine", run);
}

static bool vote_enough(const dt_code *c, const bool *come) {
    for (size_t first = 0; first < c->workers; first += vote_size(c)) {
        size_t count = 0;
        for (size_t i = 0; i < vote_size(c); i++) count += come[first + i];
        if (count < vote_needed(c)) return false;
    }
    return true;
}

static bool vote_same(const double *a, const double *b, size_t n) { return memcmp(a, b, n * sizeof *a) == 0; }

/* The only word of the group that can have a majority. */
static const double *vote_candidate(const double *const *word, size_t size, size_t n) {
    const double *candidate = NULL;
    size_t lead = 0;
    for (size_t i = 0; i < size; i++) {
        if (word[i] == NULL) continue;
        if (lead == 0) candidate = word[i];
        lead = lead == 0 || vote_same(word[i], candidate, n) ? lead + 1 : lead - 1;
    }
    return candidate;
}

static dt_status vote_decode(const dt_code *c, const double *const *word, size_t n, double *sum, bool *liar, dt_arena *scratch) {
    size_t size = vote_size(c);
    (void)scratch;
    memset(sum, 0, n * sizeof *sum);
    for (size_t first = 0; first < c->workers; first += size) {
        const double *candidate = vote_candidate(word + first, size, n);
        size_t agree = 0;
        for (size_t w = first; w < first + size; w++) {
            if (word[w] == NULL) continue;
            liar[w] = !vote_same(word[w], candidate, n);
            agree += !liar[w];
        }
        if (agree < vote_needed(c))
            return dt_fail(DT_EDECODE, "the code \"vote\" found no word that %zu of workers %zu to %zu have sent: more than %zu of them lie, "
                           "or their words are missing", vote_needed(c), first, first + size - 1, vote_needed(c) - 1);
        for (size_t e = 0; e < n; e++) sum[e] += candidate[e];
    }
    return DT_OK;
}

/* A pass for the candidates and one for who agrees. */
static double vote_flops(const dt_code *c, size_t words, size_t n) {
    (void)c;
    return 2.0 * (double)words * (double)n;
}

static const dt_param vote_params[] = {
    DT_INT_PARAM(vote, byzantine, 1, 0, 1e6, "Byzantine workers that each group bears (s); each worker computes 2 s + 1 parts, and 2 s + 1 must "
                 "divide the number of workers"),
    { 0 }
};

const dt_code_type dt_code_vote = {
    .is = { "vote", "Repetition with a majority vote: groups compute the same parts, and the word that most of them send counts.",
            "Chen et al. 2018 (DRACO), section 4.1", vote_params, sizeof(vote) },
    .doubts = true, .init = vote_init, .enough = vote_enough, .decode = vote_decode, .flops = vote_flops,
};
