/* lie.c - what Byzantine workers send in place of the truth; steps.h says when. */
#include "role/steps.h"

static bool worker_lies(const dt_worker *w) {
    const dt_team *team = w->team;
    return team->attack != NULL && dt_attack_strikes(team->attack, team->group.ranks, w->round, (size_t)w->rank);
}

bool dt_worker_flips(const dt_worker *w) {
    return w->team->attack != NULL && w->team->attack->type->labels && worker_lies(w);
}

dt_vec *dt_worker_tell(const dt_worker *w, dt_vec *mine, const dt_vec *origin) {
    const dt_attack *a = w->team->attack;
    if (mine->x == NULL || !worker_lies(w)) return dt_vec_keep(mine);
    dt_meter_begin(dt_pool_meter(w->learning->threads), DT_ARITHMETIC);
    dt_vec *lie = dt_vec_take(w->learning->vectors);
    dt_vec_blend(lie, 1, mine, origin == NULL ? 0 : -1, origin);
    dt_attack_forge(a, w->round, (size_t)w->rank, lie->n, lie->x);
    if (origin != NULL) dt_vec_blend(lie, 1, lie, 1, origin);
    dt_meter_end(dt_pool_meter(w->learning->threads));
    if (a->type->forge != NULL) return lie;
    dt_vec_drop(lie);       /* labels have been flipped: the truth, to the bit */
    return dt_vec_keep(mine);
}

dt_vec *dt_worker_encode(const dt_worker *w, dt_compress *c, dt_vec *mine, const dt_vec *origin, double *bytes) {
    dt_vec *told = dt_worker_tell(w, mine, origin);
    bool feedback = c->error_feedback;
    c->error_feedback = feedback && told == mine;
    dt_vec *sent = dt_worker_encode_truth(w, c, told, origin, bytes);
    c->error_feedback = feedback;
    dt_vec_drop(told);
    return sent;
}
