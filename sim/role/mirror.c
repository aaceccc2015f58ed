/* mirror.c - changes, keys and clocks between the servers of several sites; mirror.h has the table of messages. */
#include "role/mirror.h"
#include "role/keeping.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* The tag of a message is its number times KINDS, plus its kind.  A small message may overtake a large one that was sent before
 * it, so a clock counts only if no clock of a later message has come. */
enum { KEYS, CLOCK, ANNOUNCED, KINDS };

static const double key_bytes = 4, clock_bytes = 8;

/* What a server has of its mirror at another site. */
typedef struct other {
    double clock;               /* iterations that all workers there have ended; HUGE_VAL: all have failed */
    double on_the_way;          /* bytes of changes to it that have not arrived */
    long   announced, come;     /* KEYS and ANNOUNCED that have come from it */
    long   sent, newest;        /* numbers of the last message to it, and of the message that its clock is from */
} other;

struct dt_mirror {
    dt_store   *store;
    size_t      server, site;
    dt_compress compress;
    dt_vec     *change;         /* [range.count] changes by its own workers since the last call of dt_mirror_tell */
    long        told;           /* the clock that the mirrors were sent last; LONG_MAX: all workers had failed */
    other      *other;          /* [sites] */
    double      unpaid;         /* flops of adding what has come, which its server spends before it tells again */
};

static const dt_keeper *mirror_part(const dt_mirror *m) { return &m->store->part[m->server]; }

static size_t mirror_sites(const dt_mirror *m) { return m->store->all->count; }

static dt_mirror *mirror_of(const dt_mirror *m, size_t site) { return m->store->all->mirror[site * m->store->servers + m->server]; }

static void mirror_changed(void *owner, const float *before, const float *now) {
    dt_mirror *m = owner;
    for (size_t e = 0; e < m->change->n; e++) m->change->x[e] += now[e] - before[e];
}

/* A message of the mirror at another site has come. */
static void mirror_hear(void *owner, dt_message *message) {
    dt_mirror *m = owner;
    size_t site = dt_port_index(message->from) / m->store->servers;
    other *from = &m->other[site];
    assert(site != m->site && (message->vec == NULL || message->tag % KINDS != KEYS));
    long number = message->tag / KINDS, kind = message->tag % KINDS;
    from->announced += kind == KEYS;
    from->come += kind == ANNOUNCED;
    if (kind != KEYS && number > from->newest) {
        from->newest = number;
        from->clock = message->value;
    }
    if (message->vec == NULL) return;
    m->unpaid += dt_compress_merge_flops(&m->compress);
    mirror_of(m, site)->other[m->site].on_the_way -= message->bytes - clock_bytes;
    dt_store_change(m->store, m->server, message->vec->x);
    dt_vec_drop(message->vec);
}

/* The layers of the range.  A layer that lies in the range only in part counts as a plain vector. */
static dt_block *mirror_blocks(const dt_learning *l, dt_slice range, size_t *count, dt_arena *run) {
    dt_block *block = dt_arena_take(run, l->blocks, sizeof *block);
    size_t first = 0, end = range.first + range.count;
    *count = 0;
    for (size_t b = 0; b < l->blocks; first += l->block[b++].n) {
        size_t from = first > range.first ? first : range.first, to = first + l->block[b].n < end ? first + l->block[b].n : end;
        if (from >= to) continue;
        bool whole = to - from == l->block[b].n;
        block[(*count)++] = whole ? l->block[b] : (dt_block){ to - from, to - from, 1, l->block[b].common, l->block[b].name };
    }
    return block;
}

dt_status dt_mirror_open(dt_mirror **out, dt_store *store, size_t server) {
    dt_stores *all = store->all;
    dt_mirror *m = *out = dt_arena_take(all->run, 1, sizeof *m);
    *m = (dt_mirror){ .store = store, .server = server, .site = (size_t)(store - all->store) };
    const dt_keeper *p = mirror_part(m);
    size_t blocks;
    const dt_block *block = mirror_blocks(all->learning, p->range, &blocks, all->run);
    m->change = dt_vec_zero(p->pool);
    m->other = dt_arena_take(all->run, all->count, sizeof *m->other);
    all->mirror[m->site * store->servers + server] = m;
    dt_store_add(store, server, &(dt_store_more){ mirror_changed, mirror_hear, m });
    dt_rng *rng = dt_rng_stream(all->run, all->learning->seed, (long)dt_port_index(p->port), "mirror");
    return dt_compress_open(&m->compress, all->team->compress, block, blocks, rng, all->run);
}

/* ---- sending --------------------------------------------------------------------------------- */

/* What is sent of the changes, of which the caller has one count; entries that are 0 are not sent.  NULL: nothing is sent. */
static dt_vec *mirror_encode(dt_mirror *m, double *bytes, double *keys) {
    const dt_keeper *p = mirror_part(m);
    dt_vec *sent = dt_vec_take(p->pool);
    *bytes = dt_compress_wire_bytes(&m->compress);
    *keys = dt_compress_entries(&m->compress);
    if (sent->x == NULL) return sent;
    *bytes = dt_compress_pass(&m->compress, m->change->x, p->x->x, sent->x);
    memset(m->change->x, 0, m->change->n * sizeof(float));
    *keys = 0;
    for (size_t e = 0; e < sent->n; e++) *keys += sent->x[e] != 0;
    if (*keys > 0) return sent;
    dt_vec_drop(sent);
    return NULL;
}

/* The tag of message is its kind. */
static void mirror_post(dt_mirror *m, size_t site, dt_message message) {
    message.tag += ++m->other[site].sent * KINDS;
    dt_port_post(mirror_part(m)->port, mirror_part(mirror_of(m, site))->port, message);
}

static void mirror_send(dt_mirror *m, size_t site, double clock, dt_vec *sent, double bytes, double keys) {
    other *to = &m->other[site];
    dt_message message = { .tag = CLOCK, .value = clock, .bytes = clock_bytes };
    if (sent != NULL) {
        if (to->on_the_way > 0) mirror_post(m, site, (dt_message){ .tag = KEYS, .bytes = keys * key_bytes });
        if (to->on_the_way > 0) message.tag = ANNOUNCED;
        to->on_the_way += bytes;
        message.bytes += bytes;
        message.vec = dt_vec_keep(sent);
    }
    mirror_post(m, site, message);
}

dt_status dt_mirror_tell(dt_mirror *m) {
    long clock = mirror_part(m)->slowest;
    double bytes, keys, flops = dt_compress_flops(&m->compress) + m->unpaid;
    if (clock == m->told || mirror_sites(m) == 1) return DT_OK;
    m->unpaid = 0;
    if (flops > 0) DT_TRY(dt_port_compute(mirror_part(m)->port, flops, NULL, NULL));
    dt_vec *sent = mirror_encode(m, &bytes, &keys);
    for (size_t site = 0; site < mirror_sites(m); site++)
        if (site != m->site) mirror_send(m, site, clock == LONG_MAX ? HUGE_VAL : (double)clock, sent, bytes, keys);
    dt_vec_drop(sent);
    m->told = clock;
    return DT_OK;
}

bool dt_mirror_allows(const dt_mirror *m, long lead) {
    double clock = (double)mirror_part(m)->slowest;
    if (m->store->all->over) return true;
    for (size_t site = 0; site < mirror_sites(m); site++) {
        const other *o = &m->other[site];
        if (site != m->site && (o->announced > o->come || clock > o->clock + (double)lead)) return false;
    }
    return true;
}
