/* gossip.c - decentralised SGD: every worker mixes its model with those of its neighbours, no server, no mean.
 * Source: Lian et al. 2017, "Can Decentralized Algorithms Outperform Centralized Algorithms?", Algorithm 1
 * (D-PSGD); with a lossy compressor the neighbours see a public copy that follows the model by compressed
 * differences: Koloskova et al. 2019 (CHOCO-SGD), Algorithm 2. */
#include "engine/failure.h"
#include "strategy/strategy.h"
#include <limits.h>
#include <math.h>

typedef struct gossip {
    double      mix;
    /* Shared by all workers: */
    dt_worker **worker;     /* [workers] */
    long       *since;      /* [workers] first round that each is there in; LONG_MAX: it is gone */
} gossip;

static size_t gossip_neighbours(const dt_worker *w, const size_t **neighbour, const double **weight) {
    const dt_topology *t = w->team->topology;
    size_t first = t->start[w->rank];
    *neighbour = t->neighbour + first;
    *weight = t->weight + first;
    return t->start[w->rank + 1] - first;
}

/* base becomes the public copy of x: x itself, or the old copy plus what a packet brings of the difference. */
static void gossip_publish(dt_worker *w) {
    dt_vec *copy = dt_worker_encode(w);
    dt_vec_drop(w->base);
    w->base = copy;
    const size_t *neighbour;
    const double *weight;
    size_t degree = gossip_neighbours(w, &neighbour, &weight);
    for (size_t i = 0; i < degree; i++) {
        dt_message m = { .tag = w->round, .bytes = dt_compress_wire_bytes(&w->compress), .vec = dt_vec_keep(copy) };
        dt_port_post(w->port, w->team->group.port[neighbour[i]], m);
    }
}

/* [time] Wait for the copies of those neighbours who are there; vec NULL: it has not come. */
static void gossip_listen(const gossip *s, dt_worker *w, dt_message *got) {
    const size_t *neighbour;
    const double *weight;
    size_t degree = gossip_neighbours(w, &neighbour, &weight);
    for (size_t i = 0; i < degree; i++) {
        double deadline = s->since[neighbour[i]] <= w->round ? HUGE_VAL : 0;
        got[i].vec = NULL;
        dt_port_receive(w->port, (long)neighbour[i], w->round, deadline, &got[i]);
    }
}

/* x = local + mix * sum_j W_ij (copy_j - copy_i) over those who are there, where local is x after its gradient step:
 * the weight of one who is not stays with x. */
static void gossip_mix(const gossip *s, dt_worker *w, const dt_message *got, const double *weight, size_t degree) {
    dt_vec *old = w->x, *next = old->owners == 1 ? old : dt_vec_take(w->learning->vectors);
    const float *own = w->base->x;
    for (size_t e = 0; next->x != NULL && e < next->n; e++) {
        double sum = 0;
        for (size_t i = 0; i < degree; i++)
            if (got[i].vec != NULL) sum += weight[i] * ((double)got[i].vec->x[e] - own[e]);
        next->x[e] = (float)(old->x[e] + s->mix * sum);
    }
    if (next != old) dt_vec_drop(old);
    w->x = next;
}

/* [time] The newest copy of a neighbour who is there. */
static void gossip_catch_up(const gossip *s, dt_worker *w) {
    const size_t *neighbour;
    const double *weight;
    size_t degree = gossip_neighbours(w, &neighbour, &weight);
    for (size_t i = 0; i < degree; i++) {
        dt_port *other = w->team->group.port[neighbour[i]];
        if (s->since[neighbour[i]] == LONG_MAX || !dt_port_up(other)) continue;
        dt_vec *copy = dt_vec_keep(s->worker[neighbour[i]]->base);
        dt_message m = { .tag = LONG_MAX, .bytes = 4.0 * (double)copy->n, .vec = copy };
        dt_port_post_from_host(other, w->port, m);
        if (!dt_port_receive(w->port, (long)neighbour[i], LONG_MAX, HUGE_VAL, &m)) continue;
        dt_worker_adopt(w, m.vec);
        dt_vec_drop(m.vec);
        return;
    }
}

/* [time] The host went down: after the deadline, or when it is back, nobody waits for it any more.  It goes on with a
 * neighbour's model in a round for which nobody has spoken yet.  False: it stays away. */
static bool gossip_return(gossip *s, dt_worker *w, dt_status *status) {
    const size_t *neighbour;
    const double *weight;
    size_t degree = gossip_neighbours(w, &neighbour, &weight);
    dt_worker_await(w);
    s->since[w->rank] = LONG_MAX;
    *status = dt_board_leave(w->board, w->rank);
    for (size_t i = 0; i < degree; i++) dt_port_cancel_receive(w->team->group.port[neighbour[i]], w->rank);
    if (*status != DT_OK || !dt_worker_return(w)) return false;
    gossip_catch_up(s, w);
    w->step = w->round = s->since[w->rank] = w->board->farthest + 1;
    dt_board_join(w->board, w->rank, w->round + 1);
    return true;
}

static void gossip_begin(gossip *s, dt_worker *w) {
    size_t workers = w->team->group.ranks;
    if (s->worker == NULL) {
        s->worker = dt_arena_take(w->run, workers, sizeof(void *));
        s->since = dt_arena_take(w->run, workers, sizeof *s->since);
    }
    s->worker[w->rank] = w;
}

static dt_status gossip_work(void *state, dt_worker *w) {
    gossip *s = state;
    dt_status status = DT_OK;
    const size_t *neighbour;
    const double *weight;
    size_t degree = gossip_neighbours(w, &neighbour, &weight);
    dt_message *got = dt_arena_take(w->run, degree, sizeof *got);
    gossip_begin(s, w);
    w->tau = 1;
    w->compress.feedback = false;       /* the public copy remembers what did not get through */
    while (dt_board_goes_on(w->board, w->round)) {
        gossip_publish(w);                                          /* x_j to the neighbours, while computing */
        dt_worker_local(w, 1);                                      /* [time] x - rate * g(x) */
        gossip_listen(s, w, got);                                   /* [time] */
        dt_port_flush(w->port);                                     /* [time] */
        gossip_mix(s, w, got, weight, degree);                      /* x = sum_j W_ij x_j - rate * g(x_i) */
        for (size_t i = 0; i < degree; i++) {
            if (got[i].vec != NULL) dt_board_merged(w->board, w->round - got[i].tag, 1);
            dt_vec_drop(got[i].vec);
        }
        if (!dt_port_aborted(w->port)) DT_TRY(dt_worker_mark(w, false, NAN));
        else if (!gossip_return(s, w, &status)) return status;      /* [time] */
    }
    return DT_OK;
}

static const dt_param gossip_params[] = {
    { "mix", DT_REAL, offsetof(gossip, mix), 1, 0, 1, "1", "consensus step size; smaller for strong compression", NULL,
      NULL },
    { 0 }
};

const dt_strategy_type dt_strategy_gossip = {
    .is = { "gossip", "Decentralised SGD: mix with the neighbours of a graph (D-PSGD).", "Lian et al. 2017, Algorithm 1",
            gossip_params, sizeof(gossip) },
    .faults = "with faults: a neighbour who is gone is waited for until faults.deadline, then the others mix without "
              "it, its weight staying with their own models; who is back begins with a neighbour's model",
    .mixes = true, .own_rounds = true, .work = gossip_work,
};
