/* unit_test.c - quantities with units. */
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

static void sizes_and_rates_are_read_in_every_usual_spelling(void **fixture) {
    (void)fixture;
    const struct { const char *text, *unit; double value; } known[] = {
        { "3MiBps", "B/s", 3 * 1048576.0 }, { "3MiB/s", "B/s", 3 * 1048576.0 }, { "8Mbit/s", "B/s", 1e6 },
        { "8kbit/s", "B/s", 1e3 },          { "8Gbit/s", "B/s", 1e9 },          { "2MB/s", "B/s", 2e6 },
        { "2kB/s", "B/s", 2e3 },            { "2TB/s", "B/s", 2e12 },           { "10Gb/s", "B/s", 1.25e9 },
        { "64Kbps", "B/s", 8e3 },           { "8Mibps", "B/s", 1048576 },       { "9.4Gbits/sec", "B/s", 1.175e9 },
        { "16MBit/s", "B/s", 2e6 },         { "1GiB/s", "B/s", 1073741824 },    { "3B/s", "B/s", 3 },
        { "16bit/s", "B/s", 2 },            { "5 KiBps", "B/s", 5120 },         { "0.5Pbps", "B/s", 6.25e13 },
        { "1KiB", "B", 1024 },              { "3 TiB", "B", 3 * 0x1p40 },       { "4bit", "B", 0.5 },
        { "8Mbit", "B", 1e6 },              { "1Gibit", "B", 0x1p27 },          { "1500 bytes", "B", 1500 },
        { "2PB", "B", 2e15 },               { "25\u00b5s", "s", 25e-6 },        { "2sec", "s", 2 },
        { "312Tflop/s", "flop/s", 312e12 }, { "19.5TFLOPS", "flop/s", 19.5e12 }, { "2Ef", "flop/s", 2e18 },
        { "1kWh", "J", 3.6e6 },             { "2MJ", "J", 2e6 },                { "1.5MW", "W", 1.5e6 },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double value = 0;
        assert_ok(dt_unit_read(known[i].text, known[i].unit, &value));
        assert_near(value / known[i].value, 1, 1e-15);
    }
}

/* Each has been written for two quantities, or is one of another kind. */
static void an_ambiguous_spelling_is_refused_with_those_that_are_known(void **fixture) {
    (void)fixture;
    double value;
    const char *const bad[][3] = {
        { "64KB", "B", "kB" },       { "5Mb", "B", "Mbit" },       { "5MBytes", "B", "MiB" },  { "5mB", "B", "MB" },
        { "5MBps", "B", "MiB" },     { "64KB/s", "B/s", "KiB/s" }, { "100mbps", "B/s", "Mbps" }, { "1gbps", "B/s", "Gbps" },
        { "1Gbit", "B/s", "Gbps" },  { "5kis", "s", "ms" },        { "3kmin", "s", "min" },    { "3m", "s", "min" },
        { "5MiBB", "B", "MiB" },  { 0 },
    };
    for (size_t i = 0; bad[i][2] != NULL; i++)
        assert_refused(dt_unit_read(bad[i][0], bad[i][1], &value), DT_EINVAL, bad[i][2]);
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
    assert_refused(dt_unit_read("5MB", "1", &value), DT_EINVAL, "expected a number, got \"5MB\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantities_are_read_into_base_units),
        cmocka_unit_test(sizes_and_rates_are_read_in_every_usual_spelling),
        cmocka_unit_test(an_ambiguous_spelling_is_refused_with_those_that_are_known),
        cmocka_unit_test(what_is_no_quantity_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
