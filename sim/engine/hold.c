/* hold.c - what actors feel of messages that were reckoned (fluid.c): they wait, go on, and have used so much. */
#include "engine/fluid.h"
#include "engine/transfer.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* An actor that goes on at a time which must not be a nanosecond early, as an alarm may be. */
static void hold_ends(void *arg) {
    dt_port *p = arg;
    if (!p->held || p->engine->status != DT_OK) return;         /* waking a killed actor would end the program */
    p->held = false;
    dt_inbox_wake(p);
}

static void usage_add(dt_usage *u, const dt_usage *more) {
    u->compute_s += more->compute_s;
    u->wait_s += more->wait_s;
    u->send_s += more->send_s;
    u->flops += more->flops;
    u->bytes_out += more->bytes_out;
    u->bytes_in += more->bytes_in;
    u->bytes_arrived += more->bytes_arrived;
    u->messages_out += more->messages_out;
    u->messages_in += more->messages_in;
}

dt_status dt_port_hold(dt_port *p) {
    DT_TRY(dt_port_enter(p));
    p->held = true;
    p->waiting = DT_SLEEPING;
    while (!p->aborted && p->held) dt_inbox_wait(p, HUGE_VAL);
    if (!p->held) usage_add(&p->usage, p->gain);
    p->held = false;
    p->waiting = DT_RUNNING;
    return dt_port_state(p);
}

void dt_port_release(dt_port *p, double time_s, const dt_usage *more) {
    assert(p->held);
    p->gain = more;
    dt_bridge_at(fmax(time_s, simgrid_get_clock()), hold_ends, p);
}

/* ---- arrivals ------------------------------------------------------------------------------------
 * They are counted when somebody asks: a heap, the earliest first. */

struct dt_arrives { double time_s, bytes, between; };

void dt_fluid_count(dt_engine *e, double time_s, double bytes, double between) {
    if (e->arrivals == e->arrival_room) {
        struct dt_arrives *old = e->arrival;
        e->arrival_room = e->arrival_room == 0 ? 256 : 2 * e->arrival_room;
        e->arrival = dt_arena_take(e->run, e->arrival_room, sizeof *e->arrival);
        if (old != NULL) memcpy(e->arrival, old, e->arrivals * sizeof *old);
    }
    size_t at = e->arrivals++;
    for (; at > 0 && time_s < e->arrival[(at - 1) / 2].time_s; at = (at - 1) / 2) e->arrival[at] = e->arrival[(at - 1) / 2];
    e->arrival[at] = (struct dt_arrives){ time_s, bytes, between };
}

static void arrival_pop(dt_engine *e) {
    struct dt_arrives last = e->arrival[--e->arrivals];
    size_t at = 0, child;
    for (; (child = 2 * at + 1) < e->arrivals; at = child) {
        if (child + 1 < e->arrivals && e->arrival[child + 1].time_s < e->arrival[child].time_s) child++;
        if (last.time_s <= e->arrival[child].time_s) break;
        e->arrival[at] = e->arrival[child];
    }
    e->arrival[at] = last;
}

/* What comes at this instant has come, whatever the last digits of both sums say. */
void dt_inside_arrivals(dt_engine *e) {
    double now = simgrid_get_clock() * (1 + 1e-12);
    while (e->arrivals > 0 && e->arrival[0].time_s <= now) {
        e->bytes += e->arrival[0].bytes;
        e->bytes_between += e->arrival[0].between;
        arrival_pop(e);
    }
}
