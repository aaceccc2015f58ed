/* bucket.c - fuse gradients into buckets from the last layer to the first, so that few large messages travel.
 * One would use it where each message costs much: rings of many workers, models of many small layers.  A bucket leaves when its
 * first layer is ready, so fusing gives some overlap away; a layer that is larger than a bucket has one of its own.  (PyTorch
 * closes a bucket with the layer that reaches the size, and its first bucket at 1 MB; Horovod, as here, before the layer that
 * would exceed it.)
 * Source: Li et al. 2020, "PyTorch Distributed: Experiences on Accelerating Data Parallel Training", PVLDB 13(12), section 3.2.3,
 * doi:10.14778/3415478.3415530; tensor fusion: Sergeev, Del Balso 2018, "Horovod", section 5, arXiv:1802.05799. */
#include "queue/queue.h"

typedef struct bucket { double size; } bucket;

/* Parts are found from the back and added from the front. */
static void bucket_turn(dt_queue_plan *plan) {
    for (size_t i = 0, j = plan->parts; i + 1 < j; i++) {
        dt_queue_part part = plan->part[--j];
        plan->part[j] = plan->part[i];
        plan->part[i] = part;
    }
}

static dt_status bucket_cut(const void *state, const dt_queue_view *v, dt_queue_plan *plan) {
    double size = ((const bucket *)state)->size;
    for (size_t l = v->layers; l-- > 0;) {
        const dt_layer_row *row = &v->layer[l];
        dt_queue_part *open = plan->parts > 0 ? &plan->part[plan->parts - 1] : NULL;
        if (row->params == 0) continue;
        if (open == NULL || (double)(open->count + row->params) * sizeof(float) > size) {
            dt_queue_add(plan, (dt_queue_part){ row->first, row->params, l, l, 0 });
            continue;
        }
        open->first = row->first;
        open->count += row->params;
        open->from = l;
    }
    bucket_turn(plan);
    return DT_OK;
}

static const dt_param bucket_params[] = {
    DT_REAL_PARAM(bucket, size, 25e6, 0, 1e15, "B",
                  "layers are fused as long as they are not larger together; a larger layer is a bucket of its own, none is cut"),
    { 0 }
};

const dt_queue_type dt_queue_bucket = {
    .is = { "bucket", "Gradients are fused into buckets from the last layer on: gradient bucketing, tensor fusion.",
            "Li et al. 2020, section 3.2.3", bucket_params, sizeof(bucket) },
    .cut = bucket_cut,
};
