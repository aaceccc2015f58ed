/* quantity_test.c - quantities take the unit that suits their size. */
#include "tests/test.h"
#include "base/quantity.h"
#include <math.h>

static void the_unit_follows_the_size(void **fixture) {
    char text[32];
    (void)fixture;
    assert_string_equal(dt_quantity_seconds(0, text), "0 s");
    assert_string_equal(dt_quantity_seconds(0.01234, text), "12.3 ms");
    assert_string_equal(dt_quantity_seconds(599, text), "599 s");
    assert_string_equal(dt_quantity_seconds(600, text), "10.0 min");
    assert_string_equal(dt_quantity_seconds(2 * 86400, text), "2.00 d");
    assert_string_equal(dt_quantity_bytes(4.56e9, text), "4.56 GB");
    assert_string_equal(dt_quantity_bytes(999, text), "999 B");
    assert_string_equal(dt_quantity_joules(-1500, text), "-1.50 kJ");
}

static void what_is_not_known_is_a_dash(void **fixture) {
    char text[32];
    (void)fixture;
    assert_string_equal(dt_quantity_seconds(NAN, text), "-");
    assert_string_equal(dt_quantity_bytes(HUGE_VAL, text), "-");
}

static void digits_are_as_many_as_tell_the_numbers_apart(void **fixture) {
    dt_arena *arena = dt_arena_new(1 << 10);
    char text[32];
    (void)fixture;
    assert_int_equal(dt_quantity_digits((double[]){ 20, 10, NAN, 10 }, 4, "s", 3, arena), 3);
    assert_int_equal(dt_quantity_digits((double[]){ 10.01, 20, 10 }, 3, "s", 3, arena), 4);
    assert_int_equal(dt_quantity_digits((double[]){ 1, 1 + 0x1p-52 }, 2, "B/s", 3, arena), 17);
    assert_int_equal(dt_quantity_digits((double[]){ 1234567, 1234568 }, 2, "1", 6, arena), 7);
    assert_int_equal(dt_quantity_digits(NULL, 0, "s", 3, arena), 3);
    assert_string_equal(dt_quantity_text(1.5e6, "B/s", 5, text), "1.5000 MB/s");
    assert_string_equal(dt_quantity_text(0, "B", 5, text), "0 B");
    assert_string_equal(dt_quantity_text(1234567, "1", 7, text), "1234567");
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_unit_follows_the_size),
        cmocka_unit_test(what_is_not_known_is_a_dash),
        cmocka_unit_test(digits_are_as_many_as_tell_the_numbers_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
