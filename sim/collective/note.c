/* note.c - what an algorithm would do, noted in no time. */
#include "collective/ahead.h"
#include <string.h>

bool dt_ahead_notes(const dt_round *round) {
    const dt_ahead *a = round->ongoing->collective->ahead;
    return a != NULL && a->notes;
}

static void *grown(const dt_ahead *a, void *old, size_t count, size_t *room, size_t size) {
    if (count < *room) return old;
    size_t more = *room == 0 ? 256 : 2 * *room;
    void *new = dt_arena_take(a->collective->run, more, size);
    if (old != NULL) memcpy(new, old, count * size);
    *room = more;
    return new;
}

void dt_ahead_note(const dt_round *round, dt_op op) {
    dt_ahead *a = round->ongoing->collective->ahead;
    a->fails = a->fails || a->ops >= DT_AHEAD_OPS;
    if (a->fails) return;
    a->op = grown(a, a->op, a->ops, &a->op_room, sizeof *a->op);
    a->op[a->ops++] = op;
}

void dt_ahead_note_circle(const dt_round *round, const dt_circle *circle) {
    dt_ahead *a = round->ongoing->collective->ahead;
    a->circle = grown(a, a->circle, a->circles, &a->circle_room, sizeof *a->circle);
    a->circle[a->circles] = *circle;
    dt_ahead_note(round, (dt_op){ .kind = DT_OP_CIRCLE, .other = a->circles++ });
}
