/* run.c - the commands run and merge, which carry out a scenario and put shards together. */
#include "command/job.h"
#include "base/progress.h"
#include "sweep/merge.h"

/* The exit status of the program after a sweep with this outcome. */
static dt_exit outcome_exit(const dt_sweep_outcome *o) {
    if (o->interrupted) {
        fprintf(stderr, "dtsim: interrupted; %zu of %zu runs are kept, the same command with --resume does the rest\n",
                o->done, o->runs);
        return DT_EXIT_INTERRUPTED;
    }
    return o->failed > 0 || o->broken > 0 ? DT_EXIT_FAILED : DT_EXIT_GOOD;
}

/* Load the scenario, and estimate its largest run. */
static dt_status run_load(dt_job *j, const dt_line *l, dt_arena *arena) {
    DT_TRY(dt_job_load(j, l, arena));
    return dt_script_blame(j->script, dt_outlook_worst(&j->plan, &j->outlook, arena));
}

dt_status dt_command_run(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_job j;
    dt_sweep_outcome outcome;
    dt_progress line;
    dt_progress_open(&line, l->quiet);
    dt_progress_hold(&line, "checking %s", l->word[0]);
    dt_status status = run_load(&j, l, arena);
    dt_progress_clear(&line);
    DT_TRY(status);
    dt_job_warn(&j, arena);
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
