/* apart.h - work that may crash or loop, done by a child process: libraries that read damaged files, or
 * write to a disk that fails. */
#ifndef DT_BASE_APART_H
#define DT_BASE_APART_H

#include "base/status.h"

/* Call work(arg) in a forked child, which may compute for so many seconds and ends when its parent does.  What it writes
 * to memory is lost, unless that is shared.
 *   file    what is read, for the message
 * Errors: those of work, with their reason; what dt_die said of the input (DT_EINVAL); DT_EFORMAT where the child died
 * otherwise or found no end; DT_EIO no process. */
dt_status dt_apart_read(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *file);

/* The same for work that writes file, however long it takes.
 * Errors: those of work; DT_EIO where the child died (what it left half done is the caller's to remove), or no process. */
dt_status dt_apart_write(dt_status (*work)(void *arg), void *arg, const char *file);

/* From now on crashed(signal) is called where this process crashes, on a stack of its own: it may call dt_die and little
 * else.  NULL: a crash is a crash, as in every child of the calls above. */
void dt_apart_guard(void (*crashed)(int signal));

#endif
