/* compress.h - gradient and model compression: encode a vector into a packet before it is sent, decode the packet where it
 * arrives, and sum the packets of several senders.  One would use it where bandwidth limits the training.
 * n = entries.  Vectors are dense float, contiguous and owned by the caller.
 * Nothing here advances the clock: the caller charges dt_compress_flops and the bytes. */
#ifndef DT_COMPRESS_COMPRESS_H
#define DT_COMPRESS_COMPRESS_H

#include "compress/packet.h"

/* One block of the vector, with the packet of its last pass and, in an instance that sums, the sum. */
typedef struct dt_compress_part {
    dt_block  block;
    size_t    first;            /* its first entry */
    bool      plain;            /* its layers travel as they are */
    float    *sent;             /* [n] then, what was sent of them, if the type is lossy */
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

/* The same for who encodes an aggregate of packets again: it adds to the error memory as it is. */
double dt_compress_again(dt_compress *m, const float *in, float *out);

/* Sum packets, by an instance m of its own for the same blocks: out [n] = what the receivers of the sum
 * sum_i weight[i] * (packet of the last pass of from[i]) decode; returns the bytes in which the sum is sent.
 * With add the sum is formed in the layout of packets; otherwise each packet is decoded, and the sum is sent as all of them or
 * as the dense vector, whichever is smaller.  With twice the sum is encoded again (with the error memory of m) and sent as one
 * packet.  A caller that has an aggregate already, such as a median, calls dt_compress_again for that.
 *   from [count] > 0, of a lossy type: instances whose last passes had the same turn
 * Source: Tang et al. 2019, "DoubleSqueeze", Algorithm 1; joint types: Rothchild et al. 2020, "FetchSGD", Algorithm 1. */
double dt_compress_merge(dt_compress *m, const dt_compress *const *from, const double *weight, size_t count, float *out);

/* For a pass of a vector that is not known (nothing is learnt): its bytes, the entries other than 0 of its output, the flops of
 * one encode and one decode, and those of adding one packet to a sum. */
double dt_compress_wire_bytes(const dt_compress *c);
/* Do packets differ from the dense vector, in what they hold or in how large they are? */
static inline bool dt_compress_packs(const dt_compress *c) { return c->type->lossy || c->type->varies; }

/* Bytes of the sum of the last packets of so many instances whose type joins, plain layers included. */
double dt_compress_joined_bytes(const dt_compress *const *from, size_t count);

double dt_compress_plain_bytes(const dt_compress *c);   /* of these, the bytes of layers that travel as they are, whatever they hold */
double dt_compress_entries(const dt_compress *c);
double dt_compress_flops(const dt_compress *c);
double dt_compress_merge_flops(const dt_compress *c);
size_t dt_compress_trips(const dt_compress *c);     /* those of the part that takes most of them */

#endif
