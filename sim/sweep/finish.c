/* finish.c - claims are judged from a file, as anyone would judge them: first one without them is written, then the
 * whole. */
#include "sweep/finish.h"
#include "base/progress.h"
#include "sweep/table.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { INTERRUPTED = 130 };

/* The text for a signal handler, which may not format one itself. */
static char farewell[1024];

static void finish_leave(int signal) {
    (void)signal;
    ssize_t put = write(STDERR_FILENO, farewell, strlen(farewell));
    (void)put;
    _exit(INTERRUPTED);
}

/* before [2] gets what SIGINT and SIGTERM did until now. */
static void finish_listen(const dt_plan *plan, const dt_place *place, struct sigaction *before) {
    const struct sigaction leave = { .sa_handler = finish_leave };
    snprintf(farewell, sizeof farewell, "dtsim: interrupted while %s was put together; all %zu runs are kept, the same "
             "command does the rest\n", place->out, plan->runs);
    sigaction(SIGINT, &leave, &before[0]);
    sigaction(SIGTERM, &leave, &before[1]);
}

static dt_status finish_write(const dt_plan *plan, const dt_ending *ending, const dt_hosting *hosting,
                              const dt_place *place, dt_progress *line, dt_claim **claim, size_t *claims, char *print,
                              dt_arena *arena) {
    dt_progress_hold(line, "gathering %zu run%s for %s", plan->runs, plan->runs == 1 ? "" : "s", place->out);
    if (plan->claims != NULL) {
        const char *bare = dt_arena_text(arena, "%s/bare.h5", place->folder);
        DT_TRY(dt_gather(plan, ending, NULL, 0, hosting, bare, NULL));
        dt_progress_hold(line, "judging the claims of %s", plan->path);
        DT_TRY(plan->claims(plan->claims_owner, plan, bare, claim, claims, arena));
    }
    dt_progress_hold(line, "writing %zu run%s and their claims to %s", plan->runs, plan->runs == 1 ? "" : "s", place->out);
    return dt_gather(plan, ending, *claim, *claims, hosting, place->out, print);
}

static const char *finish_word(const dt_claim *claim) {
    return claim->held ? "held  " : claim->pending ? "not yet" : "BROKEN";
}

static size_t finish_claims(const dt_claim *claim, size_t claims, bool quiet) {
    size_t broken = 0;
    for (size_t i = 0; i < claims; i++) {
        broken += !claim[i].held;
        if (quiet && claim[i].held) continue;
        printf("%s: %s%s%s%s\n", finish_word(&claim[i]), claim[i].text, claim[i].reason[0] ? " (" : "", claim[i].reason,
               claim[i].reason[0] ? ")" : "");
    }
    return broken;
}

/* How many runs computed gradients for all; nothing is said where each computed its own. */
static void finish_trainings(const dt_plan *plan, const dt_ending *ending) {
    size_t replays = 0;
    double gradients = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        replays += ending[i].replayed;
        gradients += ending[i].gradients;
    }
    size_t trainings = plan->runs - replays;
    if (replays == 0) return;
    printf("%zu training%s, %zu timing%s: gradients of %.0f samples were computed\n", trainings, trainings == 1 ? "" : "s", replays,
           replays == 1 ? "" : "s", gradients);
}

dt_status dt_finish(const dt_plan *plan, const dt_ending *ending, const dt_hosting *hosting, dt_place *place,
                    bool quiet, dt_sweep_outcome *outcome, dt_arena *arena) {
    char print[32] = "";
    dt_claim *claim = NULL;
    size_t claims = 0;
    struct sigaction before[2];
    dt_progress line;
    dt_progress_open(&line, quiet);
    finish_listen(plan, place, before);
    dt_status status = finish_write(plan, ending, hosting, place, &line, &claim, &claims, print, arena);
    dt_progress_clear(&line);
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGTERM, &before[1], NULL);
    if (status != DT_OK) return status;
    dt_place_close(place, true);        /* before anything is printed, since writing to a closed pipe ends the program */
    outcome->done = plan->runs;
    if (!quiet) dt_table_print(stdout, plan, ending, arena);
    if (!quiet) finish_trainings(plan, ending);
    outcome->broken = finish_claims(claim, claims, quiet);
    printf("%s  (fingerprint %s)\n", place->out, print);
    fflush(stdout);
    outcome->failed = dt_table_failures(stderr, plan, ending, arena);
    return DT_OK;
}
