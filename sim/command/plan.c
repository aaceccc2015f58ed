/* plan.c - the command plan, which tries every run for a moment, and prints what the sweep would do and take. */
#include "command/job.h"
#include "base/progress.h"
#include "base/quantity.h"
#include "base/warn.h"
#include "run/estimate.h"
#include "sweep/cores.h"
#include "sweep/trainings.h"
#include "sweep/label.h"
#include <math.h>
#include <time.h>

/* The line of progress, and of how many runs. */
typedef struct planning { dt_progress line; size_t runs; } planning;

static void plan_tick(void *owner, size_t known) {
    planning *p = owner;
    dt_progress_show(&p->line, "building and trying run %zu of %zu", known + 1 < p->runs ? known + 1 : p->runs, p->runs);
}

static const char *plan_flops(double flops, dt_arena *arena) { return isnan(flops) ? "?" : dt_arena_text(arena, "%.3g", flops / 1e9); }

static const char *plan_seconds(double seconds, dt_arena *arena) {
    char text[32];
    return isnan(seconds) ? "?" : dt_arena_text(arena, "%s", dt_quantity_seconds(seconds, text));
}

static const char *plan_bytes(double bytes, dt_arena *arena) {
    char text[32];
    return isnan(bytes) ? "?" : dt_arena_text(arena, "%s", dt_quantity_bytes(bytes, text));
}

static void plan_run(const dt_plan_run *run, const dt_estimate *e, int threads, dt_arena *arena) {
    const char *label = dt_table_label(run, arena), *most = e->most ? "<" : "", *time = e->hook ? "" : most;
    if (e->refused != DT_OK) {
        printf("%4ld  %7s %10s %10s %10s  %s\n", run->id, "refused", "", "", "", label);
        return;
    }
    double seconds = e->alone_s + e->shared_s / fmin(threads, fmax(e->workers, 1));
    printf("%4ld  %7s %10s %10s %10s  %s\n", run->id, dt_arena_text(arena, "%s%s", most, plan_flops(e->flops, arena)),
           dt_arena_text(arena, "%s%s", time, plan_seconds(seconds, arena)), plan_bytes(e->memory, arena),
           dt_arena_text(arena, "%s%s", most, plan_bytes(e->bytes, arena)), label);
}

static void plan_table(const dt_plan *plan, const dt_estimate *estimate, int threads, dt_arena *arena) {
    printf("%4s  %7s %10s %10s %10s\n", "run", "Gflop", "real time", "memory", "sent");
    for (size_t i = 0; i < plan->runs; i++) plan_run(&plan->run[i], &estimate[i], threads, arena);
}

/* Runs that would be refused or fail, each reason once. */
static void plan_faults(const dt_plan *plan, const dt_estimate *estimate, double limit) {
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_estimate *e = &estimate[i];
        char time[32], memory[32], most[32];
        if (limit > 0 && e->refused == DT_OK && e->memory > limit)
            dt_warn("", "run %ld holds about %s of memory, more than the %s of --memory", plan->run[i].id, dt_quantity_bytes(e->memory, memory),
                    dt_quantity_bytes(limit, most));
        if (e->slow) dt_warn("", "run %ld takes more than %d s of the processor to be built, and was not tried: it may be refused yet",
                             plan->run[i].id, DT_ESTIMATE_BUILDING_S);
        if (e->still_s > 0) dt_warn("", "run %ld did nothing for %s while it was tried%s, and was tried no further", plan->run[i].id,
                                    dt_quantity_seconds(e->still_s, time), e->hook ? ": on_evaluate was still in its call" : "");
        if (e->refused != DT_OK) dt_warn(e->where, "%s (run %ld)", e->reason, plan->run[i].id);
        else if (e->failed != DT_OK)
            dt_warn("", "run %ld fails after %s of simulated time: %s", plan->run[i].id, dt_quantity_seconds(e->failed_s, time), e->reason);
    }
}

/* Runs that replay the training of another one take what simulating takes; returns how many they are. */
static size_t plan_replays(const dt_job *j, dt_estimate *estimate, dt_arena *arena) {
    const dt_trainings *trainings = dt_trainings_find(&j->plan, j->sweep.separate, arena);
    size_t replays = 0;
    for (size_t i = 0; i < j->plan.runs; i++) {
        if (!dt_trainings_replays(trainings, i)) continue;
        dt_estimate_replay(&estimate[i]);
        replays++;
    }
    return replays;
}

static void plan_sum(const dt_job *j, const dt_estimate *estimate, size_t replays, double loading_s, dt_arena *arena) {
    const dt_plan *plan = &j->plan;
    dt_cores p = dt_cores_of(&j->sweep, plan->runs);
    dt_bill b = dt_estimate_bill(estimate, plan->runs, loading_s, p.jobs, p.threads, p.cores);
    const char *most = b.most ? "at most " : "about ";
    bool hook = plan->on_evaluate.call != NULL;
    printf("%zu run%s of %s, all checked; at most %zu hosts and %zu actors at a time\n", plan->runs, plan->runs == 1 ? "" : "s",
           plan->path, j->outlook.hosts, j->outlook.actors);
    if (replays > 0)
        printf("%zu training%s, %zu timing%s: runs whose models learn the same share one training (--separate: none do)\n",
               plan->runs - replays, plan->runs - replays == 1 ? "" : "s", replays, replays == 1 ? "" : "s");
    printf("arithmetic: %s%s Gflop of gradients\n", most, plan_flops(b.flops, arena));
    printf("real time: %s%s with %d run%s at a time on %d core%s, %s of the processor\n", hook ? "about " : most, plan_seconds(b.real_s, arena), p.jobs,
           p.jobs == 1 ? "" : "s", p.cores, p.cores == 1 ? "" : "s", plan_seconds(b.cpu_s, arena));
    if (hook) printf("on_evaluate: its own time is not known beyond the calls that were tried; it may also end a run earlier\n");
    printf("memory: about %s a run, %s in all\n", plan_bytes(b.run_memory, arena), plan_bytes(b.memory, arena));
    printf("sent in the simulation: %s%s\n", most, plan_bytes(b.bytes, arena));
    if (b.unknown > 0)
        printf("%zu run%s of which no round was over in time %s left out of these sums, but for memory\n", b.unknown, b.unknown == 1 ? "" : "s",
               b.unknown == 1 ? "is" : "are");
}

dt_status dt_command_plan(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_job j;
    planning p = { .runs = 0 };
    dt_progress_open(&p.line, l->quiet);
    DT_TRY(dt_job_load(&j, l, arena));
    p.runs = j.plan.runs;
    double loading_s = (double)clock() / CLOCKS_PER_SEC;
    dt_estimate *estimate = dt_arena_take(arena, j.plan.runs, sizeof *estimate);
    dt_status status = dt_estimate_all(&j.plan, plan_tick, &p, estimate, arena);
    dt_progress_clear(&p.line);
    if (status == DT_OK) status = dt_outlook_worst(&j.plan, &j.outlook, arena);
    DT_TRY(dt_script_blame(j.script, status));
    dt_cores place = dt_cores_of(&j.sweep, j.plan.runs);
    size_t replays = plan_replays(&j, estimate, arena);
    plan_table(&j.plan, estimate, place.threads, arena);
    plan_sum(&j, estimate, replays, loading_s, arena);
    plan_faults(&j.plan, estimate, j.sweep.memory);
    dt_job_warn(&j, arena);
    if (dt_sweep_look(&j.plan, &j.sweep, stdout) != DT_OK) dt_warn("", "\"dtsim run\" will be refused: %s", dt_reason());
    dt_warn_say(stderr);
    dt_script_close(j.script);
    for (size_t i = 0; i < j.plan.runs; i++)
        if (estimate[i].refused != DT_OK || estimate[i].failed != DT_OK) *end = DT_EXIT_FAILED;
    return DT_OK;
}
