/* port.c - what the actor of a port does: it computes, sends, receives, waits.  Messages wait in memory; only their time is
 * SimGrid's (transfer.c).  What failures do to a port stands in failure.c.
 *
 * A port is an endpoint: one actor at a time uses it, in one call at a time.  What that actor waits for is `waiting`:
 *
 *   state         entered by               left for DT_RUNNING, and the actor woken, when
 *   DT_RUNNING    (first state)            -
 *   DT_RECEIVING  receive, follow          a message that fits is delivered; the receive is cancelled; the deadline
 *   DT_SENDING    send                     its message arrives or is dropped
 *   DT_FLUSHING   flush                    its last post arrives or is dropped
 *   DT_SLEEPING   sleep                    the time is over
 *   DT_SETTLING   settle                   a moment passes in which nothing is called and nothing arrives
 *   DT_BLOCKED    block                    dt_port_wake; the deadline; the training is over
 *
 * Its condition is two flags.  They differ: a failure sets both, and a hand that is made while its program is down is down
 * and not aborted.
 *
 *   event              down    aborted   effect
 *   dt_port_fail       true    true      its call returns DT_EDOWN; its messages are dropped
 *   dt_port_abort      -       true      its call returns DT_EDOWN
 *   dt_port_recover    false   -         if its actor blocks, it is woken
 *   dt_port_reset      -       = down    its [time] calls have effect again once it is up
 *
 * While it is aborted, every [time] call but block returns DT_EDOWN at once.
 *
 * The life of a message (dt_message_state, inbox.h):
 *
 *   posted --> arrived                  to a port on the same host: at once
 *   posted --> flowing --> arrived      the usual way
 *   posted --> pending --> flowing      a rendezvous (meet): it departs when its receiver waits for it
 *   flowing --> retrying --> flowing    lost on the way, or a link failed: sent again after the timeout
 *   arrived --> taken                   by a receive that it fits: the earliest that does
 *   any of these --> dropped            its sender or its receiver fails, or drops it (dt_port_drop_messages)
 *
 * Invariants, asserted where they are used:
 *   - A call begins and ends in the state DT_RUNNING.
 *   - `sending` is set exactly in the state DT_SENDING; `exec` only in the state DT_RUNNING.
 *   - pending_here, pending_there, in_transit and on_the_way count the messages of the lists that they are named after.
 *   - An actor that is woken looks again whether what it waited for has happened: it may have been woken for nothing. */
#include "engine/tell.h"
#include "engine/transfer.h"
#include <assert.h>
#include <math.h>

/* ---- making ports ---------------------------------------------------------------------------- */

static dt_port *port_make(dt_engine *e, dt_port new, dt_arena *run) {
    dt_port *p = dt_arena_take(run, 1, sizeof *p);
    *p = new;
    p->engine = e;
    p->name = "actor";
    p->number = e->port_count++;
    p->next = e->ports;
    e->ports = p;
    return p;
}

dt_port *dt_port_new(dt_engine *e, size_t host, dt_port_kind kind, size_t index, dt_arena *run) {
    if (e->ports == NULL) e->home = host;
    dt_port *p = port_make(e, (dt_port){ .host = host, .kind = kind, .index = index, .hand = "" }, run);
    p->own = p;
    return p;
}

/* Hands are listed in the order of their making: what is done to all of them is done in that order. */
dt_port *dt_port_beside(dt_port *p, const char *name, dt_arena *run) {
    dt_port *own = p->own, **end = &own->hands;
    dt_port *hand = port_make(own->engine, (dt_port){ .host = own->host, .kind = own->kind, .index = own->index, .hand = name,
                                                      .own = own, .free = own->free, .down = own->down,
                                                      .site = own->site }, run);
    while (*end != NULL) end = &(*end)->next_hand;
    *end = hand;
    return hand;
}

void dt_port_set_free(dt_port *p) {
    p->free = true;
    for (dt_port *hand = p->hands; hand != NULL; hand = hand->next_hand) hand->free = true;
}

void dt_port_set_site(dt_port *p, size_t site) {
    p->site = site;
    for (dt_port *hand = p->hands; hand != NULL; hand = hand->next_hand) hand->site = site;
}

size_t dt_port_site(const dt_port *p) { return p->site; }
void dt_port_label(dt_port *p, long label) { p->label = label; }
dt_usage dt_port_usage(const dt_port *p) { return p->usage; }
dt_engine *dt_port_engine(const dt_port *p) { return p->engine; }
size_t dt_port_host(const dt_port *p) { return p->host; }
dt_port_kind dt_port_kind_of(const dt_port *p) { return p->kind; }
size_t dt_port_index(const dt_port *p) { return p->index; }
const char *dt_port_hand(const dt_port *p) { return p->hand; }
bool dt_port_taken(const dt_port *p) { return p->taken; }
size_t dt_port_number(const dt_port *p) { return p->number; }
dt_port *dt_engine_ports(const dt_engine *e) { return e->ports; }
dt_port *dt_port_next(const dt_port *p) { return p->next; }

const char *dt_port_title(const dt_port *p, dt_arena *run) {
    const char *kind = p->kind == DT_PORT_SERVER ? "server" : "worker";
    return p->hand[0] == '\0' ? dt_arena_text(run, "%s %zu", kind, p->index)
                              : dt_arena_text(run, "%s %zu's %s", kind, p->index, p->hand);
}

/* ---- computing ----------------------------------------------------------------------------- */

dt_status dt_port_state(const dt_port *p) { return p->aborted ? DT_EDOWN : DT_OK; }

dt_status dt_port_enter(dt_port *p) {
    assert(p->waiting == DT_RUNNING && p->sending == NULL && p->exec == NULL);
    dt_clock_count(p->engine);
    return dt_port_state(p);
}

/* Execute flops on the host.  The end of the execution, also a cancelled one, is told by a status; sg_actor_execute would
 * throw a C++ exception through C functions.  SimGrid lets other actors run while the execution is made and started, so the
 * port may be aborted before it can be cancelled: that is looked for here. */
static void port_execute(dt_port *p, double flops) {
    sg_exec_t exec = sg_actor_exec_init(flops);
    sg_exec_start(exec);
    if (p->aborted) {
        sg_exec_cancel(exec);
        return;
    }
    p->exec = exec;
    sg_exec_wait(exec);
    p->exec = NULL;
}

dt_status dt_port_compute(dt_port *p, double flops, dt_work *work, void *arg) {
    DT_TRY(dt_port_enter(p));
    double start = simgrid_get_clock();
    if (work != NULL) {
        p->task.work = work;
        p->task.arg = arg;
        dt_pool_start(p->engine->pool, &p->task);
    }
    if (flops > 0 && !p->free) port_execute(p, flops);
    if (work != NULL) dt_pool_join(p->engine->pool, &p->task);
    if (!p->aborted) p->usage.flops += flops;
    p->usage.compute_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_COMPUTE, NULL, start, simgrid_get_clock(), 0);
    return dt_port_state(p);
}

/* ---- sending ------------------------------------------------------------------------------- */

/* A message to a port that is down is dropped, and its bytes count as sent and lost.  True if so. */
static bool port_drop_to_down(dt_port *to, inbox_item *item) {
    if (!to->down) return false;
    dt_engine *e = to->engine;
    if (item->from->host != to->host) {
        item->from->usage.bytes_out += item->m.bytes;
        item->from->usage.messages_out++;
        e->on_the_way += item->m.bytes;
        dt_transfer_count_lost(item);
    }
    dt_inbox_drop(e, item);
    return true;
}

dt_status dt_port_send(dt_port *p, dt_port *to, dt_message m) {
    double start = simgrid_get_clock();
    inbox_item *item = dt_inbox_item(p, to, m);
    dt_status status = dt_port_enter(p);
    if (status != DT_OK) {
        dt_inbox_drop(p->engine, item);
        return status;
    }
    if (port_drop_to_down(to, item)) return DT_OK;
    if (p->host == to->host) {
        dt_inbox_deliver(to, item);
        return DT_OK;
    }
    item->alone = true;
    p->waiting = DT_SENDING;
    p->sending = item;
    dt_transfer_depart(item);
    while (p->waiting == DT_SENDING) dt_inbox_wait(p, HUGE_VAL);
    p->usage.send_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_SEND, to, start, simgrid_get_clock(), m.bytes);
    return dt_port_state(p);
}

void dt_port_post(dt_port *p, dt_port *to, dt_message m) {
    if (!p->aborted) dt_port_post_from_host(p, to, m);
    else dt_vec_drop(m.vec), dt_vec_drop(m.second);
}

void dt_port_post_from_host(dt_port *p, dt_port *to, dt_message m) {
    inbox_item *item = dt_inbox_item(p, to, m);
    if (port_drop_to_down(to, item)) return;
    if (p->host == to->host) {
        dt_inbox_deliver(to, item);
        return;
    }
    p->on_the_way++;
    if (m.meet && !(to->waiting == DT_RECEIVING && dt_inbox_fits(item, to->want_from, to->want_tag))) {
        item->state = DT_PENDING;
        item->next = to->pending;
        to->pending = item;
        dt_inbox_count_pending(item, 1);
        return;
    }
    dt_transfer_depart(item);
}

/* The actor of p begins to wait for a message: the pending messages that fit depart. */
static void port_depart_pending(dt_port *p) {
    inbox_item **slot = &p->pending;
    while (*slot != NULL) {
        inbox_item *item = *slot;
        if (dt_inbox_fits(item, p->want_from, p->want_tag)) {
            assert(item->state == DT_PENDING);
            *slot = item->next;
            dt_inbox_count_pending(item, -1);
            dt_transfer_depart(item);
        } else {
            slot = &item->next;
        }
    }
}

/* ---- flushing, receiving, sleeping ----------------------------------------------------------- */

dt_status dt_port_flush(dt_port *p) {
    double start = simgrid_get_clock();
    DT_TRY(dt_port_enter(p));
    while (p->on_the_way > 0 && !p->aborted) {
        p->waiting = DT_FLUSHING;
        dt_inbox_wait(p, HUGE_VAL);
    }
    assert(p->waiting == DT_RUNNING);       /* whoever ends the wait, or aborts it, sets that */
    p->usage.send_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_SEND, NULL, start, simgrid_get_clock(), 0);
    return dt_port_state(p);
}

/* Account for the time in a receive: it counts as waiting until the message departed, and as sending while it was in
 * transit. */
static void port_account(dt_port *p, double start, double departed, const dt_port *peer,
                         double bytes) {
    double now = simgrid_get_clock(), split = departed < start ? start : departed > now ? now : departed;
    p->usage.wait_s += split - start;
    p->usage.send_s += now - split;
    dt_tell_span(p, DT_SPAN_WAIT, peer, start, split, 0);
    dt_tell_span(p, DT_SPAN_SEND, peer, split, now, bytes);
}

dt_status dt_port_receive(dt_port *p, const dt_port *from, long tag, double deadline, dt_message *m) {
    double start = simgrid_get_clock(), departed = HUGE_VAL;
    bool got, woken = true;
    DT_TRY(dt_port_enter(p));
    while (!(got = dt_inbox_take(p, from, tag, m, &departed)) && woken && !p->aborted) {
        p->waiting = DT_RECEIVING;
        p->want_from = from;
        p->want_tag = tag;
        port_depart_pending(p);
        p->cancelled = false;
        woken = dt_inbox_wait(p, deadline) && !p->cancelled;
        p->waiting = DT_RUNNING;
    }
    port_account(p, start, departed, got ? m->from : NULL, got ? m->bytes : 0);
    return got ? DT_OK : p->aborted ? DT_EDOWN : DT_ELATE;
}

dt_status dt_port_sleep(dt_port *p, double seconds) {
    double start = simgrid_get_clock();
    DT_TRY(dt_port_enter(p));
    p->waiting = DT_SLEEPING;
    while (!p->aborted && dt_inbox_wait(p, start + seconds)) {}
    p->waiting = DT_RUNNING;
    p->usage.wait_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_WAIT, NULL, start, simgrid_get_clock(), 0);
    return dt_port_state(p);
}


/* Has the actor of from returned, and is nothing of it for p on the way?  Then no message will come any more. */
static bool port_ended(const dt_port *from, const dt_port *p) {
    return !from->acting && !dt_transfer_between(from, p);
}

dt_status dt_port_follow(dt_port *p, const dt_port *from, long tag, dt_message *m) {
    dt_status status;
    p->following = from;
    p->engine->followers++;
    do {
        double deadline = port_ended(from, p) ? 0 : HUGE_VAL;
        status = dt_port_receive(p, from, tag, deadline, m);
    } while (status == DT_ELATE && !port_ended(from, p));
    p->engine->followers--;
    p->following = NULL;
    return status == DT_ELATE ? DT_EOVER : status;
}

/* ---- settling --------------------------------------------------------------------------------
 * Ports that settle at one simulated second go on together, once a moment of SimGrid's scheduler has passed in which no
 * [time] call was made and no message was delivered. */

static void port_settled_all(dt_engine *e) {
    dt_port *p = e->settling;
    e->settling = NULL;
    for (dt_port *next; p != NULL; p = next) {
        next = p->next_settling;
        p->listed = false;
        if (p->waiting != DT_SETTLING) continue;       /* aborted meanwhile */
        dt_inbox_wake(p);
        p->waiting = DT_RUNNING;
    }
}

/* Called by the scheduler when no actor can act.  If something has happened since the last look, one of the ports that settle
 * is woken and looks once more: a call asked for from here would be made before the others have acted. */
static void port_settled(void *arg) {
    dt_engine *e = arg;
    dt_port *one = e->settling;
    while (one != NULL && one->waiting != DT_SETTLING) one = one->next_settling;
    if (one == NULL || e->events == e->settled_events) {
        port_settled_all(e);
        return;
    }
    e->unsettled = true;
    dt_inbox_wake(one);
}

static void port_look(dt_engine *e) {
    e->unsettled = false;
    e->settled_events = e->events;
    dt_engine_soon(e, port_settled, e);
}

/* Enter the state.  A port that was aborted while it settled is still in the list, and is not entered a second time. */
static void port_settle(dt_port *p) {
    dt_engine *e = p->engine;
    dt_port **end = &e->settling;
    p->waiting = DT_SETTLING;
    if (p->listed) return;
    while (*end != NULL) end = &(*end)->next_settling;
    *end = p;
    p->next_settling = NULL;
    p->listed = true;
    if (e->settling == p) port_look(e);
}

dt_status dt_port_settle(dt_port *p) {
    DT_TRY(dt_port_enter(p));
    port_settle(p);
    while (p->waiting == DT_SETTLING) {
        dt_inbox_wait(p, HUGE_VAL);
        if (p->engine->unsettled) port_look(p->engine);
    }
    return dt_port_state(p);
}
