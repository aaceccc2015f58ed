/* randomskip_test.c - the random skip filter: its mean, its variance, and how many entries it sends. */
#include "tests/compress/opened.h"

enum { N = 1000, TIMES = 400 };

/* Of an entry x: mean x, variance x^2 (1 - p) / p; both within 5 standard errors. */
static void the_mean_is_the_input_and_the_variance_is_known(void **fixture) {
    const double p = 0.25;
    dt_compress c = opened("{\"name\": \"randomskip\", \"keep\": 0.25}", N, 1, 1, 0, *fixture);
    float x[N], out[N];
    double sum = 0, square = 0, sent = 0;
    for (int i = 0; i < N; i++) x[i] = 2;
    for (int t = 0; t < TIMES; t++) {
        sent += dt_compress_pass(&c, x, NULL, out) / 8;
        for (int i = 0; i < N; i++) {
            assert_true(out[i] == 0 || out[i] == 8);
            sum += out[i];
            square += (out[i] - 2.0) * (out[i] - 2.0);
        }
    }
    double draws = (double)N * TIMES, variance = 4 * (1 - p) / p;
    assert_near(sum / draws, 2, 5 * sqrt(variance / draws));
    assert_near(square / draws, variance, 0.05 * variance);
    assert_near(sent / draws, p, 5 * sqrt(p * (1 - p) / draws));
    assert_near(dt_compress_wire_bytes(&c), 8 * 250, 0);
}

/* How many are sent is not fixed, as it is with randomk; workers draw by themselves. */
static void every_worker_tosses_for_every_entry(void **fixture) {
    const char *text = "{\"name\": \"randomskip\", \"keep\": 0.3}";
    dt_compress one = opened(text, N, 1, 1, 0, *fixture), other = opened(text, N, 1, 1, 1, *fixture);
    float x[N], a[N], b[N];
    int differ = 0, counts = 0;
    double before = 0;
    for (int i = 0; i < N; i++) x[i] = 1;
    for (int t = 0; t < 20; t++) {
        double bytes = dt_compress_pass(&one, x, NULL, a);
        dt_compress_pass(&other, x, NULL, b);
        for (int i = 0; i < N; i++) differ += (a[i] != 0) != (b[i] != 0);
        counts += bytes != before;
        before = bytes;
    }
    assert_true(counts > 15);
    assert_near(differ / (20.0 * N), 2 * 0.3 * 0.7, 0.03);
}

static void keep_of_one_sends_all(void **fixture) {
    dt_compress c = opened("{\"name\": \"randomskip\", \"keep\": 1}", 5, 1, 1, 0, *fixture);
    const float x[] = { 1, -2, 0, 4, 5 };
    float out[5];
    assert_near(dt_compress_pass(&c, x, NULL, out), 20, 0);
    assert_memory_equal(x, out, sizeof x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_is_the_input_and_the_variance_is_known),
        cmocka_unit_test(every_worker_tosses_for_every_entry),
        cmocka_unit_test(keep_of_one_sends_all),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
