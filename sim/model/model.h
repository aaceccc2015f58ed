/* model.h - the models that are trained: a loss over one flat float vector of parameters, with a table of layers.
 * n = parameters; x = parameters [n]; g = gradient [n]; m = samples of a batch.
 * Everything here is pure arithmetic on the caller's memory: it is safe on any thread, uses no clock, and allocates nothing
 * after dt_model_open. */
#ifndef DT_MODEL_MODEL_H
#define DT_MODEL_MODEL_H

#include "base/column.h"
#include "base/pool.h"
#include "base/slice.h"
#include "data/data.h"
#include "layer/table.h"

typedef dt_layer_row dt_model_layer;        /* the table of a model has one for each layer */

typedef struct dt_model {
    const struct dt_model_type *type;
    void                 *state;
    dt_shape              shape;
    size_t                n;
    const dt_model_layer *layer;            /* [layers] in forward order; slices cover x exactly */
    size_t                layers;
    double                forward_flops, backward_flops;    /* of one sample, all layers */
    size_t                outs;             /* numbers that predict gives for a sample; 0: it cannot be trained */
} dt_model;

typedef struct dt_model_type {
    dt_entry is;
    bool classifies;        /* it predicts a class: score counts the right ones */
    /* Fit the model to the data's shape: set n, layer, layers and outs of m (dt_model_open adds up the flops).
     * Errors: DT_EINVAL if the model cannot be trained on such data (names data that it could). */
    dt_status (*init)(void *state, const dt_shape *shape, dt_model *m, dt_arena *run);
    /* Draw the initial parameters x [n]. */
    void (*start)(const dt_model *m, dt_rng *rng, float *x);
    /* Floats of scratch that a batch needs; the memory is aligned for double. */
    size_t (*scratch)(const dt_model *m, size_t batch);
    /* NULL here and below: the model cannot be trained, only its sizes are known.
     * Mean loss over the batch, regulariser included; g = its gradient (overwritten).  Where the training has
     * diverged the loss is NaN or infinite. */
    double (*gradient)(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch);
    /* The same, with the same bits, for a gradient that is taken piece by piece: the pieces cover g in any order, and x is not read
     * any more where a piece has been handed out, so that the sink may step it there.  g is scratch.  NULL: it is handed out whole. */
    double (*hand_out)(const dt_model *m, const float *x, const dt_batch *batch, const dt_sink *sink, float *g, float *scratch);
    /* Sum of the losses over the batch, without regulariser (loss NULL: not wanted), and how many are classified right
     * (0 for models that do not classify; a NaN is never right). */
    void (*score)(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, double *loss,
                  size_t *right);
    /* out [m * outs]: what the model says of each sample.  Of a model that classifies, a score for each class, of which the largest
     * is that of the class that it predicts (logits); with outs = 1, one that is above 0 for class 1.  Else the predicted target,
     * or, of kmeans, minus the squared distance from each centre. */
    void (*predict)(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, float *out);
    /* The regulariser's value at x, which an evaluation adds once to the mean loss; NULL: none. */
    double (*penalty)(const dt_model *m, const float *x);
} dt_model_type;

DT_DECLARE_ROOM(model)

/* The columns of a CSV file that profile reads, in their order: a line for each layer; a name NULL ends them.  A file may leave the
 * last one out. */
extern const dt_column dt_model_file_columns[];

/* Open the model that config names for samples of this shape; it belongs to run.
 * Errors: DT_ENOTFOUND name, DT_EINVAL key, value or shape, and those of files (profile). */
dt_status dt_model_open(dt_model *m, const dt_config *config, const dt_shape *shape, dt_arena *run);

/* The calls of the type: initial parameters, scratch of a batch, loss and gradient, the same in pieces, whether it predicts
 * classes, and what it predicts. */
void   dt_model_start(const dt_model *m, uint64_t seed, float *x);     /* stream "model" of rank 0 */
size_t dt_model_scratch(const dt_model *m, size_t batch);               /* stops growing at a few hundred samples */
double dt_model_gradient(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch);
double dt_model_hand_out(const dt_model *m, const float *x, const dt_batch *batch, const dt_sink *sink, float *g, float *scratch);
bool   dt_model_classifies(const dt_model *m);
void   dt_model_predict(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, float *out);

/* The slices of x of the layers that have parameters, in order; they cover x.  The array [*count] belongs to run. */
const dt_slice *dt_model_slices(const dt_model *m, size_t *count, dt_arena *run);

/* Mean loss (penalty included) and accuracy (NaN if it does not classify) over the first rows > 0 samples of set,
 * on all threads of pool; the sums are formed in the order of rows, whatever the threads.
 *   scratch  dt_pool_threads pieces of dt_model_scratch(m, DT_SCORE_BATCH) floats
 *   arena    for the duration of the call */
enum { DT_SCORE_BATCH = 128 };
typedef struct dt_score { double loss, accuracy; } dt_score;

dt_score dt_model_evaluate(const dt_model *m, const float *x, const dt_dataset *set, size_t rows, dt_pool *pool,
                           float *scratch, dt_arena *arena);

/* Only the accuracy, which costs less. */
double dt_model_accuracy(const dt_model *m, const float *x, const dt_dataset *set, size_t rows, dt_pool *pool,
                         float *scratch, dt_arena *arena);

/* The scores of parts of set: part i has rows start[i] .. start[i + 1] - 1 and is scored at x[i]; NaN where it has none, or
 * x[i] is NULL.  As above, all parts at once. */
void dt_model_evaluate_parts(const dt_model *m, const float *const *x, const dt_dataset *set, const size_t *start, size_t parts,
                             dt_pool *pool, float *scratch, dt_score *score, dt_arena *arena);

#endif
