/* tell.c - tells the listeners of a run. */
#include "engine/tell.h"

void dt_tell_span(const dt_port *p, dt_span_kind kind, const dt_port *peer, double start_s, double end_s, double bytes) {
    dt_engine *e = p->engine;
    if (e->on_span != NULL && end_s > start_s)
        e->on_span(e->owner, &(dt_span){ kind, p, peer, start_s, end_s, bytes, p->label });
}

void dt_tell_flight(const dt_port *to, const inbox_item *item, double taken_s) {
    dt_engine *e = to->engine;
    if (e->on_flight == NULL || item->from->host == to->host) return;
    e->on_flight(e->owner, &(dt_flight){ item->from, to, item->posted_s, item->departed_s, item->arrived_s,
                                         item->sent_s, taken_s, item->m.bytes, item->label });
}
