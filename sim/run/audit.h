/* audit.h - conservation laws and invariants that are checked at the end of every successful run. */
#ifndef DT_RUN_AUDIT_H
#define DT_RUN_AUDIT_H

#include "run/traffic.h"
#include "strategy/strategy.h"

/* Check that
 *   for every endpoint, those that send while others compute included, computing + waiting + sending + off = the time that it
 *     was present, which is at most the horizon; and bytes sent = arrived + lost + still on the way
 *   for all endpoints together, bytes sent = received + lost + on the way
 *   bytes received = those of the traced messages, in total and for each worker and server (traffic NULL: not traced)
 *   the mixing matrix is doubly stochastic, and the weights of every merge sum to 1
 *   no update starts from a model of a later round, and a run that ends well has a loss that is a number
 *   the laws that rooms have added hold (role/law.h): equal replicas, clocks within their bound.
 * Errors: DT_EAUDIT with the law and the numbers. */
dt_status dt_audit(const dt_training *training, const dt_traffic *traffic, double horizon_s);

#endif
