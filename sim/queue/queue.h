/* queue.h - communication scheduling (gradient bucketing, tensor fusion, priorities): in which pieces the gradients of a step leave, and which goes first.
 * A piece ("part") is a range of the flat gradient, which belongs to one layer or to several that follow each other.
 * Everything here is arithmetic on the table of layers: no clock, and nothing travels.  When a part leaves, the gate decides
 * (collective/gate.h), by the part's priority and by credit and overhead of this room. */
#ifndef DT_QUEUE_QUEUE_H
#define DT_QUEUE_QUEUE_H

#include "base/rng.h"
#include "base/room.h"
#include "layer/table.h"

/* Entries first .. first + count - 1, which belong to layers from .. to (from <= to; one without parameters has
 * none of them).
 * Backward goes from the last layer to the first: the part is ready when the backward of `from` is over, and the next forward of
 * `from` is the first that needs it. */
typedef struct dt_queue_part {
    size_t first, count, from, to;
    long   priority;                /* the least goes first, equal ones in the order in which they ask */
} dt_queue_part;

typedef struct dt_queue_plan {
    dt_queue_part *part;            /* [parts] of at most [room], which belong to run */
    size_t         parts, room;
    double         credit;          /* [B] with these parts: the room's, unless the type chooses it */
    dt_arena      *run;
} dt_queue_plan;

/* One part more, at the end. */
void dt_queue_add(dt_queue_plan *plan, dt_queue_part part);

/* What is known of the gradient: its layers in forward order, whose slices cover it, and which may have no parameters; and of times,
 * for types that are timed. */
typedef struct dt_queue_view {
    const dt_layer_row *layer;
    size_t              layers;
    const double       *forward_s;  /* [layers] of a batch on the mean; NULL: not known */
    double              bandwidth;  /* [B/s] at which a part alone is exchanged; 0: not known */
    double              overhead;   /* [s] of each part: the room's */
} dt_queue_view;

typedef struct dt_queue_type {
    dt_entry is;
    bool timed;         /* its cut reads forward_s and bandwidth of the view */
    /* Add parts that cover all entries exactly once, in ascending order.  Errors: DT_EINVAL. */
    dt_status (*cut)(const void *state, const dt_queue_view *v, dt_queue_plan *plan);
    /* A new step begins: set the priorities anew.  NULL: they stay.  There is one rng for all workers, as a part's turn is one
     * for all of them. */
    void (*again)(const void *state, dt_rng *rng, dt_queue_plan *plan);
    /* For types that look for a cut while it trains; NULL: one cut is for ever.  lasts: of how many steps the present one is, at
     * least 3, or 0: of all that follow.  measured: so many seconds took a step of it, beginning to beginning, without its first,
     * which found nothing on its way, and its last, after which everything comes before the next cut; then cut is asked again, and
     * may not fail. */
    long (*lasts)(const void *state);
    void (*measured)(void *state, double seconds);
} dt_queue_type;

typedef struct dt_queue {
    const dt_queue_type *type;
    void  *state;
    /* the room's common parameters: */
    double credit;                  /* [B] on their way at once; 0: one part at a time */
    double overhead;                /* [s] of each part, in each direction */
    bool   barrier;                 /* the next forward waits for all parts; false: for those of its own layer */
} dt_queue;

DT_DECLARE_ROOM(queue)      /* preset: "whole" */

dt_status dt_queue_open(dt_queue *q, const dt_config *config, dt_arena *run);

/* Cut the gradient of these layers into the parts of *plan, which belongs to run.  Without any parameter there is no part.
 * Errors: DT_EINVAL. */
dt_status dt_queue_cut(const dt_queue *q, const dt_queue_view *v, dt_queue_plan *plan, dt_arena *run);

/* What the type says; 0 and nothing where it has one cut. */
long dt_queue_lasts(const dt_queue *q);
void dt_queue_measured(const dt_queue *q, double seconds);

/* A new step begins: priorities are those of this step from now on. */
void dt_queue_again(const dt_queue *q, dt_rng *rng, dt_queue_plan *plan);

/* For members: the parts of each layer by itself, of at most piece bytes (0: the layer is one part).  by_layer: a part's priority
 * is the number of its layer; else all have the same. */
void dt_queue_pieces(const dt_queue_view *v, double piece, bool by_layer, dt_queue_plan *plan);

#endif
