/* run.c - the commands run, plan and merge, which carry out a scenario or print what would happen. */
#include "command/inside.h"
#include "base/quantity.h"
#include "base/warn.h"
#include "run/check.h"
#include "run/estimate.h"
#include "run/outlook.h"
#include "run/remark.h"
#include "sweep/label.h"
#include "sweep/merge.h"
#include "sweep/sweep.h"
#include <math.h>

/* A scenario that was loaded, the shard of it that the command line asks for, and the options of its sweep. */
typedef struct job {
    dt_script       *script;
    dt_plan          plan;
    dt_sweep_options sweep;
    dt_outlook       outlook;
} job;

/* Load the scenario, and check its runs and every platform file with SimGrid. */
static dt_status job_load(job *j, const dt_line *l, dt_arena *arena) {
    dt_script_options options = dt_line_script(l, arena);
    DT_TRY(dt_script_load(l->word[0], &options, arena, &j->script, &j->plan));
    DT_TRY(dt_script_blame(j->script, dt_check_platforms(&j->plan)));
    const char *out = dt_arena_text(arena, "results/%s.h5", j->plan.name);
    if (l->shard.of > 0) {
        out = dt_arena_text(arena, "results/%s.%ldof%ld.h5", j->plan.name, l->shard.index, l->shard.of);
        DT_TRY(dt_plan_shard(&j->plan, l->shard.index, l->shard.of, &j->plan, arena));
    }
    j->sweep = (dt_sweep_options){ l->out != NULL ? l->out : out, (int)l->jobs, (int)l->threads, l->fresh, l->add,
                                   l->quiet, l->timeout_s, l->memory, l->profile };
    return DT_OK;
}

static void job_warn(const job *j, dt_arena *arena) {
    const char *warning = dt_outlook_warning(&j->outlook, arena);
    if (warning != NULL) dt_warn("", "%s", warning);
    dt_remarks(&j->plan, arena);
    dt_warn_say(stderr);
}

/* The exit status of the program after a sweep with this outcome. */
static dt_exit outcome_exit(const dt_sweep_outcome *o) {
    if (o->interrupted) {
        fprintf(stderr, "dtsim: interrupted; %zu of %zu runs are kept, the same command with --resume does the rest\n",
                o->done, o->runs);
        return DT_EXIT_INTERRUPTED;
    }
    return o->failed > 0 || o->broken > 0 ? DT_EXIT_FAILED : DT_EXIT_GOOD;
}

dt_status dt_command_run(const dt_line *l, dt_exit *end, dt_arena *arena) {
    job j;
    dt_sweep_outcome outcome;
    DT_TRY(job_load(&j, l, arena));
    DT_TRY(dt_script_blame(j.script, dt_outlook_worst(&j.plan, &j.outlook, arena)));
    job_warn(&j, arena);
    DT_TRY(dt_sweep_run(&j.plan, &j.sweep, &outcome));
    if (outcome.refused) return dt_script_blame(j.script, dt_fail_at(DT_EINVAL, outcome.where, "%s", outcome.reason));
    dt_script_close(j.script);
    *end = outcome_exit(&outcome);
    return DT_OK;
}

dt_status dt_command_merge(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_merge merge;
    dt_script *script;
    dt_plan plan;
    dt_sweep_outcome outcome;
    dt_script_options options = dt_line_script(l, arena);
    if (l->words == 0 || l->out == NULL)
        return dt_fail(DT_EINVAL, "merge: expected the files of all shards, and -o with a name for the file of the whole");
    const char **file = dt_arena_take(arena, l->words, sizeof *file);
    for (size_t i = 0; i < l->words; i++) file[i] = l->word[i];
    DT_TRY(dt_merge_open(file, l->words, &merge, arena));
    options.set = merge.set;
    options.sets = merge.sets;
    options.source = merge.source;
    DT_TRY(dt_script_load(merge.path, &options, arena, &script, &plan));
    const dt_merge_options whole = { l->out, l->fresh, l->add, l->quiet };
    DT_TRY(dt_merge_run(&merge, &plan, &whole, &outcome));
    dt_script_close(script);
    *end = outcome_exit(&outcome);
    return DT_OK;
}

static void plan_print(const dt_plan *plan, const double *flops, dt_arena *arena) {
    double total = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        const char *work = isnan(flops[i]) ? "?" : dt_arena_text(arena, "%.3g Gflop", flops[i] / 1e9);
        printf("%4ld  %-12s %s\n", plan->run[i].id, work, dt_table_label(&plan->run[i], arena));
        total += flops[i];
    }
    printf("%zu run%s of %s, all checked; ", plan->runs, plan->runs == 1 ? "" : "s", plan->path);
    if (isnan(total)) printf("what ends them does not tell how much they compute\n");
    else printf("%.3g Gflop of gradients in all\n", total / 1e9);
}

dt_status dt_command_plan(const dt_line *l, dt_exit *end, dt_arena *arena) {
    job j;
    char text[32];
    (void)end;
    DT_TRY(job_load(&j, l, arena));
    double *flops = dt_arena_take(arena, j.plan.runs, sizeof *flops);
    dt_status status = dt_estimate(&j.plan, flops);
    if (status == DT_OK) status = dt_outlook_worst(&j.plan, &j.outlook, arena);
    DT_TRY(dt_script_blame(j.script, status));
    plan_print(&j.plan, flops, arena);
    printf("at most %zu hosts and %zu actors at a time: about %s of memory a run, besides data and models\n", j.outlook.hosts,
           j.outlook.actors, dt_quantity_bytes(j.outlook.bytes, text));
    job_warn(&j, arena);
    if (dt_sweep_look(&j.plan, &j.sweep, stdout) != DT_OK) dt_warn("", "\"dtsim run\" will be refused: %s", dt_reason());
    dt_warn_say(stderr);
    dt_script_close(j.script);
    return DT_OK;
}
