/* failing_test.c - exchanges whose members fail: of every kind, started ones, of the first k, and the leader of a site.  Nobody
 * waits for ever, who is left has the right numbers, and no vector is lost. */
#include "tests/collective/kinds.h"

enum { FAILS = 2, ROUNDS = 6 };

/* Rank FAILS goes down at a time, is dropped later, and may come back. */
typedef struct fate { cast_of *cast; double fail_s, drop_s, back_s; bool gone; } fate;
static fate its;

static dt_status fate_fails(void *arg) {
    fate *f = arg;
    f->gone = true;
    dt_port_fail(f->cast->m[FAILS].port);
    return DT_OK;
}
static dt_status fate_drops(void *arg) {
    fate *f = arg;
    dt_collective_drop(f->cast->c, FAILS);
    return DT_OK;
}
static dt_status fate_recovers(void *arg) {
    dt_port_recover(((fate *)arg)->cast->m[FAILS].port);
    return DT_OK;
}

static void fate_begins(cast_of *cast) {
    its.cast = cast;
    its.gone = false;
    dt_engine_at(cast->a->engine, its.fail_s, fate_fails, &its);
    dt_engine_at(cast->a->engine, its.drop_s, fate_drops, &its);
    dt_engine_at(cast->a->engine, its.back_s, fate_recovers, &its);
}

/* Mean of all, or of all but the one who fails: no other may come out. */
static void member_compare(const member *m, const dt_vec *result, const dt_outcome *outcome, dt_slice slice) {
    outcome_of *out = m->cast->a->out;
    for (size_t e = slice.first; e < slice.first + slice.count; e++) {
        double sum[2] = { 0 }, size[2] = { 0 };
        for (size_t r = 0; r < m->cast->scene->ranks; r++)
            for (int without = 0; without < 2; without++) {
                if (without == 1 && r == FAILS) continue;
                sum[without] += (double)(r + 1) * of(r, e);
                size[without] += (double)(r + 1);
            }
        double with = fabs(result->x[e] / (sum[0] / size[0]) - 1), without = fabs(result->x[e] / (sum[1] / size[1]) - 1);
        out->error = fmax(out->error, outcome->count == (long)m->cast->scene->ranks ? with : without);
    }
    out->wrong += outcome->count + 1 < (long)m->cast->scene->ranks;
}

/* A member whose host fails waits until it is back, and goes on with the round in which the others are. */
static dt_status member_recovers(member *m, dt_status status, long *round) {
    if (status != DT_EDOWN) return status;
    while (dt_port_reset(m->port) != DT_OK) DT_TRY(dt_port_block(m->port, HUGE_VAL));
    *round = -1;
    return dt_engine_finished(m->cast->a->engine) ? DT_EOVER : DT_OK;
}

/* ---- an exchange that members wait for ------------------------------------------------------- */

static dt_status blocking_round(member *m, long *round) {
    dt_vec *result;
    dt_outcome outcome;
    dt_share share = share_of(m);
    DT_TRY(dt_port_compute(m->port, 1e6, NULL, NULL));
    DT_TRY(dt_collective_exchange(m->cast->c, m->rank, &m->cast->scene->what, &share, &result, &outcome));
    if (result != NULL && m->cast->scene->what.kind == DT_ALL_REDUCE && m->cast->scene->what.least == 0)
        member_compare(m, result, &outcome, (dt_slice){ 0, m->cast->scene->n });
    dt_vec_drop(result);
    *round = outcome.number + 1;
    return DT_OK;
}

static dt_status go_on(void *arg) {
    member *m = arg;
    dt_status status = DT_OK;
    long round = 0;
    while (status == DT_OK && round < ROUNDS) status = member_recovers(m, blocking_round(m, &round), &round);
    dt_collective_leave(m->cast->c, m->rank);
    dt_engine_finish(m->cast->a->engine);
    return status == DT_EOVER ? DT_OK : status;
}

static void check(const scene *s, const char *what) {
    const outcome_of *out = scene_run(s);
    if (out->status != DT_OK || out->wrong > 0 || out->error > 1e-6)
        fail_msg("%s, kind %d, root %zu, %s, down at %g s: status %d, %ld wrong, error %g", s->name, (int)s->what.kind, s->what.root, what,
                 its.fail_s, (int)out->status, out->wrong, out->error);
}

static void the_others_go_on_with_every_kind_whoever_fails(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (int kind = 0; kind < DT_EXCHANGE_KINDS; kind++)
            for (int i = 0; i < 8; i++) {
                scene s = { .name = dt_collective_room.entries[e]->name, .ranks = 6, .sites = 3, .n = 500, .real = true,
                            .what = { .kind = (dt_exchange_kind)kind, .root = i % 2 == 0 ? FAILS : 0 }, .act = go_on, .more = fate_begins };
                its = (fate){ .fail_s = 1e-3 + 1.3e-4 * i, .drop_s = 5e-3, .back_s = i % 4 < 2 ? HUGE_VAL : 6e-3 };
                check(&s, "blocking");
            }
}

/* ---- the first k, and exchanges that are started --------------------------------------------- */

static void the_others_go_on_where_the_first_four_of_six_count(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (int i = 0; i < 10; i++) {
            scene s = { .name = dt_collective_room.entries[e]->name, .ranks = 6, .sites = 3, .n = 500, .real = true,
                        .what = { .least = i % 2 == 0 ? 4 : 5 }, .act = go_on, .more = fate_begins };
            its = (fate){ .fail_s = 1e-3 + 1.1e-4 * i, .drop_s = 5e-3, .back_s = i % 4 < 2 ? HUGE_VAL : 6e-3 };
            check(&s, "first k");
        }
}

enum { PARTS = 3 };

/* Who is back joins the others where they wait for each other, before it starts parts again. */
static dt_status started_round(member *m, long *round) {
    const scene *s = m->cast->scene;
    long number[PARTS];
    dt_vec *result;
    dt_outcome outcome;
    dt_share share = share_of(m);
    DT_TRY(dt_collective_mean(m->cast->c, m->rank, &share, &result, &outcome));
    dt_vec_drop(result);
    *round = outcome.number + 1;
    for (size_t i = 0; i < PARTS; i++) {
        dt_exchange what = { .slice = { i * s->n / PARTS, (i + 1) * s->n / PARTS - i * s->n / PARTS }, .whole = *round };
        DT_TRY(dt_collective_start(m->cast->c, m->rank, &what, &share, &number[i]));
        DT_TRY(dt_port_compute(m->port, 2e5, NULL, NULL));
    }
    for (size_t i = PARTS; i-- > 0;) {
        DT_TRY(dt_collective_await(m->cast->c, m->rank, number[i], &result, &outcome));
        if (result == NULL) continue;
        member_compare(m, result, &outcome, (dt_slice){ i * s->n / PARTS, (i + 1) * s->n / PARTS - i * s->n / PARTS });
        dt_vec_drop(result);
    }
    return DT_OK;
}

static dt_status go_on_with_parts(void *arg) {
    member *m = arg;
    dt_status status = DT_OK;
    long round = 0;
    while (status == DT_OK && round < ROUNDS) status = member_recovers(m, started_round(m, &round), &round);
    dt_collective_leave(m->cast->c, m->rank);
    dt_engine_finish(m->cast->a->engine);
    return status == DT_EOVER ? DT_OK : status;
}

static void the_others_go_on_where_parts_are_on_their_way(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (int i = 0; i < 16; i++) {
            scene s = { .name = dt_collective_room.entries[e]->name, .ranks = 6, .sites = 3, .n = 500, .real = true,
                        .act = go_on_with_parts, .more = fate_begins };
            its = (fate){ .fail_s = 1e-4 + 1.3e-4 * i, .drop_s = 5e-3, .back_s = i % 4 < 2 ? HUGE_VAL : 6e-3 };
            check(&s, "started");
        }
}

static dt_status start_before_joining(void *arg) {
    member *m = arg;
    long number;
    dt_share share = share_of(m);
    if (m->rank == FAILS) dt_collective_drop(m->cast->c, FAILS);
    dt_status status = dt_collective_start(m->cast->c, m->rank, NULL, &share, &number);
    outcome_of *out = m->cast->a->out;
    out->wrong += m->rank == FAILS && (status != DT_EINVAL || strstr(dt_reason(), "rank 2, back after a failure") == NULL);
    return DT_OK;
}

static void who_has_not_joined_again_is_told_so(void **fixture) {
    (void)fixture;
    scene s = { .name = "ring", .ranks = 4, .n = 5, .real = true, .act = start_before_joining };
    check(&s, "not joined");
}

/* ---- hands of other exchanges ---------------------------------------------------------------- */

static dt_collective *others;

/* Besides the group of all, one of ranks 3 to 5, of which nobody fails. */
static void open_others(cast_of *cast) {
    static dt_group group;
    static dt_aggregate aggregate;
    apart *a = cast->a;
    group = (dt_group){ .engine = a->engine, .port = cast->group.port + 3, .ranks = 3, .sites = 1, .server = cast->group.server,
                        .servers = 1 };
    if (dt_aggregate_open(&aggregate, NULL, a->arena) != DT_OK) _exit(1);
    if (dt_collective_open(&others, named(cast->scene->name, a->arena), &group, cast->scene->n, cast->pool, &aggregate, a->pool,
                           a->arena) != DT_OK) _exit(1);
    fate_begins(cast);
}

/* While they wait for rank 2 in the group of all, a hand of each is in the middle of an exchange without it. */
static dt_status start_with_others(void *arg) {
    member *m = arg;
    outcome_of *out = m->cast->a->out;
    dt_vec *result;
    dt_outcome outcome;
    dt_share share = share_of(m);
    long number = -1;
    if (m->rank >= 3) DT_TRY(dt_collective_start(others, m->rank - 3, NULL, &share, &number));
    dt_status status = dt_collective_mean(m->cast->c, m->rank, &share, &result, &outcome);
    if (status == DT_EDOWN) return DT_OK;
    dt_vec_drop(result);
    if (m->rank < 3) return status;
    DT_TRY(dt_collective_await(others, m->rank - 3, number, &result, &outcome));
    out->wrong += outcome.count != 3 || fabs(result->x[0] / ((4 * of(3, 0) + 5 * of(4, 0) + 6 * of(5, 0)) / 15) - 1) > 1e-6;
    out->count++;
    dt_vec_drop(result);
    return status;
}

static void hands_go_on_where_their_member_begins_anew(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (int i = 0; i < 6; i++) {
            scene s = { .name = dt_collective_room.entries[e]->name, .ranks = 6, .sites = 3, .n = 500000, .real = true,
                        .act = start_with_others, .more = open_others };
            its = (fate){ .fail_s = 1e-4, .drop_s = 1e-3 + 5e-4 * i, .back_s = HUGE_VAL };
            const outcome_of *out = scene_run(&s);
            if (out->status != DT_OK || out->wrong > 0 || out->count != 3)
                fail_msg("%s, dropped at %g s: status %d, %ld wrong, %ld results", s.name, its.drop_s, (int)out->status, out->wrong,
                         out->count);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_others_go_on_with_every_kind_whoever_fails),
        cmocka_unit_test(the_others_go_on_where_the_first_four_of_six_count),
        cmocka_unit_test(the_others_go_on_where_parts_are_on_their_way),
        cmocka_unit_test(hands_go_on_where_their_member_begins_anew),
        cmocka_unit_test(who_has_not_joined_again_is_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
