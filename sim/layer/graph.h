/* graph.h - the layers of a model as a graph of operations: which need the outputs of which.  Rows stand in an order in which they
 * can be computed one after another. */
#ifndef DT_LAYER_GRAPH_H
#define DT_LAYER_GRAPH_H

#include "base/arena.h"
#include "layer/table.h"

/* Layers that need the output of l are next[first[l]] .. next[first[l + 1] - 1], ascending. */
typedef struct dt_layer_graph {
    size_t        layers;
    const size_t *needs;            /* [layers] of how many others each needs the output */
    const size_t *first, *next;     /* [layers + 1]; [first[layers]] */
} dt_layer_graph;

/* The graph of a table; it belongs to run. */
dt_layer_graph dt_layer_graph_of(const dt_layer_row *row, size_t layers, dt_arena *run);

#endif
