/* pairs.c - packets that hold pairs of position and value. */
#include "compress/pairs.h"
#include <math.h>
#include <string.h>

dt_status dt_pairs_make(dt_pair **body, size_t most, const dt_block *block, const char *name, dt_arena *run) {
    if (block->n > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "compress", "%s: expected fewer than 2^32 entries, for their numbers have 4 bytes, got %zu",
                          name, block->n);
    *body = dt_arena_take(run, most, sizeof **body);
    return DT_OK;
}

void dt_pairs_decode(const dt_packet *in, size_t n, float *out) {
    const dt_pair *pair = in->body;
    memset(out, 0, n * sizeof *out);
    for (size_t j = 0; j < in->count; j++) out[pair[j].index] = pair[j].value;
}

double dt_pairs_bytes(double pairs, size_t n) { return fmin(8 * pairs, 4 * (double)n); }

uint64_t dt_pairs_keys(const void *state, const dt_packet *p, double *bytes) {
    const dt_pair *pair = p->body;
    uint64_t hash = p->count;
    (void)state;
    for (size_t j = 0; j < p->count; j++) hash = dt_hash(hash, &pair[j].index, sizeof pair[j].index);
    *bytes = p->wire_bytes >= 8 * (double)p->count ? 4 * (double)p->count : 0;
    return hash;
}
