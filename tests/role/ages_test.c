/* ages_test.c - no merged update is forgotten, whatever the time it comes at: by its age, and by the stretch of time. */
#include "tests/test.h"
#include "base/rng.h"
#include "role/ages.h"
#include <gsl/gsl_randist.h>
#include <limits.h>

static dt_arena *run;

/* Sum of all windows; every one that is in use is checked. */
static dt_age_window all_of(const dt_ages *a) {
    dt_age_window all = { .least = LONG_MAX };
    for (size_t i = 0; i < DT_AGES_WINDOWS; i++) {
        const dt_age_window *w = &a->window[i];
        if (w->updates == 0) continue;
        assert_true(w->least * w->updates <= w->sum && w->sum <= w->most * w->updates);
        all.updates += w->updates;
        all.sum += w->sum;
        all.least = w->least < all.least ? w->least : all.least;
        all.most = w->most > all.most ? w->most : all.most;
    }
    return all;
}

static void windows_hold_the_updates_of_their_time(void **fixture) {
    dt_ages a = { 0 };
    (void)fixture;
    for (long i = 0; i < 1000; i++) dt_ages_add(&a, (double)i, i < 500 ? 2 : i % 3, 1, run);
    assert_true(a.width == 8);                  /* 64 s would be too short for 128 windows of 4 s, and 1000 s fit into 125 of 8 s */
    for (size_t i = 0; i < 125; i++) assert_int_equal(a.window[i].updates, 8);
    assert_int_equal(a.window[10].sum, 16);
    assert_int_equal(a.window[10].least, 2);
    assert_int_equal(a.window[10].most, 2);
    assert_int_equal(a.window[100].least, 0);
    assert_int_equal(a.window[100].most, 2);
    assert_int_equal(a.window[100].sum, 2 + 0 + 1 + 2 + 0 + 1 + 2 + 0);     /* 800 to 807, modulo 3 */
    assert_int_equal(a.window[125].updates, 0);
}

static void nothing_is_lost_when_windows_grow(void **fixture) {
    dt_ages a = { 0 };
    dt_rng *rng = dt_rng_stream(run, 1, 0, "test");
    long updates = 0, sum = 0, most = 0;
    (void)fixture;
    for (double now = 0; now < 1e7; now += gsl_ran_exponential(rng, 1 + now / 50)) {
        long age = gsl_rng_uniform_int(rng, 40) == 0 ? 1000 : (long)gsl_rng_uniform_int(rng, 9), many = 1 + age % 3;
        dt_ages_add(&a, now, age, many, run);
        updates += many;
        sum += many * age;
        most = age > most ? age : most;
        dt_age_window all = all_of(&a);
        assert_int_equal(all.updates, updates);
        assert_int_equal(all.sum, sum);
        assert_int_equal(all.most, most);
        assert_true(now < DT_AGES_WINDOWS * a.width);
    }
    long counted = 0, by_age = 0;
    for (size_t age = 0; age < a.count; age++) counted += a.merged[age], by_age += (long)age * a.merged[age];
    assert_int_equal(counted, updates);
    assert_int_equal(by_age, sum);
    assert_true(1e7 > DT_AGES_WINDOWS * a.width / 2 - 1e6);     /* they are no longer than they must be */
}

static void the_future_is_told_apart(void **fixture) {
    dt_ages a = { 0 };
    (void)fixture;
    dt_ages_add(&a, 1, 0, 3, run);
    assert_false(dt_ages_differ(&a));
    dt_ages_add(&a, 2, -1, 2, run);
    assert_int_equal(a.from_future, 2);
    assert_int_equal(all_of(&a).updates, 3);
    assert_false(dt_ages_differ(&a));
    dt_ages_add(&a, 3, 1, 1, run);
    assert_true(dt_ages_differ(&a));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_hold_the_updates_of_their_time),
        cmocka_unit_test(nothing_is_lost_when_windows_grow),
        cmocka_unit_test(the_future_is_told_apart),
    };
    run = dt_arena_new(1 << 16);
    int failed = cmocka_run_group_tests_name("ages", tests, NULL, NULL);
    dt_arena_free(run);
    return failed;
}
