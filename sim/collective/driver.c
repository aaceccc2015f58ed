/* driver.c - a mean as Spark's MLlib takes it: treeAggregate sums vectors in depth - 1 stages of ever fewer tasks, the driver (a
 * server) sums what is left and broadcasts the result.  The driver's link is the bottleneck, and depth 2 relieves it: of p = m^2 it
 * gets m vectors instead of p, after m - 1 at each of the tasks between.  Tasks of every stage are launched one after another, launch
 * seconds each, once all of the stage before have reported.
 *   broadcast = "direct"    every worker fetches all from the driver: p N beta
 *   broadcast = "torrent"   every block leaves the driver once, and workers fetch it from each other: N beta + ((p-1)/p) N beta, which is
 *                           what TorrentBroadcast comes to where all fetch at once
 * Task j of the next stage runs where task j of this one has run, and fetches from those i with i mod tasks = j: its own vector is
 * there.  Spark may place it elsewhere.  Of k of n, and of kinds other than an all-reduce, the driver gathers all alone.
 * Source: Meng et al. 2016, "MLlib: Machine Learning in Apache Spark", JMLR 17(34); RDD.treeAggregate and TorrentBroadcast of Spark 3. */
#include "collective/direct.h"
#include "collective/served.h"
#include <math.h>
#include <string.h>

typedef struct driver { double launch; long depth; const char *broadcast; } driver;

enum { STAGES = 64, LAUNCH = 0, REPORT = LAUNCH + STAGES, FETCH = REPORT + STAGES, DATA = FETCH + STAGES, UP = DATA + STAGES, DOWN, BLOCK };

/* Tasks of the stage after one of so many; 0: the driver takes the sums of these (RDD.treeAggregate). */
static size_t driver_next(const driver *d, size_t p, size_t tasks) {
    size_t scale = (size_t)ceil(pow((double)p, 1 / (double)d->depth) - 1e-9);
    if (scale < 2) scale = 2;
    return tasks > scale + (tasks + scale - 1) / scale ? tasks / scale : 0;
}

static bool driver_is(const dt_round *round) { return round->kind == DT_ALL_REDUCE && dt_round_waits_for_all(round); }

static bool driver_torrent(const driver *d) { return strcmp(d->broadcast, "torrent") == 0; }

/* What a member has summed in all stages before that of so many tasks. */
static double driver_sum_bytes(const driver *d, const dt_round *round, size_t tasks) {
    dt_sum sum = { 0 };
    for (size_t r = 0; r < round->ranks; r++) {
        size_t at = r;
        for (size_t n = round->ranks; n > tasks;) at %= n = driver_next(d, round->ranks, n);
        if (at == round->self) dt_round_add(round, &sum, r, 1);
    }
    return dt_round_sum_bytes(round, &sum, round->n);
}

/* ---- a member -------------------------------------------------------------------------------- */

static dt_status driver_fetch(const dt_round *round, size_t tasks, size_t next, long stage) {
    for (size_t i = round->self + next; i < tasks; i += next) dt_round_post(round, i, FETCH + stage, 0);
    for (size_t i = round->self + next; i < tasks; i += next) {
        DT_TRY(dt_round_receive(round, i, DATA + stage));
        DT_TRY(dt_round_merge(round, round->n));
    }
    return dt_round_flush(round);
}

static dt_status driver_give(const driver *d, const dt_round *round, size_t tasks, size_t next, long stage) {
    DT_TRY(dt_round_receive(round, round->self % next, FETCH + stage));
    dt_round_post(round, round->self % next, DATA + stage, driver_sum_bytes(d, round, tasks));
    return dt_round_flush(round);
}

static dt_status driver_reduce(const driver *d, const dt_round *round) {
    size_t tasks = round->ranks, next;
    for (long stage = 1; (next = driver_next(d, round->ranks, tasks)) > 0; stage++, tasks = next) {
        dt_round_post(round, DT_SERVER(0), REPORT + stage, 0);
        DT_TRY(dt_round_flush(round));
        if (round->self >= next) return driver_give(d, round, tasks, next, stage);
        DT_TRY(dt_round_receive(round, DT_SERVER(0), LAUNCH + stage));
        DT_TRY(driver_fetch(round, tasks, next, stage));
    }
    dt_round_post(round, DT_SERVER(0), UP, driver_sum_bytes(d, round, tasks));
    return dt_round_flush(round);
}

static double driver_block(const dt_round *round, size_t i) {
    return dt_round_result_bytes(round, dt_round_cut(round, i, round->ranks));
}

static dt_status driver_swarm(const dt_round *round) {
    size_t p = round->ranks;
    DT_TRY(dt_round_receive(round, DT_SERVER(0), DOWN));
    for (size_t k = 1; k < p; k++) dt_round_post(round, (round->self + k) % p, BLOCK, driver_block(round, round->self));
    for (size_t k = 1; k < p; k++) DT_TRY(dt_round_receive(round, (round->self + k) % p, BLOCK));
    return dt_round_flush(round);
}

static dt_status driver_exchange(const void *state, const dt_round *round) {
    const driver *d = state;
    if (!driver_is(round)) return dt_served_exchange(state, round);
    if (round->ranks == 1) {            /* the driver takes what its one task has summed */
        DT_TRY(dt_round_pause(round, d->launch));
        return dt_served_exchange(state, round);
    }
    dt_round_post(round, DT_SERVER(0), REPORT, 0);
    DT_TRY(dt_round_flush(round));
    DT_TRY(dt_round_receive(round, DT_SERVER(0), LAUNCH));
    DT_TRY(driver_reduce(d, round));
    return driver_torrent(d) ? driver_swarm(round) : dt_round_receive(round, DT_SERVER(0), DOWN);
}

/* ---- the driver ------------------------------------------------------------------------------ */

/* Once so many have reported, the tasks of the next stage are launched. */
static dt_status driver_stage(const driver *d, const dt_round *round, size_t reports, size_t tasks, long stage) {
    for (size_t i = 0; i < reports; i++) DT_TRY(dt_round_receive(round, i, REPORT + stage));
    for (size_t i = 0; i < tasks; i++) {
        DT_TRY(dt_round_pause(round, d->launch));
        dt_round_post(round, i, LAUNCH + stage, 0);
    }
    return dt_round_flush(round);
}

static dt_status driver_serve(const void *state, const dt_round *round) {
    const driver *d = state;
    size_t p = round->ranks, tasks = p, next;
    if (!driver_is(round) || p == 1) return dt_served_serve(state, round);
    DT_TRY(driver_stage(d, round, p, p, 0));
    for (long stage = 1; (next = driver_next(d, p, tasks)) > 0; stage++, tasks = next)
        DT_TRY(driver_stage(d, round, tasks, next, stage));
    for (size_t i = 0; i < tasks; i++) DT_TRY(dt_round_receive(round, i, UP));
    DT_TRY(dt_round_form_of(round, tasks, round->n));
    for (size_t r = 0; r < p; r++)
        dt_round_post(round, r, DOWN, driver_torrent(d) ? driver_block(round, r) : dt_round_result_bytes(round, round->n));
    return dt_round_flush(round);
}

static void driver_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    const driver *d = state;
    (void)scratch;
    dt_served_ways(group, 1, way, owner);
    if (driver_torrent(d)) dt_direct_ways(group, way, owner);
    for (size_t tasks = group->ranks, next; (next = driver_next(d, group->ranks, tasks)) > 0; tasks = next)
        for (size_t i = next; i < tasks; i++) {
            way(owner, i, i % next);
            way(owner, i % next, i);
        }
}

static const dt_param driver_params[] = {
    DT_INT_PARAM(driver, depth, 2, 1, 30, "stages of sums, the driver's one of them, as in treeAggregate: 1 sends all vectors to the driver"),
    DT_CHOICE_PARAM(driver, broadcast, "torrent", "torrent|direct",
                    "torrent: every block leaves the driver once, and workers fetch it from each other; direct: all fetch all from the driver"),
    DT_REAL_PARAM(driver, launch, 200e-6, 0, 3600, "s", "what the driver needs to launch one task of a stage, one after another"),
    { 0 }
};

const dt_collective_type dt_collective_driver = {
    .is = { .name = "driver", .brief = "Spark's treeAggregate and broadcast (MLlib): sums in stages, the last by the driver, which sends the result.",
            .source = "Meng et al. 2016 (MLlib), JMLR 17(34); Spark, RDD.treeAggregate", .params = driver_params, .state_size = sizeof(driver) },
    .peers = true, .exchange = driver_exchange, .serve = driver_serve, .ways = driver_ways,
};
