/* unit.c - quantities written with their unit. */
#include "base/param.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A unit as people write it, and the prefixes that may stand before it.  "Kbps" is kbps to everybody, but by "KB" some
 * mean 1000 bytes and others 1024: it is left out, as are "Mb" for a size and "MByte". */
typedef struct spelling { const char *suffix, *unit, *prefixes; double factor; } spelling;

static const char sizes[] = "k M G T P E Ki Mi Gi Ti Pi Ei", rates[] = "k K M G T P E Ki Mi Gi Ti Pi Ei",
                  speeds[] = "k M G T P E", small[] = "m k M G", none[] = "";

static const spelling spellings[] = {
    { "ns", "s", none, 1e-9 },       { "us", "s", none, 1e-6 },      { "\u00b5s", "s", none, 1e-6 },
    { "\u03bcs", "s", none, 1e-6 },  { "ms", "s", none, 1e-3 },      { "s", "s", none, 1 },
    { "sec", "s", none, 1 },         { "min", "s", none, 60 },       { "h", "s", none, 3600 },
    { "d", "s", none, 86400 },
    { "B", "B", sizes, 1 },          { "byte", "B", none, 1 },       { "bytes", "B", none, 1 },
    { "bit", "B", rates, 0.125 },    { "bits", "B", rates, 0.125 },  { "Bit", "B", rates, 0.125 },
    { "Bps", "B/s", sizes, 1 },      { "B/s", "B/s", sizes, 1 },     { "bytes/s", "B/s", none, 1 },
    { "bps", "B/s", rates, 0.125 },  { "b/s", "B/s", rates, 0.125 }, { "bit/s", "B/s", rates, 0.125 },
    { "bits/s", "B/s", rates, 0.125 }, { "bits/sec", "B/s", rates, 0.125 }, { "Bit/s", "B/s", rates, 0.125 },
    { "f", "flop/s", speeds, 1 },    { "flop/s", "flop/s", speeds, 1 }, { "flops", "flop/s", speeds, 1 },
    { "FLOP/s", "flop/s", speeds, 1 }, { "FLOPS", "flop/s", speeds, 1 },
    { "J", "J", small, 1 },          { "Wh", "J", small, 3600 },
    { "W", "W", small, 1 },
};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };

static const struct { const char *text; double factor; } prefixes[] = {
    { "", 1 },      { "m", 1e-3 },  { "k", 1e3 },    { "K", 1e3 },      { "M", 1e6 },         { "G", 1e9 },
    { "T", 1e12 },  { "P", 1e15 },  { "E", 1e18 },   { "Ki", 0x1p10 },  { "Mi", 0x1p20 },     { "Gi", 0x1p30 },
    { "Ti", 0x1p40 }, { "Pi", 0x1p50 }, { "Ei", 0x1p60 },
};

/* True if text[0 .. length - 1] is one of the prefixes that the unit may have. */
static bool unit_may(const spelling *s, const char *text, size_t length) {
    for (const char *at = s->prefixes; length > 0; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == 0) return false;
        if (word == length && strncmp(at, text, length) == 0) return true;
        at += word;
    }
    return true;
}

/* The factor from word to unit, or 0 if word is no spelling of that unit. */
static double unit_factor(const char *word, const char *unit) {
    size_t length = strlen(word);
    for (int i = 0; i < SPELLINGS; i++) {
        size_t tail = strlen(spellings[i].suffix);
        if (strcmp(spellings[i].unit, unit) != 0 || tail > length) continue;
        size_t head = length - tail;
        if (strcmp(word + head, spellings[i].suffix) != 0 || !unit_may(&spellings[i], word, head)) continue;
        for (size_t p = 0; p < sizeof prefixes / sizeof *prefixes; p++)
            if (strlen(prefixes[p].text) == head && strncmp(prefixes[p].text, word, head) == 0)
                return prefixes[p].factor * spellings[i].factor;
    }
    return 0;
}

static dt_status unit_refuse(const char *text, const char *unit) {
    static const char *const known[][2] = {
        { "s", "ns, us, ms, s, min, h, d" },
        { "B", "B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (powers of 1024), bit, kbit, Mbit, Gbit" },
        { "B/s", "bps, kbps, Mbps, Gbps, Tbps (or bit/s, kbit/s, Mbit/s, ...), Bps, kBps, MBps, GBps (or B/s, kB/s, MB/s, "
                 "...; powers of 1000), KiBps, MiBps, GiBps (or KiB/s, MiB/s, ...; powers of 1024)" },
        { "flop/s", "f, kf, Mf, Gf, Tf, Pf (or flop/s, flops, FLOPS: Gflop/s, TFLOPS)" },
        { "J", "J, mJ, kJ, MJ, Wh, mWh, kWh" },
        { "W", "W, mW, kW, MW" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i][0], unit) == 0)
            return dt_fail(DT_EINVAL, "expected a quantity in %s, got \"%s\": write a number and one of %s", unit, text,
                           known[i][1]);
    return dt_fail(DT_EINVAL, "expected a number, got \"%s\"", text);
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
    double factor = unit_factor(end, unit);
    if (factor == 0) return unit_refuse(text, unit);
    *value = factor < 1 ? number / round(1 / factor) : number * factor;     /* "25us" is exactly 25e-6 */
    return isfinite(*value) ? DT_OK : unit_refuse(text, unit);
}
