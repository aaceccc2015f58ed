/* secret.c - the four exchanges of secure aggregation. */
#include "role/secret.h"
#include "role/gradient.h"
#include "role/inviting.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A client in the present round.  What it keeps between two exchanges is on its disk: a host that is back goes on with it. */
struct dt_secret_client {
    struct dt_secret *of;
    size_t     rank;
    dt_status (*body)(void *state, dt_worker *w);
    void      *state;
    dt_letter  more;
    bool       letter;
    /* Its key and the seed of its own mask, and what name the polynomials of both. */
    uint64_t   key, open, own, key_seed, own_seed;
    double     weight;          /* of its update, in (0, 1] */
    uint32_t   weighed;         /* the masked level of that */
    size_t     cut;             /* entries out of range */
    bool       in;              /* its words are in the sum */
    dt_rng    *scratch;
    const float *x, *base;      /* what its task masks */
    uint32_t  *word;
};

struct dt_secret {
    dt_server       *server;
    const dt_secure *type;
    dt_secret_client *client;   /* [clients] of the present exchange, ascending by rank; [room] */
    size_t           clients, room;
    size_t           least;
    double           scale, weights;        /* levels in a unit, of updates and of weights */
    double           deadline;              /* of the round; HUGE_VAL: none */
    dt_update       *update;    /* [updates] whose words came; [ranks] */
    size_t           updates;
    uint64_t        *x, *factor, *share;    /* [room] of interpolation */
    uint32_t        *sum;       /* [n] */
    uint32_t         weighed;
    dt_vec          *mean;
    dt_rng          *scratch;
    double           dropouts, failed;
};

/* A level of a weight is as fine as 32 bits allow, whatever the bits of updates. */
static const dt_secure weighing = { .bits = 32, .range = 1 };

dt_secret *dt_secret_new(dt_server *s) {
    dt_secret *k = dt_arena_take(s->run, 1, sizeof *k);
    *k = (dt_secret){ .server = s, .type = s->team->secure };
    k->update = dt_arena_take(s->run, s->team->group.ranks, sizeof *k->update);
    k->scratch = dt_rng_stream(s->run, s->learning->seed, 0, "secure aggregation");
    if (s->learning->learn) k->sum = dt_arena_take(s->run, s->learning->model->n, sizeof *k->sum);
    return k;
}

/* Rounds are mostly of one size, so that this happens in the first ones. */
static void secret_grow(dt_secret *k) {
    enum { FIRST = 16 };
    size_t room = k->room == 0 ? FIRST : 2 * k->room;
    dt_secret_client *more = dt_arena_take(k->server->run, room, sizeof *more);
    if (k->room > 0) memcpy(more, k->client, k->room * sizeof *more);
    for (size_t i = k->room; i < room; i++) more[i].scratch = dt_rng_stream(k->server->run, 0, 0, "secure aggregation");
    k->client = more;
    k->room = room;
    k->x = dt_arena_take(k->server->run, room, sizeof *k->x);
    k->factor = dt_arena_take(k->server->run, room, sizeof *k->factor);
    k->share = dt_arena_take(k->server->run, room, sizeof *k->share);
}

/* The weight of a client in the aggregate, beside that of one with the most samples. */
static double secret_weight(const dt_secret *k, size_t rank) {
    const dt_server *s = k->server;
    const size_t *start = s->learning->shards->start;
    double size[2] = { (double)(start[rank + 1] - start[rank]), 0 }, weight[2];
    for (size_t r = 0; r < s->team->group.ranks; r++) size[1] = fmax(size[1], (double)(start[r + 1] - start[r]));
    dt_aggregate_weigh(s->team->aggregate, &(dt_inputs){ 2, 0, NULL, size }, weight, s->learning->threads);
    return fmin(1, weight[0] / weight[1]);
}

/* Keys of this round and this client, whatever else is drawn. */
static void secret_draw(dt_secret_client *c) {
    const dt_server *s = c->of->server;
    dt_rng_restart(c->scratch, dt_hash(s->learning->seed, &s->round, sizeof s->round), (long)c->rank, "keys");
    c->key = dt_secure_draw(c->scratch);
    c->own = dt_secure_draw(c->scratch);
    c->key_seed = gsl_rng_get(c->scratch);
    c->own_seed = gsl_rng_get(c->scratch);
    c->open = dt_secure_public(c->key);
}

void dt_secret_invite(dt_secret *k, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state, const dt_letter *more) {
    if (k->clients == k->room) secret_grow(k);
    dt_secret_client *c = &k->client[k->clients++];
    *c = (dt_secret_client){ .of = k, .rank = rank, .body = body, .state = state, .letter = more != NULL, .scratch = c->scratch };
    if (more != NULL) c->more = *more;
    if (c->more.vec != NULL) dt_vec_keep(c->more.vec);
    if (c->more.second != NULL) dt_vec_keep(c->more.second);
    c->weight = secret_weight(k, rank);
    secret_draw(c);
}

/* ---- what clients do ------------------------------------------------------------------------- */

/* [time] The bodies of exchanges without a model begin with what the server has sent, and end with a reply. */
static dt_status secret_answer(dt_worker *w, double flops, double bytes) {
    dt_message m;
    DT_TRY(dt_port_receive(w->port, w->team->group.server[0], DT_ANY, HUGE_VAL, &m));
    w->round = m.tag;
    if (flops > 0) DT_TRY(dt_worker_charge(w, flops, NULL, NULL));
    return dt_worker_reply(w, &(dt_letter){ .bytes = bytes });
}

static dt_status secret_advertise(void *state, dt_worker *w) {
    const dt_secret_client *c = state;
    return secret_answer(w, 2 * c->of->type->agreement, 2 * DT_SECURE_KEY);
}

/* Shares for all, of two polynomials; a key agreement to encrypt those for each of the others. */
static dt_status secret_share(void *state, dt_worker *w) {
    const dt_secret *k = ((dt_secret_client *)state)->of;
    double others = (double)k->clients - 1, products = 2 * (others + 1) * (double)k->least;
    return secret_answer(w, others * k->type->agreement + products * k->type->flops, others * 2 * DT_SECURE_SHARE);
}

/* One share of each client that has shared keys: of its own mask if it is in the sum, else of its key. */
static dt_status secret_reveal(void *state, dt_worker *w) {
    const dt_secret *k = ((dt_secret_client *)state)->of;
    return secret_answer(w, 0, (double)k->clients * DT_SECURE_SHARE);
}

/* Of a pair the one with the lower rank adds the mask. */
static void secret_apply(uint64_t key, long round, bool minus, uint32_t *word, size_t n, uint32_t *weighed, dt_rng *scratch) {
    dt_secure_mask(key, round, minus, word, n, scratch);
    dt_secure_mask(key, -1 - round, minus, weighed, 1, scratch);
}

static void secret_mask_work(void *arg, int thread) {
    dt_secret_client *c = arg;
    const dt_secret *k = c->of;
    size_t n = k->server->learning->model->n;
    long round = k->server->round;
    const float one = (float)c->weight, zero = 0;
    (void)thread;
    c->cut = dt_secure_quantise(k->type, k->scale, c->weight, c->x, c->base, c->word, n);
    dt_secure_quantise(&weighing, k->weights, 1, &one, &zero, &c->weighed, 1);
    secret_apply(c->own, round, false, c->word, n, &c->weighed, c->scratch);
    for (size_t i = 0; i < k->clients; i++) {
        const dt_secret_client *other = &k->client[i];
        if (other->rank != c->rank) secret_apply(dt_secure_agree(c->key, other->open), round, other->rank < c->rank, c->word, n, &c->weighed, c->scratch);
    }
}

/* The words stand in the memory of a vector: 32 bits in the place of a float, of which nobody reads a number. */
dt_status dt_secret_mask(dt_worker *w, dt_vec **sent, double *bytes) {
    dt_secret_client *c = w->secret;
    const dt_secret *k = c->of;
    double n = (double)w->learning->model->n, flops = (double)k->clients * (n * k->type->flops + k->type->agreement);
    dt_vec *masked = dt_vec_take(w->learning->vectors);
    _Static_assert(sizeof(uint32_t) == sizeof(float), "a word takes the place of a float");
    *bytes = dt_secure_bytes(k->type, w->learning->model->n) + DT_SECURE_WEIGHT;
    c->x = (*sent)->x;
    c->base = w->base->x;
    c->word = (void *)masked->x;
    dt_status status = dt_worker_charge(w, flops, secret_mask_work, c);        /* [time] */
    dt_vec_drop(*sent);
    *sent = masked;
    return status;
}

/* ---- what the server does -------------------------------------------------------------------- */

static double secret_left(const dt_secret *k) {
    return k->deadline == HUGE_VAL ? 0 : fmax(1e-9, k->deadline - dt_engine_now(k->server->team->group.engine));
}

/* Keep the clients of whom a reply has come. */
static void secret_keep(dt_secret *k) {
    const dt_server *s = k->server;
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < k->clients; i++) {
        while (at < s->updates && (size_t)s->update[at].rank < k->client[i].rank) at++;
        bool came = at < s->updates && (size_t)s->update[at].rank == k->client[i].rank;
        if (!came) {
            dt_vec_drop(k->client[i].more.vec);
            dt_vec_drop(k->client[i].more.second);
            continue;
        }
        dt_secret_client moved = k->client[kept];
        k->client[kept] = k->client[i];
        if (kept != i) k->client[i].scratch = moved.scratch;
        kept++;
    }
    k->clients = kept;
}

/* [time] An exchange without a model: count of the clients that take part, at least, shall answer.  Their replies are no updates,
 * and those that break off are no late ones.  sum: of the clients in the sum, after the round's time limit. */
static dt_status secret_exchange(dt_secret *k, dt_status (*body)(void *state, dt_worker *w), double bytes, size_t count, bool sum) {
    dt_server *s = k->server;
    double late = s->monitor->late, left = sum ? 0 : secret_left(k), patience = k->type->patience;
    if (patience > 0 && (left == 0 || patience < left)) left = patience;
    for (size_t i = 0; i < k->clients; i++)
        if (!sum || k->client[i].in)
            DT_TRY(dt_server_call(s, k->client[i].rank, body, &k->client[i], (dt_message){ .tag = s->round, .bytes = bytes }));
    DT_TRY(dt_server_collect(s, &(dt_quorum){ .count = count, .seconds = left, .late = DT_LATE_LEAVE }));
    s->monitor->late = late;
    return DT_OK;
}

/* [time] The models, the shares, and the words of those who are not late. */
static dt_status secret_train(dt_secret *k, const dt_quorum *q) {
    dt_server *s = k->server;
    double shares = 2 * DT_SECURE_SHARE * ((double)k->clients - 1);
    k->scale = dt_secure_scale(k->type, k->clients);
    k->weights = dt_secure_scale(&weighing, k->clients);
    for (size_t i = 0; i < k->clients; i++) {
        dt_secret_client *c = &k->client[i];
        DT_TRY(dt_server_start(s, c->rank, c->body, c->state, c->letter ? &c->more : NULL, shares, c));
        dt_vec_drop(c->more.vec);
        dt_vec_drop(c->more.second);
        c->more.vec = c->more.second = NULL;
    }
    dt_quorum quorum = { .enough = q->enough, .owner = q->owner, .count = q->count, .seconds = secret_left(k), .late = DT_LATE_LEAVE };
    DT_TRY(dt_server_collect(s, &quorum));
    for (size_t i = 0, at = 0; i < k->clients; i++) {
        k->client[i].in = at < s->updates && (size_t)s->update[at].rank == k->client[i].rank;
        at += k->client[i].in;
    }
    memcpy(k->update, s->update, s->updates * sizeof *k->update);
    k->updates = s->updates;
    k->dropouts += (double)(k->clients - k->updates);
    return DT_OK;
}

/* The secret that shares of the clients x belong to. */
static uint64_t secret_put_together(dt_secret *k, uint64_t secret, uint64_t seed) {
    for (size_t i = 0; i < k->least; i++) k->share[i] = dt_secure_share(secret, seed, k->least, k->x[i], k->scratch);
    return dt_secure_combine(k->factor, k->share, k->least);
}

/* Take off what is left in the sum of a client: its own mask, or those between it and the ones in the sum. */
static void secret_take_off(dt_secret *k, const dt_secret_client *c) {
    size_t n = k->server->learning->model->n;
    long round = k->server->round;
    if (c->in) {
        secret_apply(secret_put_together(k, c->own, c->own_seed), round, true, k->sum, n, &k->weighed, k->scratch);
        return;
    }
    uint64_t key = secret_put_together(k, c->key, c->key_seed);
    assert(dt_secure_public(key) == c->open);
    for (size_t i = 0; i < k->clients; i++) {
        const dt_secret_client *other = &k->client[i];
        if (other->in) secret_apply(dt_secure_agree(key, other->open), round, other->rank < c->rank, k->sum, n, &k->weighed, k->scratch);
    }
}

static void secret_unmask_work(void *arg, int thread) {
    dt_secret *k = arg;
    const dt_vec *base = k->server->x;
    size_t n = base->n;
    (void)thread;
    memset(k->sum, 0, n * sizeof *k->sum);
    k->weighed = 0;
    for (size_t i = 0; i < k->updates; i++) {
        const uint32_t *word = (const void *)k->update[i].x->x;
        for (size_t e = 0; e < n; e++) k->sum[e] += word[e];
    }
    for (size_t i = 0; i < k->clients; i++)
        if (k->client[i].in) k->weighed += k->client[i].weighed;
    dt_secure_weights(k->x, k->least, k->factor);
    for (size_t i = 0; i < k->clients; i++) secret_take_off(k, &k->client[i]);
    double weight = dt_secure_level(&weighing, k->weighed) / k->weights;
    for (size_t e = 0; e < n; e++) k->mean->x[e] = (float)((double)base->x[e] + dt_secure_level(k->type, k->sum[e]) / k->scale / weight);
}

/* [time] The server removes the masks. */
static dt_status secret_unmask(dt_secret *k) {
    dt_server *s = k->server;
    double n = (double)s->x->n, in = (double)k->updates, out = (double)k->clients - in, t = (double)k->least;
    double masks = in + out * in, products = t * t + (in + out) * t;
    for (size_t i = 0; i < k->least; i++) k->x[i] = (uint64_t)s->update[i].rank + 1;       /* those whose shares have come */
    k->mean = dt_vec_take(s->learning->vectors);
    DT_TRY(dt_port_compute(s->port, k->type->flops * (masks * n + products) + k->type->agreement * out * in,
                           s->learning->learn ? secret_unmask_work : NULL, k));
    double cut = 0;
    for (size_t i = 0; i < k->clients; i++) cut += k->client[i].in ? (double)k->client[i].cut : 0;
    dt_monitor_report(s->monitor, s->monitor->reports - DT_METRICS_SECURE, s->learning->learn ? cut / (in * n) : NAN);
    for (size_t i = 0; i < k->updates; i++) {
        dt_vec_drop(k->update[i].x);
        k->update[i].x = dt_vec_keep(k->mean);
    }
    dt_vec_drop(k->mean);
    memcpy(s->update, k->update, k->updates * sizeof *k->update);
    s->updates = k->updates;
    return DT_OK;
}

static void secret_fail(dt_secret *k) {
    dt_server *s = k->server;
    for (size_t i = 0; i < k->updates; i++) {
        dt_vec_drop(k->update[i].x);
        dt_vec_drop(k->update[i].second);
    }
    s->updates = 0;
    k->failed++;
}

/* [time] *ok: the updates are there. */
static dt_status secret_exchanges(dt_secret *k, const dt_quorum *q, bool *ok) {
    DT_TRY(secret_exchange(k, secret_advertise, 0, k->clients, false));
    secret_keep(k);
    if (k->clients < k->least) return DT_OK;
    DT_TRY(secret_exchange(k, secret_share, 2 * DT_SECURE_KEY * ((double)k->clients - 1), k->clients, false));
    secret_keep(k);
    if (k->clients < k->least) return DT_OK;
    DT_TRY(secret_train(k, q));
    if (k->updates < k->least) return DT_OK;
    DT_TRY(secret_exchange(k, secret_reveal, ceil((double)k->clients / 8), k->least, true));
    if (k->server->updates < k->least) return DT_OK;
    *ok = true;
    return secret_unmask(k);
}

static int secret_order(const void *a, const void *b) {
    size_t left = ((const dt_secret_client *)a)->rank, right = ((const dt_secret_client *)b)->rank;
    return (left > right) - (left < right);
}

dt_status dt_secret_gather(dt_secret *k, const dt_quorum *q) {
    dt_server *s = k->server;
    size_t invited = k->clients, wanted = q->enough == NULL && q->count < invited ? q->count : invited;
    bool ok = false;
    assert(q->late != DT_LATE_WAIT);
    if (invited == 0 || wanted == 0) return dt_server_collect(s, q);       /* [time] nobody to wait for: the deadline */
    qsort(k->client, k->clients, sizeof *k->client, secret_order);
    k->least = dt_secure_least(k->type, wanted);
    k->updates = 0;
    k->deadline = q->seconds > 0 ? dt_engine_now(s->team->group.engine) + q->seconds : HUGE_VAL;
    DT_TRY(secret_exchanges(k, q, &ok));
    if (!ok) secret_fail(k);
    for (size_t i = 0; i < k->clients; i++) {       /* of a round that has failed before the models left */
        dt_vec_drop(k->client[i].more.vec);
        dt_vec_drop(k->client[i].more.second);
        k->client[i].more.vec = k->client[i].more.second = NULL;
    }
    k->clients = 0;
    dt_monitor_report(s->monitor, s->monitor->reports - 2, k->dropouts);
    dt_monitor_report(s->monitor, s->monitor->reports - 1, k->failed);
    return DT_OK;
}
