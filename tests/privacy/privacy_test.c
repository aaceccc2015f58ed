/* privacy_test.c - clipping, noise and the clip norm of next rounds, worked out by hand. */
#include "tests/test.h"
#include "privacy/privacy.h"
#include <math.h>

static dt_privacy opened(const char *json, size_t expected, dt_arena *run) {
    dt_privacy p;
    dt_config *node;
    assert_ok(dt_config_parse(json, &node, run));
    assert_ok(dt_privacy_open(&p, node, expected, 7, run));
    return p;
}

static void an_update_is_shortened_to_the_norm_and_keeps_its_direction(void **fixture) {
    (void)fixture;
    const float base[] = { 1, 2 };
    float far[] = { 4, 6 }, near[] = { 1.3f, 2.4f };
    assert_near(dt_privacy_clip(far, base, 2, 2.5), 5, 1e-6);
    assert_near(far[0], 2.5, 1e-6);
    assert_near(far[1], 4, 1e-6);
    assert_near(dt_privacy_clip(near, base, 2, 2.5), 0.5, 1e-6);
    assert_true(near[0] == 1.3f && near[1] == 2.4f);
}

static void a_model_that_did_not_change_stays(void **fixture) {
    (void)fixture;
    const float base[] = { 1, 2 };
    float x[] = { 1, 2 };
    assert_true(dt_privacy_clip(x, base, 2, 1) == 0 && x[0] == 1 && x[1] == 2);
}

/* Else one client would undo the bound, and the model with it. */
static void an_update_that_is_no_number_is_clipped_to_no_change(void **fixture) {
    (void)fixture;
    const float base[] = { 1, 2 };
    const float wrong[] = { NAN, INFINITY, -INFINITY };
    for (int i = 0; i < 3; i++) {
        float x[] = { 4, wrong[i] }, y[] = { wrong[i], 0 };
        assert_true(dt_privacy_clip(x, base, 2, 2.5) > 2.5 && x[0] == 1 && x[1] == 2);
        assert_true(dt_privacy_clip(y, NULL, 2, 2.5) > 2.5 && y[0] == 0 && y[1] == 0);
    }
}

static void noise_has_its_deviation(void **fixture) {
    (void)fixture;
    enum { N = 100000 };
    dt_arena *run = dt_arena_new(0);
    float *x = dt_arena_take(run, N, sizeof *x);
    double mean = 0, square = 0;
    dt_privacy_blur(dt_rng_stream(run, 1, 0, "test"), 3, x, N);
    for (size_t i = 0; i < N; i++) {
        mean += x[i] / N;
        square += (double)x[i] * x[i] / N;
    }
    assert_near(mean, 0, 5 * 3 / sqrt(N));
    assert_near(sqrt(square), 3, 5 / sqrt(2.0 * N));
    dt_arena_free(run);
}

/* Of ten equal clients each moves the mean by C / 10; noise of z C on the sum is z C / 10 on the mean. */
static void the_server_adds_noise_for_the_heaviest_client(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_privacy p = opened("{\"name\": \"central\", \"clip_norm\": 4, \"noise_multiplier\": 0.5}", 10, run);
    assert_near(dt_privacy_of_mean(&p, &(dt_privacy_mean){ 10, 0, 0.1, 0.1, 0.2 }), 0.2, 1e-12);
    assert_near(dt_privacy_of_mean(&p, &(dt_privacy_mean){ 10, 0, 0.3, 0.1, 0.2 }), 0.6, 1e-12);
    assert_true(dt_privacy_of_client(&p, 4) == 0);
    dt_arena_free(run);
}

static double spent_on(dt_privacy *p, const dt_privacy_mean *m) {
    dt_privacy_release(p, m);
    return dt_privacy_epsilon(p);
}

/* If all come, the parts are the noise of the server; if a quarter comes, half the noise: what a multiplier of half costs. */
static void parts_of_clients_are_the_whole_and_who_is_missing_is_counted(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_privacy central = opened("{\"name\": \"central\", \"noise_multiplier\": 2}", 16, run), less = opened("{\"name\": \"central\", \"noise_multiplier\": 1}", 16, run);
    dt_privacy all = opened("{\"name\": \"distributed\", \"noise_multiplier\": 2}", 16, run), some = opened("{\"name\": \"distributed\", \"noise_multiplier\": 2}", 16, run);
    assert_near(dt_privacy_of_client(&all, 3), 1.5, 1e-12);
    assert_true(dt_privacy_of_mean(&all, &(dt_privacy_mean){ 16, 0, 1 / 16.0, 1 / 16.0, 0.2 }) == 0);
    double wanted = spent_on(&central, &(dt_privacy_mean){ 16, 0, 1 / 16.0, 1 / 16.0, 0.2 });
    assert_near(spent_on(&all, &(dt_privacy_mean){ 16, 0, 1 / 16.0, 1 / 16.0, 0.2 }), wanted, 1e-12);
    wanted = spent_on(&less, &(dt_privacy_mean){ 4, 0, 0.25, 0.25, 0.2 });
    assert_near(spent_on(&some, &(dt_privacy_mean){ 4, 0, 0.25, 0.25, 0.2 }), wanted, 1e-12);
    dt_arena_free(run);
}

/* With hardly any noise on the bits:  C e^(-rate (b - quantile)). */
static void the_clip_norm_follows_the_quantile(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_privacy p = opened("{\"name\": \"adaptive_clip\", \"clip_norm\": 2, \"noise_multiplier\": 1e-9, \"quantile\": 0.5, \"rate\": 0.2}", 10, run);
    dt_privacy_release(&p, &(dt_privacy_mean){ 10, 2, 0.1, 0.1, 1 });
    assert_near(p.clip, 2 * exp(-0.2 * (0.8 - 0.5)), 1e-7);
    dt_arena_free(run);
}

/* z^-2 = z_sum^-2 + (2 z_b)^-2, and what is accounted for is z. */
static void the_bits_take_their_share_of_the_privacy(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_privacy p = opened("{\"name\": \"adaptive_clip\", \"noise_multiplier\": 1.5, \"share\": 0.19}", 10, run), central = opened("{\"name\": \"central\", \"noise_multiplier\": 1.5}", 10, run);
    dt_privacy_mean m = { 10, 5, 0.1, 0.1, 0.3 };
    double sum = dt_privacy_of_mean(&p, &m) * 10, bits = 1.5 / (2 * sqrt(0.19));
    assert_near(sum, 1.5 / 0.9, 1e-12);
    assert_near(1 / (sum * sum) + 1 / (4 * bits * bits), 1 / (1.5 * 1.5), 1e-12);
    assert_near(spent_on(&p, &m), spent_on(&central, &m), 1e-12);
    dt_arena_free(run);
}

static void without_noise_there_is_no_epsilon(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    for (size_t i = 0; i < dt_privacy_room.count; i++) {
        dt_privacy p = opened(dt_arena_text(run, "{\"name\": \"%s\", \"noise_multiplier\": 0}", dt_privacy_room.entries[i]->name), 4, run);
        assert_true(dt_privacy_epsilon(&p) == 0);
        assert_true(isnan(spent_on(&p, &(dt_privacy_mean){ 4, 1, 0.25, 0.25, 0.5 })));
    }
    dt_arena_free(run);
}

int main(void) {
    dt_base_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_update_is_shortened_to_the_norm_and_keeps_its_direction),
        cmocka_unit_test(a_model_that_did_not_change_stays),
        cmocka_unit_test(an_update_that_is_no_number_is_clipped_to_no_change),
        cmocka_unit_test(noise_has_its_deviation),
        cmocka_unit_test(the_server_adds_noise_for_the_heaviest_client),
        cmocka_unit_test(parts_of_clients_are_the_whole_and_who_is_missing_is_counted),
        cmocka_unit_test(the_clip_norm_follows_the_quantile),
        cmocka_unit_test(the_bits_take_their_share_of_the_privacy),
        cmocka_unit_test(without_noise_there_is_no_epsilon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
