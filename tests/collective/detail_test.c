/* detail_test.c - exchanges that are reckoned at once end when those end that go message by message, and use the same. */
#include "tests/collective/kinds.h"

#include "collective/ahead.h"
#include "collective/parts.h"

enum { ROUNDS = 3, PARTS = 3 };

typedef struct used { double wait_s[MOST], send_s[MOST], compute_s[MOST], in[MOST], messages[MOST]; } used;
typedef struct result { outcome_of out; used u; long folded; } result;

/* How the members come, and what they bring: flops before an exchange, of member r r * late more; bytes of a packet, 0: dense. */
static const dt_collective *seen;
static struct { dt_detail detail; double flops, late, packet; bool merges, parts; dt_parts *in; } how;

static void begin(cast_of *cast) {
    const scene *s = cast->scene;
    dt_collective_detail(cast->c, how.detail);
    seen = cast->c;
    if (!how.parts) return;
    dt_slice *slice = dt_arena_take(cast->a->arena, PARTS, sizeof *slice);
    for (size_t k = 0; k < PARTS; k++) slice[k] = (dt_slice){ k * (s->n / PARTS), k + 1 < PARTS ? s->n / PARTS : s->n - k * (s->n / PARTS) };
    how.in = dt_parts_open(cast->c, slice, PARTS, 0, 1e-6, cast->a->arena);
}

static dt_share brings(const member *m) {
    dt_share share = share_of(m);
    share.wire_bytes = how.packet;
    share.merges = how.merges;
    return share;
}

static dt_status exchanges(void *arg) {
    member *m = arg;
    for (long k = 0; k < ROUNDS; k++) {
        dt_vec *vec;
        dt_outcome outcome;
        dt_share share = brings(m);
        double late = how.late * (double)((m->rank * 7 + (size_t)k) % m->cast->scene->ranks);
        DT_TRY(dt_port_compute(m->port, how.flops + late, NULL, NULL));
        DT_TRY(dt_collective_exchange(m->cast->c, m->rank, &m->cast->scene->what, &share, &vec, &outcome));
        dt_vec_drop(vec);
        member_ends(m);
    }
    return DT_OK;
}

static dt_status brings_parts(void *arg) {
    member *m = arg;
    for (long k = 0; k < ROUNDS; k++) {
        dt_outcome outcome;
        for (size_t i = 0; i < PARTS; i++) {
            dt_share share = brings(m);
            DT_TRY(dt_port_compute(m->port, how.flops + how.late * (double)m->rank, NULL, NULL));
            dt_parts_bring(how.in, m->rank, i, (long)i, &share);
        }
        for (size_t i = 0; i < PARTS; i++) DT_TRY(dt_parts_await(how.in, m->rank, i));
        dt_vec_drop(dt_parts_whole(how.in, m->rank, &outcome));
        member_ends(m);
    }
    return DT_OK;
}

static void detail_body(apart *a) {
    result *r = a->out;
    dt_port *p;
    scene_body(a);
    for (p = dt_engine_ports(a->engine); p != NULL; p = dt_port_next(p)) {
        dt_usage u = dt_port_usage(p);
        size_t i = dt_port_index(p);
        if (dt_port_kind_of(p) != DT_PORT_WORKER) continue;
        r->u.wait_s[i] += u.wait_s;
        r->u.send_s[i] += u.send_s;
        r->u.compute_s[i] += u.compute_s;
        r->u.in[i] += u.bytes_in;
        r->u.messages[i] += u.messages_in + u.messages_out;
    }
    r->folded = seen != NULL && seen->ahead != NULL ? seen->ahead->folded : 0;
}

static const result *run_of(const scene *s, const apart_star *star, apart_links own, dt_detail detail) {
    how.detail = detail;
    return apart_run_all((dt_engine_setup){ 0 }, star, own, 1, detail_body, (void *)(uintptr_t)s);
}

static void near_all(const double *a, const double *b, size_t count, double scale) {
    for (size_t i = 0; i < count; i++)
        if (!(fabs(a[i] - b[i]) <= 1e-9 * scale)) fail_msg("rank %zu: %.17g, and at once %.17g", i, a[i], b[i]);
}

/* Both ways; how many exchanges were reckoned at once. */
static long compared(const scene *s, const apart_star *star, apart_links own) {
    const result *one = run_of(s, star, own, DT_DETAIL_MESSAGES), *other = run_of(s, star, own, DT_DETAIL_FOLDED);
    assert_ok(one->out.status);
    assert_ok(other->out.status);
    assert_int_equal(one->folded, 0);
    near_all(one->out.at_s, other->out.at_s, s->ranks, one->out.end_s);
    near_all(one->u.wait_s, other->u.wait_s, s->ranks, one->out.end_s);
    near_all(one->u.send_s, other->u.send_s, s->ranks, one->out.end_s);
    near_all(one->u.compute_s, other->u.compute_s, s->ranks, one->out.end_s);
    assert_memory_equal(one->out.sent, other->out.sent, sizeof one->out.sent);
    assert_memory_equal(one->u.in, other->u.in, sizeof one->u.in);
    assert_memory_equal(one->u.messages, other->u.messages, sizeof one->u.messages);
    assert_true(one->out.bytes == other->out.bytes && one->out.between == other->out.between);
    return other->folded;
}

static const apart_star even = { MOST + SERVERS, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };

static scene scene_of(const char *name, size_t ranks, size_t n) {
    how.flops = 1e7;
    how.late = how.packet = 0;
    how.merges = true;
    how.parts = false;
    return (scene){ .name = name, .ranks = ranks, .sites = 1, .n = n, .act = exchanges, .more = begin };
}

/* ---- promises ------------------------------------------------------------------------------------ */

static void a_ring_is_reckoned_whenever_its_members_come(void **fixture) {
    (void)fixture;
    static const double late[] = { 0, 1e3, 1e6, 3.3e7 };
    for (size_t i = 0; i < 4; i++)
        for (size_t p = 2; p <= 17; p += 5) {
            scene s = scene_of("ring", p, 10007);
            how.late = late[i];
            assert_int_equal(compared(&s, &even, (apart_links){ 0 }), ROUNDS);
        }
}

static void cross_traffic_is_shared_as_by_simgrid(void **fixture) {
    (void)fixture;
    apart_star star = even;
    static const char *const names[] = { "ring", "halving", "torus2d", "scatter_reduce", "tree" };
    star.network = "LV08";
    for (size_t i = 0; i < 5; i++)
        for (size_t n = 16000; n < 16008; n += 7) {     /* by unequal pieces they end apart, and come so to the next exchange */
            scene s = scene_of(names[i], 16, n);
            assert_in_range(compared(&s, &star, (apart_links){ 0 }), n % 16 == 0 ? ROUNDS : 1, ROUNDS);
        }
}

/* Whatever is left over of n, whenever they come, with or without sums, one after another. */
static void a_ring_with_cross_traffic_is_reckoned_whenever_its_members_come(void **fixture) {
    (void)fixture;
    static const size_t ranks[] = { 3, 5, 33, 40 };
    static const double late[] = { 0, 0.3, 1e2, 1e4, 3.3e6 };
    apart_star star = even;
    star.network = "LV08";
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 5; k++) {
            scene s = scene_of("ring", ranks[i], 20000 + 7 * k);
            how.late = late[k];
            s.flops = k % 2 == 1 ? 3 : 0;
            long folded = compared(&s, &star, (apart_links){ 0 });
            if (s.flops > 0 && s.n % s.ranks > 0) continue;     /* sums of unequal pieces take unequal times */
            assert_int_equal(folded, ROUNDS);
        }
}

static void flows_that_share_half_duplex_links_are_reckoned(void **fixture) {
    (void)fixture;
    apart_star star = even;
    star.sharing = "SHARED";
    scene s = scene_of("ring", 8, 8000);
    assert_int_equal(compared(&s, &star, (apart_links){ 0 }), ROUNDS);
    s = scene_of("scatter_reduce", 8, 8000);
    assert_int_equal(compared(&s, &star, (apart_links){ 0 }), ROUNDS);
}

static void who_comes_late_to_shared_links_goes_by_messages(void **fixture) {
    (void)fixture;
    scene s = scene_of("halving", 8, 8000);
    how.late = 1e6;
    assert_int_equal(compared(&s, &even, (apart_links){ 0 }), 0);
}

static void servers_and_roots_go_by_messages(void **fixture) {
    (void)fixture;
    static const char *const names[] = { "star", "shards", "kvstore", "driver" };
    for (size_t i = 0; i < 4; i++) {
        scene s = scene_of(names[i], 8, 8000);
        assert_int_equal(compared(&s, &even, (apart_links){ 0 }), 0);
    }
    scene s = scene_of("ring", 8, 8000);
    s.what.kind = DT_REDUCE;
    s.what.root = 3;
    for (s.what.kind = DT_REDUCE; s.what.kind <= DT_SCATTER; s.what.kind++)
        if (s.what.kind != DT_ALL_GATHER) assert_int_equal(compared(&s, &even, (apart_links){ 0 }), 0);
}

static void parts_in_turn_are_reckoned(void **fixture) {
    (void)fixture;
    static const char *const networks[] = { "CM02", "LV08" };
    for (size_t i = 0; i < 2; i++) {
        apart_star star = even;
        star.network = networks[i];
        scene s = scene_of("ring", 8, 80003);
        s.act = brings_parts;
        how.parts = true;
        how.late = 1e5;
        assert_int_equal(compared(&s, &star, (apart_links){ 0 }), ROUNDS * PARTS);
    }
}

static void sums_and_packets_cost_the_same(void **fixture) {
    (void)fixture;
    scene s = scene_of("ring", 7, 7001);
    s.flops = 3;
    assert_int_equal(compared(&s, &even, (apart_links){ 0 }), ROUNDS);
    s = scene_of("ring", 7, 7000);
    how.packet = 1201;
    how.merges = false;
    assert_int_equal(compared(&s, &even, (apart_links){ 0 }), ROUNDS);
    how.merges = true;
    assert_int_equal(compared(&s, &even, (apart_links){ 0 }), ROUNDS);
}

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / (1 << 24);
}

/* Whatever is drawn, both ways agree; some of it can be reckoned. */
static void they_agree_over_random_stars(void **fixture) {
    (void)fixture;
    enum { DRAWS = 80 };
    double bandwidth[MOST + SERVERS], latency[MOST + SERVERS];
    unsigned seed = 7;
    long folded = 0;
    for (size_t k = 0; k < DRAWS; k++) {
        size_t number = (size_t)(draw(&seed) * (double)dt_collective_room.count);
        const dt_collective_type *type = dt_collective_of(dt_collective_room.entries[number]);
        apart_star star = even;
        star.network = draw(&seed) < 0.5 ? "CM02" : "LV08";
        star.sharing = draw(&seed) < 0.8 ? "SPLITDUPLEX" : "SHARED";
        for (int i = 0; i < star.hosts; i++) {
            bandwidth[i] = 1e8 * (1 + 20 * draw(&seed));
            latency[i] = 1e-6 * (1 + 100 * draw(&seed));
        }
        scene s = scene_of(type->is.name, 2 + (size_t)(draw(&seed) * 18), 100 + (size_t)(draw(&seed) * 30000));
        static const dt_exchange_kind kinds[] = { DT_ALL_REDUCE, DT_ALL_REDUCE, DT_REDUCE_SCATTER, DT_ALL_GATHER };
        s.what.kind = kinds[(size_t)(draw(&seed) * 4)];
        s.sites = 1 + (size_t)(draw(&seed) * 4);
        if (draw(&seed) < 0.3) how.late = 1e6 * draw(&seed);
        bool own = draw(&seed) < 0.5;
        folded += compared(&s, &star, own ? (apart_links){ bandwidth, latency } : (apart_links){ 0 });
    }
    assert_true(folded > DRAWS / 4);
}

int main(void) {
    apart_more.precise = true;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_is_reckoned_whenever_its_members_come), cmocka_unit_test(cross_traffic_is_shared_as_by_simgrid),
        cmocka_unit_test(a_ring_with_cross_traffic_is_reckoned_whenever_its_members_come),
        cmocka_unit_test(flows_that_share_half_duplex_links_are_reckoned),
        cmocka_unit_test(who_comes_late_to_shared_links_goes_by_messages), cmocka_unit_test(servers_and_roots_go_by_messages),
        cmocka_unit_test(parts_in_turn_are_reckoned), cmocka_unit_test(sums_and_packets_cost_the_same),
        cmocka_unit_test(they_agree_over_random_stars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
