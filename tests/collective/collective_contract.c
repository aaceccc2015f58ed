/* collective_contract.c - what every collective promises: the same mean at every rank, bytes and seconds by the
 * published formulas.  p ranks and a server on a star under CM02; alpha = 50 us, beta = 1 / 1.25e9 s a byte. */
#include "tests/engine/apart.h"

#include <math.h>

#include "collective/collective.h"

enum { MOST = 64 };
static const double alpha = 50e-6, beta = 1 / 1.25e9;

/* One way of taking rounds means of vectors of n entries. */
typedef struct plan { const char *name, *aggregate; size_t ranks, n; int rounds; bool real, sparse; } plan;

typedef struct member { apart *a; const plan *plan; dt_collective *c; size_t rank; float *x; double *ends; } member;

/* What came of it. */
typedef struct meant {
    dt_status status;
    double    end_s;
    double    most_sent, least_sent, bytes;     /* bytes of one rank; of all */
    double    error;                            /* worst relative difference from the serial mean */
    double    value;                            /* mean of the values */
    const void *vector;                         /* that the ranks got in the last round */
    int       others;                           /* ranks that got another one */
} meant;

static dt_config *named(const char *name, dt_arena *arena) {
    return dt_config_set_text(dt_config_new(arena), NULL, name, arena);
}

static dt_status member_act(void *arg) {
    member *m = arg;
    meant *out = m->a->out;
    for (int round = 0; round < m->plan->rounds; round++) {
        dt_vec *mean;
        dt_outcome outcome;
        for (size_t i = 0; m->plan->real && i < m->plan->n; i++) m->x[i] = (float)((m->rank + 1) * (i + 1) + (size_t)round);
        dt_share share = { .x = m->plan->real ? m->x : NULL, .size = (double)m->rank + 1, .measure = true,
                           .wire_bytes = m->plan->sparse ? 8 : 4.0 * (double)m->plan->n, .merges = !m->plan->sparse,
                           .value = (double)m->rank };
        DT_TRY(dt_collective_mean(m->c, m->rank, &share, &mean, &outcome));
        double p = (double)m->plan->ranks, weighted = (2 * p + 1) / 3;      /* sum r^2 / sum r for r = 1 .. p */
        for (size_t i = 0; m->plan->real && i < m->plan->n; i++)
            out->error = fmax(out->error, fabs(mean->x[i] / (weighted * (double)(i + 1) + round) - 1));
        if (round + 1 == m->plan->rounds) {
            if (out->vector == NULL) out->vector = mean->x;
            out->others += out->vector != mean->x;
        }
        out->value = outcome.value;
        dt_vec_drop(mean);
    }
    out->end_s = fmax(out->end_s, dt_engine_now(m->a->engine));
    return DT_OK;
}

static void plan_body(apart *a) {
    const plan *p = a->arg;
    meant *out = a->out;
    dt_port *port[MOST];
    member m[MOST];
    for (size_t r = 0; r < p->ranks; r++) port[r] = apart_port(a, r, r);
    dt_port *server = dt_port_new(a->engine, p->ranks, DT_PORT_SERVER, 0, a->arena);
    dt_group group = { .engine = a->engine, .port = port, .ranks = p->ranks, .server = &server, .servers = 1, .sites = 1 };
    dt_aggregate aggregate;
    dt_collective *c;
    if (dt_aggregate_open(&aggregate, named(p->aggregate, a->arena), a->arena) != DT_OK) _exit(1);
    if (dt_collective_open(&c, named(p->name, a->arena), &group, p->n, dt_vec_pool_new(p->n, a->arena), &aggregate,
                           a->pool, a->arena) != DT_OK) _exit(1);
    for (size_t r = 0; r < p->ranks; r++) {
        m[r] = (member){ a, p, c, r, dt_arena_take(a->arena, p->n, sizeof(float)), NULL };
        dt_engine_spawn(a->engine, "member", port[r], member_act, &m[r], false);
    }
    out->status = dt_engine_run(a->engine);
    out->least_sent = HUGE_VAL;
    for (size_t r = 0; r < p->ranks; r++) {
        out->most_sent = fmax(out->most_sent, dt_port_usage(port[r]).bytes_out);
        out->least_sent = fmin(out->least_sent, dt_port_usage(port[r]).bytes_out);
    }
    out->bytes = dt_engine_bytes(a->engine);
}

static const meant *take(const char *name, size_t ranks, size_t n, int rounds, bool real) {
    plan p = { name, "weighted", ranks, n, rounds, real, false };
    const apart_star star = { (int)ranks + 1, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };
    return apart_run(&star, 2, plan_body, &p);
}

static void every_rank_gets_the_weighted_mean_for_any_number_of_ranks(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (size_t ranks = 1; ranks <= 17; ranks++) {
            const meant *out = take(dt_collective_room.entries[e]->name, ranks, 37, 3, true);
            assert_int_equal(out->status, DT_OK);
            assert_near(out->error, 0, 1e-6);
            assert_non_null(out->vector);
            assert_int_equal(out->others, 0);
            assert_near(out->value, 2.0 * ((double)ranks - 1) / 3, 1e-9);     /* sum r (r+1) / sum (r+1) */
        }
}

static void bytes_are_conserved_and_counted_exactly(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 16; ranks *= 2) {
        double p = (double)ranks, whole = 4 * 3200, pieces = 2 * (p - 1) / p * whole;
        const meant *ring = take("ring", ranks, 3200, 1, false), *halving = take("halving", ranks, 3200, 1, false);
        assert_near(ring->most_sent, pieces, 0);
        assert_near(ring->least_sent, pieces, 0);
        assert_near(halving->most_sent, pieces, 0);
        assert_near(halving->least_sent, pieces, 0);
        assert_near(take("tree", ranks, 3200, 1, false)->bytes, 2 * (p - 1) * whole, 0);
        assert_near(take("star", ranks, 3200, 1, false)->bytes, 2 * p * whole, 0);
    }
}

static void ring_takes_its_published_time(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 16; ranks += 7)
        for (size_t n = ranks * 8; n < 100000000; n *= 1000) {
            double p = (double)ranks, bytes = 4 * (double)n;
            double law = 2 * (p - 1) * alpha + 2 * ((p - 1) / p) * bytes * beta;
            assert_near(take("ring", ranks, n, 1, false)->end_s / law, 1, 1e-6);
            assert_near(take("ring", ranks, n, 5, false)->end_s / law, 5, 5e-6);
        }
}

static void halving_takes_its_published_time_with_the_fold_for_other_counts(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 16; ranks++) {
        size_t players = 1, n = 16 * 9 * 25;
        double steps = 0, bytes = 4.0 * (double)n;
        for (; players * 2 <= ranks; players *= 2) steps++;
        double q = (double)players, law = 2 * steps * alpha + 2 * ((q - 1) / q) * bytes * beta;
        if (players < ranks) law += 2 * alpha + 2 * bytes * beta;
        assert_near(take("halving", ranks, n, 1, false)->end_s / law, 1, 1e-6);
    }
}

static void tree_and_star_take_their_published_times(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 32; ranks *= 4)
        for (size_t n = 250; n < 10000000; n *= 100) {
            double p = (double)ranks, bytes = 4 * (double)n;
            assert_near(take("tree", ranks, n, 1, false)->end_s / (2 * log2(p) * (alpha + bytes * beta)), 1, 1e-6);
            assert_near(take("star", ranks, n, 1, false)->end_s / (2 * alpha + 2 * p * bytes * beta), 1, 1e-6);
        }
}

/* The formulas of Thakur, Rabenseifner, Gropp 2005 (ring: Patarasuk, Yuan 2009), worked out by hand to six decimals. */
static void known_times_come_out(void **fixture) {
    (void)fixture;
    assert_near(take("ring", 4, 250, 1, false)->end_s, 0.000301, 6e-7);
    assert_near(take("halving", 8, 250000, 1, false)->end_s, 0.0017, 1e-6);
    assert_near(take("star", 16, 25000000, 1, false)->end_s, 2.5601, 1e-6);
    assert_near(take("tree", 64 - 32, 250, 1, false)->end_s, 2 * 5 * (alpha + 1000 * beta), 1e-6);
    assert_near(take("ring", 63 + 1 - 48, 25000000, 1, false)->end_s, 0.1515, 1e-6);
}

/* Under LV08 a symmetric exchange over split-duplex links: 13.01 alpha, and 1.05 / 0.97 of the bytes. */
static void ring_under_lv08_has_simgrids_factors(void **fixture) {
    (void)fixture;
    plan p = { "ring", "weighted", 4, 1000000, 1, false, false };
    const apart_star star = { 5, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "LV08" };
    const meant *out = apart_run(&star, 1, plan_body, &p);
    assert_near(out->end_s, 9.098876e-3, 1e-6);
}

/* Packets that do not merge: one of 8 bytes a rank.  Sums travel as several packets, never more than dense. */
static void sparse_packets_grow_as_they_are_summed(void **fixture) {
    (void)fixture;
    const apart_star star = { 9, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };
    plan sparse = { "star", "weighted", 8, 1000, 1, false, true }, dense = { "star", "weighted", 8, 10, 1, false, true };
    plan up_a_tree = { "tree", "weighted", 8, 1000, 1, false, true };
    const meant *out = apart_run(&star, 1, plan_body, &sparse);
    assert_near(out->bytes, 8 * 8 + 8 * 64, 0);
    out = apart_run(&star, 1, plan_body, &dense);       /* 40 bytes */
    assert_near(out->bytes, 8 * 8 + 8 * 40, 0);
    out = apart_run(&star, 1, plan_body, &up_a_tree);
    assert_near(out->bytes, 4 * 8 + 2 * 16 + 32 + 7 * 64, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rank_gets_the_weighted_mean_for_any_number_of_ranks),
        cmocka_unit_test(bytes_are_conserved_and_counted_exactly),
        cmocka_unit_test(ring_takes_its_published_time),
        cmocka_unit_test(halving_takes_its_published_time_with_the_fold_for_other_counts),
        cmocka_unit_test(tree_and_star_take_their_published_times),
        cmocka_unit_test(known_times_come_out),
        cmocka_unit_test(ring_under_lv08_has_simgrids_factors),
        cmocka_unit_test(sparse_packets_grow_as_they_are_summed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
