/* compress.c - opening a compressor, and error feedback around all of them. */
#include "compress/compress.h"
#include <string.h>

#define ROOM compress
#include "base/members.h"

static const dt_param compress_common[] = {
    DT_BOOL_PARAM(dt_compress, error_feedback, true,
                  "what did not get through is added to the next vector; unbiased compressors need none and keep none"),
    { 0 }
};

const dt_room dt_compress_room = {
    .name = "compress", .brief = "what travels", .preset = "none", .common = compress_common,
    ROOM_MEMBERS,
};

dt_status dt_compress_open(dt_compress *c, const dt_config *config, size_t n, dt_rng *rng, dt_arena *run) {
    const dt_entry *entry;
    *c = (dt_compress){ .n = n };
    DT_TRY(dt_room_open(&dt_compress_room, config, NULL, c, run, &entry, &c->state));
    c->type = dt_compress_of(entry);
    if (c->type->init != NULL) DT_TRY(c->type->init(c->state, n, rng, run));
    if (c->error_feedback && c->type->lossy && !c->type->unbiased) c->memory = dt_arena_take(run, n, sizeof *c->memory);
    return DT_OK;
}

double dt_compress_pass(dt_compress *c, const float *in, float *out) {
    dt_packet packet;
    float *memory = c->error_feedback ? c->memory : NULL;
    if (!c->type->lossy) {
        if (in != out) memcpy(out, in, c->n * sizeof *out);
        return dt_compress_wire_bytes(c);
    }
    /* The memory itself holds the sum while it travels: one vector instead of two. */
    for (size_t i = 0; memory != NULL && i < c->n; i++) memory[i] += in[i];
    c->type->encode(c->state, memory != NULL ? memory : in, &packet);
    c->type->decode(c->state, &packet, out);
    for (size_t i = 0; memory != NULL && i < c->n; i++) memory[i] -= out[i];
    return packet.wire_bytes;
}

double dt_compress_wire_bytes(const dt_compress *c) { return c->type->wire_bytes(c->state); }
