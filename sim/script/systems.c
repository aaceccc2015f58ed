/* systems.c - the published systems of lua/dt/systems.lua as a room, for list, help and the reference. */
#include "script/inside.h"

typedef struct named_system {
    dt_entry    is;
    const char *text;           /* its choices, and what they leave out */
} named_system;

static const char *system_text(const dt_entry *entry) { return ((const named_system *)(const void *)entry)->text; }

/* A field of the entry on top. */
static const char *system_field(dt_script *s, const char *key) {
    lua_getfield(s->L, -1, key);
    const char *text = dt_arena_text(s->arena, "%s", luaL_checkstring(s->L, -1));
    lua_pop(s->L, 1);
    return text;
}

/* The entry is on top, the module dt.system at 1. */
static const dt_entry *system_entry(dt_script *s) {
    named_system *n = dt_arena_take(s->arena, 1, sizeof *n);
    n->is = (dt_entry){ .name = system_field(s, "name"), .brief = system_field(s, "brief"), .source = system_field(s, "source") };
    lua_getfield(s->L, 1, "text");
    lua_pushvalue(s->L, -2);
    lua_call(s->L, 1, 1);
    n->text = dt_arena_text(s->arena, "%s", luaL_checkstring(s->L, -1));
    lua_pop(s->L, 1);
    return &n->is;
}

static dt_status systems_work(dt_script *s, void *arg) {
    dt_room *room = arg;
    dt_script_require(s, "dt.system");
    dt_script_require(s, "dt.systems");
    size_t count = lua_rawlen(s->L, 2);
    const dt_entry **entries = dt_arena_take(s->arena, count + 1, sizeof *entries);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(s->L, 2, (lua_Integer)i + 1);
        entries[i] = system_entry(s);
        lua_pop(s->L, 1);
    }
    *room = (dt_room){ .name = "system", .brief = "published systems of data-parallel training, as combinations of the other choices",
                       .entries = entries, .count = count, .more = system_text };
    return DT_OK;
}

dt_status dt_script_systems(const dt_script_options *options, dt_arena *arena, const dt_room **room) {
    dt_script *s;
    dt_room *systems = dt_arena_take(arena, 1, sizeof *systems);
    DT_TRY(dt_script_open(NULL, options, arena, &s));
    dt_status status = dt_script_place(s, dt_script_protect(s, systems_work, systems));
    *room = systems;
    dt_script_close(s);
    return status;
}
