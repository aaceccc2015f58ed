/* apart.h - work that may crash or loop, done by a child process: libraries that read damaged files. */
#ifndef DT_BASE_APART_H
#define DT_BASE_APART_H

#include "base/status.h"

/* Call work(arg) in a forked child, which may compute for so many seconds.  What it writes to memory is lost.
 *   what    the file, for the message
 * Errors: those of work, with their reason; DT_EFORMAT where the child died or found no end; DT_EIO no process. */
dt_status dt_apart(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *what);

#endif
