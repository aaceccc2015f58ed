/* script.c - from a scenario file to a plan. */
#include "script/inside.h"
#include "run/check.h"
#include <errno.h>
#include <math.h>
#include <string.h>

typedef struct load {
    size_t   length;    /* of the source */
    dt_plan *plan;
} load;

/* The result of build.lua is on top of the stack: { runs, claims, on_evaluate }. */
static void load_build(dt_script *s, size_t length) {
    lua_State *L = s->L;
    dt_script_require(s, "dt.build");
    const char *name = dt_arena_text(s->arena, "@%s", s->path);
    if (luaL_loadbufferx(L, s->source, length, name, "t") != LUA_OK) lua_error(L);
    lua_call(L, 0, 1);
    lua_createtable(L, (int)s->sets, 0);
    for (size_t i = 0; i < s->sets; i++) {
        lua_pushstring(L, s->set[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_call(L, 2, 1);
}

/* { key, value } pairs, in their order. */
static dt_status load_swept(dt_script *s, int index, dt_config **swept) {
    lua_State *L = s->L;
    size_t count = lua_rawlen(L, index);
    *swept = dt_config_new(s->arena);
    for (size_t i = 1; i <= count; i++) {
        dt_config *value;
        lua_rawgeti(L, index, (lua_Integer)i);
        lua_getfield(L, -1, "key");
        lua_getfield(L, -2, "value");
        const char *key = lua_tostring(L, -2);
        DT_TRY(dt_script_read(s, -1, key, &value));
        dt_config_set_copy(*swept, key, value, s->arena);
        lua_pop(L, 3);
    }
    return DT_OK;
}

typedef struct dt_counted {
    const dt_platform *platform;
    const char        *server, *on;
    size_t             hosts;
    struct dt_counted *next;
} dt_counted;

static bool same_text(const char *a, const char *b) { return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0); }

/* How many hosts match the pattern of the workers: SimGrid counts them, once for equal patterns. */
static dt_status load_workers(dt_script *s, const dt_plan_run *run, dt_config *resolved) {
    const dt_config *on = dt_config_at(resolved, "workers.on"), *server = dt_config_get(resolved, "server");
    if (on == NULL) return DT_OK;
    dt_counted *c = s->counted;
    const char *where = server == NULL ? NULL : server->text;
    while (c != NULL && (c->platform != run->platform || !same_text(c->server, where) || strcmp(c->on, on->text) != 0)) c = c->next;
    if (c == NULL) {
        c = dt_arena_take(s->arena, 1, sizeof *c);
        *c = (dt_counted){ run->platform, where, on->text, 0, s->counted };
        DT_TRY(dt_check_workers(run, &c->hosts));
        s->counted = c;
    }
    if (dt_config_at(resolved, "workers.count")->number > 0) return DT_OK;
    dt_config *workers = resolved->first;
    while (strcmp(workers->key, "workers") != 0) workers = workers->next;
    dt_config_set_number(workers, "count", (double)c->hosts, s->arena);
    return DT_OK;
}

/* The run on top: { tree, swept }. */
static dt_status load_run(dt_script *s, dt_plan_run *run) {
    lua_State *L = s->L;
    int top = lua_gettop(L);
    dt_config *given, *resolved, *swept;
    lua_getfield(L, top, "tree");
    DT_TRY(dt_script_read(s, -1, "", &given));
    lua_getfield(L, top, "swept");
    DT_TRY(load_swept(s, lua_gettop(L), &swept));
    if (dt_config_get(given, "platform") != NULL) {
        DT_TRY(dt_script_resolve_platform(s, given, &run->platform));
        if (dt_config_get(given, "window") == NULL && !isnan(run->platform->window))
            dt_config_set_number(given, "window", run->platform->window, s->arena);
    }
    DT_TRY(dt_plan_resolve(given, s->watched, s->arena, &resolved));
    run->config = resolved;
    run->swept = swept;
    DT_TRY(load_workers(s, run, resolved));
    lua_settop(L, top);
    return DT_OK;
}

static dt_status load_runs(dt_script *s, int index, dt_plan *plan) {
    plan->runs = lua_rawlen(s->L, index);
    dt_plan_run *run = dt_arena_take(s->arena, plan->runs, sizeof *run);
    plan->run = run;
    for (size_t i = 0; i < plan->runs; i++) {
        run[i].id = (long)i;
        lua_rawgeti(s->L, index, (lua_Integer)i + 1);
        DT_TRY(load_run(s, &run[i]));
        DT_TRY(dt_plan_check(&run[i], i > 0 ? &run[i - 1] : NULL));
        lua_pop(s->L, 1);
    }
    return DT_OK;
}

static dt_status load_work(dt_script *s, void *arg) {
    load *l = arg;
    lua_State *L = s->L;
    load_build(s, l->length);
    int built = lua_gettop(L);
    s->watched = lua_getfield(L, built, "on_evaluate") != LUA_TNIL;
    lua_pop(L, 1);
    lua_getfield(L, built, "runs");
    DT_TRY(load_runs(s, lua_gettop(L), l->plan));
    lua_getfield(L, built, "claims");
    if (lua_rawlen(L, -1) > 0) {
        l->plan->claims = dt_script_judge;
        l->plan->claims_owner = s;
    }
    lua_setfield(L, LUA_REGISTRYINDEX, "dt.claims");
    lua_getfield(L, built, "on_evaluate");
    if (!lua_isnil(L, -1)) l->plan->on_evaluate = (dt_hook){ dt_script_mark, s };
    lua_setfield(L, LUA_REGISTRYINDEX, "dt.on_evaluate");
    return DT_OK;
}

/* The name of a scenario: that of "scenarios/tau.lua" is "tau". */
static const char *load_name(const char *path, dt_arena *arena) {
    const char *slash = strrchr(path, '/'), *base = slash == NULL ? path : slash + 1, *dot = strrchr(base, '.');
    return dt_arena_copy(arena, base, dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base));
}

/* Read the scenario, or any other Lua file; *length without the zero behind it. */
static dt_status load_source(const char *path, const char **source, size_t *length, dt_arena *arena) {
    errno = 0;
    if (*source != NULL) *length = strlen(*source);
    else *source = dt_script_slurp(path, length, arena);
    if (*source == NULL) return dt_fail(DT_ENOTFOUND, "%s: %s", path, errno == 0 ? "cannot be read" : strerror(errno));
    if (memchr(*source, '\0', *length) != NULL) return dt_fail(DT_EFORMAT, "%s is not a text: it holds a zero byte", path);
    return DT_OK;
}

dt_status dt_script_load(const char *path, const dt_script_options *options, dt_arena *arena, dt_script **script,
                         dt_plan *plan) {
    dt_script *s;
    load l = { 0, plan };
    path = dt_arena_text(arena, "%s", path);
    const char *source = options->source;
    DT_TRY(load_source(path, &source, &l.length, arena));
    DT_TRY(dt_script_open(path, options, arena, &s));
    s->source = source;
    *plan = (dt_plan){ .name = load_name(path, arena), .path = path, .source = source, .set = options->set,
                       .sets = options->sets };
    dt_status status = dt_script_place(s, dt_script_protect(s, load_work, &l));
    if (status != DT_OK) {
        dt_script_close(s);
        return status;
    }
    *script = s;
    return DT_OK;
}

/* ---- the values of a Lua file --------------------------------------------------------------- */

typedef struct values {
    size_t length;      /* of the source */
    FILE  *out;
} values;

static dt_status values_work(dt_script *s, void *arg) {
    const values *v = arg;
    lua_State *L = s->L;
    dt_config *tree;
    if (luaL_loadbufferx(L, s->source, v->length, dt_arena_text(s->arena, "@%s", s->path), "t") != LUA_OK) lua_error(L);
    lua_call(L, 0, 1);
    if (!lua_istable(L, -1)) return dt_fail(DT_EINVAL, "expected a file that returns a table, got a %s", luaL_typename(L, -1));
    DT_TRY(dt_script_read(s, -1, "", &tree));
    return fprintf(v->out, "%s\n", dt_config_json(tree, s->arena)) < 0 ? dt_fail(DT_EIO, "cannot print") : DT_OK;
}

dt_status dt_script_values(const char *path, const dt_script_options *options, FILE *out) {
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_script *s;
    const char *source = NULL;
    values v = { 0, out };
    dt_status status = load_source(path, &source, &v.length, arena);
    if (status == DT_OK) status = dt_script_open(path, options, arena, &s);
    if (status == DT_OK) {
        s->source = source;
        status = dt_script_place(s, dt_script_protect(s, values_work, &v));
        dt_script_close(s);
    }
    dt_arena_free(arena);
    return status;
}

/* ---- platforms alone ----------------------------------------------------------------------- */

typedef struct show {
    const char  *name;
    FILE        *out;
} show;

/* The --set options concern the platform: "regions=5" is short for "platform.regions=5". */
static dt_status show_work(dt_script *s, void *arg) {
    const show *w = arg;
    lua_State *L = s->L;
    const dt_platform *platform;
    dt_config *given;
    dt_script_require(s, "dt.set");
    dt_script_require(s, "dt");
    lua_newtable(L);
    lua_pushstring(L, w->name);
    lua_setfield(L, -2, "platform");
    for (size_t i = 0; i < s->sets; i++) {
        lua_getfield(L, 1, "apply");
        lua_insert(L, -2);
        lua_pushstring(L, s->set[i]);
        lua_pushvalue(L, 2);
        lua_call(L, 3, 1);
    }
    DT_TRY(dt_script_read(s, -1, "", &given));
    DT_TRY(dt_script_resolve_platform(s, given, &platform));
    return dt_platform_copy(platform, w->out);
}

dt_status dt_script_platform(const char *name, const dt_script_options *options, FILE *out) {
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_script *s;
    const char **set = dt_arena_take(arena, options->sets + 1, sizeof *set);
    for (size_t i = 0; i < options->sets; i++)
        set[i] = strncmp(options->set[i], "platform.", 9) == 0 ? options->set[i]
                                                               : dt_arena_text(arena, "platform.%s", options->set[i]);
    dt_script_options own = *options;
    own.set = set;
    dt_status status = dt_script_open(NULL, &own, arena, &s);
    if (status == DT_OK) {
        status = dt_script_place(s, dt_script_protect(s, show_work, &(show){ name, out }));
        dt_script_close(s);
    }
    dt_arena_free(arena);
    return status;
}

static dt_status list_work(dt_script *s, void *arg) {
    (void)arg;
    return dt_script_find_platforms(s);
}

dt_status dt_script_platforms(const dt_script_options *options, dt_arena *arena, const dt_room **room) {
    dt_script *s;
    DT_TRY(dt_script_open(NULL, options, arena, &s));
    dt_status status = dt_script_place(s, dt_script_protect(s, list_work, NULL));
    *room = s->platforms;
    dt_script_close(s);
    return status;
}
