/* unit.c - quantities written with their unit, and the nearest name to a mistyped one. */
#include "base/param.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct spelling { const char *suffix, *unit; double factor; } spelling;

static const spelling spellings[] = {
    { "ns", "s", 1e-9 },      { "us", "s", 1e-6 },       { "ms", "s", 1e-3 },      { "s", "s", 1 },
    { "min", "s", 60 },       { "h", "s", 3600 },        { "d", "s", 86400 },
    { "B", "B", 1 },          { "kB", "B", 1e3 },        { "MB", "B", 1e6 },       { "GB", "B", 1e9 },
    { "TB", "B", 1e12 },      { "KiB", "B", 1024 },      { "MiB", "B", 1048576 },  { "GiB", "B", 1073741824 },
    { "bps", "B/s", 0.125 },  { "kbps", "B/s", 125 },    { "Mbps", "B/s", 125e3 }, { "Gbps", "B/s", 125e6 },
    { "Tbps", "B/s", 125e9 }, { "Bps", "B/s", 1 },       { "kBps", "B/s", 1e3 },   { "MBps", "B/s", 1e6 },
    { "GBps", "B/s", 1e9 },
    { "f", "flop/s", 1 },     { "kf", "flop/s", 1e3 },   { "Mf", "flop/s", 1e6 },  { "Gf", "flop/s", 1e9 },
    { "Tf", "flop/s", 1e12 }, { "Pf", "flop/s", 1e15 },
    { "J", "J", 1 },          { "kJ", "J", 1e3 },        { "Wh", "J", 3600 },      { "mWh", "J", 3.6 },
    { "W", "W", 1 },          { "mW", "W", 1e-3 },       { "kW", "W", 1e3 },
};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };

static dt_status unit_refuse(const char *text, const char *unit) {
    char known[256] = "";
    for (int i = 0; i < SPELLINGS; i++)
        if (strcmp(spellings[i].unit, unit) == 0) {
            strncat(known, " ", sizeof known - strlen(known) - 1);
            strncat(known, spellings[i].suffix, sizeof known - strlen(known) - 1);
        }
    if (known[0] == '\0') return dt_fail(DT_EINVAL, "\"%s\" is a text; a number is needed", text);
    return dt_fail(DT_EINVAL, "\"%s\" is not a quantity in %s: write a number and one of%s", text, unit, known);
}

dt_status dt_unit_read(const char *text, const char *unit, double *value) {
    char *end;
    double number = strtod(text, &end);
    if (end == text || !isfinite(number)) return unit_refuse(text, unit);
    end += strspn(end, " ");
    if (*end == '\0') {
        *value = number;
        return DT_OK;
    }
    for (int i = 0; i < SPELLINGS; i++)
        if (strcmp(spellings[i].unit, unit) == 0 && strcmp(spellings[i].suffix, end) == 0) {
            double factor = spellings[i].factor;
            *value = factor < 1 ? number / round(1 / factor) : number * factor;     /* "25us" is exactly 25e-6 */
            return isfinite(*value) ? DT_OK : unit_refuse(text, unit);
        }
    return unit_refuse(text, unit);
}

/* Edit distance (insert, delete, replace, swap of neighbours); words longer than LONGEST are far from any. */
static size_t nearest_distance(const char *a, const char *b) {
    enum { LONGEST = 48 };
    size_t rows = strlen(a), columns = strlen(b), d[LONGEST + 1][LONGEST + 1];
    if (rows > LONGEST || columns > LONGEST) return SIZE_MAX;
    for (size_t i = 0; i <= rows; i++) d[i][0] = i;
    for (size_t j = 0; j <= columns; j++) d[0][j] = j;
    for (size_t i = 1; i <= rows; i++)
        for (size_t j = 1; j <= columns; j++) {
            size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[rows][columns];
}

const char *dt_nearest(const char *word, const char *const *names, size_t count) {
    size_t length = strlen(word), far = length / 3 + 2, half = (length + 1) / 2;
    size_t least = far < half ? far : half;     /* a word that differs in half of its letters is another word */
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = nearest_distance(word, names[i]);
        if (distance < least) {
            least = distance;
            best = names[i];
        }
    }
    return best;
}
