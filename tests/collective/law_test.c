/* law_test.c - what must not change, or must change exactly, when the machines of a collective do: twice the bandwidth
 * with half the latency halves its time, and it does not matter who stands where if all places are alike. */
#include "tests/engine/apart.h"

#include <math.h>

#include "collective/collective.h"

enum { MOST = 16, ENTRIES_FEW = 16, ENTRIES_MANY = 4000000 };

/* One mean of vectors of n entries; rank r stands on host place[r] (NULL: on host r). */
typedef struct gathering { const char *name; size_t ranks, n; const size_t *place; } gathering;
typedef struct member { apart *a; const gathering *g; dt_collective *c; size_t rank; } member;
typedef struct gathered { double last_s, at_s[MOST]; } gathered;    /* when the last rank, and each, has the mean */

static dt_status member_act(void *arg) {
    member *m = arg;
    gathered *out = m->a->out;
    dt_vec *mean;
    dt_outcome outcome;
    dt_share share = { .size = 1, .wire_bytes = 4.0 * (double)m->g->n, .merges = true };
    DT_TRY(dt_collective_mean(m->c, m->rank, &share, &mean, &outcome));
    dt_vec_drop(mean);
    out->at_s[m->rank] = dt_engine_now(m->a->engine);
    out->last_s = fmax(out->last_s, out->at_s[m->rank]);
    return DT_OK;
}

/* Whether a driver launches tasks for it: what that takes depends on no link, and these laws are about links. */
static bool launches(const char *name) {
    for (size_t e = 0; e < dt_collective_room.count; e++) {
        const dt_param *p = dt_collective_room.entries[e]->params;
        for (; strcmp(dt_collective_room.entries[e]->name, name) == 0 && p != NULL && p->name != NULL; p++)
            if (strcmp(p->name, "launch") == 0) return true;
    }
    return false;
}

static void gathering_body(apart *a) {
    const gathering *g = a->arg;
    dt_port *port[MOST];
    member m[MOST];
    for (size_t r = 0; r < g->ranks; r++)
        port[r] = apart_port(a, g->place == NULL ? r : g->place[r], r);
    dt_port *server = dt_port_new(a->engine, g->ranks, DT_PORT_SERVER, 0, a->arena);
    dt_group group = { .engine = a->engine, .port = port, .ranks = g->ranks, .server = &server, .servers = 1, .sites = 1 };
    dt_config *name = dt_config_new(a->arena);
    dt_config_set_text(name, NULL, g->name, a->arena);
    if (launches(g->name)) dt_config_set_number(name, "launch", 0, a->arena);
    dt_aggregate aggregate;
    dt_collective *c;
    if (dt_aggregate_open(&aggregate, NULL, a->arena) != DT_OK) _exit(1);
    if (dt_collective_open(&c, name, &group, g->n, dt_vec_pool_new(g->n, a->arena), &aggregate, a->pool,
                           a->arena) != DT_OK) _exit(1);
    for (size_t r = 0; r < g->ranks; r++) {
        m[r] = (member){ a, g, c, r };
        dt_engine_spawn(a->engine, "member", port[r], member_act, &m[r], false);
    }
    if (dt_engine_run(a->engine) != DT_OK) _exit(1);
}

static const char *named(size_t e) { return dt_collective_room.entries[e]->name; }

/* Under both models and where the window bounds the flows (10 ms), too: that bound is a size over a latency. */
static void twice_the_bandwidth_and_half_the_latency_halve_the_time(void **fixture) {
    (void)fixture;
    const double latencies[] = { 0, 25e-6, 10e-3 };
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (int i = 0; i < 3 * 2 * 2; i++) {
            gathering g = { named(e), 7, i % 2 == 0 ? ENTRIES_FEW : ENTRIES_MANY, NULL };
            const char *network = i / 2 % 2 == 0 ? "CM02" : "LV08";
            double latency = latencies[i / 4];
            const apart_star slow = { 8, 1e9, 1.25e9, latency, "SPLITDUPLEX", network };
            const apart_star fast = { 8, 1e9, 2.5e9, latency / 2, "SPLITDUPLEX", network };
            const gathered *before = apart_run(&slow, 1, gathering_body, &g), *after = apart_run(&fast, 1, gathering_body, &g);
            assert_near(2 * after->last_s / before->last_s, 1, 1e-12);
        }
}

static void on_a_symmetric_star_every_rank_may_stand_anywhere(void **fixture) {
    (void)fixture;
    const size_t ranks = 11, place[] = { 7, 2, 10, 0, 5, 3, 9, 1, 8, 4, 6 };
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (int model = 0; model < 2; model++) {
            const apart_star star = { 12, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", model == 0 ? "CM02" : "LV08" };
            gathering straight = { named(e), ranks, 100003, NULL }, moved = { named(e), ranks, 100003, place };
            const gathered *a = apart_run(&star, 1, gathering_body, &straight);
            const gathered *b = apart_run(&star, 1, gathering_body, &moved);
            assert_near(b->last_s / a->last_s, 1, 1e-12);
            for (size_t r = 0; r < ranks; r++) assert_near(b->at_s[r] / a->at_s[r], 1, 1e-12);
        }
}

/* A star and a ring have no first rank: renumbered, or turned, over unequal links they take the same time. */
static void over_unequal_links_a_renumbered_star_and_a_turned_ring_take_the_same_time(void **fixture) {
    (void)fixture;
    const double bandwidths[] = { 1e8, 5e8, 2e8, 9e8, 4e8, 3e8, 1e9 };
    const double latencies[] = { 1e-5, 9e-5, 2e-5, 5e-5, 7e-5, 4e-5, 1e-5 };
    const apart_star star = { 7, 1e9, 1e9, 0, "SPLITDUPLEX", "LV08" };
    const size_t mixed[] = { 4, 2, 5, 0, 3, 1 }, turned[] = { 2, 3, 4, 5, 0, 1 };
    enum { STAR, MIXED_STAR, RING, TURNED_RING, MIXED_RING, WAYS };
    gathering g[WAYS] = { [STAR] = { "star", 6, 600000, NULL }, [MIXED_STAR] = { "star", 6, 600000, mixed },
                          [RING] = { "ring", 6, 600000, NULL }, [TURNED_RING] = { "ring", 6, 600000, turned },
                          [MIXED_RING] = { "ring", 6, 600000, mixed } };
    const gathered *out[WAYS];
    for (int i = 0; i < WAYS; i++) out[i] = apart_run_links(&star, bandwidths, latencies, 1, gathering_body, &g[i]);
    for (size_t r = 0; r < 6; r++) {
        assert_near(out[MIXED_STAR]->at_s[r] / out[STAR]->at_s[mixed[r]], 1, 1e-12);
        assert_near(out[TURNED_RING]->at_s[r] / out[RING]->at_s[turned[r]], 1, 1e-12);
    }
    assert_true(fabs(out[MIXED_RING]->last_s / out[RING]->last_s - 1) > 1e-3);      /* other neighbours: another ring */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice_the_bandwidth_and_half_the_latency_halve_the_time),
        cmocka_unit_test(on_a_symmetric_star_every_rank_may_stand_anywhere),
        cmocka_unit_test(over_unequal_links_a_renumbered_star_and_a_turned_ring_take_the_same_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
