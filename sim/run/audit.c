/* audit.c - the conservation laws. */
#include "run/audit.h"
#include "engine/failure.h"
#include <math.h>

enum { NEAR = 1000000 };        /* one part in NEAR is rounding */

static bool near(double a, double b) { return fabs(a - b) * NEAR <= fmax(1e-3, fmax(fabs(a), fabs(b))); }

static dt_status audit_port(const dt_port *p, double horizon_s, double *out, double *in, dt_arena *run) {
    dt_usage u = dt_port_usage(p);
    double busy = u.compute_s + u.wait_s + u.send_s + u.off_s;
    *out += u.bytes_out;
    *in += u.bytes_in;
    if (u.present_s > 0 && !near(busy, u.present_s))
        return dt_fail(DT_EAUDIT, "audit: %s computed, waited, sent and rested for %.9g s but was present for %.9g s",
                       dt_port_title(p, run), busy, u.present_s);
    if (busy > horizon_s * (1 + 1e-9) + 1e-9)
        return dt_fail(DT_EAUDIT, "audit: %s was busy for %.9g s of %.9g s", dt_port_title(p, run), busy, horizon_s);
    return DT_OK;
}

/* Doubly stochastic: nothing negative, every row and every column sums to 1. */
static dt_status audit_mixing(const dt_topology *t, dt_arena *run) {
    double *column = dt_arena_take(run, t->workers, sizeof *column);
    for (size_t r = 0; r < t->workers; r++) {
        double row = t->self[r], least = t->self[r];
        column[r] += t->self[r];
        for (size_t i = t->start[r]; i < t->start[r + 1]; i++) {
            row += t->weight[i];
            column[t->neighbour[i]] += t->weight[i];
            least = fmin(least, t->weight[i]);
        }
        if (!near(row, 1)) return dt_fail(DT_EAUDIT, "audit: row %zu of the mixing matrix sums to %.9g", r, row);
        if (least < -1.0 / NEAR) return dt_fail(DT_EAUDIT, "audit: row %zu of the mixing matrix holds %.9g", r, least);
    }
    for (size_t r = 0; r < t->workers; r++)
        if (!near(column[r], 1))
            return dt_fail(DT_EAUDIT, "audit: column %zu of the mixing matrix sums to %.9g", r, column[r]);
    return DT_OK;
}

/* What was learnt: merged by weights that sum to 1, from models that were there, to a loss that is a number. */
static dt_status audit_learning(const dt_stage *stage) {
    const dt_board *b = stage->board;
    double imbalance = dt_aggregate_imbalance(stage->team->aggregate);
    if (!near(1 + imbalance, 1))
        return dt_fail(DT_EAUDIT, "audit: the weights of a merge sum to 1 but for %.9g", imbalance);
    if (b->unborn > 0)
        return dt_fail(DT_EAUDIT, "audit: %ld updates were merged that started from models of later rounds", b->unborn);
    if (b->learning->learn && b->judged != DT_JUDGED_NOTHING && isnan(b->score.loss))
        return dt_fail(DT_EAUDIT, "audit: the run ended well, but its loss is not a number");
    return DT_OK;
}

dt_status dt_audit(const dt_stage *stage, const dt_traffic *traffic, double horizon_s) {
    const dt_group *g = &stage->team->group;
    double out = 0, in = 0, way = dt_engine_bytes_on_the_way(g->engine), lost = dt_engine_bytes_lost(g->engine);
    for (const dt_port *p = dt_engine_ports(g->engine); p != NULL; p = dt_port_next(p))
        DT_TRY(audit_port(p, horizon_s, &out, &in, stage->run));
    if (!near(out, in + lost + way))
        return dt_fail(DT_EAUDIT, "audit: %.0f bytes were sent, but %.0f received, %.0f lost and %.0f on the way", out, in,
                       lost, way);
    if (traffic != NULL && !near(traffic->bytes, in))
        return dt_fail(DT_EAUDIT, "audit: %.0f bytes were received, but the messages that were traced have %.0f", in,
                       traffic->bytes);
    DT_TRY(audit_learning(stage));
    return stage->team->topology == NULL ? DT_OK : audit_mixing(stage->team->topology, stage->run);
}
