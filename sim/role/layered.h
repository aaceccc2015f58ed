/* layered.h - what the files of a step in time share: step.c goes through it, layered.c cuts the gradient into the parts that travel.
 *
 * A cut is for the steps from .. until - 1.  Queues that look for a better one (queue.h, lasts) have several.  Between two, each
 * worker waits until all parts of its step have come: it is in one cut at a time, and never one ahead of another, as a part comes
 * when all have brought it. */
#ifndef DT_ROLE_LAYERED_H
#define DT_ROLE_LAYERED_H

#include "collective/parts.h"
#include "layer/graph.h"
#include "role/step.h"

typedef struct dt_cut {
    dt_queue_plan  plan;
    size_t        *first, *end;     /* [layers] the parts that have entries of each */
    dt_parts      *parts;
    long          *priority[2];     /* [parts] in even and odd steps */
    size_t         earlier;         /* parts of the cuts before */
    long           from, until;     /* steps; LONG_MAX: it is the last cut */
    double         second_s, step_s;    /* when its second step began; seconds of a step, once they are measured */
} dt_cut;

/* Where one worker is in its step. */
typedef struct dt_step_state {
    dt_cut *cut;
    long    batches, batch;     /* of the step; the one that is computed, from 0 */
    double  samples;            /* of the step */
    double  left, flops;        /* samples of batches that have not begun; of the batch, all layers */
    bool    made;               /* the gradient has been worked out */
    dt_vec *told;               /* [n] the gradient that it tells others of, which is a lie if it lies; NULL before the first */
    dt_vec *sent;               /* [n] what receivers reconstruct; NULL: what it tells */
    dt_compress *packet;        /* [parts]; NULL: nothing is lost, and there may be several cuts */
    size_t *inputs;             /* [layers] of the batch's forward: whose outputs each still needs */
    size_t *front, fronts;      /* [layers] those whose inputs are computed and which have not begun, ascending */
} dt_step_state;

struct dt_layered {
    const dt_learning *learning;
    const dt_team *team;
    dt_monitor    *monitor;
    dt_arena      *run;
    dt_queue_view  view;
    double        *forward, *backward;      /* [layers] share of a batch's flops */
    dt_layer_graph graph;
    dt_cut        *cut;             /* of the steps that begin */
    long           begun;           /* steps whose priorities are set */
    dt_rng        *rng;
    dt_step_state *at;              /* [workers] */
    long           early;           /* forwards that began before their parts had come */
};

/* A step begins, for the first of all workers: the cut and the priorities are those of this step. */
void dt_layered_begin(dt_layered *y, long number);

#endif
