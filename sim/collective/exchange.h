/* exchange.h - what is exchanged, what each member brings, and what comes with the result. */
#ifndef DT_COLLECTIVE_EXCHANGE_H
#define DT_COLLECTIVE_EXCHANGE_H

#include "base/slice.h"
#include "base/vec.h"
#include <stdint.h>

/* Member i of p has piece i: n / p entries, the first n % p members one more. */
typedef enum dt_exchange_kind {
    DT_ALL_REDUCE,          /* every member gets the mean of all */
    DT_REDUCE_SCATTER,      /* every member gets its piece of the mean of all */
    DT_REDUCE,              /* the root gets the mean of all */
    DT_ALL_GATHER,          /* every member brings its piece, and gets those of all */
    DT_GATHER,              /* every member brings its piece, and the root gets those of all */
    DT_BROADCAST,           /* every member gets what the root brings */
    DT_SCATTER,             /* every member gets its piece of what the root brings */
    DT_EXCHANGE_KINDS
} dt_exchange_kind;

/* What is exchanged: all members say the same.  All zero: an all-reduce of the whole vector. */
typedef struct dt_exchange {
    dt_exchange_kind kind;
    size_t   root;          /* its rank */
    dt_slice slice;         /* the entries; count 0: all */
    const uint32_t *key;    /* [slice.count] instead of them: entries by number, ascending; NULL: a slice.  It stays until all
                               members have the result.  A key takes 4 bytes more than its value, unless all know the keys */
    bool     known;
    size_t   least;         /* of an all-reduce: formed of the first so many shares that come; who comes later gets the newest
                               result and its share is dropped; of those who come in one instant lower ranks are first; 0: all */
    long     whole;         /* exchanges with the same number above 0 fill one vector: all begin before the first is over */
} dt_exchange;

/* What one rank brings.  x stays as it is until the result is formed: where it lies in a vector, whose count is taken until
 * then; else until the rank has the result. */
typedef struct dt_share {
    const float *x;             /* [n] of which the entries exchanged are looked at; NULL: only time and bytes are simulated */
    dt_vec      *of;            /* the vector that x lies in, or NULL */
    double       size;          /* samples behind it: the weight of the weighted mean; 0: it brings nothing */
    double       wire_bytes;    /* of the packet that all the entries exchanged would travel as; 0: dense */
    bool         merges;        /* the sum of packets is a packet of that size */
    double       plain_bytes;   /* of the wire_bytes: of entries that travel as they are, so that their sums are no larger */
    const struct dt_compress *packet;   /* whose last pass it travels as, of a whole vector; NULL: none.  Stays like x; if x
                                           is NULL, it has made no pass */
    const float *origin;        /* [n] what that is a change of, the same of all; NULL: of nothing */
    double       value;         /* a number averaged with the same weights, such as a loss */
    bool         measure;       /* the consensus distance is wanted */
    long         step;          /* gradient steps behind it */
} dt_share;

/* Numbers that come with the result; those of means are NaN where nothing is reduced. */
typedef struct dt_outcome {
    double   value;             /* weighted mean of the values; NaN if the shares have no vectors */
    double   consensus_distance; /* root mean square distance of the vectors from the mean; NaN if not wanted */
    long     step;              /* the most steps behind a share */
    long     number;            /* exchanges before this one */
    long     count;             /* shares it was formed of; 0: of an all-reduce, the model of one stands; else nothing came */
    dt_slice own;               /* the member's piece, in the entries exchanged */
    bool     late;              /* the member's share came too late, and is not in it */
} dt_outcome;

#endif
