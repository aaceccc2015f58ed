/* quantity.c - the unit that a quantity is read best in. */
#include "base/quantity.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct scale { double least, factor; const char *unit; } scale;

static const char *quantity_scaled(double value, const scale *scales, char *text) {
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

const char *dt_quantity_seconds(double s, char *text) {
    static const scale scales[] = { { 2 * 86400, 86400, "d" }, { 7200, 3600, "h" }, { 600, 60, "min" },
                                    { 1, 1, "s" }, { 1e-3, 1e-3, "ms" }, { 0, 1e-6, "us" } };
    return s == 0 ? strcpy(text, "0 s") : quantity_scaled(s, scales, text);
}

const char *dt_quantity_bytes(double bytes, char *text) {
    static const scale scales[] = { { 1e12, 1e12, "TB" }, { 1e9, 1e9, "GB" }, { 1e6, 1e6, "MB" }, { 1e3, 1e3, "kB" },
                                    { 0, 1, "B" } };
    return quantity_scaled(bytes, scales, text);
}

const char *dt_quantity_joules(double joules, char *text) {
    static const scale scales[] = { { 1e9, 1e9, "GJ" }, { 1e6, 1e6, "MJ" }, { 1e3, 1e3, "kJ" }, { 1, 1, "J" },
                                    { 0, 1e-3, "mJ" } };
    return quantity_scaled(joules, scales, text);
}
