/* join_test.c - packets whose sums hold the union of what they have: every partial sum on its way is as large as its own union. */
#include "tests/engine/apart.h"

#include <math.h>

#include "collective/collective.h"

enum { RANKS = 3, N = 12, COLUMNS = 3 };

typedef struct plan { const char *collective; bool known; } plan;
typedef struct taken { dt_status status; double bytes, error; } taken;
typedef struct member { dt_collective *c; size_t rank; const plan *plan; dt_compress own; double wrong; } member;

/* The rows that are not 0: 0; 0 and 1; 3 of four. */
static const float given[RANKS][N] = { { [0] = 1 }, { [1] = 1, [4] = 1 }, { [11] = 1 } };

static dt_status member_act(void *arg) {
    member *m = arg;
    dt_vec *mean;
    dt_outcome outcome;
    float out[N];
    double bytes = m->plan->known ? dt_compress_pass(&m->own, given[m->rank], NULL, out) : dt_compress_wire_bytes(&m->own);
    dt_share share = { .x = m->plan->known ? given[m->rank] : NULL, .size = 1, .wire_bytes = bytes, .packet = &m->own };
    DT_TRY(dt_collective_mean(m->c, m->rank, &share, &mean, &outcome));
    for (size_t i = 0; m->plan->known && i < N; i++)
        m->wrong = fmax(m->wrong, fabs(mean->x[i] - (given[0][i] + given[1][i] + given[2][i]) / 3));
    dt_vec_drop(mean);
    return DT_OK;
}

static void scene_body(apart *a) {
    const plan *p = a->arg;
    taken *out = a->out;
    dt_port *port[RANKS], *server = dt_port_new(a->engine, RANKS, DT_PORT_SERVER, 0, a->arena);
    member m[RANKS];
    dt_collective *c;
    dt_aggregate aggregate;
    const dt_block block = { N, N / COLUMNS, COLUMNS, 3, NULL };
    for (size_t r = 0; r < RANKS; r++) port[r] = apart_port(a, r, r);
    dt_group group = { .engine = a->engine, .port = port, .ranks = RANKS, .server = &server, .servers = 1, .sites = 1 };
    dt_config *blocks, *algorithm = dt_config_set_text(dt_config_new(a->arena), NULL, p->collective, a->arena);
    dt_config *weighted = dt_config_set_text(dt_config_new(a->arena), NULL, "weighted", a->arena);
    dt_vec_pool *pool = p->known ? dt_vec_pool_new(N, a->arena) : dt_vec_pool_blank(N, a->arena);
    const char *text = "{\"name\": \"blocks\", \"size\": 0, \"positions\": \"bits\", \"density\": 0.5}";
    if (dt_config_parse(text, &blocks, a->arena) != DT_OK) _exit(1);
    if (dt_aggregate_open(&aggregate, weighted, a->arena) != DT_OK) _exit(1);
    if (dt_collective_open(&c, algorithm, &group, N, pool, &aggregate, a->pool, a->arena) != DT_OK) _exit(1);
    for (size_t r = 0; r < RANKS; r++) {
        m[r] = (member){ .c = c, .rank = r, .plan = p };
        if (dt_compress_open(&m[r].own, blocks, &block, 1, dt_rng_stream(a->arena, 1, (long)r, "compress"), a->arena) != DT_OK) _exit(1);
        dt_engine_spawn(a->engine, "member", port[r], member_act, &m[r], false);
    }
    out->status = dt_engine_run(a->engine);
    out->bytes = dt_engine_bytes(a->engine);
    for (size_t r = 0; r < RANKS; r++) out->error = fmax(out->error, m[r].wrong);
}

static taken take(plan p) {
    const apart_star star = { RANKS + 1, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };
    const taken *out = apart_run(&star, 2, scene_body, &p);
    assert_int_equal(out->status, DT_OK);
    assert_near(out->error, 0, 1e-7);
    return *out;
}

/* A packet has 12 bytes a row and one of bitmap: 13, 25 and 13 alone; 25 of 0 and 2, 25 of 0 and 1, 37 of 1 and 2; 37 of all.  A
 * piece is a third of them, rounded up. */
static void a_ring_carries_the_union_of_what_it_has_summed(void **fixture) {
    (void)fixture;
    double alone = 5 + 9 + 5, two = 9 + 9 + 13, all = 6 * 13;
    assert_near(take((plan){ "ring", true }).bytes, alone + two + all, 0);
}

/* If half of the rows of each are not 0, two have 3 of 4 rows (37 bytes), and three 7 of 8, rounded up to 4 (49 bytes). */
static void what_is_not_known_is_expected(void **fixture) {
    (void)fixture;
    assert_near(take((plan){ "ring", false }).bytes, 3 * 9 + 3 * 13 + 6 * 17, 0);
}

static void a_server_takes_what_each_has_and_sends_the_union(void **fixture) {
    (void)fixture;
    assert_near(take((plan){ "star", true }).bytes, 13 + 25 + 13 + 3 * 37, 0);
}

/* Down a tree and in halves likewise, never more than the union of all on every link. */
static void no_algorithm_carries_more_than_the_union_of_all(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++) {
        double bytes = take((plan){ dt_collective_room.entries[e]->name, true }).bytes;
        assert_true(bytes > 0 && bytes <= 2 * RANKS * (37 + 3));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_carries_the_union_of_what_it_has_summed),
        cmocka_unit_test(what_is_not_known_is_expected),
        cmocka_unit_test(a_server_takes_what_each_has_and_sends_the_union),
        cmocka_unit_test(no_algorithm_carries_more_than_the_union_of_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
