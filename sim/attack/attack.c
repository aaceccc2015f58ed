/* attack.c - who lies in which round, and the forging of vectors. */
#include "attack/attack.h"
#include "base/lot.h"
#include <gsl/gsl_randist.h>
#include <math.h>

#define ROOM attack
#include "base/members.h"

static const dt_param attack_common[] = {
    DT_INT_PARAM(dt_attack, count, 1, 0, 1e7, "how many of all workers lie in a round; of clients those lie that are invited"),
    DT_INT_PARAM(dt_attack, every, 1, 0, 1e15, "rounds after which the liars are drawn anew, exactly count of all workers; 0: they are drawn "
                 "once, and stay the same"),
    DT_LIST_PARAM(dt_attack, ranks, "", 0, 1e7, "1", "these workers lie in every round, in place of drawn ones, such as { 0, 3 }; count and "
                  "every are not used then"),
    { 0 }
};

const dt_room dt_attack_room = {
    .name = "attack", .brief = "Byzantine workers: what adversaries send in place of the truth, and which workers they are", .preset = "none",
    .common = attack_common, ROOM_MEMBERS,
};

static dt_status attack_ranks(const dt_attack *a, size_t workers) {
    for (size_t i = 0; i < a->ranks.count; i++)
        if (a->ranks.item[i] != floor(a->ranks.item[i]) || a->ranks.item[i] >= (double)workers)
            return dt_fail_at(DT_EINVAL, "attack.ranks", "expected numbers of workers, which are 0 to %zu, got %g", workers - 1,
                              a->ranks.item[i]);
    return DT_OK;
}

dt_status dt_attack_open(dt_attack *a, const dt_config *config, size_t workers, uint64_t seed, dt_arena *run) {
    const dt_entry *entry;
    *a = (dt_attack){ .seed = seed };
    DT_TRY(dt_room_open(&dt_attack_room, config, NULL, a, run, &entry, &a->state));
    a->type = dt_attack_of(entry);
    a->rng = dt_rng_stream(run, seed, 0, "lie");
    a->told = dt_arena_take(run, workers, sizeof *a->told);
    DT_TRY(attack_ranks(a, workers));
    if (!dt_attack_acts(a) || a->ranks.count > 0 || (size_t)a->count <= workers) return DT_OK;
    return dt_fail_at(DT_EINVAL, "attack.count", "expected no more liars than the %zu workers, got %ld", workers, a->count);
}

bool dt_attack_acts(const dt_attack *a) { return a->type->forge != NULL || a->type->labels; }

bool dt_attack_strikes(const dt_attack *a, size_t workers, long round, size_t rank) {
    if (!dt_attack_acts(a)) return false;
    for (size_t i = 0; i < a->ranks.count; i++)
        if ((size_t)a->ranks.item[i] == rank) return true;
    if (a->ranks.count > 0) return false;
    return dt_lot_falls(a->seed, "liars", a->every == 0 ? 0 : round / a->every, workers, (size_t)a->count, rank);
}

/* Begin a lie: what to do with the truth. */
static dt_forgery attack_begin(const dt_attack *a, long round, size_t rank) {
    const long name[] = { round, a->told[rank]++ };
    if (a->type->forge == NULL) return (dt_forgery){ 1, 0, 0 };
    dt_forgery f = a->type->forge(a->state);
    if (f.noise > 0) dt_rng_restart(a->rng, dt_hash(a->seed, name, sizeof name), (long)rank, "lie");
    return f;
}

/* A truth that does not count does not matter, even where it is not finite. */
static double attack_entry(const dt_attack *a, const dt_forgery *f, double truth) {
    double lie = f->scale == 0 ? f->offset : f->scale * truth + f->offset;
    return f->noise > 0 ? lie + gsl_ran_gaussian_ziggurat(a->rng, f->noise) : lie;
}

void dt_attack_forge(const dt_attack *a, long round, size_t rank, size_t n, float *x) {
    dt_forgery f = attack_begin(a, round, rank);
    for (size_t i = 0; i < n; i++) x[i] = (float)attack_entry(a, &f, x[i]);
}

void dt_attack_forge_words(const dt_attack *a, long round, size_t rank, size_t n, double *x) {
    dt_forgery f = attack_begin(a, round, rank);
    for (size_t i = 0; i < n; i++) x[i] = attack_entry(a, &f, x[i]);
}
