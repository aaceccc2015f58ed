/* status.c - keeps the last reason of each thread. */
#include "base/status.h"
#include <stdarg.h>
#include <stdio.h>

static _Thread_local char reason[1024], reason_path[256];

dt_status dt_fail(dt_status status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    reason_path[0] = '\0';
    return status;
}

dt_status dt_fail_at(dt_status status, const char *path, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    snprintf(reason_path, sizeof reason_path, "%s", path);
    return status;
}

const char *dt_reason(void) { return reason; }
const char *dt_reason_path(void) { return reason_path; }

const char *dt_status_word(dt_status status) {
    static const char *const words[] = { "ok", "invalid", "not found", "input/output", "bad format",
                                         "diverged", "deadlock", "audit", "crashed", "timeout", "memory" };
    return (unsigned)status < sizeof words / sizeof *words ? words[status] : "unknown";
}
