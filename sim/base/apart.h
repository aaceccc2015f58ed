/* apart.h - work in a child process, for libraries that may crash or loop: those that read damaged files, or write to a disk
 * that fails. */
#ifndef DT_BASE_APART_H
#define DT_BASE_APART_H

#include "base/status.h"

/* Run work(arg) in a forked child, which may compute for so many seconds and ends when its parent does.  What it writes to
 * memory is lost, unless the memory is shared.
 *   file    the file that is read, for messages
 * Errors: those of work, with their reason; DT_EINVAL with the reason of dt_die, if a library blamed the input; DT_EFORMAT if
 * the child died otherwise or did not end in time; DT_EIO if there is no process to be had. */
dt_status dt_apart_read(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *file);

/* The same for work that writes file, however long it takes.
 * Errors: those of work; DT_EIO if the child died (the caller removes what it left unfinished), or there is no process. */
dt_status dt_apart_write(dt_status (*work)(void *arg), void *arg, const char *file);

/* From now on crashed(signal) is called if this process crashes, on a stack of its own: it may call dt_die and little else.
 * NULL: a crash ends the process as usual, as in every child of the calls above. */
void dt_apart_guard(void (*crashed)(int signal));

#endif
