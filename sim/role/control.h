/* control.h - how many local steps to take between two aggregations, so that a convex loss is least when budgets of time, bytes and
 * energy are used up.  Nothing here allocates; reading the meters is instant, the rest is pure arithmetic.
 *
 * A local step of all clients costs step, an aggregation round; the budget limit has to pay for all of them, and for one step and one
 * round more, by which the last model is evaluated.  T(tau) = min over the budgets of (limit - step - round) tau / (step tau + round) are
 * the local steps that they pay for in all.  The loss after them is at most G(tau) above the least (theorem 2):
 *   h(x)   = (delta / beta) ((rate beta + 1)^x - 1) - rate delta x
 *   G(tau) = 1 / (2 rate phi T) + sqrt(1 / (2 rate phi T)^2 + rho h(tau) / (rate phi tau)) + rho h(tau)
 * Source: Wang, Tuor, Salonidis, Leung, Makaya, He, Chan 2019, "Adaptive Federated Learning in Resource Constrained Edge Computing
 * Systems", arXiv:1804.05271, sections IV and V. */
#ifndef DT_ROLE_CONTROL_H
#define DT_ROLE_CONTROL_H

#include "role/monitor.h"

/* Of one resource, in its unit: R, c, b, and what is spent so far.  limit 0: there is no such budget. */
typedef struct dt_budget { double limit, step, round, spent; } dt_budget;

enum { DT_BUDGET_SECONDS, DT_BUDGET_BYTES, DT_BUDGET_JOULES, DT_BUDGETS };

typedef struct dt_control {
    double    rate, phi;            /* learning rate; the control parameter */
    double    rho, beta, delta;     /* how fast the clients' losses change, and their gradients; how far their gradients are from the mean */
    dt_budget budget[DT_BUDGETS];
} dt_control;

/* Take the limits of the run, stop.seconds and the like, for budgets. */
void dt_control_open(dt_control *c, const dt_monitor *monitor);

/* What all machines have spent so far, of every resource that has a budget; of others 0. */
void dt_control_read(const dt_control *c, const dt_monitor *monitor, double spent[DT_BUDGETS]);

double dt_control_gap(const dt_control *c, double steps);           /* h >= 0 */
double dt_control_objective(const dt_control *c, long tau);         /* G; infinity if the budgets do not pay for a step */

/* The tau from 1 to most of least G; of equal ones the smallest. */
long dt_control_best(const dt_control *c, long most);

/* Do the budgets pay for so many more steps and rounds?  The largest tau <= most for which they pay, after its round, for the
 * evaluation: tau + 1 steps and 2 rounds; 0: there is none. */
bool dt_control_affords(const dt_control *c, double steps, double rounds);
long dt_control_last(const dt_control *c, long most);

/* The largest share of a budget that is spent above it; 0: none is. */
double dt_control_overrun(const dt_control *c);

#endif
