/* audit_test.c - each law of the audit holds for honest accounts and is broken on purpose, one after another.
 * The accounts are made up: this file takes the engine's place. */
#include "tests/test.h"
#include "engine/failure.h"
#include "role/law.h"
#include "run/audit.h"

struct dt_port { dt_usage usage; const char *title; dt_port *next; dt_port_kind kind; size_t index; double on_the_way; bool taken; };
struct dt_aggregate_columns { double imbalance; };
struct dt_engine { double on_the_way, lost; dt_port *ports; };

dt_usage dt_port_usage(const dt_port *p) { return p->usage; }
const char *dt_port_title(const dt_port *p, dt_arena *run) { (void)run; return p->title; }
dt_port_kind dt_port_kind_of(const dt_port *p) { return p->kind; }
size_t dt_port_index(const dt_port *p) { return p->index; }
bool dt_port_taken(const dt_port *p) { return p->taken; }
double dt_port_bytes_on_the_way(const dt_port *p) { return p->on_the_way; }
dt_port *dt_engine_ports(const dt_engine *e) { return e->ports; }
dt_port *dt_port_next(const dt_port *p) { return p->next; }
double dt_engine_bytes_on_the_way(const dt_engine *e) { return e->on_the_way; }
double dt_aggregate_imbalance(const dt_aggregate *a) { return a->columns->imbalance; }
double dt_engine_bytes_lost(const dt_engine *e) { return e->lost; }

/* Two workers, a server and its courier that were busy for 10 s; a ring of three that mixes by thirds. */
typedef struct books {
    dt_engine   engine;
    dt_port     port[2], server, courier, *ports[2], *servers[1];
    size_t      start[4], neighbour[6];
    double      weight[6], self[3];
    dt_topology topology;
    dt_graph graph;
    dt_team     team;
    struct dt_aggregate_columns columns;
    dt_aggregate aggregate;
    dt_learning learning;
    dt_monitor    monitor;
    dt_training    stage;
    dt_flow     flow[3];
    dt_traffic  traffic;
    dt_arena   *arena;
} books;

static int begin(void **fixture) {
    dt_arena *arena = dt_arena_new(1 << 16);
    books *b = dt_arena_take(arena, 1, sizeof *b);
    *b = (books){ .engine = { 5, 0 }, .start = { 0, 2, 4, 6 }, .neighbour = { 1, 2, 0, 2, 0, 1 }, .arena = arena };
    for (int i = 0; i < 2; i++) {
        b->port[i] = (dt_port){ { .compute_s = 6, .wait_s = 3, .send_s = 1, .present_s = 10, .bytes_out = 100, .bytes_arrived = 100 },
                                i == 0 ? "worker 0" : "worker 1", i == 0 ? &b->port[1] : NULL, DT_PORT_WORKER, (size_t)i, 0, false };
        b->ports[i] = &b->port[i];
    }
    b->server = (dt_port){ { .wait_s = 8, .send_s = 2, .present_s = 10, .bytes_in = 190 }, "server 0", &b->port[0], DT_PORT_SERVER, 0, 0, false };
    b->port[1].usage.bytes_arrived = 95;
    b->port[1].on_the_way = 5;
    b->courier = (dt_port){ { .wait_s = 10, .present_s = 10, .bytes_in = 5 }, "server 0's courier", &b->server, DT_PORT_SERVER, 0, 0, false };
    b->flow[1] = (dt_flow){ &b->port[0], &b->server, 100, 1 };
    b->flow[2] = (dt_flow){ &b->port[1], &b->courier, 95, 2 };
    b->traffic = (dt_traffic){ .flow = b->flow, .room = 3, .flows = 2, .bytes = 195 };
    b->engine.ports = &b->courier;
    b->servers[0] = &b->server;
    for (int i = 0; i < 6; i++) b->weight[i] = 1.0 / 3;
    for (int i = 0; i < 3; i++) b->self[i] = 1.0 / 3;
    b->graph = (dt_graph){ b->start, b->neighbour, b->weight, b->self, b->start, b->neighbour };
    b->topology = (dt_topology){ 3, 1, &b->graph, b->start, b->neighbour, .gap = 1 };
    b->team = (dt_team){ .group = { .engine = &b->engine, .port = b->ports, .ranks = 2, .server = b->servers, .servers = 1 }, .topology = &b->topology };
    b->aggregate = (dt_aggregate){ .columns = &b->columns };
    b->team.aggregate = &b->aggregate;
    b->learning = (dt_learning){ .learn = true };
    b->monitor = (dt_monitor){ .learning = &b->learning, .score = { .loss = 0.5 }, .run = arena };
    b->stage = (dt_training){ .team = &b->team, .monitor = &b->monitor, .run = arena };
    *fixture = b;
    return 0;
}

static int end(void **fixture) {
    dt_arena_free(((books *)*fixture)->arena);
    return 0;
}

static void honest_accounts_pass(void **fixture) {
    books *b = *fixture;
    assert_ok(dt_audit(&b->stage, NULL, 10));
    b->team.topology = NULL;
    assert_ok(dt_audit(&b->stage, NULL, 12));
}

static void time_that_is_lost_is_found(void **fixture) {
    books *b = *fixture;
    b->port[1].usage.wait_s = 2.9;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "worker 1 computed, waited, sent and rested for 9.9 s but was present for 10 s");
    b->port[1].usage.wait_s = 3;
    b->server.usage.send_s = 2.5;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "server 0 computed, waited, sent and rested for 10.5 s");
    b->server.usage.send_s = 2;
    b->courier.usage.wait_s = 7;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "server 0's courier computed, waited, sent and rested for 7 s");
    b->courier.taken = true;            /* it still acts, and what it does now is not counted yet */
    assert_ok(dt_audit(&b->stage, NULL, 10));
}

static void time_beyond_the_horizon_is_found(void **fixture) {
    books *b = *fixture;
    assert_refused(dt_audit(&b->stage, NULL, 9.5), DT_EAUDIT, "server 0's courier was busy for 10 s of 9.5 s");
}

static void bytes_that_are_lost_or_made_are_found(void **fixture) {
    books *b = *fixture;
    b->engine.on_the_way = 4;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "200 bytes were sent, but 195 received, 0 lost and 4 on the way");
    b->engine.on_the_way = 5;
    b->port[0].usage.bytes_in = 1;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "200 bytes were sent, but 196 received, 0 lost and 5 on the way");
}

static void messages_that_were_not_traced_are_found(void **fixture) {
    books *b = *fixture;
    assert_ok(dt_audit(&b->stage, &b->traffic, 10));
    b->traffic.bytes = 194;
    assert_refused(dt_audit(&b->stage, &b->traffic, 10), DT_EAUDIT,
                   "195 bytes were received, but the messages that were traced have 194");
}

static void messages_of_somebody_else_are_found(void **fixture) {
    books *b = *fixture;
    b->flow[1].bytes = 101;
    b->flow[2].bytes = 94;
    assert_refused(dt_audit(&b->stage, &b->traffic, 10), DT_EAUDIT,
                   "the messages traced of worker 0 have 1 bytes more than it sent, and 0 more than it received");
    b->flow[1] = (dt_flow){ &b->port[0], &b->port[1], 100, 1 };
    b->flow[2].bytes = 95;
    assert_refused(dt_audit(&b->stage, &b->traffic, 10), DT_EAUDIT,
                   "the messages traced of worker 1 have 0 bytes more than it sent, and 100 more than it received");
    b->flow[1].to = &b->courier;        /* a server and its hand are one */
    assert_ok(dt_audit(&b->stage, &b->traffic, 10));
}

static void bytes_of_one_that_another_accounts_for_are_found(void **fixture) {
    books *b = *fixture;
    b->port[0].usage.bytes_arrived = 95;
    b->port[1].usage.bytes_arrived = 100;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT,
                   "worker 0 sent 100 bytes, but 95 of them arrived, 0 were lost and 0 are on the way");
    b->port[0].usage.bytes_arrived = 100;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT,
                   "worker 1 sent 100 bytes, but 100 of them arrived, 0 were lost and 5 are on the way");
    b->port[1].usage.bytes_arrived = 90;
    b->port[1].usage.bytes_lost = 5;
    assert_ok(dt_audit(&b->stage, NULL, 10));
}

static dt_status holds(const void *owner) { return *(const bool *)owner ? DT_OK : dt_fail(DT_EAUDIT, "3 is more than 2"); }

static void a_law_that_a_room_has_added_is_checked(void **fixture) {
    books *b = *fixture;
    bool first = true, second = true;
    dt_law_add(&b->monitor, "clocks", holds, &first);
    dt_law_add(&b->monitor, "replicas", holds, &second);
    assert_ok(dt_audit(&b->stage, NULL, 10));
    second = false;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "audit: replicas: 3 is more than 2");
    first = false;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "audit: clocks: 3 is more than 2");
}

static void a_matrix_that_does_not_mix_is_found(void **fixture) {
    books *b = *fixture;
    b->self[2] = 0.5;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "row 2 of the mixing matrix sums to 1.16");
    b->self[2] = 1.0 / 3;
    b->weight[0] = 0.5;             /* worker 0 hears more of worker 1 and less of 2: rows hold, columns do not */
    b->weight[1] = 1.0 / 6;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "column 1 of the mixing matrix sums to 1.16");
    b->weight[0] = 1.0 / 3 + 1;
    b->weight[1] = 1.0 / 3 - 1;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "row 0 of the mixing matrix holds -0.66");
}

static void merges_that_cannot_be_are_found(void **fixture) {
    books *b = *fixture;
    b->columns.imbalance = 1e-3;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "the weights of a merge sum to 1 but for 0.001");
    b->columns.imbalance = 0.0 / 0.0;
    assert_int_equal(dt_audit(&b->stage, NULL, 10), DT_EAUDIT);
    b->columns.imbalance = 1e-12;
    b->monitor.ages.from_future = 2;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "2 updates were merged that started from models of later rounds");
}

static void a_loss_that_is_no_number_is_no_progress(void **fixture) {
    books *b = *fixture;
    b->monitor.score.loss = 0.0 / 0.0;
    assert_refused(dt_audit(&b->stage, NULL, 10), DT_EAUDIT, "its loss is not a number");
    b->learning.learn = false;
    assert_ok(dt_audit(&b->stage, NULL, 10));
}

static void numbers_that_are_none_break_the_laws(void **fixture) {
    books *b = *fixture;
    b->port[0].usage.compute_s = 0.0 / 0.0;
    assert_int_equal(dt_audit(&b->stage, NULL, 10), DT_EAUDIT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(honest_accounts_pass),
        TEST(time_that_is_lost_is_found),
        TEST(time_beyond_the_horizon_is_found),
        TEST(bytes_that_are_lost_or_made_are_found),
        TEST(messages_that_were_not_traced_are_found), TEST(messages_of_somebody_else_are_found),
        TEST(bytes_of_one_that_another_accounts_for_are_found), TEST(a_law_that_a_room_has_added_is_checked),
        TEST(a_matrix_that_does_not_mix_is_found),
        TEST(merges_that_cannot_be_are_found),
        TEST(a_loss_that_is_no_number_is_no_progress),
        TEST(numbers_that_are_none_break_the_laws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
