/* collective.c - opening an algorithm, and one mean as a member and as the server see it. */
#include "collective/inside.h"
#include "engine/failure.h"
#include <math.h>

#define ROOM collective
#include "base/members.h"

const dt_room dt_collective_room = {
    .name = "collective", .brief = "all-reduce algorithm: how a mean is formed by messages of the workers", .preset = "ring",
    ROOM_MEMBERS,
};

/* ---- the server ------------------------------------------------------------------------------ */

static void serve_repeat(void *arg) { dt_membership_repeat(arg); }

void dt_exchange_wake_servers(const dt_ongoing *o) {
    for (size_t s = 0; s < o->collective->servers; s++) dt_port_wake(o->server[s]);
}

/* Where nobody is left to serve, a server blocks until somebody is; and where nobody has got what it sent, until somebody
 * has: the next exchange begins when there is a result of this one.  Where a server was aborted for another exchange that
 * its program takes part in, this one begins anew for all. */
dt_status dt_exchange_serve(dt_ongoing *o, size_t s) {
    dt_port *server = o->server[s];
    long number = o->number, attempt = o->attempt;
    dt_status status = DT_OK;
    o->serving[s] = true;
    if (o->count == 0) status = dt_port_block(server, HUGE_VAL);
    if (status != DT_OK) return status;
    status = dt_round_go(o, DT_SERVER(s));
    while (status == DT_OK && o->number == number && !o->formed && !dt_port_aborted(server)) status = dt_port_block(server, HUGE_VAL);
    if (o->number == number) o->serving[s] = false;
    if (status == DT_EDOWN && o->number == number && o->attempt == attempt && !o->formed) dt_engine_at_once(serve_repeat, o);
    return status == DT_EDOWN || status == DT_OK ? dt_port_reset(server) : status;      /* its host does not fail */
}

/* A server of a collective: it serves one exchange after another, as long as its members need it. */
typedef struct serving { dt_collective *collective; size_t server; } serving;

static dt_status collective_serve(void *arg) {
    const serving *me = arg;
    dt_collective *c = me->collective;
    dt_status status = DT_OK;
    for (long number = 0; status == DT_OK;) {
        bool over = number < c->own.begun && dt_membership_find(&c->own, number) == NULL;
        dt_ongoing *o = over ? NULL : dt_membership_exchange(c, &c->own, number);
        if (!over && !o->fetch) status = dt_exchange_serve(o, me->server);
        /* Where the training is over, some members may have gone ahead and others still need the server. */
        bool ahead = status == DT_EOVER && dt_membership_find(&c->own, number + 1) != NULL;
        if (ahead) status = DT_OK;
        if (over || ahead || o->number != number || o->formed) number++;
    }
    return status == DT_EOVER ? DT_OK : status;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The names of those collectives that can form any aggregate. */
static const char *collective_gatherers(dt_arena *arena) {
    const char *names = "";
    for (size_t i = 0; i < dt_collective_room.count; i++)
        if (dt_collective_of(dt_collective_room.entries[i])->gathers)
            names = dt_arena_text(arena, "%s%s\"%s\"", names, names[0] == '\0' ? "" : " or ",
                                  dt_collective_room.entries[i]->name);
    return names;
}

static dt_status collective_fits(const dt_collective_type *type, const dt_aggregate *aggregate, dt_arena *arena) {
    bool by_entry = aggregate->type->partial || aggregate->type->merge != NULL;
    if (type->gathers || aggregate->type->partial || (type->pieces && by_entry)) return DT_OK;
    return dt_fail_at(DT_EINVAL, "aggregate", "\"%s\" needs the vectors of all workers in one place, and the collective \"%s\" "
                      "adds up partial sums on the way: expected collective = %s, a strategy with a server such as "
                      "\"fedavg\", or an aggregate that is a sum, such as \"weighted\"", aggregate->type->is.name,
                      type->is.name, collective_gatherers(arena));
}

static dt_status collective_find(const dt_config *config, const char *path, const dt_collective_type **type, void **state,
                                 dt_arena *run) {
    const dt_entry *entry;
    DT_TRY(dt_room_open(&dt_collective_room, config, path, NULL, run, &entry, state));
    *type = dt_collective_of(entry);
    return (*type)->init != NULL ? (*type)->init(*state, run) : DT_OK;
}

dt_status dt_collective_part(const char *name, const char *path, const dt_collective_type **type, void **state, dt_arena *run) {
    DT_TRY(collective_find(dt_config_set_text(dt_config_new(run), NULL, name, run), path, type, state, run));
    if ((*type)->serve == NULL && !(*type)->sited) return DT_OK;
    return dt_fail_at(DT_EINVAL, path, "expected an algorithm without servers that does not look at sites itself, such as \"ring\", got "
                      "\"%s\"", name);
}

dt_status dt_collective_check(const dt_config *config, const dt_aggregate *aggregate, dt_arena *run) {
    const dt_collective_type *type;
    void *state;
    DT_TRY(collective_find(config, NULL, &type, &state, run));
    return collective_fits(type, aggregate, run);
}

dt_status dt_collective_ways(const dt_config *config, const dt_group *group, dt_way *way, void *owner, dt_arena *run) {
    const dt_collective_type *type;
    void *state;
    DT_TRY(collective_find(config, NULL, &type, &state, run));
    type->ways(state, group, way, owner, run);
    return DT_OK;
}

/* Another group's may be at work at a server. */
static void collective_begin_servers(dt_collective *c) {
    const dt_group *g = c->group;
    c->servers = c->type->serve == NULL ? 0 : c->type->sharded ? g->servers : 1;
    c->server = dt_arena_take(c->run, c->servers, sizeof(void *));
    for (size_t s = 0; s < c->servers; s++) {
        serving *me = dt_arena_take(c->run, 1, sizeof *me);
        *me = (serving){ c, s };
        c->server[s] = dt_port_taken(g->server[s]) ? dt_port_beside(g->server[s], "mean", c->run) : g->server[s];
        dt_engine_spawn(g->engine, "server of the mean", c->server[s], collective_serve, me, true);
    }
}

dt_status dt_collective_open(dt_collective **out, const dt_config *config, const dt_group *group, size_t n,
                             dt_vec_pool *pool, const dt_aggregate *aggregate, dt_pool *threads, dt_arena *run) {
    dt_collective *c = dt_arena_take(run, 1, sizeof *c);
    DT_TRY(collective_find(config, NULL, &c->type, &c->state, run));
    DT_TRY(collective_fits(c->type, aggregate, run));
    c->group = group;
    c->n = n;
    c->pool = pool;
    c->aggregate = aggregate;
    c->threads = threads;
    c->run = run;
    c->standing = dt_arena_take(run, group->ranks, sizeof *c->standing);     /* zeroed: DT_IN */
    c->x = dt_arena_take(run, group->ranks, sizeof *c->x);
    c->packet = dt_arena_take(run, group->ranks, sizeof *c->packet);
    c->size = dt_arena_take(run, group->ranks, sizeof *c->size);
    c->weight = dt_arena_take(run, group->ranks, sizeof *c->weight);
    c->value = dt_arena_take(run, group->ranks, sizeof *c->value);
    dt_membership_open(c, &c->own, false);
    dt_membership_open(c, &c->started, true);
    collective_begin_servers(c);
    *out = c;
    return DT_OK;
}

void dt_collective_merge_by(dt_collective *c, dt_compress *merger) {
    if (merger->type->lossy) c->merger = merger;
}
