/* trips_test.c - packets that take several all-reduces one after another, and what adding them costs. */
#include "tests/engine/apart.h"

#include <math.h>

#include "collective/collective.h"

enum { RANKS = 5, N = 60 };
static const double bytes = 1200000, merge = 6e6;

typedef struct plan { const char *collective; size_t trips, least; double bytes; bool charged; } plan;
typedef struct taken { dt_status status; double time_s, bytes, flops; } taken;
typedef struct member { dt_collective *c; size_t rank; const plan *plan; } member;

static double merge_flops(const void *state) {
    (void)state;
    return merge;
}

static size_t two_trips(const void *state) {
    (void)state;
    return 2;
}

static size_t three_trips(const void *state) {
    (void)state;
    return 3;
}

static dt_status member_act(void *arg) {
    const member *m = arg;
    dt_vec *mean;
    dt_outcome outcome;
    dt_exchange what = { .least = m->plan->least };
    dt_share share = { .size = 1, .wire_bytes = m->plan->bytes, .merges = true };
    DT_TRY(dt_collective_exchange(m->c, m->rank, &what, &share, &mean, &outcome));
    dt_vec_drop(mean);
    return DT_OK;
}

static void scene_body(apart *a) {
    const plan *p = a->arg;
    taken *out = a->out;
    dt_port *port[RANKS], *server = dt_port_new(a->engine, RANKS, DT_PORT_SERVER, 0, a->arena);
    member m[RANKS];
    dt_compress merger;
    dt_collective *c;
    dt_aggregate aggregate;
    const dt_block block = { N, N, 1, 3, NULL };
    for (size_t r = 0; r < RANKS; r++) port[r] = apart_port(a, r, r);
    dt_group group = { .engine = a->engine, .port = port, .ranks = RANKS, .server = &server, .servers = 1, .sites = 1 };
    dt_config *sign = dt_config_set_text(dt_config_new(a->arena), NULL, "sign", a->arena);
    dt_config *weighted = dt_config_set_text(dt_config_new(a->arena), NULL, "weighted", a->arena);
    dt_config *algorithm = dt_config_set_text(dt_config_new(a->arena), NULL, p->collective, a->arena);
    if (dt_compress_open(&merger, sign, &block, 1, dt_rng_stream(a->arena, 1, 0, "merger"), a->arena) != DT_OK) _exit(1);
    if (dt_aggregate_open(&aggregate, weighted, a->arena) != DT_OK) _exit(1);
    if (dt_collective_open(&c, algorithm, &group, N, dt_vec_pool_blank(N, a->arena), &aggregate, a->pool, a->arena) != DT_OK) _exit(1);
    dt_compress_type type = *merger.type;
    type.trips = p->trips == 3 ? three_trips : p->trips == 2 ? two_trips : NULL;
    type.merge_flops = p->charged ? merge_flops : NULL;
    merger.type = &type;
    dt_collective_merge_by(c, &merger);
    for (size_t r = 0; r < RANKS; r++) {
        m[r] = (member){ c, r, p };
        dt_engine_spawn(a->engine, "member", port[r], member_act, &m[r], false);
    }
    out->status = dt_engine_run(a->engine);
    out->bytes = dt_engine_bytes(a->engine);
    out->time_s = dt_engine_now(a->engine);
    for (dt_port *at = dt_engine_ports(a->engine); at != NULL; at = dt_port_next(at)) out->flops += dt_port_usage(at).flops;
}

static taken take(plan p) {
    const apart_star star = { RANKS + 1, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };
    const taken *out = apart_run(&star, 2, scene_body, &p);
    assert_int_equal(out->status, DT_OK);
    return *out;
}

/* Its start-ups are those of a message of hardly any bytes.  Down a tree some have the result of the first trip before others, and
 * begin the next: that is never slower. */
static void a_second_trip_takes_the_start_ups_again_and_no_bytes(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++) {
        const char *name = dt_collective_room.entries[e]->name;
        taken one = take((plan){ name, 1, 0, bytes, false }), two = take((plan){ name, 2, 0, bytes, false });
        taken none = take((plan){ name, 1, 0, 1, false });
        bool together = strcmp(name, "star") == 0 || strcmp(name, "ring") == 0 || strcmp(name, "halving") == 0;
        if (together) assert_near(two.time_s, one.time_s + none.time_s, 1e-6);
        assert_true(two.time_s <= one.time_s + none.time_s + 1e-6 && two.time_s >= one.time_s / 2 + none.time_s);
        assert_near(two.bytes, one.bytes, 100);         /* rounded up to whole bytes */
        assert_true(none.time_s > 50e-6);
    }
}

/* Of p packets p - 1 are added to another; a server adds all of them to a sum that begins as 0.  Algorithms in which several
 * members form the same sum charge each of them. */
static void who_adds_a_packet_is_charged(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (size_t trips = 1; trips <= 2; trips++) {
            const char *name = dt_collective_room.entries[e]->name;
            taken free = take((plan){ name, trips, 0, bytes, false }), charged = take((plan){ name, trips, 0, bytes, true });
            if (charged.flops < (RANKS - 1) * merge - 1) fail_msg("%s charges %g flops", name, charged.flops);
            assert_true(free.flops == 0 && charged.time_s > free.time_s + 0.5 * merge / 1e9);
        }
}

static void of_the_first_few_only_they_go_on_trips(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (size_t trips = 1; trips <= 3; trips++)
            assert_true(take((plan){ dt_collective_room.entries[e]->name, trips, 3, bytes, true }).time_s > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_trip_takes_the_start_ups_again_and_no_bytes),
        cmocka_unit_test(who_adds_a_packet_is_charged),
        cmocka_unit_test(of_the_first_few_only_they_go_on_trips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
