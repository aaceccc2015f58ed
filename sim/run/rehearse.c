/* rehearse.c - one process builds the run up to its model and forks: one goes on as the run would, the other with learn = false.
 * Each reports into shared memory at every round, and ends when its time is over.
 *
 *   state      until                                           then
 *   loading    the samples are split and the model is known    building, in both processes
 *   building   the configuration is refused                    the reason is reported, and nothing is tried
 *   building   everything is built                             trying
 *   trying     the run is over, or fails                       ended
 *   trying     its time is over (SIGPROF)                      ended
 *   any        the process dies                                what was reported so far counts, and ended is false */
#include "run/rehearse.h"
#include "base/apart.h"
#include "base/meter.h"
#include "base/warn.h"
#include "run/build.h"
#include "run/estimate.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THIN = 512, CROWD = 20000 };         /* rows of an evaluation that would take too long; actors whose start would */
enum { VAST = 10000 };                      /* hosts of a platform that is not built twice: the try with arithmetic does for both */
static const double slow_flops = 2e9;       /* of a processor, at least */
static const double still_s = 30;       /* of real time, without any work, before a try is given up: a hook sleeps */
static const double dear_s = 0.5, short_s = 0.1;        /* of building; of a try after that */

typedef struct rehearsing {
    const dt_plan     *plan;
    const dt_plan_run *run;
    const dt_data     *data;
    double             slice_s, patience_s;
    dt_rehearsal      *out;
} rehearsing;

/* What the signal that ends a try has to know of it; each process tries one run. */
static struct { dt_run *run; dt_course *course; dt_rehearsal *out; pid_t other; double left_s, start_s; } try;

/* ---- reports -------------------------------------------------------------------------------- */

static double rehearse_cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Bytes of memory that this process shares with others, libraries left out: RssShmem of proc(5).  A signal may call it. */
static double rehearse_shared(void) {
    static char text[4096];
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    text[got > 0 ? got : 0] = '\0';
    const char *at = strstr(text, "RssShmem:");
    double kilobytes = 0;
    for (; at != NULL && *at != '\n' && *at != '\0'; at++)
        if (*at >= '0' && *at <= '9') kilobytes = 10 * kilobytes + (*at - '0');
    return 1024 * kilobytes;
}

/* Without samples that are shared. */
static double rehearse_peak(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * (double)usage.ru_maxrss - rehearse_shared();
}

static double share_of(double limit, double value, double share) { return limit > 0 ? fmax(share, value / limit) : share; }

/* By the end of the newest round. */
static double rehearse_share(const dt_run *r) {
    const dt_monitor *b = &r->monitor;
    double share = share_of(b->stop.steps, (double)b->newest.step, 0), flops = 0;
    share = share_of(b->stop.rounds, (double)b->decided, share);
    share = share_of(b->stop.epochs, b->newest_here.epoch, share);
    share = share_of(b->stop.seconds, b->newest_here.time_s, share);
    share = share_of(b->stop.bytes, b->newest_here.bytes, share);
    share = share_of(b->stop.joules, b->joules, share);
    for (const dt_port *p = b->stop.flops > 0 ? dt_engine_ports(r->engine) : NULL; p != NULL; p = dt_port_next(p)) flops += dt_port_usage(p).flops;
    return fmin(share_of(b->stop.flops, flops, share), 1);
}

/* The meter counts real time, of which another process may have had a part. */
static void rehearse_state(const dt_run *r, dt_state *s) {
    const dt_meter *m = dt_pool_meter(r->pool);
    double spent[DT_ACTIVITIES], real = 0, since = dt_meter_clock() - m->since;
    for (int a = 0; a < DT_ACTIVITIES; a++) spent[a] = m->spent[a] + (a == (int)m->now ? since : 0);
    for (int a = DT_ENGINE; a < DT_ACTIVITIES; a++) real += spent[a];
    double used = real > 0 ? fmin((rehearse_cpu() - try.start_s) / real, 1) : 0;
    *s = (dt_state){ .share = rehearse_share(r), .engine_s = used * spent[DT_ENGINE],
                     .arithmetic_s = used * (spent[DT_ARITHMETIC] + spent[DT_WAITING]), .evaluation_s = used * spent[DT_EVALUATION],
                     .recording_s = used * spent[DT_RECORDING], .samples = r->monitor.samples, .evaluated = r->evaluated,
                     .computed = r->learning.bench != NULL ? r->learning.bench[0].computed : 0,
                     .rounds = (double)r->monitor.decided,
                     .bytes = dt_engine_bytes(r->engine), .time_s = dt_engine_now(r->engine) };
}

static void rehearse_round(void *notes, long round, double time_s) {
    dt_course *c = try.course;
    if (c->first == 0) c->first = try.run->evaluated;
    rehearse_state(try.run, &c->round);
    if (c->one.rounds == 0) c->one = c->round;
    for (int i = 0; i < DT_COURSE_ROUNDS; i++)
        if (round == 1L << i) c->sent[i] = c->round.bytes;
    dt_notes_round(notes, round, time_s);
}

static void rehearse_end(void) {
    dt_course *c = try.course;
    rehearse_state(try.run, &c->last);
    if (c->first == 0) c->first = try.run->evaluated;
    c->peak_bytes = rehearse_peak();
    c->vectors = (double)dt_vec_most(try.run->learning.vectors);
    c->ended = true;
}

static void rehearse_clock(double seconds) {
    const struct itimerval once = { .it_value = { (time_t)seconds, (suseconds_t)(1e6 * fmod(seconds, 1)) } };
    setitimer(ITIMER_PROF, &once, NULL);
}

/* Nothing here takes a lock or memory: the signal may interrupt anything. */
static void rehearse_over(int number) {
    (void)number;
    static const double look_s = 0.05;
    if (try.course == NULL) {
        try.out->slow = true;
        _exit(0);
    }
    if (try.course->round.share == try.course->one.share && try.left_s > 0) {
        try.left_s -= look_s;
        try.out->waited_s += look_s;
        rehearse_clock(look_s);
        return;
    }
    rehearse_end();
    while (try.other > 0 && waitpid(try.other, NULL, 0) < 0 && errno == EINTR) continue;
    _exit(0);
}

/* The signal has a stack of its own: that of an actor is small. */
static void rehearse_listen(const rehearsing *h) {
    static char room[1 << 16];
    const stack_t stack = { .ss_sp = room, .ss_size = sizeof room };
    struct sigaction act = { .sa_handler = rehearse_over, .sa_flags = SA_ONSTACK | SA_RESTART };
    try.out = h->out;
    sigaltstack(&stack, NULL);
    sigaction(SIGPROF, &act, NULL);
    rehearse_clock(DT_ESTIMATE_BUILDING_S);
}

static void rehearse_begin(dt_run *r, const rehearsing *h, dt_course *c) {
    try.run = r;
    try.left_s = try.other > 0 ? 0 : h->patience_s;
    c->building_s = try.start_s = rehearse_cpu();
    c->built_bytes = c->peak_bytes = rehearse_peak();
    c->begun = true;
    r->monitor.on_round = rehearse_round;
    try.course = c;
    rehearse_clock(c->building_s > dear_s ? fmin(h->slice_s, short_s) : h->slice_s);
}

/* ---- one try -------------------------------------------------------------------------------- */

/* The record goes to a file that has no name any more. */
static dt_status rehearse_record(dt_run *r, const dt_plan_run *run) {
    dt_run_options options = { .part = dt_arena_text(r->arena, "%s/dtsim-plan-%ld", P_tmpdir, (long)getpid()), .key = "", .program = "" };
    dt_status status = dt_run_record(r, run, &options);
    unlink(dt_arena_text(r->arena, "%s.part", options.part));
    return status;
}

static dt_status rehearse_try(dt_run *r, const rehearsing *h, const dt_plan *plan, dt_course *c) {
    DT_TRY(rehearse_record(r, h->run));
    DT_TRY(dt_run_build(r, plan));
    c->peak_bytes = rehearse_peak() + (h->out->crowd_s != 0 ? r->outlook.bytes : 0);
    if (h->out->crowd_s != 0) return DT_OK;
    rehearse_begin(r, h, c);
    dt_status status = dt_run_train(r, h->run);
    rehearse_clock(0);
    rehearse_end();
    c->over = status == DT_OK;
    if (c->over) c->round.share = c->last.share = 1;
    if (c->over || dt_run_blamed(r) != NULL) return status;
    c->status = status;
    c->failed_s = c->last.time_s;
    snprintf(c->reason, sizeof c->reason, "%s", dt_reason());
    return DT_OK;
}

/* Without arithmetic there are no losses, and a hook would not know what to do without them. */
static void rehearse_blank(dt_run *r, const rehearsing *h, pid_t parent) {
    dt_plan plan = *h->plan;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    dt_warn_start();        /* the run would not say what is found without its arithmetic */
    try.other = 0;
    plan.on_evaluate.call = NULL;
    r->learn = false;
    r->stop.goals = 0;
    _exit(rehearse_try(r, h, &plan, &h->out->blank) == DT_OK ? 0 : 1);
}

/* Evaluations that would leave no time for anything else take fewer rows. */
static void rehearse_thin(dt_run *r, const rehearsing *h) {
    const dt_dataset *train = &r->data.train;
    double rows = (double)(r->marking.rows > 0 && (size_t)r->marking.rows < train->rows ? (size_t)r->marking.rows : train->rows);
    if ((rows + (double)r->data.test.rows) * r->model.forward_flops < slow_flops * h->slice_s) return;
    if (r->marking.rows == 0 || r->marking.rows > THIN) r->marking.rows = THIN;
    if (r->data.test.rows > THIN) r->data.test.rows = THIN;
    h->out->thinned = true;
}

static void rehearse_know(const dt_run *r, const rehearsing *h) {
    dt_rehearsal *o = h->out;
    bool goals = r->stop.goals > 0 || h->plan->on_evaluate.call != NULL;
#define LIMIT(name, ...) goals |= r->stop.name != 0;
    DT_RESULT_COLUMNS(LIMIT) DT_OWN_COLUMNS(LIMIT) DT_EACH_COLUMNS(LIMIT)
#undef LIMIT
    if (r->outlook.actors > CROWD) o->crowd_s = r->outlook.rounds * r->outlook.round_s;
    o->open = goals;
    o->hook = h->plan->on_evaluate.call != NULL;
    o->learn = r->learn;
    o->workers = r->team.group.ranks;
    o->parameters = r->model.n;
    o->forward_flops = r->model.forward_flops;
    o->backward_flops = r->model.backward_flops;
    o->data_bytes = h->data == NULL ? 0 : dt_data_bytes(&r->data);
}

/* What the hook prints is not for a plan. */
static dt_status rehearse_work(void *arg) {
    const rehearsing *h = arg;
    pid_t self = getpid();
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) dup2(null, STDOUT_FILENO);
    rehearse_listen(h);
    dt_run *r = dt_run_new(h->run, 1);
    r->shared = h->data;
    DT_TRY(dt_run_load(r, h->run, dt_run_memory(r)));
    rehearse_know(r, h);
    if (!r->learn) return rehearse_try(r, h, h->plan, &h->out->blank);
    if (h->out->crowd_s == 0 && h->run->platform->hosts <= VAST && (try.other = fork()) == 0) rehearse_blank(r, h, self);
    rehearse_thin(r, h);
    dt_status status = rehearse_try(r, h, h->plan, &h->out->real);
    while (try.other > 0 && waitpid(try.other, NULL, 0) < 0 && errno == EINTR) continue;
    return status;
}

dt_status dt_rehearse(const dt_plan *plan, const dt_plan_run *run, const dt_data *data, double slice_s, double patience_s,
                      void (*tick)(void *owner), void *owner, dt_rehearsal *out) {
    bool whole;
    dt_rehearsal *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return dt_fail(DT_EIO, "no memory to share with a process: %s", strerror(errno));
    rehearsing h = { plan, run, data, slice_s, patience_s, shared };
    dt_status status = dt_apart_try(rehearse_work, &h, still_s, tick, owner, &whole);
    *out = *shared;
    munmap(shared, sizeof *shared);
    if (status == DT_OK || whole) return status;
    if (status == DT_ETIMEOUT) {
        out->still_s = still_s;
        return DT_OK;
    }
    out->real.status = status;
    snprintf(out->real.reason, sizeof out->real.reason, "%s", dt_reason());
    return DT_OK;
}
