/* packet.h - what one compressor is: how it encodes one vector into a packet, decodes it, and adds packets up.  The contract of the
 * members of this room; compress.h has what their users call. */
#ifndef DT_COMPRESS_PACKET_H
#define DT_COMPRESS_PACKET_H

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
    size_t (*trips)(const void *state);     /* of an all-reduce of packets, one after another, each of a part of the bytes; NULL: 1 */
    /* Add in [n] to the error memory [n] in a way of its own; NULL: as it is. */
    void (*gather)(void *state, const float *in, float *memory);
    /* Encode in [n], an update of the vector at [n]; at NULL: that vector is not known. */
    void (*encode)(void *state, const float *in, const float *at, dt_packet *out);
    /* Decode a packet of any instance that was opened for the same block to out [n]. */
    void (*decode)(void *state, const dt_packet *in, float *out);
    /* sum += weight * in, in the layout of packets; a sum without body begins as 0, in memory of the instance.  NULL: packets
     * are decoded one by one, and their vectors summed. */
    void (*add)(void *state, const dt_packet *in, double weight, dt_packet *sum);
    /* Packets whose sum holds the union of what they have: join in as packet number `number` to those with lower numbers, and return
     * the whole bytes of a sum of all these; a packet without body is not known (nothing is learnt).  NULL: a sum is as large as
     * merges says. */
    double (*join)(void *state, const dt_packet *in, size_t number);
    /* Returns a hash of the keys in a packet: the positions that it sends beside its values.  *bytes of the packet are theirs.
     * NULL: its packets have no keys. */
    uint64_t (*keys)(const void *state, const dt_packet *p, double *bytes);
} dt_compress_type;

#endif
