/* compress.h - shrink a vector before it travels, restore it on arrival.
 * n = entries.  Vectors are dense float, contiguous and owned by the caller.
 * Nothing here advances the clock: the strategy charges the time. */
#ifndef DT_COMPRESS_COMPRESS_H
#define DT_COMPRESS_COMPRESS_H

#include "base/rng.h"
#include "base/room.h"

typedef struct dt_packet {
    const void   *body;         /* what a real system would put on the wire, laid out by the type; owned by
                                   the instance (or in itself, where nothing changes), valid until its next
                                   encode */
    size_t        count;        /* entries in body */
    double        wire_bytes;   /* whole bytes a real system would send, indices and scales included */
} dt_packet;

typedef struct dt_compress_type {
    dt_entry is;
    bool merges;        /* the sum of packets is a packet of the same size (dense numbers); else a sum of j
                           packets travels as j of them, or as the dense vector if that is smaller */
    bool lossy;         /* decode(encode(x)) differs from x */
    bool unbiased;      /* but its mean is x: nothing to feed back.  Error feedback needs a contraction, and an
                           unbiased rule of large variance is none: its memory would grow without bound */
    /* Memory for vectors of n entries; may be NULL.  rng is the instance's own stream. */
    dt_status (*init)(void *state, size_t n, dt_rng *rng, dt_arena *run);
    /* Bytes of every packet: whole, and fixed once n is. */
    double (*wire_bytes)(const void *state);
    void (*encode)(void *state, const float *in, dt_packet *out);
    void (*decode)(void *state, const dt_packet *in, float *out);
} dt_compress_type;

typedef struct dt_compress {
    const dt_compress_type *type;
    void  *state;
    size_t n;
    bool   error_feedback;  /* error feedback, the room's common parameter */
    float *memory;      /* [n] what has not been sent yet; NULL where there is no feedback */
} dt_compress;

DT_DECLARE_ROOM(compress)     /* preset: "none"; common: error_feedback (true) */

/* Build the compressor that config names for vectors of n > 0 entries.
 *   run   owns the instance; there is nothing to free
 * Errors: DT_ENOTFOUND name, DT_EINVAL key or value. */
dt_status dt_compress_open(dt_compress *c, const dt_config *config, size_t n, dt_rng *rng, dt_arena *run);

/* Encode in [n], decode into out [n] what the receiver will hold, and return the bytes that travel.
 * With error feedback (biased types only) the part of in that did not get through is added to the next input:
 *   sum = in + memory;  out = decode(encode(sum));  memory = sum - out.
 * Source: Karimireddy et al. 2019, "Error Feedback Fixes SignSGD", Algorithm 1.  in and out may be equal. */
double dt_compress_pass(dt_compress *c, const float *in, float *out);

/* The bytes the next pass of any vector will send (every type has a fixed size for given n). */
double dt_compress_wire_bytes(const dt_compress *c);

#endif
