/* needs.c - the transitive closure of a graph of layers, as sets of bits. */
#include "queue/needs.h"
#include "layer/graph.h"

dt_status dt_queue_needs_of(const dt_queue_view *v, dt_queue_needs *n, dt_arena *arena) {
    enum { MOST = 10000 };          /* 12.5 MB of bits */
    if (v->layers > MOST)
        return dt_fail_at(DT_EINVAL, "queue", "expected a model of at most %d layers for an order on their graph, got %zu", MOST, v->layers);
    *n = (dt_queue_needs){ .layers = v->layers, .words = (v->layers + 63) / 64 };
    n->need = dt_arena_take(arena, v->layers * n->words, sizeof *n->need);
    const dt_layer_graph graph = dt_layer_graph_of(v->layer, v->layers, arena);
    for (size_t l = 0; l < v->layers; l++) {
        uint64_t *own = &n->need[l * n->words];
        if (v->layer[l].params > 0) own[l / 64] |= (uint64_t)1 << l % 64;
        for (size_t i = graph.first[l]; i < graph.first[l + 1]; i++)
            for (size_t w = 0; w < n->words; w++) n->need[graph.next[i] * n->words + w] |= own[w];
    }
    return DT_OK;
}
