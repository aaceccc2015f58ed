/* nonzero.c - send the entries that are not 0, each with its position: nothing is lost.
 * When: gradients of which most entries are 0, such as those of an embedding.  What breaks: the lists of workers are not merged on
 * their way, as where frameworks gather sparse tensors of all: what each receives grows with the workers (blocks avoids that).
 * Source: the COO lists of sparse tensors in PyTorch; Kim et al. 2019, "Parallax", section 2 (arXiv 1808.02621). */
#include "compress/pairs.h"
#include <math.h>

typedef struct nonzero {
    double   density;
    size_t   n;
    dt_pair *body;              /* [n] the first so many of a packet are used, ascending index */
} nonzero;

static dt_status nonzero_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    nonzero *z = state;
    (void)rng;
    z->n = block->n;
    return dt_pairs_make(&z->body, z->n, block, "nonzero", run);
}

static double nonzero_entries(const void *state) { return ceil(((const nonzero *)state)->density * (double)((const nonzero *)state)->n); }
static double nonzero_wire_bytes(const void *state) { return dt_pairs_bytes(nonzero_entries(state), ((const nonzero *)state)->n); }

/* The flops of a comparison for each entry. */
static double nonzero_flops(const void *state) { return (double)((const nonzero *)state)->n; }

/* Those of adding one list to a sum: one for each of its entries. */
static double nonzero_merge_flops(const void *state) { return nonzero_entries(state); }

static void nonzero_encode(void *state, const float *in, const float *at, dt_packet *out) {
    nonzero *z = state;
    size_t kept = 0;
    (void)at;
    for (size_t i = 0; i < z->n; i++)
        if (in[i] != 0) z->body[kept++] = (dt_pair){ (uint32_t)i, in[i] };
    *out = (dt_packet){ z->body, kept, dt_pairs_bytes((double)kept, z->n), out->turn };
}

static void nonzero_decode(void *state, const dt_packet *in, float *out) { dt_pairs_decode(in, ((const nonzero *)state)->n, out); }

static const dt_param nonzero_params[] = {
    DT_REAL_PARAM(nonzero, density, 0.05, 0, 1, "1", "share of entries that are not 0, which is charged where nothing is learnt"),
    { 0 }
};

const dt_compress_type dt_compress_nonzero = {
    .is = { "nonzero", "Send the entries that are not 0, 8 bytes each, as lists that all gather; nothing is lost.",
            "Kim et al. 2019 (Parallax), section 2", nonzero_params, sizeof(nonzero) },
    .varies = true,
    .init = nonzero_init, .wire_bytes = nonzero_wire_bytes, .entries = nonzero_entries, .flops = nonzero_flops,
    .merge_flops = nonzero_merge_flops, .encode = nonzero_encode, .decode = nonzero_decode, .keys = dt_pairs_keys,
};
