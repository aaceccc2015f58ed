/* optimiser.c - opens an optimiser, clips gradients, and steps a range of a vector. */
#include "optimiser/optimiser.h"
#include "optimiser/norm.h"
#include <assert.h>
#include <math.h>

#define ROOM optimiser
#include "base/members.h"

static const dt_param optimiser_common[] = {
    DT_REAL_PARAM(dt_optimiser, lr, 0.1, 0, 1e6, "1", "learning rate; the schedule multiplies it"),
    DT_REAL_PARAM(dt_optimiser, clip_norm, 0, 0, 1e12, "1",
                  "gradient clipping by norm: a longer gradient is scaled down to this 2-norm before a step; 0: no clipping"),
    DT_REAL_PARAM(dt_optimiser, clip_value, 0, 0, 1e12, "1",
                  "gradient clipping by value: every entry is cut off at this size, before clip_norm; 0: no clipping"),
    { 0 }
};

const dt_room dt_optimiser_room = {
    .name = "optimiser", .brief = "optimiser: how a gradient becomes a step, with the learning rate lr and gradient clipping",
    .preset = "sgd", .common = optimiser_common,
    ROOM_MEMBERS,
};

dt_status dt_optimiser_open(dt_optimiser *o, const dt_config *config, const dt_slice *layer, size_t layers, dt_arena *run) {
    const dt_entry *entry;
    *o = (dt_optimiser){ .layer = layer, .layers = layers };
    DT_TRY(dt_room_open(&dt_optimiser_room, config, NULL, o, run, &entry, &o->state));
    o->type = dt_optimiser_of(entry);
    return DT_OK;
}

dt_optimiser_span dt_optimiser_needs(const dt_optimiser *o) {
    if (o->clip_norm > 0) return DT_SPAN_WHOLE;
    return o->type->by_layer ? DT_SPAN_LAYERS : DT_SPAN_ANY;
}

size_t dt_optimiser_memory(const dt_optimiser *o, size_t n) { return o->type->memory(o->state, n); }

/* Torch's clip_grad_norm_: the coefficient is max_norm / (norm + 1e-6), and at most 1. */
static void optimiser_clip(const dt_optimiser *o, dt_move *m) {
    m->bound = o->clip_value > 0 ? (float)o->clip_value : INFINITY;
    m->scale = 1;
    if (!(o->clip_norm > 0)) return;
    double coefficient = o->clip_norm / (dt_optimiser_norm(m->n, m->g, m->bound) + 1e-6);
    if (coefficient < 1) m->scale = (float)coefficient;
}

/* The layers that the range is made of. */
static void optimiser_layers(const dt_optimiser *o, dt_slice range, dt_slice *whole, dt_move *m) {
    *whole = range;
    m->layer = whole;
    m->layers = 1;
    m->offset = range.first;
    if (!o->type->by_layer || o->layers == 0) return;
    size_t first = 0, last;
    while (o->layer[first].first < range.first) first++;
    for (last = first; last < o->layers && o->layer[last].first < range.first + range.count; last++) continue;
    assert(last > first && o->layer[first].first == range.first);
    assert(o->layer[last - 1].first + o->layer[last - 1].count == range.first + range.count);
    m->layer = o->layer + first;
    m->layers = last - first;
}

void dt_optimiser_step(const dt_optimiser *o, double rate, long step, dt_slice range, const float *x, const float *g,
                       float *memory, float *out) {
    dt_slice whole;
    dt_move m = { .rate = rate, .step = step, .n = range.count, .x = x, .g = g, .memory = memory, .out = out };
    optimiser_clip(o, &m);
    optimiser_layers(o, range, &whole, &m);
    o->type->step(o->state, &m);
}

/* blend only reads the memory. */
void dt_optimiser_blend(const dt_optimiser *o, size_t n, const float *x, const float *g, const float *memory, float *out) {
    dt_move m = { .n = n, .x = x, .g = g, .memory = (float *)memory, .out = out };
    optimiser_clip(o, &m);
    o->type->blend(o->state, &m);
}

void dt_optimiser_follow(const dt_optimiser *o, double rate, long step, long frozen, size_t n, const float *x, const float *moment,
                         float *memory, float *out) {
    const dt_move m = { .rate = rate, .step = step, .frozen = frozen, .n = n, .x = x, .g = moment, .memory = memory, .out = out };
    o->type->follow(o->state, &m);
}

bool dt_optimiser_is_plain(const dt_optimiser *o) { return o->type->blend != NULL && dt_optimiser_memory(o, 1) == 0; }

void dt_optimiser_direction(const dt_optimiser *o, dt_slice range, const float *x, const float *g, float *out) {
    dt_move m = { .n = range.count, .x = x, .g = g, .out = out };
    assert(o->type->blend != NULL && "dt_optimiser_is_plain says so");
    optimiser_clip(o, &m);
    o->type->blend(o->state, &m);
}
