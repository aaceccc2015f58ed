/* shuffle.c - the parameter synchronisation of BigDL: two Spark jobs.  In the first task k fetches piece k of every gradient and
 * sums it; in the second every task fetches all pieces of the new weights.  It has a ring's bytes and few start-ups, as
 * scatter_reduce; what it costs besides are the tasks, which the driver (a server) launches one after another, launch seconds each:
 * of two jobs with n tasks 2 n launch.  As the work of a task falls with 1/n, there is a number of tasks beyond which more take
 * longer.  With group = g the driver launches the tasks of g exchanges at once, and in the others they begin by themselves when
 * their input is there (Drizzle).
 * A task sends its pieces when it has been launched; in Spark it fetches those of others, so that the last launch decides in both.
 * The second job begins when all tasks of the first have reported.  Of k of n the driver gathers all alone.
 * Source: Dai et al. 2019, "BigDL: A Distributed Deep Learning Framework for Big Data", SoCC, arXiv:1804.05839, section 3.3; Venkataraman
 * et al. 2017, "Drizzle: Fast and Adaptable Stream Processing at Scale", SOSP:
 * 2 n launch + 2 ((p-1)/p) N beta + N gamma, and 5 alpha: of launches, reports and pieces. */
#include "collective/direct.h"
#include "collective/served.h"

typedef struct shuffle { double launch; long group; } shuffle;

enum { LAUNCH, SCATTER = LAUNCH + 2, REDUCE, GATHER, ALL, REPORT };

static bool shuffle_launched(const shuffle *s, const dt_round *round) { return dt_round_number(round) % s->group == 0; }

/* What one member gets of all, or all of one, takes one job. */
static bool shuffle_has_two(const dt_round *round) {
    return round->kind == DT_ALL_REDUCE || round->kind == DT_REDUCE || round->kind == DT_BROADCAST;
}

static dt_status shuffle_first(const dt_round *round) {
    switch (round->kind) {
    case DT_BROADCAST: case DT_SCATTER: return dt_direct_scatter(round, SCATTER);
    case DT_GATHER: return dt_direct_gather(round, GATHER);
    case DT_ALL_GATHER: return dt_direct_all_gather(round, ALL);
    default: return dt_direct_reduce_scatter(round, REDUCE);
    }
}

static dt_status shuffle_exchange(const void *state, const dt_round *round) {
    const shuffle *s = state;
    bool launched = shuffle_launched(s, round);
    if (!dt_round_waits_for_all(round)) return dt_served_exchange(state, round);
    if (launched) DT_TRY(dt_round_receive(round, DT_SERVER(0), LAUNCH));
    DT_TRY(shuffle_first(round));
    if (!shuffle_has_two(round)) return DT_OK;
    if (launched) {
        dt_round_post(round, DT_SERVER(0), REPORT, 0);
        DT_TRY(dt_round_flush(round));
        DT_TRY(dt_round_receive(round, DT_SERVER(0), LAUNCH + 1));
    }
    return round->kind == DT_REDUCE ? dt_direct_gather(round, GATHER) : dt_direct_all_gather(round, ALL);
}

static dt_status shuffle_launch(const shuffle *s, const dt_round *round, long job) {
    for (size_t r = 0; r < round->ranks; r++) {
        DT_TRY(dt_round_pause(round, s->launch));
        dt_round_post(round, r, LAUNCH + job, 0);
    }
    return dt_round_flush(round);
}

static dt_status shuffle_serve(const void *state, const dt_round *round) {
    const shuffle *s = state;
    if (!dt_round_waits_for_all(round)) return dt_served_serve(state, round);
    if (!shuffle_launched(s, round)) return DT_OK;
    DT_TRY(shuffle_launch(s, round, 0));
    if (!shuffle_has_two(round)) return DT_OK;
    for (size_t r = 0; r < round->ranks; r++) DT_TRY(dt_round_receive(round, r, REPORT));
    return shuffle_launch(s, round, 1);
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
