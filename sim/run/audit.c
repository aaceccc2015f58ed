/* audit.c - the conservation laws. */
#include "run/audit.h"
#include "engine/failure.h"
#include "role/law.h"
#include <math.h>

enum { NEAR = 1000000 };        /* one part in NEAR is rounding */

static bool near(double a, double b) { return fabs(a - b) * NEAR <= fmax(1e-3, fmax(fabs(a), fabs(b))); }

/* The time of one that still acts when the run ends, such as a hand that carries an average which nobody waits for, is not complete. */
static dt_status audit_port(const dt_port *p, double horizon_s, dt_arena *run) {
    dt_usage u = dt_port_usage(p);
    double busy = u.compute_s + u.wait_s + u.send_s + u.off_s, way = dt_port_bytes_on_the_way(p);
    if (u.present_s > 0 && !dt_port_taken(p) && !near(busy, u.present_s))
        return dt_fail(DT_EAUDIT, "audit: %s computed, waited, sent and rested for %.9g s but was present for %.9g s",
                       dt_port_title(p, run), busy, u.present_s);
    if (busy > horizon_s * (1 + 1e-9) + 1e-9)
        return dt_fail(DT_EAUDIT, "audit: %s was busy for %.9g s of %.9g s", dt_port_title(p, run), busy, horizon_s);
    if (!near(u.bytes_out, u.bytes_arrived + u.bytes_lost + way))
        return dt_fail(DT_EAUDIT, "audit: %s sent %.0f bytes, but %.0f of them arrived, %.0f were lost and %.0f are on the way",
                       dt_port_title(p, run), u.bytes_out, u.bytes_arrived, u.bytes_lost, way);
    return DT_OK;
}

static dt_status audit_bytes(const dt_engine *e, const dt_traffic *traffic) {
    double out = 0, in = 0, way = dt_engine_bytes_on_the_way(e), lost = dt_engine_bytes_lost(e);
    for (const dt_port *p = dt_engine_ports(e); p != NULL; p = dt_port_next(p)) {
        out += dt_port_usage(p).bytes_out;
        in += dt_port_usage(p).bytes_in;
    }
    if (!near(out, in + lost + way))
        return dt_fail(DT_EAUDIT, "audit: %.0f bytes were sent, but %.0f received, %.0f lost and %.0f on the way", out, in,
                       lost, way);
    if (traffic != NULL && !near(traffic->bytes, in))
        return dt_fail(DT_EAUDIT, "audit: %.0f bytes were received, but the messages that were traced have %.0f", in,
                       traffic->bytes);
    return DT_OK;
}

/* Bytes that the programs of one kind sent and received, by the traced messages. */
typedef struct sums { double *sent, *received; size_t count; } sums;

static sums *sums_of(sums kinds[2], const dt_port *p) { return &kinds[dt_port_kind_of(p) == DT_PORT_SERVER]; }

/* For every worker and server: its endpoints count as many bytes as the traced messages have. */
static dt_status audit_pairs(const dt_engine *e, const dt_traffic *t, dt_arena *run) {
    sums kinds[2] = { { NULL } };
    const dt_port *p;
    for (p = dt_engine_ports(e); p != NULL; p = dt_port_next(p))
        if (dt_port_index(p) >= sums_of(kinds, p)->count) sums_of(kinds, p)->count = dt_port_index(p) + 1;
    for (sums *k = kinds; k < kinds + 2; k++)
        *k = (sums){ dt_arena_take(run, k->count + 1, sizeof(double)), dt_arena_take(run, k->count + 1, sizeof(double)), k->count };
    for (size_t i = 0; i < t->room; i++) {
        const dt_flow *f = &t->flow[i];
        if (f->from == NULL) continue;
        sums_of(kinds, f->from)->sent[dt_port_index(f->from)] += f->bytes;
        sums_of(kinds, f->to)->received[dt_port_index(f->to)] += f->bytes;
    }
    for (p = dt_engine_ports(e); p != NULL; p = dt_port_next(p)) {
        sums_of(kinds, p)->sent[dt_port_index(p)] -= dt_port_usage(p).bytes_arrived;
        sums_of(kinds, p)->received[dt_port_index(p)] -= dt_port_usage(p).bytes_in;
    }
    for (int kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < kinds[kind].count; i++)
            if (!near(1 + kinds[kind].sent[i], 1) || !near(1 + kinds[kind].received[i], 1))
                return dt_fail(DT_EAUDIT, "audit: the messages traced of %s %zu have %.0f bytes more than it sent, and %.0f more "
                               "than it received", kind == 0 ? "worker" : "server", i, kinds[kind].sent[i],
                               kinds[kind].received[i]);
    return DT_OK;
}

/* The matrix is doubly stochastic: no entry is negative, and every row and every column sums to 1. */
static dt_status audit_graph(const dt_graph *t, size_t workers, dt_arena *run) {
    double *column = dt_arena_take(run, workers, sizeof *column);
    for (size_t r = 0; r < workers; r++) {
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
    for (size_t r = 0; r < workers; r++)
        if (!near(column[r], 1))
            return dt_fail(DT_EAUDIT, "audit: column %zu of the mixing matrix sums to %.9g", r, column[r]);
    return DT_OK;
}

static dt_status audit_mixing(const dt_topology *t, dt_arena *run) {
    for (size_t g = 0; g < t->graphs; g++) DT_TRY(audit_graph(&t->graph[g], t->workers, run));
    return DT_OK;
}

/* The weights of merges sum to 1, updates start from earlier models, and the loss is a number. */
static dt_status audit_learning(const dt_training *training) {
    const dt_monitor *b = training->monitor;
    double imbalance = dt_aggregate_imbalance(training->team->aggregate);
    if (!near(1 + imbalance, 1))
        return dt_fail(DT_EAUDIT, "audit: the weights of a merge sum to 1 but for %.9g", imbalance);
    if (b->ages.from_future > 0)
        return dt_fail(DT_EAUDIT, "audit: %ld updates were merged that started from models of later rounds", b->ages.from_future);
    if (b->learning->learn && b->judged != DT_JUDGED_NOTHING && isnan(b->score.loss))
        return dt_fail(DT_EAUDIT, "audit: the run ended well, but its loss is not a number");
    return DT_OK;
}

dt_status dt_audit(const dt_training *training, const dt_traffic *traffic, double horizon_s) {
    const dt_engine *e = training->team->group.engine;
    for (const dt_port *p = dt_engine_ports(e); p != NULL; p = dt_port_next(p)) DT_TRY(audit_port(p, horizon_s, training->run));
    DT_TRY(audit_bytes(e, traffic));
    if (traffic != NULL) DT_TRY(audit_pairs(e, traffic, training->run));
    DT_TRY(audit_learning(training));
    DT_TRY(dt_law_check(training->monitor));
    return training->team->topology == NULL ? DT_OK : audit_mixing(training->team->topology, training->run);
}
