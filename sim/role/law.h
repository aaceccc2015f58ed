/* law.h - conservation laws and invariants that the audit checks at the end of a successful run.  Any room may add one, so that the
 * audit need not know the room. */
#ifndef DT_ROLE_LAW_H
#define DT_ROLE_LAW_H

#include "role/monitor.h"

typedef struct dt_law {
    const char    *name;                        /* for messages: "replicas" */
    dt_status    (*check)(const void *owner);   /* instant.  Errors: DT_EAUDIT with the numbers */
    const void    *owner;
    struct dt_law *next;
} dt_law;

/* Add a law to those of the run, which owns it. */
void dt_law_add(dt_monitor *b, const char *name, dt_status (*check)(const void *owner), const void *owner);

/* Check all laws in the order in which they were added.  Errors: that of the first law that does not hold. */
dt_status dt_law_check(const dt_monitor *b);

#endif
