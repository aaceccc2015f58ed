/* json.c - reads back the text of a configuration that dt_config_json wrote: the subset of JSON without null and without
 * characters beyond ASCII written as \u. */
#include "base/config.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct json {
    const char *text, *at;
    int         depth;
    dt_arena   *arena;
} json;

static dt_status json_refuse(const json *j) {
    return dt_fail(DT_EFORMAT, "the text of a configuration is damaged at character %td", j->at - j->text);
}

static bool json_next(json *j, char expected) {
    if (*j->at != expected) return false;
    j->at++;
    return true;
}

/* One character of a text, its escape resolved. */
static dt_status json_character(json *j, char *c) {
    if ((unsigned char)*j->at < 0x20) return json_refuse(j);
    if (!json_next(j, '\\')) {
        *c = *j->at++;
        return DT_OK;
    }
    if (json_next(j, 'u')) {
        if (strspn(j->at, "0123456789abcdef") < 4) return json_refuse(j);
        char digits[5] = { j->at[0], j->at[1], j->at[2], j->at[3], '\0' };
        long code = strtol(digits, NULL, 16);
        if (code == 0 || code >= 0x80) return json_refuse(j);
        *c = (char)code;
        j->at += 4;
        return DT_OK;
    }
    if (*j->at != '"' && *j->at != '\\') return json_refuse(j);
    *c = *j->at++;
    return DT_OK;
}

/* Behind the opening quote. */
static dt_status json_string(json *j, const char **text) {
    size_t room = 0, length = 0;
    while (j->at[room] != '"' && j->at[room] != '\0') room += j->at[room] == '\\' && j->at[room + 1] != '\0' ? 2 : 1;
    char *out = dt_arena_take(j->arena, room + 1, 1);
    for (; *j->at != '"'; length++) DT_TRY(json_character(j, &out[length]));
    j->at++;
    out[length] = '\0';
    *text = out;
    return DT_OK;
}

static dt_status json_value(json *j, dt_config *node);

/* "name" in front stands for the item that names an algorithm. */
static dt_status json_key(json *j, dt_config *node, bool front) {
    const char *key;
    if (!json_next(j, '"')) return json_refuse(j);
    DT_TRY(json_string(j, &key));
    if (!json_next(j, ':')) return json_refuse(j);
    if (!front || strcmp(key, "name") != 0 || *j->at != '"') node->key = key;
    return DT_OK;
}

static dt_status json_children(json *j, dt_config *table, char end) {
    dt_config **slot = &table->first;
    if (json_next(j, end)) return DT_OK;
    do {
        dt_config *child = dt_arena_take(j->arena, 1, sizeof *child);
        if (end == '}') DT_TRY(json_key(j, child, table->first == NULL));
        DT_TRY(json_value(j, child));
        *slot = child;
        slot = &child->next;
    } while (json_next(j, ','));
    return json_next(j, end) ? DT_OK : json_refuse(j);
}

static dt_status json_table(json *j, dt_config *node, char end) {
    enum { DEPTH = 64 };
    node->kind = DT_CONFIG_TABLE;
    if (++j->depth > DEPTH) return json_refuse(j);
    DT_TRY(json_children(j, node, end));
    j->depth--;
    return DT_OK;
}

static dt_status json_number(json *j, dt_config *node) {
    char *end;
    if (*j->at != '-' && !isdigit((unsigned char)*j->at)) return json_refuse(j);
    node->kind = DT_CONFIG_NUMBER;
    node->number = strtod(j->at, &end);
    if (end == j->at) return json_refuse(j);
    j->at = end;
    return DT_OK;
}

/* What is no number in JSON, dt_config_json writes as a text. */
static dt_status json_text(json *j, dt_config *node) {
    static const struct { const char *text; double number; } endless[] = { { "nan", NAN }, { "inf", HUGE_VAL },
                                                                           { "-inf", -HUGE_VAL } };
    node->kind = DT_CONFIG_TEXT;
    DT_TRY(json_string(j, &node->text));
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        if (strcmp(node->text, endless[i].text) != 0) continue;
        node->kind = DT_CONFIG_NUMBER;
        node->number = endless[i].number;
    }
    return DT_OK;
}

static dt_status json_truth(json *j, dt_config *node, const char *word, bool truth) {
    size_t length = strlen(word);
    if (strncmp(j->at, word, length) != 0) return json_refuse(j);
    node->kind = DT_CONFIG_BOOL;
    node->truth = truth;
    j->at += length;
    return DT_OK;
}

static dt_status json_value(json *j, dt_config *node) {
    if (json_next(j, '{')) return json_table(j, node, '}');
    if (json_next(j, '[')) return json_table(j, node, ']');
    if (*j->at == 't') return json_truth(j, node, "true", true);
    if (*j->at == 'f') return json_truth(j, node, "false", false);
    return json_next(j, '"') ? json_text(j, node) : json_number(j, node);
}

dt_status dt_config_parse(const char *text, const dt_config **node, dt_arena *arena) {
    json j = { text, text, 0, arena };
    dt_config *root = dt_arena_take(arena, 1, sizeof *root);
    DT_TRY(json_value(&j, root));
    *node = root;
    return *j.at == '\0' ? DT_OK : json_refuse(&j);
}
