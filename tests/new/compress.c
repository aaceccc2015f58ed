/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "compress/compress.h"

static void what_is_sent_arrives(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_compress c;
    const float in[] = { 1, -2, 0.5f };
    float out[3];
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_compress_open(&c, node, &(dt_block){ 3, 3, 1, 1, NULL }, 1, dt_rng_stream(run, 1, 0, "compress"), run));
    assert_near(dt_compress_pass(&c, in, NULL, out), 12, 0);      /* bytes */
    for (int i = 0; i < 3; i++) assert_near(out[i], in[i], 0);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_arrives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
