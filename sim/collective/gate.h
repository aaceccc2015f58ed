/* gate.h - whose turn it is to leave: the least priority first, of equal ones the first that asked, as long as there is credit.
 * The gate orders whole parts of a gradient, not messages: a part of a ring is many messages, and its turn is one for all ranks.
 * Nothing here waits; units are bytes and seconds. */
#ifndef DT_COLLECTIVE_GATE_H
#define DT_COLLECTIVE_GATE_H

#include "engine/engine.h"

typedef struct dt_gate dt_gate;

/* A gate that belongs to run.
 *   credit      bytes that may be on their way: the next goes if there are fewer, so the last may exceed it; 0: one at a time
 *   overhead_s  how long the gate is busy with each before it goes, and with no other */
dt_gate *dt_gate_new(dt_engine *e, double credit, double overhead_s, dt_arena *run);

/* Ask for a turn.  go(arg) is called when it has come, once, at a simulated second not before this one: never from within this call.
 * It may ask, give, post and wake, but not wait.  What asks and gives at one second is seen before anybody goes at it.
 *   bytes  whole; taken from the credit until they are given back */
void dt_gate_ask(dt_gate *g, long priority, double bytes, void (*go)(void *arg), void *arg);

/* What went, with so many bytes, has arrived: once for each, and not before its go. */
void dt_gate_give(dt_gate *g, double bytes);

#endif
