/* ends.c - the limits that end a run: on what is counted or spent by the end of a round, and on columns of an evaluation. */
#include "role/marking.h"
#include "base/near.h"
#include "engine/failure.h"
#include <math.h>

/* A limit on a column.  from: the side on which the run began, if neither low nor high is better; 0: not known yet. */
typedef struct dt_limit { const char *column; double value; int from; } dt_limit;

/* ---- counted and spent ---------------------------------------------------------------------- */

static bool reached(double limit, double value) { return limit > 0 && value >= limit * (1 - 1e-12); }

bool dt_monitor_counted(const dt_monitor *b, long round, long step) {
    return reached(b->stop.steps, (double)step) || reached(b->stop.rounds, (double)round);
}

static double ends_flops(const dt_monitor *b) {
    double sum = 0;
    for (const dt_port *p = dt_engine_ports(b->engine); p != NULL; p = dt_port_next(p)) sum += dt_port_usage(p).flops;
    return sum;
}

/* While SimGrid answers, other actors may act.  A worker that finishes the round meanwhile asks as well, and the first one to get
 * an answer decides for all. */
void dt_monitor_spend(dt_monitor *b) {
    if (b->stop.joules > 0) b->joules = dt_engine_joules(b->engine);
}

bool dt_monitor_over(const dt_monitor *b, const dt_reached *r) {
    const dt_stop *s = &b->stop;
    dt_mark here = dt_monitor_here(b);
    return b->closing || dt_monitor_counted(b, r->round, r->step) || reached(s->seconds, here.time_s) || reached(s->epochs, here.epoch) ||
           reached(s->bytes, here.bytes) || reached(s->joules, b->joules) || (s->flops > 0 && reached(s->flops, ends_flops(b)));
}

/* ---- columns -------------------------------------------------------------------------------- */

static void ends_add(dt_monitor *b, const char *column, double value) {
    if (value != 0) b->limit[b->limits++] = (dt_limit){ column, value, 0 };
}

void dt_monitor_limits(dt_monitor *b) {
    b->limits = 0;
    b->limit = dt_arena_take(b->run, b->stop.goals + sizeof b->columns.item / sizeof *b->columns.item, sizeof *b->limit);
#define LIMIT(name, ...) ends_add(b, #name, b->stop.name);
    DT_RESULT_COLUMNS(LIMIT) DT_OWN_COLUMNS(LIMIT) DT_EACH_COLUMNS(LIMIT)
#undef LIMIT
    for (size_t i = 0; i < b->stop.goals; i++) ends_add(b, b->stop.goal[i].column, b->stop.goal[i].value);
}

/* True if value has reached the limit, from above, from below, or from the side on which the run began. */
static bool ends_there(dt_limit *l, dt_better better, double value) {
    if (better == DT_BETTER_LOW) return value <= l->value;
    if (better == DT_BETTER_HIGH) return value >= l->value;
    if (isnan(value)) return false;
    if (l->from == 0) l->from = value < l->value ? -1 : 1;
    return l->from < 0 ? value >= l->value : value <= l->value;
}

dt_status dt_monitor_limited(dt_monitor *b, const dt_mark *mark, bool *stop) {
    for (size_t i = 0; i < b->limits; i++) {
        dt_limit *l = &b->limit[i];
        const dt_metric *m = dt_metric_find(&b->columns, l->column);
        if (m == NULL) {
            const char *path = dt_arena_text(b->run, "stop.%s", l->column), *near = dt_metric_nearest(&b->columns, l->column);
            return dt_fail_at(DT_EINVAL, path, "the evaluations of this run have no column \"%s\"%s (\"dtsim help evaluations\" and "
                              "on_evaluate say which there are)", l->column, dt_did_you_mean(near));
        }
        if (ends_there(l, m->better, dt_metric_value(m, mark))) *stop = true;
    }
    return DT_OK;
}
