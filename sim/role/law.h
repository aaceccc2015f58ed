/* law.h - what a run must keep, said by whoever answers for it and checked at the end of a run that went well: a room adds
 * its law without the audit knowing the room. */
#ifndef DT_ROLE_LAW_H
#define DT_ROLE_LAW_H

#include "role/monitor.h"

typedef struct dt_law {
    const char    *name;                        /* for people: "replicas" */
    dt_status    (*check)(const void *owner);   /* instant.  Errors: DT_EAUDIT with the numbers */
    const void    *owner;
    struct dt_law *next;
} dt_law;

/* Add a law to those of the run; belongs to it. */
void dt_law_add(dt_monitor *b, const char *name, dt_status (*check)(const void *owner), const void *owner);

/* Check all in the order of adding.  Errors: that of the first that is broken. */
dt_status dt_law_check(const dt_monitor *b);

#endif
