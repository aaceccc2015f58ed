/* meter.c - one clock, read whenever the activity changes. */
#include "base/meter.h"
#include <time.h>

double dt_meter_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *dt_meter_name(dt_activity activity) {
    static const char *const name[] = { "building", "engine", "arithmetic", "waiting", "evaluation", "recording" };
    return name[activity];
}

static double meter_turn(dt_meter *m, dt_activity next) {
    double now = dt_meter_clock();
    m->spent[m->now] += now - m->since;
    m->since = now;
    m->now = next;
    return now;
}

void dt_meter_open(dt_meter *m, dt_activity ground) {
    *m = (dt_meter){ .since = dt_meter_clock(), .ground = ground, .now = ground };
}

void dt_meter_ground(dt_meter *m, dt_activity ground) {
    meter_turn(m, ground);
    m->ground = ground;
}

double dt_meter_begin(dt_meter *m, dt_activity activity) { return meter_turn(m, m->depth++ == 0 ? activity : m->now); }
double dt_meter_end(dt_meter *m) { return meter_turn(m, --m->depth == 0 ? m->ground : m->now); }

double dt_meter_total(dt_meter *m) {
    double total = 0;
    meter_turn(m, m->now);
    for (int a = 0; a < DT_ACTIVITIES; a++) total += m->spent[a];
    return total;
}
