/* param.h - the table by which an algorithm declares its parameters.  It serves for checking a scenario, for filling the
 * algorithm's state, for help, for the record and for the Lua reference. */
#ifndef DT_BASE_PARAM_H
#define DT_BASE_PARAM_H

#include "base/config.h"
#include "base/status.h"
#include <stddef.h>
#include <stdio.h>

typedef enum dt_kind {
    DT_REAL,    /* double */
    DT_INT,     /* long */
    DT_BOOL,    /* bool; preset 0 or 1 */
    DT_TEXT,    /* const char *; text is its preset, choices what is allowed ("a|b"), NULL: any, and a number is the
                 * text of its digits: a host or a column may be called 3 */
    DT_LIST,    /* dt_list of numbers; text is its preset: "200 200"; "": without the key there is
                 * no such list, and an empty one is refused */
    DT_WORDS,   /* dt_words: such texts, of which a single one needs no braces */
    DT_TABLE    /* const dt_config *: a nested choice, opened by the room named in choices (a bare number, or a list of
                 * quantities, too where it has a unit), or, without choices, any table; NULL where it is not given.  If it is
                 * a list of tables, inner has their keys; if it is one such table, text is "-" */
} dt_kind;

typedef struct dt_list { const double *item; size_t count; } dt_list;
typedef struct dt_words { const char *const *item; size_t count; } dt_words;

typedef struct dt_param {
    const char *name;           /* NULL ends the table */
    dt_kind     kind;
    size_t      where;          /* offset in the algorithm's state */
    double      preset, least, most;
    const char *unit;           /* "s", "B", "B/s", "flop/s", "W", "J", or "1" for a bare number */
    const char *brief;          /* what the key does and when one would use it: a sentence without a full stop */
    const char *text, *choices;
    const struct dt_param *inner;
} dt_param;

/* A row of a table fills the field of that name; DT_<KIND>_NAMED gives it another name in scenarios.  A field whose type
 * is not the kind's does not compile. */
#define DT_FIELD(type, state, field) _Generic(((state *)0)->field, type: offsetof(state, field))

#define DT_REAL_NAMED(name, state, field, preset, least, most, unit, brief) \
    { name, DT_REAL, DT_FIELD(double, state, field), preset, least, most, unit, brief, NULL, NULL, NULL }
#define DT_INT_NAMED(name, state, field, preset, least, most, brief) \
    { name, DT_INT, DT_FIELD(long, state, field), preset, least, most, "1", brief, NULL, NULL, NULL }
#define DT_BOOL_NAMED(name, state, field, preset, brief) \
    { name, DT_BOOL, DT_FIELD(bool, state, field), preset, 0, 1, "1", brief, NULL, NULL, NULL }
#define DT_TEXT_NAMED(name, state, field, preset, brief) \
    DT_CHOICE_NAMED(name, state, field, preset, NULL, brief)
#define DT_CHOICE_NAMED(name, state, field, preset, choices, brief) \
    { name, DT_TEXT, DT_FIELD(const char *, state, field), 0, 0, 0, "1", brief, preset, choices, NULL }
#define DT_LIST_NAMED(name, state, field, preset, least, most, unit, brief) \
    { name, DT_LIST, DT_FIELD(dt_list, state, field), 0, least, most, unit, brief, preset, NULL, NULL }
#define DT_WORDS_NAMED(name, state, field, preset, brief) \
    { name, DT_WORDS, DT_FIELD(dt_words, state, field), 0, 0, 0, "1", brief, preset, NULL, NULL }
#define DT_TABLE_NAMED(name, state, field, unit, room, brief) \
    { name, DT_TABLE, DT_FIELD(const dt_config *, state, field), 0, 0, 0, unit, brief, NULL, room, NULL }
#define DT_TABLES_NAMED(name, state, field, inner, brief) \
    { name, DT_TABLE, DT_FIELD(const dt_config *, state, field), 0, 0, 0, "1", brief, NULL, NULL, inner }
#define DT_KEYS_NAMED(name, state, field, inner, brief) \
    { name, DT_TABLE, DT_FIELD(const dt_config *, state, field), 0, 0, 0, "1", brief, "-", NULL, inner }

#define DT_REAL_PARAM(state, field, ...)   DT_REAL_NAMED(#field, state, field, __VA_ARGS__)
#define DT_INT_PARAM(state, field, ...)    DT_INT_NAMED(#field, state, field, __VA_ARGS__)
#define DT_BOOL_PARAM(state, field, ...)   DT_BOOL_NAMED(#field, state, field, __VA_ARGS__)
#define DT_TEXT_PARAM(state, field, ...)   DT_TEXT_NAMED(#field, state, field, __VA_ARGS__)
#define DT_CHOICE_PARAM(state, field, ...) DT_CHOICE_NAMED(#field, state, field, __VA_ARGS__)
#define DT_LIST_PARAM(state, field, ...)   DT_LIST_NAMED(#field, state, field, __VA_ARGS__)
#define DT_WORDS_PARAM(state, field, ...)  DT_WORDS_NAMED(#field, state, field, __VA_ARGS__)
#define DT_TABLE_PARAM(state, field, ...)  DT_TABLE_NAMED(#field, state, field, __VA_ARGS__)
#define DT_TABLES_PARAM(state, field, ...) DT_TABLES_NAMED(#field, state, field, __VA_ARGS__)
#define DT_KEYS_PARAM(state, field, ...)   DT_KEYS_NAMED(#field, state, field, __VA_ARGS__)

/* True if the parameter's number has no unit. */
bool dt_param_bare(const dt_param *p);

/* A place to fill: a table and the state its offsets count from.  table NULL: nothing. */
typedef struct dt_target { const dt_param *table; void *state; } dt_target;

/* Set every parameter of both targets from config (NULL: presets only), refusing unknown keys, wrong kinds
 * and values out of range.  A text value of a parameter with a unit is read as a quantity ("40ms").
 *   path   where config stands in the scenario, "compress": the front of every message's key path
 *   arena  owns texts and lists
 * Errors: DT_EINVAL with the key's path. */
dt_status dt_param_fill(dt_target own, dt_target common, const dt_config *config, const char *path, dt_arena *arena);

/* Write every parameter of the target into table, in the table's order; numbers know their unit. */
void dt_param_dump(dt_target target, dt_config *table, dt_arena *arena);

/* One line a parameter: name, preset, unit, range, sentence; then a line for each key of the tables that it lists.  The
 * first function calls one parameter by another name, such as its path. */
void dt_param_line(FILE *out, const dt_param *p, const char *name);
void dt_param_help(FILE *out, const dt_param *table);

/* Read a quantity such as "25Gbps", "100Mbit/s", "12MiB/s", "40ms", "3Gf", "5MB" into the base unit: s, B, B/s, flop/s,
 * J, W.  Case counts: b is a bit and B a byte, m a thousandth and M a million.
 * Errors: DT_EINVAL; the reason names the spellings that are known. */
dt_status dt_unit_read(const char *text, const char *unit, double *value);

#endif
