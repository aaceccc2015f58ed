/* embedding.c - a row of weights for each input, such as each word of a vocabulary: the output is the sum of the rows of a sample's
 * words, each times its input.  Inputs that are 0 cost nothing, and their rows have the gradient 0: it is sparse by rows.
 * When: words, users or items, of which a sample has few.  What breaks: flops are counted for so many non-zero inputs a sample,
 * which the scenario says; the data may have more or fewer.
 * Source: Bengio et al. 2003, "A Neural Probabilistic Language Model", section 2; Mikolov et al. 2013, "Efficient Estimation of Word
 * Representations in Vector Space", section 3.1 (a bag of words; arXiv 1301.3781).  out = in W, W [in * units]. */
#include "layer/algebra.h"
#include <string.h>

typedef struct embedding { long units, nonzeros; } embedding;

static dt_status embedding_init(void *state, dt_layer *l, dt_arena *run) {
    const embedding *e = state;
    (void)run;
    size_t in = dt_extent_size(l->in), units = (size_t)e->units, live = (size_t)e->nonzeros;
    double flops = 2 * (double)(live > 0 && live < in ? live : in) * (double)units;
    l->out = (dt_extent){ units, 1, 1 };
    l->params = in * units;
    l->forward_flops = l->backward_flops = flops;
    return DT_OK;
}

/* One row is looked up at a time, so it has the range of a layer of one input. */
static void embedding_start(const dt_layer *l, dt_rng *rng, float *x) {
    dt_layer_draw("glorot", 1, l->out.channels, l->params, 0, rng, x);
}

static void embedding_forward(const dt_layer *l, const dt_layer_pass *p) {
    size_t inputs = dt_extent_size(l->in), units = l->out.channels;
    memset(p->out, 0, p->m * units * sizeof *p->out);
    for (size_t s = 0; s < p->m; s++) {
        const float *in = p->in + s * inputs;
        float *out = p->out + s * units;
        for (size_t i = 0; i < inputs; i++)
            for (size_t u = 0; in[i] != 0 && u < units; u++) out[u] += in[i] * p->x[i * units + u];
    }
}

static void embedding_backward(const dt_layer *l, const dt_layer_pass *p) {
    size_t inputs = dt_extent_size(l->in), units = l->out.channels;
    if (!p->add) memset(p->g, 0, l->params * sizeof *p->g);
    for (size_t s = 0; s < p->m; s++) {
        const float *in = p->in + s * inputs, *d_out = p->d_out + s * units;
        for (size_t i = 0; i < inputs; i++)
            for (size_t u = 0; in[i] != 0 && u < units; u++) p->g[i * units + u] += in[i] * d_out[u];
    }
    if (p->d_in != NULL) dt_layer_multiply(DT_PLAIN, DT_TURNED, p->m, inputs, units, p->d_out, p->x, 0, p->d_in);
}

static const dt_param embedding_params[] = {
    DT_INT_PARAM(embedding, units, 32, 1, 1e6, "outputs: the numbers of a row"),
    DT_INT_PARAM(embedding, nonzeros, 0, 0, 1e9, "inputs of a sample that are not 0, such as its words, for which flops are counted; 0: all"),
    { 0 }
};

const dt_layer_type dt_layer_embedding = {
    .is = { "embedding", "The sum of the rows of the inputs that are not 0, such as words.", "Bengio et al. 2003, section 2",
            embedding_params, sizeof(embedding) },
    .init = embedding_init, .start = embedding_start, .forward = embedding_forward, .backward = embedding_backward,
};
