/* minmax_test.c - one byte an entry, between the smallest and the largest. */
#include "tests/compress/opened.h"

static const char *const plain = "{\"name\": \"minmax\", \"error_feedback\": false}";

static void a_vector_of_five_has_the_published_codes(void **fixture) {
    const float x[5] = { -1, -0.5f, 0, 0.25f, 1 }, back[5] = { -0.996078f, -0.501961f, 0, 0.250980f, 0.996078f };
    const uint8_t codes[5] = { 1, 64, 128, 160, 255 };
    float out[5];
    dt_compress c = opened(plain, 5, 1, 1, 0, *fixture);
    assert_near(dt_compress_pass(&c, x, NULL, out), 5 + 8, 0);
    assert_memory_equal((const uint8_t *)c.part->packet.body + 8, codes, sizeof codes);
    for (int i = 0; i < 5; i++) assert_near(out[i], back[i], 1e-6);
}

static void an_error_is_at_most_half_a_step(void **fixture) {
    enum { N = 1001 };
    float x[N], out[N];
    dt_compress c = opened(plain, N, 1, 1, 0, *fixture);
    for (int shift = -3; shift <= 3; shift++) {
        for (int i = 0; i < N; i++) x[i] = (float)(shift + 2 * sin((double)i * i));
        dt_compress_pass(&c, x, NULL, out);
        for (int i = 0; i < N; i++) assert_near(out[i], x[i], 0.5 * 4 / 255 + 1e-6);
    }
}

static void equal_entries_stay_what_they_are(void **fixture) {
    const float values[] = { 0, 3.5f, -1e-3f, 2e9f };
    dt_compress c = opened(plain, 3, 1, 1, 0, *fixture);
    for (size_t v = 0; v < 4; v++) {
        float x[3] = { values[v], values[v], values[v] }, out[3];
        dt_compress_pass(&c, x, NULL, out);
        for (int i = 0; i < 3; i++) assert_near(out[i], values[v], 1e-6 * fabs(values[v]) + 1e-9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_vector_of_five_has_the_published_codes, setup, teardown),
        cmocka_unit_test_setup_teardown(an_error_is_at_most_half_a_step, setup, teardown),
        cmocka_unit_test_setup_teardown(equal_entries_stay_what_they_are, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
