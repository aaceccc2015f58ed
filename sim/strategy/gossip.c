/* gossip.c - decentralised SGD: every worker mixes its model with those of its neighbours, no server, no mean.
 * Source: Lian et al. 2017, "Can Decentralized Algorithms Outperform Centralized Algorithms?", Algorithm 1
 * (D-PSGD); with a lossy compressor the neighbours see a public copy that follows the model by compressed
 * differences: Koloskova et al. 2019 (CHOCO-SGD), Algorithm 2. */
#include "strategy/strategy.h"
#include <math.h>

typedef struct gossip { double mix; } gossip;

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

/* x = local + mix * sum_j W_ij (copy_j - copy_i), where local is x after its gradient step. */
static void gossip_mix(const gossip *s, dt_worker *w, const dt_message *got, const double *weight, size_t degree) {
    dt_vec *old = w->x, *next = old->owners == 1 ? old : dt_vec_take(w->learning->vectors);
    const float *own = w->base->x;
    for (size_t e = 0; next->x != NULL && e < next->n; e++) {
        double sum = 0;
        for (size_t i = 0; i < degree; i++) sum += weight[i] * ((double)got[i].vec->x[e] - own[e]);
        next->x[e] = (float)(old->x[e] + s->mix * sum);
    }
    if (next != old) dt_vec_drop(old);
    w->x = next;
}

static dt_status gossip_work(void *state, dt_worker *w) {
    const gossip *s = state;
    const size_t *neighbour;
    const double *weight;
    size_t degree = gossip_neighbours(w, &neighbour, &weight);
    dt_message *got = dt_arena_take(w->run, degree, sizeof *got);
    w->tau = 1;
    w->compress.feedback = false;       /* the public copy remembers what did not get through */
    while (dt_board_goes_on(w->board, w->round)) {
        gossip_publish(w);                                          /* x_j to the neighbours, while computing */
        dt_worker_local(w, 1);                                      /* [time] x - rate * g(x) */
        for (size_t i = 0; i < degree; i++)                         /* [time] */
            dt_port_receive(w->port, (long)neighbour[i], w->round, HUGE_VAL, &got[i]);
        dt_port_flush(w->port);                                     /* [time] */
        gossip_mix(s, w, got, weight, degree);                      /* x = sum_j W_ij x_j - rate * g(x_i) */
        for (size_t i = 0; i < degree; i++) {
            dt_board_merged(w->board, w->round - got[i].tag, 1);
            dt_vec_drop(got[i].vec);
        }
        DT_TRY(dt_worker_mark(w, false, NAN));
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
    .mixes = true, .work = gossip_work,
};
