/* tac.c - timing-aware communication scheduling: what lets much be computed and travels fast goes first.
 * One would use it on a graph of layers (column after of a profile) whose branches differ in size and work.  On a chain of layers it is
 * the order of the layers, as priority.  It is greedy, and knows one link and one processor: on a fan of branches, each a transfer
 * and then a computation, it is Johnson's rule, which is optimal; on other graphs some other order may be better.
 * For the transfers R that are left, again after each that is chosen: M(o) is the time of those that operation o still needs, P(r) of
 * the operations that only miss r, M+(r) the least M(o) of operations that need r and others.  r goes before q if
 * min(P(q), M(r)) < min(P(r), M(q)), of equal ones if M+(r) < M+(q), and then in the order of the table.
 * It knows the forward time of each layer from its flops, of worker 0 on the mean, and takes a transfer for bytes / bandwidth + overhead
 * of its pieces, uncompressed and alone on its way; the paper measures both in the first steps.
 * Source: Hashemi, Abdu Jyothi, Campbell 2019, "TicTac: Accelerating Distributed Deep Learning with Communication Scheduling", SysML,
 * section 4.3 and Algorithm 3, arXiv:1803.03288; Johnson 1954, doi:10.1002/nav.3800010110. */
#include "queue/needs.h"
#include <math.h>

typedef struct tac { double piece, bandwidth; } tac;

/* While the order is made; arrays have [layers]. */
typedef struct search {
    const dt_queue_view *v;
    dt_queue_needs needs;
    bool   *left;                   /* its transfer has no turn yet */
    double *travel, *frees;         /* [s] of its transfer; P: what is computed once that alone has come */
    double *misses;                 /* M: [s] of the transfers that it needs and that are left */
    size_t *count;                  /* of them */
    long   *turn;                   /* of its transfer */
} search;

/* ---- what is known of the transfers that are left ------------------------------------------------- */

static void search_update(search *s) {
    for (size_t l = 0; l < s->v->layers; l++) s->frees[l] = 0;
    for (size_t l = 0; l < s->v->layers && s->v->forward_s != NULL; l++) {
        if (s->count[l] != 1) continue;
        size_t t = 0;
        while (!s->left[t] || !dt_queue_needs_it(&s->needs, l, t)) t++;
        s->frees[t] += s->v->forward_s[l];
    }
}

/* M+ */
static double search_beside(const search *s, size_t t) {
    double least = HUGE_VAL;
    for (size_t l = t; l < s->v->layers; l++)
        if (s->count[l] > 1 && dt_queue_needs_it(&s->needs, l, t)) least = fmin(least, s->misses[l]);
    return least;
}

static bool search_before(const search *s, size_t r, size_t q) {
    double first = fmin(s->frees[q], s->travel[r]), second = fmin(s->frees[r], s->travel[q]);
    return first != second ? first < second : search_beside(s, r) < search_beside(s, q);
}

/* ---- the order ------------------------------------------------------------------------------------- */

static void search_choose(search *s, long turn) {
    size_t best = SIZE_MAX;
    search_update(s);
    for (size_t t = 0; t < s->v->layers; t++)
        if (s->left[t] && (best == SIZE_MAX || search_before(s, t, best))) best = t;
    s->turn[best] = turn;
    s->left[best] = false;
    for (size_t l = best; l < s->v->layers; l++) {
        if (!dt_queue_needs_it(&s->needs, l, best)) continue;
        s->misses[l] -= s->travel[best];
        s->count[l]--;
    }
}

static dt_status search_open(search *s, const tac *t, const dt_queue_view *v, const dt_queue_plan *plan, dt_arena *scratch) {
    double rate = t->bandwidth > 0 ? t->bandwidth : v->bandwidth > 0 ? v->bandwidth : 1;
    *s = (search){ .v = v };
    DT_TRY(dt_queue_needs_of(v, &s->needs, scratch));
    s->left = dt_arena_take(scratch, v->layers, sizeof *s->left);
    s->count = dt_arena_take(scratch, v->layers, sizeof *s->count);
    s->turn = dt_arena_take(scratch, v->layers, sizeof *s->turn);
    double **of[] = { &s->travel, &s->frees, &s->misses };
    for (int i = 0; i < 3; i++) *of[i] = dt_arena_take(scratch, v->layers, sizeof(double));
    for (size_t k = 0; k < plan->parts; k++) {
        size_t l = plan->part[k].from;
        s->left[l] = true;
        s->travel[l] += (double)plan->part[k].count * sizeof(float) / rate + v->overhead;
    }
    for (size_t l = 0; l < v->layers; l++)
        for (size_t i = 0; i <= l; i++)
            if (dt_queue_needs_it(&s->needs, l, i)) {
                s->misses[l] += s->travel[i];
                s->count[l]++;
            }
    return DT_OK;
}

static dt_status tac_cut(const void *state, const dt_queue_view *v, dt_queue_plan *plan) {
    search s;
    dt_arena *scratch = dt_arena_new(0);
    const tac *t = state;
    dt_queue_pieces(v, t->piece, true, plan);
    dt_status status = search_open(&s, t, v, plan, scratch);
    long transfers = 0;
    for (size_t l = 0; status == DT_OK && l < v->layers; l++) transfers += s.left[l];
    for (long turn = 0; status == DT_OK && turn < transfers; turn++) search_choose(&s, turn);
    for (size_t k = 0; status == DT_OK && k < plan->parts; k++) plan->part[k].priority = s.turn[plan->part[k].from];
    dt_arena_free(scratch);
    return status;
}

static const dt_param tac_params[] = {
    DT_REAL_PARAM(tac, piece, 0, 0, 1e15, "B", "layers are cut into pieces of at most this size; 0: each layer is one piece, as in TicTac"),
    DT_REAL_PARAM(tac, bandwidth, 0, 0, 1e18, "B/s",
                  "what a transfer is taken to travel at; 0: the narrowest way that worker 0 has to its servers or neighbours, which for "
                  "an all-reduce without servers carries a part 2 (p - 1) / p times"),
    { 0 }
};

const dt_queue_type dt_queue_tac = {
    .is = { "tac", "What travels fast and lets much be computed goes first, on the graph of layers: TicTac's TAC.",
            "Hashemi et al. 2019, section 4.3", tac_params, sizeof(tac) },
    .timed = true, .cut = tac_cut,
};
