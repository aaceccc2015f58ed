/* traces.c - any bytes as a file of measured values; the first chooses whose they are. */
#include "tests/fuzz/fuzz.h"
#include "profile/profile.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    dt_base_start();
    return 0;
}

static void draw(const dt_config *choice, dt_arena *arena) {
    dt_distribution d;
    dt_status status = dt_distribution_open(&d, choice, "jitter", arena);
    fuzz_verdict(status);
    if (status != DT_OK) return;
    dt_rng *rng = dt_rng_stream(arena, 1, 0, "fuzz");
    fuzz_verdict(dt_distribution_fit(&d, "jitter", 3));
    for (long k = 0; k < 30; k++)
        if (!(dt_distribution_draw(&d, rng, k % 3, k) >= 0)) abort();
    if (!(dt_distribution_once(&d, rng, 1) >= 0 && dt_distribution_mean(&d, 2) >= 0)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char *const orders[] = { "random", "sequence", "own", "own" };
    if (size < 1) return 0;
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_config *choice = fuzz_choice("trace", fuzz_file(0, bytes + 1, size - 1), arena);
    dt_profile profile;
    fuzz_verdict(dt_profile_open(&profile, choice, "faults.links.bandwidth", "B/s", arena));
    dt_config_set_text(choice, "order", orders[bytes[0] % 4], arena);
    if (bytes[0] % 4 == 3) dt_config_set_text(choice, (bytes[0] & 4) != 0 ? "own" : "worker", (bytes[0] & 4) != 0 ? "row" : "who", arena);
    if ((bytes[0] & 8) != 0) dt_config_set_text(choice, "where", "job=1", arena);
    if ((bytes[0] & 16) != 0) dt_config_set_bool(choice, "normalise", false, arena);
    draw(choice, arena);
    dt_arena_free(arena);
    return 0;
}
