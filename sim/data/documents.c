/* documents.c - documents of words whose frequencies follow Zipf's law, each about one topic.  The features are the frequencies of
 * all words of the vocabulary in the document; what is predicted is its topic, or its next word.
 * When: gradients that are sparse by rows (model = "bag"), as those of language models.  A row takes 4 bytes for each word of the
 * vocabulary, most of them 0.
 * Source: Zipf 1949, "Human Behavior and the Principle of Least Effort": the word of rank r occurs in proportion to 1 / r^s; words of
 * a topic as in Blei et al. 2003, "Latent Dirichlet Allocation", with one topic a document. */
#include "data/table.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

typedef struct documents {
    long        rows, test, words, length, topics;
    double      exponent, share;
    const char *predicts;       /* "topic" | "word" */
} documents;

/* What documents are drawn from: the law of ranks, and which word has which rank in each topic. */
typedef struct language { gsl_ran_discrete_t *rank; uint32_t *word; } language;

static uint32_t documents_word(const documents *d, const language *l, dt_rng *rng, size_t topic) {
    size_t rank = gsl_ran_discrete(rng, l->rank);
    bool common = gsl_rng_uniform(rng) >= d->share;
    return common ? (uint32_t)rank : l->word[topic * (size_t)d->words + rank];
}

static dt_status documents_draw(const documents *d, const language *l, dt_rng *rng, size_t rows, dt_dataset *set, dt_arena *run) {
    size_t n = (size_t)d->words;
    bool next = strcmp(d->predicts, "word") == 0;
    float *x, *y;
    DT_TRY(dt_data_take(rows, n, set, &x, &y, run));
    for (size_t i = 0; i < rows; i++) {
        size_t topic = gsl_rng_uniform_int(rng, (unsigned long)d->topics);
        memset(x + i * n, 0, n * sizeof *x);
        for (long w = 0; w < d->length; w++) x[i * n + documents_word(d, l, rng, topic)] += 1.0f / (float)d->length;
        y[i] = (float)(next ? documents_word(d, l, rng, topic) : topic);
    }
    return DT_OK;
}

static dt_status documents_sets(const documents *d, const language *l, uint64_t seed, dt_data *out, dt_arena *run) {
    dt_rng *rng = dt_rng_stream(run, seed, 0, "data.train");
    DT_TRY(documents_draw(d, l, rng, (size_t)d->rows, &out->train, run));
    dt_rng_restart(rng, seed, 0, "data.test");
    return documents_draw(d, l, rng, (size_t)d->test, &out->test, run);
}

static dt_status documents_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    const documents *d = state;
    (void)workers;
    size_t words = (size_t)d->words, topics = (size_t)d->topics;
    double *law = dt_arena_take(run, words, sizeof *law);
    language l = { .word = dt_arena_take(run, words * topics, sizeof *l.word) };
    dt_rng *rng = dt_rng_stream(run, seed, 0, "data.topics");
    for (size_t r = 0; r < words; r++) law[r] = pow((double)(r + 1), -d->exponent);
    for (size_t t = 0; t < topics; t++) {
        uint32_t *word = l.word + t * words;
        for (size_t r = 0; r < words; r++) word[r] = (uint32_t)r;
        gsl_ran_shuffle(rng, word, words, sizeof *word);
    }
    out->shape = (dt_shape){ .features = words, .classes = strcmp(d->predicts, "word") == 0 ? words : topics };
    l.rank = gsl_ran_discrete_preproc(words, law);
    dt_status status = documents_sets(d, &l, seed, out, run);
    gsl_ran_discrete_free(l.rank);
    return status;
}

static const dt_param documents_params[] = {
    DT_INT_PARAM(documents, rows, 1024, 1, 4e9, "training documents"),
    DT_INT_PARAM(documents, test, 256, 0, 4e9, "test documents"),
    DT_INT_PARAM(documents, words, 2000, 2, 1e5, "words of the vocabulary: the features"),
    DT_INT_PARAM(documents, length, 20, 1, 1e6, "words of a document"),
    DT_INT_PARAM(documents, topics, 10, 2, 1e3, "topics, equally likely"),
    DT_REAL_PARAM(documents, exponent, 1, 0, 10, "1", "s: the word of rank r occurs in proportion to 1 / r^s; 0: all equally often"),
    DT_REAL_PARAM(documents, share, 0.5, 0, 1, "1", "share of words that are drawn by the ranks of the topic; the others by ranks common to all"),
    DT_CHOICE_PARAM(documents, predicts, "topic", "topic|word", "the class of a document: its topic, or the word that follows (a language model)"),
    { 0 }
};

const dt_data_type dt_data_documents = {
    .is = { "documents", "Documents of Zipf-distributed words, each about one topic.", "Zipf 1949; Blei et al. 2003", documents_params,
            sizeof(documents) },
    .by_seed = true, .load = documents_load,
};
