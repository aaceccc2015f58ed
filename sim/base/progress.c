/* progress.c - decides when a line is due, and where it goes. */
#include "base/progress.h"
#include "base/inside.h"
#include "base/meter.h"
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

enum { LENGTH = 512 };

/* When the first line of this process began, and the last one was printed: the user does not see where one ends. */
static double first_s, last_s;

void dt_progress_open(dt_progress *line, bool quiet) {
    if (first_s == 0) first_s = last_s = dt_meter_clock();
    *line = (dt_progress){ stderr, dt_meter_clock, first_s, last_s, quiet, isatty(STDERR_FILENO) != 0, false };
}

/* A terminal wraps a line that is too long, and then only its last row can be removed.  A character of several bytes is not cut.
 * rest: columns for what follows the text. */
static void progress_cut(FILE *out, char *text, unsigned rest) {
    struct winsize size = { 0 };
    if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col < rest + 2 || strlen(text) + rest < size.ws_col) return;
    size_t end = size.ws_col - rest - 1;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) end--;
    text[end] = '\0';
}

static bool progress_due(const dt_progress *line, double now) {
    double age = now - line->begun_s, pause = now - line->shown_s;
    return pause >= (line->terminal ? 1 : age <= 60 ? 1.7 : 30);       /* callers look five times a second */
}

/* The text of one line, as wide as there is room for. */
static void progress_text(const dt_progress *line, char *text, unsigned rest, const char *format, va_list list) {
    vsnprintf(text, LENGTH, format, list);
    dt_one_line(text);
    if (line->terminal) progress_cut(line->out, text, rest);
}

bool dt_progress_due(const dt_progress *line) { return !line->quiet && progress_due(line, line->clock()); }

void dt_progress_show(dt_progress *line, const char *format, ...) {
    char text[LENGTH];
    va_list list;
    if (!dt_progress_due(line)) return;
    va_start(list, format);
    progress_text(line, text, 0, format, list);
    va_end(list);
    fprintf(line->out, line->terminal ? "\r\033[K%s" : "%s\n", text);
    fflush(line->out);
    line->shown_s = last_s = line->clock();
    line->there = line->terminal;
}

/* ---- while the caller is busy -------------------------------------------------------------- */

/* What the signal handler needs.  It may run on another thread than the caller, so it has a line of its own. */
static struct {
    atomic_bool on;
    dt_progress line;
    double      since_s;
    int         file;
    char        text[LENGTH];
} held;

/* Whole seconds as digits, for a signal handler; returns how many. */
static size_t progress_digits(char *text, long seconds) {
    char digit[24];
    size_t count = 0;
    for (; seconds > 0 || count == 0; seconds /= 10) digit[count++] = (char)('0' + seconds % 10);
    for (size_t i = 0; i < count; i++) text[i] = digit[count - 1 - i];
    return count;
}

static size_t progress_append(char *text, const char *more) {
    size_t length = strlen(more);
    memcpy(text, more, length);
    return length;
}

static void progress_ring(int signal) {
    char text[LENGTH + 64];
    int before = errno;
    (void)signal;
    double now = dt_meter_clock();
    if (!atomic_load(&held.on) || !progress_due(&held.line, now)) return;
    size_t length = progress_append(text, held.line.terminal ? "\r\033[K" : "");
    length += progress_append(text + length, held.text);
    length += progress_append(text + length, ": ");
    length += progress_digits(text + length, (long)(now - held.since_s));
    length += progress_append(text + length, held.line.terminal ? " s" : " s\n");
    ssize_t put = write(held.file, text, length);
    (void)put;
    held.line.shown_s = now;
    held.line.there = held.line.terminal;
    errno = before;
}

static void progress_timer(bool on) {
    enum { EVERY = 250 * 1000 };    /* us */
    const struct timeval every = { 0, on ? EVERY : 0 };
    setitimer(ITIMER_REAL, &(const struct itimerval){ every, every }, NULL);
}

void dt_progress_hold(dt_progress *line, const char *format, ...) {
    const struct sigaction ring = { .sa_handler = progress_ring, .sa_flags = SA_RESTART };
    va_list list;
    if (line->quiet) return;
    dt_progress_clear(line);
    held.line = *line;
    held.since_s = dt_meter_clock();
    held.file = fileno(line->out);
    va_start(list, format);
    progress_text(line, held.text, strlen(": 9999 s"), format, list);
    va_end(list);
    atomic_store(&held.on, true);
    sigaction(SIGALRM, &ring, NULL);
    progress_timer(true);
}

static void progress_let_go(dt_progress *line) {
    if (!atomic_exchange(&held.on, false)) return;
    progress_timer(false);
    signal(SIGALRM, SIG_IGN);       /* one that has come already; then as usual again */
    signal(SIGALRM, SIG_DFL);
    line->shown_s = last_s = held.line.shown_s;
    line->there = held.line.there;
}

void dt_progress_clear(dt_progress *line) {
    progress_let_go(line);
    if (!line->there) return;
    fprintf(line->out, "\r\033[K");
    fflush(line->out);
    line->there = false;
}
