/* clock.c - things that happen at a time of their own, whatever the actors do: a heap, and one actor that sleeps until
 * its earliest entry. */
#include "engine/inside.h"
#include <math.h>
#include <string.h>

static const double NEAR = 1e-9;        /* s: SimGrid's clock is no finer */

static bool alarm_before(const alarm *a, const alarm *b) {
    return a->time_s < b->time_s || (a->time_s == b->time_s && a->number < b->number);
}

static void alarm_swap(alarm *a, alarm *b) {
    alarm kept = *a;
    *a = *b;
    *b = kept;
}

static void clock_push(dt_engine *e, alarm new) {
    if (e->alarms == e->alarm_room) {
        alarm *old = e->alarm;
        e->alarm_room = e->alarm_room == 0 ? 64 : 2 * e->alarm_room;
        e->alarm = dt_arena_take(e->run, e->alarm_room, sizeof *e->alarm);
        if (old != NULL) memcpy(e->alarm, old, e->alarms * sizeof *old);
    }
    size_t at = e->alarms++;
    e->alarm[at] = new;
    for (; at > 0 && alarm_before(&e->alarm[at], &e->alarm[(at - 1) / 2]); at = (at - 1) / 2)
        alarm_swap(&e->alarm[at], &e->alarm[(at - 1) / 2]);
}

static alarm clock_pop(dt_engine *e) {
    alarm first = e->alarm[0];
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

/* [time] Until the earliest alarm, or a new one. */
static void clock_wait(dt_engine *e) {
    if (e->alarms == 0) sg_sem_acquire(e->alarm_new);
    else sg_sem_acquire_timeout(e->alarm_new, e->alarm[0].time_s - simgrid_get_clock());
}

static void clock_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    dt_engine *e = sg_actor_self_get_data();
    for (;;) {
        while (e->alarms > 0 && e->alarm[0].time_s < simgrid_get_clock() + NEAR) {
            alarm now = clock_pop(e);
            dt_status status = now.call(now.arg);
            if (status != DT_OK) dt_engine_stop(e, status);
        }
        clock_wait(e);
    }
}

void dt_engine_at(dt_engine *e, double time_s, dt_status (*call)(void *arg), void *arg) {
    if (time_s == HUGE_VAL) return;
    bool earliest = e->alarms == 0 || time_s < e->alarm[0].time_s;
    clock_push(e, (alarm){ time_s, e->alarm_number++, call, arg });
    if (e->alarm_new == NULL) {
        e->alarm_new = sg_sem_init(0);
        dt_engine_actor(e, 0, clock_main, e, true);
    } else if (earliest) {
        sg_sem_release(e->alarm_new);
    }
}
