/* cohort.c - chooses clients, uniformly or by their samples, and gathers what they send. */
#include "role/cohort.h"
#include "role/guard.h"
#include "role/steps.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

size_t dt_cohort_least(const dt_cohort *c, size_t clients) {
    size_t m = (size_t)(c->fraction * (double)clients + 1e-9);
    return m < 1 ? 1 : m;
}

size_t dt_cohort_most(const dt_cohort *c, size_t clients) {
    return (size_t)ceil(fmax(c->overselect, 1) * (double)dt_cohort_least(c, clients) - 1e-9);
}

bool dt_cohort_waits(const dt_cohort *c) { return c->overselect <= 1 && c->deadline == 0; }

void dt_cohort_open(dt_cohort *c, const dt_server *s) {
    size_t clients = s->team->group.ranks;
    c->least = dt_cohort_least(c, clients);
    c->most = dt_cohort_most(c, clients);
    c->all = dt_arena_take(s->run, clients, sizeof *c->all);
    c->chosen = dt_arena_take(s->run, c->most, sizeof *c->chosen);
    if (c->sample == NULL || strcmp(c->sample, "size") != 0) return;
    c->size = dt_arena_take(s->run, clients, sizeof *c->size);
    c->drawn = dt_arena_take(s->run, clients, sizeof *c->drawn);
    c->times = dt_arena_take(s->run, clients, sizeof *c->times);
}

/* Draw count times, each client in proportion to its samples; returns how many differ. */
static size_t cohort_draw(dt_cohort *c, const dt_server *s, size_t present, size_t count) {
    const dt_shards *shards = s->learning->shards;
    double all = 0;
    size_t chosen = 0;
    for (size_t i = 0; i < present; i++) {
        c->size[i] = (double)(shards->start[c->all[i] + 1] - shards->start[c->all[i]]);
        all += c->size[i];
    }
    if (!(all > 0)) return 0;
    gsl_ran_multinomial(s->choice, present, (unsigned)count, c->size, c->drawn);
    for (size_t i = 0; i < present; i++) {
        c->times[c->all[i]] = c->drawn[i];
        if (c->drawn[i] > 0) c->chosen[chosen++] = c->all[i];
    }
    return chosen;
}

/* Choose and invite up to count clients; returns how many in *invited. */
static dt_status cohort_invite(dt_cohort *c, dt_server *s, size_t count, dt_status (*body)(void *state, dt_worker *w), void *state,
                               const dt_letter *more, size_t *invited) {
    size_t present = dt_server_present(s, c->all), chosen = present < count ? present : count;
    if (c->size != NULL) chosen = cohort_draw(c, s, present, chosen);
    else gsl_ran_choose(s->choice, c->chosen, chosen, c->all, present, sizeof *c->all);
    for (size_t i = 0; i < chosen; i++) DT_TRY(dt_server_invite(s, c->chosen[i], body, state, more));
    *invited = chosen;
    return DT_OK;
}

dt_status dt_cohort_round(dt_cohort *c, dt_server *s, dt_status (*body)(void *state, dt_worker *w), void *state,
                          const dt_letter *more) {
    size_t invited;
    DT_TRY(cohort_invite(c, s, c->most, body, state, more, &invited));
    DT_TRY(dt_server_gather(s, &(dt_quorum){ .count = invited < c->least ? invited : c->least, .seconds = c->deadline }));    /* [time] */
    for (size_t i = 0; c->size != NULL && i < s->updates; i++) s->update[i].size = c->times[s->update[i].rank];
    return DT_OK;
}

dt_status dt_cohort_next(dt_cohort *c, dt_server *s, dt_status (*body)(void *state, dt_worker *w), void *state, bool adds) {
    size_t invited;
    s->at_work = c->least;
    if (s->busy < c->least) DT_TRY(cohort_invite(c, s, c->least - s->busy, body, state, NULL, &invited));
    size_t count = adds ? s->updates + 1 : 1;
    return dt_server_gather(s, &(dt_quorum){ .count = count, .late = DT_LATE_WAIT, .adds = adds });     /* [time] */
}

double dt_staleness_weight(const dt_staleness *a, long age) {
    if (strcmp(a->rule, "polynomial") == 0) return pow((double)age + 1, -a->exponent);
    if (strcmp(a->rule, "hinge") == 0 && (double)age > a->grace) return 1 / (a->slope * ((double)age - a->grace) + 1);
    return 1;
}

dt_status dt_client_train(dt_worker *w, long epochs, double prox) {
    DT_TRY(dt_worker_fetch(w));                                     /* [time] */
    w->prox = prox;
    return dt_worker_local(w, epochs * dt_learning_steps_per_epoch(w->learning, (size_t)w->rank));     /* [time] */
}

dt_status dt_client_submit_change(dt_worker *w) {
    dt_letter letter = { .value = (double)w->stretch.steps };
    DT_TRY(dt_worker_charge_packet(w));     /* [time] */
    dt_vec *change = dt_vec_take(w->learning->vectors);
    dt_vec_blend(change, 1, w->x, -1, w->base);
    letter.vec = dt_worker_encode(w, &w->compress, change, NULL, &letter.bytes);
    dt_vec_drop(change);
    dt_status status = w->team->privacy != NULL ? dt_worker_guard(w, &letter.vec, NULL, &letter.bytes) : DT_OK;     /* [time] */
    if (status == DT_OK) status = dt_worker_reply(w, &letter);      /* [time] */
    dt_vec_drop(letter.vec);
    return status;
}

double dt_client_way(const dt_worker *w, long steps) {
    dt_optimiser o = *w->learning->optimiser;
    float x = 0, memory[2] = { 0 };
    double rate = dt_worker_rate(w);
    o.clip_norm = o.clip_value = 0;
    if (rate == 0) return (double)steps;
    for (long t = 1; t <= steps; t++) {
        float g = 1 + (float)w->prox * x;
        dt_optimiser_step(&o, rate, t, (dt_slice){ 0, 1 }, &x, &g, memory, &x);
    }
    return -x / rate;
}

dt_status dt_client_linear(const dt_config *scenario, const char *strategy) {
    const dt_config *optimiser = dt_config_get(scenario, "optimiser");
    if (optimiser == NULL) return DT_OK;
    const char *name = dt_config_name(optimiser);
    const dt_config *norm = dt_config_get(optimiser, "clip_norm"), *value = dt_config_get(optimiser, "clip_value");
    bool clips = (norm != NULL && norm->number > 0) || (value != NULL && value->number > 0);
    if (!clips && strcmp(name, "sgd") == 0) return DT_OK;
    return dt_fail_at(DT_EINVAL, "optimiser", "\"%s\" divides changes by how far the steps of a client go, which depends on the gradients "
                      "for \"%s\"%s: expected \"sgd\" without clipping", strategy, name, clips ? " with clipping" : "");
}
