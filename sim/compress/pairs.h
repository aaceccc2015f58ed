/* pairs.h - packets that hold pairs of position and value, 4 bytes each, in ascending order of positions.
 * n = entries of the vector.  Private to this room. */
#ifndef DT_COMPRESS_PAIRS_H
#define DT_COMPRESS_PAIRS_H

#include "compress/compress.h"

typedef struct dt_pair { uint32_t index; float value; } dt_pair;

/* Make *body for so many pairs of a vector of block's size.  name: the type's, for the message.
 * Errors: DT_EINVAL, positions would need more than 4 bytes. */
dt_status dt_pairs_make(dt_pair **body, size_t most, const dt_block *block, const char *name, dt_arena *run);

/* out [n]: the values at their positions, 0 elsewhere. */
void dt_pairs_decode(const dt_packet *in, size_t n, float *out);

/* Bytes of so many pairs, or of all n values without positions if those are fewer. */
double dt_pairs_bytes(double pairs, size_t n);

/* The keys of such a type: 4 bytes of each pair, none if all values travel without positions.  state is not read. */
uint64_t dt_pairs_keys(const void *state, const dt_packet *p, double *bytes);

#endif
