/* table.c - columns wide enough for their cells, numbers to the right. */
#include "run/table.h"
#include <math.h>
#include <string.h>

typedef struct scale { double least, factor; const char *unit; } scale;

static const char *table_scaled(double value, const scale *scales, char *text) {
    if (!isfinite(value)) {
        snprintf(text, 32, "-");
        return text;
    }
    const scale *s = scales;
    while (s->least > 0 && fabs(value) < s->least) s++;
    double shown = value / s->factor;
    snprintf(text, 32, "%.*f %s", fabs(shown) >= 100 ? 0 : fabs(shown) >= 10 ? 1 : 2, shown, s->unit);
    return text;
}

const char *dt_table_seconds(double s, char *text) {
    static const scale scales[] = { { 2 * 86400, 86400, "d" }, { 7200, 3600, "h" }, { 600, 60, "min" },
                                    { 1, 1, "s" }, { 1e-3, 1e-3, "ms" }, { 0, 1e-6, "us" } };
    return s == 0 ? strcpy(text, "0 s") : table_scaled(s, scales, text);
}

const char *dt_table_bytes(double bytes, char *text) {
    static const scale scales[] = { { 1e12, 1e12, "TB" }, { 1e9, 1e9, "GB" }, { 1e6, 1e6, "MB" }, { 1e3, 1e3, "kB" },
                                    { 0, 1, "B" } };
    return table_scaled(bytes, scales, text);
}

static const char *table_joules(double joules, char *text) {
    static const scale scales[] = { { 1e9, 1e9, "GJ" }, { 1e6, 1e6, "MJ" }, { 1e3, 1e3, "kJ" }, { 1, 1, "J" },
                                    { 0, 1e-3, "mJ" } };
    return table_scaled(joules, scales, text);
}

static const char *table_value(const dt_config *c, dt_arena *arena) {
    if (c->kind == DT_CONFIG_NUMBER && isnan(c->number)) return "-";        /* the run has no such key */
    return c->kind == DT_CONFIG_TEXT ? c->text : dt_config_json(c, arena);
}

const char *dt_table_label(const dt_plan_run *run, dt_arena *arena) {
    const char *label = "";
    for (const dt_config *c = run->swept->first; c != NULL; c = c->next)
        label = dt_arena_text(arena, "%s%s%s = %s", label, label[0] == '\0' ? "" : ", ", c->key, table_value(c, arena));
    return label[0] == '\0' ? "the run" : label;
}

/* "strategy.period" is "period" to a reader, unless another column ends so too. */
static const char *table_heading(const dt_config *swept, const dt_config *c) {
    const char *dot = strrchr(c->key, '.');
    if (dot == NULL) return c->key;
    for (const dt_config *other = swept->first; other != NULL; other = other->next) {
        const char *end = strrchr(other->key, '.');
        if (other != c && strcmp(end == NULL ? other->key : end + 1, dot + 1) == 0) return c->key;
    }
    return dot + 1;
}

enum { NUMBERS = 7, MOST = 24 };

/* joules: some run has counted them. */
static size_t table_cells(const dt_plan_run *run, const dt_ending *e, bool joules, const char **cell, dt_arena *arena) {
    size_t k = 0;
    for (const dt_config *c = run->swept->first; c != NULL && k < MOST; c = c->next) cell[k++] = table_value(c, arena);
    char *text = dt_arena_take(arena, 3, 32);
    cell[k++] = dt_table_seconds(e->time_s, text);
    cell[k++] = isnan(e->steps) ? "-" : dt_arena_text(arena, "%.0f", e->steps);
    cell[k++] = isnan(e->rounds) ? "-" : dt_arena_text(arena, "%.0f", e->rounds);
    cell[k++] = isnan(e->loss) ? "-" : dt_arena_text(arena, "%.4g", e->loss);
    cell[k++] = isnan(e->accuracy) ? "-" : dt_arena_text(arena, "%.2f %%", 100 * e->accuracy);
    cell[k++] = dt_table_bytes(e->bytes, text + 32);
    if (joules) cell[k++] = table_joules(e->joules, text + 64);
    return k;
}

static size_t table_head(const dt_plan *plan, bool joules, const char **cell) {
    static const char *const numbers[NUMBERS] = { "time", "steps", "rounds", "loss", "accuracy", "bytes", "joules" };
    const dt_config *swept = plan->run[0].swept;
    size_t k = 0;
    for (const dt_config *c = swept->first; c != NULL && k < MOST; c = c->next) cell[k++] = table_heading(swept, c);
    for (int i = 0; i < NUMBERS - !joules; i++) cell[k++] = numbers[i];
    return k;
}

static void table_row(FILE *out, const char *const *cell, const int *width, size_t columns, const char *end) {
    for (size_t k = 0; k < columns; k++) fprintf(out, "%s%*s", k == 0 ? "" : "  ", width[k], cell[k]);
    fprintf(out, "%s\n", end);
}

static bool table_failed(const dt_ending *e) { return strcmp(e->status, "ok") != 0; }

void dt_table_print(FILE *out, const dt_plan *plan, const dt_ending *ending, dt_arena *arena) {
    const char *head[MOST + NUMBERS];
    int width[MOST + NUMBERS];
    bool joules = false;
    for (size_t i = 0; i < plan->runs; i++) joules = joules || !isnan(ending[i].joules);
    size_t columns = table_head(plan, joules, head);
    const char **cell = dt_arena_take(arena, plan->runs * columns, sizeof *cell);
    for (size_t k = 0; k < columns; k++) width[k] = (int)strlen(head[k]);
    for (size_t i = 0; i < plan->runs; i++) {
        table_cells(&plan->run[i], &ending[i], joules, cell + i * columns, arena);
        for (size_t k = 0; k < columns; k++) {
            int length = (int)strlen(cell[i * columns + k]);
            if (length > width[k]) width[k] = length;
        }
    }
    table_row(out, head, width, columns, "");
    for (size_t i = 0; i < plan->runs; i++) {
        const char *end = table_failed(&ending[i]) ? dt_arena_text(arena, "  %s", ending[i].status) : "";
        table_row(out, cell + i * columns, width, columns, end);
    }
}

size_t dt_table_failures(FILE *out, const dt_plan *plan, const dt_ending *ending, dt_arena *arena) {
    size_t failed = 0;
    for (size_t i = 0; i < plan->runs; i++) failed += table_failed(&ending[i]);
    if (failed > 0) fprintf(out, "dtsim: %zu of %zu runs failed:\n", failed, plan->runs);
    for (size_t i = 0; i < plan->runs; i++)
        if (table_failed(&ending[i]))
            fprintf(out, "  run %ld (%s): %s: %s\n", plan->run[i].id, dt_table_label(&plan->run[i], arena),
                    ending[i].status, ending[i].reason);
    return failed;
}
