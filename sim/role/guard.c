/* guard.c - clipping at clients, noise at the server, and the account of both. */
#include "role/guard.h"
#include "role/gradient.h"
#include <math.h>

/* What the packet decodes to is clipped, so that the bound holds with any compressor. */
dt_status dt_worker_guard(dt_worker *w, dt_vec **sent, const dt_vec *origin, double *bytes) {
    enum { FLOPS = 6 };         /* an entry: difference, square and sum; difference, product and sum */
    const dt_privacy *p = w->team->privacy;
    *bytes += p->type->up;
    DT_TRY(dt_worker_charge(w, FLOPS * (double)w->learning->model->n, NULL, NULL));     /* [time] */
    if ((*sent)->x == NULL) return DT_OK;
    dt_meter_begin(dt_pool_meter(w->learning->threads), DT_ARITHMETIC);
    dt_vec_own(sent);
    w->guard.clipped = dt_privacy_clip((*sent)->x, origin == NULL ? NULL : origin->x, (*sent)->n, w->guard.clip) > w->guard.clip;
    dt_privacy_blur(w->guard.noise, dt_privacy_of_client(p, w->guard.clip), (*sent)->x, (*sent)->n);
    dt_meter_end(dt_pool_meter(w->learning->threads));
    return DT_OK;
}

/* Updates are in the order of ranks, and a client may have sent several.  Where clients are not drawn for a round, as in
 * asynchronous ones, each is in it for sure. */
static dt_privacy_mean guard_mean(const dt_server *s, const dt_inputs *in) {
    dt_privacy_mean m = { .count = in->count };
    m.q = s->drawn.wait || s->drawn.invited >= s->drawn.of ? 1 : (double)s->drawn.invited / (double)s->drawn.of;
    double own = 0;
    for (size_t i = 0; i < in->count; i++) {
        double weight = s->merge.weight[i];
        own = i > 0 && s->update[i].rank == s->update[i - 1].rank ? own + weight : weight;
        m.heaviest = fmax(m.heaviest, own);
        m.squares += weight * weight;
        m.clipped += s->update[i].clipped;
    }
    return m;
}

void dt_server_guard(dt_server *s, const dt_inputs *in, dt_vec *next) {
    dt_privacy *p = s->team->privacy;
    size_t column = s->monitor->reports - DT_METRICS_PRIVATE - (s->secret != NULL ? DT_METRICS_SECURE : 0);
    dt_aggregate_weigh(s->team->aggregate, in, s->merge.weight, s->learning->threads);
    dt_privacy_mean m = guard_mean(s, in);
    dt_meter_begin(dt_pool_meter(s->learning->threads), DT_ARITHMETIC);
    if (next->x != NULL) dt_privacy_blur(p->rng, dt_privacy_of_mean(p, &m), next->x, next->n);
    dt_meter_end(dt_pool_meter(s->learning->threads));
    dt_privacy_release(p, &m);
    dt_monitor_report(s->monitor, column, next->x != NULL ? (double)m.clipped / (double)m.count : NAN);
    dt_monitor_report(s->monitor, column + 1, p->clip);
    dt_monitor_report(s->monitor, column + 2, dt_privacy_epsilon(p));
}
