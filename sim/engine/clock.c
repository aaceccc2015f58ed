/* clock.c - calls that are due at a simulated time, whatever the actors do: a binary heap, and an actor that sleeps until its
 * earliest entry.  A semaphore with a timeout would be simpler, but SimGrid 3.32 throws an exception if it is released at
 * the instant at which it times out. */
#include "engine/actor.h"
#include <math.h>
#include <string.h>

static const double NEAR = 1e-9;        /* s: SimGrid's clock is no finer */

static bool alarm_before(const dt_alarm *a, const dt_alarm *b) {
    return a->time_s < b->time_s || (a->time_s == b->time_s && a->number < b->number);
}

static void alarm_swap(dt_alarm *a, dt_alarm *b) {
    dt_alarm kept = *a;
    *a = *b;
    *b = kept;
}

static void clock_push(dt_engine *e, dt_alarm new) {
    if (e->alarms == e->alarm_room) {
        dt_alarm *old = e->alarm;
        e->alarm_room = e->alarm_room == 0 ? 64 : 2 * e->alarm_room;
        e->alarm = dt_arena_take(e->run, e->alarm_room, sizeof *e->alarm);
        if (old != NULL) memcpy(e->alarm, old, e->alarms * sizeof *old);
    }
    size_t at = e->alarms++;
    e->alarm[at] = new;
    for (; at > 0 && alarm_before(&e->alarm[at], &e->alarm[(at - 1) / 2]); at = (at - 1) / 2)
        alarm_swap(&e->alarm[at], &e->alarm[(at - 1) / 2]);
}

static dt_alarm clock_pop(dt_engine *e) {
    dt_alarm first = e->alarm[0];
    e->alarm[0] = e->alarm[--e->alarms];
    for (size_t at = 0, least;; at = least) {
        size_t child = 2 * at + 1;
        least = at;
        if (child < e->alarms && alarm_before(&e->alarm[child], &e->alarm[least])) least = child;
        if (child + 1 < e->alarms && alarm_before(&e->alarm[child + 1], &e->alarm[least])) least = child + 1;
        if (least == at) return first;
        alarm_swap(&e->alarm[at], &e->alarm[least]);
    }
}

/* ---- time that stands still ---------------------------------------------------------------- */

void dt_engine_on_standstill(dt_engine *e, dt_status (*call)(void *arg), void *arg) {
    e->on_still = call;
    e->on_still_arg = arg;
}

void dt_clock_count(dt_engine *e) {
    enum { MANY = 1000000 };        /* and a hundred for each port, since many actors begin at second 0 */
    double now = simgrid_get_clock();
    e->events++;
    if (now != e->still_s) e->still_calls = 0;
    e->still_s = now;
    if (++e->still_calls < MANY + 100 * (long)e->port_count || e->on_still == NULL) return;
    e->still_calls = 0;
    dt_status status = e->on_still(e->on_still_arg);
    if (status == DT_OK) return;
    dt_actor_stop_all(e, status);
    sg_actor_exit();
}

void dt_engine_turn(dt_engine *e) { dt_clock_count(e); }

/* ---- alarms -------------------------------------------------------------------------------- */

typedef struct ring { dt_alarm alarm; dt_status status; } ring;

static void clock_ring(void *arg) {
    ring *r = arg;
    r->status = r->alarm.call(r->alarm.arg);
}

/* A call that SimGrid will make. */
typedef struct soon_call { dt_engine *engine; void (*call)(void *arg); void *arg; struct soon_call *next; } soon_call;

/* After a failure, which has killed all actors, nothing is called: waking a killed actor would end the program. */
static void clock_soon(void *arg) {
    soon_call *s = arg, made = *s;
    s->next = made.engine->spare_soon;
    made.engine->spare_soon = s;
    if (made.engine->status == DT_OK) made.call(made.arg);
}

void dt_engine_soon(dt_engine *e, void (*call)(void *arg), void *arg) {
    soon_call *s = e->spare_soon;
    if (s != NULL) e->spare_soon = s->next;
    else s = dt_arena_take(e->run, 1, sizeof *s);
    *s = (soon_call){ e, call, arg, NULL };
    dt_bridge_soon(clock_soon, s);
}

void dt_engine_at_once(void (*call)(void *arg), void *arg) { dt_bridge_at_once(call, arg); }

/* An actor that sleeps until the earliest alarm.  When an earlier alarm is asked for, another sleeper takes its place, since
 * SimGrid has no call that ends the sleep of an actor early. */
struct dt_sleeper { dt_engine *engine; double until_s; sg_sem_t work; struct dt_sleeper *next; };

static void clock_ring_due(dt_engine *e) {
    while (e->status == DT_OK && e->alarms > 0 && e->alarm[0].time_s < simgrid_get_clock() + NEAR) {
        ring r = { clock_pop(e), DT_OK };
        dt_bridge_at_once(clock_ring, &r);
        if (r.status != DT_OK) dt_actor_stop_all(e, r.status);
    }
}

/* After a failure, which has killed all other actors, no alarm rings: waking a killed actor would end the program. */
static void sleeper_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    struct dt_sleeper *me = sg_actor_self_get_data();
    dt_engine *e = me->engine;
    for (;;) {
        while (e->sleeper == me) {
            clock_ring_due(e);
            if (e->alarms == 0 || e->status != DT_OK) e->sleeper = NULL;
            if (e->sleeper != me) break;
            me->until_s = e->alarm[0].time_s;
            sg_actor_sleep_for(me->until_s - simgrid_get_clock());
        }
        me->next = e->idle_sleepers;
        e->idle_sleepers = me;
        sg_sem_acquire(me->work);
    }
}

void dt_engine_at(dt_engine *e, double time_s, dt_status (*call)(void *arg), void *arg) {
    if (time_s == HUGE_VAL) return;
    clock_push(e, (dt_alarm){ time_s, e->alarm_number++, call, arg });
    if (e->sleeper != NULL && e->sleeper->until_s <= time_s) return;
    struct dt_sleeper *s = e->idle_sleepers;
    if (s != NULL) {
        e->idle_sleepers = s->next;
        s->until_s = time_s;
        e->sleeper = s;
        sg_sem_release(s->work);
        return;
    }
    s = dt_arena_take(e->run, 1, sizeof *s);
    *s = (struct dt_sleeper){ .engine = e, .until_s = time_s, .work = sg_sem_init(0) };
    e->sleeper = s;
    dt_actor_new(e, e->home, sleeper_main, s, true);
}
