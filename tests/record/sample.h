/* sample.h - what the tests of the record share: a folder of their own, and a small file like that of a run. */
#ifndef DT_TESTS_RECORD_SAMPLE_H
#define DT_TESTS_RECORD_SAMPLE_H

#include "tests/test.h"
#include "base/arena.h"
#include "record/record.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct sample { char folder[32]; dt_arena *arena; } sample;

static const dt_column sample_columns[] = {
    { "time_s", DT_COLUMN_REAL, "s", "simulated time" },
    { "step", DT_COLUMN_COUNT, "1", "steps so far" },
    { "host", DT_COLUMN_TEXT, "", "name of a machine" },
    { "loss", DT_COLUMN_REAL, "1", "mean loss" },
};
enum { SAMPLE_COLUMNS = 4 };

static int sample_begin(void **fixture) {
    sample *s = calloc(1, sizeof *s);
    strcpy(s->folder, "/tmp/dtsim-record-XXXXXX");
    if (mkdtemp(s->folder) == NULL) return -1;
    s->arena = dt_arena_new(1 << 16);
    *fixture = s;
    return 0;
}

static int sample_end(void **fixture) {
    sample *s = *fixture;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    int code = system(command);
    dt_arena_free(s->arena);
    free(s);
    return code;
}

static inline const char *sample_path(const sample *s, const char *name) {
    return dt_arena_text(s->arena, "%s/%s", s->folder, name);
}

static inline bool sample_there(const char *path) { return access(path, F_OK) == 0; }

static inline dt_status sample_rows(dt_record_table *t, size_t rows) {
    for (size_t i = 0; i < rows; i++) {
        char host[16];
        snprintf(host, sizeof host, "node-%zu", i % 12);
        double loss = i == 2 ? (double)NAN : 2.0 / (double)(i + 1);
        const dt_cell row[] = { { .real = 0.1 * (double)i }, { .count = (int64_t)i * 3 - 1 }, { .text = host },
                                { .real = loss } };
        DT_TRY(dt_record_row(t, row));
    }
    return DT_OK;
}

/* The record of a run with that many rows, not yet sealed. */
static inline dt_status sample_write(const char *path, size_t rows, dt_record **r, dt_arena *arena) {
    static const float x[5] = { 1, -2.5f, 0, 1e-30f, 7 };
    dt_record_table *t;
    DT_TRY(dt_record_create(path, r, arena));
    DT_TRY(dt_record_text(*r, "/run", "config", "{\"seed\":1}"));
    DT_TRY(dt_record_table_new(*r, "/run/evaluations", sample_columns, SAMPLE_COLUMNS, &t));
    DT_TRY(sample_rows(t, rows));
    DT_TRY(dt_record_real(*r, "/run", "loss", 0.25));
    DT_TRY(dt_record_text(*r, "/run", "status", "ok"));
    return dt_record_vector(*r, "/run/model", x, 5);
}

static inline void sample_seal(const char *path, size_t rows, dt_arena *arena) {
    dt_record *r;
    assert_ok(sample_write(path, rows, &r, arena));
    assert_ok(dt_record_seal(r));
}

/* All bytes of a file. */
static inline char *sample_bytes(const char *path, size_t *size, dt_arena *arena) {
    struct stat is;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &is), 0);
    char *bytes = dt_arena_take(arena, (size_t)is.st_size + 1, 1);
    *size = fread(bytes, 1, (size_t)is.st_size, file);
    fclose(file);
    return bytes;
}

/* A new file: cutting a former one to nothing would make some file systems wait for the disk. */
static inline void sample_put(const char *path, const char *bytes, size_t size) {
    unlink(path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

#endif
