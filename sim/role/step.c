/* step.c - layers in time: what each costs, which parts it waits for, and which it brings. */
#include "role/step.h"
#include "collective/parts.h"
#include "engine/failure.h"
#include "role/absence.h"
#include "role/law.h"
#include "role/steps.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* Where one worker is in its step. */
typedef struct step_state {
    long    batches, batch;     /* of the step; the one that is computed, from 0 */
    double  samples;            /* of the step */
    double  left, flops;        /* samples of batches that have not begun; of the batch, all layers */
    bool    made;               /* the gradient has been worked out */
    dt_vec *told;               /* [n] the gradient that it tells others of, which is a lie if it lies; NULL before the first */
    dt_vec *sent;               /* [n] what receivers reconstruct; NULL: what it tells */
    dt_compress *packet;        /* [parts]; NULL: nothing is lost */
} step_state;

struct dt_layered {
    const dt_learning *learning;
    const dt_team *team;
    dt_queue_plan  plan;
    size_t        *first, *end;     /* [layers] the parts that have entries of each */
    double        *forward, *backward;      /* [layers] share of a batch's flops */
    dt_parts      *parts;
    long          *priority[2];     /* [parts] in even and odd steps */
    long           begun;           /* steps whose priorities are set */
    dt_rng        *rng;
    step_state    *at;              /* [workers] */
    long           early;           /* forwards that began before their parts had come */
};

/* ---- parts ----------------------------------------------------------------------------------- */

static void layered_index(dt_layered *y, dt_arena *run) {
    const dt_model *m = y->learning->model;
    y->first = dt_arena_take(run, m->layers, sizeof *y->first);
    y->end = dt_arena_take(run, m->layers, sizeof *y->end);
    for (size_t k = 0; k < y->plan.parts; k++)
        for (size_t l = y->plan.part[k].from; l <= y->plan.part[k].to; l++) {
            if (y->end[l] == 0) y->first[l] = k;
            y->end[l] = k + 1;
        }
}

/* The piece of a layer that a part has, as rows where it is whole rows. */
static dt_block part_block(const dt_layer_row *layer, const dt_queue_part *part, uint64_t common) {
    size_t first = part->first > layer->first ? part->first - layer->first : 0;
    size_t end = part->first + part->count - layer->first, columns = layer->columns > 0 ? layer->columns : 1;
    if (end > layer->params) end = layer->params;
    if (first % columns != 0 || end % columns != 0) columns = 1;
    return (dt_block){ end - first, (end - first) / columns, columns, common, layer->name };
}

/* A compressor for part k, of a stream of its own; one part alone is compressed as whole gradients are. */
static dt_status part_compress(const dt_layered *y, size_t k, long rank, const char *stream, dt_compress *c, dt_arena *run) {
    const dt_learning *l = y->learning;
    const dt_queue_part *part = &y->plan.part[k];
    dt_arena *scratch = dt_arena_new(0);
    dt_block *block = dt_arena_take(scratch, part->to - part->from + 1, sizeof *block);
    size_t blocks = 0;
    for (size_t i = part->from; i <= part->to; i++)
        if (l->model->layer[i].params > 0) block[blocks++] = part_block(&l->model->layer[i], part, l->seed);
    const char *name = y->plan.parts == 1 ? stream : dt_arena_text(run, "%s %zu", stream, k);
    dt_status status = dt_compress_open(c, y->team->compress, block, blocks, dt_rng_stream(run, l->seed, rank, name), run);
    dt_arena_free(scratch);
    return status;
}

/* Where nothing is learnt one worker's compressors say how many bytes all send. */
static dt_status layered_compress(dt_layered *y, dt_arena *run) {
    const dt_learning *l = y->learning;
    for (size_t r = 0; r < y->team->group.ranks; r++) {
        step_state *s = &y->at[r];
        if (r > 0 && !l->learn) {
            s->packet = y->at[0].packet;
            continue;
        }
        dt_compress *packet = dt_arena_take(run, y->plan.parts, sizeof *packet);
        for (size_t k = 0; k < y->plan.parts; k++) DT_TRY(part_compress(y, k, (long)r, "compress", &packet[k], run));
        if (packet[0].type->lossy) s->packet = packet;
        if (!packet[0].type->lossy) return DT_OK;       /* for all */
    }
    for (size_t k = 0; k < y->plan.parts; k++) {
        dt_compress *merger = dt_arena_take(run, 1, sizeof *merger);
        DT_TRY(part_compress(y, k, 0, "merger", merger, run));
        dt_parts_merge_by(y->parts, k, merger);
    }
    return DT_OK;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* A model whose layers have no flops has its time all the same, if the scenario says so: it is shared out evenly. */
static void layered_shares(dt_layered *y, dt_arena *run) {
    const dt_model *m = y->learning->model;
    double all = m->forward_flops + m->backward_flops, even = 1 / (2.0 * (double)m->layers);
    y->forward = dt_arena_take(run, m->layers, sizeof *y->forward);
    y->backward = dt_arena_take(run, m->layers, sizeof *y->backward);
    for (size_t l = 0; l < m->layers; l++) {
        y->forward[l] = all > 0 ? m->layer[l].forward_flops / all : even;
        y->backward[l] = all > 0 ? m->layer[l].backward_flops / all : even;
    }
}

static dt_status layered_causal(const void *owner) {
    const dt_layered *y = owner;
    return y->early == 0 ? DT_OK : dt_fail(DT_EAUDIT, "%ld layers began their forward before the mean of their gradient had come",
                                           y->early);
}

/* ---- the record ------------------------------------------------------------------------------ */

static const dt_column parts_columns[] = {
    { "part", DT_COLUMN_COUNT, "1", "number of the part, in the order of the model" },
    { "first", DT_COLUMN_COUNT, "1", "its first entry of the gradient" },
    { "count", DT_COLUMN_COUNT, "1", "its entries" },
    { "from", DT_COLUMN_COUNT, "1", "the first layer that it has entries of: its backward completes the part, and its forward needs it" },
    { "to", DT_COLUMN_COUNT, "1", "the last layer that it has entries of" },
    { "priority", DT_COLUMN_COUNT, "1", "the least goes first; of queue = \"random\" that of no step in particular" },
    { "bytes", DT_COLUMN_REAL, "B", "of a worker's packet of it; if they vary, what to expect" },
    { .name = NULL }
};
const dt_ledger dt_layered_tables[] = { { "parts", parts_columns }, { .name = NULL } };

static void layered_write(const dt_layered *y, dt_monitor *monitor) {
    for (size_t k = 0; k < y->plan.parts; k++) {
        const dt_queue_part *p = &y->plan.part[k];
        double bytes = y->at[0].packet == NULL ? 4.0 * (double)p->count : dt_compress_wire_bytes(&y->at[0].packet[k]);
        const dt_cell row[] = { { .count = (int64_t)k }, { .count = (int64_t)p->first }, { .count = (int64_t)p->count },
                                { .count = (int64_t)p->from }, { .count = (int64_t)p->to }, { .count = p->priority }, { .real = bytes } };
        dt_monitor_row(monitor, 0, row);
    }
}

dt_status dt_layered_new(dt_layered **out, const dt_learning *l, const dt_team *team, dt_monitor *monitor, dt_arena *run) {
    dt_layered *y = dt_arena_take(run, 1, sizeof *y);
    const dt_queue_view view = { l->model->layer, l->model->layers };
    *y = (dt_layered){ .learning = l, .team = team, .begun = -1 };
    DT_TRY(dt_queue_cut(team->queue, &view, &y->plan, run));
    dt_slice *slice = dt_arena_take(run, y->plan.parts, sizeof *slice);
    for (size_t k = 0; k < y->plan.parts; k++) slice[k] = (dt_slice){ y->plan.part[k].first, y->plan.part[k].count };
    y->parts = dt_parts_open(team->collective, slice, y->plan.parts, team->queue->credit, team->queue->overhead, run);
    y->rng = dt_rng_stream(run, l->seed, 0, "queue");
    y->at = dt_arena_take(run, team->group.ranks, sizeof *y->at);
    for (int i = 0; i < 2; i++) y->priority[i] = dt_arena_take(run, y->plan.parts, sizeof(long));
    layered_index(y, run);
    layered_shares(y, run);
    DT_TRY(layered_compress(y, run));
    dt_law_add(monitor, "layers", layered_causal, y);
    layered_write(y, monitor);
    *out = y;
    return DT_OK;
}

/* ---- what fits ------------------------------------------------------------------------------- */

static dt_status fits_faults(const dt_config *scenario, dt_arena *scratch) {
    const char *key = dt_role_absence(scenario);
    if (key == NULL) return DT_OK;
    return dt_fail_at(DT_EINVAL, dt_arena_text(scratch, "faults.%s", key), "\"%s\" computes layer by layer, and workers that %s are not "
                      "supported there yet: expected strategy = \"sgd\", or faults without %s",
                      dt_config_name(dt_config_get(scenario, "strategy")), strcmp(key, "links") == 0 ? "links going off cut off" : "fail",
                      strcmp(key, "links") == 0 ? "links that go off (on)" : key);
}

static dt_status fits_aggregate(const dt_config *scenario, dt_arena *scratch) {
    dt_aggregate aggregate;
    DT_TRY(dt_aggregate_open(&aggregate, dt_config_get(scenario, "aggregate"), scratch));
    const char *queue = dt_config_name(dt_config_get(scenario, "queue"));
    if (aggregate.type->partial || aggregate.type->merge != NULL || strcmp(queue, "whole") == 0) return DT_OK;
    return dt_fail_at(DT_EINVAL, "aggregate", "\"%s\" compares whole vectors, and the queue \"%s\" cuts them: expected queue = \"whole\", "
                      "or an aggregate that looks at an entry at a time, such as \"median\"", aggregate.type->is.name, queue);
}

dt_status dt_layered_fit(const dt_config *scenario) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = fits_faults(scenario, scratch);
    if (status == DT_OK) status = fits_aggregate(scenario, scratch);
    dt_arena_free(scratch);
    return status;
}

/* ---- one step -------------------------------------------------------------------------------- */

static step_state *step_of(const dt_worker *w) { return &w->team->layered->at[w->rank]; }

size_t dt_step_layers(const dt_worker *w) { return w->learning->model->layers; }

bool dt_step_blocks(const dt_worker *w) { return w->team->queue->barrier || w->team->layered->plan.parts == 1; }

/* The first to begin a step sets its priorities for all. */
static void step_order(dt_layered *y, long number) {
    if (number <= y->begun) return;
    y->begun = number;
    dt_queue_again(y->team->queue, y->rng, &y->plan);
    for (size_t k = 0; k < y->plan.parts; k++) y->priority[number % 2][k] = y->plan.part[k].priority;
}

/* The next batch: its draw, as that of a step that is computed at once. */
static void step_draw(dt_worker *w, step_state *s) {
    double most = w->learning->batch > 0 ? (double)w->learning->batch : s->left, samples = fmin(s->left, most);
    s->flops = dt_worker_batch_cost(w, s->batch, samples);
    s->left -= samples;
}

long dt_step_begin(dt_worker *w) {
    step_state *s = step_of(w);
    step_order(w->team->layered, w->round + w->flying);
    s->samples = s->left = dt_worker_next_samples(w);
    s->batches = w->learning->batch > 0 ? (long)ceil(s->samples / (double)w->learning->batch) : 1;
    s->batch = 0;
    s->made = false;
    step_draw(w, s);
    return s->batches;
}

dt_status dt_step_await(dt_worker *w, size_t layer) {
    const dt_layered *y = w->team->layered;
    for (size_t k = y->first[layer]; w->flying > 0 && k < y->end[layer]; k++)
        DT_TRY(dt_parts_await(y->parts, (size_t)w->rank, k));
    return DT_OK;
}

bool dt_step_complete(const dt_worker *w) {
    return w->flying > 0 && dt_parts_complete(w->team->layered->parts, (size_t)w->rank);
}

dt_status dt_step_end(dt_worker *w) {
    const dt_layered *y = w->team->layered;
    dt_outcome outcome;
    if (w->flying == 0) return DT_OK;
    for (size_t k = 0; k < y->plan.parts; k++) DT_TRY(dt_parts_await(y->parts, (size_t)w->rank, k));
    dt_vec *mean = dt_parts_whole(y->parts, (size_t)w->rank, &outcome);
    w->flying = 0;
    w->loss = outcome.value;
    w->updates = outcome.count;
    dt_monitor_merged(w->monitor, 0, 1);
    dt_worker_apply(w, mean, &outcome);
    dt_vec_drop(mean);
    return dt_worker_mark(w, 0);
}

static void step_check(dt_worker *w, size_t layer) {
    dt_layered *y = w->team->layered;
    for (size_t k = y->first[layer]; w->flying > 0 && k < y->end[layer]; k++)
        y->early += !dt_parts_here(y->parts, (size_t)w->rank, k);
}

dt_status dt_step_forward(dt_worker *w, size_t layer) {
    step_check(w, layer);
    DT_TRY(dt_worker_be_late(w));
    dt_port_label(w->port, (long)layer + 1);
    return dt_worker_compute(w, step_of(w)->flops * w->team->layered->forward[layer], NULL, NULL);
}

dt_status dt_step_backward(dt_worker *w, size_t layer) {
    step_state *s = step_of(w);
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
static const float *step_encode(const dt_worker *w, step_state *s, size_t k, double *bytes) {
    const dt_queue_part *part = &w->team->layered->plan.part[k];
    const dt_vec *g = s->told;
    *bytes = 0;
    if (s->packet == NULL) return g->x;
    dt_compress *c = &s->packet[k];
    *bytes = fmax(dt_compress_wire_bytes(c), 1);        /* 0 would be a dense vector */
    if (g->x == NULL) return NULL;
    if (s->sent == NULL) s->sent = dt_vec_take(w->learning->vectors);
    dt_meter_begin(dt_pool_meter(w->learning->threads), DT_ARITHMETIC);
    c->turn = (uint64_t)w->round;
    bool feedback = c->error_feedback;
    c->error_feedback = feedback && g == w->own[0];
    *bytes = fmax(dt_compress_pass(c, g->x + part->first, w->x->x + part->first, s->sent->x + part->first), 1);
    c->error_feedback = feedback;
    dt_meter_end(dt_pool_meter(w->learning->threads));
    return s->sent->x;
}

static void step_bring(dt_worker *w, step_state *s, size_t k) {
    const dt_layered *y = w->team->layered;
    double bytes;
    const float *x = step_encode(w, s, k, &bytes);
    bool packed = s->packet != NULL && x != NULL;
    dt_share share = { .x = x, .size = s->samples, .value = w->loss, .step = w->step, .wire_bytes = bytes,
                       .merges = s->packet == NULL || s->packet[k].type->merges, .packet = packed ? &s->packet[k] : NULL,
                       .plain_bytes = s->packet == NULL ? 0 : dt_compress_plain_bytes(&s->packet[k]) };
    dt_parts_bring(y->parts, (size_t)w->rank, k, y->priority[w->round % 2][k], &share);
}

dt_status dt_step_bring(dt_worker *w, size_t layer) {
    step_state *s = step_of(w);
    const dt_layered *y = w->team->layered;
    if (!s->made) return DT_OK;
    for (size_t k = y->first[layer]; k < y->end[layer]; k++) {
        if (y->plan.part[k].from != layer) continue;
        double flops = s->packet == NULL ? 0 : dt_compress_flops(&s->packet[k]);
        if (flops > 0) DT_TRY(dt_worker_compute(w, flops, NULL, NULL));
        step_bring(w, s, k);
    }
    if (layer == 0) w->flying = 1;
    return DT_OK;
}
