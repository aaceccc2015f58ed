/* compress.h - shrink a vector before it travels, restore it on arrival, and sum what several have sent.
 * n = entries.  Vectors are dense float, contiguous and owned by the caller.
 * Nothing here advances the clock: who calls charges dt_compress_flops and the bytes. */
#ifndef DT_COMPRESS_COMPRESS_H
#define DT_COMPRESS_COMPRESS_H

#include "base/rng.h"
#include "base/room.h"

/* What one packet is made of: a matrix, row after row.  A plain vector has rows = n, columns = 1. */
typedef struct dt_block {
    size_t   n, rows, columns;  /* n = rows * columns */
    uint64_t common;            /* a seed that all workers share: what they draw from it is drawn alike, and known without being sent */
} dt_block;

typedef struct dt_packet {
    const void *body;           /* what a real system would put on the wire, laid out by the type; owned by the instance (or in
                                   itself, where nothing changes), valid until its next encode */
    size_t      count;          /* entries in body */
    double      wire_bytes;     /* whole bytes a real system would send, indices and scales included */
    uint64_t    turn;           /* set before the encode, which leaves it: workers who encode at the same turn draw the same
                                   from their common seed */
} dt_packet;

typedef struct dt_compress_type {
    dt_entry is;
    bool merges;        /* the sum of packets is a packet of the same size; else a sum of j packets travels as j of them, or as
                           the dense vector if that is smaller */
    bool lossy;         /* decode(encode(x)) differs from x */
    bool unbiased;      /* but its mean is x: nothing to feed back.  Error feedback needs a contraction, and an
                           unbiased rule of large variance is none: its memory would grow without bound */
    bool varies;        /* packets of different vectors differ in size */
    bool joint;         /* it has add, and a sum of packets decodes to other than the sum of what each decodes to: the error
                           memory is that of who sums, in the packet's own terms */
    /* What the parameters change of the flags above and the functions below, in an own copy; NULL: nothing. */
    void (*adjust)(const void *state, struct dt_compress_type *own);
    /* Memory for vectors of that block; may be NULL.  rng is the instance's own stream. */
    dt_status (*init)(void *state, const dt_block *block, dt_rng *rng, dt_arena *run);
    /* Whole bytes of a packet; where it varies, what to expect of one if nothing is learnt. */
    double (*wire_bytes)(const void *state);
    /* Entries that it decodes to other than 0, at most; where it varies, what to expect if nothing is learnt.  NULL: all. */
    double (*entries)(const void *state);
    double (*flops)(const void *state);     /* of one encode and one decode; NULL: 0 */
    /* at [n]: the vector that in changes; NULL: it is not known. */
    void (*encode)(void *state, const float *in, const float *at, dt_packet *out);
    /* Of a packet of any instance that was opened for the same block. */
    void (*decode)(void *state, const dt_packet *in, float *out);
    /* sum += weight * in, in the packet's own terms; a sum without body begins as 0, in memory of the instance.
     * NULL: packets are decoded one by one, then summed. */
    void (*add)(void *state, const dt_packet *in, double weight, dt_packet *sum);
} dt_compress_type;

/* One block of the vector, with the packet of its last pass and, of who sums, the sum. */
typedef struct dt_compress_part {
    dt_block  block;
    size_t    first;            /* its first entry */
    void     *state;
    dt_packet packet, sum;
} dt_compress_part;

typedef struct dt_compress {
    const dt_compress_type *type;
    dt_compress_part *part;     /* [parts] */
    size_t   parts, n;
    uint64_t turn;              /* of the next pass, which counts it; who has rounds sets it before */
    float   *memory;            /* [n] what has not been sent yet; NULL where there is no feedback */
    /* the room's common parameters: */
    bool        error_feedback;
    bool        twice;          /* who sums packets encodes the sum again */
    const char *by;             /* "whole" | "layer" */
    double      flops;          /* of an entry, besides those of the type */
    dt_arena   *run;
    struct { double *total; float *one; } scratch;      /* [n] each, of who decodes and sums; NULL until it does */
} dt_compress;

DT_DECLARE_ROOM(compress)     /* preset: "none" */

/* Build the compressor that config names for a vector that is made of the given blocks, one after another.  With by = "layer"
 * each becomes a packet of its own, encoded in this order; with "whole" all are one plain vector (a single block keeps its shape).
 *   block  [blocks] > 0; the seed of the first is everybody's      run  owns the instance; there is nothing to free
 * Errors: DT_ENOTFOUND name, DT_EINVAL key or value. */
dt_status dt_compress_open(dt_compress *c, const dt_config *config, const dt_block *block, size_t blocks, dt_rng *rng,
                           dt_arena *run);

/* Encode in [n], decode into out [n] what the receiver will hold, and return the bytes that travel.
 * With error feedback (of types that are neither unbiased nor joint) the part of in that did not get through is added to the next input:
 *   sum = in + memory;  out = decode(encode(sum));  memory = sum - out.
 * Source: Karimireddy et al. 2019, "Error Feedback Fixes SignSGD", Algorithm 1.
 *   at [n]  the vector that in changes; NULL: it is not known     in and out may be equal */
double dt_compress_pass(dt_compress *c, const float *in, const float *at, float *out);

/* Whoever sums packets, with an instance of its own for the same blocks: out [n] = what receivers hold of
 * sum_i weight[i] * (packet of the last pass of from[i]); returns the bytes in which that travels.
 * With add the sum is formed in the packet's own terms; else each is decoded, and the sum travels as all of them or as the
 * dense vector, whichever is smaller.  With twice the sum is encoded again (error memory: m's), and travels as one packet.
 * Who has a sum already, such as a median, calls dt_compress_pass for that.
 *   from [count] > 0, of a lossy type: instances whose last passes had the same turn
 * Source: Tang et al. 2019, "DoubleSqueeze", Algorithm 1; joint types: Rothchild et al. 2020, "FetchSGD", Algorithm 1. */
double dt_compress_merge(dt_compress *m, const dt_compress *const *from, const double *weight, size_t count, float *out);

/* The bytes of a pass of a vector that is not known, the entries of out that it leaves, and its flops: those of one encode and
 * one decode. */
double dt_compress_wire_bytes(const dt_compress *c);
double dt_compress_entries(const dt_compress *c);
double dt_compress_flops(const dt_compress *c);

#endif
