/* estimate.c - from how far a rehearsal came to what the whole run takes.  What is counted (samples, rows of evaluations, bytes) is
 * taken from the try without arithmetic, which comes farther, and what each of these costs from the try with it. */
#include "run/estimate.h"
#include "base/meter.h"
#include "run/inside.h"
#include "run/rehearse.h"
#include <math.h>
#include <string.h>

static const double budget_s = 3, least_s = 0.03, most_s = 0.5;     /* of tries: in all, and of one */
static const double patience_s = 6, patience_most_s = 2;            /* likewise, for rounds that take long */
static const double slow_flops = 1e10;      /* of a processor, where nothing was measured */

/* ---- what is counted ------------------------------------------------------------------------ */

/* What a run counts and spends without its arithmetic. */
typedef struct counted { double samples, evaluated, steps, bytes, engine_s, recording_s; bool exact; } counted;

/* Rows of all evaluations: the first one is before any round, and the newest round's is not counted yet. */
static double count_evaluated(const dt_course *c) {
    double rest = c->round.evaluated - c->first, share = c->before.share;
    return share > 0 ? c->first + rest / share : c->first * (1 + 1 / c->round.share);
}

static counted count_of(const dt_course *c) {
    const dt_state *s = c->over ? &c->last : &c->round;
    if (!c->begun || !(s->share > 0)) return (counted){ NAN, NAN, NAN, NAN, NAN, NAN, false };
    double evaluated = c->over ? s->evaluated : count_evaluated(c);
    return (counted){ s->samples / s->share, evaluated, s->steps / s->share, s->bytes / s->share, s->engine_s / s->share,
                    s->recording_s / s->share, c->over };
}

/* Packets whose size depends on their content are of their true size only with arithmetic. */
static double count_scale(const dt_course *real, const dt_course *blank) {
    for (int i = DT_COURSE_ROUNDS; i-- > 0;)
        if (real->sent[i] > 0 && blank->sent[i] > 0) return real->sent[i] / blank->sent[i];
    return 1;
}

/* ---- what it costs -------------------------------------------------------------------------- */

static double cost_evaluating(const dt_rehearsal *h) {
    const dt_state *s = &h->real.last;
    return s->evaluated > 0 && s->evaluation_s > 0 ? s->evaluation_s / s->evaluated : h->forward_flops / slow_flops;
}

/* Seconds a sample.  After a whole round that includes forming means, compressing, and gradients of samples that do not count. */
static double cost_learning(const dt_rehearsal *h) {
    const dt_state *round = &h->real.round, *last = &h->real.last;
    if (round->rounds > 0 && round->samples > 0) return round->arithmetic_s / round->samples;
    if (last->computed > 0) return last->arithmetic_s / last->computed;
    return cost_evaluating(h) * (h->forward_flops + h->backward_flops) / fmax(h->forward_flops, 1);
}

static void estimate_time(const dt_rehearsal *h, const counted *c, dt_estimate *e) {
    const dt_course *course = h->learn ? &h->real : &h->blank;
    e->alone_s = course->building_s + (h->crowd_s != 0 ? h->crowd_s : c->engine_s + c->recording_s);
    e->shared_s = 0;
    if (!h->learn) return;
    if (course->over && !h->thinned) {
        e->alone_s = course->building_s + course->last.engine_s + course->last.recording_s;
        e->shared_s = course->last.arithmetic_s + course->last.evaluation_s;
        return;
    }
    e->shared_s = c->samples * cost_learning(h) + c->evaluated * cost_evaluating(h);
}

/* Vectors that the try with arithmetic did not come to take are counted by the other. */
static double estimate_memory(const dt_rehearsal *h) {
    const dt_course *real = &h->real, *blank = &h->blank;
    if (!h->learn) return blank->peak_bytes;
    double vectors = blank->vectors * (double)h->parameters * sizeof(float), grown = fmax(blank->peak_bytes - blank->built_bytes, 0);
    return fmax(real->peak_bytes, real->built_bytes + vectors + grown);
}

static void estimate_failed(const dt_course *c, dt_estimate *e, dt_arena *arena) {
    if (c->status == DT_OK || e->failed != DT_OK) return;
    e->failed = c->status;
    e->failed_s = c->failed_s;
    e->reason = dt_arena_text(arena, "%s", c->reason);
}

static dt_estimate estimate_of(const dt_rehearsal *h, dt_arena *arena) {
    counted blank = count_of(&h->blank), real = count_of(&h->real);
    bool whole = h->learn && h->real.over && !h->thinned;
    counted c = whole ? real : h->blank.begun && !isnan(blank.samples) ? blank : real;
    dt_estimate e = { .exact = c.exact, .most = h->open && !whole, .steps = c.steps, .bytes = c.bytes,
                      .flops = c.samples * (h->forward_flops + h->backward_flops), .workers = (double)h->workers };
    if (h->learn && !whole) e.bytes *= count_scale(&h->real, &h->blank);
    estimate_time(h, &c, &e);
    e.memory = h->crowd_s != 0 || h->slow ? NAN : estimate_memory(h);
    e.slow = h->slow;
    e.data = isnan(e.memory) ? h->data_bytes : fmin(h->data_bytes, e.memory);
    estimate_failed(&h->real, &e, arena);
    estimate_failed(&h->blank, &e, arena);
    return e;
}

/* ---- all runs ------------------------------------------------------------------------------- */

typedef struct waiting { void (*tick)(void *owner, size_t known); void *owner; size_t known; } waiting;

static void waiting_tick(void *arg) {
    const waiting *w = arg;
    if (w->tick != NULL) w->tick(w->owner, w->known);
}

/* Set same to the first run that differs from each in its seed at most; returns how many differ in more. */
static size_t estimate_same(const dt_plan *plan, size_t *same, dt_arena *arena) {
    const char **text = dt_arena_take(arena, plan->runs, sizeof *text);
    size_t different = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        const char *keys[64];
        size_t count = 0;
        for (const dt_config *c = plan->run[i].config->first; c != NULL && count < 63; c = c->next)
            if (strcmp(c->key, "seed") != 0) keys[count++] = c->key;
        keys[count] = NULL;
        text[i] = dt_plan_text(&plan->run[i], keys, arena);
        for (same[i] = 0; same[i] < i; same[i]++)
            if (plan->run[same[i]].platform == plan->run[i].platform && strcmp(text[same[i]], text[i]) == 0) break;
        different += same[i] == i;
    }
    return different;
}

static dt_estimate estimate_refused(dt_status status, dt_arena *arena) {
    return (dt_estimate){ .refused = status, .where = dt_arena_text(arena, "%s", dt_reason_path()),
                          .reason = dt_arena_text(arena, "%s", dt_reason()) };
}

dt_status dt_estimate_all(const dt_plan *plan, void (*tick)(void *owner, size_t known), void *owner, dt_estimate *estimate, dt_arena *arena) {
    dt_arena *scratch = dt_arena_new(1 << 16);
    size_t *same = dt_arena_take(scratch, plan->runs, sizeof *same), refused = 0;
    double slice = fmin(fmax(budget_s / (double)estimate_same(plan, same, scratch), least_s), most_s);
    double left = patience_s;
    waiting w = { tick, owner, 0 };
    for (size_t i = 0; i < plan->runs; i++, w.known++) {
        dt_rehearsal h;
        if (same[i] < i) {
            estimate[i] = estimate[same[i]];
        } else {
            dt_status status = dt_rehearse(plan, &plan->run[i], slice, fmin(left, patience_most_s), waiting_tick, &w, &h);
            if (status == DT_OK) left = fmax(left - h.waited_s, 0);
            estimate[i] = status == DT_OK ? estimate_of(&h, arena) : estimate_refused(status, arena);
        }
        waiting_tick(&w);
        refused += estimate[i].refused != DT_OK;
    }
    dt_arena_free(scratch);
    return refused == plan->runs ? dt_fail_at(estimate[0].refused, estimate[0].where, "%s", estimate[0].reason) : DT_OK;
}

/* ---- the sweep ------------------------------------------------------------------------------ */

static double bill_alone(const dt_estimate *e, int threads) { return e->alone_s + e->shared_s / fmin(threads, fmax(e->workers, 1)); }

/* Runs that are under way share the cores, so that none idles while there is work: the whole takes as long as its work divided by
 * the cores, as its longest run, or as what cannot be shared divided by the runs at a time. */
dt_bill dt_estimate_bill(const dt_estimate *estimate, size_t runs, int jobs, int threads, int cores) {
    dt_bill b = { 0 };
    double longest = 0, serial = 0, data = 0, private = 0;
    for (size_t i = 0; i < runs; i++) {
        const dt_estimate *e = &estimate[i];
        if (e->refused != DT_OK) continue;
        b.cpu_s += e->alone_s + e->shared_s;
        serial += e->alone_s;
        longest = fmax(longest, bill_alone(e, threads));
        b.bytes += e->bytes;
        b.flops += e->flops;
        b.most |= e->most;
        data = fmax(data, e->data);
        private = fmax(private, e->memory - e->data);
        b.run_memory = fmax(b.run_memory, e->memory);
    }
    b.real_s = isnan(b.cpu_s) ? NAN : fmax(fmax(b.cpu_s / fmin(cores, (double)jobs * threads), longest), serial / jobs);
    b.memory = data + private * jobs;
    return b;
}
