/* step.c - a step in time, layer by layer: which parts each layer waits for, and which it brings. */
#include "role/layered.h"
#include "engine/failure.h"
#include "role/steps.h"
#include <assert.h>
#include <math.h>

/* ---- one step -------------------------------------------------------------------------------- */

static dt_step_state *step_of(const dt_worker *w) { return &w->team->layered->at[w->rank]; }

size_t dt_step_layers(const dt_worker *w) { return w->learning->model->layers; }

bool dt_step_blocks(const dt_worker *w) {
    const dt_cut *cut = step_of(w)->cut;
    return w->team->queue->barrier || cut->plan.parts == 1 || w->round + w->flying == cut->until;
}

/* The inputs of a layer are computed: it is one of those that may be next. */
static void step_open(dt_step_state *s, size_t layer) {
    size_t at = s->fronts++;
    for (; at > 0 && s->front[at - 1] > layer; at--) s->front[at] = s->front[at - 1];
    s->front[at] = layer;
}

/* The next batch: its draw, as that of a step that is computed at once, and nothing of its forward is computed. */
static void step_draw(dt_worker *w, dt_step_state *s) {
    const dt_layer_graph *g = &w->team->layered->graph;
    s->fronts = 0;
    for (size_t l = 0; l < g->layers; l++)
        if ((s->inputs[l] = g->needs[l]) == 0) step_open(s, l);
    double most = w->learning->batch > 0 ? (double)w->learning->batch : s->left, samples = fmin(s->left, most);
    s->flops = dt_worker_batch_cost(w, s->batch, samples);
    s->left -= samples;
}

long dt_step_begin(dt_worker *w) {
    dt_step_state *s = step_of(w);
    dt_layered_begin(w->team->layered, w->round + w->flying);
    s->cut = w->team->layered->cut;
    assert(w->round + w->flying < s->cut->until);
    s->samples = s->left = dt_worker_next_samples(w);
    s->batches = w->learning->batch > 0 ? (long)ceil(s->samples / (double)w->learning->batch) : 1;
    s->batch = 0;
    s->made = false;
    step_draw(w, s);
    return s->batches;
}

/* The first part of layer's mean that has not come; SIZE_MAX: all have, or none is on its way. */
static size_t step_missing(const dt_worker *w, size_t layer) {
    const dt_cut *cut = step_of(w)->cut;
    for (size_t k = cut->first[layer]; w->flying > 0 && k < cut->end[layer]; k++)
        if (!dt_parts_here(cut->parts, (size_t)w->rank, k)) return k;
    return SIZE_MAX;
}

dt_status dt_step_next(dt_worker *w, size_t *layer) {
    dt_step_state *s = step_of(w);
    dt_parts *parts = s->cut->parts;
    for (;;) {
        size_t part = SIZE_MAX;
        assert(s->fronts > 0 && "each layer is computed once in a batch");
        for (size_t i = 0; i < s->fronts; i++) {
            if ((part = step_missing(w, s->front[i])) != SIZE_MAX) continue;
            *layer = s->front[i];
            s->fronts--;
            for (; i < s->fronts; i++) s->front[i] = s->front[i + 1];
            return DT_OK;
        }
        DT_TRY(s->fronts == 1 ? dt_parts_await(parts, (size_t)w->rank, part) : dt_parts_await_any(parts, (size_t)w->rank));
    }
}

bool dt_step_complete(const dt_worker *w) {
    return w->flying > 0 && dt_parts_complete(step_of(w)->cut->parts, (size_t)w->rank);
}

dt_status dt_step_end(dt_worker *w) {
    const dt_cut *cut = step_of(w)->cut;
    dt_outcome outcome;
    if (w->flying == 0) return DT_OK;
    for (size_t k = 0; k < cut->plan.parts; k++) DT_TRY(dt_parts_await(cut->parts, (size_t)w->rank, k));
    dt_vec *mean = dt_parts_whole(cut->parts, (size_t)w->rank, &outcome);
    w->flying = 0;
    w->loss = outcome.value;
    w->updates = outcome.count;
    dt_monitor_merged(w->monitor, 0, 1);
    dt_worker_apply(w, mean, &outcome);
    dt_vec_drop(mean);
    return dt_worker_mark(w, 0);
}

static void step_check(dt_worker *w, size_t layer) {
    const dt_cut *cut = step_of(w)->cut;
    for (size_t k = cut->first[layer]; w->flying > 0 && k < cut->end[layer]; k++)
        w->team->layered->early += !dt_parts_here(cut->parts, (size_t)w->rank, k);
}

dt_status dt_step_forward(dt_worker *w, size_t layer) {
    step_check(w, layer);
    dt_step_state *s = step_of(w);
    const dt_layer_graph *g = &w->team->layered->graph;
    assert(s->inputs[layer] == 0);
    DT_TRY(dt_worker_be_late(w));
    dt_port_label(w->port, (long)layer + 1);
    DT_TRY(dt_worker_compute(w, s->flops * w->team->layered->forward[layer], NULL, NULL));
    for (size_t i = g->first[layer]; i < g->first[layer + 1]; i++)
        if (--s->inputs[g->next[i]] == 0) step_open(s, g->next[i]);
    return DT_OK;
}

dt_status dt_step_backward(dt_worker *w, size_t layer) {
    dt_step_state *s = step_of(w);
    double flops = s->flops * w->team->layered->backward[layer];
    bool last = s->batch + 1 == s->batches;
    dt_port_label(w->port, -(long)layer - 1);
    if (last && !s->made) {
        assert(w->flying == 0 && "the first backward works with the model of the last step");
        s->made = true;
        dt_vec_drop(s->told);
        s->told = NULL;
        DT_TRY(dt_worker_differentiate(w, s->samples, flops, dt_worker_vector(w, 0)));
        s->told = dt_worker_tell(w, w->own[0], NULL);
    } else {
        DT_TRY(dt_worker_compute(w, flops, NULL, NULL));
    }
    if (layer > 0 || last) return DT_OK;
    s->batch++;
    step_draw(w, s);
    return DT_OK;
}

/* What the others get of a part, and its bytes. */
static const float *step_encode(const dt_worker *w, dt_step_state *s, size_t k, double *bytes) {
    const dt_queue_part *part = &s->cut->plan.part[k];
    const dt_vec *g = s->told;
    *bytes = 0;
    if (s->packet == NULL) return g->x;
    dt_compress *c = &s->packet[k];
    *bytes = fmax(dt_compress_wire_bytes(c), 1);        /* 0 would be a dense vector */
    if (g->x == NULL) {
        dt_worker_tape_packet(w, c, bytes);
        return NULL;
    }
    if (s->sent == NULL) s->sent = dt_vec_take(w->learning->vectors);
    dt_meter_begin(dt_pool_meter(w->learning->threads), DT_ARITHMETIC);
    c->turn = (uint64_t)w->round;
    bool feedback = c->error_feedback;
    c->error_feedback = feedback && g == w->own[0];
    *bytes = fmax(dt_compress_pass(c, g->x + part->first, w->x->x + part->first, s->sent->x + part->first), 1);
    c->error_feedback = feedback;
    dt_worker_tape_packet(w, c, bytes);
    dt_meter_end(dt_pool_meter(w->learning->threads));
    return s->sent->x;
}

static void step_bring(dt_worker *w, dt_step_state *s, size_t k) {
    double bytes;
    const float *x = step_encode(w, s, k, &bytes);
    dt_share share = { .x = x, .size = s->samples, .value = w->loss, .step = w->step, .wire_bytes = bytes,
                       .merges = s->packet == NULL || s->packet[k].type->merges, .packet = s->packet != NULL ? &s->packet[k] : NULL,
                       .plain_bytes = s->packet == NULL ? 0 : dt_compress_plain_bytes(&s->packet[k]) };
    dt_parts_bring(s->cut->parts, (size_t)w->rank, k, s->cut->priority[w->round % 2][k], &share);
}

dt_status dt_step_bring(dt_worker *w, size_t layer) {
    dt_step_state *s = step_of(w);
    const dt_cut *cut = s->cut;
    if (!s->made) return DT_OK;
    for (size_t k = cut->first[layer]; k < cut->end[layer]; k++) {
        if (cut->plan.part[k].from != layer) continue;
        double flops = s->packet == NULL ? 0 : dt_compress_flops(&s->packet[k]);
        if (flops > 0) DT_TRY(dt_worker_compute(w, flops, NULL, NULL));
        step_bring(w, s, k);
    }
    if (layer == 0) w->flying = 1;
    return DT_OK;
}
