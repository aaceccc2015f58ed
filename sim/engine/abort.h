/* abort.h - what SimGrid says when it gives up: it writes the reason to its log and ends the process.  Private to this room. */
#ifndef DT_ENGINE_ABORT_H
#define DT_ENGINE_ABORT_H

#include "base/arena.h"
#include <stdbool.h>

/* The options that make SimGrid log such reasons alone, to where they can be read; NULL ends them. */
const char *const *dt_abort_options(dt_arena *run);

/* From now on, if SimGrid ends the process, the process dies with SimGrid's reason as a fault of the platform (dt_die,
 * DT_EINVAL). */
void dt_abort_listen(void);

/* Between dt_abort_reading(true) and (false) a crash counts as one of SimGrid reading a platform. */
void dt_abort_reading(bool on);

/* SimGrid has given up: die with its reason, of however many lines. */
void dt_abort_give_up(const char *why) __attribute__((noreturn));

/* Write what SimGrid says in several lines to text [size] in one, without its backtrace, for people. */
void dt_abort_one_line(const char *said, char *text, size_t size);

#endif
