/* audit.h - conservation laws that every run must keep, checked at its end. */
#ifndef DT_RUN_AUDIT_H
#define DT_RUN_AUDIT_H

#include "run/traffic.h"
#include "strategy/strategy.h"

/* Of every port there is, hands included: computing + waiting + sending + off = present, and no more than the horizon; bytes
 * sent = arrived + lost + still on the way.  Of all together: bytes sent = received + lost + on the way; bytes received = those
 * of the messages traced (traffic NULL: not traced), and so for every worker and server by itself.  The mixing matrix is
 * doubly stochastic; weights of merges sum to 1, updates start from rounds that were, and what ends well has a loss.  And what
 * rooms have said that the run keeps (role/law.h): replicas that agree, clocks within their bound.
 * Errors: DT_EAUDIT with the law and the numbers. */
dt_status dt_audit(const dt_stage *stage, const dt_traffic *traffic, double horizon_s);

#endif
