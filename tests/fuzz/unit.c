/* unit.c - any text as a quantity of every unit: refused, or a finite number. */
#include "tests/fuzz/fuzz.h"
#include "base/param.h"
#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char *const units[] = { "s", "B", "B/s", "flop/s", "J", "W", "1", "" };
    dt_arena *arena = dt_arena_new(4096);
    const char *text = dt_arena_copy(arena, (const char *)bytes, size);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        double value = NAN;
        dt_status status = dt_unit_read(text, units[i], &value);
        fuzz_verdict(status);
        if (status == DT_OK && !isfinite(value)) abort();
    }
    dt_arena_free(arena);
    return 0;
}
