/* kinds.h - a group of p members and three servers on a star under CM02, each doing something, in a process of its own. */
#ifndef DT_TESTS_COLLECTIVE_KINDS_H
#define DT_TESTS_COLLECTIVE_KINDS_H

#include "tests/engine/apart.h"

#include <math.h>

#include "collective/collective.h"
#include "engine/failure.h"

enum { MOST = 40, SERVERS = 3 };
static const double alpha = 50e-6, beta = 1 / 1.25e9;

struct cast_of;

/* What is done by p members of how many sites, with vectors of n entries; the rest is for the body. */
typedef struct scene {
    const char *name, *aggregate;
    double flops;               /* of adding an entry */
    size_t ranks, sites, n;
    bool   real;
    dt_exchange what;
    dt_status (*act)(void *member);
    void (*more)(struct cast_of *cast);         /* before the run begins; NULL: nothing */
    const char *choice;         /* name with parameters, as JSON; NULL: the name alone */
} scene;

typedef struct member { struct cast_of *cast; size_t rank; dt_port *port; float *x; } member;

typedef struct cast_of {
    apart *a;
    const scene *scene;
    dt_collective *c;
    dt_group group;
    dt_vec_pool *pool;
    member m[MOST];
} cast_of;

/* What came of it. */
typedef struct outcome_of {
    dt_status status;
    double end_s, at_s[MOST], bytes, between, sent[MOST];   /* between: sites */
    double error;               /* worst difference from what should come out */
    long   wrong, late, count;  /* entries, or anything else that is wrong; shares that came too late */
    size_t in_use;              /* vectors that somebody still holds at the end */
} outcome_of;

static dt_config *named(const char *name, dt_arena *arena) {
    return dt_config_set_text(dt_config_new(arena), NULL, name, arena);
}

static dt_config *chosen(const scene *s, dt_arena *arena) {
    dt_config *choice;
    if (s->choice == NULL) return named(s->name, arena);
    if (dt_config_parse(s->choice, &choice, arena) != DT_OK) _exit(1);
    return choice;
}

static double of(size_t rank, size_t entry) { return (double)((rank + 1) * 100 + entry * (rank % 3 + 1)); }

static void scene_body(apart *a) {
    const scene *s = a->arg;
    outcome_of *out = a->out;
    static cast_of cast;
    dt_port *port[MOST], *server[SERVERS];
    size_t site[MOST];
    dt_aggregate aggregate;
    cast = (cast_of){ .a = a, .scene = s, .pool = s->real ? dt_vec_pool_new(s->n, a->arena) : dt_vec_pool_blank(s->n, a->arena) };
    for (size_t r = 0; r < s->ranks; r++) {
        port[r] = apart_port(a, r, r);
        site[r] = s->sites > 1 ? r % s->sites : 0;
        dt_port_set_site(port[r], site[r]);
    }
    for (size_t k = 0; k < SERVERS; k++) server[k] = dt_port_new(a->engine, s->ranks + k, DT_PORT_SERVER, k, a->arena);
    cast.group = (dt_group){ .engine = a->engine, .port = port, .ranks = s->ranks, .server = server, .servers = SERVERS, .site = site,
                             .sites = s->sites > 1 ? s->sites : 1 };
    const char *form = s->aggregate == NULL ? "weighted" : s->aggregate;
    dt_config *forms = dt_config_new(a->arena);
    dt_config_set_text(forms, NULL, form, a->arena);
    dt_config_set_number(forms, "flops", s->flops, a->arena);
    if (dt_aggregate_open(&aggregate, forms, a->arena) != DT_OK) _exit(1);
    if (dt_collective_open(&cast.c, chosen(s, a->arena), &cast.group, s->n, cast.pool, &aggregate, a->pool,
                           a->arena) != DT_OK) _exit(1);
    for (size_t r = 0; r < s->ranks; r++) {
        cast.m[r] = (member){ &cast, r, port[r], s->real ? dt_arena_take(a->arena, s->n, sizeof(float)) : NULL };
        for (size_t e = 0; s->real && e < s->n; e++) cast.m[r].x[e] = (float)of(r, e);
        dt_engine_spawn(a->engine, "member", port[r], s->act, &cast.m[r], false);
    }
    if (s->more != NULL) s->more(&cast);
    out->status = dt_engine_run(a->engine);
    if (out->status != DT_OK) fprintf(stderr, "%s: %s\n", s->name, dt_reason());
    for (dt_port *p = dt_engine_ports(a->engine); p != NULL; p = dt_port_next(p))
        if (dt_port_kind_of(p) == DT_PORT_WORKER) out->sent[dt_port_index(p)] += dt_port_usage(p).bytes_out;
    out->bytes = dt_engine_bytes(a->engine);
    out->between = dt_engine_bytes_between(a->engine);
    out->in_use = dt_vec_in_use(cast.pool);
}

static inline const outcome_of *scene_run(const scene *s) {
    const apart_star star = { (int)s->ranks + SERVERS, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };
    return apart_run(&star, 2, scene_body, (void *)(uintptr_t)s);
}

static dt_share share_of(const member *m) {
    return (dt_share){ .x = m->x, .size = (double)m->rank + 1, .value = (double)m->rank, .merges = true };
}

static inline void member_ends(const member *m) {
    outcome_of *out = m->cast->a->out;
    out->at_s[m->rank] = dt_engine_now(m->cast->a->engine);
    out->end_s = fmax(out->end_s, out->at_s[m->rank]);
}

/* A member that takes part in one exchange. */
static inline dt_status member_exchanges(void *arg) {
    member *m = arg;
    dt_vec *result;
    dt_outcome outcome;
    dt_share share = share_of(m);
    DT_TRY(dt_collective_exchange(m->cast->c, m->rank, &m->cast->scene->what, &share, &result, &outcome));
    dt_vec_drop(result);
    member_ends(m);
    return DT_OK;
}

#endif
