/* build.h - the parts of one run, and how they are built: what run.c carries out, rehearse.c tries for a while. */
#ifndef DT_RUN_BUILD_H
#define DT_RUN_BUILD_H

#include "fault/fault.h"
#include "run/inside.h"
#include "run/notes.h"
#include "run/outlook.h"
#include "run/placement.h"
#include "run/run.h"

/* Everything that a run owns.  It lives as long as the process. */
typedef struct dt_run {
    const dt_config *config;
    dt_arena       *arena;
    dt_setting      setting;
    dt_stop         stop;
    dt_marking      marking;
    dt_computing    computing;
    dt_ideal        ideal;
    dt_faults       faults;
    const dt_data  *shared;         /* its samples, if it shares them with others (shared.h); NULL: it reads them itself */
    dt_data         data;
    dt_shards       shards;
    dt_model        model;
    dt_optimiser    optimiser, outer;
    dt_project      project;
    dt_schedule     schedule;
    dt_learning     learning;
    dt_pace         pace;
    dt_team         team;
    dt_topology     topology;
    dt_aggregate    aggregate;
    dt_attack       attack;
    dt_code         code;
    dt_monitor      monitor;
    dt_strategy     strategy;
    dt_sync         sync;
    dt_queue        queue;
    dt_privacy      privacy;
    dt_secure       secure;
    dt_pool        *pool;
    dt_engine      *engine;
    dt_placement    placement;
    dt_notes        notes;
    dt_outlook      outlook;
    size_t          ways;           /* routes tried so far */
    bool            learn;          /* vectors hold numbers, and gradients are computed */
    double          evaluated;      /* rows that models were evaluated on so far */
    bool            built;          /* the whole configuration was accepted */
} dt_run;

/* Begin with a pool of so many threads and the plain keys of the configuration; nothing can be wrong with it. */
dt_run *dt_run_new(const dt_plan_run *run, int threads);

/* The run's value of a key; the types of its strategy. */
const dt_config        *dt_run_key(const dt_run *r, const char *key);
const dt_strategy_type *dt_run_strategy(const dt_run *r);

/* Start SimGrid; and place the workers, too, and check what the platform and the faults say of hosts and links.  SimGrid reads one
 * platform in a process.
 *   path  the file that the platform's text goes to, for as long as SimGrid reads it
 * Errors: DT_EINVAL, DT_ENOTFOUND, DT_EFORMAT at the key; DT_EIO; the process may die of them (dt_die). */
dt_status dt_run_engine(dt_run *r, const dt_plan_run *run, const char *path);
dt_status dt_run_machines(dt_run *r, const dt_plan_run *run, const char *path);

/* The name of a new file in memory, so that a process that dies leaves nothing behind. */
const char *dt_run_memory(const dt_run *r);

/* Build the machines, load the samples and open the model: what does not depend on learn, which may be set to false then.
 * Errors: those of all rooms, at the key. */
dt_status dt_run_load(dt_run *r, const dt_plan_run *run, const char *path);

/* Build all that is left.  The record is open.  Errors: as above; the training has not begun. */
dt_status dt_run_build(dt_run *r, const dt_plan *plan);

/* ---- durability.c ------------------------------------------------------------------------------- */

/* Set up team.durability, and which servers fail.  The notes are open. */
void dt_run_durability(dt_run *r, dt_fault_setup *setup);

/* ---- run.c ---------------------------------------------------------------------------------- */

/* Open the record of the run. */
dt_status dt_run_record(dt_run *r, const dt_plan_run *run, const dt_run_options *options);

/* Train what was built, and record what is known at the end, even if the training failed. */
dt_status dt_run_train(dt_run *r, const dt_plan_run *run);

/* The key at fault if the last failure is one of the configuration, found before the training began; else NULL. */
const char *dt_run_blamed(const dt_run *r);

#endif
