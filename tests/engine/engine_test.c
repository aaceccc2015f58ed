/* engine_test.c - laws of time for single messages and computations, and what the transport promises. */
#include "tests/engine/duo.h"

#include <math.h>

/* What became of one message. */
typedef struct delivery {
    double    sent_s, received_s;               /* when the sender, the receiver went on */
    double    value;                            /* that it brought */
    double    bytes_out, bytes_in, bytes;       /* of the sender, of the receiver, of the engine */
    dt_status received;
    dt_status status;
} delivery;

static dt_status duo_send(void *arg) {
    duo *d = arg;
    delivery *out = d->a->out;
    DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 7, .bytes = d->bytes, .value = 42 }));
    out->sent_s = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status duo_receive(void *arg) {
    duo *d = arg;
    delivery *out = d->a->out;
    dt_message m;
    out->received = dt_port_receive(d->two, d->one, 7, HUGE_VAL, &m);
    out->received_s = dt_engine_now(d->a->engine);
    out->value = m.value;
    return DT_OK;
}

static void duo_body(apart *a) {
    duo *d = duo_new(a, *(double *)a->arg);
    delivery *out = a->out;
    dt_engine_spawn(a->engine, "one", d->one, duo_send, d, false);
    dt_engine_spawn(a->engine, "two", d->two, duo_receive, d, false);
    out->status = dt_engine_run(a->engine);
    out->bytes_out = dt_port_usage(d->one).bytes_out;
    out->bytes_in = dt_port_usage(d->two).bytes_in;
    out->bytes = dt_engine_bytes(a->engine);
}

static const delivery *delivered(const apart_star *star, double bytes) { return apart_run(star, 1, duo_body, &bytes); }

static void a_message_takes_latency_plus_size_over_bandwidth(void **fixture) {
    (void)fixture;
    for (double bytes = 1; bytes < 1e10; bytes *= 1000) {
        const delivery *out = delivered(&cm02, bytes);
        assert_int_equal(out->status, DT_OK);
        assert_near(out->sent_s / (50e-6 + bytes / 1.25e9), 1, 1e-6);
        assert_near(out->received_s, out->sent_s, 1e-12);
        assert_int_equal(out->received, DT_OK);
        assert_near(out->value, 42, 0);
        assert_near(out->bytes_out, bytes, 0);
        assert_near(out->bytes_in, bytes, 0);
        assert_near(out->bytes, bytes, 0);
    }
}

/* The vectors of SimGrid's LV08: 13.01 times the latency, 0.97 of the bandwidth, 1.05 for traffic back on a shared
 * link, and a TCP window of 4 MiB over twice the latency. */
static void lv08_has_its_published_factors(void **fixture) {
    (void)fixture;
    const apart_star shared = { 2, 1e9, 125000, 0.005, "SHARED", "LV08" };
    const apart_star wan = { 2, 1e9, 125e6, 0.025, "SPLITDUPLEX", "LV08" };
    assert_near(delivered(&shared, 1e5)->sent_s, 0.996079, 1e-6);
    assert_near(delivered(&wan, 1e8)->sent_s, 3.108423, 1e-6);
}

static void cm02_keeps_the_window_bound(void **fixture) {
    (void)fixture;
    const apart_star near = { 2, 1e9, 1.25e9, 0.5e-3, "SPLITDUPLEX", "CM02" };
    const apart_star far = { 2, 1e9, 1.25e9, 50e-3, "SPLITDUPLEX", "CM02" };
    assert_near(delivered(&near, 1.25e9)->sent_s, 1.001, 1e-6);
    assert_near(delivered(&far, 1.25e9)->sent_s, 59.704645, 1e-6);
}

/* ---- computing ----------------------------------------------------------------------------- */

enum { WORKERS = 3 };
typedef struct labour { apart *a; dt_port *port; double flops; long *sum; } labour;
typedef struct labour_done { double end_s, compute_s[WORKERS]; long sum; } labour_done;

static void labour_work(void *arg, int thread) {
    labour *l = arg;
    (void)thread;
    for (long i = 1; i <= 1000; i++) *l->sum += i;
}

static dt_status labour_act(void *arg) {
    labour *l = arg;
    DT_TRY(dt_port_compute(l->port, l->flops, labour_work, l));
    return DT_OK;
}

static void labour_body(apart *a) {
    labour l[WORKERS];
    labour_done *out = a->out;
    long sum[WORKERS] = { 0 };
    for (int i = 0; i < WORKERS; i++) {
        l[i] = (labour){ a, apart_port(a, (size_t)i, (size_t)i), 1e9 * (i + 1), &sum[i] };
        dt_engine_spawn(a->engine, "labour", l[i].port, labour_act, &l[i], false);
    }
    dt_engine_run(a->engine);
    out->end_s = dt_engine_now(a->engine);
    for (int i = 0; i < WORKERS; i++) out->compute_s[i] = dt_port_usage(l[i].port).compute_s;
    out->sum = sum[0] + sum[1] + sum[2];
}

static void computing_takes_flops_over_speed_and_does_its_real_work_once(void **fixture) {
    (void)fixture;
    for (int threads = 1; threads <= 4; threads++) {
        const labour_done *out = apart_run(&cm02, threads, labour_body, NULL);
        assert_near(out->end_s, 3, 1e-9);
        for (int i = 0; i < WORKERS; i++) assert_near(out->compute_s[i], i + 1, 1e-9);
        assert_int_equal(out->sum, 3 * 500500);
    }
}

/* ---- receiving ----------------------------------------------------------------------------- */

/* What a receiver got that first asks for what is not there, then for the second message, then for any. */
typedef struct picked {
    dt_status in_time, second, any;         /* what each of the three calls returned */
    double    gave_up_s, end_s;
    double    second_value, any_value;
    double    wait_s, send_s;               /* of the receiver */
    double    flushed_s;                    /* when all of the sender's had arrived */
    dt_status status;
} picked;

static dt_status picky_receive(void *arg) {
    duo *d = arg;
    picked *out = d->a->out;
    dt_message m;
    out->in_time = dt_port_receive(d->two, d->one, 1, 0.5, &m);
    out->gave_up_s = dt_engine_now(d->a->engine);
    out->second = dt_port_receive(d->two, d->one, 2, HUGE_VAL, &m);
    out->second_value = m.value;
    out->any = dt_port_receive(d->two, NULL, DT_ANY, HUGE_VAL, &m);
    out->any_value = m.value;
    out->wait_s = dt_port_usage(d->two).wait_s;
    out->send_s = dt_port_usage(d->two).send_s;
    out->end_s = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status picky_send(void *arg) {
    duo *d = arg;
    picked *out = d->a->out;
    DT_TRY(dt_port_sleep(d->one, 1));
    dt_port_post(d->one, d->two, (dt_message){ .tag = 1, .bytes = 1000, .value = 10 });
    dt_port_post(d->one, d->two, (dt_message){ .tag = 2, .bytes = 1000, .value = 20 });
    DT_TRY(dt_port_flush(d->one));
    out->flushed_s = dt_engine_now(d->a->engine);
    return DT_OK;
}

static void picky_body(apart *a) {
    duo *d = duo_new(a, 0);
    picked *out = a->out;
    dt_engine_spawn(a->engine, "one", d->one, picky_send, d, false);
    dt_engine_spawn(a->engine, "two", d->two, picky_receive, d, false);
    out->status = dt_engine_run(a->engine);
}

static void a_receiver_chooses_by_sender_and_tag_and_gives_up_at_its_deadline(void **fixture) {
    (void)fixture;
    const picked *out = apart_run(&cm02, 1, picky_body, NULL);
    assert_int_equal(out->in_time, DT_ELATE);
    assert_near(out->gave_up_s, 0.5, 1e-12);
    assert_int_equal(out->second, DT_OK);
    assert_int_equal(out->any, DT_OK);
    assert_near(out->second_value, 20, 0);
    assert_near(out->any_value, 10, 0);
    assert_near(out->wait_s, 1, 1e-12);                             /* until they departed; communicating after that */
    assert_near(out->send_s, out->end_s - 1, 1e-12);
    assert_near(out->flushed_s, 1 + 50e-6 + 2000 / 1.25e9, 1e-9);   /* two posts share the link */
    assert_int_equal(out->status, DT_OK);
}

/* ---- ends ---------------------------------------------------------------------------------- */

/* How a run ended that does not end well. */
typedef struct ending { dt_status status; double end_s; char reason[256]; } ending;

static void run_to_its_end(apart *a) {
    ending *out = a->out;
    out->status = dt_engine_run(a->engine);
    out->end_s = dt_engine_now(a->engine);
    snprintf(out->reason, sizeof out->reason, "%s", dt_reason());
}

typedef struct wish { dt_port *port; const dt_port *from; } wish;

static dt_status waits_for(void *arg) {
    const wish *w = arg;
    dt_message m;
    DT_TRY(dt_port_receive(w->port, w->from, 1, HUGE_VAL, &m));
    return DT_OK;
}

/* Worker 5, its courier and a server, which waits for anybody. */
static void deadlock_body(apart *a) {
    dt_port *p = apart_port(a, 0, 5), *server = dt_port_new(a->engine, 1, DT_PORT_SERVER, 2, a->arena);
    wish w[] = { { p, apart_port(a, 1, 3) }, { dt_port_beside(p, "courier", a->arena), server }, { server, NULL } };
    dt_engine_spawn(a->engine, "worker 5", w[0].port, waits_for, &w[0], false);
    dt_engine_spawn(a->engine, "carries", w[1].port, waits_for, &w[1], false);
    dt_engine_spawn(a->engine, "server 2", w[2].port, waits_for, &w[2], false);
    run_to_its_end(a);
}

static void a_deadlock_says_who_waits_for_whom(void **fixture) {
    (void)fixture;
    const ending *out = apart_run(&cm02, 1, deadlock_body, NULL);
    assert_int_equal(out->status, DT_EDEADLOCK);
    assert_non_null(strstr(out->reason, "worker 5 waits for a message from worker 3"));
    assert_non_null(strstr(out->reason, "worker 5's courier waits for a message from server 2"));
    assert_non_null(strstr(out->reason, "server 2 waits for a message from anyone"));
}

/* Worker 0 stands aside: it waits for one of the circle 1 -> 3 -> 2 -> 1. */
static void circle_body(apart *a) {
    static const size_t from[] = { 2, 3, 1, 2 };
    wish w[4];
    for (size_t rank = 0; rank < 4; rank++) w[rank].port = apart_port(a, 0, rank);
    for (size_t rank = 0; rank < 4; rank++) {
        w[rank].from = w[from[rank]].port;
        dt_engine_spawn(a->engine, dt_arena_text(a->arena, "worker %zu", rank), w[rank].port, waits_for, &w[rank], false);
    }
    run_to_its_end(a);
}

static void a_circle_of_waiting_is_named(void **fixture) {
    (void)fixture;
    const ending *out = apart_run(&cm02, 1, circle_body, NULL);
    assert_int_equal(out->status, DT_EDEADLOCK);
    assert_string_equal(out->reason, "4 actors wait for ever: worker 2 waits for worker 1, which waits for worker 3, "
                                     "which waits for worker 2, in a circle");
}

static dt_status breaks(void *arg) {
    DT_TRY(dt_port_sleep(arg, 2));
    return dt_fail(DT_EDIVERGED, "the loss is %g", 1e300);
}

static void failing_body(apart *a) {
    dt_port *p = apart_port(a, 0, 0), *q = apart_port(a, 1, 1);
    dt_engine_spawn(a->engine, "breaks", p, breaks, p, false);
    wish w = { q, p };
    dt_engine_spawn(a->engine, "waits", q, waits_for, &w, false);
    run_to_its_end(a);
}

static void a_failing_actor_ends_the_run_with_its_reason(void **fixture) {
    (void)fixture;
    const ending *out = apart_run(&cm02, 1, failing_body, NULL);
    assert_int_equal(out->status, DT_EDIVERGED);
    assert_non_null(strstr(out->reason, "the loss is"));
    assert_near(out->end_s, 2, 1e-9);
}

static void a_broken_platform_is_refused_with_simgrids_words(void **fixture) {
    (void)fixture;
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        dt_arena *arena = dt_arena_new(0);
        dt_engine *e;
        dt_engine_setup setup = { .platform = "tests/engine/engine_test.c", .network = "CM02" };
        dt_status refused = dt_engine_start(&e, &setup, arena);
        _exit(refused == DT_EFORMAT && strlen(dt_reason()) > 40 ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

/* What the engine says of twelve hosts. */
typedef struct hosts_told {
    char   second[8], eleventh[8];      /* names, by number from 0 */
    bool   ten_found, nobody_found;
    size_t ten, count;
    double speed;
} hosts_told;

static void hosts_body(apart *a) {
    hosts_told *out = a->out;
    snprintf(out->second, sizeof out->second, "%s", dt_engine_host_name(a->engine, 2));
    snprintf(out->eleventh, sizeof out->eleventh, "%s", dt_engine_host_name(a->engine, 11));
    size_t found = 99;
    out->ten_found = dt_engine_host_find(a->engine, "h-10", &out->ten);
    out->nobody_found = dt_engine_host_find(a->engine, "nobody", &found);
    out->count = dt_engine_hosts(a->engine);
    out->speed = dt_engine_host_speed(a->engine, 3);
}

static void hosts_stand_in_natural_order(void **fixture) {
    (void)fixture;
    apart_star twelve = cm02;
    twelve.hosts = 12;
    const hosts_told *out = apart_run(&twelve, 1, hosts_body, NULL);
    assert_string_equal(out->second, "h-2");
    assert_string_equal(out->eleventh, "h-11");
    assert_true(out->ten_found);
    assert_int_equal(out->ten, 10);
    assert_false(out->nobody_found);
    assert_int_equal(out->count, 12);
    assert_near(out->speed, 1e9, 0);
}

/* ---- labels --------------------------------------------------------------------------------- */

enum { HEARD = 3 };
typedef struct labels_heard { long computed[HEARD], sent[HEARD], of_two; size_t spans, flights; } labels_heard;

static void labels_span(void *owner, const dt_span *span) {
    labels_heard *out = owner;
    if (span->kind == DT_SPAN_COMPUTE) out->computed[out->spans++] = span->label;
    else if (dt_port_index(span->port) == 1) out->of_two += span->label;
}

static void labels_flight(void *owner, const dt_flight *flight) {
    labels_heard *out = owner;
    out->sent[out->flights++] = flight->label;
}

static dt_status labels_compute(void *arg) {
    duo *d = arg;
    const long label[HEARD] = { 0, 3, -3 };
    for (int i = 0; i < HEARD; i++) {
        dt_port_label(d->one, label[i]);
        DT_TRY(dt_port_compute(d->one, 1e9, NULL, NULL));
    }
    return DT_OK;
}

typedef struct courier { dt_port *port; duo *d; } courier;

/* What a message bears is decided when it is posted. */
static dt_status labels_post(void *arg) {
    courier *c = arg;
    for (long label = 0; label < HEARD; label++) {
        dt_port_label(c->port, label);
        dt_port_post(c->port, c->d->two, (dt_message){ .tag = label, .bytes = 1e6 });
    }
    dt_port_label(c->port, 9);
    return dt_port_flush(c->port);
}

static dt_status labels_take(void *arg) {
    duo *d = arg;
    dt_message m;
    for (long tag = 0; tag < HEARD; tag++) DT_TRY(dt_port_receive(d->two, NULL, tag, HUGE_VAL, &m));
    return DT_OK;
}

static void labels_body(apart *a) {
    duo *d = duo_new(a, 0);
    courier *c = dt_arena_take(a->arena, 1, sizeof *c);
    *c = (courier){ dt_port_beside(d->one, "courier", a->arena), d };
    dt_engine_spawn(a->engine, "one", d->one, labels_compute, d, false);
    dt_engine_spawn(a->engine, "courier", c->port, labels_post, c, false);
    dt_engine_spawn(a->engine, "two", d->two, labels_take, d, false);
    assert_ok(dt_engine_run(a->engine));
}

static void stretches_and_messages_bear_the_label_of_their_own_port(void **fixture) {
    (void)fixture;
    const labels_heard *out = apart_run_with((dt_engine_setup){ .on_span = labels_span, .on_flight = labels_flight }, &cm02, 1,
                                             labels_body, NULL);
    assert_int_equal(out->spans, HEARD);
    assert_int_equal(out->flights, HEARD);
    for (int i = 0; i < HEARD; i++) assert_int_equal(out->computed[i], ((long[]){ 0, 3, -3 })[i]);
    for (long i = 0; i < HEARD; i++) assert_int_equal(out->sent[i], i);
    assert_int_equal(out->of_two, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_takes_latency_plus_size_over_bandwidth),
        cmocka_unit_test(lv08_has_its_published_factors),
        cmocka_unit_test(cm02_keeps_the_window_bound),
        cmocka_unit_test(computing_takes_flops_over_speed_and_does_its_real_work_once),
        cmocka_unit_test(a_receiver_chooses_by_sender_and_tag_and_gives_up_at_its_deadline),
        cmocka_unit_test(a_deadlock_says_who_waits_for_whom),
        cmocka_unit_test(a_circle_of_waiting_is_named),
        cmocka_unit_test(a_failing_actor_ends_the_run_with_its_reason),
        cmocka_unit_test(a_broken_platform_is_refused_with_simgrids_words),
        cmocka_unit_test(hosts_stand_in_natural_order),
        cmocka_unit_test(stretches_and_messages_bear_the_label_of_their_own_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
