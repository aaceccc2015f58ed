/* key.h - a hash of everything that the result of a run depends on.  A run whose key is in a result file need not run again. */
#ifndef DT_SWEEP_KEY_H
#define DT_SWEEP_KEY_H

#include "run/plan.h"
#include <stdint.h>

typedef struct dt_keys dt_keys;     /* the files that were hashed so far */

/* plan and arena must outlive the keys. */
dt_keys *dt_keys_new(const dt_plan *plan, dt_arena *arena);

/* A hash of the run's configuration and platform; of the contents of every file that the configuration names under a key path, test
 * or test_path (dt_file_find finds it; of a folder, the IDX files count); of the scenario's text if it has a hook; and of the
 * versions of dtsim and SimGrid.  The configuration has the hash of a platform file, which covers the files that its XML names. */
uint64_t dt_keys_run(dt_keys *keys, const dt_plan_run *run);

/* A hash of all that what the run learns depends on: its training (run/training.h), which stands for configuration and platform; the
 * files and the hook, as above; and the program.  0: it learns like no other run. */
uint64_t dt_keys_training(dt_keys *keys, const dt_plan_run *run, uint64_t program);

/* A hash of the program itself: after a change of its code all runs are made anew, whatever its version is. */
uint64_t dt_keys_program(dt_arena *arena);

/* 16 hexadecimal digits. */
const char *dt_keys_text(uint64_t key, dt_arena *arena);

#endif
