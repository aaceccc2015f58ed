/* model.c - opening a model, and its score on a whole set. */
#include "model/model.h"
#include "layer/layer.h"
#include <math.h>

#define ROOM model
#include "base/members.h"

const dt_room dt_model_room = {
    .name = "model", .brief = "what is trained", .preset = NULL,
    ROOM_MEMBERS,
};

dt_status dt_model_open(dt_model *m, const dt_config *config, const dt_shape *shape, dt_arena *run) {
    const dt_entry *entry;
    dt_layer_single_thread();
    *m = (dt_model){ .shape = *shape };
    DT_TRY(dt_room_open(&dt_model_room, config, NULL, NULL, run, &entry, &m->state));
    m->type = dt_model_of(entry);
    DT_TRY(m->type->init(m->state, shape, m, run));
    for (size_t i = 0; i < m->layers; i++) {
        m->forward_flops += m->layer[i].forward_flops;
        m->backward_flops += m->layer[i].backward_flops;
    }
    return DT_OK;
}

void dt_model_start(const dt_model *m, uint64_t seed, float *x) {
    dt_arena *brief = dt_arena_new(0);
    m->type->start(m, dt_rng_stream(brief, seed, 0, "model"), x);
    dt_arena_free(brief);
}

/* Whole cache lines, so that each thread's piece of a larger block begins at one. */
size_t dt_model_scratch(const dt_model *m, size_t batch) {
    enum { LINE = 16 };
    return (m->type->scratch(m, batch) + LINE - 1) / LINE * LINE;
}

double dt_model_gradient(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch) {
    return m->type->gradient(m, x, batch, g, scratch);
}

bool dt_model_classifies(const dt_model *m) { return m->type->classifies; }

const dt_slice *dt_model_slices(const dt_model *m, size_t *count, dt_arena *run) {
    dt_slice *slice = dt_arena_take(run, m->layers, sizeof *slice);
    *count = 0;
    for (size_t l = 0; l < m->layers; l++)
        if (m->layer[l].params > 0) slice[(*count)++] = (dt_slice){ m->layer[l].first, m->layer[l].params };
    return slice;
}

/* ---- the score of a set ---------------------------------------------------------------------- */

typedef struct part { double loss; size_t right; } part;

typedef struct evaluation {
    const dt_model   *model;
    const float      *x;
    const dt_dataset *set;
    size_t            rows, piece;      /* piece: floats of scratch a thread */
    bool              want_loss;
    float            *scratch;
    part             *part;             /* one per DT_SCORE_BATCH rows */
} evaluation;

static void evaluation_part(void *arg, size_t index, int thread) {
    const evaluation *e = arg;
    size_t first = index * DT_SCORE_BATCH, left = e->rows - first, features = e->model->shape.features;
    dt_batch batch = { left < DT_SCORE_BATCH ? left : DT_SCORE_BATCH, e->set->x + first * features,
                       e->set->y + first };
    part *p = &e->part[index];
    e->model->type->score(e->model, e->x, &batch, e->scratch + (size_t)thread * e->piece,
                          e->want_loss ? &p->loss : NULL, &p->right);
}

/* loss: the sum over rows; NULL: not wanted.  Returns how many rows are right. */
static size_t model_score(const dt_model *m, const float *x, const dt_dataset *set, size_t rows, dt_pool *pool,
                          float *scratch, dt_arena *arena, double *loss) {
    dt_arena_mark mark = dt_arena_here(arena);
    size_t parts = (rows + DT_SCORE_BATCH - 1) / DT_SCORE_BATCH, right = 0;
    part *all = dt_arena_take(arena, parts, sizeof *all);
    evaluation e = { m, x, set, rows, dt_model_scratch(m, DT_SCORE_BATCH), loss != NULL, scratch, all };
    dt_pool_each(pool, parts, evaluation_part, &e);
    for (size_t i = 0; i < parts; i++) {
        if (loss != NULL) *loss += all[i].loss;
        right += all[i].right;
    }
    dt_arena_release(arena, mark);
    return right;
}

dt_score dt_model_evaluate(const dt_model *m, const float *x, const dt_dataset *set, size_t rows, dt_pool *pool,
                           float *scratch, dt_arena *arena) {
    double loss = 0;
    size_t right = model_score(m, x, set, rows, pool, scratch, arena, &loss);
    loss = loss / (double)rows + (m->type->penalty == NULL ? 0 : m->type->penalty(m, x));
    return (dt_score){ loss, m->type->classifies ? (double)right / (double)rows : NAN };
}

double dt_model_accuracy(const dt_model *m, const float *x, const dt_dataset *set, size_t rows, dt_pool *pool,
                         float *scratch, dt_arena *arena) {
    if (!m->type->classifies) return NAN;
    return (double)model_score(m, x, set, rows, pool, scratch, arena, NULL) / (double)rows;
}
