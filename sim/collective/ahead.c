/* ahead.c - whether an exchange is reckoned ahead, and what its members feel of it. */
#include "collective/ahead.h"
#include "base/warn.h"
#include "engine/failure.h"
#include <math.h>

/* What the ways of an algorithm are, as long as there are not too many of them. */
typedef struct ahead_ways { dt_ahead *ahead; size_t *way, count, room; } ahead_ways;

void dt_collective_detail(dt_collective *c, dt_detail detail) {
    enum { WORTH = 32, LAST = 1 << 18 };    /* fewer members take hardly any time message by message; arrivals that are kept */
    if (detail == DT_DETAIL_MESSAGES || c->servers > 0 || c->group->ranks < 2) return;
    size_t ranks = c->group->ranks;
    dt_ahead *a = dt_arena_take(c->run, 1, sizeof *a);
    *a = (dt_ahead){ .collective = c, .least = detail == DT_DETAIL_AUTO ? WORTH : 2, .says = detail == DT_DETAIL_FOLDED };
    a->walker = dt_arena_take(c->run, ranks, sizeof *a->walker);
    a->first = dt_arena_take(c->run, ranks + 1, sizeof *a->first);
    a->ready = dt_arena_take(c->run, ranks, sizeof *a->ready);
    a->way = dt_arena_take(c->run, ranks, sizeof *a->way);
    a->arrival_room = ranks * (2 * ranks < LAST / ranks + 4 ? 2 * ranks : LAST / ranks + 4);
    a->arrival = dt_arena_take(c->run, a->arrival_room, sizeof *a->arrival);
    double **times[] = { &a->enter_s, &a->time, &a->then, &a->sent, &a->wait, &a->small, &a->large, &a->gap };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) *times[i] = dt_arena_take(c->run, ranks, sizeof(double));
    if (ranks >= a->least) c->ahead = a;
}

/* ---- the ways ------------------------------------------------------------------------------------ */

static void ahead_way(void *owner, size_t from, size_t to) {
    ahead_ways *w = owner;
    const dt_group *g = w->ahead->collective->group;
    size_t here = dt_port_host(g->port[from]), there = dt_port_host(g->port[to]);
    if (here == there) return;
    if (w->count < w->room) w->way[w->count] = dt_fluid_way(w->ahead->fluid, here, there);
    w->count++;
}

/* At the first exchange, once SimGrid knows its routes. */
static void ahead_look(dt_ahead *a) {
    dt_collective *c = a->collective;
    const dt_group *g = c->group;
    ahead_ways w = { .ahead = a, .room = 2 * g->ranks };
    a->looked = true;
    a->fluid = dt_fluid_new(g->engine);
    if (a->fluid == NULL) return;
    bool *taken = dt_arena_take(c->run, dt_engine_hosts(g->engine), sizeof *taken);
    for (size_t r = 0; r < g->ranks; r++) {
        size_t host = dt_port_host(g->port[r]);
        a->crowded = a->crowded || taken[host];
        taken[host] = true;
    }
    w.way = dt_arena_take(c->run, w.room, sizeof *w.way);
    c->type->ways(c->state, g, ahead_way, &w, c->run);
    dt_fluid_pace pace;
    a->apart = w.count <= w.room && dt_fluid_apart(a->fluid, w.way, w.count);
    a->ring = !a->apart && w.count == g->ranks && dt_fluid_ring(a->fluid, w.way, w.count, &pace);
}

/* ---- whether ------------------------------------------------------------------------------------- */

/* What keeps the exchange from being reckoned; NULL: nothing. */
static const char *ahead_hinders(dt_ongoing *o) {
    dt_ahead *a = o->collective->ahead;
    dt_exchange_kind kind = o->what.kind;
    bool all = kind == DT_ALL_REDUCE || kind == DT_REDUCE_SCATTER || kind == DT_ALL_GATHER;
    if (!all) return "somebody may leave before all have come";
    if (o->what.least > 0 || o->count < o->collective->group->ranks || o->formed || o->fetch) return "not all members take part";
    if (o->in != NULL && o->in->hands) return "other exchanges may be under way";
    if (o->parts_of != NULL && !dt_parts_alone(o)) return "several parts may be under way (queue.credit)";
    if (!a->looked) ahead_look(a);
    if (a->fluid == NULL) return "the platform's network model is not one of those that can be reckoned";
    if (!dt_fluid_may(o->collective->group->engine, o->collective->group->ranks))
        return "other messages, or changing, lossy, traced or metered links, are possible";
    return NULL;
}

static void ahead_say(dt_ahead *a, const char *why) {
    if (a->says) dt_warn("detail", "expected \"folded\" exchanges, but %s: they go message by message", why);
    a->says = false;
}

/* ---- all have come ------------------------------------------------------------------------------- */

/* Have all members noted what they would do?  Sums of packets on one core would wait for each other, or for a gradient. */
static bool ahead_note_all(dt_ahead *a, dt_ongoing *o) {
    bool computes = false, noted = true;
    a->ops = a->circles = 0;
    a->fails = false;
    a->notes = true;
    for (size_t r = 0; r < o->count && noted && !a->fails; r++) {
        a->first[r] = a->ops;
        noted = dt_round_go(o, r) == DT_OK;
    }
    a->first[o->count] = a->ops;
    a->notes = false;
    for (size_t i = 0; i < a->ops; i++) computes = computes || a->op[i].kind == DT_OP_COMPUTE;
    for (size_t i = 0; i < a->circles; i++) computes = computes || a->circle[i].flops[1] > 0;
    return noted && !a->fails && !(computes && (a->crowded || o->parts_of != NULL));
}

/* Who ends first may send at once: that message must not move while one of this exchange does. */
static bool ahead_over(const dt_ahead *a, const dt_ongoing *o) {
    double first = HUGE_VAL, last = 0;
    for (size_t r = 0; r < o->count; r++) {
        first = fmin(first, a->walker[r].now_s);
        last = fmax(last, a->walker[r].now_s);
    }
    return a->apart || o->parts_of != NULL || last - first <= dt_fluid_least(a->fluid) + 1e-12 * last;
}

static void ahead_release(dt_ahead *a, dt_ongoing *o, double start_s) {
    dt_engine *e = o->collective->group->engine;
    double first = HUGE_VAL;
    size_t kept = a->arrivals < a->arrival_room ? a->arrivals : a->arrival_room;
    for (size_t r = 0; r < o->count; r++) first = fmin(first, a->walker[r].now_s);
    for (size_t i = 0; i < kept; i++) {
        const dt_arrival *at = &a->arrival[i];
        if (at->time_s > first) dt_fluid_count(e, start_s + at->time_s, at->bytes, at->between);
        else a->bytes += at->bytes, a->between += at->between;
    }
    dt_fluid_count(e, start_s + first, a->bytes, a->between);
    for (size_t r = 0; r < o->count; r++) dt_port_release(o->port[r], start_s + a->walker[r].now_s, &a->walker[r].used);
}

/* Have members come at different times? */
static bool ahead_staggered(const dt_ahead *a, const dt_ongoing *o) {
    for (size_t r = 1; r < o->count; r++)
        if (a->enter_s[r] != a->enter_s[0]) return true;
    return false;
}

/* Who came first cannot go back to that time and send messages: the exchange stays as reckoned, and what may differ is said. */
static bool ahead_over_late(dt_ahead *a, const dt_ongoing *o) {
    if (!a->ring || !ahead_staggered(a, o)) return false;
    dt_warn("detail", "members of a ring end an exchange further apart than a message's latency: the next messages are taken not to meet "
            "its last ones; expected detail = \"messages\" for exact times");
    a->ring = false;
    return true;
}

static void ahead_give_up(dt_ongoing *o) {
    static const dt_usage nothing;
    double now = dt_engine_now(o->collective->group->engine);
    o->detail = DT_BY_MESSAGES;
    for (size_t r = 0; r < o->count; r++)
        if (o->holds[r]) dt_port_release(o->port[r], now, &nothing);
}

/* Nobody can act any more at this second. */
static void ahead_decide(void *arg) {
    dt_ongoing *o = arg;
    dt_ahead *a = o->collective->ahead;
    if (o->detail != DT_UNDECIDED || o->stays == 0) return;
    const char *why = o->stays < o->count ? "members come at different times and share links" : ahead_hinders(o);
    double start_s = HUGE_VAL;
    for (size_t r = 0; r < o->count && why == NULL; r++) start_s = fmin(start_s, o->came_s[r]);
    for (size_t r = 0; r < o->count && why == NULL; r++) a->enter_s[r] = o->came_s[r] - start_s;
    if (why == NULL && !ahead_note_all(a, o)) why = "they are too many messages, or sums take time on a core that others use";
    if (why == NULL) dt_ahead_walk(a, o);
    if (why == NULL && !ahead_over(a, o) && !ahead_over_late(a, o)) why = "who ends first may meet messages of the others";
    if (why != NULL) {
        ahead_say(a, why);
        ahead_give_up(o);
        return;
    }
    o->detail = DT_FOLDED;
    a->folded++;
    ahead_release(a, o, start_s);
}

/* May the exchange wait for its last member?  Only where nothing can keep it from being reckoned then: the early ones have sent
 * nothing.  Sums on a shared core and too many words could; packets take eight words a member and step at most. */
static bool ahead_patient(const dt_ahead *a, const dt_ongoing *o, size_t rank) {
    double words = 8.0 * (double)o->count * (double)o->count;
    return (a->apart || a->ring) && o->parts_of == NULL && !a->crowded && (!(o->share[rank].wire_bytes > 0) || words < DT_AHEAD_OPS);
}

/* ---- a member ------------------------------------------------------------------------------------ */

void dt_ahead_begin(dt_ongoing *o) {
    o->detail = o->collective->ahead == NULL ? DT_BY_MESSAGES : DT_UNDECIDED;
    o->stays = 0;
    for (size_t r = 0; r < o->collective->group->ranks; r++) o->holds[r] = false;
}

dt_status dt_ahead_go(dt_ongoing *o, size_t rank, bool *done) {
    dt_ahead *a = o->collective->ahead;
    *done = false;
    if (o->detail != DT_UNDECIDED) return DT_OK;
    const char *why = o->stays == 0 ? ahead_hinders(o) : NULL;
    if (why != NULL) {
        ahead_say(a, why);
        o->detail = DT_BY_MESSAGES;
        return DT_OK;
    }
    o->holds[rank] = true;
    o->came_s[rank] = dt_engine_now(o->collective->group->engine);
    o->stays++;
    if (o->stays == 1) a->patient = ahead_patient(a, o, rank);
    if (a->patient ? o->stays == o->count : o->stays == 1)
        dt_engine_soon(o->collective->group->engine, ahead_decide, o);
    dt_status status = dt_port_hold(o->port[rank]);
    o->holds[rank] = false;
    *done = o->detail == DT_FOLDED;
    return status;
}
