/* scenario.c - any text as a scenario: built, swept, checked, within small limits.  Run in the project's folder. */
#include "tests/fuzz/fuzz.h"
#include "script/script.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    dt_base_start();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_script *script;
    dt_plan plan;
    const dt_script_options options = { .home = ".", .timeout_s = 1, .memory_bytes = 3e7 };
    dt_status status = dt_script_load(fuzz_file(0, bytes, size), &options, arena, &script, &plan);
    fuzz_verdict(status);
    if (status == DT_OK) dt_script_close(script);
    dt_arena_free(arena);
    return 0;
}
