/* learning.c - batches, gradient steps and scores. */
#include "role/learning.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

static size_t learning_largest_batch(const dt_learning *l) {
    size_t largest = 0;
    for (size_t w = 0; w < l->shards->workers; w++) {
        size_t rows = l->shards->start[w + 1] - l->shards->start[w];
        if (rows > largest) largest = rows;
    }
    return l->batch > 0 && l->batch < largest ? l->batch : largest;
}

/* The layers as matrices, for compressors. */
static void learning_blocks(dt_learning *l, dt_arena *run) {
    const dt_model *m = l->model;
    dt_block *block = dt_arena_take(run, m->layers, sizeof *block);
    for (size_t i = 0; i < m->layers; i++) {
        size_t n = m->layer[i].params, columns = m->layer[i].columns > 0 ? m->layer[i].columns : 1;
        if (n > 0) block[l->blocks++] = (dt_block){ n, n / columns, columns, l->seed, m->layer[i].name };
    }
    l->block = block;
}

static void learning_rows(const dt_learning *l, const dt_dataset *set, const uint32_t *row, size_t rows, float *x, float *y) {
    if (set == &l->data->train && l->made != NULL) dt_data_made_gather(l->made, row, rows, x, y);
    else dt_data_gather(set, l->data->shape.features, row, rows, x, y);
}

/* Rows of a data set that follow each other. */
static dt_dataset learning_part(const dt_learning *l, const dt_dataset *set, const uint32_t *row, size_t rows, dt_arena *run) {
    float *x = dt_arena_take(run, rows * l->data->shape.features, sizeof *x), *y = dt_arena_take(run, rows, sizeof *y);
    if (rows > 0) learning_rows(l, set, row, rows, x, y);
    return (dt_dataset){ .rows = rows, .x = x, .y = y };
}

/* Rows of the test set, in the order of its own: they need no copy. */
static bool learning_in_place(const dt_learning *l) {
    const dt_shards *s = l->shards;
    size_t rows = s->own_start[s->workers], i = 0;
    while (s->own_of_test && i < rows && s->own_row[i] == i) i++;
    return s->own_of_test && i == rows;
}

/* The samples that are trained on in the order of the set, of which only those that are scored where rows are made; and each worker's
 * own. */
static void learning_sets(dt_learning *l, dt_arena *run) {
    const dt_shards *s = l->shards;
    const dt_dataset *train = &l->data->train;
    size_t rows = s->distinct, wanted = l->made != NULL && l->score_rows < rows ? l->score_rows : rows, k = 0;
    l->trained = *train;
    if (s->own_start != NULL && learning_in_place(l)) l->own = l->data->test;
    else if (s->own_start != NULL)
        l->own = learning_part(l, s->own_of_test ? &l->data->test : train, s->own_row, s->own_start[s->workers], run);
    if (rows == train->rows && l->made == NULL) return;
    dt_arena *scratch = dt_arena_new(0);
    bool *there = dt_arena_take(scratch, train->rows, sizeof *there);
    uint32_t *row = dt_arena_take(scratch, wanted, sizeof *row);
    for (size_t i = 0; i < s->start[s->workers]; i++) there[s->row[i]] = true;
    for (size_t i = 0; k < wanted; i++)
        if (there[i]) row[k++] = (uint32_t)i;
    l->trained = learning_part(l, train, row, wanted, run);
    dt_arena_free(scratch);
}

void dt_learning_prepare(dt_learning *l, dt_arena *run) {
    size_t threads = (size_t)dt_pool_threads(l->threads), m = learning_largest_batch(l), n = l->model->n;
    l->vectors = l->learn ? dt_vec_pool_new(n, run) : dt_vec_pool_blank(n, run);
    learning_blocks(l, run);
    if (!l->learn) return;
    if (!dt_data_there(&l->data->train)) l->made = dt_data_made_new(l->data, DT_DATA_KEPT, run);
    l->bench = dt_arena_take(run, threads, sizeof *l->bench);
    for (size_t t = 0; t < threads; t++) {
        dt_bench *b = &l->bench[t];
        b->model = dt_arena_take(run, dt_model_scratch(l->model, m), sizeof(float));
        b->x = dt_arena_take(run, m * l->data->shape.features, sizeof(float));
        b->y = dt_arena_take(run, m, sizeof(float));
        b->g = dt_arena_take(run, n, sizeof(float));
        b->part = dt_arena_take(run, n, sizeof(float));
    }
    l->score = dt_arena_take(run, threads * dt_model_scratch(l->model, DT_SCORE_BATCH), sizeof(float));
    learning_sets(l, run);
}

double dt_learning_computed(const dt_learning *l) {
    double sum = 0;
    for (int t = 0; l->bench != NULL && t < dt_pool_threads(l->threads); t++) sum += l->bench[t].computed;
    return sum;
}

void dt_order_open(dt_order *o, const dt_learning *l, size_t rank, dt_arena *run) {
    size_t first = l->shards->start[rank];
    o->rows = l->shards->start[rank + 1] - first;
    o->at = o->rows;        /* the first batch begins a pass */
    if (!l->learn) return;
    o->row = dt_arena_take(run, o->rows, sizeof *o->row);
    memcpy(o->row, l->shards->row + first, o->rows * sizeof *o->row);
    o->rng = dt_rng_stream(run, l->seed, (long)rank, "order");
}

/* Samples of a step that is not cut short by the end of a pass; batch > 0. */
static size_t learning_step_rows(const dt_learning *l) { return l->batch * (l->accumulate > 1 ? l->accumulate : 1); }

const uint32_t *dt_order_next(dt_order *o, const dt_learning *l, size_t *count) {
    size_t rows = learning_step_rows(l);
    if (rows == 0) {
        *count = o->rows;
        return o->row;
    }
    if (o->at >= o->rows) {
        gsl_ran_shuffle(o->rng, o->row, o->rows, sizeof *o->row);
        o->at = 0;
    }
    *count = o->rows - o->at < rows ? o->rows - o->at : rows;
    o->at += *count;
    return o->row + o->at - *count;
}

static size_t learning_shard(const dt_learning *l, size_t rank) { return l->shards->start[rank + 1] - l->shards->start[rank]; }

long dt_learning_steps_per_epoch(const dt_learning *l, size_t rank) {
    size_t rows = learning_step_rows(l);
    return rows == 0 ? 1 : (long)((learning_shard(l, rank) + rows - 1) / rows);
}

double dt_learning_samples(const dt_learning *l, size_t rank, long steps) {
    long pass = dt_learning_steps_per_epoch(l, rank), rest = steps % pass;     /* the last step of a pass may be short */
    return (double)(steps / pass) * (double)learning_shard(l, rank) + (double)rest * (double)learning_step_rows(l);
}

long dt_learning_batches(const dt_learning *l, size_t rank, long steps) {
    if (l->batch == 0 || l->accumulate < 2) return steps;
    long pass = dt_learning_steps_per_epoch(l, rank), of_a_pass = (long)((learning_shard(l, rank) + l->batch - 1) / l->batch);
    return steps / pass * of_a_pass + steps % pass * (long)l->accumulate;
}

static dt_score learning_evaluate(const dt_learning *l, const float *x, dt_arena *run) {
    const dt_dataset *train = &l->trained, *test = &l->data->test;
    size_t rows = l->score_rows > 0 && l->score_rows < train->rows ? l->score_rows : train->rows;
    dt_score score = dt_model_evaluate(l->model, x, train, rows, l->threads, l->score, run);
    score.loss += dt_project_penalty(l->project, l->model->n, x);
    if (test->rows > 0 && dt_model_classifies(l->model))
        score.accuracy = dt_model_accuracy(l->model, x, test, test->rows, l->threads, l->score, run);
    return score;
}

/* How many rows dt_learning_score takes; with learn = false those that it would take. */
static double learning_scored(const dt_learning *l) {
    double rows = (double)l->shards->distinct, test = dt_model_classifies(l->model) ? (double)l->data->test.rows : 0;
    return (l->score_rows > 0 && (double)l->score_rows < rows ? (double)l->score_rows : rows) + test;
}

dt_score dt_learning_score(const dt_learning *l, const float *x, dt_arena *run) {
    if (l->evaluated != NULL) *l->evaluated += learning_scored(l);
    if (!l->learn) return (dt_score){ NAN, NAN };
    dt_meter_begin(dt_pool_meter(l->threads), DT_EVALUATION);
    dt_score score = learning_evaluate(l, x, run);
    dt_meter_end(dt_pool_meter(l->threads));
    return score;
}

void dt_learning_score_own(const dt_learning *l, const float *const *x, dt_score *score, dt_arena *run) {
    const dt_shards *s = l->shards;
    for (size_t w = 0; w < s->workers; w++) score[w] = (dt_score){ NAN, NAN };
    if (l->evaluated != NULL) *l->evaluated += (double)s->own_start[s->workers];
    if (!l->learn) return;
    dt_meter_begin(dt_pool_meter(l->threads), DT_EVALUATION);
    dt_model_evaluate_parts(l->model, x, &l->own, s->own_start, s->workers, l->threads, l->score, score, run);
    for (size_t w = 0; w < s->workers; w++)
        if (x[w] != NULL) score[w].loss += dt_project_penalty(l->project, l->model->n, x[w]);
    dt_meter_end(dt_pool_meter(l->threads));
}

/* Rows that follow each other are not copied. */
static dt_batch learning_fetch(const dt_learning *l, int thread, const uint32_t *row, size_t count) {
    const dt_dataset *set = &l->data->train;
    size_t features = l->data->shape.features;
    l->bench[thread].computed += (double)count;
    if (l->made == NULL && row[count - 1] - row[0] + 1 == count) {
        bool run_of_rows = true;
        for (size_t i = 1; i < count && run_of_rows; i++) run_of_rows = row[i] == row[0] + i;
        if (run_of_rows) return dt_data_batch(set, features, row[0], count);
    }
    dt_bench *b = &l->bench[thread];
    learning_rows(l, set, row, count, b->x, b->y);
    return (dt_batch){ count, b->x, b->y, NULL };
}

static dt_batch learning_gather(const dt_learning *l, int thread, const uint32_t *row, size_t count) {
    dt_batch batch = learning_fetch(l, thread, row, count);
    dt_bench *b = &l->bench[thread];
    float last = (float)l->data->shape.classes - 1;
    if (!b->flip) return batch;
    for (size_t i = 0; i < count; i++) b->y[i] = last - batch.y[i];
    batch.y = b->y;
    return batch;
}

/* More rows than a thread has room for are computed batch after batch; each batch counts by its samples. */
static double learning_accumulate(const dt_learning *l, int thread, const uint32_t *row, size_t count, const float *x, float *g) {
    dt_bench *b = &l->bench[thread];
    size_t n = l->model->n;
    double loss = 0;
    memset(g, 0, n * sizeof *g);
    for (size_t at = 0; at < count; at += l->batch) {
        size_t rows = count - at < l->batch ? count - at : l->batch;
        double share = (double)rows / (double)count;
        dt_batch batch = learning_gather(l, thread, row + at, rows);
        loss += share * dt_model_gradient(l->model, x, &batch, b->part, b->model);
        for (size_t i = 0; i < n; i++) g[i] += (float)share * b->part[i];
    }
    return loss;
}

double dt_learning_gradient(const dt_learning *l, int thread, const uint32_t *row, size_t count, const float *x, float *g) {
    if (l->batch > 0 && count > l->batch) return learning_accumulate(l, thread, row, count, x, g);
    dt_batch batch = learning_gather(l, thread, row, count);
    return dt_model_gradient(l->model, x, &batch, g, l->bench[thread].model);
}

void dt_learning_descend(const dt_learning *l, double rate, long step, dt_slice range, const float *x, const float *g, float *memory,
                         float *out) {
    dt_optimiser_step(l->optimiser, rate, step, range, x, g, memory, out);
    dt_project_apply(l->project, rate, range.count, out);
}

typedef struct stepping { const dt_learning *l; const dt_descent *d; } stepping;

/* The proximal term and the optimiser's step, of a piece of the gradient. */
static void stepping_take(void *owner, dt_slice range, float *g) {
    const stepping *s = owner;
    const dt_descent *d = s->d;
    const float *from = d->from + range.first;
    for (size_t i = 0; d->anchor != NULL && i < range.count; i++) g[i] += (float)d->prox * (from[i] - d->anchor[range.first + i]);
    dt_learning_descend(s->l, d->rate, d->step, range, from, g, d->memory == NULL ? NULL : d->memory + range.first, d->to + range.first);
}

/* Is a step of a range, with its part of the memory, that part of the step of the whole vector?  The memory of a range is a part of the
 * whole one if it is one vector at most. */
static bool learning_steps_pieces(const dt_learning *l) {
    bool whole = l->project != NULL && l->project->type->whole;
    return !whole && dt_optimiser_needs(l->optimiser) == DT_SPAN_ANY && dt_optimiser_memory(l->optimiser, 1) <= 1;
}

/* Each piece of the gradient is stepped along while it is in the cache, where that leaves the same bits. */
double dt_learning_step(const dt_learning *l, int thread, const uint32_t *row, size_t count, const dt_descent *d) {
    dt_bench *b = &l->bench[thread];
    stepping s = { l, d };
    const dt_sink sink = { stepping_take, &s };
    bool several = l->batch > 0 && count > l->batch;
    if (!several && learning_steps_pieces(l)) {
        dt_batch batch = learning_gather(l, thread, row, count);
        return dt_model_hand_out(l->model, d->from, &batch, &sink, b->g, b->model);
    }
    double loss = dt_learning_gradient(l, thread, row, count, d->from, b->g);
    stepping_take(&s, (dt_slice){ 0, l->model->n }, b->g);
    return loss;
}
