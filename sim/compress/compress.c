/* compress.c - opens a compressor for the blocks of a vector, and adds error feedback around all of them. */
#include "compress/compress.h"
#include "base/near.h"
#include "base/wide.h"
#include <assert.h>
#include <ctype.h>
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
    DT_WORDS_PARAM(dt_compress, layers, NULL,
                   "the layers that are compressed, by name (\"dense2\") or by kind (\"embedding\"), where others would lose too much; "
                   "these travel beside them as they are.  Absent: all layers"),
    DT_REAL_PARAM(dt_compress, flops, 0, 0, 1e9, "1",
                  "flops that a worker spends on encoding and decoding an entry, besides those that the compressor counts itself"),
    { 0 }
};

const dt_room dt_compress_room = {
    .name = "compress", .brief = "gradient and model compression: what a message holds, and its bytes",
    .preset = "none", .common = compress_common,
    ROOM_MEMBERS,
};

/* Is a layer of that name meant, by its name or by its kind: the name without its number? */
static bool compress_means(const char *word, const char *name) {
    size_t kind = strlen(name);
    while (kind > 0 && isdigit((unsigned char)name[kind - 1])) kind--;
    return strcmp(word, name) == 0 || (strlen(word) == kind && strncmp(word, name, kind) == 0);
}

static bool compress_takes(const dt_words *layers, const dt_block *block) {
    for (size_t i = 0; i < layers->count; i++)
        if (block->name != NULL && compress_means(layers->item[i], block->name)) return true;
    return layers->count == 0 || block->name == NULL;
}

/* Layers that are not compressed are those of none. */
static const dt_compress_type *part_type(const dt_compress *c, const dt_compress_part *p) {
    return p->plain ? &dt_compress_none : c->type;
}

/* Several blocks as one plain vector. */
static void part_join(dt_compress_part *p, const dt_block *block) {
    size_t n = p->block.n + block->n;
    p->block = (dt_block){ n, n, 1, p->block.common, NULL };
}

/* The parts that the blocks become.  Each has a common seed of its own, lest all layers draw alike. */
static void compress_divide(dt_compress *c, const dt_block *block, size_t blocks, dt_arena *run) {
    bool whole = strcmp(c->by, "whole") == 0, before = false;
    c->part = dt_arena_take(run, blocks, sizeof *c->part);
    for (size_t b = 0; b < blocks; c->n += block[b++].n) {
        bool takes = compress_takes(&c->layers, &block[b]);
        if (b > 0 && takes == before && (whole || !takes)) {
            part_join(&c->part[c->parts - 1], &block[b]);
            continue;
        }
        dt_compress_part *p = &c->part[c->parts];
        *p = (dt_compress_part){ .plain = !takes, .block = block[b], .first = c->n };
        p->block.common = c->parts == 0 ? block[0].common : dt_hash(block[0].common, &c->parts, sizeof c->parts);
        c->parts++;
        before = takes;
    }
    for (dt_compress_part *p = c->part; p < c->part + c->parts; p++)
        if (p->plain && dt_compress_packs(c)) p->sent = dt_arena_take(run, p->block.n, sizeof *p->sent);
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
        p->state = dt_arena_take(run, 1, part_type(c, p)->is.state_size);
        if (!p->plain) memcpy(p->state, filled, entry->state_size);
    }
    for (dt_compress_part *p = c->part; p < c->part + c->parts; p++)
        if (part_type(c, p)->init != NULL) DT_TRY(part_type(c, p)->init(p->state, &p->block, rng, run));
    bool feeds = c->type->lossy && !c->type->unbiased && !c->type->joint && !c->type->drops;
    if (feeds && c->error_feedback) c->memory = dt_arena_take(run, c->n, sizeof *c->memory);
    return DT_OK;
}

static bool layers_any(const char *word, const dt_block *block, size_t blocks) {
    for (size_t b = 0; b < blocks; b++)
        if (block[b].name != NULL && compress_means(word, block[b].name)) return true;
    return false;
}

dt_status dt_compress_check_layers(const dt_config *config, const dt_block *block, size_t blocks) {
    const dt_entry *entry;
    void *state;
    dt_compress c = { 0 };
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = dt_room_open(&dt_compress_room, config, NULL, &c, scratch, &entry, &state);
    const char **name = dt_arena_take(scratch, blocks, sizeof *name), *list = "";
    for (size_t b = 0; b < blocks; b++) {
        name[b] = block[b].name != NULL ? block[b].name : "";
        list = dt_arena_text(scratch, "%s%s%s", list, b == 0 ? "" : ", ", name[b]);
    }
    for (size_t i = 0; status == DT_OK && i < c.layers.count; i++)
        if (!layers_any(c.layers.item[i], block, blocks))
            status = dt_fail_at(DT_ENOTFOUND, "compress.layers", "expected layers that have parameters (%s), got \"%s\"%s", list,
                                c.layers.item[i], dt_did_you_mean(dt_nearest(c.layers.item[i], name, blocks)));
    dt_arena_free(scratch);
    return status;
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

static void compress_gather(dt_compress *c, const float *in, bool own) {
    for (dt_compress_part *p = c->part; p < c->part + c->parts; p++) {
        float *memory = c->memory + p->first;
        if (own && !p->plain && c->type->gather != NULL) c->type->gather(p->state, in + p->first, memory);
        else for (size_t i = 0; i < p->block.n; i++) memory[i] += in[p->first + i];
    }
}

/* own: in is the caller's, and no sum of what others have gathered. */
static double compress_pass(dt_compress *c, const float *in, const float *at, float *out, bool own) {
    float *memory = c->error_feedback ? c->memory : NULL;
    double bytes = 0;
    if (!dt_compress_packs(c)) {
        if (in != out) memcpy(out, in, c->n * sizeof *out);
        return dt_compress_wire_bytes(c);
    }
    /* The error memory itself holds the sum while it is encoded: one vector instead of two. */
    if (memory != NULL) compress_gather(c, in, own);
    const float *from = memory != NULL ? memory : in;
    for (dt_compress_part *p = c->part; p < c->part + c->parts; p++) {
        p->packet = (dt_packet){ .turn = c->turn };
        part_type(c, p)->encode(p->state, from + p->first, at != NULL ? at + p->first : NULL, &p->packet);
        if (p->plain) p->packet.body = memcpy(p->sent, p->packet.body, p->block.n * sizeof *p->sent);
        part_type(c, p)->decode(p->state, &p->packet, out + p->first);
        if (c->cache_keys && !p->plain) compress_cache(c, p);
        bytes += p->packet.wire_bytes;
    }
    c->turn++;
    for (size_t i = 0; memory != NULL && i < c->n; i++) memory[i] -= out[i];
    return bytes;
}

double dt_compress_pass(dt_compress *c, const float *in, const float *at, float *out) { return compress_pass(c, in, at, out, true); }

double dt_compress_again(dt_compress *m, const float *in, float *out) { return compress_pass(m, in, NULL, out, false); }

/* ---- sums of packets ----------------------------------------------------------------------- */

/* In the packet's own terms.  The error memory of a joint type is what stays in the sum: out of it goes what was decoded. */
static double merge_add(dt_compress *m, size_t part, const dt_compress *const *from, const double *weight, size_t count, float *out) {
    dt_compress_part *p = &m->part[part];
    const dt_compress_type *type = m->type;
    bool keeps = type->joint && !type->unbiased && m->error_feedback;
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

/* The parts whose packets are decoded before they are summed.  Returns the bytes of one sender's, without
 * those of layers that travel as they are. */
static double merge_one(dt_compress *m, const dt_compress *from, float *one) {
    double bytes = 0;
    for (size_t p = 0; p < m->parts; p++) {
        const dt_compress_part *part = &m->part[p];
        if (part_type(m, part)->add != NULL) continue;
        part_type(m, part)->decode(part->state, &from->part[p].packet, one + part->first);
        if (!part->plain) bytes += from->part[p].packet.wire_bytes;
    }
    return bytes;
}

static double merge_decode(dt_compress *m, const dt_compress *const *from, const double *weight, size_t count, float *out) {
    double sum = 0, largest = 0, plain = dt_compress_plain_bytes(m), dense = 4.0 * (double)m->n - plain;
    if (m->scratch.total == NULL) {
        m->scratch.total = dt_arena_take(m->run, m->n, sizeof(double));
        m->scratch.one = dt_arena_take(m->run, m->n, sizeof(float));
    }
    memset(m->scratch.total, 0, m->n * sizeof(double));
    for (size_t i = 0; i < count; i++) {
        double bytes = merge_one(m, from[i], m->scratch.one);
        merge_weighted(m->scratch.one, weight[i], m->n, m->scratch.total);
        sum += bytes;
        largest = fmax(largest, bytes);
    }
    for (size_t e = 0; e < m->n; e++) out[e] = (float)m->scratch.total[e];
    return plain + (m->type->merges ? largest : fmin(sum, fmax(dense, largest)));
}

double dt_compress_merge(dt_compress *m, const dt_compress *const *from, const double *weight, size_t count, float *out) {
    double bytes = 0;
    bool decodes = false;
    assert(count > 0 && m->type->lossy);
    for (size_t p = 0; p < m->parts; p++) decodes |= part_type(m, &m->part[p])->add == NULL;
    if (decodes) bytes = merge_decode(m, from, weight, count, out);
    for (size_t p = 0; p < m->parts; p++)
        if (part_type(m, &m->part[p])->add != NULL) bytes += merge_add(m, p, from, weight, count, out);
    if (!m->twice || m->type->joint) return bytes;
    m->turn = from[0]->part->packet.turn;
    return dt_compress_again(m, out, out);
}

double dt_compress_joined_bytes(const dt_compress *const *from, size_t count) {
    double bytes = dt_compress_plain_bytes(from[0]);
    for (size_t p = 0; p < from[0]->parts; p++) {
        double joined = 0;
        for (size_t i = 0; i < count && !from[0]->part[p].plain; i++)
            joined = from[0]->type->join(from[0]->part[p].state, &from[i]->part[p].packet, i);
        bytes += joined;
    }
    return bytes;
}

double dt_compress_plain_bytes(const dt_compress *c) {
    double bytes = 0;
    for (size_t p = 0; p < c->parts; p++)
        if (c->part[p].plain) bytes += 4.0 * (double)c->part[p].block.n;
    return bytes;
}

/* Of all parts that are compressed. */
static double compress_sum(const dt_compress *c, double (*of)(const void *state)) {
    double sum = 0;
    for (size_t p = 0; of != NULL && p < c->parts; p++)
        if (!c->part[p].plain) sum += of(c->part[p].state);
    return sum;
}

double dt_compress_wire_bytes(const dt_compress *c) { return dt_compress_plain_bytes(c) + compress_sum(c, c->type->wire_bytes); }

double dt_compress_entries(const dt_compress *c) {
    if (c->type->entries == NULL) return (double)c->n;
    return dt_compress_plain_bytes(c) / 4 + compress_sum(c, c->type->entries);
}

/* Layers that travel as they are cost nothing. */
double dt_compress_flops(const dt_compress *c) {
    double entries = (double)c->n - dt_compress_plain_bytes(c) / 4;
    return c->flops * entries + compress_sum(c, c->type->flops);
}

double dt_compress_merge_flops(const dt_compress *c) { return compress_sum(c, c->type->merge_flops); }

size_t dt_compress_trips(const dt_compress *c) {
    size_t most = 1;
    for (const dt_compress_part *p = c->part; p < c->part + c->parts; p++) {
        size_t trips = part_type(c, p)->trips != NULL ? part_type(c, p)->trips(p->state) : 1;
        if (trips > most) most = trips;
    }
    return most;
}
