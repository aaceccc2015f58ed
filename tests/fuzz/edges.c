/* edges.c - any bytes as a graph of 12 workers: an edge list or GraphML. */
#include "tests/fuzz/fuzz.h"
#include "topology/topology.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    dt_base_start();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_topology graph;
    dt_config *choice = fuzz_choice("file", fuzz_file(0, bytes, size), arena);
    fuzz_verdict(dt_topology_make(choice, 12, 1, &graph, arena));
    dt_arena_free(arena);
    return 0;
}
