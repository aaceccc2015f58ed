/* compress.c - opens a compressor for the blocks of a vector, and adds error feedback around all of them. */
#include "compress/compress.h"
#include "base/wide.h"
#include <assert.h>
#include <math.h>
#include <string.h>

#define ROOM compress
#include "base/members.h"

static const dt_param compress_common[] = {
    DT_BOOL_PARAM(dt_compress, error_feedback, true,
                  "error feedback: what a lossy packet leaves out is added to the next vector; unbiased compressors keep none"),
    DT_BOOL_PARAM(dt_compress, twice, false,
                  "whoever sums packets compresses the sum again, with an error memory of its own: a sum of many travels as one "
                  "packet"),
    DT_BOOL_PARAM(dt_compress, cache_keys, false,
                  "key caching: positions that equal those of the sender's last packet are sent as a hash of 8 bytes; the numbers stay "
                  "the same.  Where nothing is learnt positions are not known, and charged in full"),
    DT_CHOICE_PARAM(dt_compress, by, "whole", "whole|layer",
                    "one packet of the whole model, or one of each layer, with a scale, a share or a shape of its own"),
    DT_REAL_PARAM(dt_compress, flops, 0, 0, 1e9, "1",
                  "flops that a worker spends on encoding and decoding an entry, besides those that the compressor counts itself"),
    { 0 }
};

const dt_room dt_compress_room = {
    .name = "compress", .brief = "gradient and model compression: what a message holds, and its bytes",
    .preset = "none", .common = compress_common,
    ROOM_MEMBERS,
};

/* The parts that the blocks become.  Each has a common seed of its own, lest all layers draw alike. */
static void compress_divide(dt_compress *c, const dt_block *block, size_t blocks, dt_arena *run) {
    bool whole = strcmp(c->by, "whole") == 0;
    for (size_t b = 0; b < blocks; b++) c->n += block[b].n;
    c->parts = whole ? 1 : blocks;
    c->part = dt_arena_take(run, c->parts, sizeof *c->part);
    for (size_t p = 0, first = 0; p < c->parts; first += c->part[p++].block.n) {
        c->part[p].block = whole && blocks > 1 ? (dt_block){ c->n, c->n, 1, 0 } : block[p];
        c->part[p].block.common = p == 0 ? block[0].common : dt_hash(block[0].common, &p, sizeof p);
        c->part[p].first = first;
    }
}

/* The type as its parameters make it. */
static dt_status compress_adjust(dt_compress *c, const dt_compress_type *type, const void *state, dt_arena *run) {
    c->type = type;
    if (type->adjust == NULL && !c->cache_keys) return DT_OK;
    dt_compress_type *own = dt_arena_take(run, 1, sizeof *own);
    *own = *type;
    if (type->adjust != NULL) type->adjust(state, own);
    c->type = own;
    if (!c->cache_keys) return DT_OK;
    own->varies = true;
    if (own->keys != NULL) return DT_OK;
    return dt_fail_at(DT_EINVAL, "compress.cache_keys", "packets of \"%s\"%s hold no positions: expected false, or a compressor "
                      "that sends them, such as \"topk\"", type->is.name, type->keys != NULL ? " with these parameters" : "");
}

dt_status dt_compress_open(dt_compress *c, const dt_config *config, const dt_block *block, size_t blocks, dt_rng *rng,
                           dt_arena *run) {
    const dt_entry *entry;
    void *filled;
    *c = (dt_compress){ .run = run };
    DT_TRY(dt_room_open(&dt_compress_room, config, NULL, c, run, &entry, &filled));
    DT_TRY(compress_adjust(c, dt_compress_of(entry), filled, run));
    compress_divide(c, block, blocks, run);
    for (dt_compress_part *p = c->part; p < c->part + c->parts; p++) {
        p->state = p == c->part ? filled : dt_arena_take(run, 1, entry->state_size);
        if (p > c->part) memcpy(p->state, c->part->state, entry->state_size);
    }
    for (dt_compress_part *p = c->part; p < c->part + c->parts; p++)
        if (c->type->init != NULL) DT_TRY(c->type->init(p->state, &p->block, rng, run));
    bool feeds = c->type->lossy && !c->type->unbiased && !c->type->joint && !c->type->drops;
    if (feeds && c->error_feedback) c->memory = dt_arena_take(run, c->n, sizeof *c->memory);
    return DT_OK;
}

/* Key caching: the bytes of a part's new packet if receivers have kept the keys of the one before.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", section 4.2. */
static void compress_cache(const dt_compress *c, dt_compress_part *p) {
    enum { HASH = 8 };
    double bytes;
    uint64_t keys = c->type->keys(p->state, &p->packet, &bytes);
    if (p->kept && keys == p->keys && bytes > HASH) p->packet.wire_bytes -= bytes - HASH;
    p->kept = bytes > 0;
    p->keys = keys;
}

double dt_compress_pass(dt_compress *c, const float *in, const float *at, float *out) {
    float *memory = c->error_feedback ? c->memory : NULL;
    double bytes = 0;
    if (!c->type->lossy) {
        if (in != out) memcpy(out, in, c->n * sizeof *out);
        return dt_compress_wire_bytes(c);
    }
    /* The error memory itself holds the sum while it is encoded: one vector instead of two. */
    for (size_t i = 0; memory != NULL && i < c->n; i++) memory[i] += in[i];
    const float *from = memory != NULL ? memory : in;
    for (dt_compress_part *p = c->part; p < c->part + c->parts; p++) {
        p->packet = (dt_packet){ .turn = c->turn };
        c->type->encode(p->state, from + p->first, at != NULL ? at + p->first : NULL, &p->packet);
        c->type->decode(p->state, &p->packet, out + p->first);
        if (c->cache_keys) compress_cache(c, p);
        bytes += p->packet.wire_bytes;
    }
    c->turn++;
    for (size_t i = 0; memory != NULL && i < c->n; i++) memory[i] -= out[i];
    return bytes;
}

/* ---- sums of packets ----------------------------------------------------------------------- */

/* In the packet's own terms.  The error memory of a joint type is what stays in the sum: out of it goes what was decoded. */
static double merge_add(dt_compress *m, size_t part, const dt_compress *const *from, const double *weight, size_t count, float *out) {
    dt_compress_part *p = &m->part[part];
    const dt_compress_type *type = m->type;
    bool keeps = type->joint && m->error_feedback;
    if (!keeps) p->sum = (dt_packet){ 0 };
    for (size_t i = 0; i < count; i++) {
        p->sum.turn = from[i]->part[part].packet.turn;
        type->add(p->state, &from[i]->part[part].packet, weight[i], &p->sum);
    }
    type->decode(p->state, &p->sum, out + p->first);
    if (!keeps) return p->sum.wire_bytes;
    p->packet = (dt_packet){ .turn = p->sum.turn };
    type->encode(p->state, out + p->first, NULL, &p->packet);
    type->add(p->state, &p->packet, -1, &p->sum);
    return p->sum.wire_bytes;
}

DT_WIDE
static void merge_weighted(const float *one, double weight, size_t n, double *total) {
    for (size_t e = 0; e < n; e++) total[e] += weight * one[e];
}

static double merge_decode(dt_compress *m, const dt_compress *const *from, const double *weight, size_t count, float *out) {
    double sum = 0, largest = 0, dense = 4.0 * (double)m->n;
    if (m->scratch.total == NULL) {
        m->scratch.total = dt_arena_take(m->run, m->n, sizeof(double));
        m->scratch.one = dt_arena_take(m->run, m->n, sizeof(float));
    }
    memset(m->scratch.total, 0, m->n * sizeof(double));
    for (size_t i = 0; i < count; i++) {
        double bytes = 0;
        for (size_t p = 0; p < m->parts; p++) {
            m->type->decode(m->part[p].state, &from[i]->part[p].packet, m->scratch.one + m->part[p].first);
            bytes += from[i]->part[p].packet.wire_bytes;
        }
        merge_weighted(m->scratch.one, weight[i], m->n, m->scratch.total);
        sum += bytes;
        largest = fmax(largest, bytes);
    }
    for (size_t e = 0; e < m->n; e++) out[e] = (float)m->scratch.total[e];
    return m->type->merges ? largest : fmin(sum, fmax(dense, largest));
}

double dt_compress_merge(dt_compress *m, const dt_compress *const *from, const double *weight, size_t count, float *out) {
    double bytes = 0;
    assert(count > 0 && m->type->lossy);
    if (m->type->add == NULL) bytes = merge_decode(m, from, weight, count, out);
    for (size_t p = 0; m->type->add != NULL && p < m->parts; p++) bytes += merge_add(m, p, from, weight, count, out);
    if (!m->twice || m->type->joint) return bytes;
    m->turn = from[0]->part->packet.turn;
    return dt_compress_pass(m, out, NULL, out);
}

/* Of all parts. */
static double compress_sum(const dt_compress *c, double (*of)(const void *state)) {
    double sum = 0;
    for (size_t p = 0; of != NULL && p < c->parts; p++) sum += of(c->part[p].state);
    return sum;
}

double dt_compress_wire_bytes(const dt_compress *c) { return compress_sum(c, c->type->wire_bytes); }

double dt_compress_entries(const dt_compress *c) {
    return c->type->entries == NULL ? (double)c->n : compress_sum(c, c->type->entries);
}

double dt_compress_flops(const dt_compress *c) { return c->flops * (double)c->n + compress_sum(c, c->type->flops); }

double dt_compress_merge_flops(const dt_compress *c) { return compress_sum(c, c->type->merge_flops); }
