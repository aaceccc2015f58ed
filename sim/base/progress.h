/* progress.h - a line on standard error that says what goes on while the user waits.
 * On a terminal the line replaces itself, at most once a second.  Elsewhere each one is a line of its own, within 2 s in the first
 * minute and every 30 s after it, so that a log stays short.  Nothing is printed in the first second: short work is silent. */
#ifndef DT_BASE_PROGRESS_H
#define DT_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

typedef struct dt_progress {
    FILE  *out;
    double (*clock)(void);      /* dt_meter_clock */
    double begun_s, shown_s;    /* opened, and printed last */
    bool   quiet, terminal;
    bool   there;               /* a line stands on the terminal */
} dt_progress;

/* Begin a line.  Lines of one process that follow each other count the time from the first of them on.  quiet: never print anything. */
void dt_progress_open(dt_progress *line, bool quiet);

/* True if dt_progress_show would print a line now, for one that costs something to make. */
bool dt_progress_due(const dt_progress *line);

/* Print the line if it is time to; call it as often as you like.  Control characters become "?", and on a terminal the line is cut
 * at its width. */
void dt_progress_show(dt_progress *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for a call that does not come back for a while: until dt_progress_clear the line prints itself whenever it is time to, by
 * a timer and its signal, with the seconds since now.  One line of a process at a time; a child has no such timer. */
void dt_progress_hold(dt_progress *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Remove the line from the terminal, and end what dt_progress_hold began: call it before other output, and at the end. */
void dt_progress_clear(dt_progress *line);

#endif
