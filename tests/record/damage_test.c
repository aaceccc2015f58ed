/* damage_test.c - a file that is cut, changed, foreign or newer is refused with a reason, never read wrong. */
#include "tests/record/sample.h"

static const char seal_front[] = "dtsim-seal crc32=";
enum { SEAL = 26 };

/* Open, and read all there is; the status of the first call that fails. */
static dt_status read_all(const sample *s, const char *path) {
    dt_reading *reading;
    dt_attribute *list;
    dt_series *series;
    const float *x;
    size_t count;
    DT_TRY(dt_reading_open(path, &reading, s->arena));
    dt_status status = dt_reading_attributes(reading, "/run", &list, &count);
    if (status == DT_OK) status = dt_reading_table(reading, "/run/evaluations", &series, &count);
    if (status == DT_OK) status = dt_reading_vector(reading, "/run/model", &x, &count);
    dt_reading_close(reading);
    return status;
}

/* Cutting the seal alone leaves a file that HDF5 finds whole; that is what its own programs leave, too, and is read when
 * asked for. */
static void a_file_cut_short_is_refused(void **fixture) {
    const sample *s = *fixture;
    size_t size;
    const char *path = sample_path(s, "a.h5"), *cut = sample_path(s, "cut.h5");
    sample_seal(path, 500, s->arena);
    const char *bytes = sample_bytes(path, &size, s->arena);
    assert_memory_equal(bytes + size - SEAL, seal_front, strlen(seal_front));
    for (size_t length = 0; length < size - SEAL; length++) {
        sample_put(cut, bytes, length);
        assert_int_equal(read_all(s, cut), DT_EFORMAT);
        assert_non_null(strstr(dt_reason(), length < 8 ? "cut.h5 is not an HDF5 file" : "cut.h5 is damaged"));
    }
    for (size_t length = size - SEAL; length < size; length++) {
        sample_put(cut, bytes, length);
        assert_refused(read_all(s, cut), DT_EFORMAT, "cut.h5 is damaged: it lacks dtsim's seal");
        setenv("DTSIM_UNSEALED", "1", 1);
        assert_ok(read_all(s, cut));
        unsetenv("DTSIM_UNSEALED");
    }
}

static void a_changed_byte_is_noticed(void **fixture) {
    const sample *s = *fixture;
    size_t size;
    const char *path = sample_path(s, "a.h5"), *changed = sample_path(s, "changed.h5");
    sample_seal(path, 500, s->arena);
    char *bytes = sample_bytes(path, &size, s->arena);
    for (size_t at = 0; at < size - SEAL; at += 61) {
        bytes[at] = (char)(bytes[at] ^ (1 << at % 8));
        sample_put(changed, bytes, size);
        assert_refused(read_all(s, changed), DT_EFORMAT, "changed.h5 is damaged: its checksum");
        bytes[at] = (char)(bytes[at] ^ (1 << at % 8));
    }
}

static void foreign_files_are_refused(void **fixture) {
    const sample *s = *fixture;
    static const char text[] = "time_s,loss\n0,2.3\n1,1.9\n";
    dt_reading *reading;
    const char *path = sample_path(s, "a.h5");
    sample_put(path, text, strlen(text));
    assert_refused(dt_reading_open(path, &reading, s->arena), DT_EFORMAT, "a.h5 is not an HDF5 file");
    sample_put(path, "", 0);
    assert_refused(dt_reading_open(path, &reading, s->arena), DT_EFORMAT, "a.h5 is not an HDF5 file");
    assert_refused(dt_reading_open(s->folder, &reading, s->arena), DT_EFORMAT, "expected a file");
    assert_refused(dt_reading_open(sample_path(s, "b.h5"), &reading, s->arena), DT_ENOTFOUND,
                   "b.h5: there is no such file");
}

/* A record whose attributes of the whole file were set to something else. */
static void write_altered(const sample *s, const char *path, const char *format, int64_t version) {
    dt_record *r;
    assert_ok(sample_write(path, 3, &r, s->arena));
    assert_ok(dt_record_text(r, "/", "format", format));
    assert_ok(dt_record_count(r, "/", "version", version));
    assert_ok(dt_record_seal(r));
}

static void other_formats_and_versions_are_refused_by_name(void **fixture) {
    const sample *s = *fixture;
    dt_reading *reading;
    const char *path = sample_path(s, "a.h5");
    write_altered(s, path, "other", DT_RECORD_VERSION);
    assert_refused(dt_reading_open(path, &reading, s->arena), DT_EFORMAT, "not a record of dtsim");
    write_altered(s, path, "dtsim", DT_RECORD_VERSION + 1);
    assert_refused(dt_reading_open(path, &reading, s->arena), DT_EVERSION,
                   dt_arena_text(s->arena, "got version %d: a newer dtsim reads it", DT_RECORD_VERSION + 1));
    write_altered(s, path, "dtsim", DT_RECORD_VERSION - 1);
    assert_refused(dt_reading_open(path, &reading, s->arena), DT_EVERSION,
                   dt_arena_text(s->arena, "a.h5: expected a result file of version %d, got version %d: run its scenario again",
                                 DT_RECORD_VERSION, DT_RECORD_VERSION - 1));
    write_altered(s, path, "dtsim", DT_RECORD_VERSION);
    assert_ok(dt_reading_open(path, &reading, s->arena));
    dt_reading_close(reading);
}

static void a_table_that_is_not_there_is_named(void **fixture) {
    const sample *s = *fixture;
    dt_reading *reading;
    dt_series *series;
    size_t columns;
    const char *path = sample_path(s, "a.h5");
    sample_seal(path, 3, s->arena);
    assert_ok(dt_reading_open(path, &reading, s->arena));
    assert_refused(dt_reading_table(reading, "/run/spans", &series, &columns), DT_ENOTFOUND, "no group /run/spans");
    dt_reading_close(reading);
}

static const char boaster[] =
    "import h5py, sys\n"
    "with h5py.File(sys.argv[1], 'w') as f:\n"
    "    f.attrs.update(format='dtsim', version=int(sys.argv[2]))\n"
    "    f.create_dataset('run/evaluations/loss', shape=(10**13,), dtype='f8', chunks=(1024,))\n"
    "    f.create_dataset('run/square', shape=(2, 2), dtype='f8')\n";

static void a_table_of_another_program_is_checked(void **fixture) {
    const sample *s = *fixture;
    dt_reading *reading;
    dt_series *series;
    size_t columns;
    if (system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) skip();
    const char *path = sample_path(s, "a.h5"), *program = sample_path(s, "write.py");
    sample_put(program, boaster, strlen(boaster));
    assert_int_equal(system(dt_arena_text(s->arena, "/usr/bin/python3 %s %s %d", program, path, DT_RECORD_VERSION)), 0);
    setenv("DTSIM_UNSEALED", "1", 1);
    assert_ok(dt_reading_open(path, &reading, s->arena));
    unsetenv("DTSIM_UNSEALED");
    assert_refused(dt_reading_table(reading, "/run/evaluations", &series, &columns), DT_EFORMAT,
                   "loss has fewer bytes than its 10000000000000 rows need");
    assert_refused(dt_reading_table(reading, "/run", &series, &columns), DT_EFORMAT, "square is not a column");
    dt_reading_close(reading);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sample_begin, sample_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_file_cut_short_is_refused),
        TEST(a_changed_byte_is_noticed),
        TEST(foreign_files_are_refused),
        TEST(other_formats_and_versions_are_refused_by_name),
        TEST(a_table_that_is_not_there_is_named),
        TEST(a_table_of_another_program_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
