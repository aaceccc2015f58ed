/* control.c - the control of the aggregation period under budgets. */
#include "role/control.h"
#include "engine/failure.h"
#include <math.h>

void dt_control_open(dt_control *c, const dt_monitor *monitor) {
    const dt_stop *stop = &monitor->stop;
    const double limit[DT_BUDGETS] = { stop->seconds, stop->bytes, stop->joules };
    for (int m = 0; m < DT_BUDGETS; m++) c->budget[m] = (dt_budget){ .limit = limit[m] };
}

void dt_control_read(const dt_control *c, const dt_monitor *monitor, double spent[DT_BUDGETS]) {
    bool energy = c->budget[DT_BUDGET_JOULES].limit > 0;
    spent[DT_BUDGET_SECONDS] = dt_engine_now(monitor->engine);
    spent[DT_BUDGET_BYTES] = dt_engine_bytes(monitor->engine);
    spent[DT_BUDGET_JOULES] = energy ? dt_engine_joules(monitor->engine) : 0;
}

/* Powers that overflow are infinite, and no period with one is chosen.  h(1) = 0, which rounding may miss. */
double dt_control_gap(const dt_control *c, double steps) {
    if (!(c->delta > 0) || steps <= 1) return 0;
    double power = expm1(steps * log1p(c->rate * c->beta));
    return fmax(0, c->delta / c->beta * power - c->rate * c->delta * steps);
}

/* T(tau). */
static double control_steps(const dt_control *c, long tau) {
    double least = HUGE_VAL;
    for (const dt_budget *b = c->budget; b < c->budget + DT_BUDGETS; b++)
        if (b->limit > 0) least = fmin(least, (b->limit - b->step - b->round) * (double)tau / (b->step * (double)tau + b->round));
    return least;
}

double dt_control_objective(const dt_control *c, long tau) {
    double steps = control_steps(c, tau), gap = c->rho * dt_control_gap(c, (double)tau);
    if (!(steps > 0)) return HUGE_VAL;
    double half = 1 / (2 * c->rate * c->phi * steps);
    return half + sqrt(half * half + gap / (c->rate * c->phi * (double)tau)) + gap;
}

long dt_control_best(const dt_control *c, long most) {
    long best = 1;
    double least = dt_control_objective(c, 1);
    for (long tau = 2; tau <= most; tau++) {
        double value = dt_control_objective(c, tau);
        if (!(value < least)) continue;
        least = value;
        best = tau;
    }
    return best;
}

/* The rounding of sums of many costs is left free. */
bool dt_control_affords(const dt_control *c, double steps, double rounds) {
    const double all = 1 - 1e-9;
    for (const dt_budget *b = c->budget; b < c->budget + DT_BUDGETS; b++)
        if (b->limit > 0 && b->spent + b->step * steps + b->round * rounds > all * b->limit) return false;
    return true;
}

long dt_control_last(const dt_control *c, long most) {
    long tau = most;
    while (tau > 0 && !dt_control_affords(c, (double)tau + 1, 2)) tau--;
    return tau;
}

double dt_control_overrun(const dt_control *c) {
    double most = 0;
    for (const dt_budget *b = c->budget; b < c->budget + DT_BUDGETS; b++)
        if (b->limit > 0) most = fmax(most, b->spent / b->limit - 1);
    return most;
}
