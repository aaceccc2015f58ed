/* aggregate.c - the weighted sum, cut into runs of entries for the pool. */
#include "aggregate/aggregate.h"
#include "base/wide.h"
#include <math.h>

#define ROOM aggregate
#include "base/members.h"

/* For the help of each member. */
static const char *aggregate_more(const dt_entry *entry) {
    if (dt_aggregate_of(entry)->partial) return NULL;
    return "it needs the vectors of all workers in one place: collective = \"star\", or a strategy with a server such as \"fedavg\"";
}

const dt_room dt_aggregate_room = {
    .name = "aggregate", .brief = "how models are merged", .preset = "weighted",
    ROOM_MEMBERS, .more = aggregate_more,
};

/* BLOCK sums of 8 bytes stay in the first cache and on a small stack while the inputs stream by;
 * a run is what a thread takes at a time. */
enum { BLOCK = 512, RUN = 16 * BLOCK, LANES = 8 };

struct dt_aggregate_columns {
    dt_arena *run;
    float    *x;            /* [threads * count] */
    size_t    size;
    double    imbalance;    /* largest so far */
};

dt_status dt_aggregate_open(dt_aggregate *a, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    *a = (dt_aggregate){ 0 };
    DT_TRY(dt_room_open(&dt_aggregate_room, config, NULL, NULL, run, &entry, &a->state));
    a->type = dt_aggregate_of(entry);
    a->columns = dt_arena_take(run, 1, sizeof *a->columns);
    a->columns->run = run;
    return DT_OK;
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

static void aggregate_grow(struct dt_aggregate_columns *columns, size_t size) {
    if (columns->size >= size) return;
    columns->size = 2 * size;
    columns->x = dt_arena_take(columns->run, columns->size, sizeof *columns->x);
}

void dt_aggregate_form(const dt_aggregate *a, const dt_inputs *in, double *weight, float *out, dt_pool *pool) {
    job j = { a, in, weight, out };
    double sum = 0;
    a->type->weigh(a->state, in, weight);
    for (size_t i = 0; i < in->count; i++) sum += weight[i];
    a->columns->imbalance = fmax(a->columns->imbalance, isnan(sum) ? HUGE_VAL : fabs(sum - 1));
    if (a->type->merge != NULL) aggregate_grow(a->columns, (size_t)dt_pool_threads(pool) * in->count);
    dt_pool_each(pool, (in->n + RUN - 1) / RUN, aggregate_run, &j);
}

double dt_aggregate_imbalance(const dt_aggregate *a) { return a->columns->imbalance; }

DT_WIDE
static double aggregate_distance(const float *x, const float *y, size_t n) {
    double sum[LANES] = { 0 }, whole = 0;
    size_t even = n - n % LANES;
    for (size_t e = 0; e < even; e += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            double gap = (double)x[e + lane] - y[e + lane];
            sum[lane] += gap * gap;
        }
    for (size_t e = even; e < n; e++) sum[e - even] += ((double)x[e] - y[e]) * ((double)x[e] - y[e]);
    for (size_t lane = 0; lane < LANES; lane++) whole += sum[lane];
    return whole;
}

double dt_aggregate_spread(const dt_inputs *in, const float *mean) {
    double sum = 0;
    for (size_t i = 0; i < in->count; i++) sum += aggregate_distance(in->x[i], mean, in->n);
    return sqrt(sum / (double)in->count);
}
