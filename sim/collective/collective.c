/* collective.c - who has arrived, what comes out, and the size of what travels. */
#include "collective/collective.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>
#include <string.h>

#define ROOM collective
#include "base/members.h"

const dt_room dt_collective_room = {
    .name = "collective", .brief = "how a mean is formed", .preset = "ring",
    ROOM_MEMBERS,
};

enum { STEP_BITS = 24 };

/* A mean from the first share to the last taker.  A rank may bring its share to the next mean while another
 * has not yet taken this one, but not to the one after: two are enough.  The next begins once this one is formed, and
 * whoever takes part in this one is a member of the next. */
typedef struct slot {
    bool       open;        /* it has members */
    long       number;      /* of the mean */
    long       attempt;     /* no two are alike */
    size_t    *member;      /* [ranks] of this attempt: those who take part and have not taken the mean, ascending */
    size_t     count;
    dt_share  *share;       /* [ranks] */
    bool      *arrived, *taken;     /* [ranks] brought a share, or themselves; have the mean */
    size_t     left, here;          /* members that have not taken it yet; that have brought a share, or themselves */
    dt_vec    *mean;        /* NULL until it is formed */
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
    long                *number;        /* [ranks] of the mean each takes part in next */
    bool                *in, *waiting;  /* [ranks] takes part; has been dropped and wants to again */
    long                 formed, attempts;
    slot                 slot[2];
    const float        **x;             /* [ranks] scratch of forming */
    double              *size, *weight, *value; /* [ranks] */
};

static dt_round collective_round(const dt_collective *c, const slot *s, size_t self, dt_port *port) {
    return (dt_round){ c, s->member, s->count, c->n, self, port, s->attempt };
}

/* Messages of different attempts have different tags; the last of each is that of a mean that is fetched. */
static long attempt_tag(long attempt, long step) { return (attempt << STEP_BITS) + step; }

static size_t slot_place(const slot *s, size_t rank) {
    size_t low = 0, high = s->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (s->member[middle] <= rank) low = middle;
        else high = middle;
    }
    return low;
}

/* ---- members ------------------------------------------------------------------------------- */

/* A new attempt, of all who take part by now; those who wait to are called in, if the mean is still to be formed. */
static void slot_begin(dt_collective *c, slot *s, long number) {
    s->open = true;
    s->number = number;
    s->attempt = c->attempts++;
    s->count = s->here = 0;
    for (size_t r = 0; r < c->group->ranks; r++) {
        if (c->waiting[r] && number == c->formed) {
            c->in[r] = true;
            c->number[r] = number;
        }
        if (!c->in[r] || c->number[r] > number) continue;
        s->member[s->count++] = r;
        s->here += s->arrived[r];
    }
    s->left = s->count;
    for (size_t i = 0; i < s->count; i++)
        if (c->waiting[s->member[i]]) {
            c->waiting[s->member[i]] = false;
            dt_port_wake(c->group->port[s->member[i]]);
        }
}

/* Does the algorithm use the group's server? */
static bool collective_served(const dt_collective *c) { return c->type->serve != NULL; }

/* All who have not got it break off what they send and wait for, and begin anew; what they still have to do with the
 * mean before is left alone.  Only at once. */
static void slot_repeat(dt_collective *c, slot *s) {
    long first = attempt_tag(s->attempt, 0), last = attempt_tag(s->attempt + 1, -1);
    for (size_t i = 0; i < s->count; i++) {
        dt_port *port = c->group->port[s->member[i]];
        if (s->taken[s->member[i]]) continue;
        dt_port_drop_messages(port, first, last);
        if (s->arrived[s->member[i]]) dt_port_abort(port);
    }
    if (collective_served(c) && s->mean == NULL) {
        dt_port_drop_messages(c->group->server, first, last);
        dt_port_abort(c->group->server);
    }
    slot_begin(c, s, s->number);
}

/* Nobody is left to take it: ready for the mean after the next. */
static void slot_close(dt_collective *c, slot *s) {
    if (s->left > 0) return;
    dt_vec_drop(s->mean);
    memset(s->arrived, 0, c->group->ranks * sizeof *s->arrived);
    memset(s->taken, 0, c->group->ranks * sizeof *s->taken);
    *s = (slot){ .member = s->member, .share = s->share, .arrived = s->arrived, .taken = s->taken };
}

/* Where nobody is a member any more, those who wait need not wait for others. */
static void collective_admit(dt_collective *c) {
    slot *s = &c->slot[c->formed % 2];
    for (size_t r = 0; r < c->group->ranks; r++)
        if (c->in[r]) return;
    if (!s->open) slot_begin(c, s, c->formed);
}

/* What is done at once: by whom. */
typedef struct turn { dt_collective *c; size_t rank; } turn;

static void turn_drop(void *arg) {
    dt_collective *c = ((turn *)arg)->c;
    size_t rank = ((turn *)arg)->rank;
    c->waiting[rank] = false;
    if (!c->in[rank]) return;
    c->in[rank] = false;
    for (slot *s = c->slot; s < c->slot + 2; s++) {
        if (!s->open || (s->member[slot_place(s, rank)] != rank && !s->taken[rank])) continue;
        s->arrived[rank] = s->taken[rank] = false;
        slot_repeat(c, s);
        if (s->mean != NULL) slot_close(c, s);
    }
    collective_admit(c);
}

void dt_collective_drop(dt_collective *c, size_t rank) {
    turn t = { c, rank };
    dt_engine_at_once(turn_drop, &t);
}

static void turn_join(void *arg) {
    dt_collective *c = ((turn *)arg)->c;
    slot *s = &c->slot[c->formed % 2];
    c->waiting[((turn *)arg)->rank] = true;
    if (s->open && s->mean == NULL && s->here == 0) slot_repeat(c, s);
    else collective_admit(c);
}

/* [time] Become a member again, with the next mean that nobody has come to yet.  Errors: DT_EDOWN, DT_EOVER. */
static dt_status collective_join(dt_collective *c, size_t rank) {
    turn t = { c, rank };
    dt_engine_at_once(turn_join, &t);
    while (!c->in[rank]) {
        dt_status status = dt_port_block(c->group->port[rank], HUGE_VAL);
        if (status == DT_OK && dt_port_aborted(c->group->port[rank])) status = DT_EDOWN;
        if (status == DT_OK) continue;
        c->waiting[rank] = false;
        return status;
    }
    return DT_OK;
}

/* [time] Where nobody is left to serve, the server blocks until somebody is; and where nobody has got what it sent,
 * until somebody has: the next mean begins when this one is formed.  Errors: DT_EOVER. */
static dt_status collective_serve_one(dt_collective *c, long number) {
    slot *s = &c->slot[number % 2];
    dt_port *server = c->group->server;
    if (!s->open) slot_begin(c, s, number);
    if (s->count == 0) DT_TRY(dt_port_block(server, HUGE_VAL));
    dt_round round = collective_round(c, s, DT_SERVER, server);
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
    c->number = dt_arena_take(run, group->ranks, sizeof *c->number);
    c->x = dt_arena_take(run, group->ranks, sizeof *c->x);
    c->size = dt_arena_take(run, group->ranks, sizeof *c->size);
    c->weight = dt_arena_take(run, group->ranks, sizeof *c->weight);
    c->value = dt_arena_take(run, group->ranks, sizeof *c->value);
    c->in = dt_arena_take(run, group->ranks, sizeof *c->in);
    c->waiting = dt_arena_take(run, group->ranks, sizeof *c->waiting);
    memset(c->in, true, group->ranks * sizeof *c->in);
    for (slot *s = c->slot; s < c->slot + 2; s++) {
        s->share = dt_arena_take(run, group->ranks, sizeof *s->share);
        s->member = dt_arena_take(run, group->ranks, sizeof *s->member);
        s->arrived = dt_arena_take(run, group->ranks, sizeof *s->arrived);
        s->taken = dt_arena_take(run, group->ranks, sizeof *s->taken);
    }
    if (collective_served(c))
        dt_engine_spawn(group->engine, "server of the mean", group->server, collective_serve, c, true);
    *out = c;
    return DT_OK;
}

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
    const dt_group *group = round->collective->group;
    return who == DT_SERVER ? group->server : group->port[round->member[who]];
}

static void round_send(const dt_round *round, size_t to, long step, double bytes, bool meet) {
    dt_message m = { .tag = attempt_tag(round->number, step), .bytes = bytes, .meet = meet };
    dt_port_post(round->port, round_port(round, to), m);
}

void dt_round_post(const dt_round *round, size_t to, long step, double bytes) {
    round_send(round, to, step, bytes, false);
}

void dt_round_meet(const dt_round *round, size_t to, long step, double bytes) {
    round_send(round, to, step, bytes, true);
}

dt_status dt_round_receive(const dt_round *round, size_t from, long step) {
    dt_message m;
    return dt_port_receive(round->port, round_port(round, from), attempt_tag(round->number, step), HUGE_VAL, &m);
}

dt_status dt_round_flush(const dt_round *round) { return dt_port_flush(round->port); }

/* ---- the mean ------------------------------------------------------------------------------ */

/* Nobody brought anything, as all have only just come back: the model of one who has seen the most steps stands. */
static void collective_keep(dt_collective *c, slot *s, const float *x) {
    s->mean = dt_vec_take(c->pool);
    if (x != NULL) memcpy(s->mean->x, x, c->n * sizeof *x);
}

static void collective_form(dt_collective *c, slot *s) {
    size_t count = 0;
    bool measure = false;
    const dt_share *newest = &s->share[s->member[0]];
    s->outcome = (dt_outcome){ NAN, NAN, 0, s->number, 0 };
    for (size_t i = 0; i < s->count; i++) {
        const dt_share *share = &s->share[s->member[i]];
        assert(s->arrived[s->member[i]]);       /* else an exchange let a rank through before all had spoken */
        if (share->step > newest->step) newest = share;
        if (!(share->size > 0)) continue;
        c->x[count] = share->x;
        c->value[count] = share->value;
        measure |= share->measure;
        c->size[count++] = share->size;
    }
    c->formed++;
    s->outcome.step = newest->step;
    s->outcome.count = (long)count;
    if (count == 0) {
        collective_keep(c, s, newest->x);
        return;
    }
    dt_inputs in = { count, c->n, c->x, c->size };
    s->mean = dt_vec_take(c->pool);
    if (c->x[0] == NULL) return;
    dt_aggregate_form(c->aggregate, &in, c->weight, s->mean->x, c->threads);
    s->outcome.value = 0;
    for (size_t i = 0; i < count; i++) s->outcome.value += c->weight[i] * c->value[i];
    if (measure) s->outcome.spread = dt_aggregate_spread(&in, s->mean->x);
}

static slot *collective_enter(dt_collective *c, size_t rank, const dt_share *share) {
    slot *s = &c->slot[c->number[rank] % 2];
    assert(s->open || c->number[rank] == c->formed);
    if (!s->open) slot_begin(c, s, c->number[rank]);
    s->share[rank] = *share;
    s->arrived[rank] = true;
    s->here++;
    c->wire_bytes = share->wire_bytes;
    c->merges = share->merges;
    return s;
}

/* The mean is gone with all who had it: what the rank has brought goes into the next. */
static slot *collective_pass(dt_collective *c, slot *s, size_t rank) {
    dt_share share = s->share[rank];
    s->left--;
    c->number[rank]++;
    slot_close(c, s);
    return collective_enter(c, rank, &share);
}

/* Somebody who has the mean and can send it; NULL: nobody. */
static dt_port *collective_holder(const dt_collective *c, const slot *s) {
    for (size_t r = 0; r < c->group->ranks; r++)
        if (s->taken[r] && c->in[r] && dt_port_up(c->group->port[r])) return c->group->port[r];
    return NULL;
}

/* [time] Form the mean with the others, or get it from one who has it already.  *s becomes the slot it is of. */
static dt_status collective_try(dt_collective *c, slot **s, size_t rank) {
    dt_port *port = c->group->port[rank], *holder = (*s)->mean == NULL ? NULL : collective_holder(c, *s);
    if ((*s)->mean != NULL && holder == NULL) *s = collective_pass(c, *s, rank);
    if (holder == NULL) {
        dt_round round = collective_round(c, *s, slot_place(*s, rank), port);
        return c->type->exchange(c->state, &round);
    }
    dt_message m = { .tag = attempt_tag((*s)->attempt + 1, -1), .bytes = 4.0 * (double)c->n };
    dt_port_post_from_host(holder, port, m);
    return dt_port_receive(port, holder, m.tag, HUGE_VAL, &m);
}

dt_status dt_collective_mean(dt_collective *c, size_t rank, const dt_share *share, dt_vec **mean, dt_outcome *outcome) {
    dt_port *port = c->group->port[rank];
    dt_share brought = *share;
    dt_status status;
    if (dt_port_aborted(port)) return dt_port_sleep(port, 0);       /* DT_EDOWN */
    if (!c->in[rank]) {
        DT_TRY(collective_join(c, rank));
        brought.size = 0;
    }
    slot *s = collective_enter(c, rank, &brought);
    do status = collective_try(c, &s, rank);
    while (status == DT_EDOWN && dt_port_reset(port) == DT_OK);
    DT_TRY(status);
    if (s->mean == NULL) collective_form(c, s);
    *mean = dt_vec_keep(s->mean);
    *outcome = s->outcome;
    s->taken[rank] = true;
    s->left--;
    c->number[rank]++;
    slot_close(c, s);
    if (collective_served(c)) dt_port_wake(c->group->server);
    return DT_OK;
}
