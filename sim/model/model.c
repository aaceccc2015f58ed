/* model.c - opens a model, and evaluates it on a whole set. */
#include "model/model.h"
#include "layer/layer.h"
#include <math.h>

#define ROOM model
#include "base/members.h"

const dt_room dt_model_room = {
    .name = "model", .brief = "the model that is trained, with its loss", .preset = NULL,
    ROOM_MEMBERS,
};

const dt_column dt_model_file_columns[] = {
    { "layer", DT_COLUMN_TEXT, "", "name of the layer" },
    { "params", DT_COLUMN_COUNT, "1", "parameters, which travel in 4 bytes each" },
    { "fwd_flops", DT_COLUMN_REAL, "flop", "floating-point operations of the forward pass of one sample" },
    { "bwd_flops", DT_COLUMN_REAL, "flop", "those of its backward pass" },
    { "act_bytes", DT_COLUMN_REAL, "B", "size of the activations of one sample" },
    { "after", DT_COLUMN_TEXT, "", "may be left out: names of the layers above whose outputs it needs, with spaces between; empty: the "
                                   "row before; -: none, as it reads the sample" },
    { NULL, DT_COLUMN_TEXT, NULL, NULL }
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

double dt_model_hand_out(const dt_model *m, const float *x, const dt_batch *batch, const dt_sink *sink, float *g, float *scratch) {
    if (m->type->hand_out != NULL) return m->type->hand_out(m, x, batch, sink, g, scratch);
    double loss = dt_model_gradient(m, x, batch, g, scratch);
    sink->take(sink->owner, (dt_slice){ 0, m->n }, g);
    return loss;
}

void dt_model_predict(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, float *out) {
    m->type->predict(m, x, batch, scratch, out);
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
    dt_batch batch = dt_data_batch(e->set, features, first, left < DT_SCORE_BATCH ? left : DT_SCORE_BATCH);
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

/* ---- the scores of parts ----------------------------------------------------------------------- */

typedef struct piece { size_t part, first, rows; double loss; size_t right; } piece;

typedef struct pieces {
    const dt_model     *model;
    const float *const *x;
    const dt_dataset   *set;
    size_t              scratch_floats;     /* a thread */
    float              *scratch;
    piece              *piece;              /* batches of the parts */
} pieces;

static void pieces_score(void *arg, size_t index, int thread) {
    const pieces *e = arg;
    piece *p = &e->piece[index];
    dt_batch batch = dt_data_batch(e->set, e->model->shape.features, p->first, p->rows);
    e->model->type->score(e->model, e->x[p->part], &batch, e->scratch + (size_t)thread * e->scratch_floats, &p->loss, &p->right);
}

void dt_model_evaluate_parts(const dt_model *m, const float *const *x, const dt_dataset *set, const size_t *start, size_t parts,
                             dt_pool *pool, float *scratch, dt_score *score, dt_arena *arena) {
    dt_arena_mark mark = dt_arena_here(arena);
    size_t count = 0;
    piece *all = dt_arena_take(arena, start[parts] / DT_SCORE_BATCH + parts, sizeof *all);
    for (size_t i = 0; i < parts; i++)
        for (size_t at = start[i]; x[i] != NULL && at < start[i + 1]; at += DT_SCORE_BATCH)
            all[count++] = (piece){ i, at, start[i + 1] - at < DT_SCORE_BATCH ? start[i + 1] - at : DT_SCORE_BATCH, 0, 0 };
    pieces e = { m, x, set, dt_model_scratch(m, DT_SCORE_BATCH), scratch, all };
    dt_pool_each(pool, count, pieces_score, &e);
    for (size_t i = 0, p = 0; i < parts; i++) {
        double loss = 0, rows = (double)(start[i + 1] - start[i]);
        size_t right = 0;
        score[i] = (dt_score){ NAN, NAN };
        if (x[i] == NULL || rows == 0) continue;
        for (; p < count && all[p].part == i; p++) loss += all[p].loss, right += all[p].right;
        score[i].loss = loss / rows + (m->type->penalty == NULL ? 0 : m->type->penalty(m, x[i]));
        if (m->type->classifies) score[i].accuracy = (double)right / rows;
    }
    dt_arena_release(arena, mark);
}
