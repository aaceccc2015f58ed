/* csv.c - any bytes as a table of text; the first two choose header, separator and what is done with gaps. */
#include "tests/fuzz/fuzz.h"
#include "data/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char *const separators[] = { ",", ";", "tab", "space" };
    if (size < 2) return 0;
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_config *choice = fuzz_choice("csv", fuzz_file(0, bytes + 2, size - 2), arena);
    dt_data data;
    dt_config_set_text(choice, "separator", separators[bytes[0] % 4], arena);
    dt_config_set_bool(choice, "header", (bytes[0] & 4) != 0, arena);
    dt_config_set_bool(choice, "standardise", (bytes[0] & 8) != 0, arena);
    dt_config_set_text(choice, "missing", (bytes[0] & 16) != 0 ? "mean" : (bytes[1] & 8) != 0 ? "drop" : "refuse", arena);
    dt_config_set_text(choice, "target", (bytes[0] & 32) != 0 ? "real" : "class", arena);
    dt_config_set_text(choice, "decimal", (bytes[1] & 16) != 0 ? "," : ".", arena);
    if ((bytes[1] & 1) != 0) dt_config_set_text(choice, "owner", (bytes[0] & 4) != 0 ? "who" : "1", arena);
    if ((bytes[1] & 2) != 0) dt_config_set_text(choice, "drop", (bytes[0] & 4) != 0 ? "a, b" : "2, 3", arena);
    if ((bytes[1] & 4) != 0) dt_config_set_text(choice, "test", fuzz_file(1, bytes + 2, size / 2 - 1), arena);
    fuzz_verdict(dt_data_check(choice));
    fuzz_verdict(dt_data_load(choice, 1, 4, &data, arena));
    dt_arena_free(arena);
    return 0;
}
