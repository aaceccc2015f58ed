/* status.c - keeps the last reason of each thread. */
#include "base/status.h"
#include "base/inside.h"
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static _Thread_local char reason[1024], reason_path[256];

void dt_one_line(char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f) *text = '?';
}

dt_status dt_fail(dt_status status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    dt_one_line(reason);
    reason_path[0] = '\0';
    return status;
}

dt_status dt_fail_at(dt_status status, const char *path, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    dt_one_line(reason);
    snprintf(reason_path, sizeof reason_path, "%s", path);
    dt_one_line(reason_path);
    return status;
}

dt_status dt_fail_place(dt_status status, const char *path) {
    if (status != DT_OK && reason_path[0] == '\0') snprintf(reason_path, sizeof reason_path, "%s", path);
    return status;
}

static char  *last_words;
static size_t last_words_size;

void dt_last_words(char *buffer, size_t size) {
    last_words = buffer;
    last_words_size = size;
}

/* This also works without memory and in a signal handler: nothing is flushed, and no handler of exit runs. */
void dt_die(dt_status status, const char *format, ...) {
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    dt_one_line(text);
    if (last_words != NULL) snprintf(last_words, last_words_size, "%s", text);
    else dprintf(STDERR_FILENO, "dtsim: %s\n", text);
    _exit(status == DT_EMEMORY ? DT_NO_MEMORY : DT_DIED + (int)status);
}

const char *dt_reason(void) { return reason; }
const char *dt_reason_path(void) { return reason_path; }

const char *dt_status_word(dt_status status) {
    static const char *const words[] = { "ok", "invalid", "not found", "input/output", "bad format",
                                         "diverged", "deadlock", "audit", "crashed", "timeout", "memory", "down", "late", "over",
                                         "version", "undecodable", "misfit" };
    return (unsigned)status < sizeof words / sizeof *words ? words[status] : "unknown";
}
