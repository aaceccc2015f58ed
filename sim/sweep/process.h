/* process.h - the process of a run: its limits, its output and its end. */
#ifndef DT_SWEEP_PROCESS_H
#define DT_SWEEP_PROCESS_H

#include "sweep/ending.h"
#include "sweep/sweep.h"
#include <sys/types.h>

/* Returns DT_ETIMEOUT or DT_EMEMORY if the process, which began spent_s seconds ago, exceeds a limit; else DT_OK.
 *   foreign  bytes that it has from the process that forked it, and that other runs need: a run's own samples count, whether it
 *            shares them or not */
dt_status dt_process_check(pid_t pid, double spent_s, size_t foreign, const dt_sweep_options *options);

/* Close the file with the standard error of the process and return its first line, or "".  If the run ended well, its output is
 * passed on. */
const char *dt_process_said(int file, bool well, dt_arena *arena);

/* The outcome of a process that left no record.  stopped: why it was killed; DT_OK if it was not. */
dt_ending dt_process_ending(int wait_status, dt_status stopped, const dt_sweep_options *options, const char *said,
                            dt_arena *arena);

#endif
