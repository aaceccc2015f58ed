/* libsvm.c - any bytes as a LIBSVM file: with the width it shows, and with one that is given. */
#include "tests/fuzz/fuzz.h"
#include "data/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    const char *path = fuzz_file(0, bytes, size);
    for (int given = 0; given < 2; given++) {
        if (!given && fuzz_digits(bytes, size) > 4) continue;
        dt_arena *arena = dt_arena_new(1 << 16);
        dt_config *choice = fuzz_choice("libsvm", path, arena);
        dt_data data;
        if (given) dt_config_set_number(choice, "columns", 40, arena);
        dt_config_set_text(choice, "target", size % 2 == 0 ? "class" : "real", arena);
        fuzz_verdict(dt_data_check(choice));
        fuzz_verdict(dt_data_load(choice, 1, 4, &data, arena));
        dt_arena_free(arena);
    }
    return 0;
}
