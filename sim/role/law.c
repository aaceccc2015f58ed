/* law.c - the list of a run's laws. */
#include "role/law.h"

void dt_law_add(dt_monitor *b, const char *name, dt_status (*check)(const void *owner), const void *owner) {
    dt_law *new = dt_arena_take(b->run, 1, sizeof *new), **end = &b->laws;
    *new = (dt_law){ name, check, owner, NULL };
    while (*end != NULL) end = &(*end)->next;
    *end = new;
}

dt_status dt_law_check(const dt_monitor *b) {
    for (const dt_law *law = b->laws; law != NULL; law = law->next) {
        dt_status status = law->check(law->owner);
        if (status != DT_OK) return dt_fail(status, "audit: %s: %s", law->name, dt_arena_text(b->run, "%s", dt_reason()));
    }
    return DT_OK;
}
