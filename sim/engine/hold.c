/* hold.c - what actors feel of messages that were reckoned (fluid.c): they wait, go on, and have used so much. */
#include "engine/fluid.h"
#include "engine/transfer.h"
#include <assert.h>
#include <math.h>

/* What is due at a time that must not be a nanosecond early, as an alarm may be. */
typedef struct dt_due { dt_engine *engine; dt_port *port; double bytes, between; struct dt_due *next; } dt_due;

static void due_comes(void *arg) {
    dt_due *d = arg, came = *d;
    dt_engine *e = came.engine;
    d->next = e->spare_due;
    e->spare_due = d;
    e->on_the_way -= came.bytes;
    e->bytes += came.bytes;
    e->bytes_between += came.between;
    if (came.port == NULL || !came.port->held || e->status != DT_OK) return;    /* waking a killed actor would end the program */
    came.port->held = false;
    dt_inbox_wake(came.port);
}

static void due_at(dt_engine *e, double time_s, dt_due due) {
    dt_due *d = e->spare_due;
    if (d != NULL) e->spare_due = d->next;
    else d = dt_arena_take(e->run, 1, sizeof *d);
    *d = due;
    d->engine = e;
    dt_bridge_at(fmax(time_s, simgrid_get_clock()), due_comes, d);
}

dt_status dt_port_hold(dt_port *p) {
    DT_TRY(dt_port_enter(p));
    p->held = true;
    p->waiting = DT_SLEEPING;
    while (!p->aborted && p->held) dt_inbox_wait(p, HUGE_VAL);
    p->held = false;
    p->waiting = DT_RUNNING;
    return dt_port_state(p);
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

void dt_port_release(dt_port *p, double time_s, const dt_usage *more) {
    assert(p->held);
    usage_add(&p->usage, more);
    due_at(p->engine, time_s, (dt_due){ .port = p });
}

void dt_fluid_count(dt_engine *e, double time_s, double bytes, double between) {
    e->on_the_way += bytes;
    due_at(e, time_s, (dt_due){ .bytes = bytes, .between = between });
}
