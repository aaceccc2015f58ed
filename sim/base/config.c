/* config.c - the tree of a scenario's values. */
#include "base/config.h"
#include "base/status.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

dt_config *dt_config_new(dt_arena *arena) {
    dt_config *table = dt_arena_take(arena, 1, sizeof *table);
    table->kind = DT_CONFIG_TABLE;
    return table;
}

static dt_config *config_child(dt_config *table, const char *key, dt_config_kind kind, dt_arena *arena) {
    dt_config **slot = &table->first;
    while (*slot != NULL && (key == NULL || (*slot)->key == NULL || strcmp((*slot)->key, key) != 0))
        slot = &(*slot)->next;
    dt_config *child = *slot;
    if (child == NULL) {
        child = dt_arena_take(arena, 1, sizeof *child);
        child->key = key == NULL ? NULL : dt_arena_copy(arena, key, strlen(key));
        *slot = child;
    }
    child->kind = kind;
    child->unit = NULL;
    child->first = NULL;
    return child;
}

dt_config *dt_config_set_bool(dt_config *table, const char *key, bool value, dt_arena *arena) {
    dt_config *child = config_child(table, key, DT_CONFIG_BOOL, arena);
    child->truth = value;
    return child;
}

dt_config *dt_config_set_number(dt_config *table, const char *key, double value, dt_arena *arena) {
    dt_config *child = config_child(table, key, DT_CONFIG_NUMBER, arena);
    child->number = value;
    return child;
}

dt_config *dt_config_set_text(dt_config *table, const char *key, const char *value, dt_arena *arena) {
    dt_config *child = config_child(table, key, DT_CONFIG_TEXT, arena);
    child->text = dt_arena_copy(arena, value, strlen(value));
    return child;
}

dt_config *dt_config_set_table(dt_config *table, const char *key, dt_arena *arena) {
    return config_child(table, key, DT_CONFIG_TABLE, arena);
}

dt_config *dt_config_set_copy(dt_config *table, const char *key, const dt_config *value, dt_arena *arena) {
    switch (value->kind) {
    case DT_CONFIG_BOOL: return dt_config_set_bool(table, key, value->truth, arena);
    case DT_CONFIG_NUMBER: {
        dt_config *child = dt_config_set_number(table, key, value->number, arena);
        child->unit = value->unit;
        return child;
    }
    case DT_CONFIG_TEXT: return dt_config_set_text(table, key, value->text, arena);
    case DT_CONFIG_TABLE: break;
    }
    dt_config *child = dt_config_set_table(table, key, arena);
    for (const dt_config *c = value->first; c != NULL; c = c->next) dt_config_set_copy(child, c->key, c, arena);
    return child;
}

const dt_config *dt_config_get(const dt_config *table, const char *key) {
    if (table == NULL || table->kind != DT_CONFIG_TABLE) return NULL;
    for (const dt_config *c = table->first; c != NULL; c = c->next)
        if (c->key != NULL && strcmp(c->key, key) == 0) return c;
    return NULL;
}

void dt_config_set_unit(dt_config *table, const char *path, const char *unit) {
    dt_config *node = (dt_config *)dt_config_at(table, path);    /* it belongs to the table */
    if (node != NULL && node->kind == DT_CONFIG_NUMBER && node->unit == NULL) node->unit = unit;
}

const dt_config *dt_config_at(const dt_config *table, const char *path) {
    while (table != NULL) {
        size_t length = strcspn(path, ".");
        char key[128];
        if (length >= sizeof key) return NULL;
        memcpy(key, path, length);
        key[length] = '\0';
        table = dt_config_get(table, key);
        if (path[length] == '\0') return table;
        path += length + 1;
    }
    return NULL;
}

/* Two numbers that are NaN count as equal. */
static bool config_equal_value(const dt_config *a, const dt_config *b) {
    switch (a->kind) {
    case DT_CONFIG_BOOL: return a->truth == b->truth;
    case DT_CONFIG_NUMBER: return a->number == b->number || (isnan(a->number) && isnan(b->number));
    case DT_CONFIG_TEXT: return strcmp(a->text, b->text) == 0;
    case DT_CONFIG_TABLE: break;
    }
    return true;
}

static size_t config_keys(const dt_config *table) {
    size_t keys = 0;
    for (const dt_config *c = table->first; c != NULL; c = c->next) keys += c->key != NULL;
    return keys;
}

static const dt_config *config_item(const dt_config *c) {
    while (c != NULL && c->key != NULL) c = c->next;
    return c;
}

bool dt_config_equal(const dt_config *a, const dt_config *b) {
    if (a == NULL || b == NULL) return a == b;
    if (a->kind != b->kind || !config_equal_value(a, b)) return false;
    if (a->kind != DT_CONFIG_TABLE) return true;
    if (config_keys(a) != config_keys(b)) return false;
    for (const dt_config *c = a->first; c != NULL; c = c->next)
        if (c->key != NULL && !dt_config_equal(c, dt_config_get(b, c->key))) return false;
    const dt_config *x = config_item(a->first), *y = config_item(b->first);
    for (; x != NULL && y != NULL; x = config_item(x->next), y = config_item(y->next))
        if (!dt_config_equal(x, y)) return false;
    return x == y;
}

const char *dt_config_name(const dt_config *node) {
    if (node == NULL) return NULL;
    if (node->kind == DT_CONFIG_TEXT) return node->text;
    if (node->kind != DT_CONFIG_TABLE || node->first == NULL) return NULL;
    const dt_config *item = node->first;
    return item->key == NULL && item->kind == DT_CONFIG_TEXT ? item->text : NULL;
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* Bytes of the UTF-8 character that begins here (no long form, no surrogate); 0: there is none. */
static size_t json_character(const unsigned char *c) {
    size_t bytes = *c < 0x80 ? 1 : *c < 0xc2 ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : *c < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < bytes; i++)
        if ((c[i] & 0xc0) != 0x80) return 0;
    bool outside = (*c == 0xe0 && c[1] < 0xa0) || (*c == 0xed && c[1] > 0x9f) || (*c == 0xf0 && c[1] < 0x90) ||
                   (*c == 0xf4 && c[1] > 0x8f);
    return outside ? 0 : bytes;
}

/* A byte that is no UTF-8, as in a path in Latin-1, is written as the character of that number: JSON knows no bytes. */
static void json_text(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0';) {
        size_t bytes = json_character(c);
        if (*c == '"' || *c == '\\') fprintf(out, "\\%c", *c);
        else if (*c < 0x20) fprintf(out, "\\u%04x", *c);
        else if (bytes == 0) fprintf(out, "%c%c", 0xc0 | *c >> 6, 0x80 | (*c & 0x3f));
        else fwrite(c, bytes, 1, out);
        c += bytes == 0 ? 1 : bytes;
    }
    fputc('"', out);
}

/* The shortest decimal that reads back as the same double; JSON has no infinity, so it is a text. */
static void json_number(FILE *out, double number) {
    char digits[40];
    if (!isfinite(number)) {
        fprintf(out, "\"%s\"", isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
        return;
    }
    if (number == floor(number) && fabs(number) < 1e15) {      /* 200, not 2e+02 */
        fprintf(out, "%.0f", number);
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number) break;
    }
    fputs(digits, out);
}

static int json_order(const void *a, const void *b) {
    const dt_config *const *left = a, *const *right = b;
    return strcmp((*left)->key, (*right)->key);
}

static void json_node(FILE *out, const dt_config *node, dt_arena *arena);

static void json_list(FILE *out, const dt_config *node, dt_arena *arena) {
    const char *comma = "";
    fputc('[', out);
    for (const dt_config *c = node->first; c != NULL; c = c->next, comma = ",") {
        fputs(comma, out);
        json_node(out, c, arena);
    }
    fputc(']', out);
}

static void json_table(FILE *out, const dt_config *node, dt_arena *arena) {
    size_t items = 0, keys = 0;
    for (const dt_config *c = node->first; c != NULL; c = c->next) *(c->key == NULL ? &items : &keys) += 1;
    if (keys == 0 && items > 0) {
        json_list(out, node, arena);
        return;
    }
    const dt_config **sorted = dt_arena_take(arena, keys + 1, sizeof *sorted);
    keys = 0;
    for (const dt_config *c = node->first; c != NULL; c = c->next)
        if (c->key != NULL) sorted[keys++] = c;
    qsort(sorted, keys, sizeof *sorted, json_order);
    const char *name = dt_config_name(node), *comma = name == NULL ? "" : ",";
    fputc('{', out);
    if (name != NULL) {
        fputs("\"name\":", out);
        json_text(out, name);
    }
    for (size_t i = 0; i < keys; i++, comma = ",") {
        fputs(comma, out);
        json_text(out, sorted[i]->key);
        fputc(':', out);
        json_node(out, sorted[i], arena);
    }
    fputc('}', out);
}

static void json_node(FILE *out, const dt_config *node, dt_arena *arena) {
    switch (node->kind) {
    case DT_CONFIG_BOOL: fputs(node->truth ? "true" : "false", out); break;
    case DT_CONFIG_NUMBER: json_number(out, node->number); break;
    case DT_CONFIG_TEXT: json_text(out, node->text); break;
    case DT_CONFIG_TABLE: json_table(out, node, arena); break;
    }
}

char *dt_config_json(const dt_config *node, dt_arena *arena) {
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    if (out != NULL) json_node(out, node, arena);
    bool whole = out != NULL && !ferror(out);
    if (out != NULL) whole = fclose(out) == 0 && bytes != NULL && whole;        /* glibc tells of the last block by NULL alone */
    if (!whole) dt_die(DT_EMEMORY, "no memory left for the text of a configuration");
    char *text = dt_arena_copy(arena, bytes, length);
    free(bytes);
    return text;
}
