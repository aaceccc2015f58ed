/* net.c - forward and backward through a chain of layers, ended by softmax and cross-entropy.
 * Source: Rumelhart, Hinton, Williams 1986; loss -log p_y, p = softmax(z), d loss / d z = p - onehot(y).
 * A batch goes through in groups, so that memory does not follow the batch. */
#include "model/net.h"
#include <assert.h>
#include <math.h>
#include <string.h>

enum { GROUP = 64 };

/* ---- building ------------------------------------------------------------------------------ */

dt_status dt_model_net_open(dt_model_net *net, const dt_model *m, bool image, size_t room, dt_arena *run) {
    const dt_shape *s = &m->shape;
    if (s->classes == 1)
        return dt_fail_at(DT_EINVAL, "model", "\"%s\": expected data of at least 2 classes, got the same label for every sample",
                          m->type->is.name);
    if (s->classes == 0)
        return dt_fail_at(DT_EINVAL, "model", "\"%s\": expected data with classes, got a target that is a real number; \"linear\" "
                          "takes it", m->type->is.name);
    if (image && s->channels == 0)
        return dt_fail_at(DT_EINVAL, "model", "\"%s\": expected images, got rows of %zu plain features; \"mlp\" takes them, "
                          "\"glyphs\" and \"idx\" are images", m->type->is.name, s->features);
    net->layer = dt_arena_take(run, room + 1, sizeof *net->layer);
    net->room = room + 1;       /* one more for the layer that close adds */
    net->in = image ? (dt_extent){ s->channels, s->height, s->width } : (dt_extent){ s->features, 1, 1 };
    net->planes = image && s->channels > 1;
    net->features = s->features;
    return DT_OK;
}

dt_status dt_model_net_size(const dt_list *list, size_t i, const char *path, size_t *size) {
    *size = (size_t)list->item[i];
    if (list->item[i] == (double)*size) return DT_OK;
    return dt_fail_at(DT_EINVAL, path, "expected a whole number, got %g", list->item[i]);
}

static dt_status net_add(dt_model_net *net, const dt_config *config, dt_arena *run) {
    assert(net->layers < net->room);
    dt_layer *l = &net->layer[net->layers++];
    dt_status status = dt_layer_open(l, config, net->in, run);
    if (status != DT_OK) return dt_fail_at(status, "model", "%s", dt_arena_text(run, "%s", dt_reason()));
    size_t out = dt_extent_size(l->out);
    net->in = l->out;
    net->outs += out;
    if (out > net->widest) net->widest = out;
    if (l->work > net->work) net->work = l->work;
    return DT_OK;
}

static dt_config *net_config(const char *name, dt_arena *run) {
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, name, run);
    return config;
}

dt_status dt_model_net_dense(dt_model_net *net, size_t units, const char *start, dt_arena *run) {
    dt_config *config = net_config("dense", run);
    dt_config_set_number(config, "units", (double)units, run);
    dt_config_set_text(config, "start", start, run);
    return net_add(net, config, run);
}

dt_status dt_model_net_grouped(dt_model_net *net, size_t units, bool whole, const char *start, dt_arena *run) {
    dt_config *config = net_config("grouped", run);
    dt_config_set_number(config, "units", (double)units, run);
    dt_config_set_number(config, "groups", (double)net->groups, run);
    dt_config_set_bool(config, "whole", whole, run);
    dt_config_set_text(config, "start", start, run);
    return net_add(net, config, run);
}

dt_status dt_model_net_embedding(dt_model_net *net, size_t units, size_t nonzeros, dt_arena *run) {
    dt_config *config = net_config("embedding", run);
    dt_config_set_number(config, "units", (double)units, run);
    dt_config_set_number(config, "nonzeros", (double)nonzeros, run);
    return net_add(net, config, run);
}

dt_status dt_model_net_conv(dt_model_net *net, size_t filters, size_t kernel, dt_arena *run) {
    dt_config *config = net_config("conv", run);
    dt_config_set_number(config, "filters", (double)filters, run);
    dt_config_set_number(config, "kernel", (double)kernel, run);
    return net_add(net, config, run);
}

dt_status dt_model_net_plain(dt_model_net *net, const char *name, dt_arena *run) {
    return net_add(net, net_config(name, run), run);
}

/* How many layers of l's kind there are up to l: the number in its name. */
static size_t net_number(const dt_model_net *net, size_t l) {
    size_t number = 0;
    for (size_t i = 0; i <= l; i++) number += net->layer[i].type == net->layer[l].type;
    return number;
}

dt_status dt_model_net_close(dt_model_net *net, dt_model *m, dt_arena *run) {
    if (net->groups > 1) DT_TRY(dt_model_net_grouped(net, m->shape.classes, false, "glorot", run));
    else DT_TRY(dt_model_net_dense(net, m->shape.classes, "glorot", run));
    dt_model_layer *table = dt_arena_take(run, net->layers, sizeof *table);
    for (size_t i = 0; i < net->layers; i++) {
        const dt_layer *l = &net->layer[i];
        const char *name = dt_arena_text(run, "%s%zu", l->type->is.name, net_number(net, i));
        size_t columns = l->params > 0 && l->groups == 0 ? l->out.channels : 0;     /* blocks are no rows of one matrix */
        table[i] = (dt_model_layer){ name, m->n, l->params, l->forward_flops, l->backward_flops,
                                     (double)(sizeof(float) * dt_extent_size(l->out)), columns, NULL, 0 };
        m->n += l->params;
    }
    m->outs = m->shape.classes;
    m->layer = table;
    m->layers = net->layers;
    return DT_OK;
}

void dt_model_net_start(const dt_model *m, dt_rng *rng, float *x) {
    const dt_model_net *net = m->state;
    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i].type->start != NULL) net->layer[i].type->start(&net->layer[i], rng, x + m->layer[i].first);
}

/* ---- one group of samples ------------------------------------------------------------------ */

/* The places in the scratch of a group of rows samples. */
typedef struct group {
    size_t rows;
    const float *in, *y;    /* [rows * features]; [rows] */
    float *samples, *turned;    /* [rows * features] each: where samples come as bytes, and where they come as planes */
    float *outs;            /* [rows * outs] the layers' outputs, one after another */
    float *d[2];            /* [rows * widest] the gradient above and below a layer */
    float *work;            /* [work] */
} group;

static size_t net_lines(size_t floats) { return (floats + 15) / 16 * 16; }      /* whole cache lines */

static size_t net_turned(const dt_model_net *net) { return net->planes ? net->features : 0; }

size_t dt_model_net_scratch(const dt_model *m, size_t batch) {
    const dt_model_net *net = m->state;
    size_t rows = batch < GROUP ? batch : GROUP;
    return net_lines(rows * net->features) + net_lines(rows * net_turned(net)) + net_lines(rows * net->outs) + 2 * net_lines(rows * net->widest)
           + net->work;
}

/* [channels][pixels] becomes [pixels][channels]. */
static void net_turn(const dt_model_net *net, size_t rows, const float *in, float *out) {
    size_t channels = net->layer[0].in.channels, pixels = net->features / channels;
    for (size_t s = 0; s < rows; s++, in += net->features)
        for (size_t i = 0; i < pixels; i++)
            for (size_t c = 0; c < channels; c++) *out++ = in[c * pixels + i];
}

/* The group that begins at row first: groups of a batch differ by one sample at most. */
static group net_group(const dt_model_net *net, const dt_batch *batch, size_t first, float *scratch) {
    size_t left = batch->m - first, groups = (left + GROUP - 1) / GROUP;
    group p = { .rows = (left + groups - 1) / groups, .y = batch->y + first, .samples = scratch };
    p.turned = p.samples + net_lines(p.rows * net->features);
    p.in = dt_data_samples(batch, net->features, first, p.rows, p.samples);
    p.outs = p.turned + net_lines(p.rows * net_turned(net));
    p.d[0] = p.outs + net_lines(p.rows * net->outs);
    p.d[1] = p.d[0] + net_lines(p.rows * net->widest);
    p.work = p.d[1] + net_lines(p.rows * net->widest);
    if (net->planes) {
        net_turn(net, p.rows, p.in, p.turned);
        p.in = p.turned;
    }
    return p;
}

/* Returns the scores z [rows * classes]. */
static const float *net_forward(const dt_model *m, const float *x, const group *p) {
    const dt_model_net *net = m->state;
    const float *in = p->in;
    float *out = p->outs;
    for (size_t i = 0; i < net->layers; i++) {
        const dt_layer *l = &net->layer[i];
        dt_layer_pass pass = { .m = p->rows, .x = x + m->layer[i].first, .in = in, .out = out, .work = p->work };
        l->type->forward(l, &pass);
        in = out;
        out += p->rows * dt_extent_size(l->out);
    }
    return in;
}

/* Hands a layer's pieces on as those of the model. */
typedef struct offset { const dt_sink *sink; size_t first; } offset;

static void offset_take(void *owner, dt_slice range, float *g) {
    const offset *o = owner;
    o->sink->take(o->sink->owner, (dt_slice){ o->first + range.first, range.count }, g);
}

/* Who takes the gradient: it is written to g, or added to it, and then handed to sink unless that is NULL. */
typedef struct goal { float *g; bool add; const dt_sink *sink; } goal;

/* A layer without pieces of its own is handed out whole. */
static void net_layer_back(const dt_layer *l, dt_layer_pass *pass, size_t first, const goal *to) {
    offset o = { to->sink, first };
    dt_sink sink = { offset_take, &o };
    if (to->sink != NULL && l->type->pieces) pass->sink = &sink;
    l->type->backward(l, pass);
    if (to->sink != NULL && !l->type->pieces && l->params > 0) offset_take(&o, (dt_slice){ 0, l->params }, pass->g);
}

/* From d[0] = d loss / d z down to the first layer, whose input needs no gradient. */
static void net_backward(const dt_model *m, const float *x, const group *p, const goal *to) {
    const dt_model_net *net = m->state;
    float *out = p->outs + p->rows * net->outs, *above = p->d[0], *below = p->d[1];
    for (size_t i = net->layers; i-- > 0;) {
        const dt_layer *l = &net->layer[i];
        size_t in = p->rows * dt_extent_size(l->in), first = m->layer[i].first;
        out -= p->rows * dt_extent_size(l->out);
        dt_layer_pass pass = { p->rows, x + first, i == 0 ? p->in : out - in, out, p->work, above, to->g + first,
                               i == 0 ? NULL : below, to->add, NULL };
        net_layer_back(l, &pass, first, to);
        below = above;
        above = pass.d_in;
    }
}

/* Sum of -log p_y over the rows; d [rows * classes] = scale * (p - onehot(y)).
 * With the largest score taken off, no exponential overflows; a score of NaN or infinity makes the loss NaN. */
static double net_entropy(size_t rows, size_t classes, const float *z, const float *y, float scale, float *d) {
    double loss = 0;
    for (size_t s = 0; s < rows; s++, z += classes, d += classes) {
        size_t class = (size_t)y[s];
        float top = z[0];
        double sum = 0;
        for (size_t j = 1; j < classes; j++) top = z[j] > top ? z[j] : top;
        for (size_t j = 0; j < classes; j++) sum += d[j] = expf(z[j] - top);
        loss += log(sum) - ((double)z[class] - top);
        float share = (float)(scale / sum);
        for (size_t j = 0; j < classes; j++) d[j] *= share;
        d[class] -= scale;
    }
    return loss;
}

/* Rows whose largest score is that of their class: the first of equals, and never a NaN. */
static size_t net_right(size_t rows, size_t classes, const float *z, const float *y) {
    size_t right = 0;
    for (size_t s = 0; s < rows; s++, z += classes) {
        size_t best = 0;
        for (size_t j = 1; j < classes; j++) best = z[j] > z[best] ? j : best;
        right += best == (size_t)y[s] && z[best] == z[best];
    }
    return right;
}

/* ---- the whole batch ----------------------------------------------------------------------- */

/* Groups are added up in g, so that only the gradient of one group alone is handed out piece by piece. */
double dt_model_net_hand_out(const dt_model *m, const float *x, const dt_batch *batch, const dt_sink *sink, float *g, float *scratch) {
    const dt_model_net *net = m->state;
    double loss = 0;
    bool whole = batch->m > GROUP;
    for (size_t first = 0; first < batch->m;) {
        group p = net_group(net, batch, first, scratch);
        const float *z = net_forward(m, x, &p);
        loss += net_entropy(p.rows, m->shape.classes, z, p.y, 1.0f / (float)batch->m, p.d[0]);
        net_backward(m, x, &p, &(goal){ g, first > 0, whole ? NULL : sink });
        first += p.rows;
    }
    if (whole && sink != NULL) sink->take(sink->owner, (dt_slice){ 0, m->n }, g);
    return loss / (double)batch->m;
}

double dt_model_net_gradient(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch) {
    return dt_model_net_hand_out(m, x, batch, NULL, g, scratch);
}

void dt_model_net_predict(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, float *out) {
    const dt_model_net *net = m->state;
    for (size_t first = 0; first < batch->m;) {
        group p = net_group(net, batch, first, scratch);
        memcpy(out + first * m->outs, net_forward(m, x, &p), p.rows * m->outs * sizeof *out);
        first += p.rows;
    }
}

void dt_model_net_score(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, double *loss,
                        size_t *right) {
    const dt_model_net *net = m->state;
    double sum = 0;
    *right = 0;
    for (size_t first = 0; first < batch->m;) {
        group p = net_group(net, batch, first, scratch);
        const float *z = net_forward(m, x, &p);
        if (loss != NULL) sum += net_entropy(p.rows, m->shape.classes, z, p.y, 1, p.d[0]);
        *right += net_right(p.rows, m->shape.classes, z, p.y);
        first += p.rows;
    }
    if (loss != NULL) *loss = sum;
}
