/* plan.c - the command plan, which prints what a scenario would do and what that would take, and runs nothing. */
#include "command/job.h"
#include "base/quantity.h"
#include "base/warn.h"
#include "run/estimate.h"
#include "sweep/label.h"
#include <math.h>

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
    dt_job j;
    char text[32];
    (void)end;
    DT_TRY(dt_job_load(&j, l, arena));
    double *flops = dt_arena_take(arena, j.plan.runs, sizeof *flops);
    dt_status status = dt_estimate(&j.plan, flops);
    if (status == DT_OK) status = dt_outlook_worst(&j.plan, &j.outlook, arena);
    DT_TRY(dt_script_blame(j.script, status));
    plan_print(&j.plan, flops, arena);
    printf("at most %zu hosts and %zu actors at a time: about %s of memory a run, besides data and models\n", j.outlook.hosts,
           j.outlook.actors, dt_quantity_bytes(j.outlook.bytes, text));
    dt_job_warn(&j, arena);
    if (dt_sweep_look(&j.plan, &j.sweep, stdout) != DT_OK) dt_warn("", "\"dtsim run\" will be refused: %s", dt_reason());
    dt_warn_say(stderr);
    dt_script_close(j.script);
    return DT_OK;
}
