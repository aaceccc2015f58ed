/* collective.c - opening an algorithm, and one mean as a member and as the server see it. */
#include "collective/inside.h"
#include "engine/failure.h"
#include <math.h>

#define ROOM collective
#include "base/members.h"

const dt_room dt_collective_room = {
    .name = "collective", .brief = "how a mean is formed", .preset = "ring",
    ROOM_MEMBERS,
};

/* ---- the server ------------------------------------------------------------------------------ */

/* [time] Where nobody is left to serve, the server blocks until somebody is; and where nobody has got what it sent,
 * until somebody has: the next mean begins when this one is formed.  Errors: DT_EOVER. */
static dt_status collective_serve_one(dt_collective *c, long number) {
    dt_port *server = c->group->server[0];
    dt_ongoing *o = dt_membership_exchange(c, number);
    if (o->count == 0) DT_TRY(dt_port_block(server, HUGE_VAL));
    dt_round round = dt_round_of(c, o, DT_SERVER, server);
    dt_status status = c->type->serve(c->state, &round);
    while (status == DT_OK && c->formed == number && !dt_port_aborted(server)) status = dt_port_block(server, HUGE_VAL);
    return status == DT_EDOWN || status == DT_OK ? dt_port_reset(server) : status;      /* its host does not fail */
}

static dt_status collective_serve(void *arg) {
    dt_collective *c = arg;
    dt_status status;
    do status = collective_serve_one(c, c->formed);
    while (status == DT_OK);
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
    if (type->gathers || aggregate->type->partial) return DT_OK;
    return dt_fail_at(DT_EINVAL, "aggregate", "\"%s\" needs the vectors of all workers in one place, and the collective \"%s\" "
                      "adds up partial sums on the way: expected collective = %s, a strategy with a server such as "
                      "\"fedavg\", or an aggregate that is a sum, such as \"weighted\"", aggregate->type->is.name,
                      type->is.name, collective_gatherers(arena));
}

dt_status dt_collective_check(const dt_config *config, const dt_aggregate *aggregate, dt_arena *run) {
    const dt_entry *entry;
    void *state;
    DT_TRY(dt_room_open(&dt_collective_room, config, NULL, NULL, run, &entry, &state));
    return collective_fits(dt_collective_of(entry), aggregate, run);
}

static void collective_take(dt_collective *c, dt_arena *run) {
    size_t ranks = c->group->ranks;
    c->standing = dt_arena_take(run, ranks, sizeof *c->standing);     /* zeroed: DT_IN */
    c->next = dt_arena_take(run, ranks, sizeof *c->next);
    c->x = dt_arena_take(run, ranks, sizeof *c->x);
    c->size = dt_arena_take(run, ranks, sizeof *c->size);
    c->weight = dt_arena_take(run, ranks, sizeof *c->weight);
    c->value = dt_arena_take(run, ranks, sizeof *c->value);
    for (dt_ongoing *o = c->ongoing; o < c->ongoing + 2; o++) {
        o->share = dt_arena_take(run, ranks, sizeof *o->share);
        o->member = dt_arena_take(run, ranks, sizeof *o->member);
        o->part = dt_arena_take(run, ranks, sizeof *o->part);         /* zeroed: DT_ABSENT */
        o->parts[DT_ABSENT] = ranks;
    }
}

dt_status dt_collective_open(dt_collective **out, const dt_config *config, const dt_group *group, size_t n,
                             dt_vec_pool *pool, const dt_aggregate *aggregate, dt_pool *threads, dt_arena *run) {
    const dt_entry *entry;
    dt_collective *c = dt_arena_take(run, 1, sizeof *c);
    DT_TRY(dt_room_open(&dt_collective_room, config, NULL, NULL, run, &entry, &c->state));
    c->type = dt_collective_of(entry);
    DT_TRY(collective_fits(c->type, aggregate, run));
    c->group = group;
    c->n = n;
    c->pool = pool;
    c->aggregate = aggregate;
    c->threads = threads;
    collective_take(c, run);
    if (c->type->serve != NULL)
        dt_engine_spawn(group->engine, "server of the mean", group->server[0], collective_serve, c, true);
    *out = c;
    return DT_OK;
}

/* ---- a member -------------------------------------------------------------------------------- */

/* [time] Form the mean with the others, or get it from one who has it already.  *o becomes the exchange it is of. */
static dt_status collective_try(dt_collective *c, dt_ongoing **o, size_t rank) {
    dt_port *port = c->group->port[rank], *holder = (*o)->mean == NULL ? NULL : dt_membership_holder(c, *o);
    if ((*o)->mean != NULL && holder == NULL) *o = dt_membership_pass(c, *o, rank);
    if (holder == NULL) {
        dt_round round = dt_round_of(c, *o, rank, port);
        return c->type->exchange(c->state, &round);
    }
    dt_message m = { .tag = dt_round_last_tag((*o)->attempt), .bytes = 4.0 * (double)c->n };
    dt_port_post_from_host(holder, port, m);
    return dt_port_receive(port, holder, m.tag, HUGE_VAL, &m);
}

dt_status dt_collective_mean(dt_collective *c, size_t rank, const dt_share *share, dt_vec **mean, dt_outcome *outcome) {
    dt_port *port = c->group->port[rank];
    dt_share brought = *share;
    dt_status status;
    if (dt_port_aborted(port)) return dt_port_sleep(port, 0);       /* DT_EDOWN */
    if (c->standing[rank] != DT_IN) {
        DT_TRY(dt_membership_join(c, rank));
        brought.size = 0;
    }
    dt_ongoing *o = dt_membership_enter(c, rank, &brought);
    do status = collective_try(c, &o, rank);
    while (status == DT_EDOWN && dt_port_reset(port) == DT_OK);
    DT_TRY(status);
    if (o->mean == NULL) dt_form_mean(c, o);
    *mean = dt_vec_keep(o->mean);
    *outcome = o->outcome;
    dt_membership_take(c, o, rank);
    if (c->type->serve != NULL) dt_port_wake(c->group->server[0]);
    return DT_OK;
}
