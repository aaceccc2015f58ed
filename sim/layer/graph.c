/* graph.c - who needs a layer, from whom a layer needs. */
#include "layer/graph.h"
#include <assert.h>

static size_t graph_afters(const dt_layer_row *row, size_t l) { return row[l].after != NULL ? row[l].afters : l > 0; }

static size_t graph_after(const dt_layer_row *row, size_t l, size_t i) { return row[l].after != NULL ? row[l].after[i] : l - 1; }

dt_layer_graph dt_layer_graph_of(const dt_layer_row *row, size_t layers, dt_arena *run) {
    size_t *needs = dt_arena_take(run, layers, sizeof *needs), *first = dt_arena_take(run, layers + 1, sizeof *first);
    for (size_t l = 0; l < layers; l++) {
        needs[l] = graph_afters(row, l);
        for (size_t i = 0; i < needs[l]; i++) {
            assert(graph_after(row, l, i) < l);
            first[graph_after(row, l, i) + 1]++;
        }
    }
    for (size_t l = 0; l < layers; l++) first[l + 1] += first[l];
    size_t *next = dt_arena_take(run, first[layers], sizeof *next), *filled = dt_arena_take(run, layers, sizeof *filled);
    for (size_t l = 0; l < layers; l++)
        for (size_t i = 0; i < needs[l]; i++) {
            size_t before = graph_after(row, l, i);
            next[first[before] + filled[before]++] = l;
        }
    return (dt_layer_graph){ layers, needs, first, next };
}
