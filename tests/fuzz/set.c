/* set.c - any text as the value of --set, on a small scenario.  Run in the project's folder. */
#include "tests/fuzz/fuzz.h"
#include "script/script.h"

static const char scenario[] =
    "local dt = require 'dt'\nreturn dt.scenario { platform = 'lan', workers = 4, data = { 'gaussian', rows = 64 },\n"
    "model = 'softmax', stop = { steps = 4 }, strategy = { 'localsgd', period = dt.sweep { 1, 2 } } }";

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
    const char *set = dt_arena_copy(arena, (const char *)bytes, size);
    const dt_script_options options = { .home = ".", .set = &set, .sets = 1, .timeout_s = 1, .memory_bytes = 3e7 };
    dt_status status = dt_script_load(fuzz_file(0, scenario, sizeof scenario - 1), &options, arena, &script, &plan);
    fuzz_verdict(status);
    if (status == DT_OK) dt_script_close(script);
    dt_arena_free(arena);
    return 0;
}
