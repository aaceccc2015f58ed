/* quantity.c - the unit that a quantity is read best in, and the digits that tell some of them apart. */
#include "base/quantity.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL = 3, ALL = 17 };       /* digits */

typedef struct scale { double least, factor; const char *unit; } scale;

static const scale seconds[] = { { 2 * 86400, 86400, "d" }, { 7200, 3600, "h" }, { 600, 60, "min" },
                                 { 1, 1, "s" }, { 1e-3, 1e-3, "ms" }, { 0, 1e-6, "us" } };
static const scale bytes[] = { { 1e12, 1e12, "TB" }, { 1e9, 1e9, "GB" }, { 1e6, 1e6, "MB" }, { 1e3, 1e3, "kB" },
                               { 0, 1, "B" } };
static const scale rates[] = { { 1e12, 1e12, "TB/s" }, { 1e9, 1e9, "GB/s" }, { 1e6, 1e6, "MB/s" }, { 1e3, 1e3, "kB/s" },
                               { 0, 1, "B/s" } };
static const scale joules[] = { { 1e9, 1e9, "GJ" }, { 1e6, 1e6, "MJ" }, { 1e3, 1e3, "kJ" }, { 1, 1, "J" }, { 0, 1e-3, "mJ" } };

static const struct { const char *unit; const scale *scales; } units[] = {
    { "s", seconds }, { "B", bytes }, { "B/s", rates }, { "J", joules },
};

static const scale *quantity_scales(const char *unit) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].unit, unit) == 0) return units[i].scales;
    return NULL;
}

bool dt_quantity_unit(const char *unit) { return quantity_scales(unit) != NULL; }

const char *dt_quantity_text(double value, const char *unit, int digits, char *text) {
    const scale *s = quantity_scales(unit);
    if (s == NULL) {
        snprintf(text, 32, "%.*g", digits, value);
    } else if (!isfinite(value)) {
        strcpy(text, "-");
    } else if (value == 0) {
        snprintf(text, 32, "0 %s", unit);
    } else {
        while (s->least > 0 && fabs(value) < s->least) s++;
        double shown = value / s->factor;
        snprintf(text, 32, "%.*f %s", digits - (fabs(shown) >= 100 ? 3 : fabs(shown) >= 10 ? 2 : 1), shown, s->unit);
    }
    return text;
}

const char *dt_quantity_seconds(double s, char *text) { return dt_quantity_text(s, "s", USUAL, text); }
const char *dt_quantity_bytes(double size, char *text) { return dt_quantity_text(size, "B", USUAL, text); }
const char *dt_quantity_joules(double energy, char *text) { return dt_quantity_text(energy, "J", USUAL, text); }

static int quantity_order(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The numbers are sorted, so that those with equal texts are neighbours. */
int dt_quantity_digits(const double *value, size_t count, const char *unit, int least, dt_arena *scratch) {
    size_t numbers = 0;
    char one[32], other[32];
    int digits = least;
    double *sorted = dt_arena_take(scratch, count + 1, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        if (!isnan(value[i])) sorted[numbers++] = value[i];
    qsort(sorted, numbers, sizeof *sorted, quantity_order);
    for (size_t i = 1; i < numbers; i++)
        for (; sorted[i] != sorted[i - 1] && digits < ALL; digits++) {
            dt_quantity_text(sorted[i - 1], unit, digits, one);
            if (strcmp(one, dt_quantity_text(sorted[i], unit, digits, other)) != 0) break;
        }
    return digits;
}
