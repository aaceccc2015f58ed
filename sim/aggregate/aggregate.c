/* aggregate.c - the weighted sum, cut into runs of entries for the pool. */
#include "aggregate/aggregate.h"
#include "aggregate/distances.h"
#include "base/wide.h"
#include <math.h>
#include <string.h>

#define ROOM aggregate
#include "base/members.h"

/* One more sentence for the help of a rule that an all-reduce cannot form. */
static const char *aggregate_more(const dt_entry *entry) {
    if (dt_aggregate_of(entry)->partial) return NULL;
    return "it needs the vectors of all workers in one place: collective = \"star\", or a strategy with a server such as \"fedavg\"";
}

static const dt_param aggregate_common[] = {
    DT_CHOICE_PARAM(dt_aggregate, by, "whole", "whole|layer",
                    "whole: the rule is applied to whole vectors; layer: to each layer by itself, so that each may choose other "
                    "vectors"),
    DT_REAL_PARAM(dt_aggregate, flops, 0, 0, 1e9, "1",
                  "flops for an entry that is added, besides those that the aggregate counts itself: of every vector where all "
                  "meet, on a server's host before it sends; of every partial sum that a worker receives (ring, tree, ...)"),
    { 0 }
};

const dt_room dt_aggregate_room = {
    .name = "aggregate", .brief = "aggregation rule: how updates or models become one, also where some are Byzantine",
    .preset = "weighted", .common = aggregate_common,
    ROOM_MEMBERS, .more = aggregate_more,
};

/* BLOCK sums of 8 bytes stay in the first cache and on a small stack while the inputs stream by;
 * a run is what a thread takes at a time. */
enum { BLOCK = 512, RUN = 16 * BLOCK };

struct dt_aggregate_columns {
    dt_arena *run;
    float    *x;            /* [threads * count] */
    size_t    size;
    const float **part, **chosen;   /* [room] of each input the layer that is formed; those with a weight */
    double       *weight, *share;   /* [room] of the chosen; of all, over the layers */
    size_t        room;
    double    imbalance;    /* largest so far */
};

dt_status dt_aggregate_open(dt_aggregate *a, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    *a = (dt_aggregate){ 0 };
    DT_TRY(dt_room_open(&dt_aggregate_room, config, NULL, a, run, &entry, &a->state));
    a->type = dt_aggregate_of(entry);
    if (a->type->init != NULL) a->type->init(a->state, run);
    a->columns = dt_arena_take(run, 1, sizeof *a->columns);
    a->columns->run = run;
    return DT_OK;
}

void dt_aggregate_divide(dt_aggregate *a, const dt_slice *layer, size_t layers) {
    if (strcmp(a->by, "layer") != 0) return;
    a->layer = layer;
    a->layers = layers;
}

dt_status dt_aggregate_check(const dt_aggregate *a, size_t count) {
    size_t least = a->type->least == NULL ? 1 : a->type->least(a->state);
    if (count >= least) return DT_OK;
    return dt_fail_at(DT_EINVAL, "aggregate", "\"%s\": expected at least %zu vectors with these parameters, got %zu",
                      a->type->is.name, least, count);
}

double dt_aggregate_flops(const dt_aggregate *a, size_t count, size_t n) {
    double flops = a->flops * (double)count * (double)n;
    return a->type->flops == NULL ? flops : flops + a->type->flops(a->state, count, n);
}

typedef struct job {
    const dt_aggregate *a;
    const dt_inputs    *in;
    const double       *weight;
    float              *out;
} job;

DT_WIDE
static void aggregate_block(const dt_inputs *in, const double *weight, size_t first, size_t count, float *out) {
    double sum[BLOCK] = { 0 };
    size_t i = 0;
    for (; i + 1 < in->count; i += 2) {         /* two at a time: the sums are fetched half as often */
        const float *x = in->x[i] + first, *y = in->x[i + 1] + first;
        double wx = weight[i], wy = weight[i + 1];
        for (size_t e = 0; e < count; e++) sum[e] = (sum[e] + wx * x[e]) + wy * y[e];
    }
    for (; i < in->count; i++)
        for (size_t e = 0; e < count; e++) sum[e] += weight[i] * in->x[i][first + e];
    for (size_t e = 0; e < count; e++) out[first + e] = (float)sum[e];
}

static void aggregate_run(void *arg, size_t index, int thread) {
    const job *j = arg;
    size_t first = index * RUN, last = first + RUN < j->in->n ? first + RUN : j->in->n;
    if (j->a->type->merge != NULL) {
        float *column = j->a->columns->x + (size_t)thread * j->in->count;
        j->a->type->merge(j->a->state, j->in, j->weight, first, last, column, j->out);
        return;
    }
    for (; first < last; first += BLOCK)
        aggregate_block(j->in, j->weight, first, last - first < BLOCK ? last - first : BLOCK, j->out);
}

static void aggregate_grow(struct dt_aggregate_columns *columns, size_t count, size_t threads) {
    if (columns->size < count * threads) {
        columns->size = 2 * count * threads;
        columns->x = dt_arena_take(columns->run, columns->size, sizeof *columns->x);
    }
    if (columns->room >= count) return;
    columns->room = 2 * count;
    columns->part = dt_arena_take(columns->run, columns->room, sizeof *columns->part);
    columns->chosen = dt_arena_take(columns->run, columns->room, sizeof *columns->chosen);
    columns->weight = dt_arena_take(columns->run, columns->room, sizeof *columns->weight);
    columns->share = dt_arena_take(columns->run, columns->room, sizeof *columns->share);
}

void dt_aggregate_weigh(const dt_aggregate *a, const dt_inputs *in, double *weight, dt_pool *pool) {
    double sum = 0;
    a->type->weigh(a->state, in, weight, pool);
    for (size_t i = 0; i < in->count; i++) sum += weight[i];
    a->columns->imbalance = fmax(a->columns->imbalance, isnan(sum) ? HUGE_VAL : fabs(sum - 1));
}

/* One layer, or all.  What has no weight is left out: an endless entry times 0 would be no number. */
static void aggregate_form(const dt_aggregate *a, const dt_inputs *in, double *weight, float *out, dt_pool *pool) {
    struct dt_aggregate_columns *columns = a->columns;
    dt_inputs chosen = { 0, in->n, columns->chosen, NULL };
    job j = { a, in, weight, out };
    dt_aggregate_weigh(a, in, weight, pool);
    for (size_t i = 0; i < in->count; i++) {
        if (weight[i] == 0) continue;
        columns->chosen[chosen.count] = in->x[i];
        columns->weight[chosen.count++] = weight[i];
    }
    if (a->type->merge == NULL) j = (job){ a, &chosen, columns->weight, out };
    dt_pool_each(pool, (in->n + RUN - 1) / RUN, aggregate_run, &j);
}

void dt_aggregate_form(const dt_aggregate *a, const dt_inputs *in, double *weight, float *out, dt_pool *pool) {
    dt_aggregate_form_range(a, in, 0, weight, out, pool);
}

/* The part of the layer that lies in the inputs. */
static dt_slice layer_within(dt_slice layer, size_t first, size_t n) {
    size_t begin = layer.first > first ? layer.first : first, end = layer.first + layer.count;
    end = end < first + n ? end : first + n;
    return end > begin ? (dt_slice){ begin - first, end - begin } : (dt_slice){ 0, 0 };
}

void dt_aggregate_form_range(const dt_aggregate *a, const dt_inputs *in, size_t first, double *weight, float *out,
                             dt_pool *pool) {
    struct dt_aggregate_columns *columns = a->columns;
    aggregate_grow(columns, in->count, (size_t)dt_pool_threads(pool));
    if (a->layers == 0) {
        aggregate_form(a, in, weight, out, pool);
        return;
    }
    memset(columns->share, 0, in->count * sizeof *columns->share);
    for (size_t l = 0; l < a->layers; l++) {
        dt_slice s = layer_within(a->layer[l], first, in->n);
        if (s.count == 0) continue;
        for (size_t i = 0; i < in->count; i++) columns->part[i] = in->x[i] + s.first;
        aggregate_form(a, &(dt_inputs){ in->count, s.count, columns->part, in->size }, weight, out + s.first, pool);
        for (size_t i = 0; i < in->count; i++) columns->share[i] += weight[i] * (double)s.count / (double)in->n;
    }
    memcpy(weight, columns->share, in->count * sizeof *weight);
}

double dt_aggregate_imbalance(const dt_aggregate *a) { return a->columns->imbalance; }

double dt_aggregate_consensus_distance(const dt_inputs *in, const float *mean) {
    double sum = 0;
    for (size_t i = 0; i < in->count; i++) sum += dt_aggregate_distance(in->x[i], mean, in->n);
    return sqrt(sum / (double)in->count);
}
