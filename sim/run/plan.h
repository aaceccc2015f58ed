/* plan.h - the plan of a scenario: a list of runs, each with every choice written out and checked.
 * The room script makes a plan, run carries out one run of it, and sweep all of them. */
#ifndef DT_RUN_PLAN_H
#define DT_RUN_PLAN_H

#include "base/room.h"
#include "run/platform.h"
#include "strategy/strategy.h"

/* ---- the keys of a scenario ------------------------------------------------------------------ */

typedef struct dt_section {
    const char     *key;            /* of the scenario */
    const dt_room  *room;           /* the room that its value chooses an algorithm of; NULL: it is a table of params */
    const dt_param *params;
    size_t          state_size;     /* of the struct that params fill, or the room's common parameters; 0: there are none */
    const char     *brief;          /* NULL: that of the room */
    /* Check the value of the scenario (NULL: there is none) and write it into the resolved configuration. */
    dt_status     (*resolve)(const struct dt_section *section, const dt_config *given, dt_config *resolved, dt_arena *arena);
    bool            optional;       /* a scenario without the key has none of it, and nor has the resolved configuration */
} dt_section;

extern const dt_param   dt_plan_params[];       /* plain keys: workers, batch, seed, network, ... */
extern const dt_section dt_plan_sections[];     /* keys that hold a choice or a table; key NULL ends it */

/* What a section is for, in one sentence. */
const char *dt_plan_brief(const dt_section *s);

/* The tables that a run may write beside the evaluations and its strategy's own, and when it does, for help; a name NULL ends it. */
typedef struct dt_plan_table { dt_ledger is; const char *when; } dt_plan_table;
extern const dt_plan_table dt_plan_tables[];

/* Every room with entries, for list, help and the reference; NULL ends it. */
extern const dt_room *const dt_plan_rooms[];

/* Check the scenario of one run, without sweeps, and write out every value in effect.
 * given may have, besides the keys above, "platform", which the room script has resolved: it is copied as it is.
 * Files that the key data names are looked at, and nothing is loaded.
 *   watched  a hook may add columns to the evaluations, which stop may name
 * Errors: DT_EINVAL, DT_ENOTFOUND, DT_EFORMAT with the key path (dt_reason_path). */
dt_status dt_plan_resolve(const dt_config *given, bool watched, dt_arena *arena, dt_config **resolved);

/* ---- the plan -------------------------------------------------------------------------------- */

/* The scenario of a run that "dtsim run --add" keeps beside the runs of another scenario: its name, its text, and a line for each
 * value set on the command line.  All are "" if the run is a part of a sweep that was interrupted. */
typedef struct dt_origin { const char *name, *source, *set; } dt_origin;

typedef struct dt_plan_run {
    long             id;            /* 0, 1, ... in the order of the sweep, seeds innermost */
    const dt_config *config;        /* resolved */
    const dt_config *swept;         /* key path -> value, for the keys that this scenario sweeps ("seed" included
                                       if there are several); values are numbers, booleans or texts */
    const dt_platform *platform;    /* runs with equal parameters share it; NULL if origin is not NULL */
    const dt_origin *origin;        /* NULL: a run of the plan's scenario; else its result is in a file, and it is not run */
} dt_plan_run;

/* Open the distributions of a run, read their files of measured values, and check that its workers can draw from them.  (If only
 * the run can tell how many workers there are, it checks that itself.)
 *   before  a run that was checked before, or NULL: what is equal in both is not read again
 * Errors: DT_EINVAL, DT_ENOTFOUND, DT_EIO, DT_EFORMAT with the key path. */
dt_status dt_plan_check(const dt_plan_run *run, const dt_plan_run *before);

/* True if an evaluation may end the run: it has a limit on a column, such as its loss. */
bool dt_plan_early(const dt_plan_run *run);

/* The part of a sweep that a plan is: every of-th of its runs, beginning with number index - 1. */
typedef struct dt_shard {
    long               index, of;   /* of 0: the whole */
    size_t             runs;        /* of the whole */
    const dt_plan_run *first;       /* of the whole */
} dt_shard;

/* What became of a claim.  Pending: it is a question of a lab whose answer is missing or not right yet; held is then false. */
typedef struct dt_claim {
    const char *text;
    bool        held, pending;
    const char *reason;                 /* why not, or "" */
} dt_claim;

typedef struct dt_plan {
    const char        *name;        /* "tau": results/tau.h5 */
    const char        *path, *source;       /* the scenario's file and its text */
    const char *const *set;                 /* [sets] "key.path=value" from the command line */
    size_t             sets;
    dt_shard           shard;
    const dt_plan_run *run;         /* [runs] */
    size_t             runs;
    dt_hook            on_evaluate;  /* call NULL: none.  Called in the run's own process */
    /* Judge the results in the file of a sweep whose runs are those of plan; NULL: the scenario has no claims. */
    dt_status        (*claims)(void *owner, const struct dt_plan *plan, const char *results, dt_claim **claim,
                               size_t *count, dt_arena *arena);
    void              *claims_owner;
} dt_plan;

/* Make a part of a whole plan, which it may replace; 1 <= index <= of.  Claims are not judged on a part.
 * Errors: DT_EINVAL more shards than runs. */
dt_status dt_plan_shard(const dt_plan *whole, long index, long of, dt_plan *shard, dt_arena *arena);

#endif
