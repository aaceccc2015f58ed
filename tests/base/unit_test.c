/* unit_test.c - quantities with units, and the nearest name. */
#include "tests/test.h"
#include "base/param.h"

static void quantities_are_read_into_base_units(void **fixture) {
    (void)fixture;
    const struct { const char *text, *unit; double value; } known[] = {
        { "25Gbps", "B/s", 3.125e9 }, { "8bps", "B/s", 1 },        { "1.5MBps", "B/s", 1.5e6 },
        { "40ms", "s", 0.04 },        { "2h", "s", 7200 },         { "100 Mbps", "B/s", 12.5e6 },
        { "5us", "s", 5e-6 },         { "1e3ns", "s", 1e-6 },      { "3min", "s", 180 },
        { "1d", "s", 86400 },         { "3Gf", "flop/s", 3e9 },    { "2.5Tf", "flop/s", 2.5e12 },
        { "5MB", "B", 5e6 },          { "4KiB", "B", 4096 },       { "1GiB", "B", 1073741824 },
        { "3.6Wh", "J", 12960 },      { "2kJ", "J", 2000 },        { "500mW", "W", 0.5 },
        { "7", "s", 7 },              { "-2s", "s", -2 },          { "12", "1", 12 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double value = 0;
        assert_ok(dt_unit_read(known[i].text, known[i].unit, &value));
        assert_near(value / known[i].value, 1, 1e-15);
    }
}

static void what_is_no_quantity_is_refused(void **fixture) {
    (void)fixture;
    double value;
    const char *const bad[][2] = {
        { "", "s" },    { "ms", "s" },  { "40Ms", "s" },   { "40msec", "s" }, { "5MB", "s" },
        { "inf", "s" }, { "nan", "s" }, { "1e999s", "s" }, { "3 4s", "s" },   { "4GBPS", "B/s" },
        { "1e300Tbps", "B/s" }, { "-1e307h", "s" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(dt_unit_read(bad[i][0], bad[i][1], &value), DT_EINVAL, bad[i][1][0] == 's' ? "ms" : "Gbps");
    assert_refused(dt_unit_read("5MB", "1", &value), DT_EINVAL, "a number is needed");
}

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_are_read_into_base_units),
        cmocka_unit_test(what_is_no_quantity_is_refused),
        cmocka_unit_test(a_typo_finds_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
