/* trainings_test.c - one run of a group trains, the others wait and replay its tape; whatever becomes of either, nobody waits for ever. */
#include "tests/test.h"
#include "sweep/trainings.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUNS = 5 };      /* 0, 2 and 3 learn the same; 1 learns what no other run does; 4 cannot share */

static const uint64_t training[RUNS] = { 7, 8, 7, 7, 0 }, key[RUNS] = { 100, 101, 102, 103, 104 };

typedef struct scene { char folder[32]; dt_arena *arena; dt_place place; } scene;

static int begin(void **fixture) {
    scene *s = calloc(1, sizeof *s);
    strcpy(s->folder, "/tmp/dtsim-trainings-XXXXXX");
    if (mkdtemp(s->folder) == NULL) return -1;
    s->arena = dt_arena_new(1 << 16);
    *fixture = s;
    return dt_place_open(&s->place, dt_arena_text(s->arena, "%s/a.h5", s->folder), false, s->arena) == DT_OK ? 0 : -1;
}

/* What a test leaves beside the lock would stay in the folder. */
static int end(void **fixture) {
    scene *s = *fixture;
    dt_place_close(&s->place, false);
    int code = rmdir(s->folder);
    dt_arena_free(s->arena);
    free(s);
    return code;
}

static bool there(const char *path) { return access(path, F_OK) == 0; }

static void touch(const char *path) {
    int file = open(path, O_CREAT | O_WRONLY, 0666);
    assert_true(file >= 0);
    close(file);
}

static dt_trainings *trainings(scene *s) { return dt_trainings_open(training, key, RUNS, &s->place, s->arena); }

/* Begin a run, which must then do its part for the group; returns the tape that it writes or reads. */
static const char *starts(dt_trainings *g, size_t run, dt_trainings_part part) {
    assert_true(dt_trainings_ready(g, run));
    dt_trainings_work task = dt_trainings_task(g, run);
    assert_int_equal(task.part, part);
    assert_int_equal(task.tape != NULL, part != DT_ALONE);
    assert_int_equal(task.trained != NULL, part == DT_REPLAYS);
    dt_trainings_begin(g, run);
    assert_int_equal(dt_trainings_replays(g, run), part == DT_REPLAYS);
    return task.tape;
}

static void trains(dt_trainings *g, size_t run) {
    touch(starts(g, run, DT_TRAINS));
    assert_true(dt_trainings_ended(g, run, true));
}

static void others_wait_for_the_training_and_replay_it(void **fixture) {
    scene *s = *fixture;
    dt_trainings *g = trainings(s);
    assert_true(!dt_trainings_replays(g, 0) && dt_trainings_replays(g, 2) && dt_trainings_replays(g, 3) && !dt_trainings_replays(g, 1));
    touch(starts(g, 0, DT_TRAINS));
    assert_false(dt_trainings_ready(g, 2));
    assert_false(dt_trainings_ready(g, 3));
    assert_null(starts(g, 1, DT_ALONE));
    assert_null(starts(g, 4, DT_ALONE));
    assert_true(dt_trainings_ended(g, 4, true));
    assert_true(dt_trainings_ended(g, 0, true));
    const char *tape = starts(g, 2, DT_REPLAYS);
    assert_string_equal(dt_trainings_task(g, 3).trained, dt_keys_text(key[0], s->arena));
    assert_string_equal(starts(g, 3, DT_REPLAYS), tape);
    assert_true(dt_trainings_ended(g, 3, true));
    assert_true(there(tape));
    assert_true(dt_trainings_ended(g, 2, false));      /* a limit, say: it had the tape for itself */
    assert_false(there(tape));
}

static void the_next_run_trains_where_one_was_killed(void **fixture) {
    dt_trainings *g = trainings(*fixture);
    const char *half = starts(g, 0, DT_TRAINS);
    touch(half);
    assert_true(dt_trainings_ended(g, 0, false));
    assert_false(there(half));
    assert_true(!dt_trainings_replays(g, 2) && dt_trainings_replays(g, 3));
    trains(g, 2);
    starts(g, 3, DT_REPLAYS);
    assert_true(dt_trainings_ended(g, 3, true));
}

static void the_last_run_of_a_group_writes_no_tape(void **fixture) {
    dt_trainings *g = trainings(*fixture);
    for (size_t run = 0; run < 3; run += 2) {
        starts(g, run, DT_TRAINS);
        assert_true(dt_trainings_ended(g, run, false));
    }
    assert_null(starts(g, 3, DT_ALONE));
    assert_true(dt_trainings_ended(g, 3, true));
}

static void without_room_for_a_tape_every_run_computes_for_itself(void **fixture) {
    dt_trainings *g = trainings(*fixture);
    starts(g, 0, DT_TRAINS);
    assert_false(dt_trainings_ended(g, 0, true));
    for (size_t run = 2; run < 4; run++) {
        assert_false(dt_trainings_replays(g, run));
        starts(g, run, DT_ALONE);
    }
    for (size_t run = 2; run < 4; run++) assert_true(dt_trainings_ended(g, run, true));
}

static void a_run_that_the_tape_does_not_fit_computes_for_itself(void **fixture) {
    dt_trainings *g = trainings(*fixture);
    trains(g, 0);
    starts(g, 2, DT_REPLAYS);
    dt_trainings_misfit(g, 2);
    assert_false(dt_trainings_replays(g, 2));
    starts(g, 2, DT_ALONE);
    const char *tape = starts(g, 3, DT_REPLAYS);
    assert_true(dt_trainings_ended(g, 3, true));
    assert_false(there(tape));
    assert_true(dt_trainings_ended(g, 2, true));
}

static void a_tape_of_an_interrupted_sweep_is_used_and_others_go(void **fixture) {
    scene *s = *fixture;
    const char *mine = dt_place_tape(&s->place, dt_keys_text(7, s->arena), dt_keys_text(55, s->arena));
    const char *twin = dt_place_tape(&s->place, dt_keys_text(7, s->arena), dt_keys_text(56, s->arena));
    const char *other = dt_place_tape(&s->place, dt_keys_text(9, s->arena), dt_keys_text(57, s->arena));
    touch(mine);
    touch(twin);
    touch(other);
    dt_trainings *g = trainings(s);
    assert_true(there(mine) && !there(twin) && !there(other));
    assert_true(dt_trainings_replays(g, 0));
    assert_string_equal(starts(g, 0, DT_REPLAYS), mine);
    assert_string_equal(dt_trainings_task(g, 2).trained, dt_keys_text(55, s->arena));
    dt_trainings_clear(g);
    assert_false(there(mine));
}

/* Seeds innermost, 9 platforms outermost, and 7 runs at a time. */
static void of_270_runs_that_are_30_trainings_30_train(void **fixture) {
    enum { ALL = 270, LEARNT = 30, JOBS = 7 };
    scene *s = *fixture;
    uint64_t *of = dt_arena_take(s->arena, ALL, sizeof *of), *own = dt_arena_take(s->arena, ALL, sizeof *own);
    size_t under_way[JOBS] = { 0 }, runs = 0, ended = 0, trained = 0;
    bool *begun = dt_arena_take(s->arena, ALL, sizeof *begun);
    for (size_t i = 0; i < ALL; i++) {
        of[i] = 1 + i % LEARNT;
        own[i] = 1000 + i;
    }
    dt_trainings *g = dt_trainings_open(of, own, ALL, &s->place, s->arena);
    while (ended < ALL) {
        for (size_t i = 0; i < ALL && runs < JOBS; i++) {
            if (begun[i] || !dt_trainings_ready(g, i)) continue;
            dt_trainings_work work = dt_trainings_task(g, i);
            assert_int_not_equal(work.part, DT_ALONE);
            if (work.part == DT_TRAINS) touch(work.tape);
            else assert_true(there(work.tape));
            trained += work.part == DT_TRAINS;
            dt_trainings_begin(g, i);
            begun[i] = true;
            under_way[runs++] = i;
        }
        assert_true(runs > 0);      /* nobody waits for ever */
        assert_true(dt_trainings_ended(g, under_way[--runs], true));
        ended++;
    }
    assert_int_equal(trained, LEARNT);
}

static void where_a_tape_of_an_interrupted_sweep_does_not_fit_one_run_trains_anew(void **fixture) {
    scene *s = *fixture;
    const char *former = dt_place_tape(&s->place, dt_keys_text(7, s->arena), dt_keys_text(55, s->arena));
    touch(former);
    dt_trainings *g = trainings(s);
    starts(g, 0, DT_REPLAYS);
    starts(g, 2, DT_REPLAYS);
    dt_trainings_misfit(g, 2);
    assert_false(there(former));
    const char *tape = starts(g, 2, DT_TRAINS);
    touch(tape);
    dt_trainings_misfit(g, 0);
    assert_false(dt_trainings_ready(g, 0));
    assert_true(dt_trainings_ended(g, 2, true));
    for (size_t run = 0; run < 4; run += 3) {
        starts(g, run, DT_REPLAYS);
        assert_true(dt_trainings_ended(g, run, true));
    }
}

static void runs_that_are_finished_do_not_count(void **fixture) {
    scene *s = *fixture;
    const uint64_t left[RUNS] = { 0, 8, 0, 7, 0 };
    dt_trainings *g = dt_trainings_open(left, key, RUNS, &s->place, s->arena);
    for (size_t i = 0; i < RUNS; i++) assert_false(dt_trainings_replays(g, i));
    assert_null(starts(g, 3, DT_ALONE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(others_wait_for_the_training_and_replay_it, begin, end),
        cmocka_unit_test_setup_teardown(the_next_run_trains_where_one_was_killed, begin, end),
        cmocka_unit_test_setup_teardown(the_last_run_of_a_group_writes_no_tape, begin, end),
        cmocka_unit_test_setup_teardown(without_room_for_a_tape_every_run_computes_for_itself, begin, end),
        cmocka_unit_test_setup_teardown(a_run_that_the_tape_does_not_fit_computes_for_itself, begin, end),
        cmocka_unit_test_setup_teardown(a_tape_of_an_interrupted_sweep_is_used_and_others_go, begin, end),
        cmocka_unit_test_setup_teardown(of_270_runs_that_are_30_trainings_30_train, begin, end),
        cmocka_unit_test_setup_teardown(where_a_tape_of_an_interrupted_sweep_does_not_fit_one_run_trains_anew, begin, end),
        cmocka_unit_test_setup_teardown(runs_that_are_finished_do_not_count, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
