/* split_contract.c - every split gives each sample to exactly one worker or to all, and each worker at least one sample. */
#include "tests/test.h"
#include "split/split.h"
#include <time.h>

enum { CLASSES = 10 };

/* rows labels and owners without any order, one owner a row; classes 0: real targets. */
static dt_samples samples_of(size_t rows, size_t classes, dt_arena *arena) {
    float *y = dt_arena_take(arena, rows, sizeof *y);
    int32_t *owner = dt_arena_take(arena, rows, sizeof *owner);
    dt_rng *rng = dt_rng_stream(arena, 5, 0, "test");
    for (size_t i = 0; i < rows; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, CLASSES);
        owner[i] = (int32_t)(i * 7919 % rows);
    }
    return (dt_samples){ rows, classes, y, owner };
}

static dt_config *node_of(const char *name, dt_arena *arena) {
    dt_config *node = dt_config_new(arena);
    dt_config_set_text(node, NULL, name, arena);
    return node;
}

static bool copies(size_t entry) { return dt_split_of(dt_split_room.entries[entry])->copies; }

static void assert_copies(const dt_shards *s, size_t rows, size_t workers) {
    for (size_t w = 0; w < workers; w++) {
        assert_int_equal(s->start[w], w * rows);
        for (size_t i = 0; i < rows; i++) assert_int_equal(s->row[w * rows + i], i);
    }
    assert_int_equal(s->start[workers], workers * rows);
}

static void assert_partition(const dt_shards *s, size_t rows, size_t workers, dt_arena *arena) {
    unsigned char *seen = dt_arena_take(arena, rows, 1);
    assert_int_equal(s->workers, workers);
    assert_int_equal(s->distinct, rows);
    if (workers > 1 && s->start[workers] == workers * rows) {
        assert_copies(s, rows, workers);
        return;
    }
    assert_int_equal(s->start[0], 0);
    assert_int_equal(s->start[workers], rows);
    for (size_t w = 0; w < workers; w++) {
        assert_true(s->start[w] < s->start[w + 1]);
        for (size_t i = s->start[w]; i < s->start[w + 1]; i++) {
            assert_true(s->row[i] < rows && !seen[s->row[i]]++);
            assert_true(i == s->start[w] || s->row[i - 1] < s->row[i]);
        }
    }
}

static void every_sample_has_one_worker_and_every_worker_a_sample(void **fixture) {
    (void)fixture;
    static const size_t workers[] = { 1, 2, 3, 7, 10, 11, 64, 299, 300 };
    for (size_t e = 0; e < dt_split_room.count; e++)
        for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
            dt_arena *arena = dt_arena_new(0);
            dt_samples samples = samples_of(300, CLASSES, arena);
            dt_shards s;
            dt_config *node = node_of(dt_split_room.entries[e]->name, arena);
            assert_ok(dt_split_make(node, &samples, workers[i], 7, &s, arena));
            assert_partition(&s, 300, workers[i], arena);
            dt_arena_free(arena);
        }
}

/* With rows kept back the parts are those without, and own rows are of the same worker. */
static void rows_kept_back_are_taken_of_each_workers_own(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_split_room.count; e++) {
        dt_arena *arena = dt_arena_new(0);
        dt_samples samples = samples_of(500, CLASSES, arena);
        dt_shards whole, s, again;
        dt_config *node = node_of(dt_split_room.entries[e]->name, arena);
        assert_ok(dt_split_make(node, &samples, 10, 7, &whole, arena));
        assert_null(whole.own_start);
        dt_config_set_number(node, "own", 0.3, arena);
        if (copies(e)) {
            assert_refused(dt_split_make(node, &samples, 10, 7, &s, arena), DT_EINVAL, "the others train on");
            dt_arena_free(arena);
            continue;
        }
        assert_ok(dt_split_make(node, &samples, 10, 7, &s, arena));
        assert_ok(dt_split_make(node, &samples, 10, 7, &again, arena));
        assert_int_equal(s.start[10] + s.own_start[10], 500);
        for (size_t w = 0; w < 10; w++) {
            size_t i = s.start[w], k = s.own_start[w], kept = s.own_start[w + 1] - k, rows = whole.start[w + 1] - whole.start[w];
            assert_true(s.start[w + 1] > i && (kept == (size_t)(0.3 * (double)rows + 0.5) || rows == 1));
            for (size_t j = whole.start[w]; j < whole.start[w + 1]; j++) {
                bool own = k < s.own_start[w + 1] && s.own_row[k] == whole.row[j];
                if (own) k++;
                else assert_int_equal(s.row[i++], whole.row[j]);
            }
            assert_true(i == s.start[w + 1] && k == s.own_start[w + 1]);
        }
        assert_memory_equal(s.own_row, again.own_row, s.own_start[10] * sizeof *s.own_row);
        dt_arena_free(arena);
    }
}

static void the_seed_alone_decides(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_split_room.count; e++) {
        dt_arena *arena = dt_arena_new(0);
        dt_samples samples = samples_of(500, CLASSES, arena);
        dt_shards a, b, c;
        const char *name = dt_split_room.entries[e]->name;
        assert_ok(dt_split_make(node_of(name, arena), &samples, 13, 7, &a, arena));
        assert_ok(dt_split_make(node_of(name, arena), &samples, 13, 7, &b, arena));
        assert_ok(dt_split_make(node_of(name, arena), &samples, 13, 8, &c, arena));
        assert_memory_equal(a.start, b.start, 14 * sizeof *a.start);
        assert_memory_equal(a.row, b.row, 500 * sizeof *a.row);
        if (dt_split_of(dt_split_room.entries[e])->drawn) assert_memory_not_equal(a.row, c.row, 500 * sizeof *a.row);
        else assert_memory_equal(a.row, c.row, 500 * sizeof *a.row);
        dt_arena_free(arena);
    }
}

static void more_workers_than_samples_are_refused(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_split_room.count; e++) {
        dt_arena *arena = dt_arena_new(0);
        dt_samples samples = samples_of(5, CLASSES, arena);
        dt_shards s;
        dt_config *node = node_of(dt_split_room.entries[e]->name, arena);
        assert_refused(dt_split_make(node, &samples, 6, 7, &s, arena), DT_EINVAL, "got 6");
        dt_arena_free(arena);
    }
}

/* A split works on real targets without owners, or says why not. */
static void what_is_missing_is_said(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_split_room.count; e++) {
        dt_arena *arena = dt_arena_new(0);
        dt_samples samples = samples_of(50, 0, arena);
        dt_shards s;
        samples.owner = NULL;
        dt_status status = dt_split_make(node_of(dt_split_room.entries[e]->name, arena), &samples, 6, 7, &s, arena);
        if (status == DT_OK) assert_partition(&s, 50, 6, arena);
        else assert_int_equal(status, DT_EINVAL);
        dt_arena_free(arena);
    }
}

/* Memory and time follow rows + workers: a quadratic step would take minutes here. */
static void a_large_population_is_split_at_once(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_samples samples = samples_of(200000, CLASSES, arena);
    for (size_t e = 0; e < dt_split_room.count; e++) {
        dt_shards s;
        clock_t before = clock();
        if (copies(e)) {
            assert_refused(dt_split_make(node_of(dt_split_room.entries[e]->name, arena), &samples, 50000, 7, &s, arena), DT_EINVAL, "2^30");
            continue;
        }
        assert_ok(dt_split_make(node_of(dt_split_room.entries[e]->name, arena), &samples, 50000, 7, &s, arena));
        assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 2);
        assert_partition(&s, samples.rows, 50000, arena);
    }
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_has_one_worker_and_every_worker_a_sample),
        cmocka_unit_test(rows_kept_back_are_taken_of_each_workers_own),
        cmocka_unit_test(the_seed_alone_decides),
        cmocka_unit_test(more_workers_than_samples_are_refused),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(a_large_population_is_split_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
