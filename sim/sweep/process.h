/* process.h - the process of a run, seen from outside: what it takes, what it says, how it ends. */
#ifndef DT_SWEEP_PROCESS_H
#define DT_SWEEP_PROCESS_H

#include "sweep/ending.h"
#include "sweep/sweep.h"
#include <sys/types.h>

/* DT_ETIMEOUT or DT_EMEMORY where the process, begun spent_s ago, takes more than it may; else DT_OK. */
dt_status dt_process_check(pid_t pid, double spent_s, const dt_sweep_options *options);

/* Close the file that took its standard error, and return its first line, "" if there is none.  What a run says that
 * ended well is passed on. */
const char *dt_process_said(int file, bool well, dt_arena *arena);

/* The ending of a process that left no record.  stopped: why it was killed, DT_OK if it was not. */
dt_ending dt_process_ending(int wait_status, dt_status stopped, const dt_sweep_options *options, const char *said,
                            dt_arena *arena);

#endif
