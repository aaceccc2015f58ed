/* started_test.c - exchanges that are started and awaited: while the member computes, several at a time, awaited in any order,
 * beside those that it waits for, and of several groups over the same ports. */
#include "tests/collective/kinds.h"

enum { PARTS = 5 };

static double mean_of(const scene *s, size_t at) {
    double sum = 0, size = 0;
    for (size_t r = 0; r < s->ranks; r++) {
        sum += (double)(r + 1) * of(r, at);
        size += (double)(r + 1);
    }
    return sum / size;
}

static void member_compare(const member *m, const dt_vec *result, dt_slice slice) {
    outcome_of *out = m->cast->a->out;
    for (size_t e = slice.first; result->x != NULL && e < slice.first + slice.count; e++)
        out->error = fmax(out->error, fabs(result->x[e] / mean_of(m->cast->scene, e) - 1));
}

static dt_slice part(const scene *s, size_t i) {
    size_t each = s->n / PARTS;
    return (dt_slice){ i * each, i + 1 < PARTS ? each : s->n - i * each };
}

/* All parts at once, each member awaiting them in an order of its own, with an exchange of its own between. */
static dt_status start_parts(void *arg) {
    member *m = arg;
    const scene *s = m->cast->scene;
    outcome_of *out = m->cast->a->out;
    for (long step = 1; step <= 3; step++) {
        long number[PARTS];
        const dt_vec *whole = NULL;
        for (size_t i = 0; i < PARTS; i++) {
            dt_exchange what = { .slice = part(s, i), .whole = step };
            dt_share share = share_of(m);
            DT_TRY(dt_collective_start(m->cast->c, m->rank, &what, &share, &number[i]));
            DT_TRY(dt_port_compute(m->port, 1e4 * (double)(m->rank + i), NULL, NULL));
        }
        dt_vec *result;
        dt_outcome outcome;
        dt_share share = share_of(m);
        DT_TRY(dt_collective_mean(m->cast->c, m->rank, &share, &result, &outcome));
        member_compare(m, result, (dt_slice){ 0, s->n });
        dt_vec_drop(result);
        for (size_t k = 0; k < PARTS; k++) {
            size_t i = (k * (m->rank % 2 == 0 ? 1 : PARTS - 1) + m->rank) % PARTS;
            DT_TRY(dt_collective_await(m->cast->c, m->rank, number[i], &result, &outcome));
            member_compare(m, result, part(s, i));
            out->wrong += whole != NULL && whole != result;     /* all parts are of one vector */
            whole = result;
            dt_vec_drop(result);
        }
    }
    member_ends(m);
    return DT_OK;
}

static void parts_come_in_any_order_and_fill_one_vector(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (size_t ranks = 1; ranks <= 9; ranks += 2)
            for (int real = 0; real < 2; real++) {
                scene s = { .name = dt_collective_room.entries[e]->name, .ranks = ranks, .sites = 3, .n = 103, .real = real != 0,
                            .act = start_parts };
                const outcome_of *out = scene_run(&s);
                if (out->status != DT_OK || out->error > 1e-6 || out->wrong > 0 || out->in_use > 0)
                    fail_msg("%s, %zu ranks: status %d, error %g, %ld wrong, %zu vectors left", s.name, ranks, (int)out->status, out->error,
                             out->wrong, out->in_use);
            }
}

/* ---- time ------------------------------------------------------------------------------------ */

static dt_status compute_meanwhile(void *arg) {
    member *m = arg;
    dt_vec *result;
    dt_outcome outcome;
    dt_share share = share_of(m);
    long number;
    DT_TRY(dt_collective_start(m->cast->c, m->rank, NULL, &share, &number));
    DT_TRY(dt_port_compute(m->port, 1e9 * (double)m->cast->scene->what.slice.first, NULL, NULL));       /* 1 Gf/s */
    DT_TRY(dt_collective_await(m->cast->c, m->rank, number, &result, &outcome));
    dt_vec_drop(result);
    member_ends(m);
    return DT_OK;
}

/* Computing and exchanging take the longer of both, and the exchange what it takes by itself. */
static void a_started_exchange_takes_no_time_of_its_member(void **fixture) {
    (void)fixture;
    for (size_t seconds = 0; seconds <= 1; seconds++) {
        scene s = { .name = "ring", .ranks = 4, .n = 25000000, .act = compute_meanwhile, .what.slice = { seconds, 0 } };
        double alone = 2 * 3 * alpha + 2 * 0.75 * 4 * 25e6 * beta;
        const outcome_of *out = scene_run(&s);
        assert_int_equal(out->status, DT_OK);
        assert_near(out->end_s, fmax(alone, (double)seconds), 1e-6);
        assert_near(out->bytes, 2 * 3 * 4 * 25e6, 0);
    }
}

/* ---- several groups -------------------------------------------------------------------------- */

static dt_collective *halves[2], *all;

/* Two groups of half of the members, and one of all, over the same ports. */
static void open_groups(cast_of *cast) {
    static dt_group group[2];
    static dt_aggregate aggregate;
    apart *a = cast->a;
    size_t half = cast->scene->ranks / 2;
    if (dt_aggregate_open(&aggregate, NULL, a->arena) != DT_OK) _exit(1);
    for (size_t i = 0; i < 2; i++) {
        group[i] = (dt_group){ .engine = a->engine, .port = cast->group.port + i * half, .ranks = half, .sites = 1,
                               .server = cast->group.server, .servers = 1 };
        if (dt_collective_open(&halves[i], named(cast->scene->name, a->arena), &group[i], cast->scene->n, cast->pool, &aggregate,
                               a->pool, a->arena) != DT_OK) _exit(1);
    }
    all = cast->c;
}

static dt_status exchange_in_groups(void *arg) {
    member *m = arg;
    outcome_of *out = m->cast->a->out;
    size_t half = m->cast->scene->ranks / 2, group = m->rank / half;
    for (int i = 0; i < 4; i++) {
        dt_vec *of_all, *of_half;
        dt_outcome outcome;
        dt_share share = { .x = m->x, .size = 1, .merges = true };
        long number, other;
        DT_TRY(dt_collective_start(halves[group], m->rank % half, NULL, &share, &number));
        DT_TRY(dt_collective_start(all, m->rank, NULL, &share, &other));
        DT_TRY(dt_collective_mean(halves[group], m->rank % half, &share, &of_half, &outcome));
        double mean = 0;
        for (size_t r = group * half; r < (group + 1) * half; r++) mean += of(r, 7) / (double)half;
        out->error = fmax(out->error, fabs(of_half->x[7] / mean - 1));
        dt_vec_drop(of_half);
        DT_TRY(dt_collective_await(all, m->rank, other, &of_all, &outcome));
        DT_TRY(dt_collective_await(halves[group], m->rank % half, number, &of_half, &outcome));
        out->error = fmax(out->error, fabs(of_half->x[7] / mean - 1));
        out->wrong += outcome.count != (long)half || of_all->x[7] == of_half->x[7];
        dt_vec_drop(of_all);
        dt_vec_drop(of_half);
    }
    return DT_OK;
}

static void groups_over_the_same_ports_do_not_confuse_their_messages(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++) {
        scene s = { .name = dt_collective_room.entries[e]->name, .ranks = 6, .n = 40, .real = true, .act = exchange_in_groups, .more = open_groups };
        const outcome_of *out = scene_run(&s);
        assert_int_equal(out->status, DT_OK);
        assert_int_equal(out->wrong, 0);
        assert_near(out->error, 0, 1e-6);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_come_in_any_order_and_fill_one_vector),
        cmocka_unit_test(a_started_exchange_takes_no_time_of_its_member),
        cmocka_unit_test(groups_over_the_same_ports_do_not_confuse_their_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
