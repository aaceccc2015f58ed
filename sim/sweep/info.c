/* info.c - prints the tables of a result file, cell by cell. */
#include "sweep/info.h"
#include "base/quantity.h"
#include "record/record.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* columns 0: the file has no such table. */
typedef struct table { dt_series *series; size_t columns; } table;

static dt_status info_read(dt_reading *reading, const char *group, table *t) {
    dt_status status = dt_reading_table(reading, group, &t->series, &t->columns);
    if (status != DT_OK) t->columns = 0;
    return status;
}

/* How the scenario wrote that cell; "" if it was a bare number, or none. */
static const char *info_written(const table *written, const char *name, size_t row) {
    for (size_t c = 0; c < written->columns; c++) {
        const dt_series *s = &written->series[c];
        if (s->column.kind == DT_COLUMN_TEXT && row < s->rows && strcmp(s->column.name, name) == 0) return s->text[row];
    }
    return "";
}

/* Six digits, or as many as it takes to tell the numbers of a column apart. */
static int info_digits(const dt_series *s, dt_arena *arena) {
    enum { LEAST = 6 };
    return s->column.kind != DT_COLUMN_REAL ? LEAST : dt_quantity_digits(s->real, s->rows, "1", LEAST, arena);
}

/* The C library gives some NaN a sign, which means nothing. */
static void info_cell(FILE *out, const dt_series *s, size_t row, int digits, const char *written) {
    if (written[0] != '\0') fputs(written, out);
    else if (s->column.kind == DT_COLUMN_TEXT) fputs(s->text[row], out);
    else if (s->column.kind == DT_COLUMN_COUNT) fprintf(out, "%lld", (long long)s->count[row]);
    else if (isnan(s->real[row])) fputs("nan", out);
    else fprintf(out, "%.*g", digits, s->real[row]);
}

static void info_table(FILE *out, const table *t, const table *written, dt_arena *arena) {
    int *digits = dt_arena_take(arena, t->columns + 1, sizeof *digits);
    for (size_t c = 0; c < t->columns; c++) digits[c] = info_digits(&t->series[c], arena);
    for (size_t c = 0; c < t->columns; c++) fprintf(out, "%s%s", c == 0 ? "" : "\t", t->series[c].column.name);
    fputs("\n", out);
    for (size_t r = 0; t->columns > 0 && r < t->series[0].rows; r++)
        for (size_t c = 0; c < t->columns; c++) {
            info_cell(out, &t->series[c], r, digits[c], info_written(written, t->series[c].column.name, r));
            fputs(c + 1 == t->columns ? "\n" : "\t", out);
        }
}

/* Of runs whose hosts are in several sites, how many bytes stayed within one; nothing of others. */
static dt_status info_sites(FILE *out, dt_reading *reading, dt_arena *arena) {
    const char **id;
    size_t runs;
    bool headed = false;
    DT_TRY(dt_reading_groups(reading, "/runs", &id, &runs));
    for (size_t i = 0; i < runs; i++) {
        const char *group = dt_arena_text(arena, "/runs/%s", id[i]);
        double inside, between;
        if (dt_reading_real(reading, group, "bytes_inside", &inside) != DT_OK) continue;
        if (dt_reading_real(reading, group, "bytes_between", &between) != DT_OK) continue;
        if (!headed) fputs("id\tbytes_inside\tbytes_between\n", out);
        headed = true;
        fprintf(out, "%ld\t%.10g\t%.10g\n", strtol(id[i], NULL, 10), inside, between);
    }
    return DT_OK;
}

static const char *info_host(dt_reading *reading, const char *id, const char *name, dt_arena *arena) {
    const char *value;
    return dt_reading_text(reading, dt_arena_text(arena, "/runs/%s/host", id), name, &value) == DT_OK ? value : "";
}

/* The number of the run in this file that has a key; "-" if it is in none. */
static const char *info_trainer(dt_reading *reading, const char **id, size_t runs, const char *key, dt_arena *arena) {
    for (size_t i = 0; i < runs; i++)
        if (strcmp(info_host(reading, id[i], "key", arena), key) == 0) return dt_arena_text(arena, "%ld", strtol(id[i], NULL, 10));
    return "-";
}

/* Of runs that replayed another one, which; nothing where none did. */
static dt_status info_trainings(FILE *out, dt_reading *reading, dt_arena *arena) {
    const char **id, *front = "id\ttrained_by\n";
    size_t runs;
    DT_TRY(dt_reading_groups(reading, "/runs", &id, &runs));
    for (size_t i = 0; i < runs; i++) {
        const char *trained = info_host(reading, id[i], "trained", arena);
        if (trained[0] == '\0') continue;
        fprintf(out, "%s%ld\t%s\n", front, strtol(id[i], NULL, 10), info_trainer(reading, id, runs, trained, arena));
        front = "";
    }
    return DT_OK;
}

dt_status dt_info_print(FILE *out, const char *path, dt_arena *arena) {
    dt_reading *reading;
    table sweep, written, claims;
    const char *name[] = { "scenario", "dtsim", "fingerprint", "config" }, *value;
    DT_TRY(dt_reading_open(path, &reading, arena));
    for (int i = 0; i < 4; i++)
        if (dt_reading_text(reading, "/", name[i], &value) == DT_OK) fprintf(out, "%-12s %s\n", name[i], value);
    dt_status status = info_read(reading, "/sweep", &sweep);
    info_read(reading, "/written", &written);
    if (status == DT_OK) info_table(out, &sweep, &written, arena);
    if (status == DT_OK) status = info_sites(out, reading, arena);
    if (status == DT_OK) status = info_trainings(out, reading, arena);
    if (status == DT_OK && info_read(reading, "/claims", &claims) == DT_OK) info_table(out, &claims, &(table){ 0 }, arena);
    dt_reading_close(reading);
    return status;
}
