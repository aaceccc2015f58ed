/* status.h - what a call that can fail returns, and the reason it leaves behind.
 * One reason is kept per thread: the first failure writes it, the callers pass the status on. */
#ifndef DT_BASE_STATUS_H
#define DT_BASE_STATUS_H

#include <stddef.h>

typedef enum dt_status {
    DT_OK = 0,
    DT_EINVAL,      /* a value or key that is not allowed */
    DT_ENOTFOUND,   /* a name, file or host that is not there */
    DT_EIO,         /* the operating system refused to read or write */
    DT_EFORMAT,     /* a file that is not what it should be */
    DT_EDIVERGED,   /* the training reached NaN or infinity */
    DT_EDEADLOCK,   /* actors wait for each other */
    DT_EAUDIT,      /* a conservation law was broken: a bug of ours */
    DT_ECRASH,      /* a run ended by a signal */
    DT_ETIMEOUT,    /* a run took longer than it was allowed */
    DT_EMEMORY,     /* a run used more memory than it was allowed, or than there was */
    DT_EDOWN,       /* the caller's own host has failed, or what it did was aborted: engine/failure.h */
    DT_ELATE,       /* what was waited for did not come by the deadline, or will not come */
    DT_EOVER,       /* the training is over: nobody needs the caller any more */
    DT_EVERSION,    /* a result file of another version than this program's */
    DT_EDECODE,     /* the words of a code do not determine what they encode: too many are missing or false */
    DT_EMISFIT      /* a run learns something else than the tape that it replays */
} dt_status;

/* Record the reason of a failure and return status.  The sentence names the place, what was expected and what came instead
 * ("expected a whole number, got 2.5"); control characters in it become "?", so that it stays one line. */
dt_status dt_fail(dt_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for a value of the scenario: path is its key path, such as "strategy.period". */
dt_status dt_fail_at(dt_status status, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put the last failure at that key path if it has none, and return status, whatever it is. */
dt_status dt_fail_place(dt_status status, const char *path);

/* The last failure of this thread: its sentence, and its key path or "" where it has none. */
const char *dt_reason(void);
const char *dt_reason_path(void);

/* End the process because it cannot go on: no memory is left, or a library has given up.  The exit status is DT_NO_MEMORY if
 * status is DT_EMEMORY, else DT_DIED + status.  The reason goes to the process that waits for this one (dt_last_words), else
 * to standard error. */
enum { DT_NO_MEMORY = 3, DT_DIED = 16 };
void dt_die(dt_status status, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

/* One word for a status: "ok", "invalid", "diverged", ... */
const char *dt_status_word(dt_status status);

/* The compiler warns if the status of such a call is not used. */
#define DT_CHECKED __attribute__((warn_unused_result))

#define DT_TRY(call)                                     \
    do {                                                 \
        dt_status status_ = (call);                      \
        if (status_ != DT_OK) return status_;            \
    } while (0)

#endif
