/* apart.c - a forked child does the work; its status and reason come back through shared memory. */
#include "base/apart.h"
#include "base/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct dt_apart_report report;
struct dt_apart_report { bool whole; dt_status status; char path[256], reason[1024]; };     /* whole: the work returned */

static bool inside;         /* this is a child that reads */

/* The child ends when its parent does, and only the parent answers Ctrl-C: the child's unfinished work is of no use then. */
static void apart_bound(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
}

void dt_apart_guard(void (*crashed)(int signal)) {
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    static char room[1 << 16];
    const stack_t stack = { .ss_sp = room, .ss_size = sizeof room };
    struct sigaction act = { .sa_handler = SIG_DFL };
    if (crashed != NULL) act = (struct sigaction){ .sa_handler = crashed, .sa_flags = SA_ONSTACK };
    if (crashed != NULL) sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) sigaction(crashes[i], &act, NULL);
}

/* The child has no signal handler of the parent, leaves no core and writes nothing to standard error: the parent reports a
 * crash in a sentence of its own. */
static void apart_quiet(unsigned seconds) {
    const struct rlimit none = { 0, 0 }, time = { seconds, seconds };
    dt_apart_guard(NULL);
    signal(SIGXCPU, SIG_DFL);
    setrlimit(RLIMIT_CORE, &none);
    if (seconds > 0) setrlimit(RLIMIT_CPU, &time);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) dup2(null, STDERR_FILENO);
}

static void apart_child(dt_status (*work)(void *arg), void *arg, unsigned seconds, report *r) {
    apart_quiet(seconds);
    dt_last_words(r->reason, sizeof r->reason);
    r->status = work(arg);
    if (r->status != DT_OK) {
        snprintf(r->path, sizeof r->path, "%s", dt_reason_path());
        snprintf(r->reason, sizeof r->reason, "%s", dt_reason());
    }
    r->whole = true;
    _exit(0);
}

typedef struct ending {
    report said;
    int    wait;        /* as waitpid tells it */
} ending;

static dt_status apart_fork(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *file, bool reads, dt_apart *a) {
    pid_t parent = getpid();
    report *r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r == MAP_FAILED) return dt_fail(DT_EIO, "no memory to share with a process for %s: %s", file, strerror(errno));
    fflush(NULL);       /* a child that dies may flush, too */
    *a = (dt_apart){ fork(), file, r };
    if (a->pid == 0) {
        inside = reads;
        apart_bound(parent);
        apart_child(work, arg, seconds, r);
    }
    if (a->pid > 0) return DT_OK;
    dt_status status = dt_fail(DT_EIO, "no process for %s: %s", file, strerror(errno));
    munmap(r, sizeof *r);
    return status;
}

dt_status dt_apart_begin(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *file, dt_apart *a) {
    return apart_fork(work, arg, seconds, file, true, a);
}

bool dt_apart_inside(void) { return inside; }

static ending apart_take(dt_apart *a, int wait) {
    ending e = { *a->report, wait };
    munmap(a->report, sizeof *a->report);
    *a = (dt_apart){ .pid = 0 };
    return e;
}

static double apart_clock(clockid_t clock) {
    struct timespec t = { 0, 0 };
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Call tick, if there is one, five times a second until the child has ended.  True: it stood still, and was killed with its group. */
static bool apart_tick(pid_t child, double still_s, void (*tick)(void *owner), void *owner) {
    enum { TICK_MS = 200 };
    clockid_t clock;
    bool still = false, known = clock_getcpuclockid(child, &clock) == 0;
    double used = 0, moved = apart_clock(CLOCK_MONOTONIC);
    struct pollfd ended = { .fd = pidfd_open(child, 0), .events = POLLIN };
    if (ended.fd < 0) return false;
    for (int got = 0; got == 0 || (got < 0 && errno == EINTR);) {
        got = poll(&ended, 1, TICK_MS);
        if (tick != NULL) tick(owner);
        double now = apart_clock(CLOCK_MONOTONIC), newest = known ? apart_clock(clock) : now;
        if (newest > used) moved = now;
        used = newest;
        if (still || now - moved < still_s) continue;
        still = true;
        kill(-child, SIGKILL);
    }
    close(ended.fd);
    return still;
}

static ending apart_wait(dt_apart *a) {
    int wait = 0;
    while (waitpid(a->pid, &wait, 0) < 0 && errno == EINTR) continue;
    return apart_take(a, wait);
}

static dt_status apart_said(const report *r) {
    if (r->status == DT_OK) return DT_OK;
    return r->path[0] != '\0' ? dt_fail_at(r->status, r->path, "%s", r->reason) : dt_fail(r->status, "%s", r->reason);
}

/* A library found the input at fault: "key: why". */
static bool apart_blames(const ending *e) {
    return WIFEXITED(e->wait) && WEXITSTATUS(e->wait) == DT_DIED + (int)DT_EINVAL;
}

static dt_status apart_blame(report *r) {
    char *colon = strstr(r->reason, ": ");
    if (colon == NULL) return dt_fail(DT_EINVAL, "%s", r->reason);
    *colon = '\0';
    return dt_fail_at(DT_EINVAL, r->reason, "%s", colon + 2);
}

static const char *apart_death(int wait) {
    return WIFSIGNALED(wait) ? strsignal(WTERMSIG(wait)) : "no memory left";
}

static dt_status apart_told(ending *e, const char *file) {
    if (e->said.whole) return apart_said(&e->said);
    if (apart_blames(e)) return apart_blame(&e->said);
    if (WIFSIGNALED(e->wait) && (WTERMSIG(e->wait) == SIGKILL || WTERMSIG(e->wait) == SIGXCPU))
        return dt_fail(DT_EFORMAT, "%s is damaged: reading it does not end", file);
    return dt_fail(DT_EFORMAT, "%s is damaged: reading it ends in a crash (%s)", file, apart_death(e->wait));
}

dt_status dt_apart_end(dt_apart *a, int wait_status) {
    const char *file = a->file;
    ending e = apart_take(a, wait_status);
    return apart_told(&e, file);
}

dt_status dt_apart_read(dt_status (*work)(void *arg), void *arg, unsigned seconds, const char *file) {
    dt_apart a;
    DT_TRY(apart_fork(work, arg, seconds, file, true, &a));
    ending e = apart_wait(&a);
    return apart_told(&e, file);
}

/* What the child has started ends with it. */
static void apart_all_end(int signal) {
    (void)signal;
    kill(0, SIGKILL);
}

typedef struct trying { dt_status (*work)(void *arg); void *arg; pid_t parent; } trying;

static dt_status apart_lead(void *arg) {
    const trying *t = arg;
    setpgid(0, 0);
    signal(SIGTERM, apart_all_end);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != t->parent) _exit(1);
    return t->work(t->arg);
}

dt_status dt_apart_try(dt_status (*work)(void *arg), void *arg, double still_s, void (*tick)(void *owner), void *owner, bool *whole) {
    dt_apart a;
    *whole = false;
    trying t = { work, arg, getpid() };
    DT_TRY(apart_fork(apart_lead, &t, 0, "a run", false, &a));
    setpgid(a.pid, a.pid);      /* whoever comes first */
    bool still = apart_tick(a.pid, still_s, tick, owner);
    ending e = apart_wait(&a);
    if (still) return dt_fail(DT_ETIMEOUT, "the process did nothing for too long");
    *whole = e.said.whole || apart_blames(&e);
    if (e.said.whole) return apart_said(&e.said);
    if (apart_blames(&e)) return apart_blame(&e.said);
    if (WIFSIGNALED(e.wait)) return dt_fail(DT_ECRASH, "the process died: %s", apart_death(e.wait));
    return WEXITSTATUS(e.wait) == 0 ? DT_OK : dt_fail(DT_EMEMORY, "%s", e.said.reason[0] != '\0' ? e.said.reason : apart_death(e.wait));
}

dt_status dt_apart_write(dt_status (*work)(void *arg), void *arg, const char *file) {
    dt_apart a;
    DT_TRY(apart_fork(work, arg, 0, file, false, &a));
    ending e = apart_wait(&a);
    if (e.said.whole) return apart_said(&e.said);
    return dt_fail(DT_EIO, "%s cannot be written: the process writing it died (%s)", file, apart_death(e.wait));
}
