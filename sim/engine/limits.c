/* limits.c - estimates fitted to measurements, and what Linux says of itself.
 * Measured with the server of a star that sends a model to every client and takes one back: on SimGrid 3.32 1.6, 7, 36 and
 * 239 s of the processor for 16 384, 32 768, 65 536 and 131 072 clients, on 4.0 0.7, -, 3.1 and 3.7 s a round. */
#include "engine/limits.h"
#include <math.h>
#include <simgrid/engine.h>
#include <simgrid/version.h>
#include <stdio.h>
#include <sys/resource.h>

/* Resident bytes; of an actor's stack only the pages that it touches.  A guard page splits the mapping that it lies in. */
static const double actor_bytes = 13e3, host_bytes = 3e3, guarded_mappings = 2, other_mappings = 500;

/* Seconds of a burst: every flow by itself, and (before SimGrid 4.0) a scan of all flows for each. */
static const double flow_s = 2e-5;
#if SIMGRID_VERSION < 40000
static const double scan_s = 1.2e-8;
#else
static const double scan_s = 0;
#endif

dt_load dt_load_of(size_t actors) {
    double n = (double)actors;
    double mappings = other_mappings + (actors <= DT_GUARDED_MOST ? guarded_mappings * n : 0);
    return (dt_load){ actor_bytes * n, mappings, flow_s * n + scan_s * n * n };
}

bool dt_load_scans(void) { return scan_s > 0; }

double dt_load_hosts(size_t hosts) { return host_bytes * (double)hosts; }

/* The first line of file that format reads a number from. */
static double limits_read(const char *file, const char *format) {
    char line[256];
    double number = HUGE_VAL;
    FILE *in = fopen(file, "r");
    if (in == NULL) return HUGE_VAL;
    while (fgets(line, sizeof line, in) != NULL && sscanf(line, format, &number) != 1) {}
    fclose(in);
    return number;
}

/* Limits of the process and of its control group count all memory in use; they are compared as if none were in use yet. */
double dt_load_memory_left(void) {
    struct rlimit limit;
    double left = 1024 * limits_read("/proc/meminfo", "MemAvailable: %lf kB");
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) left = fmin(left, (double)limit.rlim_cur);
    return fmin(left, limits_read("/sys/fs/cgroup/memory.max", "%lf"));
}

double dt_load_mappings_most(void) { return limits_read("/proc/sys/vm/max_map_count", "%lf"); }
