/* convert.c - Lua values as trees of named values, and back. */
#include "script/inside.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 16, ENTRIES = 10000 };

static dt_status read_value(dt_script *s, int index, const char *path, dt_config *table, const char *key, int depth);

/* The path of a child: items count from 1. */
static const char *read_path(dt_script *s, const char *path, const char *key) {
    return dt_arena_text(s->arena, "%s%s%s", path, path[0] == '\0' ? "" : ".", key);
}

/* Names and texts go into tables, messages and files, so each must be one line of printable characters. */
static dt_status read_text(const char *text, size_t length, const char *path) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return dt_fail_at(DT_EINVAL, path, "a text holds a control character (byte %zu is %d)", i + 1, text[i]);
    return DT_OK;
}

/* Items are numbered 1 to n without gaps; every other key is a text. */
static dt_status read_count(dt_script *s, int index, const char *path, size_t *items, size_t *keys) {
    lua_State *L = s->L;
    lua_Integer numbered = 0, last = 0;
    size_t length;
    *keys = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0;) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING) {
            const char *key = lua_tolstring(L, -1, &length);
            DT_TRY(read_text(key, length, path));
            *keys += 1;
        } else if (lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1) {
            numbered++;
            if (lua_tointeger(L, -1) > last) last = lua_tointeger(L, -1);
        } else {
            return dt_fail_at(DT_EINVAL, path, "[%s] is no key here: keys are texts, items are numbered from 1",
                              luaL_tolstring(L, -1, NULL));
        }
    }
    *items = (size_t)numbered;
    if (numbered == last) return DT_OK;
    return dt_fail_at(DT_EINVAL, path, "the list has a gap: it has %d items, numbered up to %d", (int)numbered,
                      (int)last);
}

static int read_order(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static dt_status read_items(dt_script *s, int index, const char *path, dt_config *out, size_t items, int depth) {
    for (size_t i = 1; i <= items; i++) {
        const char *at = i == 1 ? path : read_path(s, path, dt_arena_text(s->arena, "%zu", i));
        lua_rawgeti(s->L, index, (lua_Integer)i);
        DT_TRY(read_value(s, lua_gettop(s->L), at, out, NULL, depth));
        lua_pop(s->L, 1);
    }
    return DT_OK;
}

static dt_status read_table(dt_script *s, int index, const char *path, dt_config *out, int depth) {
    lua_State *L = s->L;
    size_t items = 0, keys = 0, k = 0;
    if (depth > DEPTH)
        return dt_fail_at(DT_EINVAL, path, "tables are nested deeper than %d (does one hold itself?)", DEPTH);
    luaL_checkstack(L, 8, "tables nested too deep");
    DT_TRY(read_count(s, index, path, &items, &keys));
    if (items + keys > ENTRIES)
        return dt_fail_at(DT_EINVAL, path, "a table has %zu entries; at most %d are allowed", items + keys, ENTRIES);
    DT_TRY(read_items(s, index, path, out, items, depth));
    const char **key = dt_arena_take(s->arena, keys + 1, sizeof *key);
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING) key[k++] = dt_arena_text(s->arena, "%s", lua_tostring(L, -2));
    qsort(key, keys, sizeof *key, read_order);
    for (k = 0; k < keys; k++) {
        lua_pushstring(L, key[k]);
        lua_rawget(L, index);
        DT_TRY(read_value(s, lua_gettop(L), read_path(s, path, key[k]), out, key[k], depth));
        lua_pop(L, 1);
    }
    return DT_OK;
}

static dt_status read_value(dt_script *s, int index, const char *path, dt_config *table, const char *key, int depth) {
    lua_State *L = s->L;
    size_t length;
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN: dt_config_set_bool(table, key, lua_toboolean(L, index), s->arena); return DT_OK;
    case LUA_TNUMBER: dt_config_set_number(table, key, lua_tonumber(L, index), s->arena); return DT_OK;
    case LUA_TSTRING: {
        const char *text = lua_tolstring(L, index, &length);
        DT_TRY(read_text(text, length, path));
        dt_config_set_text(table, key, text, s->arena);
        return DT_OK;
    }
    case LUA_TTABLE: return read_table(s, index, path, dt_config_set_table(table, key, s->arena), depth + 1);
    default:
        return dt_fail_at(DT_EINVAL, path, "a %s stands here; numbers, texts, true, false and tables are allowed",
                          luaL_typename(L, index));
    }
}

dt_status dt_script_read(dt_script *s, int index, const char *path, dt_config **node) {
    dt_config *holder = dt_config_new(s->arena);
    DT_TRY(read_value(s, lua_absindex(s->L, index), path, holder, NULL, 0));
    *node = holder->first;
    return DT_OK;
}

static void push_number(lua_State *L, double number) {
    if (number == floor(number) && fabs(number) < 9007199254740992.0) lua_pushinteger(L, (lua_Integer)number);
    else lua_pushnumber(L, number);
}

void dt_script_push(lua_State *L, const dt_config *node) {
    lua_Integer item = 0;
    luaL_checkstack(L, 4, "tables nested too deep");
    switch (node->kind) {
    case DT_CONFIG_BOOL: lua_pushboolean(L, node->truth); return;
    case DT_CONFIG_NUMBER: push_number(L, node->number); return;
    case DT_CONFIG_TEXT: lua_pushstring(L, node->text); return;
    case DT_CONFIG_TABLE: break;
    }
    lua_newtable(L);
    for (const dt_config *c = node->first; c != NULL; c = c->next) {
        dt_script_push(L, c);
        if (c->key == NULL) lua_rawseti(L, -2, ++item);
        else lua_setfield(L, -2, c->key);
    }
}
