/* feedback_test.c - error feedback loses nothing: what was sent and what is kept add up to what came in, in whole numbers exactly. */
#include "tests/compress/opened.h"

static void signs_keep_what_they_leave_out(void **fixture) {
    dt_compress c = opened("\"sign\"", 3, 1, 1, 0, *fixture);
    const float in[] = { 3, -1, 2 }, wanted[] = { 2, -2, 2 }, kept[] = { 1, 1, 0 };
    float out[3];
    dt_compress_pass(&c, in, NULL, out);
    for (int i = 0; i < 3; i++) assert_true(out[i] == wanted[i] && c.memory[i] == kept[i]);
}

static void the_largest_entry_comes_in_turn(void **fixture) {
    dt_compress c = opened("{\"name\": \"topk\", \"ratio\": 0.3}", 3, 1, 1, 0, *fixture);
    const float in[] = { 10, 6, 3 }, value[] = { 10, 12, 20, 12, 20, 18 };
    const int where[] = { 0, 1, 0, 1, 0, 2 };
    float out[3], sum[3] = { 0 };
    for (int t = 0; t < 10; t++) {
        dt_compress_pass(&c, in, NULL, out);
        for (int i = 0; i < 3; i++) {
            if (t < 6) assert_true(out[i] == (i == where[t] ? value[t] : 0));
            sum[i] += out[i];
        }
    }
    for (int i = 0; i < 3; i++) assert_true(sum[i] + c.memory[i] == 10 * in[i]);
}

/* Two workers, and an owner that encodes their sum again: three memories. */
static void with_twice_all_memories_together_lose_nothing(void **fixture) {
    const char *text = "{\"name\": \"topk\", \"ratio\": 0.3, \"twice\": true}";
    dt_compress a = opened(text, 4, 1, 1, 0, *fixture), b = opened(text, 4, 1, 1, 1, *fixture), m = opened(text, 4, 1, 1, 2, *fixture);
    const dt_compress *from[] = { &a, &b };
    const double weight[] = { 1, 1 };
    float x[4], out[4], sent[4] = { 0 }, in[4] = { 0 };
    for (int t = 0; t < 25; t++) {
        for (int w = 0; w < 2; w++) {
            for (int i = 0; i < 4; i++) in[i] += x[i] = (float)((7 * t + 5 * i * i + 11 * w) % 13 - 6);
            dt_compress_pass(w == 0 ? &a : &b, x, NULL, out);
        }
        dt_compress_merge(&m, from, weight, 2, out);
        for (int i = 0; i < 4; i++) sent[i] += out[i];
        for (int i = 0; i < 4; i++) assert_true(sent[i] + a.memory[i] + b.memory[i] + m.memory[i] == in[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(signs_keep_what_they_leave_out, setup, teardown),
        cmocka_unit_test_setup_teardown(the_largest_entry_comes_in_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(with_twice_all_memories_together_lose_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
