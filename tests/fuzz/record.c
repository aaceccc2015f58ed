/* record.c - any bytes as a result file. */
#include "tests/fuzz/fuzz.h"
#include "record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_reading *a, *b;
    const char *difference, *path = fuzz_file(0, bytes, size);
    dt_status status = dt_reading_open(path, &a, arena);
    fuzz_verdict(status);
    if (status == DT_OK) {
        fuzz_verdict(dt_reading_open(path, &b, arena));
        fuzz_verdict(dt_reading_diff(a, b, &difference));
        dt_reading_close(b);
        dt_reading_close(a);
    }
    dt_arena_free(arena);
    return 0;
}
