/* shuffle.c - the parameter synchronisation of BigDL: two Spark jobs.  In the first task k fetches piece k of every gradient and
 * sums it; in the second every task fetches all pieces of the new weights.  It has a ring's bytes and few start-ups, as
 * scatter_reduce; what it costs besides are the tasks, which the driver (a server) launches one after another, launch seconds each:
 * of two jobs with n tasks 2 n launch.  As the work of a task falls with 1/n, there is a number of tasks beyond which more take
 * longer.  With group = g the driver launches the tasks of g exchanges at once, and in the others they begin by themselves when
 * their input is there (Drizzle).
 * A task sends its pieces when it has been launched; in Spark it fetches those of others, so that the last launch decides in both.
 * A job begins when all tasks of the one before have reported.  Of k of n, and of kinds other than an all-reduce, the driver gathers
 * all alone.
 * Source: Dai et al. 2019, "BigDL: A Distributed Deep Learning Framework for Big Data", SoCC, arXiv:1804.05839, section 3.3; Venkataraman
 * et al. 2017, "Drizzle: Fast and Adaptable Stream Processing at Scale", SOSP:
 * 2 n launch + 2 ((p-1)/p) N beta + N gamma, and 6 alpha: of reports, launches and pieces. */
#include "collective/direct.h"
#include "collective/served.h"

typedef struct shuffle { double launch; long group; } shuffle;

enum { LAUNCH, REPORT = LAUNCH + 2, REDUCE = REPORT + 2, ALL };

/* Of all kinds an all-reduce by all members: the others go through the driver, as through one server. */
static bool shuffle_is(const dt_round *round) { return round->kind == DT_ALL_REDUCE && dt_round_waits_for_all(round); }

static bool shuffle_launched(const shuffle *s, const dt_round *round) { return dt_round_number(round) % s->group == 0; }

/* A task of the job before has ended, and the driver launches one of this job. */
static dt_status shuffle_task(const shuffle *s, const dt_round *round, long job) {
    if (!shuffle_launched(s, round)) return DT_OK;
    dt_round_post(round, DT_SERVER(0), REPORT + job, 0);
    DT_TRY(dt_round_flush(round));
    return dt_round_receive(round, DT_SERVER(0), LAUNCH + job);
}

static dt_status shuffle_exchange(const void *state, const dt_round *round) {
    const shuffle *s = state;
    if (!shuffle_is(round)) return dt_served_exchange(state, round);
    DT_TRY(shuffle_task(s, round, 0));
    if (round->ranks == 1) return DT_OK;            /* both of its tasks have been launched, and nobody has anything for it */
    DT_TRY(dt_direct_reduce_scatter(round, REDUCE));
    DT_TRY(shuffle_task(s, round, 1));
    return dt_direct_all_gather(round, ALL);
}

static dt_status shuffle_job(const shuffle *s, const dt_round *round, long job) {
    for (size_t r = 0; r < round->ranks; r++) DT_TRY(dt_round_receive(round, r, REPORT + job));
    for (size_t r = 0; r < round->ranks; r++) {
        DT_TRY(dt_round_pause(round, round->ranks == 1 ? 2 * s->launch : s->launch));
        dt_round_post(round, r, LAUNCH + job, 0);
    }
    return dt_round_flush(round);
}

static dt_status shuffle_serve(const void *state, const dt_round *round) {
    const shuffle *s = state;
    if (!shuffle_is(round)) return dt_served_serve(state, round);
    if (!shuffle_launched(s, round)) return DT_OK;
    DT_TRY(shuffle_job(s, round, 0));
    return round->ranks == 1 ? DT_OK : shuffle_job(s, round, 1);
}

static void shuffle_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    dt_served_ways(group, 1, way, owner);
    dt_direct_ways(group, way, owner);
}

static const dt_param shuffle_params[] = {
    DT_REAL_PARAM(shuffle, launch, 200e-6, 0, 3600, "s",
                  "what the driver needs to launch one task; the preset has 500 tasks take a tenth of a second, as BigDL found"),
    DT_INT_PARAM(shuffle, group, 1, 1, 1e9,
                 "exchanges whose tasks are launched together (Drizzle): a larger group spends less time on launching, and can react to "
                 "failures and to other numbers of workers only between groups"),
    { 0 }
};

const dt_collective_type dt_collective_shuffle = {
    .is = { .name = "shuffle", .brief = "Two Spark jobs (BigDL): pieces are shuffled and summed, then fetched; a driver launches every task.",
            .source = "Dai et al. 2019 (BigDL), section 3.3; Venkataraman et al. 2017 (Drizzle)", .params = shuffle_params,
            .state_size = sizeof(shuffle) },
    .peers = true, .exchange = shuffle_exchange, .serve = shuffle_serve, .ways = shuffle_ways,
};
