/* failure.c - what failures do to ports: hosts fail and recover, calls are aborted, messages are dropped.  The table of the
 * states of a port stands in port.c.
 *
 * A program is a port with its hands: it fails and recovers as a whole.  The order is fixed, the program's own port first and
 * then its hands in the order of their making, so that equal runs leave equal files. */
#include "engine/tell.h"
#include "engine/transfer.h"
#include <assert.h>
#include <limits.h>

/* ---- condition, blocking and waking ---------------------------------------------------------- */

bool dt_port_up(const dt_port *p) { return !p->down; }
bool dt_port_aborted(const dt_port *p) { return p->aborted; }
double dt_port_last_seen(const dt_port *p) { return p->own->last_seen_s; }
void dt_port_set_last_seen(dt_port *p, double since_s) { p->own->last_seen_s = since_s; }

void dt_port_wake(dt_port *p) {
    if (p->waiting != DT_BLOCKED) return;
    p->waiting = DT_RUNNING;
    p->woken = true;
    dt_inbox_wake(p);
}

/* Blocked is the one wait that a port may begin while it is aborted: this is how an actor waits for its host to recover. */
dt_status dt_port_block(dt_port *p, double deadline) {
    double start = simgrid_get_clock();
    bool woken = true;
    assert(p->waiting == DT_RUNNING);
    dt_clock_count(p->engine);
    p->woken = false;
    while (!p->woken && !p->engine->finished && woken) {
        p->waiting = DT_BLOCKED;
        woken = dt_inbox_wait(p, deadline);
        p->waiting = DT_RUNNING;
    }
    p->usage.off_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_OFF, NULL, start, simgrid_get_clock(), 0);
    return p->engine->finished ? DT_EOVER : p->woken ? DT_OK : DT_ELATE;
}

void dt_port_wake_all(dt_engine *e) {
    for (dt_port *p = e->ports; p != NULL; p = p->next) dt_port_wake(p);
}

/* ---- messages that are dropped ---------------------------------------------------------------- */

/* Those that are chosen of the messages pending at a port; their senders may flush. */
static void port_drop_pending(dt_port *at, const dt_inbox_choice *which) {
    inbox_item **slot = &at->pending;
    while (*slot != NULL) {
        inbox_item *item = *slot;
        if (!dt_inbox_chosen(which, item)) {
            slot = &item->next;
            continue;
        }
        assert(item->state == DT_PENDING);
        *slot = item->next;
        dt_inbox_count_pending(item, -1);
        dt_transfer_tell_sender(item->from, item);
        dt_inbox_drop(at->engine, item);
    }
}

/* Of a message in transit the flow is cancelled, and SimGrid tells of its end at once; one that waits to be sent again, or
 * whose flow is just being begun, goes when that is over. */
void dt_port_drop_messages(dt_port *p, long first, long last) {
    dt_engine *e = p->engine;
    const dt_inbox_choice which = { p, first, last };
    for (inbox_item *item = p->in_transit > 0 ? e->in_transit : NULL, *next; item != NULL; item = next) {
        next = item->next;
        if (!dt_inbox_chosen(&which, item)) continue;
        dt_bridge_flow *flow = item->flow;
        item->lost = true;
        item->flow = NULL;
        if (flow != NULL) dt_bridge_cancel(flow);
    }
    for (dt_port *at = p->pending_here + p->pending_there > 0 ? e->ports : NULL; at != NULL; at = at->next)
        port_drop_pending(at, &which);
    dt_inbox_drop_arrived(p, &which);
}

/* ---- failing and recovering ------------------------------------------------------------------- */

/* End the call that the actor of p is in, if it is in one.  A port that blocks is woken; one that sleeps keeps its state
 * until its actor acts. */
static void port_abort_one(dt_port *p) {
    dt_waiting was = p->waiting;
    assert(p->exec == NULL || was == DT_RUNNING);
    assert((p->sending != NULL) == (was == DT_SENDING));
    p->aborted = true;
    p->sending = NULL;
    if (was != DT_BLOCKED && was != DT_SLEEPING) p->waiting = DT_RUNNING;
    if (p->exec != NULL) dt_bridge_break(p->exec);
    else if (was == DT_BLOCKED) dt_port_wake(p);
    else if (was != DT_RUNNING) dt_inbox_wake(p);
}

void dt_port_abort(dt_port *p) {
    port_abort_one(p);
    for (dt_port *hand = p->hands; hand != NULL; hand = hand->next_hand) port_abort_one(hand);
}

dt_status dt_port_reset(dt_port *p) {
    assert(p->waiting == DT_RUNNING && p->exec == NULL);    /* its actor is in no call */
    p->aborted = p->down;
    return dt_port_state(p);
}

/* Messages are dropped before the call is aborted, so that no message of this port is in transit when its actor acts again. */
static void port_fail_one(dt_port *p) {
    dt_port_drop_messages(p, LONG_MIN, LONG_MAX);
    port_abort_one(p);
}

void dt_port_fail(dt_port *p) {
    dt_port *own = p->own;
    own->down = true;
    own->last_seen_s = simgrid_get_clock();
    for (dt_port *hand = own->hands; hand != NULL; hand = hand->next_hand) hand->down = true;
    port_fail_one(own);
    for (dt_port *hand = own->hands; hand != NULL; hand = hand->next_hand) port_fail_one(hand);
}

void dt_port_recover(dt_port *p) {
    dt_port *own = p->own;
    own->down = false;
    for (dt_port *hand = own->hands; hand != NULL; hand = hand->next_hand) hand->down = false;
    dt_port_wake(own);
    for (dt_port *hand = own->hands; hand != NULL; hand = hand->next_hand) dt_port_wake(hand);
}
