/* sweep.c - forks a process a run, so many at a time, and gathers what they leave. */
#include "run/sweep.h"
#include "run/gather.h"
#include "run/run.h"
#include "run/table.h"
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct job { pid_t pid; bool begun, ended; const char *part; } job;

typedef struct sweep {
    const dt_plan          *plan;
    const dt_sweep_options *options;
    dt_arena     *arena;
    const char   *folder;           /* of the parts */
    int           jobs, threads, running;
    job          *job;              /* [runs] */
    dt_ending    *ending;           /* [runs] */
    dt_progress  *progress;         /* [runs] shared with the children */
    size_t        next, ended;
    pid_t         self;
    double        start_s;
    bool          terminal, interrupted;
    sigset_t      waited, before;
} sweep;

/* ---- folders ------------------------------------------------------------------------------- */

/* Make path and the folders above it. */
static dt_status sweep_folder(const char *path, dt_arena *arena) {
    char *at = dt_arena_text(arena, "%s", path);
    for (char *c = at + 1;; c++) {
        if (*c != '/' && *c != '\0') continue;
        char kept = *c;
        *c = '\0';
        if (mkdir(at, 0777) != 0 && errno != EEXIST)
            return dt_fail(DT_EIO, "cannot make the folder %s: %s", at, strerror(errno));
        if (kept == '\0') return DT_OK;
        *c = kept;
    }
}

static void sweep_remove_folder(const char *folder, dt_arena *arena) {
    DIR *open = opendir(folder);
    if (open == NULL) return;
    for (struct dirent *d = readdir(open); d != NULL; d = readdir(open))
        if (d->d_name[0] != '.') unlink(dt_arena_text(arena, "%s/%s", folder, d->d_name));
    closedir(open);
    rmdir(folder);
}

/* ---- one run ------------------------------------------------------------------------------- */

static void sweep_child(sweep *s, size_t i) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);       /* a run without a sweep would write where the next attempt writes */
    if (getppid() != s->self) _exit(1);
    sigprocmask(SIG_SETMASK, &s->before, NULL);
    dt_run_options options = { s->job[i].part, s->threads, &s->progress[i] };
    dt_status status = dt_run_execute(s->plan, &s->plan->run[i], &options);
    if (status != DT_OK) fprintf(stderr, "dtsim: run %zu: %s\n", i, dt_reason());
    fflush(NULL);
    _exit(status == DT_OK ? 0 : 1);
}

static dt_status sweep_begin(sweep *s, size_t i) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) return dt_fail(DT_EIO, "cannot start a process: %s", strerror(errno));
    if (pid == 0) sweep_child(s, i);
    s->job[i].pid = pid;
    s->job[i].begun = true;
    s->running++;
    return DT_OK;
}

/* The process has ended: its part file says how, or nothing does. */
static void sweep_end(sweep *s, size_t i, int wait_status) {
    dt_ending *e = &s->ending[i];
    s->job[i].ended = true;
    s->running--;
    s->ended++;
    if (dt_gather_ending(s->job[i].part, &s->plan->run[i], e, s->arena) == DT_OK) return;
    const char *how = WIFSIGNALED(wait_status) ? strsignal(WTERMSIG(wait_status)) : "it could not write its part file";
    *e = (dt_ending){ .status = dt_status_word(DT_ECRASH), .time_s = NAN, .loss = NAN, .accuracy = NAN,
                      .reason = dt_arena_text(s->arena, "the process died: %s", how) };
}

static void sweep_report(const sweep *s, size_t i) {
    char time[32], loss[48] = "";
    const dt_ending *e = &s->ending[i];
    if (s->options->quiet || s->terminal) return;
    if (!isnan(e->loss)) snprintf(loss, sizeof loss, ", loss %.4g", e->loss);
    fprintf(stderr, "[%zu/%zu] %s: %s%s", s->ended, s->plan->runs, dt_table_label(&s->plan->run[i], s->arena),
            dt_table_seconds(e->time_s, time), loss);
    if (strcmp(e->status, "ok") != 0) fprintf(stderr, ", %s", e->status);
    fprintf(stderr, "\n");
}

/* One line that is written over: how many are done, what is going on, how long it may take. */
static void sweep_show(const sweep *s) {
    char time[32], left[32];
    double share = (double)s->ended, spent = dt_pool_clock() - s->start_s;
    size_t shown = s->plan->runs;
    for (size_t i = 0; i < s->plan->runs; i++)
        if (s->job[i].begun && !s->job[i].ended) {
            share += s->progress[i].share;
            if (shown == s->plan->runs) shown = i;
        }
    if (!s->terminal || s->options->quiet || shown == s->plan->runs) return;
    const dt_progress *p = &s->progress[shown];
    fprintf(stderr, "\r\033[K%zu of %zu runs done; run %zu at %s", s->ended, s->plan->runs, shown,
            dt_table_seconds(p->time_s, time));
    if (p->step > 0 && !isnan(p->loss)) fprintf(stderr, ", loss %.4g", p->loss);
    if (share > 0.01 && spent > 1)
        fprintf(stderr, "; about %s left", dt_table_seconds(spent * ((double)s->plan->runs / share - 1), left));
    fflush(stderr);
}

/* ---- the sweep ----------------------------------------------------------------------------- */

static void sweep_interrupt(sweep *s) {
    s->interrupted = true;
    for (size_t i = 0; i < s->plan->runs; i++)
        if (s->job[i].begun && !s->job[i].ended) kill(s->job[i].pid, SIGTERM);
}

static void sweep_collect(sweep *s) {
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG))
        for (size_t i = 0; i < s->plan->runs; i++)
            if (s->job[i].pid == pid && !s->job[i].ended) {
                sweep_end(s, i, status);
                if (!s->interrupted) sweep_report(s, i);
            }
}

/* Finished runs of an earlier attempt count; anything else there is written anew. */
static void sweep_resume(sweep *s) {
    for (size_t i = 0; i < s->plan->runs; i++) {
        if (!s->options->resume || dt_gather_ending(s->job[i].part, &s->plan->run[i], &s->ending[i], s->arena) != DT_OK)
            continue;
        s->job[i].begun = s->job[i].ended = true;
        s->ended++;
    }
}

static dt_status sweep_all(sweep *s) {
    const struct timespec tick = { 0, 200 * 1000 * 1000 };
    while (s->running > 0 || (!s->interrupted && s->next < s->plan->runs)) {
        while (!s->interrupted && s->running < s->jobs && s->next < s->plan->runs) {
            size_t i = s->next++;
            if (!s->job[i].begun) DT_TRY(sweep_begin(s, i));
        }
        int caught = s->running == 0 ? 0 : sigtimedwait(&s->waited, NULL, &tick);
        if (caught == SIGINT || caught == SIGTERM) sweep_interrupt(s);
        sweep_collect(s);
        sweep_show(s);
    }
    if (s->terminal && !s->options->quiet) fprintf(stderr, "\r\033[K");
    return DT_OK;
}

/* A place where the file can stand at the end: found out before anything runs. */
static dt_status sweep_target(const char *out, dt_arena *arena) {
    struct stat about;
    const char *slash = strrchr(out, '/'), *part = dt_arena_text(arena, "%s.part", out);
    if (out[0] == '\0' || (slash != NULL && slash[1] == '\0') || (stat(out, &about) == 0 && !S_ISREG(about.st_mode)))
        return dt_fail(DT_EINVAL, "-o \"%s\": a file is needed, this is none", out);
    if (slash != NULL && slash != out) DT_TRY(sweep_folder(dt_arena_copy(arena, out, (size_t)(slash - out)), arena));
    FILE *file = fopen(part, "a");
    if (file == NULL) return dt_fail(DT_EIO, "%s cannot be written: %s", out, strerror(errno));
    fclose(file);
    unlink(part);
    return DT_OK;
}

static dt_status sweep_open(sweep *s) {
    DT_TRY(sweep_target(s->options->out, s->arena));
    size_t runs = s->plan->runs;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    s->jobs = s->options->jobs > 0 ? s->options->jobs : (int)cores;
    if ((size_t)s->jobs > runs) s->jobs = (int)runs;
    s->threads = s->options->threads;
    if (s->threads < 1) s->threads = (size_t)cores > runs ? (int)((size_t)cores / runs) : 1;
    s->folder = dt_arena_text(s->arena, "%s.parts", s->options->out);
    if (!s->options->resume) sweep_remove_folder(s->folder, s->arena);
    DT_TRY(sweep_folder(s->folder, s->arena));
    s->job = dt_arena_take(s->arena, runs, sizeof *s->job);
    s->ending = dt_arena_take(s->arena, runs, sizeof *s->ending);
    for (size_t i = 0; i < runs; i++) s->job[i].part = dt_arena_text(s->arena, "%s/%04ld.h5", s->folder, s->plan->run[i].id);
    void *shared = mmap(NULL, runs * sizeof *s->progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return dt_fail(DT_EIO, "no shared memory for %zu runs: %s", runs, strerror(errno));
    s->progress = shared;
    s->terminal = isatty(STDERR_FILENO);
    sigemptyset(&s->waited);
    sigaddset(&s->waited, SIGCHLD);
    sigaddset(&s->waited, SIGINT);
    sigaddset(&s->waited, SIGTERM);
    sigprocmask(SIG_BLOCK, &s->waited, &s->before);
    return DT_OK;
}

static void sweep_print_claims(const dt_claim *claim, size_t claims, dt_sweep_outcome *outcome, bool quiet) {
    for (size_t i = 0; i < claims; i++) {
        outcome->broken += !claim[i].held;
        if (quiet && claim[i].held) continue;
        printf("%s: %s%s%s%s\n", claim[i].held ? "held  " : "BROKEN", claim[i].text, claim[i].reason[0] ? " (" : "",
               claim[i].reason, claim[i].reason[0] ? ")" : "");
    }
}

/* Claims read the results as anyone would, from a file: first without them, then the whole. */
static dt_status sweep_gather(sweep *s, dt_claim **claim, size_t *claims, char *fingerprint) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    dt_hosting hosting = { dt_pool_clock() - s->start_s, 1024.0 * (double)usage.ru_maxrss, s->jobs, s->threads };
    if (s->plan->claims != NULL) {
        const char *bare = dt_arena_text(s->arena, "%s/bare.h5", s->folder);
        DT_TRY(dt_gather(s->plan, s->ending, NULL, 0, &hosting, bare, NULL));
        DT_TRY(s->plan->claims(s->plan->claims_owner, bare, claim, claims, s->arena));
    }
    return dt_gather(s->plan, s->ending, *claim, *claims, &hosting, s->options->out, fingerprint);
}

static dt_status sweep_close(sweep *s, dt_sweep_outcome *outcome) {
    char fingerprint[32] = "";
    dt_claim *claim = NULL;
    size_t claims = 0;
    DT_TRY(sweep_gather(s, &claim, &claims, fingerprint));
    for (size_t i = 0; i < s->plan->runs; i++) outcome->failed += strcmp(s->ending[i].status, "ok") != 0;
    outcome->done = s->plan->runs;
    if (!s->options->quiet) dt_table_print(stdout, s->plan, s->ending, s->arena);
    sweep_print_claims(claim, claims, outcome, s->options->quiet);
    printf("%s  (fingerprint %s)\n", s->options->out, fingerprint);
    sweep_remove_folder(s->folder, s->arena);
    return DT_OK;
}

/* Did every run fail before it began?  Then the first one's reason is the answer, and there is nothing to keep. */
static bool sweep_refused(const sweep *s, dt_sweep_outcome *outcome) {
    for (size_t i = 0; i < s->plan->runs; i++)
        if (s->ending[i].where == NULL) return false;
    const dt_ending *e = &s->ending[0];
    size_t front = e->where[0] == '\0' ? 0 : strlen(e->where) + 2;      /* "path: " */
    snprintf(outcome->where, sizeof outcome->where, "%s", e->where);
    snprintf(outcome->reason, sizeof outcome->reason, "%s", e->reason + front);
    sweep_remove_folder(s->folder, s->arena);
    return outcome->refused = true;
}

static dt_status sweep_carry_out(sweep *s, dt_sweep_outcome *outcome) {
    DT_TRY(sweep_open(s));
    sweep_resume(s);
    dt_status status = sweep_all(s);
    sigprocmask(SIG_SETMASK, &s->before, NULL);
    if (status != DT_OK || (!s->interrupted && sweep_refused(s, outcome))) return status;
    if (!s->interrupted) return sweep_close(s, outcome);
    for (size_t i = 0; i < s->plan->runs; i++) outcome->done += s->ending[i].part != NULL;
    outcome->interrupted = true;
    return DT_OK;
}

dt_status dt_sweep_run(const dt_plan *plan, const dt_sweep_options *options, dt_sweep_outcome *outcome) {
    dt_arena *arena = dt_arena_new(1 << 16);
    sweep s = { .plan = plan, .options = options, .arena = arena, .start_s = dt_pool_clock(), .self = getpid() };
    *outcome = (dt_sweep_outcome){ 0 };
    dt_status status = sweep_carry_out(&s, outcome);
    dt_arena_free(arena);
    return status;
}
