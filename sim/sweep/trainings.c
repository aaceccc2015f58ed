/* trainings.c - finds equal trainings by their hash, and follows each of them from its first run to its last. */
#include "sweep/trainings.h"
#include "run/training.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef enum group_state { WANTED, TRAINING, TAPED, APART } group_state;

typedef struct group {
    uint64_t    training;
    group_state state;
    size_t      waiting;        /* runs that have not ended */
    size_t      trainer;        /* the run that trains, or will; not known if the tape is of a former sweep */
    const char *tape, *trained; /* TAPED: its path, and the key of the run that wrote it */
    bool        former;         /* TAPED: the tape is of a former sweep */
} group;

typedef struct member {
    group        *of;           /* NULL: it shares no training, or the tape did not fit */
    dt_trainings_part part;         /* how it has begun */
    bool          begun;
} member;

struct dt_trainings {
    size_t          runs, groups;
    group          *group;      /* [groups] */
    member         *member;     /* [runs] */
    const uint64_t *key;        /* [runs] */
    const dt_place *place;
    dt_arena       *arena;
};

static dt_trainings *trainings_find(const uint64_t *training, size_t runs, dt_arena *arena) {
    dt_trainings *g = dt_arena_take(arena, 1, sizeof *g);
    *g = (dt_trainings){ .runs = runs, .arena = arena, .group = dt_arena_take(arena, runs + 1, sizeof *g->group),
                      .member = dt_arena_take(arena, runs + 1, sizeof *g->member) };
    for (size_t i = 0; i < runs; i++) {
        size_t k = 0;
        if (training[i] == 0) continue;
        while (k < g->groups && g->group[k].training != training[i]) k++;
        if (k == g->groups) g->group[g->groups++] = (group){ .training = training[i], .trainer = i };
        g->member[i].of = &g->group[k];
        g->group[k].waiting++;
    }
    return g;
}

dt_trainings *dt_trainings_find(const dt_plan *plan, bool separate, dt_arena *arena) {
    uint64_t *training = dt_arena_take(arena, plan->runs + 1, sizeof *training);
    for (size_t i = 0; i < plan->runs && !separate; i++) training[i] = dt_plan_training(plan, &plan->run[i]);
    return trainings_find(training, plan->runs, arena);
}

/* ---- tapes ----------------------------------------------------------------------------------- */

/* Take a tape of a former sweep, if a group can use it. */
static bool trainings_adopt(dt_trainings *g, const char *tape) {
    for (size_t k = 0; k < g->groups; k++) {
        group *of = &g->group[k];
        const char *key = dt_keys_text(of->training, g->arena);
        if (of->state != WANTED || !dt_place_tape_is(tape, key, &of->trained, g->arena)) continue;
        of->tape = tape;
        of->state = TAPED;
        return of->former = true;
    }
    return false;
}

dt_trainings *dt_trainings_open(const uint64_t *training, const uint64_t *key, size_t runs, const dt_place *place, dt_arena *arena) {
    dt_trainings *g = trainings_find(training, runs, arena);
    const char **tape;
    size_t tapes;
    g->key = key;
    g->place = place;
    if (dt_place_tapes(place, &tape, &tapes, arena) != DT_OK) return g;
    for (size_t i = 0; i < tapes; i++)
        if (!trainings_adopt(g, tape[i])) unlink(tape[i]);
    return g;
}

static const char *trainings_tape(const dt_trainings *g, size_t run) {
    return dt_place_tape(g->place, dt_keys_text(g->member[run].of->training, g->arena), dt_keys_text(g->key[run], g->arena));
}

static const char *trainings_written(const dt_trainings *g, size_t run) { return dt_arena_text(g->arena, "%s.part", trainings_tape(g, run)); }

/* ---- what the sweep asks ---------------------------------------------------------------------- */

bool dt_trainings_ready(const dt_trainings *g, size_t run) { return g->member[run].of == NULL || g->member[run].of->state != TRAINING; }

static dt_trainings_part trainings_part(const dt_trainings *g, size_t run) {
    const group *of = g->member[run].of;
    if (of == NULL || of->state == APART || (of->state == WANTED && of->waiting == 1)) return DT_ALONE;
    return of->state == WANTED ? DT_TRAINS : DT_REPLAYS;
}

dt_trainings_work dt_trainings_task(const dt_trainings *g, size_t run) {
    const group *of = g->member[run].of;
    assert(dt_trainings_ready(g, run));
    switch (trainings_part(g, run)) {
    case DT_ALONE: break;
    case DT_TRAINS: return (dt_trainings_work){ DT_TRAINS, trainings_written(g, run), NULL };
    case DT_REPLAYS: return (dt_trainings_work){ DT_REPLAYS, of->tape, of->trained };
    }
    return (dt_trainings_work){ DT_ALONE, NULL, NULL };
}

bool dt_trainings_replays(const dt_trainings *g, size_t run) {
    const member *m = &g->member[run];
    if (m->begun || m->of == NULL) return m->part == DT_REPLAYS;
    return m->of->state == WANTED ? m->of->trainer != run : m->of->state != APART;
}

/* ---- what the sweep tells --------------------------------------------------------------------- */

void dt_trainings_begin(dt_trainings *g, size_t run) {
    member *m = &g->member[run];
    m->part = trainings_part(g, run);
    m->begun = true;
    if (m->part != DT_TRAINS) return;
    m->of->state = TRAINING;
    m->of->trainer = run;
}

/* The next run that may train, where this one has left nothing. */
static void trainings_want(dt_trainings *g, group *of) {
    of->state = WANTED;
    for (of->trainer = 0; of->trainer < g->runs; of->trainer++)
        if (g->member[of->trainer].of == of && !g->member[of->trainer].begun) return;
}

static bool trainings_left(const char *path) {
    struct stat is;
    return stat(path, &is) == 0 && S_ISREG(is.st_mode);
}

/* What the training has left becomes the tape, which is whole or absent. */
static bool trainings_trained(dt_trainings *g, size_t run, bool final) {
    group *of = g->member[run].of;
    const char *written = trainings_written(g, run);
    of->tape = trainings_tape(g, run);
    of->trained = dt_keys_text(g->key[run], g->arena);
    of->former = false;
    if (!final) {
        unlink(written);
        trainings_want(g, of);
        return true;
    }
    of->state = trainings_left(written) && rename(written, of->tape) == 0 ? TAPED : APART;
    return of->state == TAPED;
}

static void group_leave(group *of) {
    assert(of->waiting > 0);
    if (--of->waiting == 0 && of->state == TAPED) unlink(of->tape);
}

bool dt_trainings_ended(dt_trainings *g, size_t run, bool final) {
    const member *m = &g->member[run];
    bool well = m->part != DT_TRAINS || trainings_trained(g, run, final);
    if (m->of != NULL) group_leave(m->of);
    return well;
}

void dt_trainings_misfit(dt_trainings *g, size_t run) {
    member *m = &g->member[run];
    group *of = m->of;
    assert(m->part == DT_REPLAYS);
    m->begun = false;
    if (of->former && of->state == TAPED) {     /* it may be damaged: the training is made anew for all */
        unlink(of->tape);
        trainings_want(g, of);
    }
    if (of->former) return;
    group_leave(of);
    *m = (member){ .of = NULL };
}

void dt_trainings_clear(dt_trainings *g) {
    for (size_t k = 0; k < g->groups; k++)
        if (g->group[k].state == TAPED) unlink(g->group[k].tape);
}
