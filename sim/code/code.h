/* code.h - codes for gradients: which parts of a batch each worker computes, the word that it sends, and how the sum over all
 * parts comes back from some of the words.  A word is a linear combination of the gradients of its worker's parts, in double,
 * since some codes weigh by large numbers that cancel.
 * A code bears a number of workers whose words do not come (stragglers, failures) or are false (Byzantine workers).  Words of
 * more than those end with DT_EDECODE if the words show it; a code never takes fewer words for the whole sum.
 * Nothing here advances the clock: whoever encodes or decodes charges the flops to its host. */
#ifndef DT_CODE_CODE_H
#define DT_CODE_CODE_H

#include "base/rng.h"
#include "base/room.h"

typedef struct dt_code {
    const struct dt_code_type *type;
    void         *state;
    size_t        workers, parts;   /* as many parts as workers: part p is what worker p would compute without a code */
    const size_t *start, *part;     /* worker w computes part[start[w]] .. part[start[w + 1] - 1] */
    const double *weight;           /* [start[workers]] of these parts in the word; complex: the real numbers */
    const double *imaginary;        /* [start[workers]] the imaginary ones; NULL: words are real */
} dt_code;

typedef struct dt_code_type {
    dt_entry is;
    /* True if it finds false words: whoever decodes then waits for all words that can come.  False: it believes every word. */
    bool doubts;
    /* Set the parts and their weights; workers is set.  Errors: DT_EINVAL where the number of workers does not fit the code. */
    dt_status (*init)(void *state, dt_code *c, dt_rng *rng, dt_arena *run);
    /* Do the words that have come determine the sum, if all of them are true? */
    bool (*enough)(const dt_code *c, const bool *come);
    /* sum [n] from word [workers] (NULL: has not come), which are enough; liar [workers], all false before: whose words were
     * found to be false.  NULL: a word is the gradient of the worker's part, and an aggregation rule merges those that have come.
     * Errors: DT_EDECODE, more words are false or missing than the code bears. */
    dt_status (*decode)(const dt_code *c, const double *const *word, size_t n, double *sum, bool *liar, dt_arena *scratch);
    /* Flops of decoding so many words of n entries on a real machine; NULL: 0, since a sum is formed while words are received. */
    double (*flops)(const dt_code *c, size_t words, size_t n);
} dt_code_type;

DT_DECLARE_ROOM(code)     /* preset: "none" */

/* Open the code that config names (NULL: the preset) for so many workers; it belongs to run.  Random weights come from the stream
 * (seed, 0, "code").  Errors: DT_ENOTFOUND name, DT_EINVAL key or value, or a number of workers that does not fit. */
dt_status dt_code_open(dt_code *c, const dt_config *config, size_t workers, uint64_t seed, dt_arena *run);

/* Numbers of a word for each entry of a gradient: 1, or 2 where they are complex (all real numbers, then all imaginary ones). */
static inline size_t dt_code_reals(const dt_code *c) { return c->imaginary == NULL ? 1 : 2; }

/* How many parts a worker computes. */
static inline size_t dt_code_count(const dt_code *c, size_t worker) { return c->start[worker + 1] - c->start[worker]; }

/* word [reals * n] of a worker from g[part] [n], the mean gradient of each part, and the part's share of the samples of all: the sum
 * over the parts is then the gradient of the mean loss, however many samples each has. */
void dt_code_encode(const dt_code *c, size_t worker, const float *const *g, const double *share, size_t n, double *word);
double dt_code_encode_flops(const dt_code *c, size_t worker, size_t n);

/* As the type's enough and decode (which it must have), with liar [workers] cleared first.  Errors: DT_EDECODE, also if the words
 * are not enough; the content of sum is then undefined. */
bool dt_code_enough(const dt_code *c, const bool *come);
dt_status dt_code_decode(const dt_code *c, const double *const *word, size_t n, double *sum, bool *liar, dt_arena *scratch);
double dt_code_decode_flops(const dt_code *c, size_t words, size_t n);

#endif
