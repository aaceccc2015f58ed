/* needs.h - which parameters a layer's forward pass waits for, itself and through the layers before it: for members that order the
 * transfers of a graph of operations.  A transfer is all that a layer with parameters receives, in however many pieces. */
#ifndef DT_QUEUE_NEEDS_H
#define DT_QUEUE_NEEDS_H

#include "queue/queue.h"
#include <stdint.h>

/* Bit t of need [layers * words] is set in the words of layer l if l cannot be computed before the transfer of layer t. */
typedef struct dt_queue_needs { size_t layers, words; uint64_t *need; } dt_queue_needs;

/* It belongs to arena.  Errors: DT_EINVAL, more layers than this is made for. */
dt_status dt_queue_needs_of(const dt_queue_view *v, dt_queue_needs *n, dt_arena *arena);

/* Does layer l need the transfer of layer t? */
static inline bool dt_queue_needs_it(const dt_queue_needs *n, size_t l, size_t t) {
    return n->need[l * n->words + t / 64] >> t % 64 & 1;
}

#endif
