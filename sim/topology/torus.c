/* torus.c - a grid whose rows and columns are closed to rings: four neighbours each.
 * When: the ring mixes too slowly and more neighbours are too expensive: its spectral gap falls as 1 / p.
 * Source: Koloskova, Stich, Jaggi 2019, "Decentralized Stochastic Optimization and Gossip Algorithms with Compressed
 * Communication", section 5 (arXiv 1902.00340). */
#include "topology/topology.h"

typedef struct torus { long rows; } torus;

/* The divisor nearest below the square root. */
static size_t torus_square(size_t workers) {
    size_t rows = 1;
    for (size_t r = 1; r * r <= workers; r++)
        if (workers % r == 0) rows = r;
    return rows;
}

static dt_status torus_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                               dt_arena *scratch) {
    (void)graph;
    const torus *t = state;
    size_t rows = t->rows > 0 ? (size_t)t->rows : torus_square(workers);
    (void)rng;
    (void)scratch;
    if (workers % rows != 0)
        return dt_fail_at(DT_EINVAL, "topology.rows", "expected a number of rows that divides %zu workers, got %zu", workers,
                          rows);
    if (t->rows == 0 && rows == 1 && workers > 3)
        return dt_fail_at(DT_EINVAL, "topology",
                          "expected a number of workers that is not prime, got %zu: take %zu or %zu workers, or the "
                          "ring (rows = 1)", workers, workers - 1, workers + 1);
    size_t columns = workers / rows;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            dt_edges_add(edges, r * columns + c, r * columns + (c + 1) % columns);
            dt_edges_add(edges, r * columns + c, (r + 1) % rows * columns + c);
        }
    return DT_OK;
}

static const dt_param torus_params[] = {
    DT_INT_PARAM(torus, rows, 0, 0, 1e9, "rows of the grid, a divisor of the workers; 0: as square as can be"),
    { 0 }
};

const dt_topology_type dt_topology_torus = {
    .is = { "torus", "A grid with closed rows and columns: four neighbours each.", "Koloskova et al. 2019, section 5",
            torus_params, sizeof(torus) },
    .connect = torus_connect,
};
