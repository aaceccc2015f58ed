/* net.h - layered classifiers: a chain of layers, followed by softmax and cross-entropy.  Private to this room.
 * A member adds its layers and closes the net; the rest is the same for all. */
#ifndef DT_MODEL_NET_H
#define DT_MODEL_NET_H

#include "layer/layer.h"
#include "model/model.h"

/* The first member of such a model's state. */
typedef struct dt_model_net {
    dt_layer *layer;            /* [layers] of at most [room] */
    size_t    layers, room;
    dt_extent in;               /* of the next layer to be added */
    bool      planes;           /* samples are [channels][height][width] and are transposed before the first layer */
    size_t    features;
    size_t    outs, widest;     /* floats for each sample: of all outputs together, of the largest one */
    size_t    groups;           /* of classes, each with units of its own in the last layers; 0 and 1: none */
    size_t    work;             /* scratch of the layer that needs most */
} dt_model_net;

/* Begin a net of at most room layers.  image: the samples are images, else plain vectors.
 * Errors: DT_EINVAL where the data has no classes, or is no image. */
dt_status dt_model_net_open(dt_model_net *net, const dt_model *m, bool image, size_t room, dt_arena *run);

/* Entry i of a list parameter as a size.  Errors: DT_EINVAL unless it is whole. */
dt_status dt_model_net_size(const dt_list *list, size_t i, const char *path, size_t *size);

/* Add a layer: dense, in net->groups (whole: each of them reads all inputs), an embedding, a convolution, or one without parameters
 * of its own ("relu", "maxpool"). */
dt_status dt_model_net_dense(dt_model_net *net, size_t units, const char *start, dt_arena *run);
dt_status dt_model_net_grouped(dt_model_net *net, size_t units, bool whole, const char *start, dt_arena *run);
dt_status dt_model_net_embedding(dt_model_net *net, size_t units, size_t nonzeros, dt_arena *run);
dt_status dt_model_net_conv(dt_model_net *net, size_t filters, size_t kernel, dt_arena *run);
dt_status dt_model_net_plain(dt_model_net *net, const char *name, dt_arena *run);

/* Add the last layer, dense or in groups, which has one unit for each class, and write the model's table of layers. */
dt_status dt_model_net_close(dt_model_net *net, dt_model *m, dt_arena *run);

void   dt_model_net_start(const dt_model *m, dt_rng *rng, float *x);
size_t dt_model_net_scratch(const dt_model *m, size_t batch);
double dt_model_net_gradient(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch);
double dt_model_net_hand_out(const dt_model *m, const float *x, const dt_batch *batch, const dt_sink *sink, float *g, float *scratch);
void   dt_model_net_predict(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, float *out);
void   dt_model_net_score(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, double *loss,
                          size_t *right);

#endif
