/* compress.h - gradient and model compression: encode a vector into a packet before it is sent, decode the packet where it
 * arrives, and sum the packets of several senders.  One would use it where bandwidth limits the training.
 * n = entries.  Vectors are dense float, contiguous and owned by the caller.
 * Nothing here advances the clock: the caller charges dt_compress_flops and the bytes. */
#ifndef DT_COMPRESS_COMPRESS_H
#define DT_COMPRESS_COMPRESS_H

#include "base/rng.h"
#include "base/room.h"

/* The vector that one packet holds, as a matrix in row order.  A plain vector has rows = n, columns = 1. */
typedef struct dt_block {
    size_t   n, rows, columns;  /* n = rows * columns */
    uint64_t common;            /* a seed that all workers share: they draw the same from it, so that what they draw need not be sent */
    const char *name;           /* of the layer; NULL: it has none, and is compressed whatever layers are named */
} dt_block;

typedef struct dt_packet {
    const void *body;           /* what a real system would put on the wire, in the layout of the type; owned by the instance (or
                                   the input itself, where nothing changes), valid until its next encode */
    size_t      count;          /* entries in body */
    double      wire_bytes;     /* whole bytes a real system would send, indices and scales included */
    uint64_t    turn;           /* number of the encode, set before it: workers that encode with the same number draw the same from
                                   their common seed */
} dt_packet;

typedef struct dt_compress_type {
    dt_entry is;
    bool merges;        /* the sum of packets is a packet of the same size; else a sum of j packets travels as j of them, or as
                           the dense vector if that is smaller */
    bool lossy;         /* decode(encode(x)) differs from x */
    bool unbiased;      /* the mean of decode(encode(x)) is x, so no error is fed back.  Error feedback needs a contraction, which
                           an unbiased rule of large variance is not: the error memory would grow without bound */
    bool drops;         /* what a packet leaves out is meant to be lost, so no error is fed back */
    bool varies;        /* packets of different vectors differ in size */
    bool joint;         /* it has add, and a sum of packets decodes to another vector than the sum of the decoded packets: the
                           error memory stands where they are summed, in the layout of packets */
    size_t trips;       /* an all-reduce of packets is so many, one after another, each of a part of the bytes; 0, 1: one */
    /* Change flags and functions by the parameters, in the instance's own copy of the type; NULL: they change nothing. */
    void (*adjust)(const void *state, struct dt_compress_type *own);
    /* Make memory for vectors of that block; may be NULL.  rng is the instance's own stream. */
    dt_status (*init)(void *state, const dt_block *block, dt_rng *rng, dt_arena *run);
    /* Whole bytes of a packet; where they vary, those that are charged for one if nothing is learnt. */
    double (*wire_bytes)(const void *state);
    /* The most entries other than 0 that a packet decodes to; where they vary, those that are assumed if nothing is learnt.
     * NULL: all. */
    double (*entries)(const void *state);
    double (*flops)(const void *state);     /* of one encode and one decode; NULL: 0 */
    double (*merge_flops)(const void *state);   /* of adding one packet to a sum; NULL: 0 */
    /* Encode in [n], an update of the vector at [n]; at NULL: that vector is not known. */
    void (*encode)(void *state, const float *in, const float *at, dt_packet *out);
    /* Decode a packet of any instance that was opened for the same block to out [n]. */
    void (*decode)(void *state, const dt_packet *in, float *out);
    /* sum += weight * in, in the layout of packets; a sum without body begins as 0, in memory of the instance.  NULL: packets
     * are decoded one by one, and their vectors summed. */
    void (*add)(void *state, const dt_packet *in, double weight, dt_packet *sum);
    /* Returns a hash of the keys in a packet: the positions that it sends beside its values.  *bytes of the packet are theirs.
     * NULL: its packets have no keys. */
    uint64_t (*keys)(const void *state, const dt_packet *p, double *bytes);
} dt_compress_type;

/* One block of the vector, with the packet of its last pass and, in an instance that sums, the sum. */
typedef struct dt_compress_part {
    const dt_compress_type *type;   /* that of the compressor, or none for layers that travel as they are */
    dt_block  block;
    size_t    first;            /* its first entry */
    float    *plain;            /* [n] what was sent of layers that travel as they are; NULL: they are compressed */
    void     *state;
    dt_packet packet, sum;
    uint64_t  keys;             /* with cache_keys: the hash of those in packet; receivers have kept them */
    bool      kept;             /* there are such keys */
} dt_compress_part;

typedef struct dt_compress {
    const dt_compress_type *type;
    dt_compress_part *part;     /* [parts] */
    size_t   parts, n;
    uint64_t turn;              /* number of the next pass; a caller that has rounds sets it before */
    float   *memory;            /* [n] error memory: what was not sent yet; NULL without error feedback */
    /* the room's common parameters: */
    bool        error_feedback;
    bool        twice;          /* whoever sums packets encodes the sum again */
    bool        cache_keys;     /* keys that are those of the last packet travel as a hash */
    const char *by;             /* "whole" | "layer" */
    dt_words    layers;         /* that are compressed; count 0: all */
    double      flops;          /* of an entry, besides those of the type */
    dt_arena   *run;
    struct { double *total; float *one; } scratch;      /* [n] each, of an instance that decodes and sums; NULL before */
} dt_compress;

DT_DECLARE_ROOM(compress)     /* preset: "none" */

/* Build the compressor that config names for a vector that is made of the given blocks, one after another.  With by = "layer"
 * each becomes a packet of its own, encoded in this order; with "whole" all are one plain vector (a single block keeps its shape).
 * With layers only blocks of these layers are compressed: those of a run of neighbours are one vector with "whole".  The others
 * travel beside them as they are, and sums of them are as large as one.
 *   block  [blocks] > 0; all use the common seed of the first      run  owns the instance; there is nothing to free
 * Errors: DT_ENOTFOUND name, DT_EINVAL key or value. */
dt_status dt_compress_open(dt_compress *c, const dt_config *config, const dt_block *block, size_t blocks, dt_rng *rng,
                           dt_arena *run);

/* Is every layer that config names one of the blocks?  Errors: DT_ENOTFOUND at "compress.layers". */
dt_status dt_compress_check_layers(const dt_config *config, const dt_block *block, size_t blocks);

/* Encode in [n], decode into out [n] what the receiver will hold, and return the bytes that travel.
 * With error feedback (of types that are not unbiased, joint or dropping) what the packet leaves out is added to the next input:
 *   sum = in + memory;  out = decode(encode(sum));  memory = sum - out.
 * Source: Karimireddy et al. 2019, "Error Feedback Fixes SignSGD", Algorithm 1.
 *   at [n]  the vector that in is an update of; NULL: it is not known     in and out may be equal */
double dt_compress_pass(dt_compress *c, const float *in, const float *at, float *out);

/* Sum packets, by an instance m of its own for the same blocks: out [n] = what the receivers of the sum
 * sum_i weight[i] * (packet of the last pass of from[i]) decode; returns the bytes in which the sum is sent.
 * With add the sum is formed in the layout of packets; otherwise each packet is decoded, and the sum is sent as all of them or
 * as the dense vector, whichever is smaller.  With twice the sum is encoded again (with the error memory of m) and sent as one
 * packet.  A caller that has an aggregate already, such as a median, calls dt_compress_pass for that.
 *   from [count] > 0, of a lossy type: instances whose last passes had the same turn
 * Source: Tang et al. 2019, "DoubleSqueeze", Algorithm 1; joint types: Rothchild et al. 2020, "FetchSGD", Algorithm 1. */
double dt_compress_merge(dt_compress *m, const dt_compress *const *from, const double *weight, size_t count, float *out);

/* For a pass of a vector that is not known (nothing is learnt): its bytes, the entries other than 0 of its output, the flops of
 * one encode and one decode, and those of adding one packet to a sum. */
double dt_compress_wire_bytes(const dt_compress *c);
double dt_compress_plain_bytes(const dt_compress *c);   /* of these, the bytes of layers that travel as they are, whatever they hold */
double dt_compress_entries(const dt_compress *c);
double dt_compress_flops(const dt_compress *c);
double dt_compress_merge_flops(const dt_compress *c);

#endif
