/* cohort_test.c - what the rounds of clients promise: who is chosen how often, and that the mean of the updates is right then. */
#include "tests/strategy/stage.h"
#include "role/cohort.h"

static dt_arena *arena;

enum { CLIENTS = 4, ROUNDS = 6000, ROWS = 10 };

/* Clients 0 to 3 have 1, 2, 3 and 4 samples. */
static const dt_config *sizes(void) {
    dt_config *table = dt_config_new(arena);
    dt_config_set_text(table, NULL, "contiguous", arena);
    dt_config *list = dt_config_set_table(table, "sizes", arena);
    for (int i = 0; i < CLIENTS; i++) dt_config_set_number(list, NULL, i + 1, arena);
    return table;
}

static dt_data rows(void) {
    float *x = dt_arena_take(arena, ROWS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    for (size_t i = 0; i < ROWS; i++) x[i] = 1;
    return (dt_data){ .shape = { 1, 2, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static dt_status answers(void *state, dt_worker *w) {
    (void)state;
    DT_TRY(dt_worker_fetch(w));
    return dt_worker_submit(w, NULL);
}

/* Every round asks for two of four, and the weights of a round are counted by client. */
static dt_status counts(dt_server *s, const char *sample) {
    dt_cohort cohort = { .fraction = 0.5, .overselect = 1, .sample = sample };
    bool by_size = strcmp(sample, "size") == 0;
    double weight[CLIENTS] = { 0 }, distance;
    dt_cohort_open(&cohort, s);
    while (dt_server_goes_on(s)) {
        double all = 0;
        DT_TRY(dt_cohort_round(&cohort, s, answers, NULL, NULL));
        for (size_t i = 0; i < s->updates; i++) all += s->update[i].size;
        if (by_size ? all != 2 : s->updates != 2) return dt_fail(DT_EAUDIT, "%zu updates of weight %g", s->updates, all);
        for (size_t i = 0; i < s->updates; i++) weight[s->update[i].rank] += by_size ? s->update[i].size / all : 0.5;
        DT_TRY(dt_server_merge(s, &distance));
        DT_TRY(dt_server_mark(s, distance));
    }
    dt_server_finish(s);
    for (size_t k = 0; k < CLIENTS; k++) {
        double share = by_size ? (double)(k + 1) / ROWS : 1.0 / CLIENTS, sigma = sqrt(share * (1 - share) / 2 / ROUNDS);
        if (fabs(weight[k] / ROUNDS - share) > 4 * sigma) return dt_fail(DT_EAUDIT, "client %zu counts %g of %g", k, weight[k] / ROUNDS, share);
    }
    return DT_OK;
}

static dt_status by_size(void *state, dt_server *s) { (void)state; return counts(s, "size"); }
static dt_status uniformly(void *state, dt_server *s) { (void)state; return counts(s, "uniform"); }

static void serving(dt_status (*serve)(void *state, dt_server *s)) {
    dt_data data = rows();
    const dt_strategy_type type = { .is.name = "counts", .serve = serve };
    const stage_log *log = stage_run((stage_choice){ .type = &type, .model = pick(arena, "logistic", NULL),
                                                     .optimiser = pick(arena, "sgd", NULL), .data = &data, .workers = CLIENTS,
                                                     .split = sizes(), .stop.rounds = ROUNDS, .every.rounds = ROUNDS });
    if (log->status != DT_OK) fail_msg("%s", log->reason);
}

static void clients_chosen_by_size_weigh_as_much_as_they_have_samples(void **fixture) {
    (void)fixture;
    serving(by_size);
}

static void clients_chosen_uniformly_are_chosen_equally_often(void **fixture) {
    (void)fixture;
    serving(uniformly);
}

static void as_many_take_part_as_the_share_says_and_one_at_least(void **fixture) {
    (void)fixture;
    const struct { double fraction, overselect; size_t clients, least, most; } cases[] = {
        { 0.1, 1, 100, 10, 10 }, { 0, 1, 7, 1, 1 }, { 0.3, 1.5, 10, 3, 5 }, { 1, 1, 5, 5, 5 }, { 0.29, 2, 100, 29, 58 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dt_cohort c = { .fraction = cases[i].fraction, .overselect = cases[i].overselect };
        assert_int_equal(dt_cohort_least(&c, cases[i].clients), cases[i].least);
        assert_int_equal(dt_cohort_most(&c, cases[i].clients), cases[i].most);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_chosen_by_size_weigh_as_much_as_they_have_samples),
        cmocka_unit_test(clients_chosen_uniformly_are_chosen_equally_often),
        cmocka_unit_test(as_many_take_part_as_the_share_says_and_one_at_least),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
