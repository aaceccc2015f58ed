/* table.h - the table of a model's layers: where each has its parameters, and what it costs.  Rooms that only count, such as
 * queue, need no more of a model than this. */
#ifndef DT_LAYER_TABLE_H
#define DT_LAYER_TABLE_H

#include <stddef.h>

typedef struct dt_layer_row {
    const char *name;
    size_t      first, params;              /* its slice of x; the slices of a table cover x in order */
    double      forward_flops, backward_flops, activation_bytes;   /* of one sample */
    size_t      columns;                    /* its parameters are rows of so many, such as those of one input or centre, and the
                                               biases; 0: a plain vector */
    const size_t *after;                    /* [afters] the layers whose outputs it needs, ascending, all before it; NULL: the row
                                               before, as in a chain */
    size_t      afters;
} dt_layer_row;

#endif
