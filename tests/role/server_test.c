/* server_test.c - what the server of clients promises: what becomes of those who are late, and what travels besides the model. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 4, ROUNDS = 30 };

static dt_data rows(void) {
    enum { ROWS = 64, COLUMNS = 2 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    for (size_t i = 0; i < ROWS; i++) {
        x[2 * i] = (float)(i % 7) - 3;
        x[2 * i + 1] = (float)(i % 5) - 2;
        y[i] = (float)(i % 2);
    }
    return (dt_data){ .shape = { COLUMNS, 2, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

/* Nothing but the clients' sleep takes time: the last one sleeps 1 s, the others 0.1 s. */
static const stage_log *serving(dt_status (*serve)(void *state, dt_server *s), const dt_data *data) {
    const dt_strategy_type type = { .is.name = "serves", .serve = serve };
    return stage_run((stage_choice){ .type = &type, .model = pick(arena, "logistic", NULL),
                                     .optimiser = pick(arena, "sgd", "lr", 0.1, NULL), .data = data, .workers = WORKERS,
                                     .stop.rounds = ROUNDS, .every.rounds = ROUNDS });
}

static dt_status sleeps(void *state, dt_worker *w) {
    (void)state;
    DT_TRY(dt_worker_fetch(w));
    DT_TRY(dt_port_sleep(w->port, w->rank == WORKERS - 1 ? 1 : 0.1));
    return dt_worker_submit(w, NULL);
}

static dt_status invite_present(dt_server *s, size_t *count) {
    size_t rank[WORKERS];
    *count = dt_server_present(s, rank);
    for (size_t i = 0; i < *count; i++) DT_TRY(dt_server_invite(s, rank[i], sleeps, NULL, NULL));
    return DT_OK;
}

static dt_status end_round(dt_server *s) {
    double distance;
    DT_TRY(dt_server_merge(s, &distance));
    return dt_server_mark(s, distance);
}

/* ---- who is late --------------------------------------------------------------------------- */

static dt_status first_three(dt_server *s, dt_late late, size_t expected) {
    for (size_t count; dt_server_goes_on(s);) {
        DT_TRY(invite_present(s, &count));
        if (s->round > 0 && s->round < 8 && count != expected) return dt_fail(DT_EAUDIT, "round %ld: %zu were free", s->round, count);
        DT_TRY(dt_server_gather(s, &(dt_quorum){ .count = WORKERS - 1, .late = late }));
        if (s->updates != WORKERS - 1) return dt_fail(DT_EAUDIT, "round %ld: %zu updates", s->round, s->updates);
        DT_TRY(end_round(s));
    }
    dt_server_finish(s);
    return DT_OK;
}

static dt_status leaving(void *state, dt_server *s) { (void)state; return first_three(s, DT_LATE_LEAVE, WORKERS); }
static dt_status finishing(void *state, dt_server *s) { (void)state; return first_three(s, DT_LATE_FINISH, WORKERS - 1); }

static void a_client_that_leaves_is_free_in_the_next_round_and_delays_nobody(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const stage_log *log = serving(leaving, &data);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    assert_near(log->end_s, 0.1 * ROUNDS, 1e-6);
    assert_int_equal(log->merged, (WORKERS - 1) * ROUNDS);
    assert_int_equal(log->merged_ages, 0);
    assert_near(log->unaccounted_bytes, 0, 1e-6);
    assert_near(log->unaccounted_s, 0, 1e-9);
}

static void a_client_that_finishes_is_busy_until_then(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const stage_log *log = serving(finishing, &data);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    assert_near(log->end_s, 0.1 * ROUNDS, 1e-6);
    assert_int_equal(log->merged_ages, 0);
}

/* Each update is a round: in 1 s there are 30 of the quick clients and one of the slow one, which began in round 0. */
static dt_status waiting(void *state, dt_server *s) {
    (void)state;
    for (size_t count; dt_server_goes_on(s);) {
        DT_TRY(invite_present(s, &count));
        DT_TRY(dt_server_gather(s, &(dt_quorum){ .count = 1, .late = DT_LATE_WAIT }));
        if (s->updates != 1) return dt_fail(DT_EAUDIT, "round %ld: %zu updates", s->round, s->updates);
        DT_TRY(end_round(s));
    }
    dt_server_finish(s);
    return DT_OK;
}

static void an_update_that_waits_counts_in_a_later_round_with_its_age(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const stage_log *log = serving(waiting, &data);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    assert_near(log->end_s, 1, 0.1 + 1e-6);
    assert_int_equal(log->merged, ROUNDS);
    assert_true(log->oldest >= ROUNDS - WORKERS && log->oldest < ROUNDS);
    assert_int_equal(log->from_future, 0);
}

/* ---- letters ------------------------------------------------------------------------------- */

static dt_status answers(void *state, dt_worker *w) {
    DT_TRY(dt_worker_fetch(w));
    if (w->given.second == NULL || w->given.second->x[0] != 5 || w->given.note[DT_NOTES - 1] != 7)
        return dt_fail(DT_EAUDIT, "the letter of the server lacks something");
    dt_vec *second = dt_vec_zero(w->learning->vectors);
    second->x[0] = (float)w->rank + 10;
    dt_letter letter = { .second = second, .bytes = 4.0 * (double)second->n, .note = { 1, 2, 3, (double)w->rank } };
    dt_status status = state == NULL ? dt_worker_submit(w, &letter) : dt_worker_reply(w, &letter);
    dt_vec_drop(second);
    return status;
}

static dt_status writes(dt_server *s, void *alone) {
    dt_vec *second = dt_vec_zero(s->learning->vectors);
    second->x[0] = 5;
    for (size_t rank[WORKERS]; dt_server_goes_on(s);) {
        size_t count = dt_server_present(s, rank);
        dt_letter letter = { .second = second, .bytes = 1000, .note = { 0, 0, 0, 7 } };
        for (size_t i = 0; i < count; i++) DT_TRY(dt_server_invite(s, rank[i], answers, alone, &letter));
        DT_TRY(dt_server_gather(s, &(dt_quorum){ .count = count }));
        for (size_t i = 0; i < s->updates; i++) {
            const dt_update *u = &s->update[i];
            double bytes = 4.0 * (double)second->n * (alone == NULL ? 2 : 1);
            if (u->second->x[0] != (float)u->rank + 10 || u->note[3] != (double)u->rank || u->bytes != bytes || (u->x == NULL) != (alone != NULL))
                return dt_fail(DT_EAUDIT, "the letter of client %ld lacks something", u->rank);
        }
        if (alone == NULL) {
            DT_TRY(end_round(s));
        } else {
            dt_server_step(s, s->update[0].second->x);
            dt_server_drop(s);
            DT_TRY(dt_server_mark(s, NAN));
        }
    }
    dt_vec_drop(second);
    dt_server_finish(s);
    return DT_OK;
}

static dt_status with_the_model(void *state, dt_server *s) { (void)state; return writes(s, NULL); }
static dt_status without_the_model(void *state, dt_server *s) { (void)state; return writes(s, s); }

static void a_second_vector_and_numbers_go_along_with_the_model_both_ways(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const stage_log *log = serving(with_the_model, &data);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    assert_near(log->bytes, ROUNDS * WORKERS * (1000 + 3 * 12), 0);      /* three entries of 4 bytes, three times */
}

static void a_letter_alone_can_be_what_the_server_steps_along(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const stage_log *log = serving(without_the_model, &data);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    assert_near(log->x[log->marks - 1][0] - log->x[0][0], -0.1 * 10 * ROUNDS, 1e-4);
    assert_near(log->bytes, ROUNDS * WORKERS * (1000 + 2 * 12), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_that_leaves_is_free_in_the_next_round_and_delays_nobody),
        cmocka_unit_test(a_client_that_finishes_is_busy_until_then),
        cmocka_unit_test(an_update_that_waits_counts_in_a_later_round_with_its_age),
        cmocka_unit_test(a_second_vector_and_numbers_go_along_with_the_model_both_ways),
        cmocka_unit_test(a_letter_alone_can_be_what_the_server_steps_along),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
