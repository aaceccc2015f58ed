/* key.h - what the result of a run hangs on, as one number: a run whose key stands in a file need not run again. */
#ifndef DT_SWEEP_KEY_H
#define DT_SWEEP_KEY_H

#include "run/plan.h"
#include <stdint.h>

typedef struct dt_keys dt_keys;     /* the files looked into so far */

/* plan and arena must outlive the keys. */
dt_keys *dt_keys_new(const dt_plan *plan, dt_arena *arena);

/* A hash of the run's configuration, its platform, the contents of every file that the configuration names under a key
 * path, test or test_path (found as dt_file_find does; of a folder the files of IDX), the scenario's text where it has a
 * hook, and the versions of dtsim and SimGrid.  The hash in the configuration of a platform's file covers the files that
 * its XML names. */
uint64_t dt_keys_run(dt_keys *keys, const dt_plan_run *run);

/* A hash of the program itself: after a change of its code results are made anew, whatever its version says. */
uint64_t dt_keys_program(dt_arena *arena);

/* 16 hexadecimal digits. */
const char *dt_keys_text(uint64_t key, dt_arena *arena);

#endif
