/* estimate.c - from how far a rehearsal came to what the whole run takes.  What is counted (samples, rows of evaluations, bytes) is
 * taken from the try without arithmetic, which comes farther, and what each of these costs from the try with it. */
#include "run/estimate.h"
#include "base/meter.h"
#include "run/inside.h"
#include "run/rehearse.h"
#include "run/shared.h"
#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static const double budget_s = 3, least_s = 0.03, most_s = 0.5;     /* of tries: in all, and of one */
static const double patience_s = 6, patience_most_s = 2;            /* likewise, for rounds that take long */
static const double closing_s = 0.03;       /* of a run's record, and of putting it into the file of the sweep */
static const double slow_flops = 1e10;      /* of a processor, where nothing was measured */

/* ---- what is counted ------------------------------------------------------------------------ */

/* What a run counts and spends without its arithmetic. */
typedef struct counted { double samples, evaluated, bytes, engine_s, recording_s; } counted;

/* The first round counts once, with what was there before it, and what came after it goes on at its rate. */
static double count_all(const dt_course *c, size_t member) {
    const double *one = (const double *)((const char *)&c->one + member), *round = (const double *)((const char *)&c->round + member);
    double share = c->round.share - c->one.share;
    return share > 0 ? *one + (*round - *one) / share * (1 - c->one.share) : *round / c->round.share;
}
#define ALL(course, member) count_all(course, offsetof(dt_state, member))

/* The newest round is not evaluated yet where it is counted; after one round alone every round may be. */
static double count_evaluated(const dt_course *c) {
    double share = c->round.share - c->one.share;
    return c->first + (share > 0 ? (c->round.evaluated - c->one.evaluated) / share : c->first / c->round.share);
}

static counted count_of(const dt_course *c) {
    const dt_state *s = &c->last;
    if (c->over) return (counted){ s->samples, s->evaluated, s->bytes, s->engine_s, s->recording_s };
    if (!c->begun || !(c->round.share > 0)) return (counted){ NAN, NAN, NAN, NAN, NAN };
    return (counted){ ALL(c, samples), count_evaluated(c), ALL(c, bytes), ALL(c, engine_s), ALL(c, recording_s) };
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

/* After two rounds the try with arithmetic knows better, as some of it is done by the actors themselves. */
static double cost_simulating(const dt_rehearsal *h, const counted *c) {
    counted real = count_of(&h->real);
    return h->real.over || h->real.round.rounds >= 2 ? real.engine_s + real.recording_s : c->engine_s + c->recording_s;
}

static void estimate_time(const dt_rehearsal *h, const counted *c, dt_estimate *e) {
    const dt_course *course = h->learn ? &h->real : &h->blank;
    e->alone_s = course->building_s + (h->crowd_s != 0 ? h->crowd_s : cost_simulating(h, c));
    e->replay_s = course->building_s + (h->crowd_s != 0 ? h->crowd_s : c->engine_s + c->recording_s);
    e->shared_s = 0;
    if (!h->learn) return;
    if (course->over && !h->thinned) {
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
    dt_estimate e = { .most = h->open && !whole, .hook = h->hook && !whole, .still_s = h->still_s, .bytes = c.bytes,
                      .flops = c.samples * (h->forward_flops + h->backward_flops), .workers = (double)h->workers };
    if (h->learn && !whole) e.bytes *= count_scale(&h->real, &h->blank);
    estimate_time(h, &c, &e);
    e.memory = h->slow ? NAN : estimate_memory(h);
    e.slow = h->slow;
    e.data = h->data_bytes;
    e.memory += e.data;
    estimate_failed(&h->real, &e, arena);
    estimate_failed(&h->blank, &e, arena);
    return e;
}

/* ---- all runs ------------------------------------------------------------------------------- */

typedef struct waiting {
    void (*tick)(void *owner, size_t known);
    void      *owner;
    size_t     known;
    dt_shared *shared;
} waiting;

static void waiting_tick(void *arg) {
    const waiting *w = arg;
    if (w->tick != NULL) w->tick(w->owner, w->known);
}

static double waiting_children(void) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Wait until the samples of a run that shares them are read; returns the seconds of the processor that took. */
static double waiting_data(waiting *w, size_t run) {
    const struct timespec nap = { 0, 5 * 1000 * 1000 };
    double before = waiting_children();
    while (!dt_shared_ready(w->shared, run)) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid > 0) dt_shared_ended(w->shared, pid, status);
        else nanosleep(&nap, NULL);
        waiting_tick(w);
    }
    return waiting_children() - before;
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

dt_status dt_estimate_all(const dt_plan *plan, void (*tick)(void *owner, size_t known), void *owner, dt_estimate *estimate,
                          dt_arena *arena) {
    dt_arena *scratch = dt_arena_new(1 << 16);
    size_t *same = dt_arena_take(scratch, plan->runs, sizeof *same), refused = 0;
    double slice = fmin(fmax(budget_s / (double)estimate_same(plan, same, scratch), least_s), most_s);
    double left = patience_s;
    waiting w = { tick, owner, 0, dt_shared_open(plan, scratch) };
    for (size_t i = 0; i < plan->runs; i++, w.known++) {
        dt_rehearsal h;
        if (same[i] < i) {
            estimate[i] = estimate[same[i]];
        } else {
            double reading_s = waiting_data(&w, i);
            dt_status status = dt_rehearse(plan, &plan->run[i], dt_shared_data(w.shared, i), slice, fmin(left, patience_most_s), waiting_tick, &w, &h);
            if (status == DT_OK) left = fmax(left - h.waited_s, 0);
            estimate[i] = status == DT_OK ? estimate_of(&h, arena) : estimate_refused(status, arena);
            estimate[i].alone_s += reading_s + closing_s;
            estimate[i].replay_s += closing_s;
        }
        dt_shared_done(w.shared, i);
        waiting_tick(&w);
        refused += estimate[i].refused != DT_OK;
    }
    dt_shared_close(w.shared);
    dt_arena_free(scratch);
    return refused == plan->runs ? dt_fail_at(estimate[0].refused, estimate[0].where, "%s", estimate[0].reason) : DT_OK;
}

void dt_estimate_replay(dt_estimate *e) {
    e->alone_s = e->replay_s;
    e->shared_s = e->flops = 0;
}

/* ---- the sweep ------------------------------------------------------------------------------ */

static double bill_alone(const dt_estimate *e, int threads) {
    return e->alone_s + e->shared_s / fmin(threads, fmax(e->workers, 1));
}

/* Runs that are under way share the cores, so that none idles while there is work: the whole takes as long as its work divided by
 * the cores, as its longest run, or as what cannot be shared divided by the runs at a time.  What this process holds, the sweep's holds as well, and its
 * runs inherit it without a copy. */
dt_bill dt_estimate_bill(const dt_estimate *estimate, size_t runs, double loading_s, int jobs, int threads, int cores) {
    dt_bill b = { .cpu_s = loading_s, .real_s = 0 };
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double longest = 0, serial = 0, data = 0, private = 0, inherited = 1024.0 * (double)usage.ru_maxrss;
    for (size_t i = 0; i < runs; i++) {
        const dt_estimate *e = &estimate[i];
        if (e->refused != DT_OK) continue;
        data = fmax(data, e->data);
        private = fmax(private, e->memory - e->data);
        b.run_memory = fmax(b.run_memory, e->memory);
        if (isnan(e->alone_s + e->shared_s + e->flops + e->bytes)) {
            b.unknown++;
            continue;
        }
        b.cpu_s += e->alone_s + e->shared_s;
        serial += e->alone_s;
        longest = fmax(longest, bill_alone(e, threads));
        b.bytes += e->bytes;
        b.flops += e->flops;
        b.most |= e->most;
    }
    b.real_s = loading_s + fmax(fmax((b.cpu_s - loading_s) / fmin(cores, (double)jobs * threads), longest), serial / jobs);
    b.memory = data + inherited + fmax(private - inherited, 0) * jobs;
    return b;
}
