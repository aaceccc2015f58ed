/* fluid.c - flows that share links, event by event.
 *
 *   sent --latency--> moving --all bytes--> over
 *
 * Only moving flows take a share of their links.  When flows begin or stop to move, the rates of those that are joined to them by
 * shared links are found anew, once for all that happens at one instant:
 *   - a link that is shared gives level / weight to each of its flows, times what that flow takes of it;
 *   - of the links and bounds of the flows the one with the least level is full first, and its flows keep that rate;
 *   - a fat pipe gives every flow what it takes alone. */
#include "engine/fluid.h"
#include "engine/energy.h"
#include "engine/transfer.h"
#include <math.h>
#include <string.h>
#include <xbt/config.h>

static const double BACK = 0.05;        /* of each flow its way back takes, with cross-traffic (SimGrid's surf/network_cm02) */
static const double NEAR = 1e-12;       /* levels that differ by less, relatively, are full at once */

typedef struct use { size_t link; double share; } use;
typedef struct path { size_t from, to, first, uses; double latency_s, weight, most; } path;
typedef struct flow { size_t id, way; double left, rate, since_s; long version; bool moves, fixed, met; size_t next; } flow;
typedef struct pipe { double bandwidth, left, usage; bool shared, met, dirty, full; long seen; size_t *flow, flows, room; } pipe;
typedef struct event { double time_s; long number; size_t flow, id; long version; } event;     /* flow SIZE_MAX: none */

struct dt_fluid {
    dt_engine *engine;
    dt_arena  *run;
    double     factor, latency_factor, weight_s, window, least_s;
    bool       back;
    pipe      *pipe;        /* [pipes] as the engine numbers links */
    size_t     pipes;
    path      *way;         /* [ways] */
    size_t     ways, way_room;
    use       *use;         /* [uses] */
    size_t     uses, use_room;
    size_t    *table, places;       /* [places] number of a way + 1 by its hosts; 0: none */
    flow      *flow;        /* [flows] */
    size_t     flows, flow_room, spare;
    event     *heap;        /* [events] */
    size_t     events, heap_room;
    long       number, seen;
    double     now_s;
    size_t    *dirty, dirties, dirty_room;          /* pipes whose flows have changed */
    size_t    *some, somes, some_room, *some_pipe, some_pipes;   /* those that are joined */
};

static void *grown(dt_fluid *f, void *old, size_t count, size_t *room, size_t size) {
    if (count < *room) return old;
    size_t more = *room == 0 ? 256 : 2 * *room;
    void *new = dt_arena_take(f->run, more, size);
    if (old != NULL) memcpy(new, old, count * size);
    *room = more;
    return new;
}

/* ---- the network --------------------------------------------------------------------------------- */

dt_fluid *dt_fluid_new(dt_engine *e) {
    dt_fluid *f = dt_arena_take(e->run, 1, sizeof *f);
    *f = (dt_fluid){ .engine = e, .run = e->run, .pipes = dt_engine_links(e), .window = dt_engine_window(e), .least_s = HUGE_VAL,
                    .spare = SIZE_MAX };
    f->factor = dt_bridge_factor("network/bandwidth-factor", 1e6);
    f->latency_factor = dt_bridge_factor("network/latency-factor", 1e6);
    f->weight_s = fmax(sg_cfg_get_double("network/weight-S"), 0);
    f->back = sg_cfg_get_boolean("network/crosstraffic");
    f->pipe = dt_arena_take(e->run, f->pipes + 1, sizeof *f->pipe);
    f->some_pipe = dt_arena_take(e->run, f->pipes + 1, sizeof *f->some_pipe);
    for (size_t i = 0; i < f->pipes; i++) {
        sg_link_t link = e->link[i].link;
        if (!dt_bridge_fair(link)) return NULL;
        f->pipe[i] = (pipe){ .bandwidth = sg_link_get_bandwidth(link), .shared = sg_link_is_shared(link) };
    }
    for (double bytes = 1; bytes < 1e12; bytes *= 10)       /* factors that hang on sizes are of another model */
        if (dt_bridge_factor("network/bandwidth-factor", bytes) != f->factor ||
            dt_bridge_factor("network/latency-factor", bytes) != f->latency_factor) return NULL;
    return f;
}

bool dt_fluid_may(const dt_engine *e, size_t bodies) {
    if (e->on_span != NULL || e->on_flight != NULL || e->energy || e->latencies || e->changing || e->loss.share > 0) return false;
    if (e->in_transit != NULL || e->links_off > 0 || e->alive != (long)bodies) return false;
    return true;
}

static void way_add(dt_fluid *f, path *w, size_t link, double share) {
    for (size_t i = w->first; i < f->uses; i++)
        if (f->use[i].link == link) {
            f->use[i].share = f->pipe[link].shared ? f->use[i].share + share : fmax(f->use[i].share, share);
            return;
        }
    f->use = grown(f, f->use, f->uses, &f->use_room, sizeof *f->use);
    f->use[f->uses++] = (use){ link, share };
}

static double way_walk(dt_fluid *f, path *w, size_t from, size_t to, double share) {
    dt_engine *e = f->engine;
    double latency_s;
    size_t links = dt_bridge_route(e->host[from].host, e->host[to].host, e->way, e->way_room, &latency_s);
    if (links > e->way_room) {
        e->way_room = 2 * links;
        e->way = dt_arena_take(e->run, e->way_room, sizeof *e->way);
        dt_bridge_route(e->host[from].host, e->host[to].host, e->way, e->way_room, &latency_s);
    }
    for (size_t i = 0; i < links; i++) {
        size_t link = (size_t)(dt_inside_link(e, sg_link_get_name(e->way[i])) - e->link);
        way_add(f, w, link, share);
        if (share >= 1) w->weight += f->weight_s / f->pipe[link].bandwidth;
    }
    return latency_s;
}

static size_t *way_place(dt_fluid *f, size_t from, size_t to) {
    size_t at = (from * 0x9E3779B97F4A7C15u + to * 0xC2B2AE3D27D4EB4Fu) >> 17;
    while (f->table[at & (f->places - 1)] != 0) {
        const path *w = &f->way[f->table[at & (f->places - 1)] - 1];
        if (w->from == from && w->to == to) break;
        at++;
    }
    return &f->table[at & (f->places - 1)];
}

static void table_grow(dt_fluid *f) {
    f->places = f->places == 0 ? 1024 : 2 * f->places;
    f->table = dt_arena_take(f->run, f->places, sizeof *f->table);
    for (size_t i = 0; i < f->ways; i++) *way_place(f, f->way[i].from, f->way[i].to) = i + 1;
}

/* SimGrid weighs a flow that has latency by it and by its links; one without counts 1. */
size_t dt_fluid_way(dt_fluid *f, size_t from, size_t to) {
    if (2 * f->ways >= f->places) table_grow(f);
    size_t *place = way_place(f, from, to);
    if (*place > 0) return *place - 1;
    path w = { .from = from, .to = to, .first = f->uses, .most = HUGE_VAL };
    double latency_s = way_walk(f, &w, from, to, 1);
    if (f->back) way_walk(f, &w, to, from, BACK);
    w.uses = f->uses - w.first;
    w.latency_s = f->latency_factor * latency_s;
    f->least_s = fmin(f->least_s, w.latency_s);
    w.weight = w.latency_s > 0 ? w.weight + latency_s : 1;
    if (f->window > 0 && latency_s > 0) w.most = f->window / (2 * latency_s);
    f->way = grown(f, f->way, f->ways, &f->way_room, sizeof *f->way);
    f->way[f->ways++] = w;
    return (*place = f->ways) - 1;
}

double dt_fluid_least(const dt_fluid *f) { return f->least_s; }

double dt_fluid_alone(const dt_fluid *f, size_t way, double bytes) {
    double rate = f->way[way].most;
    for (size_t i = f->way[way].first; i < f->way[way].first + f->way[way].uses; i++)
        rate = fmin(rate, f->pipe[f->use[i].link].bandwidth / f->use[i].share);
    return f->way[way].latency_s + (isinf(rate) ? 0 : bytes / (f->factor * rate));
}

bool dt_fluid_apart(dt_fluid *f, const size_t *way, size_t count) {
    bool apart = true;
    for (size_t k = 0; k < 2 * count; k++)          /* the second time marks are taken back */
        for (size_t i = f->way[way[k % count]].first, n = f->way[way[k % count]].uses; n > 0; i++, n--) {
            pipe *p = &f->pipe[f->use[i].link];
            if (k < count && p->shared && p->met) apart = false;
            p->met = k < count;
        }
    return apart;
}

/* Marks whose each shared link is (left), and whose way back takes of it (usage, from 1 on); both are free between solutions. */
static bool ring_marks(dt_fluid *f, const size_t *way, size_t count, bool back) {
    for (size_t k = 0; k < count; k++)
        for (size_t i = f->way[way[k]].first, n = f->way[way[k]].uses; n > 0; i++, n--) {
            pipe *p = &f->pipe[f->use[i].link];
            if (!p->shared || (f->use[i].share == BACK) != back) continue;
            if (!back && (f->use[i].share != 1 || p->left >= 0)) return false;
            if (!back) p->left = (double)k;
            if (back && (p->left < 0 || p->usage > 0)) return false;
            if (back) p->usage = (double)(k + 1);
        }
    return true;
}

/* Do the ways back of both neighbours, and nobody else's, take of links of way k?  most: what bounds it but these links. */
static bool ring_beside(const dt_fluid *f, const path *w, size_t k, size_t count, double bandwidth, double *most) {
    bool before = false, after = false;
    *most = w->most;
    for (size_t i = w->first; i < w->first + w->uses; i++) {
        const pipe *p = &f->pipe[f->use[i].link];
        if (!p->shared) *most = fmin(*most, p->bandwidth / f->use[i].share);
        if (p->shared && p->bandwidth != bandwidth) return false;
        if (!p->shared || f->use[i].share == BACK || !(p->usage > 0)) continue;
        size_t whose = (size_t)p->usage - 1;
        before = before || whose == (k + count - 1) % count;
        after = after || whose == (k + 1) % count;
        if (whose != (k + count - 1) % count && whose != (k + 1) % count) return false;
    }
    return before && after;
}

bool dt_fluid_ring(dt_fluid *f, const size_t *way, size_t count, dt_fluid_pace *pace) {
    double bandwidth = 0, first = 0, most;
    if (count < 3 || !f->back) return false;
    for (size_t k = 0; k < count; k++)
        for (size_t i = f->way[way[k]].first, n = f->way[way[k]].uses; n > 0; i++, n--) {
            pipe *p = &f->pipe[f->use[i].link];
            p->left = -1;
            p->usage = 0;
            if (p->shared) bandwidth = p->bandwidth;
        }
    if (!ring_marks(f, way, count, false) || !ring_marks(f, way, count, true)) return false;
    const path *one = &f->way[way[0]];
    for (size_t k = 0; k < count; k++) {
        const path *w = &f->way[way[k]];
        if (w->latency_s != one->latency_s || w->weight != one->weight) return false;
        if (!ring_beside(f, w, k, count, bandwidth, &most) || (k > 0 && most != first)) return false;
        first = most;
    }
    *pace = (dt_fluid_pace){ one->latency_s, f->factor * fmin(bandwidth, first), f->factor * fmin(bandwidth / (1 + BACK), first) };
    return true;
}

/* ---- events -------------------------------------------------------------------------------------- */

static bool event_before(const event *a, const event *b) {
    return a->time_s < b->time_s || (a->time_s == b->time_s && a->number < b->number);
}

static void event_push(dt_fluid *f, event new) {
    f->heap = grown(f, f->heap, f->events, &f->heap_room, sizeof *f->heap);
    new.number = f->number++;
    size_t at = f->events++;
    for (; at > 0 && event_before(&new, &f->heap[(at - 1) / 2]); at = (at - 1) / 2) f->heap[at] = f->heap[(at - 1) / 2];
    f->heap[at] = new;
}

static event event_pop(dt_fluid *f) {
    event first = f->heap[0], last = f->heap[--f->events];
    size_t at = 0, child;
    for (; (child = 2 * at + 1) < f->events; at = child) {
        if (child + 1 < f->events && event_before(&f->heap[child + 1], &f->heap[child])) child++;
        if (!event_before(&f->heap[child], &last)) break;
        f->heap[at] = f->heap[child];
    }
    f->heap[at] = last;
    return first;
}

void dt_fluid_begin(dt_fluid *f) {
    for (size_t i = 0; i < f->dirties; i++) f->pipe[f->dirty[i]].dirty = false;
    f->dirties = f->events = 0;
    f->now_s = 0;
}

double dt_fluid_now(const dt_fluid *f) { return f->now_s; }

void dt_fluid_at(dt_fluid *f, double time_s, size_t id) {
    event_push(f, (event){ .time_s = fmax(time_s, f->now_s), .flow = SIZE_MAX, .id = id });
}

void dt_fluid_send(dt_fluid *f, size_t way, double bytes, size_t id) {
    size_t i = f->spare;
    if (i != SIZE_MAX) f->spare = f->flow[i].next;
    else {
        f->flow = grown(f, f->flow, f->flows, &f->flow_room, sizeof *f->flow);
        i = f->flows++;
    }
    long version = f->flow[i].version + 1;
    f->flow[i] = (flow){ .id = id, .way = way, .left = bytes, .version = version };
    event_push(f, (event){ .time_s = f->now_s + f->way[way].latency_s, .flow = i, .version = version });
}

/* ---- rates --------------------------------------------------------------------------------------- */

static void pipe_dirty(dt_fluid *f, size_t link) {
    if (f->pipe[link].dirty) return;
    f->pipe[link].dirty = true;
    f->dirty = grown(f, f->dirty, f->dirties, &f->dirty_room, sizeof *f->dirty);
    f->dirty[f->dirties++] = link;
}

static void flow_links(dt_fluid *f, size_t i, bool moves) {
    const path *w = &f->way[f->flow[i].way];
    for (size_t k = w->first; k < w->first + w->uses; k++) {
        pipe *p = &f->pipe[f->use[k].link];
        size_t at = 0;
        if (moves) {
            p->flow = grown(f, p->flow, p->flows, &p->room, sizeof *p->flow);
            p->flow[p->flows++] = i;
        } else {
            while (p->flow[at] != i) at++;
            p->flow[at] = p->flow[--p->flows];
        }
        pipe_dirty(f, f->use[k].link);
    }
    f->flow[i].moves = moves;
}

static void some_pipe(dt_fluid *f, size_t link) {
    if (f->pipe[link].seen == f->seen) return;
    f->pipe[link].seen = f->seen;
    f->some_pipe[f->some_pipes++] = link;
}

/* All flows that are joined to the link by links, and these. */
static void some_gather(dt_fluid *f, size_t link) {
    f->somes = f->some_pipes = 0;
    some_pipe(f, link);
    for (size_t at = 0; at < f->some_pipes; at++) {
        const pipe *p = &f->pipe[f->some_pipe[at]];
        for (size_t k = 0; k < p->flows; k++) {
            flow *x = &f->flow[p->flow[k]];
            if (x->met) continue;
            x->met = true;
            f->some = grown(f, f->some, f->somes, &f->some_room, sizeof *f->some);
            f->some[f->somes++] = p->flow[k];
            const path *w = &f->way[x->way];
            for (size_t u = w->first; u < w->first + w->uses; u++) some_pipe(f, f->use[u].link);
        }
    }
}

static double some_usage(const dt_fluid *f, const flow *x, size_t u) { return f->use[u].share / f->way[x->way].weight; }

/* Of the flows whose rates are not fixed yet. */
static void some_use(dt_fluid *f) {
    for (size_t i = 0; i < f->some_pipes; i++) f->pipe[f->some_pipe[i]].usage = 0;
    for (size_t i = 0; i < f->somes; i++) {
        const flow *x = &f->flow[f->some[i]];
        const path *w = &f->way[x->way];
        for (size_t u = w->first; !x->fixed && u < w->first + w->uses; u++) {
            pipe *p = &f->pipe[f->use[u].link];
            double usage = some_usage(f, x, u);
            p->usage = p->shared ? p->usage + usage : fmax(p->usage, usage);
        }
    }
}

static double some_level(const dt_fluid *f) {
    double level = HUGE_VAL;
    for (size_t i = 0; i < f->some_pipes; i++) {
        const pipe *p = &f->pipe[f->some_pipe[i]];
        if (p->usage > 0) level = fmin(level, fmax(p->left, 0) / p->usage);
    }
    for (size_t i = 0; i < f->somes; i++) {
        const flow *x = &f->flow[f->some[i]];
        if (!x->fixed) level = fmin(level, f->way[x->way].most * f->way[x->way].weight);
    }
    return level;
}

static void flow_rate(dt_fluid *f, size_t i, double rate) {
    flow *x = &f->flow[i];
    x->fixed = true;
    if (rate == x->rate) return;
    x->left = fmax(x->left - x->rate * (f->now_s - x->since_s), 0);
    x->rate = rate;
    x->since_s = f->now_s;
    event_push(f, (event){ .time_s = f->now_s + x->left / rate, .flow = i, .version = ++x->version });
}

/* Is a link on its way full? */
static bool flow_full(const dt_fluid *f, const flow *x) {
    const path *w = &f->way[x->way];
    for (size_t u = w->first; u < w->first + w->uses; u++)
        if (f->pipe[f->use[u].link].full) return true;
    return false;
}

static void some_fix(dt_fluid *f, double level) {
    for (size_t i = 0; i < f->some_pipes; i++) {
        pipe *p = &f->pipe[f->some_pipe[i]];
        p->full = p->usage > 0 && p->left <= level * p->usage * (1 + NEAR);
    }
    for (size_t i = 0; i < f->somes; i++) {
        flow *x = &f->flow[f->some[i]];
        const path *w = &f->way[x->way];
        bool bound = !x->fixed && w->most * w->weight <= level * (1 + NEAR);
        if (x->fixed || (!bound && !flow_full(f, x))) continue;
        double rate = bound ? w->most : level / w->weight;
        flow_rate(f, f->some[i], rate * f->factor);
        for (size_t u = w->first; u < w->first + w->uses; u++)
            if (f->pipe[f->use[u].link].shared) f->pipe[f->use[u].link].left -= f->use[u].share * rate;
    }
}

static void some_solve(dt_fluid *f) {
    size_t open = f->somes;
    for (size_t i = 0; i < f->some_pipes; i++) f->pipe[f->some_pipe[i]].left = f->pipe[f->some_pipe[i]].bandwidth;
    for (size_t i = 0; i < f->somes; i++) f->flow[f->some[i]].fixed = false;
    while (open > 0) {
        some_use(f);
        some_fix(f, some_level(f));
        open = 0;
        for (size_t i = 0; i < f->somes; i++) open += !f->flow[f->some[i]].fixed;
    }
    for (size_t i = 0; i < f->somes; i++) f->flow[f->some[i]].met = false;
}

static void fluid_solve(dt_fluid *f) {
    size_t count = f->dirties;
    f->dirties = 0;
    f->seen++;
    for (size_t i = 0; i < count; i++) {
        f->pipe[f->dirty[i]].dirty = false;
        if (f->pipe[f->dirty[i]].seen == f->seen) continue;
        some_gather(f, f->dirty[i]);
        some_solve(f);
    }
}

/* ---- going on ------------------------------------------------------------------------------------ */

/* Its latency is over, or its bytes are. */
static bool flow_goes_on(dt_fluid *f, size_t i, size_t *id) {
    flow *x = &f->flow[i];
    if (!x->moves && x->left > 0 && f->way[x->way].uses > 0) {
        x->rate = 0;
        x->since_s = f->now_s;
        flow_links(f, i, true);
        return false;
    }
    if (x->moves) flow_links(f, i, false);
    *id = x->id;
    x->version++;
    x->next = f->spare;
    f->spare = i;
    return true;
}

bool dt_fluid_next(dt_fluid *f, size_t *id) {
    for (;;) {
        if (f->dirties > 0 && (f->events == 0 || f->heap[0].time_s > f->now_s)) fluid_solve(f);
        if (f->events == 0) return false;
        event e = event_pop(f);
        if (e.flow != SIZE_MAX && e.version != f->flow[e.flow].version) continue;
        f->now_s = fmax(f->now_s, e.time_s);
        if (e.flow != SIZE_MAX && !flow_goes_on(f, e.flow, id)) continue;
        if (e.flow == SIZE_MAX) *id = e.id;
        return true;
    }
}
