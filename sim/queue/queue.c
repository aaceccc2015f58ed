/* queue.c - opening a queue, and the parts of a gradient. */
#include "queue/queue.h"
#include <assert.h>
#include <math.h>
#include <string.h>

#define ROOM queue
#include "base/members.h"

static const dt_param queue_common[] = {
    DT_REAL_PARAM(dt_queue, credit, 0, 0, 1e15, "B",
                  "parts leave as long as fewer bytes than this are on their way; the last may exceed it.  More hides latency, less "
                  "lets an urgent part overtake sooner; 0: one part at a time"),
    DT_REAL_PARAM(dt_queue, overhead, 0, 0, 1e6, "s",
                  "time that each part costs in each direction beside its transfer: a call, a notification, an agreement.  It is "
                  "what small pieces are paid with"),
    DT_BOOL_PARAM(dt_queue, barrier, false,
                  "the next forward pass begins when all parts have come, as in DistributedDataParallel, and priorities gain nothing; "
                  "false: each layer waits for its own parts alone"),
    { 0 }
};

const dt_room dt_queue_room = {
    .name = "queue", .brief = "communication scheduling: in which pieces gradients leave, and which goes first", .preset = "whole",
    .common = queue_common, ROOM_MEMBERS,
};

dt_status dt_queue_open(dt_queue *q, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    *q = (dt_queue){ 0 };
    DT_TRY(dt_room_open(&dt_queue_room, config, NULL, q, run, &entry, &q->state));
    q->type = dt_queue_of(entry);
    return DT_OK;
}

void dt_queue_add(dt_queue_plan *plan, dt_queue_part part) {
    enum { FIRST = 64 };
    if (plan->parts == plan->room) {
        size_t room = plan->room == 0 ? FIRST : 2 * plan->room;
        dt_queue_part *more = dt_arena_take(plan->run, room, sizeof *more);
        if (plan->parts > 0) memcpy(more, plan->part, plan->parts * sizeof *more);
        plan->part = more;
        plan->room = room;
    }
    plan->part[plan->parts++] = part;
}

void dt_queue_pieces(const dt_queue_view *v, double piece, bool by_layer, dt_queue_plan *plan) {
    size_t most = piece > 0 ? (size_t)fmax(1, floor(piece / sizeof(float))) : SIZE_MAX;
    for (size_t l = 0; l < v->layers; l++)
        for (size_t at = 0, count; at < v->layer[l].params; at += count) {
            size_t left = v->layer[l].params - at;
            count = left < most ? left : most;
            dt_queue_add(plan, (dt_queue_part){ v->layer[l].first + at, count, l, l, by_layer ? (long)l : 0 });
        }
}

/* Parts cover the entries in order, each once, and say truly to which layers theirs belong. */
static void queue_check(const dt_queue_view *v, const dt_queue_plan *plan) {
    size_t at = 0;
    for (const dt_queue_part *p = plan->part; p < plan->part + plan->parts; at += p++->count) {
        assert(p->count > 0 && p->first == at);
        assert(p->from <= p->to && p->to < v->layers);
        const dt_layer_row *from = &v->layer[p->from], *to = &v->layer[p->to];
        assert(p->first >= from->first && (from->params == 0 || p->first < from->first + from->params));
        assert((to->params == 0 || p->first + p->count > to->first) && p->first + p->count <= to->first + to->params);
        (void)from;
        (void)to;
    }
    assert(at == (v->layers == 0 ? 0 : v->layer[v->layers - 1].first + v->layer[v->layers - 1].params));
}

dt_status dt_queue_cut(const dt_queue *q, const dt_queue_view *v, dt_queue_plan *plan, dt_arena *run) {
    *plan = (dt_queue_plan){ .credit = q->credit, .run = run };
    dt_queue_view own = *v;
    own.overhead = q->overhead;
    DT_TRY(q->type->cut(q->state, &own, plan));
    queue_check(v, plan);
    return DT_OK;
}

void dt_queue_again(const dt_queue *q, dt_rng *rng, dt_queue_plan *plan) {
    if (q->type->again != NULL) q->type->again(q->state, rng, plan);
}

long dt_queue_lasts(const dt_queue *q) {
    long steps = q->type->lasts == NULL ? 0 : q->type->lasts(q->state);
    assert(steps == 0 || steps >= 3);
    return steps;
}

void dt_queue_measured(const dt_queue *q, double seconds) {
    if (q->type->measured != NULL) q->type->measured(q->state, seconds);
}
