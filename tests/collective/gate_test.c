/* gate_test.c - who goes through a gate, and when, by hand and against a plain model of it. */
#include "tests/engine/apart.h"
#include "collective/gate.h"
#include "engine/failure.h"

#include <math.h>

static const apart_star star = { 1, 1e9, 1e9, 0, "SHARED", "CM02" };

/* A script: at so many seconds somebody asks; what goes is given back after so many seconds. */
typedef struct part { double at_s, bytes, lasts_s; long priority; } part;

enum { MOST = 48 };
typedef struct script { double credit, overhead_s; const part *part; size_t parts; } script;
typedef struct passed {
    double at_s[MOST];              /* when each went */
    int    order[MOST], gone;       /* who went, in order */
    dt_status status;
} passed;

typedef struct scene { const script *script; dt_gate *gate; dt_engine *engine; passed *out; } scene;
typedef struct client { scene *scene; size_t number; } client;

static dt_status client_gives(void *arg) {
    const client *c = arg;
    dt_gate_give(c->scene->gate, c->scene->script->part[c->number].bytes);
    return DT_OK;
}

static void client_goes(void *arg) {
    const client *c = arg;
    passed *out = c->scene->out;
    double now = dt_engine_now(c->scene->engine);
    out->at_s[c->number] = now;
    out->order[out->gone++] = (int)c->number;
    dt_engine_at(c->scene->engine, now + c->scene->script->part[c->number].lasts_s, client_gives, arg);
}

static dt_status client_asks(void *arg) {
    client *c = arg;
    const part *p = &c->scene->script->part[c->number];
    dt_gate_ask(c->scene->gate, p->priority, p->bytes, client_goes, c);
    return DT_OK;
}

static dt_status sleeps(void *arg) {
    DT_TRY(dt_port_sleep(arg, 1e6));
    return DT_OK;
}

static void play(apart *a) {
    const script *s = a->arg;
    scene all = { s, dt_gate_new(a->engine, s->credit, s->overhead_s, a->arena), a->engine, a->out };
    dt_port *p = apart_port(a, 0, 0);
    client one[MOST];
    dt_engine_spawn(a->engine, "sleeper", p, sleeps, p, false);
    for (size_t i = 0; i < s->parts; i++) {
        one[i] = (client){ &all, i };
        dt_engine_at(a->engine, s->part[i].at_s, client_asks, &one[i]);
    }
    all.out->status = dt_engine_run(a->engine);
}

static const passed *played(double credit, double overhead_s, const part *p, size_t parts) {
    script s = { credit, overhead_s, p, parts };
    const passed *out = apart_run(&star, 1, play, &s);
    assert_int_equal(out->status, DT_OK);
    assert_int_equal(out->gone, parts);
    return out;
}

static void went_at(const passed *out, const double *wanted, size_t parts) {
    for (size_t i = 0; i < parts; i++)
        if (fabs(out->at_s[i] - wanted[i]) > 1e-9) fail_msg("part %zu went at %g, not at %g", i, out->at_s[i], wanted[i]);
}
#define PLAYED(credit, overhead, p) played(credit, overhead, p, sizeof (p) / sizeof *(p))
#define WENT_AT(out, ...) went_at(out, (const double[]){ __VA_ARGS__ }, sizeof (const double[]){ __VA_ARGS__ } / sizeof(double))

/* ---- order --------------------------------------------------------------------------------- */

static void the_least_priority_goes_first_and_equal_ones_in_the_order_of_asking(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 10, 10, 9 }, { 2, 10, 10, 5 }, { 3, 10, 10, 2 }, { 4, 10, 10, 5 }, { 5, 10, 10, -1 }, { 6, 10, 10, 2 } };
    WENT_AT(PLAYED(0, 0, p), 1, 41, 21, 51, 11, 31);
}

/* What has left is not called back: the urgent one waits for it. */
static void who_has_left_is_not_called_back(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 10, 100, 9 }, { 2, 10, 1, 0 } };
    WENT_AT(PLAYED(0, 0, p), 1, 101);
}

/* ---- credit -------------------------------------------------------------------------------- */

static void without_credit_one_is_under_way_at_a_time(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 0, 4, 0 }, { 1, 7, 4, 0 }, { 1, 1e9, 4, 0 } };
    WENT_AT(PLAYED(0, 0, p), 1, 5, 9);
}

/* 25 bytes of credit: 10, 10 and 10 go, 5 too many.  At 5 ten come back and 100 go; the last waits until these come back. */
static void the_last_to_go_may_overdraw(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 10, 4, 0 }, { 1, 10, 6, 0 }, { 1, 10, 8, 0 }, { 2, 100, 3, 0 }, { 3, 1, 1, 0 } };
    WENT_AT(PLAYED(25, 0, p), 1, 1, 1, 5, 8);      /* at 5 there are 95 too many, at 7 still 85, at 8 none */
}

/* Credit of exactly what is under way is none. */
static void who_finds_the_credit_used_up_waits(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 10, 4, 0 }, { 1, 10, 6, 0 }, { 2, 1, 1, 0 } };
    WENT_AT(PLAYED(20, 0, p), 1, 1, 5);
}

/* After any number of parts the credit is what it was. */
static void credit_never_grows_above_what_there_was(void **fixture) {
    (void)fixture;
    part p[40];
    for (int i = 0; i < 40; i++) p[i] = (part){ i < 20 ? i * 10 : 1000, 10, 5, 0 };
    const passed *out = PLAYED(15, 0, p);
    for (int i = 20; i < 40; i++) assert_near(out->at_s[i], 1000 + 5 * ((i - 20) / 2), 1e-9);
}

/* ---- overhead ------------------------------------------------------------------------------ */

static void the_gate_is_busy_with_each_for_the_overhead(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 10, 3, 0 }, { 1, 10, 3, 0 }, { 1, 10, 3, 0 } };
    WENT_AT(PLAYED(1000, 2, p), 3, 5, 7);
    WENT_AT(PLAYED(0, 2, p), 3, 8, 13);
}

/* Who asks while the gate is busy comes before those who wait, and after the one in it. */
static void who_asks_meanwhile_overtakes_those_who_wait_alone(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 10, 1, 5 }, { 1, 10, 1, 4 }, { 2, 10, 1, 0 } };
    WENT_AT(PLAYED(1000, 2, p), 7, 3, 5);
}

/* ---- equal times --------------------------------------------------------------------------- */

/* The second goes back at 11, and at 11 somebody more urgent asks, before or after: it goes first. */
static void who_asks_at_the_second_of_a_give_is_seen(void **fixture) {
    (void)fixture;
    const part before[] = { { 11, 10, 1, 1 }, { 1, 10, 10, 5 }, { 2, 10, 1, 3 } };
    WENT_AT(PLAYED(0, 0, before), 11, 1, 12);
    const part after[] = { { 1, 10, 10, 5 }, { 2, 10, 1, 3 }, { 11, 10, 1, 1 } };
    WENT_AT(PLAYED(0, 0, after), 1, 12, 11);
}

static void of_those_who_ask_at_one_second_the_most_urgent_goes(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 10, 1, 3 }, { 1, 10, 1, 2 }, { 1, 10, 1, 1 } };
    WENT_AT(PLAYED(0, 0, p), 3, 2, 1);
    WENT_AT(PLAYED(0, 1, p), 6, 4, 2);
}

/* The overhead of one is over at 3, when another asks. */
static void who_asks_at_the_second_at_which_an_overhead_ends_is_seen(void **fixture) {
    (void)fixture;
    const part p[] = { { 1, 10, 1, 5 }, { 2, 10, 1, 4 }, { 3, 10, 1, 0 } };
    WENT_AT(PLAYED(1000, 2, p), 3, 7, 5);
}

/* ---- against a plain model ----------------------------------------------------------------- */

/* Second by second: who is through an overhead goes, what is due comes back, who asks is noted; then it decides. */
static void model(const script *s, double *at_s) {
    bool waits[MOST] = { false };
    double back_s[MOST], flying = 0, busy_s = -1;
    size_t out = 0, entering = 0, gone = 0;
    for (size_t i = 0; i < s->parts; i++) back_s[i] = HUGE_VAL;
    for (double now = 0; gone < s->parts; now += 0.5) {
        if (busy_s == now) back_s[entering] = now + s->part[entering].lasts_s, at_s[entering] = now, busy_s = -1, gone++;
        for (size_t i = 0; i < s->parts; i++) {
            if (back_s[i] == now) flying -= s->part[i].bytes, out--;
            waits[i] |= s->part[i].at_s == now;
        }
        while (busy_s < 0 && (s->credit > 0 ? s->credit > flying : out == 0)) {
            size_t best = MOST;
            for (size_t i = 0; i < s->parts; i++)
                if (waits[i] && (best == MOST || s->part[i].priority < s->part[best].priority ||
                                 (s->part[i].priority == s->part[best].priority && s->part[i].at_s < s->part[best].at_s))) best = i;
            if (best == MOST) break;
            waits[best] = false;
            flying += s->part[best].bytes;
            out++;
            if (s->overhead_s > 0) entering = best, busy_s = now + s->overhead_s;
            else back_s[best] = now + s->part[best].lasts_s, at_s[best] = now, gone++;
        }
    }
}

static void it_does_what_a_plain_model_does(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_rng *rng = dt_rng_stream(arena, 1, 0, "gate");
    const double credits[] = { 0, 1, 30, 100, 1e9 }, overheads[] = { 0, 0.5, 3 };
    for (int trial = 0; trial < 60; trial++) {
        part p[MOST];
        double wanted[MOST];
        for (size_t i = 0; i < MOST; i++)
            p[i] = (part){ 0.5 * (double)gsl_rng_uniform_int(rng, 60), (double)gsl_rng_uniform_int(rng, 40),
                           0.5 * (double)(1 + gsl_rng_uniform_int(rng, 8)), (long)gsl_rng_uniform_int(rng, 6) };
        script s = { credits[trial % 5], overheads[trial % 3], p, MOST };
        model(&s, wanted);
        went_at(played(s.credit, s.overhead_s, p, MOST), wanted, MOST);
    }
    dt_arena_free(arena);
}

/* ---- many ---------------------------------------------------------------------------------- */

enum { MANY = 100000, WAVES = 3 };
typedef struct crowd { apart *a; dt_gate *gate; long least; size_t gone; } crowd;
typedef struct one { crowd *all; long priority; } one;
typedef struct counted { size_t gone, disorder, warm, bytes; dt_status status; } counted;

static void one_goes(void *arg) {
    one *o = arg;
    ((counted *)o->all->a->out)->disorder += o->priority < o->all->least;
    o->all->least = o->priority;
    o->all->gone++;
    dt_gate_give(o->all->gate, 8);
}

/* Three waves of 100 000 who all ask at one second, in the order of a permutation of their priorities. */
static dt_status crowd_asks(void *arg) {
    crowd *c = ((one *)arg)->all;
    c->least = -1;
    for (long i = 0; i < MANY; i++) dt_gate_ask(c->gate, ((one *)arg)[i].priority, 8, one_goes, (one *)arg + i);
    return DT_OK;
}

static dt_status crowd_is_warm(void *arg) {
    ((counted *)((crowd *)arg)->a->out)->warm = dt_arena_bytes((dt_arena *)((crowd *)arg)->a->arg);
    return DT_OK;
}

static void crowd_play(apart *a) {
    counted *out = a->out;
    dt_arena *own = dt_arena_new(0);
    a->arg = own;
    crowd c = { .a = a, .gate = dt_gate_new(a->engine, 8, 0, own) };
    one *all = dt_arena_take(a->arena, MANY, sizeof *all);
    for (long i = 0; i < MANY; i++) all[i] = (one){ &c, (i * 7919) % MANY };
    dt_port *p = apart_port(a, 0, 0);
    dt_engine_spawn(a->engine, "sleeper", p, sleeps, p, false);
    for (int wave = 0; wave < WAVES; wave++) dt_engine_at(a->engine, 1 + wave, crowd_asks, all);
    dt_engine_at(a->engine, 1.5, crowd_is_warm, &c);
    out->status = dt_engine_run(a->engine);
    out->gone = c.gone;
    out->bytes = dt_arena_bytes(own);
}

static void a_hundred_thousand_go_in_order_and_without_memory_once_it_is_there(void **fixture) {
    (void)fixture;
    const counted *out = apart_run(&star, 1, crowd_play, NULL);
    assert_int_equal(out->status, DT_OK);
    assert_int_equal(out->gone, WAVES * MANY);
    assert_int_equal(out->disorder, 0);
    assert_int_equal(out->bytes, out->warm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_priority_goes_first_and_equal_ones_in_the_order_of_asking),
        cmocka_unit_test(who_has_left_is_not_called_back),
        cmocka_unit_test(without_credit_one_is_under_way_at_a_time),
        cmocka_unit_test(the_last_to_go_may_overdraw),
        cmocka_unit_test(who_finds_the_credit_used_up_waits),
        cmocka_unit_test(credit_never_grows_above_what_there_was),
        cmocka_unit_test(the_gate_is_busy_with_each_for_the_overhead),
        cmocka_unit_test(who_asks_meanwhile_overtakes_those_who_wait_alone),
        cmocka_unit_test(who_asks_at_the_second_of_a_give_is_seen),
        cmocka_unit_test(of_those_who_ask_at_one_second_the_most_urgent_goes),
        cmocka_unit_test(who_asks_at_the_second_at_which_an_overhead_ends_is_seen),
        cmocka_unit_test(it_does_what_a_plain_model_does),
        cmocka_unit_test(a_hundred_thousand_go_in_order_and_without_memory_once_it_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
