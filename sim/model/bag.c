/* bag.c - a bag of words: the embeddings of a sample's words are summed, and softmax predicts from the sum.  The features are how
 * often each word of the vocabulary occurs, as those of the data set documents are.
 * When: a model whose gradients are sparse by rows: those of words that no sample of the batch has are 0.
 * Source: Mikolov et al. 2013, "Efficient Estimation of Word Representations in Vector Space", section 3.1 (arXiv 1301.3781);
 * as a classifier: Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification", section 2 (arXiv 1607.01759). */
#include "model/net.h"

typedef struct bag {
    dt_model_net net;
    long         units, nonzeros;
} bag;

static dt_status bag_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    bag *s = state;
    (void)shape;
    DT_TRY(dt_model_net_open(&s->net, m, false, 1, run));
    DT_TRY(dt_model_net_embedding(&s->net, (size_t)s->units, (size_t)s->nonzeros, run));
    return dt_model_net_close(&s->net, m, run);
}

static const dt_param bag_params[] = {
    DT_INT_PARAM(bag, units, 32, 1, 1e6, "numbers that stand for a word: the columns of the embedding"),
    DT_INT_PARAM(bag, nonzeros, 0, 0, 1e9, "different words of a sample, for which flops are counted; 0: the whole vocabulary, as if it were "
                                           "a dense layer"),
    { 0 }
};

const dt_model_type dt_model_bag = {
    .is = { "bag", "Bag of words: summed embeddings, then softmax; its gradients are sparse by rows.", "Mikolov et al. 2013, section 3.1",
            bag_params, sizeof(bag) },
    .classifies = true,
    .init = bag_init, .start = dt_model_net_start, .scratch = dt_model_net_scratch,
    .gradient = dt_model_net_gradient, .hand_out = dt_model_net_hand_out, .predict = dt_model_net_predict,
    .score = dt_model_net_score,
};
