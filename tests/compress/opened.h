/* opened.h - compressors for the tests of single members. */
#ifndef DT_TESTS_COMPRESS_OPENED_H
#define DT_TESTS_COMPRESS_OPENED_H

#include "tests/test.h"
#include "compress/compress.h"
#include <math.h>

/* Of worker rank, by the text of its configuration, for one matrix; common is the seed that workers share. */
static inline dt_compress opened(const char *text, size_t rows, size_t columns, uint64_t common, long rank, dt_arena *run) {
    dt_compress c;
    dt_config *node;
    dt_block block = { rows * columns, rows, columns, common, NULL };
    assert_ok(dt_config_parse(text, &node, run));
    assert_ok(dt_compress_open(&c, node, &block, 1, dt_rng_stream(run, 1, rank, "compress"), run));
    return c;
}

static inline int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static inline int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

#endif
