/* parts_test.c - an all-reduce in parts: members bring them in orders of their own, at times of their own, and wait for them in
 * others; every member gets the same whole, and hands are used again. */
#include "tests/collective/kinds.h"

#include "collective/parts.h"

enum { PARTS = 5, ROUNDS = 4 };

static struct { double credit, overhead; dt_parts *parts; const dt_vec *whole[ROUNDS]; long hands; } its;

static double mean_of(const scene *s, size_t at) {
    double sum = 0, size = 0;
    for (size_t r = 0; r < s->ranks; r++) {
        sum += (double)(r + 1) * of(r, at);
        size += (double)(r + 1);
    }
    return sum / size;
}

static void open_parts(cast_of *cast) {
    const scene *s = cast->scene;
    size_t each = s->n / PARTS;
    dt_slice *slice = dt_arena_take(cast->a->arena, PARTS, sizeof *slice);
    for (size_t k = 0; k < PARTS; k++) slice[k] = (dt_slice){ k * each, k + 1 < PARTS ? each : s->n - k * each };
    its.parts = dt_parts_open(cast->c, slice, PARTS, its.credit, its.overhead, cast->a->arena);
}

/* The same for all is that every part is brought once, and awaited. */
static dt_status bring_and_await(void *arg) {
    member *m = arg;
    const scene *s = m->cast->scene;
    outcome_of *out = m->cast->a->out;
    for (long round = 0; round < ROUNDS; round++) {
        dt_outcome outcome;
        for (size_t i = 0; i < PARTS; i++) {
            size_t k = m->rank % 2 == 0 ? i : PARTS - 1 - i;
            dt_share share = share_of(m);
            DT_TRY(dt_port_compute(m->port, 1e4 * (double)(m->rank + i), NULL, NULL));
            dt_parts_bring(its.parts, m->rank, k, (long)((k * 3 + (size_t)round) % 4), &share);
        }
        for (size_t i = 0; i < PARTS; i++) DT_TRY(dt_parts_await(its.parts, m->rank, (i * 2 + m->rank) % PARTS));
        out->wrong += !dt_parts_complete(its.parts, m->rank);
        dt_vec *whole = dt_parts_whole(its.parts, m->rank, &outcome);
        if (its.whole[round] == NULL) its.whole[round] = whole;
        out->wrong += its.whole[round] != whole || outcome.number != round || outcome.count != (long)s->ranks;
        for (size_t e = 0; s->real && e < s->n; e++) out->error = fmax(out->error, fabs(whole->x[e] / mean_of(s, e) - 1));
        dt_vec_drop(whole);
    }
    for (dt_port *p = dt_engine_ports(m->cast->a->engine); m->rank == 0 && p != NULL; p = dt_port_next(p))
        out->late += dt_port_hand(p)[0] != '\0';
    member_ends(m);
    return DT_OK;
}

static const outcome_of *parts_of(const char *name, size_t ranks, bool real, double credit, double overhead) {
    scene s = { .name = name, .ranks = ranks, .sites = 1 + ranks % 3, .n = 1030, .real = real, .act = bring_and_await, .more = open_parts };
    its.credit = credit;
    its.overhead = overhead;
    memset(its.whole, 0, sizeof its.whole);
    return scene_run(&s);
}

static void every_member_gets_the_same_whole_whatever_the_order(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (size_t ranks = 1; ranks <= 9; ranks += 2)
            for (int k = 0; k < 4; k++) {
                const char *name = dt_collective_room.entries[e]->name;
                const outcome_of *out = parts_of(name, ranks, k % 2 == 0, k < 2 ? 0 : 1000, k < 2 ? 0 : 1e-5);
                if (out->status != DT_OK || out->error > 1e-6 || out->wrong > 0 || out->in_use > 0)
                    fail_msg("%s, %zu ranks: status %d, error %g, %ld wrong, %zu vectors left", name, ranks, (int)out->status, out->error,
                             out->wrong, out->in_use);
            }
}

/* One at a time: a ring needs one hand of each member, and of four rounds of five parts no more than two, as one may return in the
 * instant in which the next leaves. */
static void hands_are_used_again(void **fixture) {
    (void)fixture;
    assert_true(parts_of("ring", 4, false, 0, 0)->late <= 2 * 4);
    assert_true(parts_of("ring", 4, false, 1e9, 0)->late <= PARTS * 4);
}

/* Parts that leave one at a time take at least as long as together, and their overhead comes on top: all leave at the last
 * member's time. */
static void overhead_is_paid_once_for_each_part(void **fixture) {
    (void)fixture;
    double without = parts_of("ring", 3, false, 0, 0)->end_s, with = parts_of("ring", 3, false, 0, 1e-2)->end_s;
    assert_true(with >= without + (ROUNDS * PARTS - PARTS) * 1e-2);
    assert_true(with <= without + ROUNDS * PARTS * 1e-2 + 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_gets_the_same_whole_whatever_the_order),
        cmocka_unit_test(hands_are_used_again),
        cmocka_unit_test(overhead_is_paid_once_for_each_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
