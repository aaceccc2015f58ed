/* param.c - fills a state from a scenario's node by the parameter table, and prints the table. */
#include "base/param.h"
#include "base/foreign.h"
#include "base/near.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 64, PATH = 200 };

static const char *const kind_words[] = { "a number", "a whole number", "true or false", "a text",
                                          "a list of numbers", "a text or a list of texts",
                                          "a name or a table { \"name\", ... }" };

bool dt_param_bare(const dt_param *p) { return p->unit[0] == '\0' || strcmp(p->unit, "1") == 0; }

static const char *param_given(const dt_config *node, dt_arena *arena) {
    return dt_config_json(node, arena);
}

static dt_status param_kind_wrong(const dt_param *p, const dt_config *node, const char *path, dt_arena *arena) {
    const char *given = param_given(node, arena);
    return dt_fail_at(DT_EINVAL, path, "expected %s, got %s%s", kind_words[p->kind], given, dt_foreign_value(path, given));
}

/* A range as people write it; the bounds of a kind are left out, but for one that a finite value is beyond. */
static const char *param_range(const dt_param *p, double value, char *text, size_t size) {
    bool low = p->least > (double)LONG_MIN / 2 || (isfinite(value) && value < p->least);
    bool high = p->most < (double)LONG_MAX / 2 || (isfinite(value) && value > p->most);
    if (low && high) snprintf(text, size, "%g to %g", p->least, p->most);
    else if (low) snprintf(text, size, "at least %g", p->least);
    else if (high) snprintf(text, size, "at most %g", p->most);
    else snprintf(text, size, "any");
    return text;
}

/* What a number outside its range should have been: "a whole number of at least 1", "a number from 0 to 10 s". */
static dt_status param_outside(const dt_param *p, double value, const dt_config *node, const char *path, dt_arena *arena) {
    char range[64];
    param_range(p, value, range, sizeof range);
    bool any = strcmp(range, "any") == 0, limited = strncmp(range, "at ", 3) == 0, bare = dt_param_bare(p);
    return dt_fail_at(DT_EINVAL, path, "expected %s%s%s%s%s, got %s", p->kind == DT_INT ? "a whole number" : "a number",
                      any ? "" : limited ? " of " : " from ", any ? "" : range, bare ? "" : any ? " of " : " ",
                      bare ? "" : p->unit, param_given(node, arena));
}

static dt_status param_number(const dt_param *p, const dt_config *node, const char *path, dt_arena *arena,
                              double *value) {
    if (node->kind == DT_CONFIG_TEXT) {
        if (dt_unit_read(node->text, p->unit, value) != DT_OK) {
            char *reason = dt_arena_text(arena, "%s", dt_reason());
            return dt_fail_at(DT_EINVAL, path, "%s", reason);
        }
    } else if (node->kind == DT_CONFIG_NUMBER) {
        *value = node->number + 0.0;        /* no negative zero: equal choices have one spelling */
    } else {
        return param_kind_wrong(p, node, path, arena);
    }
    return *value >= p->least && *value <= p->most ? DT_OK : param_outside(p, *value, node, path, arena);
}

/* A word that is none of the choices "a|b" is refused, with the nearest of them. */
static dt_status param_choice(const char *choices, const char *word, const char *path, dt_arena *arena) {
    const char *names[NAMES];
    size_t count = 0;
    char *left = dt_arena_copy(arena, choices, strlen(choices)), *one;
    while (count < NAMES && (one = strsep(&left, "|")) != NULL) {
        if (strcmp(one, word) == 0) return DT_OK;
        names[count++] = one;
    }
    const char *foreign = dt_foreign_value(path, dt_arena_text(arena, "\"%s\"", word));
    return dt_fail_at(DT_EINVAL, path, "expected one of %s, got \"%s\"%s", choices, word,
                      foreign[0] != '\0' ? foreign : dt_did_you_mean(dt_nearest(word, names, count)));
}

static dt_status param_text(const dt_param *p, const dt_config *node, const char *path, dt_arena *arena,
                            const char **value) {
    if (node->kind == DT_CONFIG_NUMBER && p->choices == NULL) {
        *value = dt_config_json(node, arena);
        return DT_OK;
    }
    if (node->kind != DT_CONFIG_TEXT) return param_kind_wrong(p, node, path, arena);
    if (p->choices != NULL) DT_TRY(param_choice(p->choices, node->text, path, arena));
    *value = dt_arena_copy(arena, node->text, strlen(node->text));
    return DT_OK;
}

/* A list that is there only if it is given: its preset is "". */
static bool param_spared(const dt_param *p) { return p->text != NULL && p->text[0] == '\0'; }

static dt_status param_list(const dt_param *p, const dt_config *node, const char *path, dt_arena *arena,
                            dt_list *value) {
    size_t count = 0;
    if (node->kind == DT_CONFIG_NUMBER || node->kind == DT_CONFIG_TEXT) {    /* one item without braces */
        double *item = dt_arena_take(arena, 1, sizeof *item);
        DT_TRY(param_number(p, node, path, arena, item));
        *value = (dt_list){ item, 1 };
        return DT_OK;
    }
    if (node->kind != DT_CONFIG_TABLE) return param_kind_wrong(p, node, path, arena);
    for (const dt_config *c = node->first; c != NULL; c = c->next) count++;
    double *item = dt_arena_take(arena, count + 1, sizeof *item);
    count = 0;
    for (const dt_config *c = node->first; c != NULL; c = c->next) {
        if (c->key != NULL) return param_kind_wrong(p, node, path, arena);
        DT_TRY(param_number(p, c, path, arena, &item[count++]));
    }
    if (count == 0 && param_spared(p))
        return dt_fail_at(DT_EINVAL, path, "expected at least one number, got an empty list: without the key there is none");
    *value = (dt_list){ item, count };
    return DT_OK;
}

static dt_status param_words(const dt_param *p, const dt_config *node, const char *path, dt_arena *arena,
                             dt_words *value) {
    const dt_config *first = node->kind == DT_CONFIG_TABLE ? node->first : node;
    size_t count = 0;
    for (const dt_config *c = first; c != NULL; c = c == node ? NULL : c->next) count++;
    const char **item = dt_arena_take(arena, count + 1, sizeof *item);
    *value = (dt_words){ item, 0 };
    for (const dt_config *c = first; value->count < count; c = c->next) {
        bool word = c == node || c->key == NULL;
        if (!word || c->kind == DT_CONFIG_BOOL || c->kind == DT_CONFIG_TABLE) return param_kind_wrong(p, node, path, arena);
        DT_TRY(param_text(p, c, path, arena, &item[value->count++]));
    }
    return DT_OK;
}

/* If a choice has a unit, a bare number means the constant distribution of that value, and a list gives each worker its own
 * value.  True for such a node. */
static bool param_plain(const dt_param *p, const dt_config *node) {
    if (dt_param_bare(p)) return false;
    bool list = node->kind == DT_CONFIG_TABLE && node->first != NULL && node->first->key == NULL;
    return node->kind == DT_CONFIG_NUMBER || (list && node->first->kind == DT_CONFIG_NUMBER);
}

static dt_status param_set(const dt_param *p, void *state, const dt_config *node, const char *path,
                           dt_arena *arena) {
    void *at = (char *)state + p->where;
    double number;
    switch (p->kind) {
    case DT_REAL: return param_number(p, node, path, arena, at);
    case DT_INT:
        DT_TRY(param_number(p, node, path, arena, &number));
        if (number != floor(number)) return param_kind_wrong(p, node, path, arena);
        *(long *)at = (long)number;
        return DT_OK;
    case DT_BOOL:
        if (node->kind != DT_CONFIG_BOOL) return param_kind_wrong(p, node, path, arena);
        *(bool *)at = node->truth;
        return DT_OK;
    case DT_TEXT: return param_text(p, node, path, arena, at);
    case DT_LIST: return param_list(p, node, path, arena, at);
    case DT_WORDS: return param_words(p, node, path, arena, at);
    case DT_TABLE:
        if (p->choices == NULL && node->kind != DT_CONFIG_TABLE) return param_kind_wrong(p, node, path, arena);
        if (p->choices != NULL && dt_config_name(node) == NULL && !param_plain(p, node))
            return param_kind_wrong(p, node, path, arena);
        *(const dt_config **)at = node;
        return DT_OK;
    }
    return DT_OK;
}

static void param_preset_list(const char *text, dt_list *list, dt_arena *arena) {
    double *item = dt_arena_take(arena, text == NULL ? 1 : strlen(text) + 1, sizeof *item);
    size_t count = 0;
    char *end;
    for (const char *c = text; c != NULL; c = end) {
        double number = strtod(c, &end);
        if (end == c) break;
        item[count++] = number;
    }
    *list = (dt_list){ item, count };
}

static void param_preset(const dt_param *p, void *state, dt_arena *arena) {
    void *at = (char *)state + p->where;
    switch (p->kind) {
    case DT_REAL: *(double *)at = p->preset; break;
    case DT_INT: *(long *)at = (long)p->preset; break;
    case DT_BOOL: *(bool *)at = p->preset != 0; break;
    case DT_TEXT: *(const char **)at = p->text; break;
    case DT_LIST: param_preset_list(p->text, at, arena); break;
    case DT_WORDS: *(dt_words *)at = (dt_words){ &p->text, p->text != NULL }; break;
    case DT_TABLE: *(const dt_config **)at = NULL; break;
    }
}

static const dt_param *param_find(const dt_param *table, const char *name) {
    for (const dt_param *p = table; p != NULL && p->name != NULL; p++)
        if (strcmp(p->name, name) == 0) return p;
    return NULL;
}

static dt_status param_unknown(const dt_target *targets, const dt_config *given, const char *path, dt_arena *arena) {
    const char *names[NAMES], *key = given->key, *foreign = dt_foreign_key(path, param_given(given, arena));
    size_t count = 0;
    for (int t = 0; t < 2; t++)
        for (const dt_param *p = targets[t].table; p != NULL && p->name != NULL && count < NAMES; p++) names[count++] = p->name;
    const char *near = dt_nearest(key, names, count);       /* a key of the choice itself, such as local_epochs for epochs, is meant first */
    if (foreign[0] != '\0' && (near == NULL || strstr(near, key) == NULL))
        return dt_fail_at(DT_EINVAL, path, "there is no such key%s", foreign);
    if (count == 0) return dt_fail_at(DT_EINVAL, path, "there is no such key: expected none, for this choice has no keys");
    return dt_fail_at(DT_EINVAL, path, "there is no such key%s", dt_known(key, names, count));
}

dt_status dt_param_fill(dt_target own, dt_target common, const dt_config *config, const char *path, dt_arena *arena) {
    const dt_target targets[] = { own, common };
    for (int t = 0; t < 2; t++)
        for (const dt_param *p = targets[t].table; p != NULL && p->name != NULL; p++)
            param_preset(p, targets[t].state, arena);
    if (config == NULL || config->kind == DT_CONFIG_TEXT) return DT_OK;
    if (config->kind != DT_CONFIG_TABLE)
        return dt_fail_at(DT_EINVAL, path, "expected %s, got %s", kind_words[DT_TABLE], param_given(config, arena));
    for (const dt_config *c = config->first; c != NULL; c = c->next) {
        char key_path[PATH];
        if (c->key == NULL) {
            if (c == config->first) continue;       /* the algorithm's name */
            return dt_fail_at(DT_EINVAL, path, "expected key = value, got %s without a key", param_given(c, arena));
        }
        snprintf(key_path, sizeof key_path, "%s%s%s", path, path[0] == '\0' ? "" : ".", c->key);
        int t = 0;
        const dt_param *p = NULL;
        for (; t < 2 && p == NULL; t++) p = param_find(targets[t].table, c->key);
        if (p == NULL) return param_unknown(targets, c, key_path, arena);
        DT_TRY(param_set(p, targets[t - 1].state, c, key_path, arena));
    }
    return DT_OK;
}

static void param_dump_words(const dt_words *words, const char *key, dt_config *table, dt_arena *arena) {
    dt_config *list = words->count > 1 ? dt_config_set_table(table, key, arena) : table;
    for (size_t i = 0; i < words->count; i++) dt_config_set_text(list, list == table ? key : NULL, words->item[i], arena);
}

void dt_param_dump(dt_target target, dt_config *table, dt_arena *arena) {
    for (const dt_param *p = target.table; p != NULL && p->name != NULL; p++) {
        const void *at = (const char *)target.state + p->where;
        switch (p->kind) {
        case DT_REAL: dt_config_set_number(table, p->name, *(const double *)at, arena)->unit = p->unit; break;
        case DT_INT: dt_config_set_number(table, p->name, (double)*(const long *)at, arena)->unit = p->unit; break;
        case DT_BOOL: dt_config_set_bool(table, p->name, *(const bool *)at, arena); break;
        case DT_TEXT:
            if (*(const char *const *)at != NULL) dt_config_set_text(table, p->name, *(const char *const *)at, arena);
            break;
        case DT_LIST: {
            const dt_list *list = at;
            if (list->count == 0 && param_spared(p)) break;
            dt_config *items = dt_config_set_table(table, p->name, arena);
            for (size_t i = 0; i < list->count; i++) dt_config_set_number(items, NULL, list->item[i], arena)->unit = p->unit;
            break;
        }
        case DT_WORDS: param_dump_words(at, p->name, table, arena); break;
        case DT_TABLE: {
            const dt_config *node = *(const dt_config *const *)at;
            if (node != NULL) dt_config_set_copy(table, p->name, node, arena);
            break;
        }
        }
    }
}

void dt_param_line(FILE *out, const dt_param *p, const char *name) {
    char preset[64], range[64], inner[96];
    bool number = p->kind == DT_REAL || p->kind == DT_INT || p->kind == DT_LIST;
    if (p->kind == DT_BOOL) snprintf(preset, sizeof preset, "%s", p->preset != 0 ? "true" : "false");
    else if (p->kind == DT_REAL || p->kind == DT_INT) snprintf(preset, sizeof preset, "%.10g", p->preset);
    else snprintf(preset, sizeof preset, "%s", p->text == NULL ? "-" : p->text[0] == '\0' ? "\"\"" : p->text);
    param_range(p, NAN, range, sizeof range);
    bool unit = number && !dt_param_bare(p), drawn = p->kind == DT_TABLE && p->choices != NULL;
    fprintf(out, "  %-14s %s%s%s", name, preset, unit ? " " : "", unit ? p->unit : "");
    fprintf(out, " (%s%s%s%s)  %s\n", drawn ? "a " : "", number ? range : p->choices != NULL ? p->choices : p->inner != NULL ? (p->text == NULL ? "a list of tables" : "a table") : kind_words[p->kind],
            drawn && !dt_param_bare(p) ? ", in " : "", drawn && !dt_param_bare(p) ? p->unit : "", p->brief);
    for (const dt_param *i = p->inner; i != NULL && i->name != NULL; i++) {
        snprintf(inner, sizeof inner, "%s.%s", name, i->name);
        dt_param_line(out, i, inner);
    }
}

void dt_param_help(FILE *out, const dt_param *table) {
    for (const dt_param *p = table; p != NULL && p->name != NULL; p++) dt_param_line(out, p, p->name);
}
