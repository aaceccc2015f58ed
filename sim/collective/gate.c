/* gate.c - credit-based admission by priority.
 * Source: Peng et al. 2019, "A Generic Communication Scheduler for Distributed DNN Training Acceleration", SOSP, section 4 and
 * Algorithm 1, doi:10.1145/3341301.3359642: a part goes if credit > 0, not if credit >= its bytes, and is not called back.
 *
 * What a gate is doing, and what becomes of it:
 *   state   meaning                                 ask, give   decision                                overhead is over
 *   IDLE    nothing has changed since it decided    -> DUE      -                                       -
 *   DUE     it decides once no actor can act        stays       all go who may; -> IDLE                 -
 *           any more at this second, or just now                with overhead: one begins it; -> BUSY
 *   BUSY    the overhead of one runs                stays       -                                       it goes; -> DUE
 * Every decision is made by dt_engine_soon, so what happens at one second is decided once, whatever the order in which SimGrid
 * lets actors act.
 *
 * What is always true:
 *   - Those who wait are a heap; its first has the least priority, and of these the least number of asking.
 *   - flying is the sum of the bytes of those who went (or are in their overhead) and were not given back; out counts them.
 *     Without any of them flying is 0, so credit - flying is never more than the full credit.
 *   - When it is IDLE, nobody waits, or there is no credit.
 * The heap is an array that only grows: once it is large enough, nothing is allocated. */
#include "collective/gate.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>
#include <string.h>

typedef enum gate_state { GATE_IDLE, GATE_DUE, GATE_BUSY } gate_state;

typedef struct turn {
    long   priority, number;        /* number: of asking */
    double bytes;
    void (*go)(void *arg);
    void  *arg;
} turn;

struct dt_gate {
    dt_engine *engine;
    dt_arena  *run;
    double     credit, overhead_s;
    gate_state state;
    double     flying;
    long       out, asked;          /* asked: how many ever did */
    turn      *waiting;             /* [waits] of at most [room] */
    size_t     waits, room;
    turn       entering;            /* whose overhead runs, while BUSY */
};

/* ---- those who wait ------------------------------------------------------------------------ */

static bool turn_before(const turn *a, const turn *b) {
    return a->priority != b->priority ? a->priority < b->priority : a->number < b->number;
}

static void gate_push(dt_gate *g, turn new) {
    enum { FIRST = 64 };
    if (g->waits == g->room) {
        turn *old = g->waiting;
        g->room = g->room == 0 ? FIRST : 2 * g->room;
        g->waiting = dt_arena_take(g->run, g->room, sizeof *g->waiting);
        if (old != NULL) memcpy(g->waiting, old, g->waits * sizeof *old);
    }
    size_t at = g->waits++;
    for (; at > 0 && turn_before(&new, &g->waiting[(at - 1) / 2]); at = (at - 1) / 2) g->waiting[at] = g->waiting[(at - 1) / 2];
    g->waiting[at] = new;
}

static turn gate_pop(dt_gate *g) {
    turn first = g->waiting[0], last = g->waiting[--g->waits];
    size_t at = 0, child;
    for (; (child = 2 * at + 1) < g->waits; at = child) {
        if (child + 1 < g->waits && turn_before(&g->waiting[child + 1], &g->waiting[child])) child++;
        if (!turn_before(&g->waiting[child], &last)) break;
        g->waiting[at] = g->waiting[child];
    }
    g->waiting[at] = last;
    return first;
}

/* ---- whose turn it is ---------------------------------------------------------------------- */

static bool gate_may(const dt_gate *g) {
    return g->waits > 0 && (g->credit > 0 ? g->flying < g->credit : g->out == 0);
}

static void gate_decide(void *arg);

static void gate_due(dt_gate *g) {
    assert(g->state != GATE_DUE);
    g->state = GATE_DUE;
    dt_engine_soon(g->engine, gate_decide, g);
}

static dt_status gate_entered(void *arg) {
    dt_gate *g = arg;
    assert(g->state == GATE_BUSY);
    gate_due(g);
    g->entering.go(g->entering.arg);
    return DT_OK;
}

static void gate_decide(void *arg) {
    dt_gate *g = arg;
    assert(g->state == GATE_DUE);
    while (gate_may(g)) {
        turn next = gate_pop(g);
        g->flying += next.bytes;
        g->out++;
        if (g->overhead_s > 0) {
            g->entering = next;
            g->state = GATE_BUSY;
            dt_engine_at(g->engine, dt_engine_now(g->engine) + g->overhead_s, gate_entered, g);
            return;
        }
        next.go(next.arg);
    }
    g->state = GATE_IDLE;
}

/* ---- what others say ----------------------------------------------------------------------- */

dt_gate *dt_gate_new(dt_engine *e, double credit, double overhead_s, dt_arena *run) {
    assert(credit >= 0 && overhead_s >= 0);
    dt_gate *g = dt_arena_take(run, 1, sizeof *g);
    *g = (dt_gate){ .engine = e, .run = run, .credit = credit, .overhead_s = overhead_s };
    return g;
}

void dt_gate_ask(dt_gate *g, long priority, double bytes, void (*go)(void *arg), void *arg) {
    assert(bytes >= 0 && bytes == floor(bytes));
    gate_push(g, (turn){ priority, g->asked++, bytes, go, arg });
    if (g->state == GATE_IDLE) gate_due(g);
}

void dt_gate_give(dt_gate *g, double bytes) {
    assert(g->out > (g->state == GATE_BUSY ? 1 : 0) && bytes <= g->flying);
    g->flying -= bytes;
    g->out--;
    assert(g->out > 0 || g->flying == 0);
    if (g->state == GATE_IDLE) gate_due(g);
}
