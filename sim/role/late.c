/* late.c - workers whose gradient comes after its iteration is over, where sync does not wait for all of them (backup
 * workers).
 *
 *   a worker is  event                                            then
 *   punctual     an iteration ends without its gradient, and it   behind; its clock is that of the iteration that begins
 *                has not asked for values
 *   behind       its gradient comes                               punctual.  The gradient is dropped and counted as late; or, if
 *                                                                 the late are waited for, it counts in the present iteration
 *   behind       late ones leave, and it is behind at every       absent: what it sends and receives is cut off, it aborts its work
 *                server                                           and is counted as late.  It returns at once, as after a failure
 *   behind       its host fails, or is back                       punctual, once dt_store_return has been called
 *
 * A worker that is behind at some servers only has sent its gradient, which has come in time elsewhere: it goes on, whatever
 * becomes of late ones.
 * Invariant, asserted below: when an iteration ends, no clock is beyond the next one. */
#include "role/keeping.h"
#include "engine/failure.h"
#include <assert.h>

static void late_cut_off(void *port) {
    dt_port_drop_messages(port, LONG_MIN, LONG_MAX);
    dt_port_abort(port);
}

static bool late_everywhere(const dt_store *s, size_t i) {
    bool behind = true;
    for (size_t k = 0; k < s->servers; k++) behind = behind && s->part[k].behind[i];
    return behind;
}

/* A host that has failed needs no telling.  The clocks are right already: the aborted workers may act before this returns. */
void dt_store_dismiss(dt_store *s) {
    for (size_t i = 0; i < s->workers && !s->all->over; i++) {
        dt_port *port = s->all->team->group.port[s->worker[i]];
        if (s->left[i] || !late_everywhere(s, i) || dt_port_aborted(port)) continue;
        s->left[i] = true;
        s->all->monitor->late++;
        dt_engine_at_once(late_cut_off, port);
    }
}

void dt_store_pass_over(dt_store *s, dt_keeper *p) {
    for (size_t i = 0; i < s->workers; i++) {
        assert(p->done[i] == LONG_MAX || p->done[i] == p->round || p->done[i] == p->round - 1);
        if (p->done[i] >= p->round) continue;
        p->done[i]++;
        p->behind[i] = !p->waits[i];
    }
}

bool dt_store_late(dt_store *s, dt_keeper *p, size_t i, const dt_message *m) {
    p->behind[i] = false;
    if (s->all->ending.late == DT_LATE_WAIT) return true;
    s->all->monitor->late += p == s->part;
    s->all->monitor->late_bytes += m->bytes;
    return false;
}
