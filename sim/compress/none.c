/* none.c - no compression: every entry is sent as the four bytes that it has.
 * When: bandwidth is no limit, or as the baseline of a comparison.
 * Source: IEEE 754, binary32. */
#include "compress/compress.h"
#include <string.h>

typedef struct none { size_t n; } none;

static dt_status none_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    (void)rng;
    (void)run;
    ((none *)state)->n = block->n;
    return DT_OK;
}

static double none_wire_bytes(const void *state) { return 4.0 * (double)((const none *)state)->n; }

static void none_encode(void *state, const float *in, const float *at, dt_packet *out) {
    (void)at;
    *out = (dt_packet){ in, ((none *)state)->n, none_wire_bytes(state), out->turn };
}

static void none_decode(void *state, const dt_packet *in, float *out) {
    if (in->body != out) memcpy(out, in->body, ((none *)state)->n * sizeof *out);
}

const dt_compress_type dt_compress_none = {
    .is = { "none", "Send every entry as it is: 4 bytes each.", "IEEE 754, binary32", NULL, sizeof(none) },
    .merges = true,
    .init = none_init, .wire_bytes = none_wire_bytes, .encode = none_encode, .decode = none_decode,
};
