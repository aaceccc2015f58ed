/* near_test.c - the nearest name to a mistyped one, and what is said of it. */
#include "tests/test.h"
#include "base/near.h"

static void a_typo_finds_its_name(void **fixture) {
    (void)fixture;
    const char *const names[] = { "localsgd", "adacomm", "fedavg", "gossip", "sgd" };
    const struct { const char *word, *wanted; } known[] = {
        { "localsdg", "localsgd" }, { "fedvag", "fedavg" }, { "gosip", "gossip" }, { "sgd", "sgd" }, { "sgdd", "sgd" },
        { "adacom", "adacomm" },    { "zebra", NULL },      { "", NULL },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *near = dt_nearest(known[i].word, names, 5);
        if (known[i].wanted == NULL) assert_null(near);
        else assert_string_equal(near, known[i].wanted);
    }
    assert_null(dt_nearest("x", names, 0));
    assert_null(dt_nearest("file", (const char *const[]){ "time", "path" }, 2));     /* half of its letters differ */
    char endless[200] = { [198] = 'x' };
    memset(endless, 'x', 198);
    assert_null(dt_nearest(endless, names, 5));
}

static void a_part_of_a_name_finds_it(void **fixture) {
    (void)fixture;
    const char *const names[] = { "strategy.period", "batch_size", "local_epochs", "seeds", "overselect" };
    const struct { const char *word, *wanted; } known[] = {
        { "batch", "batch_size" }, { "epochs", "local_epochs" }, { "over", "overselect" }, { "period", "strategy.period" },
        { "seed", "seeds" },       { "poch", NULL },             { "elect", NULL },        { "lo", NULL },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *near = dt_nearest(known[i].word, names, 5);
        if (known[i].wanted == NULL) assert_null(near);
        else assert_string_equal(near, known[i].wanted);
    }
}

static void the_end_of_a_sentence_names_it(void **fixture) {
    (void)fixture;
    const char *const names[] = { "ring", "torus" };
    assert_string_equal(dt_did_you_mean(dt_nearest("rign", names, 2)), "; did you mean \"ring\"?");
    assert_string_equal(dt_did_you_mean(dt_nearest("complete", names, 2)), "");
    assert_string_equal(dt_known("rign", names, 2), "; did you mean \"ring\"? (known are ring, torus)");
    assert_string_equal(dt_known("complete", names, 2), "; known are ring, torus");
}

static void however_many_names_there_are_it_ends(void **fixture) {
    (void)fixture;
    const char *names[300];
    for (size_t i = 0; i < 300; i++) names[i] = "a name like any other";
    assert_true(strlen(dt_known("complete", names, 300)) < 1000);
    assert_string_equal(dt_did_you_mean(NULL), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_typo_finds_its_name),
        cmocka_unit_test(a_part_of_a_name_finds_it),
        cmocka_unit_test(the_end_of_a_sentence_names_it),
        cmocka_unit_test(however_many_names_there_are_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
