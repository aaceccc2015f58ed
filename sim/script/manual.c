/* manual.c - what lua/dt/manual.lua says of the functions and fields of scenarios, for help and the reference. */
#include "script/inside.h"

/* A text of the row on top. */
static const char *manual_text(dt_script *s, const char *key) {
    lua_getfield(s->L, -1, key);
    const char *text = dt_arena_text(s->arena, "%s", luaL_checkstring(s->L, -1));
    lua_pop(s->L, 1);
    return text;
}

static bool manual_truth(dt_script *s, const char *key) {
    lua_getfield(s->L, -1, key);
    bool truth = lua_toboolean(s->L, -1);
    lua_pop(s->L, 1);
    return truth;
}

static dt_status manual_work(dt_script *s, void *arg) {
    const dt_script_call **calls = arg;
    lua_State *L = s->L;
    dt_script_require(s, "dt.results");
    dt_script_require(s, "dt.lab");
    dt_script_require(s, "dt.manual");
    lua_getfield(L, -1, "entries");
    int entries = lua_gettop(L);
    size_t count = lua_rawlen(L, entries);
    dt_script_call *list = dt_arena_take(s->arena, count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, entries, (lua_Integer)i + 1);
        list[i].owner = manual_text(s, "owner");
        lua_getfield(L, -1, "row");
        list[i].name = manual_text(s, "name");
        list[i].call = manual_text(s, "call");
        list[i].type = manual_text(s, "type");
        list[i].brief = manual_text(s, "brief");
        list[i].example = manual_text(s, "example");
        list[i].field = manual_truth(s, "field");
        list[i].title = manual_truth(s, "title");
        lua_settop(L, entries);
    }
    *calls = list;
    return DT_OK;
}

dt_status dt_script_calls(const dt_script_options *options, dt_arena *arena, const dt_script_call **calls) {
    dt_script *s;
    DT_TRY(dt_script_open(NULL, options, arena, &s));
    dt_status status = dt_script_place(s, dt_script_protect(s, manual_work, calls));
    dt_script_close(s);
    return status;
}
