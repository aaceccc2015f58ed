/* abort.h - the last words of SimGrid: where it gives up it writes why to its log, and ends the process.  Private to this
 * room. */
#ifndef DT_ENGINE_ABORT_H
#define DT_ENGINE_ABORT_H

#include "base/arena.h"
#include <stdbool.h>

/* The options that have SimGrid log its last words alone, and where they can be read; NULL ends them. */
const char *const *dt_abort_options(dt_arena *run);

/* From now on, where SimGrid ends the process, it dies with SimGrid's words as the platform's fault (dt_die, DT_EINVAL). */
void dt_abort_listen(void);

/* Between true and false a crash is that of SimGrid, which reads a platform. */
void dt_abort_reading(bool on);

/* SimGrid has given up and said why, in however many lines. */
void dt_abort_give_up(const char *why) __attribute__((noreturn));

/* One line of what SimGrid says in several, without its backtrace, for people: in text [size]. */
void dt_abort_one_line(const char *said, char *text, size_t size);

#endif
