/* sweep.c - forks a process for each run, several at a time, and watches their limits. */
#include "sweep/sweep.h"
#include "base/apart.h"
#include "base/file.h"
#include "base/pool.h"
#include "base/progress.h"
#include "base/warn.h"
#include "run/run.h"
#include "run/shared.h"
#include "sweep/cores.h"
#include "sweep/finish.h"
#include "sweep/trainings.h"
#include "sweep/key.h"
#include "sweep/label.h"
#include "sweep/process.h"
#include "sweep/remaining.h"
#include "sweep/seconds.h"
#include "sweep/table.h"
#include "sweep/union.h"
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct job {
    const char *part;
    size_t      twin;           /* the first run with the same key: itself, unless the sweep repeats values */
    pid_t       pid;
    double      begun_s;
    size_t      foreign;        /* bytes of samples of other runs that it has from this process */
    int         said;           /* the file its standard error goes to */
    dt_status   stopped;        /* why the sweep ended it; DT_OK: it did not */
    bool        begun, running;
} job;

typedef struct sweep {
    const dt_plan          *plan;   /* also of the runs that are kept beside those of the scenario */
    dt_plan                 whole;
    dt_kept                 kept;
    const dt_sweep_options *options;
    dt_arena     *arena;
    dt_place      place;
    dt_cores      cores;
    int           running;
    dt_shared    *shared;           /* data sets that several runs need */
    dt_tokens    *tokens;           /* the cores; a run's owner is its number + 1 */
    int           own;              /* owner of the tokens that are kept for runs that have not begun */
    dt_keys      *keys;
    uint64_t     *key, program;     /* [runs] */
    dt_trainings    *trainings;     /* runs that share a training */
    job          *job;              /* [runs] */
    dt_ending    *ending;           /* [runs]; status NULL: not ended */
    dt_run_progress  *progress;         /* [runs] shared with the children */
    size_t        next, ended;
    pid_t         self;
    double        start_s, planning_s;
    bool          interrupted;
    dt_progress   line;
    dt_remaining  remaining;
    dt_status     status;           /* why the whole sweep stops, in words: */
    const char   *reason;
    sigset_t      waited, before;
} sweep;

/* Results cannot be kept any more; the first reason counts. */
static void sweep_fail(sweep *s, dt_status status) {
    if (s->status != DT_OK || status == DT_OK) return;
    s->status = status;
    s->reason = dt_arena_text(s->arena, "%s", dt_reason());
}

/* ---- the cores ----------------------------------------------------------------------------- */

static int sweep_owner(size_t i) { return (int)i + 1; }

/* One token is kept for each run that may be under way; while none can begin, those under way have it as well (sweep_fill). */
static dt_status sweep_tokens(sweep *s) {
    s->cores = dt_cores_of(s->options, s->plan->runs);
    s->own = sweep_owner(s->plan->runs);
    s->tokens = dt_tokens_open(s->cores.cores);
    if (s->tokens == NULL) return dt_fail(DT_EIO, "no shared memory for %d threads: %s", s->cores.cores, strerror(errno));
    for (int i = 0; i < s->cores.jobs; i++) dt_tokens_take(s->tokens, s->own);
    return DT_OK;
}

/* Keep a token again for a run that can begin.  False: those under way have them all. */
static bool sweep_core(sweep *s) { return dt_tokens_held(s->tokens, s->own) > 0 || dt_tokens_take(s->tokens, s->own); }

/* A run has ended: one of its tokens is kept for the next run; other runs may have the rest. */
static void sweep_core_back(sweep *s, size_t i) {
    dt_tokens_pass(s->tokens, sweep_owner(i), s->own);
    dt_tokens_release(s->tokens, sweep_owner(i));
}

/* ---- one run ------------------------------------------------------------------------------- */

static void sweep_child(sweep *s, size_t i) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);       /* a run that outlived its sweep would write where the next attempt writes */
    if (getppid() != s->self) _exit(1);
    dt_apart_guard(NULL);
    signal(SIGINT, SIG_IGN);                /* Ctrl-C reaches all processes at once, but the sweep decides */
    sigprocmask(SIG_SETMASK, &s->before, NULL);
    if (s->job[i].said >= 0) dup2(s->job[i].said, STDERR_FILENO);
    dt_trainings_work task = dt_trainings_task(s->trainings, i);
    dt_run_options options = { .part = s->job[i].part, .threads = s->cores.threads, .tokens = s->tokens, .owner = sweep_owner(i),
                               .progress = &s->progress[i], .key = dt_keys_text(s->key[i], s->arena),
                               .program = dt_keys_text(s->program, s->arena), .data = dt_shared_data(s->shared, i),
                               .tape = task.tape, .replay = task.part == DT_REPLAYS, .trained = task.trained };
    dt_status status = dt_run_execute(s->plan, &s->plan->run[i], &options);
    if (status != DT_OK) fprintf(stderr, "%s\n", dt_reason());
    fflush(NULL);
    _exit(status == DT_OK ? 0 : 1);
}

static dt_status sweep_begin(sweep *s, size_t i) {
    job *j = &s->job[i];
    unlink(j->part);            /* of an earlier attempt that was no result */
    fflush(NULL);
    j->said = memfd_create("dtsim", MFD_CLOEXEC);
    j->begun_s = dt_meter_clock();
    j->foreign = dt_shared_foreign(s->shared, i);
    dt_tokens_pass(s->tokens, s->own, sweep_owner(i));
    j->pid = fork();
    if (j->pid < 0) {
        dt_status status = dt_fail(DT_EIO, "cannot start a process: %s", strerror(errno));
        sweep_core_back(s, i);
        return status;
    }
    if (j->pid == 0) sweep_child(s, i);
    dt_trainings_begin(s->trainings, i);
    j->running = j->begun = true;
    s->running++;
    return DT_OK;
}

static void sweep_report(const sweep *s, size_t i) {
    if (s->options->quiet || s->line.terminal || s->interrupted) return;
    fprintf(stderr, "[%zu/%zu] ", s->ended, s->plan->runs);
    dt_table_ended(stderr, &s->plan->run[i], &s->ending[i], s->arena);
}

/* The outcome of a run is also that of the runs with the same key. */
static void sweep_settle(sweep *s, size_t i, dt_ending ending) {
    for (size_t k = i; k < s->plan->runs; k++) {
        if (s->job[k].twin != i) continue;
        s->ending[k] = ending;
        s->ended++;
        sweep_report(s, k);
    }
}

/* The tape did not fit the run, which begins again without it. */
static void sweep_again(sweep *s, size_t i) {
    dt_process_said(s->job[i].said, false, s->arena);
    dt_trainings_misfit(s->trainings, i);
    s->job[i].begun = false;
    if (i < s->next) s->next = i;
}

/* A run that has left its record has also left its tape, if it should have. */
static void sweep_tape(sweep *s, size_t i, const dt_ending *e) {
    if (dt_trainings_ended(s->trainings, i, dt_ending_final(e)) || s->options->quiet) return;
    fprintf(stderr, "dtsim: run %ld has left no tape, so that the runs that share its training compute it themselves\n", s->plan->run[i].id);
}

/* The process has ended: its part file says how, or nothing does.  Where it could not write one, is that its own
 * trouble or everyone's? */
static void sweep_end(sweep *s, size_t i, int wait_status) {
    job *j = &s->job[i];
    dt_ending e;
    j->running = false;
    s->running--;
    sweep_core_back(s, i);
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == DT_DIED + (int)DT_EMISFIT && j->stopped == DT_OK) {
        sweep_again(s, i);
        return;
    }
    dt_shared_done(s->shared, i);
    dt_status read = dt_ending_part(j->part, &s->plan->run[i], &e, s->arena);
    bool whole = read == DT_OK, well = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
    if (!whole && well) e = dt_ending_died(dt_status_word(read), dt_arena_text(s->arena, "%s", dt_reason()));
    const char *said = dt_process_said(j->said, whole, s->arena);
    if (!whole && !well) {
        bool unwritten = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 1;
        if (unwritten) sweep_fail(s, dt_place_check(&s->place, true));
        e = dt_process_ending(wait_status, j->stopped, s->options, said, s->arena);
    }
    if (whole || (s->status == DT_OK && !s->interrupted)) sweep_tape(s, i, &e);
    if (s->status == DT_OK && !s->interrupted) sweep_settle(s, i, e);
    else if (whole) s->ending[i] = e;
}

/* The line of progress: runs that are done, the first one under way, and the time that is left, or has gone by if nobody can tell. */
static void sweep_show(sweep *s) {
    char does[DT_REMAINING_TEXT], left[DT_REMAINING_TEXT];
    double now = dt_meter_clock();
    size_t runs = s->plan->runs, shown = runs;
    if (!dt_progress_due(&s->line)) return;
    dt_remaining_begin(&s->remaining);
    for (size_t i = 0; i < runs; i++) {
        const job *j = &s->job[i];
        if (s->ending[i].status != NULL || j->twin != i) continue;
        dt_remaining_kind(&s->remaining, i, dt_trainings_replays(s->trainings, i));
        dt_remaining_run(&s->remaining, i, j->running ? &s->progress[i] : NULL, now - j->begun_s);
        if (j->running && shown == runs) shown = i;
    }
    dt_remaining_does(&s->remaining, shown, shown < runs ? &s->progress[shown] : NULL, does);
    dt_progress_show(&s->line, "%zu of %zu runs done; %s; %s", s->ended, runs, does,
                     dt_remaining_left(&s->remaining, s->cores.jobs, now - s->start_s, left));
}

/* ---- the sweep ----------------------------------------------------------------------------- */

static void sweep_collect(sweep *s) {
    int status;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        if (dt_shared_ended(s->shared, pid, status)) continue;
        for (size_t i = 0; i < s->plan->runs; i++)
            if (s->job[i].running && s->job[i].pid == pid) {
                dt_progress_clear(&s->line);
                dt_warn_say(stderr);
                dt_remaining_ended(&s->remaining, i, dt_meter_clock() - s->job[i].begun_s);
                sweep_end(s, i, status);
            }
    }
}

/* A run may be killed at once: the next sweep at this place removes what it leaves unfinished. */
static void sweep_watch(sweep *s, bool stop) {
    for (size_t i = 0; i < s->plan->runs; i++) {
        job *j = &s->job[i];
        if (!j->running || j->stopped != DT_OK) continue;
        if (!stop) j->stopped = dt_process_check(j->pid, dt_meter_clock() - j->begun_s, j->foreign, s->options);
        if (stop || j->stopped != DT_OK) kill(j->pid, SIGKILL);
    }
}

/* The run has neither begun nor ended, and is no repetition of another one. */
static bool sweep_waits(const sweep *s, size_t i) {
    return s->ending[i].status == NULL && s->job[i].twin == i && !s->job[i].begun;
}

/* Runs and readers of data, each on a core. */
static int sweep_busy(const sweep *s) { return s->running + (int)dt_shared_readers(s->shared); }

/* Begin runs up to the number of jobs; those whose data is being read, or whose training is under way, are passed over.  If the system
 * refuses another process, or those under way have all cores, try again later.  When none is left that can begin, no token is kept: the
 * runs under way have all cores. */
static void sweep_fill(sweep *s) {
    bool left = false;
    while (s->next < s->plan->runs && !sweep_waits(s, s->next)) s->next++;
    for (size_t i = s->next; i < s->plan->runs; i++) {
        if (!sweep_waits(s, i) || !dt_trainings_ready(s->trainings, i)) continue;
        bool full = sweep_busy(s) >= s->cores.jobs || !sweep_core(s);
        left = left || full || !dt_shared_ready(s->shared, i);
        if (full) break;
        if (!dt_shared_ready(s->shared, i)) continue;
        dt_status status = sweep_begin(s, i);
        if (sweep_busy(s) == 0) sweep_fail(s, status);
        if (status != DT_OK) return;
    }
    if (!left) dt_tokens_release(s->tokens, s->own);
}

static void sweep_all(sweep *s) {
    bool limited = s->options->timeout_s > 0 || s->options->memory > 0;
    const struct timespec tick = { 0, (limited ? 20 : 200) * 1000 * 1000 };
    sweep_fill(s);
    while (sweep_busy(s) > 0) {
        int caught = sigtimedwait(&s->waited, NULL, &tick);
        if (caught == SIGINT || caught == SIGTERM) s->interrupted = true;
        sweep_fail(s, dt_place_check(&s->place, false));
        sweep_collect(s);
        bool stop = s->interrupted || s->status != DT_OK;
        sweep_watch(s, stop);
        if (stop) dt_shared_close(s->shared);
        else sweep_fill(s);
        sweep_show(s);
    }
    dt_progress_clear(&s->line);
}

/* ---- before and after ---------------------------------------------------------------------- */

/* Read the file and its parts: nothing of them is lost without --fresh. */
static dt_status sweep_keep(sweep *s) {
    size_t *from;
    s->kept = (dt_kept){ .arena = s->arena };
    if (!s->options->fresh) DT_TRY(dt_kept_place(&s->kept, s->options->out));
    dt_kept_match(&s->kept, s->plan);
    if (!s->options->add) return dt_kept_lost(&s->kept, s->plan) == 0 ? DT_OK
                                                                      : dt_kept_refuse(&s->kept, s->plan, s->options->out);
    dt_union(s->plan, &s->kept, &s->whole, &from, s->arena);
    s->plan = &s->whole;
    dt_kept_match(&s->kept, s->plan);
    return DT_OK;
}

/* Runs of other scenarios are finished and have no key. */
static void sweep_keys(sweep *s) {
    size_t runs = s->plan->runs;
    s->keys = dt_keys_new(s->plan, s->arena);
    s->program = dt_keys_program(s->arena);
    s->key = dt_arena_take(s->arena, runs, sizeof *s->key);
    s->job = dt_arena_take(s->arena, runs, sizeof *s->job);
    for (size_t i = 0; i < runs; i++) {
        if (s->plan->run[i].origin == NULL) s->key[i] = dt_keys_run(s->keys, &s->plan->run[i]);
        while (s->key[s->job[i].twin] != s->key[i]) s->job[i].twin++;
        s->job[i].part = dt_place_part(&s->place, dt_keys_text(s->key[i], s->arena));
    }
}

/* front: the beginning of each line. */
static void sweep_say(const sweep *s, FILE *out, const char *front) {
    size_t others = 0, renewed = dt_kept_renewed(&s->kept, s->plan, s->ending);
    for (size_t i = 0; i < s->plan->runs; i++) others += s->plan->run[i].origin != NULL;
    const char *are = others == 1 ? "is" : "are";
    if (s->ended > 0)
        fprintf(out, "%s%zu of %zu runs are finished already and not run again\n", front, s->ended, s->plan->runs);
    if (renewed > 0)
        fprintf(out, "%s%zu finished run%s made anew: dtsim, the data, the platform or the hook has changed since\n", front,
                renewed, renewed == 1 ? " is" : "s are");
    if (others > 0)
        fprintf(out, "%s%zu run%s of %s that %s not in this scenario %s kept%s\n", front, others, others == 1 ? "" : "s",
                s->options->out, are, are, s->plan->claims != NULL ? "; its claims are judged over all runs" : "");
}

/* Finished runs are in the parts of an interrupted sweep, or in the file. */
static void sweep_find(sweep *s) {
    sweep_keys(s);
    s->ending = dt_arena_take(s->arena, s->plan->runs, sizeof *s->ending);
    s->ended = dt_kept_take(&s->kept, s->plan, s->key, s->program, s->ending);
}

/* The runs that this sweep is to carry out, by what they learn. */
static void sweep_trainings(sweep *s) {
    uint64_t *training = dt_arena_take(s->arena, s->plan->runs, sizeof *training);
    for (size_t i = 0; i < s->plan->runs && !s->options->separate; i++)
        if (sweep_waits(s, i)) training[i] = dt_keys_training(s->keys, &s->plan->run[i], s->program);
    s->trainings = dt_trainings_open(training, s->key, s->plan->runs, &s->place, s->arena);
}

static dt_status sweep_open(sweep *s, dt_sweep_outcome *outcome) {
    dt_progress_hold(&s->line, "looking for finished runs of %s", s->options->out);
    DT_TRY(sweep_keep(s));
    size_t runs = outcome->runs = s->plan->runs;
    DT_TRY(sweep_tokens(s));
    dt_progress_hold(&s->line, "reading the files that the runs depend on");
    dt_file_hold();
    sweep_find(s);
    dt_progress_clear(&s->line);
    if (!s->options->quiet) sweep_say(s, stderr, "dtsim: ");
    void *shared = mmap(NULL, runs * sizeof *s->progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return dt_fail(DT_EIO, "no shared memory for %zu runs: %s", runs, strerror(errno));
    s->progress = shared;
    dt_remaining_open(&s->remaining, s->plan, s->arena);
    s->shared = dt_shared_open(s->plan, s->arena);
    for (size_t i = 0; i < runs; i++)
        if (!sweep_waits(s, i)) dt_shared_done(s->shared, i);
    sweep_trainings(s);
    return DT_OK;
}

/* From here on, signals are blocked until the sweep asks for them. */
static void sweep_listen(sweep *s) {
    signal(SIGCHLD, SIG_DFL);       /* the parent of this process may have set it to be ignored */
    sigemptyset(&s->waited);
    sigaddset(&s->waited, SIGCHLD);
    sigaddset(&s->waited, SIGINT);
    sigaddset(&s->waited, SIGTERM);
    sigprocmask(SIG_BLOCK, &s->waited, &s->before);
}

/* No run is under way.  A signal that has come meanwhile counts, too. */
static void sweep_deafen(sweep *s) {
    const struct timespec none = { 0, 0 };
    for (int caught = 0; caught >= 0;) {
        caught = sigtimedwait(&s->waited, NULL, &none);
        if (caught == SIGINT || caught == SIGTERM) s->interrupted = true;
    }
    sigprocmask(SIG_SETMASK, &s->before, NULL);
}

/* If every run failed before it began, the first one's reason is the answer, and there is nothing to keep. */
static bool sweep_refused(const sweep *s, dt_sweep_outcome *outcome) {
    size_t first = s->plan->runs;
    for (size_t i = s->plan->runs; i-- > 0;) {
        if (s->plan->run[i].origin != NULL) continue;
        if (s->ending[i].where == NULL) return false;
        first = i;
    }
    const dt_ending *e = &s->ending[first];
    size_t front = e->where[0] == '\0' ? 0 : strlen(e->where) + 2;      /* "path: " */
    snprintf(outcome->where, sizeof outcome->where, "%s", e->where);
    snprintf(outcome->reason, sizeof outcome->reason, "%s", e->reason + front);
    return outcome->refused = true;
}

/* The disk or the folder failed: report the reason, and how many runs are kept. */
static dt_status sweep_broken(const sweep *s) {
    size_t kept = 0;
    bool there = dt_place_check(&s->place, false) == DT_OK;
    for (size_t i = 0; i < s->plan->runs && there; i++) kept += s->ending[i].file != NULL;
    return dt_fail(s->status, "%s; %zu of %zu runs are kept, the same command with --resume does the rest", s->reason,
                   kept, s->plan->runs);
}

static dt_status sweep_close(sweep *s, dt_sweep_outcome *outcome) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    dt_hosting hosting = { s->planning_s, dt_meter_clock() - s->start_s, 1024.0 * (double)usage.ru_maxrss, s->cores.jobs, s->cores.threads };
    sweep_fail(s, dt_finish(s->plan, s->ending, &hosting, &s->place, s->options->quiet, outcome, s->arena));
    if (s->options->profile && s->status == DT_OK) dt_seconds_print(stdout, s->plan, s->ending, &hosting);
    return s->status;
}

/* gathered: the parts are in the file, and can go. */
static dt_status sweep_carry_out(sweep *s, dt_sweep_outcome *outcome, bool *gathered) {
    DT_TRY(sweep_open(s, outcome));
    sweep_all(s);
    sweep_deafen(s);
    assert(s->status != DT_OK || s->interrupted || dt_tokens_held(s->tokens, 0) == s->cores.cores);
    dt_tokens_close(s->tokens);
    dt_shared_close(s->shared);
    if (s->status != DT_OK) return sweep_broken(s);
    if (s->interrupted) {
        for (size_t i = 0; i < s->plan->runs; i++) outcome->done += s->ending[i].file != NULL;
        outcome->interrupted = true;
        return DT_OK;
    }
    if (sweep_refused(s, outcome)) {
        for (size_t i = 0; i < s->plan->runs; i++) unlink(s->job[i].part);     /* not those of other sweeps */
        dt_trainings_clear(s->trainings);
        return DT_OK;
    }
    DT_TRY(dt_kept_guard(&s->kept, s->plan, s->ending, s->options->out));
    if (sweep_close(s, outcome) != DT_OK) return sweep_broken(s);
    *gathered = true;
    return DT_OK;
}

dt_status dt_sweep_run(const dt_plan *plan, const dt_sweep_options *options, dt_sweep_outcome *outcome) {
    dt_arena *arena = dt_arena_new(1 << 16);
    sweep s = { .plan = plan, .options = options, .arena = arena, .start_s = dt_meter_clock(),
              .planning_s = (double)clock() / CLOCKS_PER_SEC, .self = getpid() };
    bool gathered = false;
    *outcome = (dt_sweep_outcome){ 0 };
    dt_progress_open(&s.line, options->quiet);
    sweep_listen(&s);
    dt_status status = dt_place_open(&s.place, options->out, options->fresh, arena);
    if (status == DT_OK) {
        status = sweep_carry_out(&s, outcome, &gathered);
        dt_place_close(&s.place, gathered);
    }
    dt_progress_clear(&s.line);
    sigprocmask(SIG_SETMASK, &s.before, NULL);
    dt_arena_free(arena);
    return status;
}

/* If there is no finished run, there is nothing to report. */
static dt_status look_find(sweep *s, FILE *out) {
    DT_TRY(sweep_keep(s));
    if (s->kept.runs == 0) return DT_OK;
    sweep_find(s);
    sweep_say(s, out, "");
    return DT_OK;
}

static dt_status look_fresh(sweep *s, FILE *out) {
    size_t finished = 0;
    dt_status status = dt_kept_place(&s->kept, s->options->out);
    if (status == DT_EVERSION) fprintf(out, "the results of another version in %s will be given up\n", s->options->out);
    if (status != DT_OK) return status == DT_EVERSION ? DT_OK : status;
    for (size_t k = 0; k < s->kept.runs; k++) finished += s->kept.run[k].finished;
    if (finished > 0)
        fprintf(out, "%zu finished run%s of %s will be given up and run anew where the scenario has them\n", finished,
                finished == 1 ? "" : "s", s->options->out);
    return DT_OK;
}

dt_status dt_sweep_look(const dt_plan *plan, const dt_sweep_options *options, FILE *out) {
    dt_arena *arena = dt_arena_new(1 << 16);
    sweep s = { .plan = plan, .options = options, .arena = arena, .place = { options->out, "", -1, arena },
                .kept = { .arena = arena } };
    dt_status status = options->fresh ? look_fresh(&s, out) : look_find(&s, out);
    dt_arena_free(arena);
    return status;
}
