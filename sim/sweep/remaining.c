/* remaining.c - extrapolates: the time of a run under way, and that of runs like others. */
#include "sweep/remaining.h"
#include "base/meter.h"
#include "base/quantity.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The mean of those finished runs that have most swept values in common with a run. */
struct dt_guess {
    int    alike, count;    /* count 0: there is none */
    double seconds;
    bool   early;           /* an evaluation may end the run before its limits do */
    bool   ended;
    bool   replays;         /* it computes nothing, or will compute nothing */
};

void dt_remaining_open(dt_remaining *r, const dt_plan *plan, dt_arena *arena) {
    *r = (dt_remaining){ .plan = plan, .guess = dt_arena_take(arena, plan->runs, sizeof *r->guess) };
    for (size_t i = 0; i < plan->runs; i++) r->guess[i].early = plan->on_evaluate.call != NULL || dt_plan_early(&plan->run[i]);
}

void dt_remaining_kind(dt_remaining *r, size_t run, bool replays) {
    struct dt_guess *g = &r->guess[run];
    if (g->replays != replays) *g = (struct dt_guess){ .early = g->early, .replays = replays };
}

/* Another seed hardly changes how long a run takes. */
static int remaining_alike(const dt_plan_run *a, const dt_plan_run *b) {
    int alike = 0;
    for (const dt_config *c = a->swept->first; c != NULL; c = c->next) {
        const dt_config *other = dt_config_get(b->swept, c->key);
        alike += strcmp(c->key, "seed") != 0 && other != NULL && dt_config_equal(c, other);
    }
    return alike;
}

void dt_remaining_ended(dt_remaining *r, size_t run, double spent_s) {
    const dt_plan *plan = r->plan;
    r->guess[run].ended = true;
    for (size_t i = 0; i < plan->runs; i++) {
        struct dt_guess *g = &r->guess[i];
        if (g->ended || plan->run[i].origin != NULL || g->replays != r->guess[run].replays) continue;
        int alike = remaining_alike(&plan->run[i], &plan->run[run]);
        if (g->count > 0 && alike < g->alike) continue;
        if (alike > g->alike) *g = (struct dt_guess){ .alike = alike, .early = g->early, .replays = g->replays };
        g->seconds += (spent_s - g->seconds) / ++g->count;
    }
}

void dt_remaining_begin(dt_remaining *r) {
    *r = (dt_remaining){ .plan = r->plan, .guess = r->guess };
}

/* What a run under way needs yet.  A limit that an evaluation may reach first says only how long it takes at most. */
static double remaining_left(const struct dt_guess *g, const dt_run_progress *p, double spent_s) {
    double by_others = g->count > 0 && g->seconds > spent_s ? g->seconds - spent_s : NAN;
    double trained_s = dt_meter_clock() - p->begun_s;
    if (p->phase == DT_RUN_WRITING) return 0;
    /* The first rounds of a run say little: a hundredth of it says enough, and so do seconds of a long one. */
    if (p->phase != DT_RUN_TRAINING || !(p->share >= 0.01 || (p->share > 0 && trained_s > 3))) return by_others;
    double by_itself = trained_s * (1 / p->share - 1);
    return g->early && by_others < by_itself ? by_others : by_itself;
}

static void remaining_add(dt_remaining *r, double seconds) {
    r->seconds += seconds;
    r->longest = fmax(r->longest, seconds);
}

void dt_remaining_run(dt_remaining *r, size_t run, const dt_run_progress *progress, double spent_s) {
    const struct dt_guess *g = &r->guess[run];
    r->runs++;
    r->early |= g->early;
    if (progress != NULL) {
        double left = remaining_left(g, progress, spent_s);
        remaining_add(r, left);
        if (isnan(left) || g->replays) return;
        r->known += spent_s + left;
        r->count++;
    } else if (g->count > 0) {
        remaining_add(r, g->seconds);
    } else if (!g->replays) {
        r->unknown++;
    }
}

double dt_remaining_time(const dt_remaining *r, int jobs) {
    size_t wide = r->runs < (size_t)jobs ? r->runs : (size_t)jobs;
    double each = r->unknown == 0 ? 0 : r->count > 0 ? r->known / r->count : NAN;
    double all = r->seconds + (double)r->unknown * each;
    if (r->runs == 0 || isnan(all)) return r->runs == 0 ? 0 : NAN;
    return fmax(all / (double)wide, fmax(r->longest, each));
}

/* In as many digits as an estimate deserves. */
static const char *remaining_span(double seconds, char *text) {
    enum { ROOM = 32 };
    if (seconds < 120) snprintf(text, ROOM, "%.0f s", ceil(seconds));
    else if (seconds < 7200) snprintf(text, ROOM, "%.0f min", seconds / 60);
    else snprintf(text, ROOM, "%.1f h", seconds / 3600);
    return text;
}

const char *dt_remaining_left(const dt_remaining *r, int jobs, double spent_s, char *text) {
    char span[32];
    double left = dt_remaining_time(r, jobs);
    if (isnan(left)) snprintf(text, DT_REMAINING_TEXT, "%s so far", remaining_span(spent_s, span));
    else snprintf(text, DT_REMAINING_TEXT, "%s %s left", r->early ? "at most" : "about", remaining_span(left, span));
    return text;
}

void dt_remaining_does(const dt_remaining *r, size_t run, const dt_run_progress *p, char *text) {
    static const char *const does[] = { "builds its platform and model", "reads its data", "", "writes its record" };
    char time[32];
    if (p == NULL) {
        snprintf(text, DT_REMAINING_TEXT, "data that several runs need is read");
        return;
    }
    long id = r->plan->run[run].id;
    dt_quantity_seconds(p->time_s, time);
    if (p->phase != DT_RUN_TRAINING) snprintf(text, DT_REMAINING_TEXT, "run %ld %s", id, does[p->phase]);
    else if (p->step == 0 || isnan(p->loss)) snprintf(text, DT_REMAINING_TEXT, "run %ld at %s of simulated time", id, time);
    else snprintf(text, DT_REMAINING_TEXT, "run %ld at %s of simulated time, loss %.4g", id, time, p->loss);
}
