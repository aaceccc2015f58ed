/* collective.c - who has arrived, what comes out, and the size of what travels. */
#include "collective/collective.h"
#include <assert.h>
#include <math.h>

#define ITEM(name) extern const dt_collective_type dt_collective_##name;
#include "collective/list.h"
#undef ITEM

static const dt_entry *const entries[] = {
#define ITEM(name) &dt_collective_##name.is,
#include "collective/list.h"
#undef ITEM
};

const dt_room dt_collective_room = {
    .name = "collective", .brief = "how a mean is formed", .preset = "ring",
    .entries = entries, .count = sizeof entries / sizeof *entries,
};

enum { STEP_BITS = 24 };

/* A mean from the first share to the last taker.  A rank may bring its share to the next mean while another
 * has not yet taken this one, but not to the one after: two are enough. */
typedef struct slot {
    dt_share *share;        /* [ranks] */
    size_t    arrived, taken;
    dt_vec   *mean;
    dt_outcome outcome;
} slot;

struct dt_collective {
    const dt_collective_type *type;
    void                *state;
    const dt_group      *group;
    size_t               n;
    dt_vec_pool         *pool;
    const dt_aggregate  *aggregate;
    dt_pool             *threads;
    double               wire_bytes;    /* of one share: equal for all */
    bool                 merges;
    long                *number;        /* [ranks] means each has begun */
    slot                 slot[2];
    const float        **x;             /* [ranks] scratch of forming */
    double              *size, *weight; /* [ranks] */
};

static dt_status collective_serve(void *arg) {
    const dt_collective *c = arg;
    for (long number = 0;; number++) {
        dt_round round = { c, c->group, c->n, DT_SERVER, number };
        c->type->serve(c->state, &round);
    }
    return DT_OK;
}

dt_status dt_collective_open(dt_collective **out, const dt_config *config, const dt_group *group, size_t n,
                             dt_vec_pool *pool, const dt_aggregate *aggregate, dt_pool *threads, dt_arena *run) {
    const dt_entry *entry;
    dt_collective *c = dt_arena_take(run, 1, sizeof *c);
    DT_TRY(dt_room_open(&dt_collective_room, config, NULL, NULL, run, &entry, &c->state));
    c->type = (const dt_collective_type *)(const void *)entry;
    c->group = group;
    c->n = n;
    c->pool = pool;
    c->aggregate = aggregate;
    c->threads = threads;
    c->number = dt_arena_take(run, group->ranks, sizeof *c->number);
    c->x = dt_arena_take(run, group->ranks, sizeof *c->x);
    c->size = dt_arena_take(run, group->ranks, sizeof *c->size);
    c->weight = dt_arena_take(run, group->ranks, sizeof *c->weight);
    for (int i = 0; i < 2; i++) c->slot[i].share = dt_arena_take(run, group->ranks, sizeof(dt_share));
    if (dt_collective_serves(c))
        dt_engine_spawn(group->engine, "server of the mean", group->server, collective_serve, c, true);
    *out = c;
    return DT_OK;
}

bool dt_collective_serves(const dt_collective *c) { return c->type->serve != NULL; }

/* ---- what algorithms use ------------------------------------------------------------------- */

size_t dt_round_piece(const dt_round *round, size_t piece, size_t pieces) {
    return round->n / pieces + (piece < round->n % pieces);
}

double dt_round_bytes(const dt_round *round, size_t count, size_t entries_sent) {
    const dt_collective *c = round->collective;
    double dense = 4.0 * (double)round->n;
    double whole = c->merges ? c->wire_bytes : fmin((double)count * c->wire_bytes, fmax(dense, c->wire_bytes));
    return ceil(whole * ((double)entries_sent / (double)round->n) - 1e-6);
}

static dt_port *round_port(const dt_round *round, size_t who) {
    return who == DT_SERVER ? round->group->server : round->group->port[who];
}

static long round_tag(const dt_round *round, long step) { return (round->number << STEP_BITS) + step; }

static void round_send(const dt_round *round, size_t to, long step, double bytes, bool meet) {
    dt_message m = { .tag = round_tag(round, step), .bytes = bytes, .meet = meet };
    dt_port_post(round_port(round, round->self), round_port(round, to), m);
}

void dt_round_post(const dt_round *round, size_t to, long step, double bytes) {
    round_send(round, to, step, bytes, false);
}

void dt_round_meet(const dt_round *round, size_t to, long step, double bytes) {
    round_send(round, to, step, bytes, true);
}

void dt_round_receive(const dt_round *round, size_t from, long step) {
    dt_message m;
    long sender = dt_port_rank(round_port(round, from));
    dt_port_receive(round_port(round, round->self), sender, round_tag(round, step), HUGE_VAL, &m);
}

void dt_round_flush(const dt_round *round) { dt_port_flush(round_port(round, round->self)); }

/* ---- the mean ------------------------------------------------------------------------------ */

static void collective_form(dt_collective *c, slot *s) {
    size_t ranks = c->group->ranks;
    assert(s->arrived == ranks);    /* else an exchange let a rank through before all had spoken */
    for (size_t i = 0; i < ranks; i++) {
        c->x[i] = s->share[i].x;
        c->size[i] = s->share[i].size;
    }
    dt_inputs in = { ranks, c->n, c->x, c->size };
    s->mean = dt_vec_take(c->pool);
    s->outcome = (dt_outcome){ NAN, NAN };
    if (c->x[0] == NULL) return;
    dt_aggregate_form(c->aggregate, &in, c->weight, s->mean->x, c->threads);
    s->outcome.value = 0;
    for (size_t i = 0; i < ranks; i++) s->outcome.value += c->weight[i] * s->share[i].value;
    if (s->share[0].measure) s->outcome.spread = dt_aggregate_spread(&in, s->mean->x);
}

void dt_collective_mean(dt_collective *c, size_t rank, const dt_share *share, dt_vec **mean, dt_outcome *outcome) {
    size_t ranks = c->group->ranks;
    dt_round round = { c, c->group, c->n, rank, c->number[rank]++ };
    slot *s = &c->slot[round.number % 2];
    s->share[rank] = *share;
    s->arrived++;
    c->wire_bytes = share->wire_bytes;
    c->merges = share->merges;
    c->type->exchange(c->state, &round);
    if (s->taken == 0) collective_form(c, s);
    *mean = dt_vec_keep(s->mean);
    *outcome = s->outcome;
    if (++s->taken < ranks) return;
    dt_vec_drop(s->mean);
    *s = (slot){ .share = s->share };
}
