/* adaptive.c - adaptive synchronous parallel: a threshold of staleness for each worker, by how its host performs.
 * A worker's performance is its pace over the best worker's: the iterations that it has ended in the last window of time, by
 * the seconds in which it has computed them.  Whoever waits for others is not slow for that: if it has ended none, its pace is
 * what it was.  What others use of its host makes its computing longer, and counts in that way alone.  It may be from +
 * performance * (to - from) iterations ahead of the slowest, rounded.  If the slowest has ended fewer than `least` iterations
 * in a window, all workers may be `from` ahead, until it has.  In the first window nothing is known, and all may be `from` ahead.
 * When to use it: hosts that others use as well, and unequally: hosts that are free run ahead, and the model does not fall
 * apart when the slowest comes to a stop.  What breaks it: a window of fewer than some iterations, whose paces are noise.
 * Zhang et al. describe performance monitoring, thresholds by CPU load for each node and a least number of executions of the
 * slowest.  The formulas above and their presets are this program's own, not the paper's.
 * Source: Zhang et al. 2018, "An Adaptive Synchronous Parallel Strategy for Distributed Machine Learning", IEEE Access 6. */
#include "sync/sync.h"
#include <math.h>

typedef struct adaptive { double window; long from, to, least; } adaptive;

/* What is kept of the clocks: when the present window began; the clock of the slowest then; the clock that it must have come to
 * before others may run ahead; the best pace; then of each worker the iterations that it had ended when the window began (NaN: it
 * was absent), the seconds that it had computed, and its pace. */
enum { BEGAN, SLOWEST, DUE, BEST, WORKERS };

static size_t adaptive_memory(const void *state, size_t workers) {
    (void)state;
    return WORKERS + 3 * workers;
}

/* Begin another window if the present one is over. */
static void adaptive_look(const adaptive *a, const dt_sync_clocks *c) {
    double *own = c->own, *before = own + WORKERS, *computed = before + c->workers, *pace = computed + c->workers;
    if (c->now_s - own[BEGAN] < a->window || c->slowest == LONG_MAX) return;
    own[BEST] = 0;
    for (size_t i = 0; i < c->workers; i++) {
        double done = c->done[i] == LONG_MAX ? NAN : (double)c->done[i], ended = done - before[i];
        double seconds = c->computed_s[i] - computed[i];
        if (isnan(ended)) pace[i] = 0;
        else if (seconds > 0) pace[i] = fmax(0, ended) / seconds;
        own[BEST] = fmax(own[BEST], pace[i]);
        before[i] = done;
        computed[i] = c->computed_s[i];
    }
    own[DUE] = own[SLOWEST] + (double)a->least;
    own[SLOWEST] = (double)c->slowest;
    own[BEGAN] = c->now_s;
}

static long adaptive_lead(const void *state, const dt_sync_clocks *c, size_t worker) {
    const adaptive *a = state;
    if (c->own == NULL) return a->from;
    adaptive_look(a, c);
    if ((double)c->slowest < c->own[DUE]) return a->from;
    double best = c->own[BEST], performance = best > 0 ? c->own[WORKERS + 2 * c->workers + worker] / best : 0;
    return a->from + lround(performance * (double)(a->to - a->from));
}

static dt_status adaptive_init(const void *state) {
    const adaptive *a = state;
    if (a->to >= a->from) return DT_OK;
    return dt_fail_at(DT_EINVAL, "sync.to", "expected at least from, %ld, got %ld", a->from, a->to);
}

static const dt_param adaptive_params[] = {
    DT_REAL_PARAM(adaptive, window, 10, 1e-9, 1e15, "s", "how often performance is measured; some iterations long"),
    DT_INT_PARAM(adaptive, from, 0, 0, 1e15, "iterations that a worker may be ahead of the slowest if its host performs badly, "
                 "and every worker while the slowest is behind"),
    DT_INT_PARAM(adaptive, to, 8, 0, 1e15, "iterations that the worker may be ahead whose host performs best"),
    DT_INT_PARAM(adaptive, least, 1, 0, 1e15, "iterations that the slowest worker must end in a window, or all wait for it as "
                 "from says"),
    { 0 }
};

const dt_sync_type dt_sync_adaptive = {
    .is = { "adaptive", "Adaptive synchronous parallel: the better its host performs, the farther a worker may be ahead.",
            "Zhang et al. 2018; the formulas are this program's", adaptive_params, sizeof(adaptive) },
    .init = adaptive_init, .lead = adaptive_lead, .memory = adaptive_memory,
};
