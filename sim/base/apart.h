/* apart.h - work in a child process, for libraries that may crash or loop: those that read damaged files, or write to a disk
 * that fails. */
#ifndef DT_BASE_APART_H
#define DT_BASE_APART_H

#include "base/status.h"
#include <stdbool.h>
#include <sys/types.h>

/* Run work(arg) in a forked child, which may compute for so many seconds and ends when its parent does.  What it writes to
 * memory is lost, unless the memory is shared.
 *   file    the file that is read, for messages
 * Errors: those of work, with their reason; DT_EINVAL with the reason of dt_die, if a library blamed the input; DT_EFORMAT if
 * the child died otherwise or did not end in time; DT_EIO if there is no process to be had. */
dt_status dt_apart_read(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *file);

/* The same in two steps, for a caller that has something else to do meanwhile: begin returns at once.  When waitpid has told that
 * the process a->pid has ended, and how, the caller calls end with that, which returns what dt_apart_read would.
 *   file    must stay until the end
 * Errors of begin: DT_EIO if there is no process to be had. */
typedef struct dt_apart { pid_t pid; const char *file; struct dt_apart_report *report; } dt_apart;
dt_status dt_apart_begin(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *file, dt_apart *a);
dt_status dt_apart_end(dt_apart *a, int wait_status);

/* True in a child of these calls: work that may crash needs no further process. */
bool dt_apart_inside(void);

/* Run work(arg) in a forked child for as long as it takes; meanwhile tick(owner) is called five times a second.  The child leads a
 * process group, which is killed when this process ends, or when the child has used no processor for still_s seconds of real time.
 *   *whole  work returned, or blamed its input; else the child ended by itself, or died
 * Errors: those of work, with their reason; DT_EINVAL with the reason of dt_die, if a library blamed the input; DT_ECRASH if the
 * child died of a signal, which the reason names; DT_ETIMEOUT if it stood still; DT_EMEMORY if it had no memory left; DT_EIO if there is no process to be had. */
dt_status dt_apart_try(dt_status (*work)(void *arg), void *arg, double still_s, void (*tick)(void *owner), void *owner, bool *whole);

/* The same for work that writes file, however long it takes.
 * Errors: those of work; DT_EIO if the child died (the caller removes what it left unfinished), or there is no process. */
dt_status dt_apart_write(dt_status (*work)(void *arg), void *arg, const char *file);

/* From now on crashed(signal) is called if this process crashes, on a stack of its own: it may call dt_die and little else.
 * NULL: a crash ends the process as usual, as in every child of the calls above. */
void dt_apart_guard(void (*crashed)(int signal));

#endif
