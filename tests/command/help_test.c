/* help_test.c - help has an answer for every name that a scenario, a claim or a command line may contain: the entry itself, no
 * name that is near it. */
#include "tests/test.h"
#include "base/foreign.h"
#include "command/help.h"
#include <stdlib.h>
#include <unistd.h>

typedef struct known { dt_arena *arena; dt_help help; int out; size_t asked; } known;

/* What help prints is not looked at here. */
static int begin(void **fixture) {
    known *k = calloc(1, sizeof *k);
    dt_line line = { 0 };
    k->arena = dt_arena_new(1 << 20);
    fflush(stdout);
    k->out = dup(STDOUT_FILENO);
    if (freopen("/dev/null", "w", stdout) == NULL) return 1;
    *fixture = k;
    return dt_help_open(&line, &k->help, k->arena) != DT_OK;
}

static int end(void **fixture) {
    known *k = *fixture;
    fflush(stdout);
    dup2(k->out, STDOUT_FILENO);
    close(k->out);
    dt_arena_free(k->arena);
    free(k);
    return 0;
}

static void answer(known *k, const char *word, dt_help_found least) {
    size_t others = 0;
    dt_help_found found = dt_help_word(&k->help, word, &others);
    if (found < least) fail_msg("dtsim help %s finds no entry of that name", word);
    k->asked++;
}

static void answers(known *k, const char *front, const dt_param *table, dt_help_found least) {
    for (const dt_param *p = table; p != NULL && p->name != NULL; p++) {
        answer(k, front[0] == '\0' ? p->name : dt_arena_text(k->arena, "%s.%s", front, p->name), least);
        if (p->inner != NULL) answers(k, dt_arena_text(k->arena, "%s.%s", front, p->name), p->inner, least);
    }
}

static void of_room(known *k, const char *front, const dt_room *room) {
    answers(k, front, room->common, DT_HELP_WHOLE);
    for (size_t i = 0; i < room->count; i++) answers(k, front, room->entries[i]->params, DT_HELP_WHOLE);
}

static void every_key_of_a_scenario_has_its_entry(void **fixture) {
    known *k = *fixture;
    answers(k, "", dt_plan_params, DT_HELP_WHOLE);
    answer(k, "platform", DT_HELP_WHOLE);
    for (size_t i = 0; dt_command_keys[i][0] != NULL; i++) answer(k, dt_command_keys[i][0], DT_HELP_WHOLE);
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) {
        answer(k, s->key, DT_HELP_WHOLE);
        answers(k, s->key, s->params, DT_HELP_WHOLE);
        if (s->room != NULL) of_room(k, s->key, s->room);
    }
    of_room(k, "platform", k->help.rooms[0]);
    of_room(k, "compute.seconds", &dt_distribution_room);
    of_room(k, "faults.crash", &dt_distribution_room);
    answer(k, "faults.links.bandwidth.begin", DT_HELP_WHOLE);
    answer(k, "faults.availability.on.mean", DT_HELP_WHOLE);
    assert_in_range(k->asked, 300, 4000);
}

static void every_member_of_a_room_has_its_entry(void **fixture) {
    known *k = *fixture;
    for (const dt_room *const *room = k->help.rooms; *room != NULL; room++) {
        answer(k, (*room)->name, DT_HELP_WHOLE);
        for (size_t i = 0; i < (*room)->count; i++) {
            answer(k, (*room)->entries[i]->name, DT_HELP_WHOLE);
            answer(k, dt_arena_text(k->arena, "%s.%s", (*room)->name, (*room)->entries[i]->name), DT_HELP_WHOLE);
            answers(k, (*room)->entries[i]->name, (*room)->entries[i]->params, DT_HELP_WHOLE);
            answers(k, (*room)->entries[i]->name, (*room)->common, DT_HELP_WHOLE);
        }
    }
}

static void of_table(known *k, const dt_ledger *t) {
    answer(k, t->name, DT_HELP_COLUMN);
    for (const dt_column *c = t->columns; c->name != NULL; c++) {
        answer(k, c->name, DT_HELP_COLUMN);
        answer(k, dt_arena_text(k->arena, "%s.%s", t->name, c->name), DT_HELP_COLUMN);
    }
}

static void of_evaluations(known *k, const dt_metric *list) {
    for (const dt_metric *m = list; m != NULL && m->is.name != NULL; m++) {
        answer(k, m->is.name, DT_HELP_COLUMN);
        answer(k, dt_arena_text(k->arena, "evaluations.%s", m->is.name), DT_HELP_COLUMN);
    }
}

static void every_column_that_a_run_leaves_has_its_entry(void **fixture) {
    known *k = *fixture;
    of_evaluations(k, dt_metrics);
    of_evaluations(k, dt_metrics_own);
    of_evaluations(k, dt_metrics_each);
    of_evaluations(k, dt_metrics_private);
    of_evaluations(k, dt_metrics_secure);
    for (const dt_plan_table *n = dt_plan_tables; n->is.name != NULL; n++) of_table(k, &n->is);
    for (size_t i = 0; i < dt_strategy_room.count; i++) {
        const dt_strategy_type *type = dt_strategy_of(dt_strategy_room.entries[i]);
        of_evaluations(k, type->columns);
        for (const dt_metric *m = type->columns; m != NULL && m->is.name != NULL; m++)
            answer(k, dt_arena_text(k->arena, "stop.%s", m->is.name), DT_HELP_WHOLE);
        for (const dt_ledger *t = type->tables; t != NULL && t->name != NULL; t++) of_table(k, t);
    }
}

static void every_command_and_every_option_has_its_entry(void **fixture) {
    known *k = *fixture;
    dt_help_option o;
    for (const dt_command_type *c = dt_command_types; c->name != NULL; c++) {
        answer(k, c->name, DT_HELP_PAGE);
        for (size_t i = 0; c->act != NULL && dt_line_option(c, i, &o); i++) {
            answer(k, o.name, DT_HELP_CALLED);
            answer(k, o.name + strspn(o.name, "-"), DT_HELP_CALLED);
        }
        assert_true(dt_help_options(stdout, &k->help, c->name) > 0);
    }
}

/* Where name has several words, such as "exit status 2", each is a word of the line. */
static void walked(void *owner, const char *name, const char *kind, const char *path, const char *brief) {
    known *k = owner;
    if (strcmp(kind, "page") == 0) answer(k, name, DT_HELP_PAGE);
    else answer(k, name, DT_HELP_COLUMN);
    if (path[0] != '\0' && kind[0] != '\0') answer(k, path, DT_HELP_COLUMN);
    if (brief == NULL || brief[0] == '\0') fail_msg("%s has no sentence", name);
}

static void every_name_that_a_search_finds_has_its_entry(void **fixture) {
    known *k = *fixture;
    dt_help_walk(&k->help, walked, k);
    for (const dt_foreign *f = dt_foreigns; f->theirs != NULL; f++) answer(k, f->theirs, DT_HELP_TERM);
    for (const dt_term *t = dt_glossary; t->word != NULL; t++) answer(k, t->word, DT_HELP_TERM);
}

static void a_word_that_only_resembles_a_name_has_none(void **fixture) {
    known *k = *fixture;
    static const char *const words[] = { "perod", "strategy.perod", "faults.links.bandwidht", "--shar", "dt.swep", "results:wher",
                                         "workers.wait", "stop.nothing", "period.strategy", "checkpoi", ".", "..", "strategy.", ".period" };
    size_t others = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (dt_help_word(&k->help, words[i], &others) != DT_HELP_NOTHING) fail_msg("help takes \"%s\" for a name", words[i]);
}

/* What papers and other programs call what is here. */
static void words_of_papers_and_of_other_programs_lead_somewhere(void **fixture) {
    known *k = *fixture;
    static const char *const words[] = {
        "DRACO", "gradient coding", "gradient codes", "coded computation", "straggler mitigation", "parameter server asynchronous",
        "asynchronous parameter server", "SecAgg", "Shamir", "pairwise masks", "RDP", "Renyi", "moments accountant", "DP-SGD",
        "local differential privacy", "target_epsilon", "target_delta", "multikrum", "coordinate median", "coordinate-wise median",
        "sign flipping", "poisoning", "malicious", "adversary", "client drift", "normalized averaging", "speculative execution",
        "cpu load", "adaptive_sync", "server_learning_rate", "server_lr", "server_optimizer", "failover", "server failure", "DSSP",
        "Flower", "DistBelief", "downpour", "SyncReplicasOptimizer", "replicas_to_aggregate", "KVStore", "dist_async",
        "late_updates", "late_bytes", "fingerprint", "reason", "Byzantine worker", "liar", "gradient code", "word",
        "differential privacy", "secure aggregation", "server optimiser", "backup task" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) answer(k, words[i], DT_HELP_TERM);
}

static void a_word_of_others_stands_for_one_thing(void **fixture) {
    (void)fixture;
    for (const dt_foreign *f = dt_foreigns; f->theirs != NULL; f++) {
        for (const dt_foreign *before = dt_foreigns; before < f; before++)
            if (strcmp(before->theirs, f->theirs) == 0) fail_msg("%s stands in the table twice", f->theirs);
        const char *said = dt_foreign_key(f->theirs, NULL);
        if (strncmp(said, "; write ", 8) != 0 || strcmp(said + strlen(said) - 8, " instead") != 0) fail_msg("%s: \"%s\"", f->theirs, said);
    }
    assert_string_equal(dt_foreign_key("epochs", "5"), "; write stop = { epochs = 5 } instead");
    assert_string_equal(dt_foreign_key("Num-Workers", "[1,2]"), "; write workers = ... instead");
    assert_string_equal(dt_foreign_value("strategy", "\"DDP\""), "; write system = \"ddp\" instead");
    assert_string_equal(dt_foreign_value("servers", "4"), "; write servers = { count = 4 } instead");
    assert_string_equal(dt_foreign_value("servers", "many"), "");
    assert_string_equal(dt_foreign_value("strateg", "y=ddp"), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_key_of_a_scenario_has_its_entry, begin, end),
        cmocka_unit_test_setup_teardown(every_member_of_a_room_has_its_entry, begin, end),
        cmocka_unit_test_setup_teardown(every_column_that_a_run_leaves_has_its_entry, begin, end),
        cmocka_unit_test_setup_teardown(every_command_and_every_option_has_its_entry, begin, end),
        cmocka_unit_test_setup_teardown(every_name_that_a_search_finds_has_its_entry, begin, end),
        cmocka_unit_test_setup_teardown(words_of_papers_and_of_other_programs_lead_somewhere, begin, end),
        cmocka_unit_test_setup_teardown(a_word_of_others_stands_for_one_thing, begin, end),
        cmocka_unit_test_setup_teardown(a_word_that_only_resembles_a_name_has_none, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
