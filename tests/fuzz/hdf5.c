/* hdf5.c - any bytes as an HDF5 file of samples. */
#include "tests/fuzz/fuzz.h"
#include "data/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_config *choice = fuzz_choice("hdf5", fuzz_file(0, bytes, size), arena);
    dt_data data;
    dt_status status = dt_data_check(choice);
    fuzz_verdict(status);
    if (status == DT_OK) fuzz_verdict(dt_data_load(choice, 1, 4, &data, arena));
    dt_arena_free(arena);
    return 0;
}
