/* sequence.c - one exchange after another: they begin, have a result, and are closed; membership.c has their states. */
#include "collective/inside.h"
#include "engine/failure.h"
#include <assert.h>
#include <limits.h>

void dt_membership_open(dt_collective *c, dt_sequence *in, bool hands) {
    enum { ROOM = 2 };
    *in = (dt_sequence){ .hands = hands, .next = dt_arena_take(c->run, c->group->ranks, sizeof *in->next), .room = ROOM };
    in->at = dt_arena_take(c->run, in->room, sizeof(void *));
}

dt_ongoing *dt_membership_find(const dt_sequence *in, long number) {
    dt_ongoing *o = number < 0 ? NULL : in->at[(size_t)number % in->room];
    return o != NULL && o->number == number ? o : NULL;
}

static void sequence_grow(dt_collective *c, dt_sequence *in) {
    dt_ongoing **old = in->at;
    size_t room = in->room;
    in->room *= 2;
    in->at = dt_arena_take(c->run, in->room, sizeof(void *));
    for (size_t i = 0; i < room; i++)
        if (old[i] != NULL) in->at[(size_t)old[i]->number % in->room] = old[i];
}

/* Hands of the ranks, and of the servers, for one exchange after another. */
static void ongoing_hands(dt_ongoing *o) {
    dt_collective *c = o->collective;
    const char *name = ++o->in->made == 1 ? "courier" : dt_arena_text(c->run, "courier %zu", o->in->made);
    for (size_t r = 0; r < c->group->ranks; r++)
        o->port[r] = o->in->hands ? dt_port_beside(c->group->port[r], name, c->run) : c->group->port[r];
    for (size_t s = 0; s < c->servers; s++) o->server[s] = o->in->hands ? dt_port_beside(c->server[s], name, c->run) : c->server[s];
}

static dt_ongoing *ongoing_new(dt_collective *c, dt_sequence *in) {
    size_t ranks = c->group->ranks;
    dt_ongoing *o = dt_arena_take(c->run, 1, sizeof *o);
    *o = (dt_ongoing){ .collective = c, .in = in };
    o->member = dt_arena_take(c->run, ranks, sizeof *o->member);
    o->presence = dt_arena_take(c->run, ranks, sizeof *o->presence);        /* zeroed: DT_ABSENT */
    o->present[DT_ABSENT] = ranks;
    o->share = dt_arena_take(c->run, ranks, sizeof *o->share);
    o->place = dt_arena_take(c->run, ranks, sizeof *o->place);
    o->behind = dt_arena_take(c->run, ranks, sizeof *o->behind);
    o->first = dt_arena_take(c->run, c->group->sites + 2, sizeof *o->first);
    o->equal = dt_arena_take(c->run, ranks, sizeof *o->equal);
    o->leader = dt_arena_take(c->run, c->group->sites + 1, sizeof *o->leader);
    o->arrival = dt_arena_take(c->run, ranks, sizeof *o->arrival);
    o->late = dt_arena_take(c->run, ranks, sizeof *o->late);
    o->came_s = dt_arena_take(c->run, ranks, sizeof *o->came_s);
    o->asked = dt_arena_take(c->run, ranks, sizeof *o->asked);
    o->holds = dt_arena_take(c->run, ranks, sizeof *o->holds);
    o->port = dt_arena_take(c->run, ranks, sizeof(void *));
    o->server = dt_arena_take(c->run, c->servers, sizeof(void *));
    o->serving = dt_arena_take(c->run, c->servers, sizeof *o->serving);
    o->held = dt_arena_take(c->run, c->servers, sizeof *o->held);
    o->courier = dt_arena_take(c->run, ranks + c->servers, sizeof *o->courier);
    for (size_t i = 0; i < ranks + c->servers; i++) o->courier[i] = (dt_courier){ o, i };
    return o;
}

dt_ongoing *dt_membership_alone(dt_collective *c) {
    dt_ongoing *o = ongoing_new(c, NULL);
    o->count = o->pieces = c->group->ranks;
    for (size_t r = 0; r < o->count; r++) o->member[r] = o->place[r] = r;
    dt_sites_sort(o);
    return o;
}

void dt_membership_agree(dt_ongoing *o, const dt_exchange *what) {
    static const dt_exchange preset = { 0 };
    o->what = what != NULL ? *what : preset;
    if (o->what.slice.count == 0) o->what.slice = (dt_slice){ 0, o->collective->n };
    o->n = o->what.slice.count;
    o->width = o->what.key != NULL && !o->what.known ? 8 : 4;
    assert(o->what.key != NULL || o->what.slice.first + o->n <= o->collective->n);
    assert(o->what.least == 0 || o->what.kind == DT_ALL_REDUCE);
}

dt_ongoing *dt_membership_exchange(dt_collective *c, dt_sequence *in, long number) {
    dt_ongoing *o = dt_membership_find(in, number);
    if (o != NULL) return o;
    assert(number == in->begun);
    while (in->at[(size_t)number % in->room] != NULL) sequence_grow(c, in);
    o = in->spare;
    if (o != NULL) in->spare = o->next_spare;
    else ongoing_hands(o = ongoing_new(c, in));
    o->merger = c->merger;
    in->at[(size_t)number % in->room] = o;
    in->begun++;
    o->number = number;
    o->ticket = dt_engine_number(c->group->engine);
    o->formed = o->chosen = o->choosing = o->served = false;
    for (size_t s = 0; s < c->servers; s++) o->serving[s] = false;
    o->arrived = 0;
    dt_membership_agree(o, NULL);
    dt_membership_begin(o);
    return o;
}

void dt_membership_close(dt_ongoing *o) {
    dt_sequence *in = o->in;
    if (!o->formed || o->number >= in->formed || dt_membership_left(o)) return;
    dt_form_discard(o);
    if (o->carrying > 0) return;
    for (size_t r = 0; r < o->collective->group->ranks; r++)
        if (o->presence[r] == DT_TAKEN) dt_presence_set(o, r, DT_ABSENT);
    in->at[(size_t)o->number % in->room] = NULL;
    o->next_spare = in->spare;
    in->spare = o;
}

/* Nobody needs to come to an exchange of k of n to which a later one has a result. */
static void ongoing_move_on(dt_ongoing *old, const dt_ongoing *newer) {
    for (size_t r = 0; r < old->collective->group->ranks; r++)
        if (old->presence[r] == DT_EXPECTED) {
            dt_presence_set(old, r, DT_ABSENT);
            old->in->next[r] = newer->number;
        }
}

/* All who are here have started equally many exchanges; who has joined goes on as they do. */
static void ongoing_align(dt_ongoing *o) {
    long *next = o->collective->started.next, most = -1;
    for (size_t i = 0; i < o->count; i++)
        if (next[o->member[i]] != LONG_MAX && next[o->member[i]] > most) most = next[o->member[i]];
    for (size_t i = 0; i < o->count; i++)
        if (next[o->member[i]] == LONG_MAX && o->presence[o->member[i]] == DT_HERE)
            next[o->member[i]] = most >= 0 ? most : o->collective->started.begun;
}

void dt_membership_formed(dt_ongoing *o) {
    dt_sequence *in = o->in;
    o->formed = true;
    for (size_t r = 0; r < o->collective->group->ranks; r++)
        if (o->presence[r] == DT_TAKEN) dt_presence_drop_share(o, r);
    if (!in->hands) ongoing_align(o);
    for (size_t i = 0; i < in->room; i++)
        if (in->at[i] != NULL && in->at[i]->chosen && in->at[i]->formed && in->at[i]->number < o->number)
            ongoing_move_on(in->at[i], o);
    for (dt_ongoing *next; (next = dt_membership_find(in, in->formed)) != NULL && next->formed;) {
        in->formed++;
        if (next != o) dt_membership_close(next);
    }
    for (size_t i = 0; i < in->room; i++)
        if (in->at[i] != NULL && in->at[i] != o) dt_membership_close(in->at[i]);
}

