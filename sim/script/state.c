/* state.c - a Lua state with the libraries that a scenario may use, and messages made of Lua's errors. */
#include "script/inside.h"
#include "base/file.h"
#include "base/foreign.h"
#include "base/near.h"
#include "distribution/distribution.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <lualib.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char LOADED[] = "dt.loaded";

/* ---- modules ------------------------------------------------------------------------------- */

/* "dt.sweep" is lua/dt/sweep.lua or lua/dt/sweep/init.lua, at home or beside the scenario. */
static const char *module_file(dt_script *s, const char *module) {
    const char *const pattern[] = { "%s/lua/%s.lua", "%s/lua/%s/init.lua", "%s/%s.lua", "%s/%s/init.lua" };
    char *name = dt_arena_text(s->arena, "%s", module);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '.') *c = '/';
    for (int i = 0; i < 4; i++) {
        lua_pushfstring(s->L, pattern[i], i < 2 ? s->home : s->folder, name);
        const char *file = dt_arena_text(s->arena, "%s", lua_tostring(s->L, -1));
        lua_pop(s->L, 1);
        if (access(file, R_OK) == 0) return file;
    }
    return NULL;
}

static bool module_name_good(const char *name) {
    for (const char *c = name; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && *c != '_' && (*c != '.' || c == name || c[1] == '.')) return false;
    return name[0] != '\0';
}

static int state_require(lua_State *L) {
    dt_script *s = lua_touserdata(L, lua_upvalueindex(1));
    const char *module = luaL_checkstring(L, 1);
    if (!module_name_good(module)) return luaL_error(L, "\"%s\" is not the name of a module", module);
    lua_getfield(L, LUA_REGISTRYINDEX, LOADED);
    if (lua_getfield(L, -1, module) != LUA_TNIL) return 1;
    const char *file = module_file(s, module);
    if (file == NULL)
        return luaL_error(L, "there is no module \"%s\" in %s/lua or %s", module, s->home, s->folder);
    lua_pushstring(L, "a module that requires itself");
    lua_setfield(L, 2, module);
    if (luaL_loadfilex(L, file, "t") != LUA_OK) return lua_error(L);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) return luaL_error(L, "%s returns nothing", file);
    lua_pushvalue(L, -1);
    lua_setfield(L, 2, module);
    return 1;
}

void dt_script_require(dt_script *s, const char *module) {
    lua_getglobal(s->L, "require");
    lua_pushstring(s->L, module);
    lua_call(s->L, 1, 1);
}

/* ---- what a scenario may use --------------------------------------------------------------- */

/* Finalisers would run outside all limits, so metatables must not have any. */
static int state_setmetatable(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnoneornil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    lua_settop(L, 2);
    lua_pushstring(L, "__gc");
    if (lua_istable(L, 2) && lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "a metatable with __gc is not allowed");
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

static void state_libraries(lua_State *L) {
    static const luaL_Reg library[] = { { LUA_GNAME, luaopen_base },         { LUA_COLIBNAME, luaopen_coroutine },
                                        { LUA_TABLIBNAME, luaopen_table },   { LUA_STRLIBNAME, luaopen_string },
                                        { LUA_MATHLIBNAME, luaopen_math },   { LUA_UTF8LIBNAME, luaopen_utf8 } };
    for (size_t i = 0; i < sizeof library / sizeof *library; i++) {
        luaL_requiref(L, library[i].name, library[i].func, 1);
        lua_pop(L, 1);
    }
}

/* Remove the functions that read files or compiled code, after dtsim's own modules have kept those that they use. */
static void state_restrict(lua_State *L) {
    static const char *const gone[] = { "dofile", "loadfile", "load" };
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        lua_pushnil(L);
        lua_setglobal(L, gone[i]);
    }
    lua_getglobal(L, "setmetatable");
    lua_pushcclosure(L, state_setmetatable, 1);
    lua_setglobal(L, "setmetatable");
}

/* Names of Lua that a scenario has only with --unsafe. */
static bool state_withheld(const char *name) {
    static const char *const withheld[] = { "os", "io", "debug", "package", "dofile", "loadfile", "load" };
    for (size_t i = 0; i < sizeof withheld / sizeof *withheld; i++)
        if (strcmp(name, withheld[i]) == 0) return true;
    return false;
}

/* Of the names in the table at 1, and words of Lua before them, the nearest; NULL: none is. */
static const char *state_near(lua_State *L, const char *name, size_t words) {
    enum { NAMES = 128 };
    const char *names[NAMES] = { "true", "false", "nil" };
    size_t count = words;
    for (lua_pushnil(L); lua_next(L, 1) != 0 && count < NAMES; lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING) names[count++] = lua_tostring(L, -2);
    return dt_nearest(name, names, count);
}

/* Refuse a name without a value: nil would be taken for a key that is not set. */
static int state_undefined(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) return 0;
    const char *name = lua_tostring(L, 2);
    if (state_withheld(name)) return luaL_error(L, "\"%s\" has no value: a scenario has it with --unsafe alone", name);
    const char *near = state_near(L, name, 3);
    if (near == NULL) return luaL_error(L, "\"%s\" has no value: nothing of that name is defined", name);
    return luaL_error(L, "\"%s\" has no value%s", name, dt_did_you_mean(near));
}

static int state_not_of_dt(lua_State *L) {
    const char *name = luaL_tolstring(L, 2, NULL);
    const char *foreign = dt_foreign_key(lua_pushfstring(L, "dt.%s", name), NULL);
    if (foreign[0] != '\0') return luaL_error(L, "dt has no \"%s\"%s", name, foreign);
    return luaL_error(L, "dt has no \"%s\"%s", name, dt_did_you_mean(state_near(L, name, 0)));
}

/* What the table on top answers where it lacks a name; the table is taken. */
static void state_answer(lua_State *L, lua_CFunction answer) {
    lua_newtable(L);
    lua_pushcfunction(L, answer);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

/* The table on top, of what is loaded, gets the module of the distributions' names. */
static void state_distributions(lua_State *L) {
    lua_createtable(L, (int)dt_distribution_room.count, 0);
    for (size_t i = 0; i < dt_distribution_room.count; i++) {
        lua_pushstring(L, dt_distribution_room.entries[i]->name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "dt.distributions");
}

/* Lua seeds math.random and the order of pairs differently in every process: set the seed, and replace pairs. */
static dt_status state_furnish(dt_script *s, void *arg) {
    lua_State *L = s->L;
    (void)arg;
    if (s->unsafe) luaL_openlibs(L);
    else state_libraries(L);
    dt_script_guard(L);
    lua_newtable(L);
    state_distributions(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LOADED);
    lua_pushlightuserdata(L, s);
    lua_pushcclosure(L, state_require, 1);
    lua_setglobal(L, "require");
    dt_script_require(s, "dt.build");
    dt_script_require(s, "dt.order");
    lua_getfield(L, -1, "pairs");
    lua_setglobal(L, "pairs");
    if (!s->unsafe) state_restrict(L);
    lua_getglobal(L, "math");
    lua_getfield(L, -1, "randomseed");
    lua_pushinteger(L, 1);
    lua_call(L, 1, 0);
    dt_script_require(s, "dt");
    state_answer(L, state_not_of_dt);
    lua_pushglobaltable(L);
    state_answer(L, state_undefined);
    return DT_OK;
}

static dt_status state_chunk_name(dt_script *s, void *arg) {
    lua_Debug about;
    (void)arg;
    if (luaL_loadbuffer(s->L, "", 0, dt_arena_text(s->arena, "@%s", s->path)) != LUA_OK) lua_error(s->L);
    lua_getinfo(s->L, ">S", &about);
    strcpy(s->chunk, about.short_src);
    return DT_OK;
}

dt_status dt_script_open(const char *path, const dt_script_options *options, dt_arena *arena, dt_script **script) {
    dt_script *s = dt_arena_take(arena, 1, sizeof *s);
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    *s = (dt_script){ .arena = arena, .home = options->home, .folder = ".", .path = path, .set = options->set,
                      .sets = options->sets, .unsafe = options->unsafe };
    s->L = dt_script_new_state(s, options);
    if (s->L == NULL) return dt_fail(DT_EIO, "there is no memory for Lua");
    if (slash != NULL) s->folder = slash == path ? "/" : dt_arena_copy(arena, path, (size_t)(slash - path));
    dt_file_set_folder(s->folder);
    dt_status status = dt_script_protect(s, state_furnish, NULL);
    if (status == DT_OK && path != NULL) status = dt_script_protect(s, state_chunk_name, NULL);
    if (status != DT_OK) dt_script_close(s);
    else *script = s;
    return status;
}

void dt_script_close(dt_script *s) {
    if (s == NULL) return;
    lua_close(s->L);
    if (s->texts != NULL) fclose(s->texts);
}

/* ---- errors -------------------------------------------------------------------------------- */

typedef struct job {
    dt_script *s;
    dt_status (*work)(dt_script *s, void *arg);
    void      *arg;
    dt_status  status;
} job;

static int job_run(lua_State *L) {
    job *j = lua_touserdata(L, 1);
    lua_settop(L, 0);
    j->status = j->work(j->s, j->arg);
    return 0;
}

/* The rest of a message after a place ("file:line: ") at its beginning; NULL: it begins with none. */
static const char *error_after_place(const dt_script *s, const char *message) {
    size_t chunk = strlen(s->chunk);
    bool ours = chunk > 0 && strncmp(message, s->chunk, chunk) == 0;
    const char *colon = ours ? message + chunk : message + strcspn(message, ":\n");
    size_t digits = *colon == ':' ? strspn(colon + 1, "0123456789") : 0;
    return digits > 0 && colon[1 + digits] == ':' ? colon + 2 + digits + strspn(colon + 2 + digits, " ") : NULL;
}

/* True if it is a place in a Lua file: a message may have other words and numbers with colons between them. */
static bool error_in_file(const dt_script *s, const char *message) {
    size_t chunk = strlen(s->chunk), name = strcspn(message, ":\n");
    if (error_after_place(s, message) == NULL) return false;
    return (chunk > 0 && strncmp(message, s->chunk, chunk) == 0) || (name > 4 && strncmp(message + name - 4, ".lua", 4) == 0);
}

const char *dt_script_innermost(const dt_script *s, const char *message) {
    for (const char *after = message; error_in_file(s, after); after = error_after_place(s, after)) message = after;
    return message;
}

/* True if the message begins with a place, or with the option at fault. */
static bool error_is_placed(const dt_script *s, const char *message) {
    return strncmp(message, "--set", 5) == 0 || error_after_place(s, message) != NULL;
}

/* Lua shortens a long file name; put the whole name back. */
static void error_text(dt_script *s, const char *message) {
    size_t length = strlen(s->chunk);
    message = dt_script_innermost(s, message);
    if (length > 0 && strncmp(message, s->chunk, length) == 0 && message[length] == ':') {
        dt_fail(DT_EINVAL, "%s%s", s->path, message + length);
        s->placed = true;
    } else {
        dt_fail(DT_EINVAL, "%s", message);
        s->placed = error_is_placed(s, message);
    }
}

static const char *error_field(lua_State *L, const char *key) {
    lua_pushstring(L, key);
    lua_rawget(L, -2);
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    lua_pop(L, 1);      /* the table still holds it */
    return text;
}

/* An error is a text, or { path, message } if a key of the scenario is at fault. */
static dt_status error_take(dt_script *s, int code) {
    lua_State *L = s->L;
    const char *path = NULL, *message = NULL;
    s->placed = false;
    if (code == LUA_ERRMEM)
        return s->limit.full ? dt_fail(DT_EINVAL, "Lua takes more than %.0f MB of memory", s->limit.most_bytes / 1e6)
                             : dt_fail(DT_EIO, "no memory is left for Lua");
    if (lua_type(L, -1) == LUA_TTABLE) {
        path = error_field(L, "path");
        message = error_field(L, "message");
    }
    if (message != NULL) dt_fail_at(DT_EINVAL, path == NULL ? "" : path, "%s", message);
    else if (lua_type(L, -1) == LUA_TSTRING) error_text(s, lua_tostring(L, -1));
    else dt_fail(DT_EINVAL, "an error was raised with a %s instead of a text", luaL_typename(L, -1));
    return DT_EINVAL;
}

dt_status dt_script_protect(dt_script *s, dt_status (*work)(dt_script *s, void *arg), void *arg) {
    job j = { s, work, arg, DT_OK };
    s->placed = false;
    dt_script_allow(s, HUGE_VAL);
    lua_pushcfunction(s->L, job_run);
    lua_pushlightuserdata(s->L, &j);
    int code = lua_pcall(s->L, 1, 0, 0);
    if (code == LUA_OK) return j.status;
    s->limit.ended = true;
    dt_status status = error_take(s, code);
    s->limit.ended = false;
    lua_pop(s->L, 1);
    return status;
}

int dt_script_raise(lua_State *L) {
    lua_createtable(L, 0, 2);
    lua_pushstring(L, dt_reason_path());
    lua_setfield(L, -2, "path");
    lua_pushstring(L, dt_reason());
    lua_setfield(L, -2, "message");
    return lua_error(L);
}

static bool place_holds(const char *table, size_t length, const char *path) {
    return length > 0 && strncmp(table, path, length) == 0 && strchr(". =", path[length]) != NULL;
}

/* The --set option that set this key or a table above it, or, if inside, a key in it; NULL if none did. */
static const char *place_set(const dt_script *s, const char *path, bool inside) {
    for (size_t i = s->sets; i-- > 0;) {
        const char *set = s->set[i];
        if (inside ? place_holds(path, strlen(path), set) : place_holds(set, strcspn(set, " ="), path)) return set;
    }
    return NULL;
}

dt_status dt_script_place(dt_script *s, dt_status status) {
    if (status == DT_OK || s->placed) return status;
    const char *reason = dt_arena_text(s->arena, "%s", dt_reason());
    const char *path = dt_arena_text(s->arena, "%s", dt_reason_path());
    const char *set = place_set(s, path, false), *colon = path[0] == '\0' ? "" : ": ";
    int line = set != NULL || s->source == NULL ? 0 : dt_script_line(s->source, path, s->arena);
    if (line == 0 && set == NULL) set = place_set(s, path, true);
    s->placed = true;
    if (set != NULL) return dt_fail(status, "--set %s: %s%s%s", set, path, colon, reason);
    if (s->path == NULL) return dt_fail(status, "%s%s%s", path, colon, reason);
    if (line == 0) return dt_fail(status, "%s: %s%s%s", s->path, path, colon, reason);
    return dt_fail(status, "%s:%d: %s%s%s", s->path, line, path, colon, reason);
}

dt_status dt_script_blame(dt_script *s, dt_status status) {
    s->placed = false;
    return dt_script_place(s, status);
}

char *dt_script_slurp(const char *path, size_t *length, dt_arena *arena) {
    struct stat about;
    if (stat(path, &about) != 0) return NULL;
    errno = S_ISDIR(about.st_mode) ? EISDIR : S_ISREG(about.st_mode) ? 0 : EINVAL;      /* reading a pipe would block */
    FILE *file = errno == 0 ? fopen(path, "rb") : NULL;
    if (file == NULL) return NULL;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *text = size < 0 || size == LONG_MAX ? NULL : dt_arena_take(arena, (size_t)size + 1, 1);
    rewind(file);
    if (text != NULL) *length = fread(text, 1, (size_t)size, file);
    if (ferror(file)) text = NULL;
    fclose(file);
    if (text == NULL) return NULL;
    char *start = dt_file_text_start(text);
    *length -= (size_t)(start - text);
    return start;
}
