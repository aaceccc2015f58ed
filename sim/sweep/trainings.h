/* trainings.h - which runs of a sweep share one training, and how far it has come.
 * Runs whose models learn the same, whatever they take in time, are a group (run/training.h).  The first of them that begins
 * computes the gradients and writes a tape; the others replay the tape and simulate time alone.  A tape lies beside the parts of
 * the sweep, under the keys of its training and of the run that trained, and is removed when the last run that needs it has ended;
 * one that an interrupted sweep has left is used again.
 *
 * State of a group   Next, and when
 * WANTED             TRAINING   one of its runs begins, and others wait
 * TRAINING           TAPED      that run has ended, and has left its tape
 *                    WANTED     it has left none, because it was killed or has failed in a way of its own
 *                    APART      it has left none although it has ended well: there is no room for a tape
 * TAPED              WANTED     the tape is of a former sweep, and does not fit a run
 * APART              (none)
 * A run without a group, or with one that is APART, or the last one of a group that is WANTED, writes no tape and reads none.
 * Invariant: one run at most writes the tape of a group, and none reads it meanwhile. */
#ifndef DT_SWEEP_TRAININGS_H
#define DT_SWEEP_TRAININGS_H

#include "run/plan.h"
#include "sweep/key.h"
#include "sweep/place.h"

typedef struct dt_trainings dt_trainings;

/* What a run does for its group: nothing, it is alone; it trains, so that others can replay it; it replays another one. */
typedef enum dt_trainings_part { DT_ALONE, DT_TRAINS, DT_REPLAYS } dt_trainings_part;

typedef struct dt_trainings_work {
    dt_trainings_part part;
    const char   *tape;         /* that it writes or reads; NULL: neither */
    const char   *trained;      /* the key of the run that it replays, or NULL */
} dt_trainings_work;

/* Find the groups of a sweep of which no run has ended.  Only dt_trainings_replays may be asked of them.  separate: no run shares. */
dt_trainings *dt_trainings_find(const dt_plan *plan, bool separate, dt_arena *arena);

/* Find the groups of the runs that a sweep is to carry out, and remove the tapes that none of them can use.
 *   training  [runs] the hash of a run's training (dt_keys_training); 0: it shares none, or has ended
 *   key       [runs] of the run (dt_keys_run); it and place must outlive the groups, which belong to arena */
dt_trainings *dt_trainings_open(const uint64_t *training, const uint64_t *key, size_t runs, const dt_place *place, dt_arena *arena);

/* True if the run may begin: its group's training is not under way. */
bool dt_trainings_ready(const dt_trainings *groups, size_t run);

/* What the run, which is ready, is to do when it begins. */
dt_trainings_work dt_trainings_task(const dt_trainings *groups, size_t run);

/* True if the run replays another one, or will, as far as is known now. */
bool dt_trainings_replays(const dt_trainings *groups, size_t run);

/* The run, which is ready, has begun. */
void dt_trainings_begin(dt_trainings *groups, size_t run);

/* The run has ended, and does not begin again.  final: with an outcome that it would always have.  Returns false if it should have
 * left a tape, and has not. */
bool dt_trainings_ended(dt_trainings *groups, size_t run, bool final);

/* The tape did not fit the run, which begins again and computes by itself, or, if the tape was of a former sweep, for all. */
void dt_trainings_misfit(dt_trainings *groups, size_t run);

/* Remove all tapes, because no run is to begin any more. */
void dt_trainings_clear(dt_trainings *groups);

#endif
