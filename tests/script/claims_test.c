/* claims_test.c - claims are judged on a file of results, in the order of their texts. */
#include "tests/script/scene.h"
#include "record/record.h"
#include <math.h>

/* Results of two runs: what a sweep's file holds of them, as far as claims look. */
static const char *results_of(scene *s) {
    static const dt_column sweep[] = { { "id", DT_COLUMN_COUNT, "1", "" }, { "status", DT_COLUMN_TEXT, "", "" },
                                       { "strategy.period", DT_COLUMN_REAL, "1", "" },
                                       { "time_s", DT_COLUMN_REAL, "s", "" }, { "loss", DT_COLUMN_REAL, "1", "" } };
    static const dt_column marks[] = { { "time_s", DT_COLUMN_REAL, "s", "" }, { "round", DT_COLUMN_COUNT, "1", "" },
                                       { "loss", DT_COLUMN_REAL, "1", "" }, { "accuracy", DT_COLUMN_REAL, "1", "" } };
    static const dt_column ledger[] = { { "what", DT_COLUMN_TEXT, "", "" }, { "keys", DT_COLUMN_COUNT, "1", "" } };
    const char *path = dt_arena_text(s->arena, "%s/tau.h5", s->folder);
    dt_record *r;
    dt_record_table *t;
    assert_ok(dt_record_create(path, &r, s->arena));
    assert_ok(dt_record_table_new(r, "/sweep", sweep, 5, &t));
    for (int i = 0; i < 2; i++) {
        const dt_cell row[] = { { .count = i }, { .text = i == 0 ? "ok" : "diverged" }, { .real = i == 0 ? 1 : 4 },
                                { .real = 10 - i }, { .real = i == 0 ? 0.5 : (double)NAN } };
        assert_ok(dt_record_row(t, row));
    }
    assert_ok(dt_record_table_new(r, "/runs/0000/evaluations", marks, 4, &t));
    dt_record_column(t, 2, "loss", "low");
    dt_record_column(t, 3, "accuracy (%)", "high");
    for (int i = 0; i < 3; i++) {
        const dt_cell row[] = { { .real = i }, { .count = 10 * i }, { .real = 2 - 0.75 * i }, { .real = 0.1 * i } };
        assert_ok(dt_record_row(t, row));
    }
    assert_ok(dt_record_table_new(r, "/runs/0000/ledger", ledger, 2, &t));
    for (int i = 0; i < 2; i++)
        assert_ok(dt_record_row(t, (const dt_cell[]){ { .text = i == 0 ? "push" : "pull" }, { .count = 3 + i } }));
    assert_ok(dt_record_seal(r));
    return path;
}

static const char scenario[] = SCENE_HEAD
    "platform = 'lan', strategy = { 'localsgd', period = dt.sweep { 1, 4 } }, claims = {\n"
    "['b: it is so'] = function(r) return r[1].set['strategy.period'] == 1 and r[1].seed == 1 and #r == 2 and\n"
    "  r[1]['strategy.period'] == nil end,\n"
    "['a: found by value'] = function(r) return r:where { ['strategy.period'] = 4 }[1].id == 1 and\n"
    "  r:where { batch_size = 32 }[2].time_s == 9 and r:where { strategy = 'localsgd' }[1].status == 'ok' and\n"
    "  #r:where { ['platform.bandwidth'] = '10Gbps' } == 2 and #r:where { ['platform.bandwidth'] = 1.25e9 } == 2 and\n"
    "  not pcall(r.where, r, { ['platform.bandwidth'] = '10s' }) end,\n"
    "['c: soon'] = function(r) return r[1]:time_to { loss = 1.625 } == 1 and\n"
    "  r[1]:round_to { loss = 1.25 } == 10 and r[1]:round_to { loss = 1.2 } == 20 and r[1]:time_to { loss = 0.1 } == math.huge end,\n"
    "['d: it is not so'] = function(r) return r[1].loss > 1 end,\n"
    "['e: and why'] = function(r) return false, 'because' end,\n"
    "['f: no number'] = function(r) return r:median 'loss' < 1 end,\n"
    "['g: a mistake'] = function(r) return r[9].loss end,\n"
    "['h: no evaluations'] = function(r) return #r[2].evaluations.loss == 0 end,\n"
    "['i: no answer'] = function(r) end,\n"
    "['k: a table'] = function(r) local t = r[1]:table 'ledger' return t.keys[2] == 4 and t.what[1] == 'push' end,\n"
    "['l: another'] = function(r) return r[1]:table 'leger' end,\n"
    "['m: host'] = function(r) return r[1]:table 'host' end,\n"
    "['n: share'] = function(r) return r[1]:time_to { accuracy = 20 } end,\n"
    "['z: no such run'] = function(r) r[1].id, r[1].config = 99, nil return r[1].config end,\n"
    "} }";

static void claims_hold_or_are_broken_with_a_reason(void **fixture) {
    static const struct { const char *text; bool held; const char *reason; } wanted[] = {
        { "a: found by value", true, "" },      { "b: it is so", true, "" },
        { "c: soon", true, "" },                { "d: it is not so", false, "" },
        { "e: and why", false, "because" },     { "f: no number", false, "run 1 has no number loss (status diverged)" },
        { "g: a mistake", false, "attempt to index" },  { "h: no evaluations", false, "run 1 has no table evaluations" },
        { "i: no answer", false, "got nil" },  { "k: a table", true, "" },             { "l: another", false, "run 0 has no table leger; did you mean \"ledger\"?" },
        { "m: host", false, "run 0 has no table host; known are evaluations, ledger" },
        { "n: share", false, "accuracy: expected a share such as 0.7, got 20" },
        { "z: no such run", false, "there is no run 99" },
    };
    scene *s = *fixture;
    dt_claim *claim;
    size_t count;
    assert_ok(scene_load(s, scenario));
    assert_ok(s->plan.claims(s->plan.claims_owner, &s->plan, results_of(s), &claim, &count, s->arena));
    assert_int_equal(count, 14);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(claim[i].text, wanted[i].text);
        if (claim[i].held != wanted[i].held || strstr(claim[i].reason, wanted[i].reason) == NULL)
            fail_msg("%s: %s, \"%s\"", claim[i].text, claim[i].held ? "held" : "broken", claim[i].reason);
    }
    for (size_t i = 0; i < 4; i++) assert_string_equal(claim[i].reason, "");
}

static void results_that_are_not_there_are_named(void **fixture) {
    scene *s = *fixture;
    dt_claim *claim;
    size_t count;
    assert_ok(scene_load(s, scenario));
    assert_refused(s->plan.claims(s->plan.claims_owner, &s->plan, "gone.h5", &claim, &count, s->arena), DT_ENOTFOUND, "gone.h5");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(claims_hold_or_are_broken_with_a_reason),
        TEST(results_that_are_not_there_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
