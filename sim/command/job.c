/* job.c - loads a scenario as the command line asks for it, and says what there is to warn of. */
#include "command/job.h"
#include "base/warn.h"
#include "run/check.h"
#include "run/remark.h"

dt_status dt_job_load(dt_job *j, const dt_line *l, dt_arena *arena) {
    dt_script_options options = dt_line_script(l, arena);
    DT_TRY(dt_script_load(l->word[0], &options, arena, &j->script, &j->plan));
    DT_TRY(dt_script_blame(j->script, dt_check_platforms(&j->plan)));
    const char *out = dt_arena_text(arena, "results/%s.h5", j->plan.name);
    if (l->shard.of > 0) {
        out = dt_arena_text(arena, "results/%s.%ldof%ld.h5", j->plan.name, l->shard.index, l->shard.of);
        DT_TRY(dt_plan_shard(&j->plan, l->shard.index, l->shard.of, &j->plan, arena));
    }
    j->sweep = (dt_sweep_options){ l->out != NULL ? l->out : out, (int)l->jobs, (int)l->threads, l->fresh, l->add,
                                   l->quiet, l->timeout_s, l->memory, l->profile, l->separate };
    return DT_OK;
}

void dt_job_warn(const dt_job *j, dt_arena *arena) {
    const char *warning = dt_outlook_warning(&j->outlook, arena);
    if (warning != NULL) dt_warn("", "%s", warning);
    dt_remarks(&j->plan, arena);
    dt_warn_say(stderr);
}
