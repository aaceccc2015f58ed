/* table.c - columns wide enough for their cells, numbers to the right. */
#include "sweep/table.h"
#include "base/quantity.h"
#include "sweep/label.h"
#include <math.h>
#include <string.h>

enum { DIGITS = 3 };        /* of an amount, or more if the amounts of a column would look equal */

/* A number that was not written as a quantity has a known unit if it differs between joined sweeps. */
static bool table_amount(const dt_config *c) {
    return c->kind == DT_CONFIG_NUMBER && c->unit != NULL && dt_quantity_unit(c->unit);
}

static const char *table_value(const dt_config *c, int digits, dt_arena *arena) {
    if (c->kind == DT_CONFIG_NUMBER && isnan(c->number)) return "-";        /* the run has no such key */
    if (table_amount(c)) return dt_quantity_text(c->number, c->unit, digits, dt_arena_take(arena, 1, 32));
    return c->kind == DT_CONFIG_TEXT ? c->text : dt_config_json(c, arena);
}

const char *dt_table_label(const dt_plan_run *run, dt_arena *arena) {
    const char *label = "";
    for (const dt_config *c = run->swept->first; c != NULL; c = c->next)
        label = dt_arena_text(arena, "%s%s%s = %s", label, label[0] == '\0' ? "" : ", ", c->key,
                              table_value(c, DIGITS, arena));
    return label[0] == '\0' ? "the run" : label;
}

enum { NUMBERS = 7 };
static const char *const table_numbers[NUMBERS] = { "time", "steps", "rounds", "loss", "accuracy", "bytes", "joules" };

/* "strategy.period" is printed as "period", unless another column has the same name or end. */
static const char *table_heading(const dt_config *swept, const dt_config *c) {
    const char *dot = strrchr(c->key, '.');
    if (dot == NULL) return c->key;
    for (int i = 0; i < NUMBERS; i++)
        if (strcmp(table_numbers[i], dot + 1) == 0) return c->key;
    for (const dt_config *other = swept->first; other != NULL; other = other->next) {
        const char *end = strrchr(other->key, '.');
        if (other != c && strcmp(end == NULL ? other->key : end + 1, dot + 1) == 0) return c->key;
    }
    return dot + 1;
}

/* The amounts of a swept key; what the scenario wrote as a quantity is one, too. */
static int table_digits(const dt_plan *plan, const char *key, dt_arena *arena) {
    double *value = dt_arena_take(arena, plan->runs, sizeof *value);
    const char *unit = NULL;
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_config *c = dt_config_get(plan->run[i].swept, key);
        if (table_amount(c)) unit = c->unit;
    }
    if (unit == NULL) return DIGITS;
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_config *c = dt_config_get(plan->run[i].swept, key);
        value[i] = c->kind == DT_CONFIG_NUMBER ? c->number : NAN;
        if (c->kind == DT_CONFIG_TEXT) dt_unit_read(c->text, unit, &value[i]);
    }
    return dt_quantity_digits(value, plan->runs, unit, DIGITS, arena);
}

/* joules: some run has counted them. */
static size_t table_cells(const dt_plan_run *run, const dt_ending *e, const int *digits, bool joules, const char **cell,
                          dt_arena *arena) {
    size_t k = 0;
    for (const dt_config *c = run->swept->first; c != NULL; c = c->next, k++) cell[k] = table_value(c, digits[k], arena);
    char *text = dt_arena_take(arena, 3, 32);
    cell[k++] = dt_quantity_seconds(e->time_s, text);
    cell[k++] = isnan(e->steps) ? "-" : dt_arena_text(arena, "%.0f", e->steps);
    cell[k++] = isnan(e->rounds) ? "-" : dt_arena_text(arena, "%.0f", e->rounds);
    cell[k++] = isnan(e->loss) ? "-" : dt_arena_text(arena, "%.4g", e->loss);
    cell[k++] = isnan(e->accuracy) ? "-" : dt_arena_text(arena, "%.2f %%", 100 * e->accuracy);
    cell[k++] = dt_quantity_bytes(e->bytes, text + 32);
    if (joules) cell[k++] = dt_quantity_joules(e->joules, text + 64);
    return k;
}

static size_t table_head(const dt_plan *plan, bool joules, const char **cell) {
    const dt_config *swept = plan->run[0].swept;
    size_t k = 0;
    for (const dt_config *c = swept->first; c != NULL; c = c->next) cell[k++] = table_heading(swept, c);
    for (int i = 0; i < NUMBERS - !joules; i++) cell[k++] = table_numbers[i];
    return k;
}

static void table_row(FILE *out, const char *const *cell, const int *width, size_t columns, const char *end) {
    for (size_t k = 0; k < columns; k++) fprintf(out, "%s%*s", k == 0 ? "" : "  ", width[k], cell[k]);
    fprintf(out, "%s\n", end);
}

static bool table_failed(const dt_ending *e) { return strcmp(e->status, "ok") != 0; }

void dt_table_print(FILE *out, const dt_plan *plan, const dt_ending *ending, dt_arena *arena) {
    bool joules = false;
    size_t swept = 0, k = 0;
    for (const dt_config *c = plan->run[0].swept->first; c != NULL; c = c->next) swept++;
    const char **head = dt_arena_take(arena, swept + NUMBERS, sizeof *head);
    int *width = dt_arena_take(arena, swept + NUMBERS, sizeof *width);
    int *digits = dt_arena_take(arena, swept + 1, sizeof *digits);
    for (const dt_config *c = plan->run[0].swept->first; c != NULL; c = c->next)
        digits[k++] = table_digits(plan, c->key, arena);
    for (size_t i = 0; i < plan->runs; i++) joules = joules || !isnan(ending[i].joules);
    size_t columns = table_head(plan, joules, head);
    const char **cell = dt_arena_take(arena, plan->runs * columns, sizeof *cell);
    for (k = 0; k < columns; k++) width[k] = (int)strlen(head[k]);
    for (size_t i = 0; i < plan->runs; i++) {
        table_cells(&plan->run[i], &ending[i], digits, joules, cell + i * columns, arena);
        for (k = 0; k < columns; k++) {
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

void dt_table_ended(FILE *out, const dt_plan_run *run, const dt_ending *e, dt_arena *arena) {
    char time[32];
    fprintf(out, "%s: %s", dt_table_label(run, arena), dt_quantity_seconds(e->time_s, time));
    if (!isnan(e->loss)) fprintf(out, ", loss %.4g", e->loss);
    if (strcmp(e->status, "ok") != 0) fprintf(out, ", %s", e->status);
    fprintf(out, "\n");
}
