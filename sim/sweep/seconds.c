/* seconds.c - one column an activity, one row a run. */
#include "sweep/seconds.h"
#include "base/quantity.h"

static void seconds_row(FILE *out, const char *name, const double *spent, double peak_bytes) {
    char text[32];
    double sum = 0;
    fprintf(out, "%9s", name);
    for (int a = 0; a < DT_ACTIVITIES; a++) {
        fprintf(out, "  %10s", dt_quantity_seconds(spent[a], text));
        sum += spent[a];
    }
    fprintf(out, "  %10s", dt_quantity_seconds(sum, text));
    fprintf(out, "  %10s\n", dt_quantity_bytes(peak_bytes, text));
}

static void seconds_share(FILE *out, const double *spent) {
    double sum = 0;
    for (int a = 0; a < DT_ACTIVITIES; a++) sum += spent[a];
    fprintf(out, "%9s", "share");
    for (int a = 0; a < DT_ACTIVITIES; a++) fprintf(out, "  %8.1f %%", sum > 0 ? 100 * spent[a] / sum : 0);
    fprintf(out, "\n");
}

void dt_seconds_print(FILE *out, const dt_plan *plan, const dt_ending *ending, const dt_hosting *h) {
    char name[32], real[32], planning[32];
    double total[DT_ACTIVITIES] = { 0 };
    fprintf(out, "where the real time of each run's main thread went:\n%9s", "run");
    for (dt_activity a = 0; a < DT_ACTIVITIES; a++) fprintf(out, "  %10s", dt_meter_name(a));
    fprintf(out, "  %10s  %10s\n", "in all", "memory");
    for (size_t i = 0; i < plan->runs; i++) {
        for (int a = 0; a < DT_ACTIVITIES; a++) total[a] += ending[i].spent[a];
        snprintf(name, sizeof name, "%ld", plan->run[i].id);
        seconds_row(out, name, ending[i].spent, ending[i].peak_bytes);
    }
    if (plan->runs > 1) seconds_row(out, "all", total, h->peak_bytes);
    seconds_share(out, total);
    fprintf(out, "the whole took %s, after %s of reading the scenario; %d run%s at a time, of %d thread%s each\n",
            dt_quantity_seconds(h->real_s, real), dt_quantity_seconds(h->planning_s, planning), h->jobs, h->jobs == 1 ? "" : "s",
            h->threads, h->threads == 1 ? "" : "s");
}
