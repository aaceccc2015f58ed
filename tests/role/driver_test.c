/* driver_test.c - what the driver promises to every strategy: a failure that is not passed on never hangs the run, and who
 * follows others does as much as they began. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 4, ROUNDS = 60 };

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

static stage_choice playing(const dt_strategy_type *type, const dt_data *data) {
    return (stage_choice){ .type = type, .model = pick(arena, "logistic", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, NULL),
                           .data = data, .workers = WORKERS, .seconds = pick(arena, "constant", "value", 0.01, NULL),
                           .stop.rounds = ROUNDS, .every.rounds = ROUNDS,
                           .star = { WORKERS + 1, 1e9, 1e6, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* Worker 2 fails at once and is back after back seconds; 0: never. */
static const dt_config *trouble(double back) {
    dt_config *f = dt_config_new(arena);
    dt_config_set_copy(f, "crash", pick(arena, "exponential", "mean", 0.1, NULL), arena);
    if (back > 0) dt_config_set_number(f, "recover", back, arena);
    dt_config_set_number(f, "deadline", 0.05, arena);
    dt_config_set_number(f, "patience", 20, arena);
    return f;
}

/* ---- roles that forget --------------------------------------------------------------------- */

static dt_status forgets_the_steps(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        dt_status forgotten = dt_worker_local(w, 1);
        (void)forgotten;
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static dt_status forgets_all(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        dt_status forgotten = dt_worker_local(w, 1);
        forgotten = dt_worker_mark(w, NAN);
        (void)forgotten;
    }
    return DT_OK;
}

static dt_status goes_home(void *state, dt_worker *w) {
    double consensus_distance;
    (void)state;
    while (dt_worker_goes_on(w)) {
        if (dt_worker_local(w, 1) != DT_OK || dt_worker_average(w, &consensus_distance) != DT_OK) return DT_OK;
        DT_TRY(dt_worker_mark(w, consensus_distance));
    }
    return DT_OK;
}

static void a_loop_without_a_word_about_failures_goes_on_after_them(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "forgets", .own_rounds = true, .judged = DT_JUDGED_EACH, .work = forgets_the_steps };
    stage_choice c = playing(&type, &data);
    c.faults = trouble(0.2);
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    assert_int_equal(log->mark[log->marks - 1].round, ROUNDS);
    assert_near(log->unaccounted_s, 0, 1e-9);
}

static void a_loop_that_ignores_every_failure_is_ended_with_a_reason(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "spins", .own_rounds = true, .judged = DT_JUDGED_EACH, .work = forgets_all };
    stage_choice c = playing(&type, &data);
    c.faults = trouble(0);
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_EDEADLOCK);
    assert_non_null(strstr(log->reason, "simulated time stands still"));
}

/* Worker 1 fails at once, and its role takes that for an end. */
static void the_others_go_on_without_a_role_that_has_ended(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "home", .averages = true, .work = goes_home };
    stage_choice c = playing(&type, &data);
    dt_config *f = dt_config_new(arena);
    dt_config_set_number(f, "deadline", 0.05, arena);
    dt_config_set_number(f, "patience", 20, arena);
    c.faults = f;
    c.gone = 1;
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    assert_int_equal(log->mark[log->marks - 1].round, ROUNDS);
    assert_int_equal(log->mark[log->marks - 1].updates, WORKERS - 1);
}

/* A client that takes the failure of its host for an end. */
static dt_status client_goes_home(void *state, dt_worker *w) {
    (void)state;
    if (dt_worker_fetch(w) != DT_OK || dt_worker_local(w, 1) != DT_OK) return DT_OK;
    return dt_worker_submit(w, NULL);
}

static dt_status invites_all(void *state, dt_server *s) {
    size_t present[WORKERS];
    double consensus_distance;
    while (dt_server_goes_on(s)) {
        size_t count = dt_server_present(s, present);
        for (size_t i = 0; i < count; i++) DT_TRY(dt_server_invite(s, present[i], client_goes_home, state, NULL));
        DT_TRY(dt_server_gather(s, &(dt_quorum){ .count = count }));
        DT_TRY(dt_server_merge(s, &consensus_distance));
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

static void a_server_learns_of_clients_that_forget_to_say_that_they_failed(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "invites", .serve = invites_all };
    stage_choice c = playing(&type, &data);
    c.faults = trouble(0.2);
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    assert_int_equal(log->mark[log->marks - 1].round, ROUNDS);
    assert_true(log->end_s < 20);
}

static dt_status forgets_the_end(void *state, dt_worker *w) {
    double consensus_distance;
    (void)state;
    while (dt_worker_goes_on(w)) {
        if (dt_worker_local(w, 1) == DT_EDOWN) return DT_EDOWN;
        if (dt_worker_average(w, &consensus_distance) == DT_OK) DT_TRY(dt_worker_mark(w, consensus_distance));
    }
    return DT_OK;
}

static void who_does_not_see_that_the_others_have_gone_home_ends_too(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "stays", .averages = true, .work = forgets_the_end };
    stage_choice c = playing(&type, &data);
    c.faults = trouble(0.2);
    for (c.fault_seed = 1; c.fault_seed <= 8; c.fault_seed++) {
        const stage_log *log = stage_run(c);
        if (log->status == DT_OK) assert_int_equal(log->mark[log->marks - 1].round, ROUNDS);
        else assert_int_equal(log->status, DT_EDEADLOCK);
    }
}

static dt_status lets_no_time_pass(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) DT_TRY(dt_port_sleep(w->port, 0));
    return DT_OK;
}

static void without_faults_a_loop_that_lets_no_time_pass_is_ended_too(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "still", .work = lets_no_time_pass };
    const stage_log *log = stage_run(playing(&type, &data));
    assert_int_equal(log->status, DT_EDEADLOCK);
    assert_non_null(strstr(log->reason, "simulated time stands still"));
}

/* Everybody goes its own way, though the strategy says that all agree. */
static dt_status goes_its_own_way(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        DT_TRY(dt_worker_local(w, 1));
        dt_worker_adopt(w, w->x);
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static void replicas_that_do_not_agree_are_found(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    dt_strategy_type type = { .is.name = "apart", .work = goes_its_own_way };
    const stage_log *honest = stage_run(playing(&type, &data));
    if (honest->status != DT_OK) fail_msg("%s", honest->reason);
    type.agrees = true;
    const stage_log *log = stage_run(playing(&type, &data));
    assert_int_equal(log->status, DT_EAUDIT);
    assert_non_null(strstr(log->reason, "audit: replicas: workers 0 and 1 have finished round"));
    assert_non_null(strstr(log->reason, "with two models"));
}

static dt_status waits_in_vain(void *state, dt_worker *w) {
    dt_message m;
    (void)state;
    return dt_port_receive(w->port, NULL, 7, dt_worker_now(w) + 1, &m);
}

static void a_role_that_ends_by_waiting_in_vain_leaves_that_as_its_reason(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "vain", .work = waits_in_vain };
    stage_choice c = playing(&type, &data);
    dt_status before = dt_fail(DT_EINVAL, "something else");
    const stage_log *log = stage_run(c);
    assert_int_equal(before, DT_EINVAL);
    assert_int_equal(log->status, DT_ELATE);
    assert_non_null(strstr(log->reason, "did not come in time"));
}

static dt_status submits_twice(void *state, dt_worker *w) {
    (void)state;
    DT_TRY(dt_worker_fetch(w));
    DT_TRY(dt_worker_local(w, 1));
    DT_TRY(dt_worker_submit(w, NULL));
    return dt_worker_submit(w, NULL);
}

static dt_status invites_those_present(void *state, dt_server *s) {
    size_t rank[WORKERS];
    double consensus_distance;
    while (dt_server_goes_on(s)) {
        size_t count = dt_server_present(s, rank);
        for (size_t i = 0; i < count; i++) DT_TRY(dt_server_invite(s, rank[i], submits_twice, state, NULL));
        DT_TRY(dt_server_gather(s, &(dt_quorum){ .count = count }));
        DT_TRY(dt_server_merge(s, &consensus_distance));
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

static void a_client_without_a_model_is_refused_with_a_reason(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "twice", .serve = invites_those_present };
    const stage_log *log = stage_run(playing(&type, &data));
    assert_int_equal(log->status, DT_EINVAL);
    assert_non_null(strstr(log->reason, "has submitted already"));
}

/* A message takes longer than any host stays up: steps are done for ever, and undone. */
static dt_status waits_for_what_never_arrives(void *state, dt_worker *w) {
    dt_port *const *port = w->team->group.port;
    dt_message m;
    (void)state;
    while (dt_worker_goes_on(w)) {
        DT_TRY(dt_worker_local(w, 1));
        dt_port_post(w->port, port[(w->rank + 1) % WORKERS], (dt_message){ .tag = 1, .bytes = 100 });
        DT_TRY(dt_port_receive(w->port, port[(w->rank + WORKERS - 1) % WORKERS], 1, HUGE_VAL, &m));
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static void steps_that_failures_undo_are_no_progress(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "never", .own_rounds = true, .judged = DT_JUDGED_EACH,
                                    .work = waits_for_what_never_arrives };
    stage_choice c = playing(&type, &data);
    dt_config *f = dt_config_new(arena);
    dt_config_set_number(f, "crash", 5, arena);
    dt_config_set_number(f, "recover", 1, arena);
    dt_config_set_number(f, "deadline", 30, arena);
    dt_config_set_number(f, "patience", 50, arena);
    c.star.bandwidth = 1;
    c.faults = f;
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_EDEADLOCK);
    assert_non_null(strstr(log->reason, "no training step completed"));
}

static dt_status marks_alone(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) DT_TRY(dt_worker_mark(w, NAN));
    return DT_OK;
}

static dt_status invites_nobody(void *state, dt_server *s) {
    double consensus_distance;
    (void)state;
    while (dt_server_goes_on(s)) {
        DT_TRY(dt_server_gather(s, &(dt_quorum){ .count = WORKERS }));
        DT_TRY(dt_server_merge(s, &consensus_distance));
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

static void a_limit_in_seconds_is_reached_or_the_loop_is_ended(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type marks = { .is.name = "marks", .work = marks_alone }, nobody = { .is.name = "nobody", .serve = invites_nobody };
    stage_choice c = playing(&marks, &data);
    c.stop = (dt_stop){ .seconds = 3 };
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_EDEADLOCK);
    assert_non_null(strstr(log->reason, "simulated time stands still"));
    c.type = &nobody;
    c.faults = trouble(0.2);
    log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    assert_near(log->end_s, 3, 0.06);       /* rounds of faults.deadline */
}

/* ---- each by itself ------------------------------------------------------------------------ */

static dt_status one_is_slow(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        DT_TRY(dt_worker_local(w, 1));
        if (w->rank == 1) DT_TRY(dt_port_sleep(w->port, 0.09));
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static void marks_by_time_go_on_where_the_fastest_has_ended(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "slow", .own_rounds = true, .judged = DT_JUDGED_EACH, .work = one_is_slow };
    stage_choice c = playing(&type, &data);
    c.every = (dt_every){ .seconds = 0.5 };
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    assert_int_equal(log->marks, 1 + 12);       /* 60 rounds of 0.1 s */
    for (int i = 0; i < log->marks; i++) assert_near(log->mark[i].time_s, 0.5 * i, 1e-6);
    assert_int_equal(log->mark[12].round, ROUNDS);
}

/* ---- roles that follow --------------------------------------------------------------------- */

/* Batches go from worker to worker and back to the first, which has up to two of them under way. */
static struct line { long done[WORKERS]; } *line;

static dt_status line_begin(dt_worker *w) {
    dt_port *const *port = w->team->group.port;
    dt_message m;
    while (dt_worker_goes_on(w) || w->flying > 0) {
        bool begins = dt_worker_goes_on(w) && w->flying < 2;
        if (begins) {
            DT_TRY(dt_worker_local(w, 1));
            dt_port_post(w->port, port[1], (dt_message){ .tag = 1, .bytes = 1000 });
            w->flying++;
            line->done[0]++;
            continue;
        }
        DT_TRY(dt_port_receive(w->port, port[WORKERS - 1], 1, HUGE_VAL, &m));
        w->flying--;
        DT_TRY(dt_worker_mark(w, NAN));
    }
    /* The last that is on its way to the follower is nothing that it waits for. */
    dt_port_post(w->port, port[1], (dt_message){ .tag = 2, .bytes = 1e6 });
    return DT_OK;
}

static dt_status line_work(void *state, dt_worker *w) {
    dt_port *const *port = w->team->group.port;
    dt_status status;
    dt_message m;
    (void)state;
    if (w->rank == 0) return line_begin(w);
    while ((status = dt_port_follow(w->port, port[w->rank - 1], 1, &m)) == DT_OK) {
        DT_TRY(dt_port_compute(w->port, 2e7 * (double)w->rank, NULL, NULL));
        dt_port_post(w->port, port[(w->rank + 1) % WORKERS], (dt_message){ .tag = 1, .bytes = 1000 });
        line->done[w->rank]++;
    }
    return status;
}

static void who_begins_asks_and_who_follows_does_no_more_and_no_less(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "line", .work = line_work };
    line = mmap(NULL, sizeof *line, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int limit = 0; limit < 3; limit++) {
        stage_choice c = playing(&type, &data);
        memset(line, 0, sizeof *line);
        if (limit == 1) c.stop = (dt_stop){ .steps = ROUNDS };
        if (limit == 2) c.stop = (dt_stop){ .seconds = 3 };
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("%s", log->reason);
        for (int r = 0; r < WORKERS; r++) assert_int_equal(line->done[r], line->done[0]);
        if (limit < 2) assert_int_equal(line->done[0], ROUNDS);
        assert_int_equal(log->mark[log->marks - 1].round, line->done[0]);
    }
}

static dt_status begins_ahead(void *state, dt_worker *w) {
    (void)state;
    line->done[0] += w->flying;
    line->done[1]++;
    while (dt_worker_goes_on(w)) {
        w->flying++;
        DT_TRY(dt_worker_local(w, 1));
        w->flying--;
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static void rounds_that_were_under_way_when_a_host_failed_are_begun_anew(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "ahead", .own_rounds = true, .judged = DT_JUDGED_EACH, .work = begins_ahead };
    stage_choice c = playing(&type, &data);
    line = mmap(NULL, sizeof *line, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    c.faults = trouble(0.1);
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    assert_true(line->done[1] > WORKERS);
    assert_int_equal(line->done[0], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_without_a_word_about_failures_goes_on_after_them),
        cmocka_unit_test(a_loop_that_ignores_every_failure_is_ended_with_a_reason),
        cmocka_unit_test(the_others_go_on_without_a_role_that_has_ended),
        cmocka_unit_test(a_server_learns_of_clients_that_forget_to_say_that_they_failed),
        cmocka_unit_test(who_does_not_see_that_the_others_have_gone_home_ends_too),
        cmocka_unit_test(without_faults_a_loop_that_lets_no_time_pass_is_ended_too),
        cmocka_unit_test(a_role_that_ends_by_waiting_in_vain_leaves_that_as_its_reason),
        cmocka_unit_test(replicas_that_do_not_agree_are_found),
        cmocka_unit_test(a_client_without_a_model_is_refused_with_a_reason),
        cmocka_unit_test(steps_that_failures_undo_are_no_progress),
        cmocka_unit_test(a_limit_in_seconds_is_reached_or_the_loop_is_ended),
        cmocka_unit_test(marks_by_time_go_on_where_the_fastest_has_ended),
        cmocka_unit_test(rounds_that_were_under_way_when_a_host_failed_are_begun_anew),
        cmocka_unit_test(who_begins_asks_and_who_follows_does_no_more_and_no_less),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
