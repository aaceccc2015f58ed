/* progress.c - decides when a line is due, and where it goes. */
#include "base/progress.h"
#include "base/inside.h"
#include "base/meter.h"
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LENGTH = 512 };

void dt_progress_open(dt_progress *line, bool quiet) {
    double now = dt_meter_clock();
    *line = (dt_progress){ stderr, dt_meter_clock, now, now, quiet, isatty(STDERR_FILENO) != 0, false };
}

/* A terminal wraps a line that is too long, and then only its last row can be removed.  A character of several bytes is not cut. */
static void progress_cut(FILE *out, char *text) {
    struct winsize size = { 0 };
    if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col < 2 || strlen(text) < size.ws_col) return;
    size_t end = (size_t)size.ws_col - 1;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) end--;
    text[end] = '\0';
}

static bool progress_due(const dt_progress *line, double now) {
    double age = now - line->begun_s, pause = now - line->shown_s;
    return pause >= (line->terminal ? 1 : age <= 60 ? 2 : 30);
}

void dt_progress_show(dt_progress *line, const char *format, ...) {
    char text[LENGTH];
    va_list list;
    double now = line->clock();
    if (line->quiet || !progress_due(line, now)) return;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    dt_one_line(text);
    if (line->terminal) progress_cut(line->out, text);
    fprintf(line->out, line->terminal ? "\r\033[K%s" : "%s\n", text);
    fflush(line->out);
    line->shown_s = now;
    line->there = line->terminal;
}

void dt_progress_clear(dt_progress *line) {
    if (!line->there) return;
    fprintf(line->out, "\r\033[K");
    fflush(line->out);
    line->there = false;
}
