/* random_regular.c - a random connected graph in which all workers have the same number of neighbours.
 * When: a graph without structure is asked for, which mixes fast with few neighbours (3 suffice for many workers).
 * Source: Steger, Wormald 1999, "Generating Random Regular Graphs Quickly": pair loose ends at random, keep the pairs
 * that make a simple graph, pair the rest again, begin anew when no end fits. */
#include "topology/topology.h"
#include <gsl/gsl_randist.h>

typedef struct random_regular { long degree; } random_regular;

enum { TRIES = 1000, IDLE_PASSES = 30 };

typedef struct draft {
    size_t  workers, degree, ends;
    size_t *loose;          /* [ends] a worker appears once for each end it still has to tie */
    size_t *have;           /* [workers] neighbours so far */
    size_t *neighbour;      /* [workers * degree] */
} draft;

static bool draft_fits(const draft *d, size_t a, size_t b) {
    for (size_t i = 0; i < d->have[a]; i++)
        if (d->neighbour[a * d->degree + i] == b) return false;
    return a != b;
}

static void draft_tie(draft *d, size_t a, size_t b) {
    d->neighbour[a * d->degree + d->have[a]++] = b;
    d->neighbour[b * d->degree + d->have[b]++] = a;
}

static void draft_begin(draft *d) {
    d->ends = d->workers * d->degree;
    for (size_t i = 0; i < d->ends; i++) d->loose[i] = i / d->degree;
    for (size_t r = 0; r < d->workers; r++) d->have[r] = 0;
}

/* One pass over shuffled ends; what does not fit stays loose. */
static void draft_pass(draft *d, dt_rng *rng) {
    size_t left = 0;
    gsl_ran_shuffle(rng, d->loose, d->ends, sizeof *d->loose);
    for (size_t i = 0; i + 1 < d->ends; i += 2) {
        size_t a = d->loose[i], b = d->loose[i + 1];
        if (draft_fits(d, a, b)) {
            draft_tie(d, a, b);
        } else {
            d->loose[left++] = a;
            d->loose[left++] = b;
        }
    }
    d->ends = left;
}

static bool draft_regular(draft *d, dt_rng *rng) {
    draft_begin(d);
    for (int idle = 0; d->ends > 0 && idle < IDLE_PASSES; idle++) {
        size_t before = d->ends;
        draft_pass(d, rng);
        if (d->ends < before) idle = 0;
    }
    return d->ends == 0;
}

/* loose is free by now and serves as the queue; have becomes 0 where a worker has been seen. */
static bool draft_connected(draft *d) {
    size_t count = 1;
    d->loose[0] = 0;
    d->have[0] = 0;
    for (size_t next = 0; next < count; next++)
        for (size_t i = 0; i < d->degree; i++) {
            size_t to = d->neighbour[d->loose[next] * d->degree + i];
            if (d->have[to] > 0) d->loose[count++] = to;
            d->have[to] = 0;
        }
    return count == d->workers;
}

static dt_status random_regular_check(size_t degree, size_t workers) {
    if (degree >= workers)
        return dt_fail_at(DT_EINVAL, "topology.degree", "expected at least %zu workers for %zu neighbours each, got %zu",
                          degree + 1, degree, workers);
    if (degree * workers % 2 != 0)
        return dt_fail_at(DT_EINVAL, "topology.degree", "expected workers x degree to be even, got %zu x %zu", workers, degree);
    if (degree == 1 && workers > 2)
        return dt_fail_at(DT_EINVAL, "topology.degree", "expected at least 2, got 1, which connects 2 workers and not %zu",
                          workers);
    return DT_OK;
}

static dt_status random_regular_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                                        dt_arena *scratch) {
    (void)graph;
    size_t degree = (size_t)((const random_regular *)state)->degree;
    if (workers == 1) return DT_OK;
    DT_TRY(random_regular_check(degree, workers));
    draft d = { .workers = workers, .degree = degree };
    d.loose = dt_arena_take(scratch, workers * degree, sizeof *d.loose);
    d.have = dt_arena_take(scratch, workers, sizeof *d.have);
    d.neighbour = dt_arena_take(scratch, workers * degree, sizeof *d.neighbour);
    for (int tries = 0; tries < TRIES; tries++) {
        if (!draft_regular(&d, rng) || !draft_connected(&d)) continue;
        for (size_t i = 0; i < workers * degree; i++) dt_edges_add(edges, i / degree, d.neighbour[i]);
        return DT_OK;
    }
    return dt_fail_at(DT_EINVAL, "topology",
                      "expected a connected graph, got none in %d random graphs of %zu workers with %zu neighbours "
                      "each: take a larger degree", TRIES, workers, degree);
}

static const dt_param random_regular_params[] = {
    DT_INT_PARAM(random_regular, degree, 3, 1, 1e6, "neighbours of every worker: more mix faster and send more bytes"),
    { 0 }
};

const dt_topology_type dt_topology_random_regular = {
    .is = { "random_regular", "A random connected graph, every worker with the same number of neighbours.",
            "Steger, Wormald 1999", random_regular_params, sizeof(random_regular) },
    .connect = random_regular_connect,
};
