/* limit.c - what Lua may use: memory, time of the processor, instructions.
 * Source: Lua 5.4 reference manual, lua_Alloc and lua_sethook.
 * Both are looked at between instructions: a single call of a library function (a pattern with many "-" on a long text)
 * is not stopped before it returns. */
#include "script/inside.h"
#include "base/quantity.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STRIDE = 10000 };        /* instructions from one look at the clock to the next */

static const double default_s = 60, default_bytes = 1e9;

static dt_script *limit_owner(lua_State *L) { return *(dt_script **)lua_getextraspace(L); }

static double limit_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- instructions and time ----------------------------------------------------------------- */

/* Push "file:line: " of the scenario if it is among the active functions, else of the innermost function. */
static void limit_where(lua_State *L, const dt_script *s) {
    lua_Debug about;
    for (int level = 0; s->path != NULL && lua_getstack(L, level, &about); level++) {
        lua_getinfo(L, "Sl", &about);
        if (about.currentline < 1 || about.source[0] != '@' || strcmp(about.source + 1, s->path) != 0) continue;
        lua_pushfstring(L, "%s:%d: ", about.short_src, about.currentline);
        return;
    }
    luaL_where(L, 0);
}

static const char *limit_reason(lua_State *L, const dt_script_limit *l) {
    if (l->full) return lua_pushfstring(L, "Lua takes more than %d MB of memory", (int)(l->most_bytes / 1e6));
    if (l->steps > l->most_steps)
        return lua_pushfstring(L, "one call takes more than %d million steps of Lua: is this a loop without end?",
                               (int)(l->most_steps / 1e6));
    char most[32];
    return lua_pushfstring(L, "Lua has computed for more than %s, the limit that --timeout sets: is this a loop without end?",
                           dt_quantity_seconds(l->most_s, most));
}

static int limit_raise(lua_State *L) {
    dt_script *s = limit_owner(L);
    limit_where(L, s);
    limit_reason(L, &s->limit);
    lua_concat(L, 2);
    return lua_error(L);
}

/* Once a limit was reached, every further instruction fails. */
static void limit_look(lua_State *L, lua_Debug *event) {
    dt_script *s = limit_owner(L);
    dt_script_limit *l = &s->limit;
    (void)event;
    l->steps += lua_gethookcount(L);
    if (l->full) {
        lua_gc(L, LUA_GCCOLLECT);
        l->full = (double)l->bytes > l->most_bytes;
    }
    l->spent |= l->full || l->steps > l->most_steps || limit_clock() - l->start_s > l->most_s;
    lua_sethook(L, limit_look, LUA_MASKCOUNT, l->spent ? 1 : STRIDE);
    if (!l->spent) return;
    lua_sethook(s->L, limit_look, LUA_MASKCOUNT, 1);
    limit_raise(L);
}

/* pcall and the like must not catch this error. */
static int limit_caught(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return limit_owner(L)->limit.spent ? limit_raise(L) : lua_gettop(L);
}

static int limit_catch(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, limit_caught);
    return limit_caught(L, LUA_OK, 0);
}

/* An error handler runs inside the function that raised the error; if that is limit_look, Lua calls no hook. */
static int limit_handler(lua_State *L) {
    lua_settop(L, 1);
    if (limit_owner(L)->limit.spent) return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static int limit_catch_handled(lua_State *L) {
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, limit_handler, 1);
    lua_replace(L, 2);
    return limit_catch(L);
}

void dt_script_guard(lua_State *L) {
    static const struct { const char *table, *name; lua_CFunction instead; } catching[] = {
        { "_G", "pcall", limit_catch }, { "_G", "xpcall", limit_catch_handled }, { "coroutine", "resume", limit_catch },
    };
    for (size_t i = 0; i < sizeof catching / sizeof *catching; i++) {
        lua_getglobal(L, catching[i].table);
        lua_getfield(L, -1, catching[i].name);
        lua_pushcclosure(L, catching[i].instead, 1);
        lua_setfield(L, -2, catching[i].name);
        lua_pop(L, 1);
    }
}

void dt_script_allow(dt_script *s, double steps) {
    dt_script_limit *l = &s->limit;
    l->start_s = limit_clock();
    l->steps = 0;
    l->most_steps = steps;
    l->spent = l->full = false;
    if ((double)l->bytes > l->most_bytes) lua_gc(s->L, LUA_GCCOLLECT);
    lua_sethook(s->L, limit_look, LUA_MASKCOUNT, STRIDE);
}

/* ---- memory -------------------------------------------------------------------------------- */

/* Above the limit, the next instruction collects garbage first; above twice the limit, memory is refused at once. */
static void *limit_alloc(void *owner, void *block, size_t old, size_t size) {
    dt_script *s = owner;
    dt_script_limit *l = &s->limit;
    if (block == NULL) old = 0;     /* old is then the kind of the new object */
    if (size == 0) {
        free(block);
        l->bytes -= old;
        return NULL;
    }
    double bytes = (double)l->bytes + (double)size - (double)old;
    if (size > old && bytes > l->most_bytes && !l->ended) {
        if (!l->full && s->L != NULL) lua_sethook(s->L, limit_look, LUA_MASKCOUNT, 1);
        l->full = true;
        if (bytes > 2 * l->most_bytes) return NULL;
    }
    void *given = realloc(block, size);
    if (given != NULL) l->bytes += size - old;
    return given;
}

/* Lua found no memory outside dt_script_protect. */
static int limit_panic(lua_State *L) {
    (void)L;
    dt_die(DT_EMEMORY, "no memory left for Lua");
}

lua_State *dt_script_new_state(dt_script *s, const dt_script_options *options) {
    s->limit = (dt_script_limit){ .most_s = options->timeout_s > 0 ? options->timeout_s : default_s,
                                  .most_bytes = options->memory_bytes > 0 ? options->memory_bytes : default_bytes,
                                  .most_steps = HUGE_VAL };
    lua_State *L = lua_newstate(limit_alloc, s);
    if (L == NULL) return NULL;
    *(dt_script **)lua_getextraspace(L) = s;
    lua_atpanic(L, limit_panic);
    return L;
}
