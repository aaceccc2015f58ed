/* documents_test.c - frequencies of words add up to 1, words follow Zipf's law, and topics have words of their own. */
#include "tests/test.h"
#include "data/data.h"
#include <math.h>

static dt_data loaded(const char *text, dt_arena *arena) {
    dt_data d;
    dt_config *node;
    assert_ok(dt_config_parse(text, &node, arena));
    assert_ok(dt_data_load(node, 3, 1, &d, arena));
    return d;
}

static double often(const dt_data *d, size_t word, int topic) {
    double sum = 0, rows = 0;
    for (size_t i = 0; i < d->train.rows; i++) {
        if (topic >= 0 && d->train.y[i] != (float)topic) continue;
        sum += d->train.x[i * d->shape.features + word];
        rows++;
    }
    return sum / rows;
}

static void a_document_has_so_many_words(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d = loaded("{\"name\": \"documents\", \"rows\": 50, \"words\": 100, \"length\": 8}", arena);
    assert_int_equal(d.shape.features, 100);
    assert_int_equal(d.shape.classes, 10);
    for (size_t i = 0; i < 50; i++) {
        double sum = 0;
        for (size_t w = 0; w < 100; w++) sum += d.train.x[i * 100 + w];
        assert_near(sum, 1, 1e-6);
    }
    assert_int_equal(loaded("{\"name\": \"documents\", \"rows\": 50, \"words\": 100, \"predicts\": \"word\"}", arena).shape.classes, 100);
    dt_arena_free(arena);
}

/* 4000 documents of 25 words: 1e5 draws.  Of 50 words in the ratio 1 / r the first has 0.2223, the second half of it. */
static void words_follow_their_rank(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d = loaded("{\"name\": \"documents\", \"rows\": 4000, \"words\": 50, \"length\": 25, \"share\": 0}", arena);
    double all = 0;
    for (int r = 1; r <= 50; r++) all += 1.0 / r;
    for (size_t r = 0; r < 5; r++) {
        double law = 1 / ((double)(r + 1) * all), error = sqrt(law * (1 - law) / 1e5);
        assert_near(often(&d, r, -1), law, 4 * error);
    }
    dt_arena_free(arena);
}

static void topics_have_words_of_their_own(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d = loaded("{\"name\": \"documents\", \"rows\": 2000, \"words\": 50, \"length\": 20, \"share\": 1, \"topics\": 2}", arena);
    double apart = 0;
    for (size_t w = 0; w < 50; w++) apart += fabs(often(&d, w, 0) - often(&d, w, 1));
    assert_true(apart > 0.3);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_has_so_many_words),
        cmocka_unit_test(words_follow_their_rank),
        cmocka_unit_test(topics_have_words_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
