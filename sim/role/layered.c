/* layered.c - opens steps that go layer by layer: what each layer costs, and in which parts the gradient travels. */
#include "role/layered.h"
#include "engine/failure.h"
#include "role/absence.h"
#include "role/law.h"
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

/* ---- parts ----------------------------------------------------------------------------------- */

static void cut_index(dt_cut *cut, size_t layers, dt_arena *run) {
    cut->first = dt_arena_take(run, layers, sizeof *cut->first);
    cut->end = dt_arena_take(run, layers, sizeof *cut->end);
    for (size_t k = 0; k < cut->plan.parts; k++)
        for (size_t l = cut->plan.part[k].from; l <= cut->plan.part[k].to; l++) {
            if (cut->end[l] == 0) cut->first[l] = k;
            cut->end[l] = k + 1;
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
    const dt_queue_part *part = &y->cut->plan.part[k];
    dt_arena *scratch = dt_arena_new(0);
    dt_block *block = dt_arena_take(scratch, part->to - part->from + 1, sizeof *block);
    size_t blocks = 0;
    for (size_t i = part->from; i <= part->to; i++)
        if (l->model->layer[i].params > 0) block[blocks++] = part_block(&l->model->layer[i], part, l->seed);
    const char *name = y->cut->plan.parts == 1 ? stream : dt_arena_text(run, "%s %zu", stream, k);
    dt_status status = dt_compress_open(c, y->team->compress, block, blocks, dt_rng_stream(run, l->seed, rank, name), run);
    dt_arena_free(scratch);
    return status;
}

/* Where nothing is learnt one worker's compressors say how many bytes all send. */
static dt_status layered_compress(dt_layered *y, dt_arena *run) {
    const dt_learning *l = y->learning;
    for (size_t r = 0; r < y->team->group.ranks; r++) {
        dt_step_state *s = &y->at[r];
        if (r > 0 && !l->learn) {
            s->packet = y->at[0].packet;
            continue;
        }
        dt_compress *packet = dt_arena_take(run, y->cut->plan.parts, sizeof *packet);
        for (size_t k = 0; k < y->cut->plan.parts; k++) DT_TRY(part_compress(y, k, (long)r, "compress", &packet[k], run));
        if (dt_compress_packs(&packet[0])) s->packet = packet;
        if (!dt_compress_packs(&packet[0])) return DT_OK;       /* for all */
    }
    for (size_t k = 0; k < y->cut->plan.parts; k++) {
        dt_compress *merger = dt_arena_take(run, 1, sizeof *merger);
        DT_TRY(part_compress(y, k, 0, "merger", merger, run));
        dt_parts_merge_by(y->cut->parts, k, merger);
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
static const dt_column cuts_columns[] = {
    { "since", DT_COLUMN_COUNT, "1", "the first round that is cut so" },
    { "parts", DT_COLUMN_COUNT, "1", "parts of a step; the table parts has those of one cut after those of another" },
    { "largest", DT_COLUMN_REAL, "B", "the largest part, before it is compressed" },
    { "credit", DT_COLUMN_REAL, "B", "bytes that may be on their way, as queue.credit" },
    { "step_s", DT_COLUMN_REAL, "s", "what a step took, measured where it was tried; not a number for the cut that is kept" },
    { .name = NULL }
};
const dt_ledger dt_layered_tables[] = { { "parts", parts_columns }, { "cuts", cuts_columns }, { .name = NULL } };

static void layered_write(const dt_layered *y) {
    for (size_t k = 0; k < y->cut->plan.parts; k++) {
        const dt_queue_part *p = &y->cut->plan.part[k];
        double bytes = y->at[0].packet == NULL ? 4.0 * (double)p->count : dt_compress_wire_bytes(&y->at[0].packet[k]);
        const dt_cell row[] = { { .count = (int64_t)(y->cut->earlier + k) }, { .count = (int64_t)p->first }, { .count = (int64_t)p->count },
                                { .count = (int64_t)p->from }, { .count = (int64_t)p->to }, { .count = p->priority }, { .real = bytes } };
        dt_monitor_row(y->monitor, 0, row);
    }
}

static void cut_write(const dt_layered *y) {
    const dt_cut *cut = y->cut;
    size_t largest = 0;
    for (size_t k = 0; k < cut->plan.parts; k++)
        if (cut->plan.part[k].count > largest) largest = cut->plan.part[k].count;
    const dt_cell row[] = { { .count = cut->from }, { .count = (int64_t)cut->plan.parts }, { .real = 4.0 * (double)largest },
                            { .real = cut->plan.credit }, { .real = cut->step_s } };
    dt_monitor_row(y->monitor, 1, row);
}

/* The seconds that the forward passes of worker 0's next step take on the mean, layer by layer. */
static const double *layered_seconds(const dt_layered *y, const dt_pace *pace, dt_arena *run) {
    const dt_learning *l = y->learning;
    const dt_group *g = &y->team->group;
    double samples = (double)dt_learning_samples(l, 0, 1), batches = (double)dt_learning_batches(l, 0, 1);
    double *seconds = dt_arena_take(run, l->model->layers, sizeof *seconds), slow = pace->factor[0] * dt_distribution_mean(&pace->jitter, 0);
    double each = samples * pace->flops / dt_engine_host_speed(g->engine, dt_port_host(g->port[0]));
    if (pace->fixed) each = batches * dt_distribution_mean(&pace->seconds, 0);
    for (size_t i = 0; i < l->model->layers; i++) seconds[i] = y->forward[i] * each * slow;
    return seconds;
}

/* ---- cuts -------------------------------------------------------------------------------------- */

/* From step number from on the gradient is cut as the queue says now. */
static dt_status layered_cut(dt_layered *y, long from) {
    const dt_queue *q = y->team->queue;
    dt_cut *before = y->cut, *cut = dt_arena_take(y->run, 1, sizeof *cut);
    long lasts = dt_queue_lasts(q);
    DT_TRY(dt_queue_cut(q, &y->view, &cut->plan, y->run));
    cut->from = from;
    cut->until = lasts > 0 ? from + lasts : LONG_MAX;
    cut->step_s = NAN;
    cut->earlier = before == NULL ? 0 : before->earlier + before->plan.parts;
    dt_slice *slice = dt_arena_take(y->run, cut->plan.parts, sizeof *slice);
    for (size_t k = 0; k < cut->plan.parts; k++) slice[k] = (dt_slice){ cut->plan.part[k].first, cut->plan.part[k].count };
    if (before == NULL) cut->parts = dt_parts_open(y->team->collective, slice, cut->plan.parts, cut->plan.credit, q->overhead, y->run);
    else cut->parts = dt_parts_again(before->parts, from, slice, cut->plan.parts, cut->plan.credit, q->overhead, y->run);
    for (int i = 0; i < 2; i++) cut->priority[i] = dt_arena_take(y->run, cut->plan.parts, sizeof(long));
    cut_index(cut, y->learning->model->layers, y->run);
    y->cut = cut;
    return DT_OK;
}

static void layered_recorded(const dt_layered *y) {
    layered_write(y);
    if (y->cut->until == LONG_MAX) cut_write(y);
}

/* A step of the cut is timed from the beginning of its second to that of its last. */
static void layered_time(dt_layered *y, long number) {
    dt_cut *cut = y->cut;
    double now = dt_engine_now(y->team->group.engine);
    if (number == cut->from + 1) cut->second_s = now;
    if (cut->until < LONG_MAX && number == cut->until - 1) cut->step_s = (now - cut->second_s) / (double)(cut->until - cut->from - 2);
    if (number != cut->until) return;
    cut_write(y);
    dt_queue_measured(y->team->queue, cut->step_s);
    dt_status status = layered_cut(y, number);
    assert(status == DT_OK && "what was cut once can be cut again");
    (void)status;
    layered_recorded(y);
}

void dt_layered_begin(dt_layered *y, long number) {
    if (number <= y->begun) return;
    y->begun = number;
    layered_time(y, number);
    dt_queue_again(y->team->queue, y->rng, &y->cut->plan);
    for (size_t k = 0; k < y->cut->plan.parts; k++) y->cut->priority[number % 2][k] = y->cut->plan.part[k].priority;
}

dt_status dt_layered_new(dt_layered **out, const dt_learning *l, const dt_pace *pace, const dt_team *team, dt_monitor *monitor,
                         dt_arena *run) {
    dt_layered *y = dt_arena_take(run, 1, sizeof *y);
    size_t layers = l->model->layers;
    *y = (dt_layered){ .learning = l, .team = team, .monitor = monitor, .run = run, .begun = -1 };
    y->view = (dt_queue_view){ .layer = l->model->layer, .layers = layers };
    layered_shares(y, run);
    if (team->queue->type->timed) {
        y->view.forward_s = layered_seconds(y, pace, run);
        y->view.bandwidth = dt_parts_bandwidth(team->collective, run);
    }
    DT_TRY(layered_cut(y, 0));
    y->rng = dt_rng_stream(run, l->seed, 0, "queue");
    y->at = dt_arena_take(run, team->group.ranks, sizeof *y->at);
    y->graph = dt_layer_graph_of(l->model->layer, layers, run);
    for (size_t r = 0; r < team->group.ranks; r++)
        y->at[r] = (dt_step_state){ .cut = y->cut, .inputs = dt_arena_take(run, layers, sizeof(size_t)),
                                    .front = dt_arena_take(run, layers, sizeof(size_t)) };
    DT_TRY(layered_compress(y, run));
    dt_law_add(monitor, "layers", layered_causal, y);
    layered_recorded(y);
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

/* Error memories belong to parts, and would be lost with them. */
static dt_status fits_compress(const dt_config *scenario) {
    const char *queue = dt_config_name(dt_config_get(scenario, "queue")), *name = dt_config_name(dt_config_get(scenario, "compress"));
    const dt_compress_type *type = dt_compress_of(dt_room_find(&dt_compress_room, name));
    if (dt_queue_of(dt_room_find(&dt_queue_room, queue))->lasts == NULL || (!type->lossy && !type->varies)) return DT_OK;
    return dt_fail_at(DT_EINVAL, "compress", "the queue \"%s\" cuts gradients anew while it trains, and \"%s\" has a memory or a size for each "
                      "part: expected a compressor that loses nothing, or a queue with one cut, such as \"priority\"", queue, name);
}

dt_status dt_layered_fit(const dt_config *scenario) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = fits_faults(scenario, scratch);
    if (status == DT_OK) status = fits_aggregate(scenario, scratch);
    if (status == DT_OK) status = fits_compress(scenario);
    dt_arena_free(scratch);
    return status;
}
