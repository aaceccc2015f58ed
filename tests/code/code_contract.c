/* code_contract.c - what every code promises: it decodes every pattern of words that it calls enough, says of every other that it
 * does not, and never takes one sum for another in silence. */
#include "tests/test.h"
#include "code/code.h"
#include <gsl/gsl_randist.h>
#include <math.h>

enum { N = 7, MOST = 15 };
#define EACH_CODE(i) (size_t i = 0; i < dt_code_room.count; i++)

static dt_arena *run;

/* The gradients of the parts, their shares, all words, and the sum that they encode. */
typedef struct words {
    dt_code code;
    const float *g[MOST];
    double share[MOST], sum[N], size;
    const double *word[MOST];
} words;

static bool open_code(words *s, size_t i, size_t workers) {
    dt_config *config = dt_config_set_text(dt_config_new(run), NULL, dt_code_room.entries[i]->name, run);
    return dt_code_open(&s->code, config, workers, 7, run) == DT_OK;
}

static void draw(words *s, dt_rng *rng) {
    double all = 0;
    size_t n = N, P = s->code.workers;
    for (size_t p = 0; p < P; p++) all += s->share[p] = 1 + (double)gsl_rng_uniform_int(rng, 5);
    memset(s->sum, 0, sizeof s->sum);
    s->size = 0;
    for (size_t p = 0; p < P; p++) {
        float *g = dt_arena_take(run, n, sizeof *g);
        s->share[p] /= all;
        for (size_t e = 0; e < n; e++) {
            g[e] = (float)gsl_ran_gaussian(rng, 1);
            s->sum[e] += s->share[p] * (double)g[e];
        }
        s->g[p] = g;
    }
    for (size_t w = 0; w < P; w++) {
        double *word = dt_arena_take(run, 2 * n, sizeof *word);
        dt_code_encode(&s->code, w, s->g, s->share, n, word);
        s->word[w] = word;
    }
}

static void assert_sum(const words *s, const double *sum) {
    for (size_t e = 0; e < N; e++)
        if (!(fabs(sum[e] - s->sum[e]) <= 1e-8))
            fail_msg("%s, %zu workers: entry %zu is %.17g, not %.17g", s->code.type->is.name, s->code.workers, e, sum[e], s->sum[e]);
}

/* All 2^P patterns of words that have come. */
static void every_pattern_is_decoded_or_refused(void **fixture) {
    (void)fixture;
    dt_rng *rng = dt_rng_stream(run, 1, 0, "words");
    for EACH_CODE(i)
        for (size_t workers = 1; workers <= 9; workers++) {
            words s;
            size_t decoded = 0;
            if (!open_code(&s, i, workers)) continue;
            draw(&s, rng);
            for (size_t pattern = 0; pattern < (size_t)1 << workers; pattern++) {
                const double *word[MOST] = { NULL };
                bool come[MOST], liar[MOST];
                double sum[N] = { 0 };
                for (size_t w = 0; w < workers; w++) {
                    come[w] = pattern >> w & 1;
                    if (come[w]) word[w] = s.word[w];
                }
                bool enough = dt_code_enough(&s.code, come);
                decoded += enough;
                if (s.code.type->decode == NULL) continue;
                assert_int_equal(dt_code_decode(&s.code, word, N, sum, liar, run), enough ? DT_OK : DT_EDECODE);
                for (size_t w = 0; w < workers; w++) assert_false(liar[w]);
                if (enough) assert_sum(&s, sum);
            }
            assert_true(decoded >= 1);
        }
}

/* What a code believes is one thing: who comes more is never too much. */
static void another_word_never_makes_it_less(void **fixture) {
    (void)fixture;
    for EACH_CODE(i)
        for (size_t workers = 3; workers <= 9; workers += 3) {
            words s;
            if (!open_code(&s, i, workers)) continue;
            for (size_t pattern = 0; pattern < (size_t)1 << workers; pattern++)
                for (size_t more = 0; more < workers; more++) {
                    bool come[MOST], also[MOST];
                    for (size_t w = 0; w < workers; w++) {
                        come[w] = pattern >> w & 1;
                        also[w] = come[w] || w == more;
                    }
                    if (dt_code_enough(&s.code, come)) assert_true(dt_code_enough(&s.code, also));
                }
        }
}

/* One worker lies, by little or by much, and words of others may be missing: the code finds it, refuses, or does not doubt at all. */
static void one_liar_is_found_or_the_words_refused(void **fixture) {
    (void)fixture;
    dt_rng *rng = dt_rng_stream(run, 2, 0, "words");
    for EACH_CODE(i)
        for (size_t workers = 3; workers <= MOST; workers += 3) {
            words s;
            if (!open_code(&s, i, workers) || !s.code.type->doubts) continue;
            draw(&s, rng);
            for (size_t who = 0; who < workers; who++)
                for (size_t missing = 0; missing <= workers; missing++) {       /* workers: none is */
                    const double *word[MOST] = { NULL };
                    double lie[2 * N], sum[N];
                    bool liar[MOST];
                    for (size_t w = 0; w < workers; w++)
                        if (w != missing) word[w] = s.word[w];
                    double size = pow(10, (double)gsl_rng_uniform_int(rng, 8) - 4);
                    for (size_t e = 0; e < 2 * N; e++) lie[e] = s.word[who][e] + size * gsl_ran_gaussian(rng, 1);
                    if (missing != who) word[who] = lie;
                    dt_status status = dt_code_decode(&s.code, word, N, sum, liar, run);
                    if (missing == workers) assert_int_equal(status, DT_OK);
                    else if (status != DT_OK) assert_int_equal(status, DT_EDECODE);
                    for (size_t w = 0; w < workers && status == DT_OK; w++) assert_int_equal(liar[w], w == who && missing != who);
                    if (status == DT_OK) assert_sum(&s, sum);
                }
        }
}

/* The parts of all workers are all parts, and equal seeds give equal codes. */
static void every_part_is_computed(void **fixture) {
    (void)fixture;
    for EACH_CODE(i)
        for (size_t workers = 1; workers <= MOST; workers++) {
            words s, again;
            bool seen[MOST] = { false };
            if (!open_code(&s, i, workers)) {
                assert_int_equal(strncmp(dt_reason_path(), "code.", 5), 0);
                continue;
            }
            assert_true(open_code(&again, i, workers));
            for (size_t w = 0; w < workers; w++)
                for (size_t k = s.code.start[w]; k < s.code.start[w + 1]; k++) {
                    seen[s.code.part[k]] = true;
                    assert_true(s.code.weight[k] == again.code.weight[k]);
                }
            for (size_t p = 0; p < s.code.parts; p++) assert_true(seen[p]);
            assert_true(dt_code_decode_flops(&s.code, workers, N) >= 0);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pattern_is_decoded_or_refused),
        cmocka_unit_test(another_word_never_makes_it_less),
        cmocka_unit_test(one_liar_is_found_or_the_words_refused),
        cmocka_unit_test(every_part_is_computed),
    };
    dt_base_start();
    run = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
