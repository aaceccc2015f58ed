/* apart.c - a forked child does the work; its status and reason come back through a pipe. */
#include "base/apart.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct report { dt_status status; char path[256], reason[1024]; } report;

/* No handler of the parent, no core and no word on its standard error: a crash is told in the parent's sentence. */
static void apart_quiet(unsigned seconds) {
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU };
    const struct rlimit none = { 0, 0 }, time = { seconds, seconds };
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_CPU, &time);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) dup2(null, STDERR_FILENO);
}

static void apart_child(dt_status (*work)(void *arg), void *arg, unsigned seconds, int to) {
    report r = { 0 };
    apart_quiet(seconds);
    dt_last_words(r.reason, sizeof r.reason);
    r.status = work(arg);
    if (r.status != DT_OK) {
        snprintf(r.path, sizeof r.path, "%s", dt_reason_path());
        snprintf(r.reason, sizeof r.reason, "%s", dt_reason());
    }
    _exit(write(to, &r, sizeof r) == sizeof r ? 0 : 1);
}

static dt_status apart_ended(const report *r, bool whole, int end, const char *what) {
    if (whole && r->status == DT_OK) return DT_OK;
    if (whole) return r->path[0] != '\0' ? dt_fail_at(r->status, r->path, "%s", r->reason) : dt_fail(r->status, "%s", r->reason);
    if (WIFSIGNALED(end) && (WTERMSIG(end) == SIGKILL || WTERMSIG(end) == SIGXCPU))
        return dt_fail(DT_EFORMAT, "%s is damaged: reading it does not end", what);
    return dt_fail(DT_EFORMAT, "%s is damaged: reading it ends in a crash (%s)", what,
                   WIFSIGNALED(end) ? strsignal(WTERMSIG(end)) : "no memory left");
}

dt_status dt_apart(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *what) {
    report r;
    int pipe[2], end = 0;
    if (pipe2(pipe, O_CLOEXEC) != 0) return dt_fail(DT_EIO, "no pipe for reading %s: %s", what, strerror(errno));
    pid_t child = fork();
    if (child == 0) apart_child(work, arg, seconds, pipe[1]);
    close(pipe[1]);
    ssize_t got = child > 0 ? read(pipe[0], &r, sizeof r) : -1;
    while (child > 0 && waitpid(child, &end, 0) < 0 && errno == EINTR) continue;
    close(pipe[0]);
    if (child < 0) return dt_fail(DT_EIO, "no process for reading %s: %s", what, strerror(errno));
    return apart_ended(&r, got == sizeof r, end, what);
}
