/* engine_test.c - laws of time for single messages and computations, and what the transport promises. */
#include "tests/engine/apart.h"

#include <math.h>

static const apart_star cm02 = { 3, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };

typedef struct duo { apart *a; dt_port *one, *two; double bytes; } duo;

static dt_status duo_send(void *arg) {
    duo *d = arg;
    DT_TRY(dt_port_send(d->one, d->two, (dt_message){ .tag = 7, .bytes = d->bytes, .value = 42 }));
    d->a->out[0] = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status duo_receive(void *arg) {
    duo *d = arg;
    dt_message m;
    d->a->out[2] = dt_port_receive(d->two, 0, 7, HUGE_VAL, &m);
    d->a->out[1] = dt_engine_now(d->a->engine);
    d->a->out[3] = m.value;
    return DT_OK;
}

static void duo_body(apart *a) {
    duo *d = dt_arena_take(a->arena, 1, sizeof *d);
    *d = (duo){ a, dt_port_new(a->engine, 0, 0, a->arena), dt_port_new(a->engine, 1, 1, a->arena), *(double *)a->arg };
    dt_engine_spawn(a->engine, "one", d->one, duo_send, d, false);
    dt_engine_spawn(a->engine, "two", d->two, duo_receive, d, false);
    a->out[4] = dt_engine_run(a->engine);
    a->out[5] = dt_port_usage(d->one).bytes_out;
    a->out[6] = dt_port_usage(d->two).bytes_in;
    a->out[7] = dt_engine_bytes(a->engine);
}

static void a_message_takes_latency_plus_size_over_bandwidth(void **fixture) {
    (void)fixture;
    for (double bytes = 1; bytes < 1e10; bytes *= 1000) {
        const double *out = apart_run(&cm02, 1, duo_body, &bytes);
        assert_near(out[0] / (50e-6 + bytes / 1.25e9), 1, 1e-6);
        assert_near(out[1], out[0], 1e-12);
        assert_near(out[3], 42, 0);
        assert_near(out[5], bytes, 0);
        assert_near(out[6], bytes, 0);
        assert_near(out[7], bytes, 0);
    }
}

/* The vectors of SimGrid's LV08: 13.01 times the latency, 0.97 of the bandwidth, 1.05 for traffic back on a shared
 * link, and a TCP window of 4 MiB over twice the latency. */
static void lv08_has_its_published_factors(void **fixture) {
    (void)fixture;
    const apart_star shared = { 2, 1e9, 125000, 0.005, "SHARED", "LV08" };
    const apart_star wan = { 2, 1e9, 125e6, 0.025, "SPLITDUPLEX", "LV08" };
    double small = 1e5, large = 1e8;
    assert_near(apart_run(&shared, 1, duo_body, &small)[0], 0.996079, 1e-6);
    assert_near(apart_run(&wan, 1, duo_body, &large)[0], 3.108423, 1e-6);
}

static void cm02_keeps_the_window_bound(void **fixture) {
    (void)fixture;
    double bytes = 1.25e9;
    const apart_star near = { 2, 1e9, 1.25e9, 0.5e-3, "SPLITDUPLEX", "CM02" };
    const apart_star far = { 2, 1e9, 1.25e9, 50e-3, "SPLITDUPLEX", "CM02" };
    assert_near(apart_run(&near, 1, duo_body, &bytes)[0], 1.001, 1e-6);
    assert_near(apart_run(&far, 1, duo_body, &bytes)[0], 59.704645, 1e-6);
}

/* ---- computing ----------------------------------------------------------------------------- */

typedef struct labour { apart *a; dt_port *port; double flops; long *sum; } labour;

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
    enum { WORKERS = 3 };
    labour l[WORKERS];
    long sum[WORKERS] = { 0 };
    for (int i = 0; i < WORKERS; i++) {
        l[i] = (labour){ a, dt_port_new(a->engine, (size_t)i, i, a->arena), 1e9 * (i + 1), &sum[i] };
        dt_engine_spawn(a->engine, "labour", l[i].port, labour_act, &l[i], false);
    }
    dt_engine_run(a->engine);
    a->out[0] = dt_engine_now(a->engine);
    for (int i = 0; i < WORKERS; i++) a->out[1 + i] = dt_port_usage(l[i].port).compute_s;
    a->out[4] = (double)(sum[0] + sum[1] + sum[2]);
}

static void computing_takes_flops_over_speed_and_does_its_real_work_once(void **fixture) {
    (void)fixture;
    for (int threads = 1; threads <= 4; threads++) {
        const double *out = apart_run(&cm02, threads, labour_body, NULL);
        assert_near(out[0], 3, 1e-9);
        for (int i = 0; i < 3; i++) assert_near(out[1 + i], i + 1, 1e-9);
        assert_near(out[4], 3 * 500500, 0);
    }
}

/* ---- receiving ----------------------------------------------------------------------------- */

static dt_status picky_receive(void *arg) {
    duo *d = arg;
    dt_message m;
    d->a->out[0] = dt_port_receive(d->two, 0, 1, 0.5, &m);         /* nothing comes by then */
    d->a->out[1] = dt_engine_now(d->a->engine);
    d->a->out[2] = dt_port_receive(d->two, 0, 2, HUGE_VAL, &m);    /* the second sent */
    d->a->out[3] = m.value;
    d->a->out[4] = dt_port_receive(d->two, DT_ANY, DT_ANY, HUGE_VAL, &m);
    d->a->out[5] = m.value;
    d->a->out[6] = dt_port_usage(d->two).wait_s;
    d->a->out[10] = dt_port_usage(d->two).send_s;
    d->a->out[7] = dt_engine_now(d->a->engine);
    return DT_OK;
}

static dt_status picky_send(void *arg) {
    duo *d = arg;
    DT_TRY(dt_port_sleep(d->one, 1));
    dt_port_post(d->one, d->two, (dt_message){ .tag = 1, .bytes = 1000, .value = 10 });
    dt_port_post(d->one, d->two, (dt_message){ .tag = 2, .bytes = 1000, .value = 20 });
    DT_TRY(dt_port_flush(d->one));
    d->a->out[8] = dt_engine_now(d->a->engine);
    return DT_OK;
}

static void picky_body(apart *a) {
    duo *d = dt_arena_take(a->arena, 1, sizeof *d);
    *d = (duo){ a, dt_port_new(a->engine, 0, 0, a->arena), dt_port_new(a->engine, 1, 1, a->arena), 0 };
    dt_engine_spawn(a->engine, "one", d->one, picky_send, d, false);
    dt_engine_spawn(a->engine, "two", d->two, picky_receive, d, false);
    a->out[9] = dt_engine_run(a->engine);
}

static void a_receiver_chooses_by_sender_and_tag_and_gives_up_at_its_deadline(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, picky_body, NULL);
    assert_near(out[0], DT_ELATE, 0);
    assert_near(out[1], 0.5, 1e-12);
    assert_near(out[3], 20, 0);
    assert_near(out[5], 10, 0);
    assert_near(out[6], 1, 1e-12);                             /* until they departed; communicating after that */
    assert_near(out[10], out[7] - 1, 1e-12);
    assert_near(out[8], 1 + 50e-6 + 2000 / 1.25e9, 1e-9);      /* two posts share the link */
    assert_near(out[9], DT_OK, 0);
}

/* ---- ends ---------------------------------------------------------------------------------- */

static dt_status waits_for_ever(void *arg) {
    dt_message m;
    DT_TRY(dt_port_receive(arg, 3, 1, HUGE_VAL, &m));
    return DT_OK;
}

static void deadlock_body(apart *a) {
    dt_port *p = dt_port_new(a->engine, 0, 5, a->arena);
    dt_engine_spawn(a->engine, "worker 5", p, waits_for_ever, p, false);
    a->out[0] = dt_engine_run(a->engine);
    a->out[1] = strstr(dt_reason(), "worker 5 waits for a message from rank 3") != NULL;
}

static void a_deadlock_says_who_waits_for_whom(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, deadlock_body, NULL);
    assert_near(out[0], DT_EDEADLOCK, 0);
    assert_near(out[1], 1, 0);
}

typedef struct ring_wait { dt_port *port; long from; } ring_wait;

static dt_status waits_for(void *arg) {
    const ring_wait *w = arg;
    dt_message m;
    DT_TRY(dt_port_receive(w->port, w->from, 1, HUGE_VAL, &m));
    return DT_OK;
}

/* Worker 0 stands aside: it waits for one of the circle 1 -> 3 -> 2 -> 1. */
static void circle_body(apart *a) {
    static const long from[] = { 2, 3, 1, 2 };
    for (long rank = 0; rank < 4; rank++) {
        ring_wait *w = dt_arena_take(a->arena, 1, sizeof *w);
        *w = (ring_wait){ dt_port_new(a->engine, 0, rank, a->arena), from[rank] };
        dt_engine_spawn(a->engine, dt_arena_text(a->arena, "worker %ld", rank), w->port, waits_for, w, false);
    }
    a->out[0] = dt_engine_run(a->engine);
    a->out[1] = strcmp(dt_reason(), "4 actors wait for ever: worker 2 waits for worker 1, which waits for worker 3, "
                                    "which waits for worker 2, in a circle") == 0;
}

static void a_circle_of_waiting_is_named(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, circle_body, NULL);
    assert_near(out[0], DT_EDEADLOCK, 0);
    assert_near(out[1], 1, 0);
}

static dt_status breaks(void *arg) {
    DT_TRY(dt_port_sleep(arg, 2));
    return dt_fail(DT_EDIVERGED, "the loss is %g", 1e300);
}

static void failing_body(apart *a) {
    dt_port *p = dt_port_new(a->engine, 0, 0, a->arena), *q = dt_port_new(a->engine, 1, 1, a->arena);
    dt_engine_spawn(a->engine, "breaks", p, breaks, p, false);
    dt_engine_spawn(a->engine, "waits", q, waits_for_ever, q, false);
    a->out[0] = dt_engine_run(a->engine);
    a->out[1] = strstr(dt_reason(), "the loss is") != NULL;
    a->out[2] = dt_engine_now(a->engine);
}

static void a_failing_actor_ends_the_run_with_its_reason(void **fixture) {
    (void)fixture;
    const double *out = apart_run(&cm02, 1, failing_body, NULL);
    assert_near(out[0], DT_EDIVERGED, 0);
    assert_near(out[1], 1, 0);
    assert_near(out[2], 2, 1e-9);
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

static void hosts_body(apart *a) {
    size_t found = 99;
    a->out[0] = strcmp(dt_engine_host_name(a->engine, 2), "h-2") == 0 && strcmp(dt_engine_host_name(a->engine, 11), "h-11") == 0;
    a->out[1] = dt_engine_host_find(a->engine, "h-10", &found) ? (double)found : -1;
    a->out[2] = dt_engine_host_find(a->engine, "nobody", &found);
    a->out[3] = (double)dt_engine_hosts(a->engine);
    a->out[4] = dt_engine_host_speed(a->engine, 3);
}

static void hosts_stand_in_natural_order(void **fixture) {
    (void)fixture;
    apart_star twelve = cm02;
    twelve.hosts = 12;
    const double *out = apart_run(&twelve, 1, hosts_body, NULL), wanted[] = { 1, 10, 0, 12, 1e9 };
    for (int i = 0; i < 5; i++) assert_near(out[i], wanted[i], 0);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
