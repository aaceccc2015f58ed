/* record_contract.c - what the room promises: equal contents are equal bytes, a file is whole or absent, the
 * fingerprint leaves the real clock out, and a stranger's program can read it. */
#include "tests/record/sample.h"
#include <malloc.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

/* The clock that HDF5 would stamp objects with: an hour later at every look. */
static long looks;
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    *now = (struct timeval){ .tv_sec = 1000000000 + 3600 * looks++ };
    return 0;
}
time_t time(time_t *now) {
    time_t value = 1000000000 + 3600 * looks++;
    if (now != NULL) *now = value;
    return value;
}

/* Run work in a process of its own and return its exit status. */
static int apart(int (*work)(const sample *s, int argument), const sample *s, int argument) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) _exit(work(s, argument));
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int write_with_dirty_memory(const sample *s, int argument) {
    dt_record *r;
    mallopt(M_PERTURB, argument);
    looks = 1000 * argument;
    if (sample_write(sample_path(s, argument == 1 ? "a.h5" : "b.h5"), 5000, &r, s->arena) != DT_OK) return 1;
    return dt_record_seal(r) == DT_OK ? 0 : 1;
}

static void equal_contents_give_equal_bytes(void **fixture) {
    const sample *s = *fixture;
    size_t as, bs;
    assert_int_equal(apart(write_with_dirty_memory, s, 1), 0);
    assert_int_equal(apart(write_with_dirty_memory, s, 170), 0);
    const char *a = sample_bytes(sample_path(s, "a.h5"), &as, s->arena);
    const char *b = sample_bytes(sample_path(s, "b.h5"), &bs, s->arena);
    assert_int_equal(as, bs);
    assert_memory_equal(a, b, as);
}

static void a_file_appears_only_when_it_is_whole(void **fixture) {
    const sample *s = *fixture;
    dt_record *r;
    const char *path = sample_path(s, "a.h5"), *part = sample_path(s, "a.h5.part");
    assert_ok(sample_write(path, 9000, &r, s->arena));
    assert_true(sample_there(part));
    assert_false(sample_there(path));
    dt_fail(DT_EDIVERGED, "the reason to give up");
    dt_record_drop(r);
    assert_string_equal(dt_reason(), "the reason to give up");
    assert_false(sample_there(part));
    sample_seal(path, 9000, s->arena);
    assert_true(sample_there(path));
    assert_false(sample_there(part));
}

static void a_former_file_stays_until_the_new_one_is_whole(void **fixture) {
    const sample *s = *fixture;
    dt_record *r;
    dt_reading *reading;
    dt_series *series;
    size_t columns;
    const char *path = sample_path(s, "a.h5");
    sample_seal(path, 3, s->arena);
    assert_ok(sample_write(path, 8, &r, s->arena));
    dt_record_drop(r);
    assert_ok(dt_reading_open(path, &reading, s->arena));
    assert_ok(dt_reading_table(reading, "/run/evaluations", &series, &columns));
    assert_int_equal(series[0].rows, 3);
    dt_reading_close(reading);
}

static void a_path_that_cannot_be_written_is_refused_at_once(void **fixture) {
    const sample *s = *fixture;
    dt_record *r;
    sample_seal(sample_path(s, "a.h5"), 3, s->arena);
    assert_refused(dt_record_create(sample_path(s, "none/a.h5"), &r, s->arena), DT_EIO,
                   "none/a.h5 cannot be written: No such file or directory");
    assert_refused(dt_record_create(sample_path(s, "a.h5/b.h5"), &r, s->arena), DT_EIO,
                   "a.h5/b.h5 cannot be written: Not a directory");
    assert_refused(dt_record_create(s->folder, &r, s->arena), DT_EIO, "not a file");
    assert_false(sample_there(dt_arena_text(s->arena, "%s.part", s->folder)));
}

/* A folder that has room for that many KiB, seen by this process only; false: the system does not let us. */
static bool small_disk(const char *folder, int size) {
    char options[32];
    snprintf(options, sizeof options, "size=%dk", size);
    return unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", folder, "tmpfs", 0, options) == 0;
}

enum { NO_SMALL_DISK = 77 };

/* Few rows, many rows, or none but a long text. */
static dt_status write_much(const char *path, int size, dt_record **r, dt_arena *arena) {
    if (size != 60) return sample_write(path, size < 40 ? 10 : 100000, r, arena);
    char *large = dt_arena_take(arena, 200001, 1);
    memset(large, 'x', 200000);
    DT_TRY(dt_record_create(path, r, arena));
    return dt_record_text(*r, "/", "source", large);
}

static int write_on_a_full_disk(const sample *s, int size) {
    dt_record *r = NULL;
    if (!small_disk(s->folder, size)) return NO_SMALL_DISK;
    const char *path = sample_path(s, "a.h5");
    dt_status status = write_much(path, size, &r, s->arena);
    if (status != DT_OK && status != DT_EIO) return 2;
    if (dt_record_seal(r) != DT_EIO) return 3;
    const char *reason = dt_arena_text(s->arena, "%s cannot be written: No space left on device", path);
    if (strcmp(dt_reason(), reason) != 0) return 4;
    return sample_there(path) || sample_there(sample_path(s, "a.h5.part")) ? 5 : 0;
}

/* Leaving by exit lets HDF5 close what it believes is open. */
static int write_and_exit(const sample *s, int size) { exit(write_on_a_full_disk(s, size)); }

static void a_full_disk_gives_one_reason_and_leaves_nothing(void **fixture) {
    const sample *s = *fixture;
    const int sizes[] = { 4, 8, 20, 60, 80, 200, 400 };
    for (int i = 0; i < 7; i++) {
        int code = apart(write_and_exit, s, sizes[i]);
        if (code == NO_SMALL_DISK) skip();
        assert_int_equal(code, 0);
    }
}

static const char *print_of(const char *path, const char *group, size_t rows, double zero, const sample *s) {
    dt_record *r;
    dt_record_table *t;
    assert_ok(dt_record_create(path, &r, s->arena));
    assert_ok(dt_record_table_new(r, group, sample_columns, SAMPLE_COLUMNS, &t));
    assert_ok(sample_rows(t, rows));
    assert_ok(dt_record_row(t, (const dt_cell[]){ { .real = zero }, { .count = 1 }, { .text = "x" }, { .real = 1 } }));
    const char *print = dt_arena_text(s->arena, "%s", dt_record_fingerprint(r));
    dt_record_drop(r);
    return print;
}

static void the_fingerprint_is_of_the_contents(void **fixture) {
    const sample *s = *fixture;
    const char *a = sample_path(s, "a.h5"), *print = print_of(a, "/run/evaluations", 5000, 0.0, s);
    assert_int_equal(strlen(print), 16);
    assert_string_equal(print_of(sample_path(s, "b.h5"), "/run/evaluations", 5000, 0.0, s), print);
    assert_string_not_equal(print_of(a, "/run/spans", 5000, 0.0, s), print);
    assert_string_not_equal(print_of(a, "/run/evaluations", 4999, 0.0, s), print);
    assert_string_not_equal(print_of(a, "/run/evaluations", 5000, -0.0, s), print);
    double quiet = nan("1"), other = -nan("2");
    assert_string_equal(print_of(a, "/run/evaluations", 1, quiet, s), print_of(a, "/run/evaluations", 1, other, s));
}

static void the_fingerprint_leaves_host_groups_out(void **fixture) {
    const sample *s = *fixture;
    dt_record *r;
    dt_record_table *t;
    assert_ok(sample_write(sample_path(s, "a.h5"), 3, &r, s->arena));
    const char *print = dt_arena_text(s->arena, "%s", dt_record_fingerprint(r));
    assert_ok(dt_record_real(r, "/host", "real_s", 1.5));
    assert_ok(dt_record_count(r, "/run/host", "threads", 2));
    assert_ok(dt_record_vector(r, "/run/host/load", (const float[]){ 1, 2 }, 2));
    assert_ok(dt_record_table_new(r, "/host/below", sample_columns, SAMPLE_COLUMNS, &t));
    assert_ok(sample_rows(t, 10));
    assert_ok(dt_record_text(r, "/run", "fingerprint", print));
    assert_string_equal(dt_record_fingerprint(r), print);
    assert_ok(dt_record_real(r, "/hosts", "real_s", 1.5));
    assert_string_not_equal(dt_record_fingerprint(r), print);
    dt_record_drop(r);
}

static void the_fingerprint_sees_every_attribute_and_vector(void **fixture) {
    const sample *s = *fixture;
    dt_record *r;
    assert_ok(sample_write(sample_path(s, "a.h5"), 3, &r, s->arena));
    const char *first = dt_arena_text(s->arena, "%s", dt_record_fingerprint(r));
    assert_ok(dt_record_text(r, "/run", "status", "diverged"));
    assert_string_not_equal(dt_record_fingerprint(r), first);
    assert_ok(dt_record_text(r, "/run", "status", "ok"));
    assert_string_equal(dt_record_fingerprint(r), first);
    assert_ok(dt_record_vector(r, "/run/more", (const float[]){ 1, 2 }, 2));
    assert_string_not_equal(dt_record_fingerprint(r), first);
    dt_record_drop(r);
}

static const char stranger[] =
    "import h5py, sys\n"
    "f = h5py.File(sys.argv[1], 'r')\n"
    "t = {k: v[:] for k, v in f['run/evaluations'].items()}\n"
    "assert list(t) == ['time_s', 'step', 'host', 'loss'], list(t)\n"
    "assert len(t['loss']) == 5000 and t['step'].dtype == 'int64' and t['loss'].dtype == 'float64'\n"
    "assert t['step'][4999] == 14996 and abs(t['time_s'][4999] - 499.9) < 1e-9\n"
    "assert t['host'][13] == b'node-1' and f['run/evaluations/host'].asstr()[11] == 'node-11'\n"
    "assert f['run/evaluations/time_s'].attrs['unit'] == 's' and f['run/evaluations/host'].attrs['unit'] == ''\n"
    "assert f['run/evaluations/loss'].attrs['brief'] == 'mean loss'\n"
    "assert f.attrs['format'] == 'dtsim' and f.attrs['version'] == int(sys.argv[2]) and f['run'].attrs['loss'] == 0.25\n"
    "assert f['run/model'].dtype == 'float32' and list(f['run/model'][:3]) == [1, -2.5, 0]\n";

static void python_reads_a_table(void **fixture) {
    const sample *s = *fixture;
    if (system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) skip();
    const char *path = sample_path(s, "a.h5"), *program = sample_path(s, "read.py");
    sample_seal(path, 5000, s->arena);
    sample_put(program, stranger, strlen(stranger));
    assert_int_equal(system(dt_arena_text(s->arena, "/usr/bin/python3 %s %s %d", program, path, DT_RECORD_VERSION)), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sample_begin, sample_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(equal_contents_give_equal_bytes),
        TEST(a_file_appears_only_when_it_is_whole),
        TEST(a_former_file_stays_until_the_new_one_is_whole),
        TEST(a_path_that_cannot_be_written_is_refused_at_once),
        TEST(a_full_disk_gives_one_reason_and_leaves_nothing),
        TEST(the_fingerprint_is_of_the_contents),
        TEST(the_fingerprint_leaves_host_groups_out),
        TEST(the_fingerprint_sees_every_attribute_and_vector),
        TEST(python_reads_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
