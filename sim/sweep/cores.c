/* cores.c - what the user does not say follows from the machine. */
#include "sweep/cores.h"
#include "base/pool.h"
#include <limits.h>

dt_cores dt_cores_of(const dt_sweep_options *o, size_t runs) {
    enum { MOST = 4096 };
    int cores = dt_pool_cores(), most = runs < INT_MAX / 2 ? (int)runs : INT_MAX / 2;
    dt_cores c = { o->jobs > 0 ? o->jobs : cores, o->threads > 0 ? o->threads : cores, cores };
    if (c.jobs > most) c.jobs = most;
    int asked = (o->jobs > 0 ? c.jobs : 1) * (o->threads > 0 ? c.threads : 1);
    if (asked > MOST) asked = MOST;
    if (asked > cores) c.cores = asked;
    return c;
}
