/* parts.c - one part is an exchange by hands, which begins when its turn has come.
 *
 *   brought --gate--> leaves: a hand of the member exchanges its messages --> here: it has come to the member
 *
 * Of a part of a step, a member is EXPECTED until it brings its share, then HERE until its hand has the mean, then TAKEN
 * (membership.c has the table).  The exchange is over when all are TAKEN and all hands have returned.
 *   - No member is two steps ahead of another: it would have had to wait for a part that the other has not brought.
 *   - A hand is busy with one part at a time, and takes another when it has returned. */
#include "collective/parts.h"
#include "collective/ahead.h"
#include "collective/gate.h"
#include "engine/failure.h"
#include "engine/trace.h"
#include <assert.h>
#include <math.h>

/* Hands of one member or server that have nothing to do. */
typedef struct idle_hands { dt_port **port; size_t count, room, made; } idle_hands;

/* vec NULL: nobody has begun it. */
typedef struct parts_step { long whole; dt_vec *vec; size_t taken; dt_outcome outcome; } parts_step;

/* A post of a server that waits for its turn. */
typedef struct held_post { dt_ongoing *ongoing; size_t server; dt_port *to; dt_message m; struct held_post *next; } held_post;

/* What one exchange in parts hands to the next, which cuts anew. */
typedef struct reserve {
    idle_hands *idle;               /* [ranks + servers] */
    dt_ongoing *spare;
    held_post  *spare_post;
} reserve;

struct dt_parts {
    dt_collective  *collective;
    const dt_slice *slice;          /* [count] */
    size_t          count, earlier; /* earlier: parts of those before it */
    double          credit;
    reserve        *reserve;
    dt_gate       **up;             /* [ranks]; without servers one for all */
    dt_gate       **down;           /* [servers * ranks] of server s to member r: s * ranks + r */
    long           *step;           /* [ranks] that each is in */
    long           *here;           /* [ranks * count] steps whose part has come */
    size_t         *missing;        /* [ranks] parts of its step that have not come */
    size_t         *waits;          /* [ranks] the part that it waits for; count: none; SIZE_MAX: whichever comes next */
    long            ticket;         /* of the message that ends its waiting */
    parts_step      steps[2];
    dt_ongoing    **now;            /* [2 * count] exchanges under way, of even and odd steps */
    dt_compress   **merger;         /* [count] */
    dt_arena       *run;
};

static bool parts_served(const dt_collective *c) { return c->servers > 0 && !c->type->peers; }

bool dt_parts_alone(const dt_ongoing *o) { return !parts_served(o->collective) && !(o->parts_of->credit > 0); }

bool dt_parts_by_servers(const dt_ongoing *o) { return o->parts_of != NULL && parts_served(o->collective); }

/* ---- opening --------------------------------------------------------------------------------- */

static dt_parts *parts_new(dt_collective *c, reserve *r, size_t earlier, long step, const dt_slice *slice, size_t count, double credit,
                           double overhead_s, dt_arena *run) {
    size_t ranks = c->group->ranks, gates = parts_served(c) ? ranks : 1;
    dt_parts *p = dt_arena_take(run, 1, sizeof *p);
    *p = (dt_parts){ .collective = c, .slice = slice, .count = count, .earlier = earlier, .credit = credit, .reserve = r,
                    .run = run };
    p->up = dt_arena_take(run, gates, sizeof(void *));
    p->down = dt_arena_take(run, c->servers * ranks, sizeof(void *));
    for (size_t i = 0; i < gates; i++) p->up[i] = dt_gate_new(c->group->engine, credit, overhead_s, run);
    for (size_t i = 0; i < c->servers * ranks; i++) p->down[i] = dt_gate_new(c->group->engine, credit, overhead_s, run);
    p->step = dt_arena_take(run, ranks, sizeof *p->step);
    p->here = dt_arena_take(run, ranks * count, sizeof *p->here);
    p->waits = dt_arena_take(run, ranks, sizeof *p->waits);
    p->missing = dt_arena_take(run, ranks, sizeof *p->missing);
    for (size_t i = 0; i < ranks * count; i++) p->here[i] = step;
    for (size_t i = 0; i < ranks; i++) {
        p->step[i] = step;
        p->waits[i] = p->missing[i] = count;
    }
    p->ticket = dt_round_tag(dt_engine_number(c->group->engine), 0);
    p->now = dt_arena_take(run, 2 * count, sizeof(void *));
    p->merger = dt_arena_take(run, count, sizeof(void *));
    return p;
}

dt_parts *dt_parts_open(dt_collective *c, const dt_slice *slice, size_t count, double credit, double overhead_s, dt_arena *run) {
    reserve *r = dt_arena_take(run, 1, sizeof *r);
    r->idle = dt_arena_take(run, c->group->ranks + c->servers, sizeof *r->idle);
    return parts_new(c, r, 0, 0, slice, count, credit, overhead_s, run);
}

dt_parts *dt_parts_again(dt_parts *before, long step, const dt_slice *slice, size_t count, double credit, double overhead_s, dt_arena *run) {
    return parts_new(before->collective, before->reserve, before->earlier + before->count, step, slice, count, credit, overhead_s, run);
}

void dt_parts_merge_by(dt_parts *p, size_t k, dt_compress *merger) {
    if (merger->type->lossy) p->merger[k] = merger;
}

/* ---- how fast it may be ------------------------------------------------------------------------ */

typedef struct narrowest { const dt_group *group; double bandwidth; dt_arena *scratch; } narrowest;

static size_t narrowest_host(const dt_group *g, size_t who) {
    return dt_port_host(who < g->ranks ? g->port[who] : g->server[DT_SERVER(0) - who]);
}

static void narrowest_way(void *owner, size_t from, size_t to) {
    narrowest *n = owner;
    size_t a = narrowest_host(n->group, from), b = narrowest_host(n->group, to);
    if ((from != 0 && to != 0) || a == b) return;
    n->bandwidth = fmin(n->bandwidth, dt_engine_route(n->group->engine, a, b, 1e9, n->scratch).bandwidth);
}

double dt_parts_bandwidth(dt_collective *c, dt_arena *scratch) {
    narrowest n = { c->group, HUGE_VAL, scratch };
    double ranks = (double)c->group->ranks;
    c->type->ways(c->state, c->group, narrowest_way, &n, scratch);
    return parts_served(c) ? n.bandwidth : n.bandwidth * ranks / fmax(2 * (ranks - 1), 1);
}

/* ---- hands ----------------------------------------------------------------------------------- */

/* who: a rank, or ranks + server. */
static dt_port *hand_take(dt_parts *p, size_t who) {
    const dt_group *g = p->collective->group;
    idle_hands *idle = &p->reserve->idle[who];
    if (idle->count > 0) return idle->port[--idle->count];
    const char *name = ++idle->made == 1 ? "courier" : dt_arena_text(p->run, "courier %zu", idle->made);
    return dt_port_beside(who < g->ranks ? g->port[who] : g->server[who - g->ranks], name, p->run);
}

static void hand_give(dt_parts *p, size_t who, dt_port *port) {
    idle_hands *idle = &p->reserve->idle[who];
    if (idle->count == idle->room) {
        dt_port **old = idle->port;
        idle->room = idle->room == 0 ? 8 : 2 * idle->room;
        idle->port = dt_arena_take(p->run, idle->room, sizeof(void *));
        for (size_t i = 0; i < idle->count; i++) idle->port[i] = old[i];
    }
    idle->port[idle->count++] = port;
}

static void hand_send(dt_ongoing *o, dt_port *port, size_t k, dt_status (*body)(void *arg), void *arg) {
    o->carrying++;
    dt_port_label(port, (long)(o->parts_of->earlier + k) + 1);
    dt_engine_spawn(o->collective->group->engine, dt_port_hand(port), port, body, arg, true);
}

/* ---- the exchange of one part ------------------------------------------------------------------ */

static void step_begin(dt_parts *p, long number) {
    parts_step *s = &p->steps[number % 2];
    if (s->vec != NULL) return;
    s->whole = dt_engine_number(p->collective->group->engine);
    s->vec = dt_form_whole(p->collective, s->whole);
}

static dt_ongoing **part_at(dt_parts *p, long step, size_t k) { return &p->now[(size_t)(step % 2) * p->count + k]; }

static dt_ongoing *part_begin(dt_parts *p, long step, size_t k) {
    dt_ongoing **at = part_at(p, step, k), *o = p->reserve->spare;
    if (*at != NULL) return *at;
    if (o != NULL) p->reserve->spare = o->next_spare;
    else o = dt_membership_alone(p->collective);
    o->parts_of = p;
    o->number = step;
    o->part_number = k;
    o->attempt = dt_engine_number(p->collective->group->engine);
    o->merger = p->merger[k];
    o->formed = o->served = false;
    dt_ahead_begin(o);
    o->all = (dt_sum){ 0 };
    dt_membership_agree(o, &(dt_exchange){ .slice = p->slice[k], .whole = p->steps[step % 2].whole });
    for (size_t r = 0; r < o->count; r++) dt_presence_set(o, r, DT_EXPECTED);
    return *at = o;
}

/* All have the mean, and all hands have returned. */
static void part_end(dt_parts *p, dt_ongoing *o) {
    if (o->present[DT_TAKEN] < o->count || o->carrying > 0) return;
    for (size_t r = 0; r < o->count; r++) dt_presence_set(o, r, DT_ABSENT);
    dt_form_discard(o);
    if (!parts_served(p->collective)) dt_gate_give(p->up[0], o->turn_bytes);
    o->next_spare = p->reserve->spare;
    p->reserve->spare = o;
}

/* It has come to the member, which may wait for it. */
static void part_comes(dt_parts *p, dt_ongoing *o, size_t rank) {
    size_t k = o->part_number;
    if (!o->formed) {
        dt_form_result(o);
        o->formed = true;
        if (k == 0) p->steps[o->number % 2].outcome = o->outcome;
    }
    dt_presence_set(o, rank, DT_TAKEN);
    if (o->present[DT_TAKEN] == o->count) *part_at(p, o->number, k) = NULL;
    assert(p->here[rank * p->count + k] == o->number);
    p->here[rank * p->count + k]++;
    p->missing[rank]--;
    if (p->waits[rank] != k && p->waits[rank] != SIZE_MAX) return;
    p->waits[rank] = p->count;
    dt_port_post(o->port[rank], p->collective->group->port[rank], (dt_message){ .tag = p->ticket });
}

/* The last thing that it does: from then on it may be taken for another part. */
static dt_status hand_returns(dt_ongoing *o, size_t who, dt_port *port, dt_status status) {
    o->carrying--;
    part_end(o->parts_of, o);
    hand_give(o->parts_of, who, port);
    return status == DT_EDOWN || status == DT_EOVER ? DT_OK : status;
}

static dt_status hand_carry(void *arg) {
    const dt_courier *courier = arg;
    dt_ongoing *o = courier->ongoing;
    size_t rank = courier->rank;
    dt_port *port = o->port[rank];
    bool done;
    dt_status status = dt_ahead_go(o, rank, &done);
    if (status == DT_OK && !done) status = dt_round_go(o, rank);
    if (status == DT_OK) part_comes(o->parts_of, o, rank);
    return hand_returns(o, rank, port, status);
}

static dt_status hand_serve(void *arg) {
    const dt_courier *courier = arg;
    dt_ongoing *o = courier->ongoing;
    size_t s = courier->rank - o->collective->group->ranks;
    dt_port *port = o->server[s];
    dt_status status = dt_round_go(o, DT_SERVER(s));
    return hand_returns(o, courier->rank, port, status);
}

/* ---- turns ----------------------------------------------------------------------------------- */

/* Members of an algorithm with servers talk to these alone: each leaves in its own turn, and takes a hand only then.  The servers
 * begin when the first member leaves, and take the messages of the others as they come (round.c). */
static void part_serve(dt_ongoing *o) {
    size_t ranks = o->collective->group->ranks;
    for (size_t s = 0; s < o->collective->servers && !o->served; s++) {
        o->server[s] = hand_take(o->parts_of, ranks + s);
        hand_send(o, o->server[s], o->part_number, hand_serve, &o->courier[ranks + s]);
    }
    o->served = true;
}

static void part_leaves(void *arg) {
    const dt_courier *courier = arg;
    dt_ongoing *o = courier->ongoing;
    part_serve(o);
    o->port[courier->rank] = hand_take(o->parts_of, courier->rank);
    hand_send(o, o->port[courier->rank], o->part_number, hand_carry, &o->courier[courier->rank]);
}

static void part_leaves_all(void *arg) {
    dt_ongoing *o = arg;
    for (size_t r = 0; r < o->count; r++) o->port[r] = hand_take(o->parts_of, r);
    part_serve(o);
    for (size_t r = 0; r < o->count; r++) hand_send(o, o->port[r], o->part_number, hand_carry, &o->courier[r]);
}

static double share_wire(const dt_share *share, size_t n) { return share->wire_bytes > 0 ? share->wire_bytes : 4.0 * (double)n; }

void dt_parts_bring(dt_parts *p, size_t rank, size_t k, long priority, const dt_share *share) {
    long step = p->step[rank];
    step_begin(p, step);
    dt_ongoing *o = part_begin(p, step, k);
    assert(o->number == step);
    dt_presence_set(o, rank, DT_HERE);
    o->share[rank] = *share;
    if (share->of != NULL) dt_vec_keep(share->of);
    if (o->present[DT_HERE] == 1) o->turn_bytes = 0;
    o->turn_bytes = fmax(o->turn_bytes, share_wire(share, o->n));
    o->priority = priority;
    if (parts_served(p->collective)) dt_gate_ask(p->up[rank], priority, share_wire(share, o->n), part_leaves, &o->courier[rank]);
    else if (o->present[DT_EXPECTED] == 0) dt_gate_ask(p->up[0], priority, o->turn_bytes, part_leaves_all, o);
}

/* ---- messages in turn ------------------------------------------------------------------------- */

static dt_gate *gate_down(const dt_ongoing *o, size_t server, size_t rank) {
    return o->parts_of->down[server * o->collective->group->ranks + rank];
}

static void held_leaves(void *arg) {
    held_post *h = arg;
    dt_ongoing *o = h->ongoing;
    size_t s = h->server;
    dt_port_post_from_host(o->server[s], h->to, h->m);
    h->next = o->parts_of->reserve->spare_post;
    o->parts_of->reserve->spare_post = h;
    if (--o->held[s] == 0) dt_port_post_from_host(o->server[s], o->server[s], (dt_message){ .tag = dt_round_tag(o->attempt, DT_STEP_GO) });
}

void dt_parts_post(dt_ongoing *o, size_t server, size_t rank, dt_message m) {
    dt_parts *p = o->parts_of;
    held_post *h = p->reserve->spare_post;
    if (h != NULL) p->reserve->spare_post = h->next;
    else h = dt_arena_take(p->run, 1, sizeof *h);
    *h = (held_post){ o, server, o->port[rank], m, NULL };
    o->held[server]++;
    dt_gate_ask(gate_down(o, server, rank), o->priority, m.bytes, held_leaves, h);
}

dt_status dt_parts_flush_server(dt_ongoing *o, size_t server) {
    dt_message m;
    while (o->held[server] > 0)         /* the word may be of an earlier trip */
        DT_TRY(dt_port_receive(o->server[server], o->server[server], dt_round_tag(o->attempt, DT_STEP_GO), HUGE_VAL, &m));
    return dt_port_flush(o->server[server]);
}

void dt_parts_left(dt_ongoing *o, size_t rank) {
    dt_gate_give(o->parts_of->up[rank], share_wire(&o->share[rank], o->n));
}

void dt_parts_got(dt_ongoing *o, size_t server, size_t rank, double bytes) {
    dt_gate_give(gate_down(o, server, rank), bytes);
}

/* ---- waiting --------------------------------------------------------------------------------- */

bool dt_parts_here(const dt_parts *p, size_t rank, size_t k) { return p->here[rank * p->count + k] > p->step[rank]; }

bool dt_parts_complete(const dt_parts *p, size_t rank) { return p->missing[rank] == 0; }

static dt_status parts_wait(dt_parts *p, size_t rank, size_t k) {
    dt_message m;
    p->waits[rank] = k;
    return dt_port_receive(p->collective->group->port[rank], NULL, p->ticket, HUGE_VAL, &m);
}

dt_status dt_parts_await(dt_parts *p, size_t rank, size_t k) {
    return dt_parts_here(p, rank, k) ? DT_OK : parts_wait(p, rank, k);
}

dt_status dt_parts_await_any(dt_parts *p, size_t rank) {
    assert(p->missing[rank] > 0);
    return parts_wait(p, rank, SIZE_MAX);
}

dt_vec *dt_parts_whole(dt_parts *p, size_t rank, dt_outcome *outcome) {
    parts_step *s = &p->steps[p->step[rank] % 2];
    assert(dt_parts_complete(p, rank));
    p->missing[rank] = p->count;
    dt_vec *whole = dt_vec_keep(s->vec);
    *outcome = s->outcome;
    outcome->number = p->step[rank]++;
    if (++s->taken == p->collective->group->ranks) {
        dt_form_whole_end(p->collective, s->whole);
        *s = (parts_step){ 0 };
    }
    return whole;
}
