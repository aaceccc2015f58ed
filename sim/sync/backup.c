/* backup.c - synchronous SGD with backup workers: the first N - b gradients end an iteration, and nobody waits for
 * the other b.
 * When to use it: stragglers that change from step to step, where the tail of the step times is what all wait for.
 * What breaks it: workers that are always the slowest.  Their gradients never count, so that their samples are not learnt from;
 * where shards differ the model then serves the shards of the fast.
 * What comes at the same instant as the last gradient that was waited for counts as well, as in the authors' code (a
 * conditional accumulator of TensorFlow), so that of workers that take equally long none is left out.
 * Source: Chen et al. 2016, "Revisiting Distributed Synchronous SGD", arXiv 1604.00981, algorithms 3 and 4: b late gradients
 * are dropped (late = "finish").  Dutta et al. 2018, "Slow and Stale Gradients Can Win the Race", AISTATS: K-sync SGD, where
 * late workers break off, and K-async SGD, where their gradients count later; K = N - b. */
#include "sync/sync.h"
#include <string.h>

typedef struct backup { long spare; const char *late; } backup;

static long backup_lead(const void *state, const dt_sync_clocks *clocks, size_t worker) {
    (void)state;
    (void)clocks;
    (void)worker;
    return 0;
}

static dt_sync_ending backup_ending(const void *state) {
    const backup *b = state;
    dt_late late = strcmp(b->late, "leave") == 0 ? DT_LATE_LEAVE : strcmp(b->late, "wait") == 0 ? DT_LATE_WAIT : DT_LATE_FINISH;
    return (dt_sync_ending){ b->spare, late };
}

static const dt_param backup_params[] = {
    DT_INT_PARAM(backup, spare, 1, 0, 1e7, "backup workers (b of the paper): so many of the workers are not waited for in an "
                 "iteration, whose batch is that of the others; 0: as bsp"),
    DT_CHOICE_PARAM(backup, late, "finish", "finish|leave|wait", "what becomes of the late: finish: they end their gradient, "
                    "which is dropped, and begin with the newest values; leave: they break off at once and begin with the newest "
                    "values; wait: their gradient counts in the iteration in which it comes, as one of those that end it"),
    { 0 }
};

const dt_sync_type dt_sync_backup = {
    .is = { "backup", "Synchronous, with backup workers: the first gradients end an iteration, nobody waits for the last.",
            "Chen et al. 2016, algorithms 3 and 4; Dutta et al. 2018 (K-sync, K-async)", backup_params, sizeof(backup) },
    .lead = backup_lead, .merges = true, .ending = backup_ending,
};
