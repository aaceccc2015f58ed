/* platform.c - platforms written in Lua: their parameters are checked as an algorithm's are, their XML is made once
 * for equal parameters, and goes to a file piece by piece.
 * A file of platforms/ returns { name, brief, source, more, params, count, sites, generate }: more what help adds, or nil, params as
 * param_of reads them, count the name of the parameter that follows the scenario's workers, or nil, sites the property of its hosts
 * that a scenario without the key sites takes, or nil, generate(p, draw, write) gives the text of a SimGrid file to write, in any
 * number of pieces. */
#include "script/inside.h"
#include "base/file.h"
#include "distribution/distribution.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char PLATFORMS[] = "dt.platforms";     /* name -> what the file returned */
enum { SLOT = 16 };                                 /* room for a value of any kind */

typedef struct generator {
    dt_entry    is;
    const char *count;          /* the parameter that counts hosts, or NULL */
    const char *more;           /* what help says after its brief, or NULL */
    const char *sites;          /* the property of hosts that is their site where the scenario does not say, or NULL */
} generator;

/* ---- declarations of a file ---------------------------------------------------------------- */

static const char *field_text(dt_script *s, int index, const char *key, const char *file) {
    lua_getfield(s->L, index, key);
    if (lua_type(s->L, -1) != LUA_TSTRING) luaL_error(s->L, "%s: expected a text as %s", file, key);
    const char *text = dt_arena_text(s->arena, "%s", lua_tostring(s->L, -1));
    lua_pop(s->L, 1);
    return text;
}

/* Item i of the row on top, or a text under key; NULL if it is not there. */
static const char *row_text(dt_script *s, int i, const char *key) {
    lua_rawgeti(s->L, -1, i);
    if (lua_isnil(s->L, -1) && key != NULL) {
        lua_pop(s->L, 1);
        lua_getfield(s->L, -1, key);
    }
    const char *text = lua_isnil(s->L, -1) ? NULL : dt_arena_text(s->arena, "%s", luaL_checkstring(s->L, -1));
    lua_pop(s->L, 1);
    return text;
}

/* A number of the row on top; the preset may be a quantity: "10Gbps". */
static double row_number(dt_script *s, int i, const char *unit, const char *file) {
    double number = 0;
    lua_rawgeti(s->L, -1, i);
    if (lua_type(s->L, -1) == LUA_TSTRING) {
        if (dt_unit_read(lua_tostring(s->L, -1), unit, &number) != DT_OK) luaL_error(s->L, "%s: %s", file, dt_reason());
    } else {
        number = luaL_checknumber(s->L, -1);
    }
    lua_pop(s->L, 1);
    return number;
}

/* { name, "real"|"int", preset, least, most, unit, brief } or { name, "text"|"bool", preset, brief = , choices = }. */
static dt_param param_of(dt_script *s, size_t i, const char *file) {
    static const char *const kinds[] = { "real", "int", "bool", "text" };
    dt_param p = { .where = i * SLOT, .unit = "1" };
    p.name = row_text(s, 1, NULL);
    const char *kind = row_text(s, 2, NULL);
    for (p.kind = DT_REAL; p.kind <= DT_TEXT; p.kind++)
        if (kind != NULL && strcmp(kind, kinds[p.kind]) == 0) break;
    if (p.name == NULL || p.kind > DT_TEXT) luaL_error(s->L, "%s: expected a name and a kind in parameter %d", file, (int)i + 1);
    if (p.kind == DT_REAL || p.kind == DT_INT) {
        p.unit = row_text(s, 6, "unit");
        if (p.unit == NULL) luaL_error(s->L, "%s: expected a unit in parameter %s", file, p.name);
        p.preset = row_number(s, 3, p.unit, file);
        p.least = row_number(s, 4, p.unit, file);
        p.most = row_number(s, 5, p.unit, file);
    } else if (p.kind == DT_BOOL) {
        lua_rawgeti(s->L, -1, 3);
        p.preset = lua_toboolean(s->L, -1);
        lua_pop(s->L, 1);
    } else {
        p.text = row_text(s, 3, NULL);
        p.choices = row_text(s, 8, "choices");
    }
    p.brief = row_text(s, 7, "brief");
    if (p.brief == NULL) luaL_error(s->L, "%s: expected a sentence in parameter %s", file, p.name);
    return p;
}

/* The table a file returned is on top. */
static dt_entry *entry_of(dt_script *s, const char *file) {
    generator *g = dt_arena_take(s->arena, 1, sizeof *g);
    dt_entry *e = &g->is;
    int module = lua_gettop(s->L);
    if (!lua_istable(s->L, module)) luaL_error(s->L, "%s: expected a file that returns a table", file);
    e->name = field_text(s, module, "name", file);
    e->brief = field_text(s, module, "brief", file);
    e->source = field_text(s, module, "source", file);
    if (lua_getfield(s->L, module, "params") != LUA_TTABLE) luaL_error(s->L, "%s: expected a list as params", file);
    size_t count = lua_rawlen(s->L, -1);
    dt_param *params = dt_arena_take(s->arena, count + 1, sizeof *params);
    for (size_t i = 0; i < count; i++) {
        if (lua_rawgeti(s->L, -1, (lua_Integer)i + 1) != LUA_TTABLE)
            luaL_error(s->L, "%s: expected a table as parameter %d", file, (int)i + 1);
        params[i] = param_of(s, i, file);
        lua_pop(s->L, 1);
    }
    lua_settop(s->L, module);
    if (lua_getfield(s->L, module, "count") != LUA_TNIL) g->count = field_text(s, module, "count", file);
    if (lua_getfield(s->L, module, "more") != LUA_TNIL) g->more = field_text(s, module, "more", file);
    if (lua_getfield(s->L, module, "sites") != LUA_TNIL) g->sites = field_text(s, module, "sites", file);
    lua_settop(s->L, module);
    if (lua_getfield(s->L, module, "generate") != LUA_TFUNCTION) luaL_error(s->L, "%s: expected a function generate", file);
    lua_settop(s->L, module);
    e->params = params;
    e->state_size = (count + 1) * SLOT;
    return e;
}

static int lua_files(const struct dirent *d) {
    const char *dot = strrchr(d->d_name, '.');
    return dot != NULL && strcmp(dot, ".lua") == 0;
}

/* The names of the files, copied into the arena so that a Lua error leaves nothing behind. */
static dt_status platform_files(dt_script *s, const char ***names, size_t *count) {
    struct dirent **found;
    const char *folder = dt_arena_text(s->arena, "%s/platforms", s->home);
    int n = scandir(folder, &found, lua_files, alphasort);
    if (n < 0) return dt_fail(DT_ENOTFOUND, "%s: %s", folder, strerror(errno));
    *count = (size_t)n;
    *names = dt_arena_take(s->arena, *count + 1, sizeof **names);
    for (int i = 0; i < n; i++) {
        (*names)[i] = dt_arena_text(s->arena, "%s/%s", folder, found[i]->d_name);
        free(found[i]);
    }
    free(found);
    return DT_OK;
}

static const char *platform_more(const dt_entry *platform) { return ((const generator *)(const void *)platform)->more; }

dt_status dt_script_find_platforms(dt_script *s) {
    lua_State *L = s->L;
    const char **file = NULL;
    size_t count = 0;
    if (s->platforms != NULL) return DT_OK;
    DT_TRY(platform_files(s, &file, &count));
    const dt_entry **entries = dt_arena_take(s->arena, count + 1, sizeof *entries);
    lua_newtable(L);
    for (size_t i = 0; i < count; i++) {
        if (luaL_loadfilex(L, file[i], "t") != LUA_OK) lua_error(L);
        lua_call(L, 0, 1);
        entries[i] = entry_of(s, file[i]);
        lua_setfield(L, -2, entries[i]->name);
    }
    lua_setfield(L, LUA_REGISTRYINDEX, PLATFORMS);
    dt_room *room = dt_arena_take(s->arena, 1, sizeof *room);
    *room = (dt_room){ .name = "platform", .brief = "the machines and the network that the run is simulated on",
                       .entries = entries, .count = count, .more = platform_more };
    s->platforms = room;
    return DT_OK;
}

/* ---- draws --------------------------------------------------------------------------------- */

typedef struct draws {
    dt_script *s;
    dt_rng    *rng;
    uint64_t   seed;
} draws;

/* The distribution of a table, opened once: a table that is drawn from must not change. */
static const dt_distribution *draws_distribution(lua_State *L, draws *l) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TLIGHTUSERDATA) return lua_touserdata(L, -1);
    dt_distribution *d = dt_arena_take(l->s->arena, 1, sizeof *d);
    dt_config *node;
    if (dt_script_read(l->s, 1, "draw", &node) != DT_OK || dt_distribution_open(d, node, "draw", l->s->arena) != DT_OK)
        dt_script_raise(L);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, d);
    lua_rawset(L, lua_upvalueindex(2));
    return d;
}

/* draw(distribution, purpose, index): a number of the stream named by the platform's seed, index and purpose. */
static int draws_draw(lua_State *L) {
    draws *l = lua_touserdata(L, lua_upvalueindex(1));
    const char *purpose = luaL_checkstring(L, 2);
    long index = (long)luaL_checkinteger(L, 3);
    const dt_distribution *d = draws_distribution(L, l);
    dt_rng_restart(l->rng, l->seed, index, purpose);
    lua_pushnumber(L, dt_distribution_once(d, l->rng, index));
    return 1;
}

static void push_draw(dt_script *s, const dt_config *chosen) {
    const dt_config *seed = dt_config_get(chosen, "seed");
    draws *l = dt_arena_take(s->arena, 1, sizeof *l);
    *l = (draws){ s, NULL, seed == NULL ? 1 : (uint64_t)seed->number };
    l->rng = dt_rng_stream(s->arena, l->seed, 0, "platform");
    lua_pushlightuserdata(s->L, l);
    lua_newtable(s->L);
    lua_pushcclosure(s->L, draws_draw, 2);
}

/* ---- from a choice to XML ------------------------------------------------------------------ */

typedef struct dt_made {
    const char     *key;            /* of a file: its name and the hash of its content; else the choice as JSON */
    dt_platform     platform;
    struct dt_made *next;
} dt_made;

static const dt_platform *made_find(const dt_script *s, const char *key) {
    for (const dt_made *m = s->made; m != NULL; m = m->next)
        if (strcmp(m->key, key) == 0) return &m->platform;
    return NULL;
}

/* Begin a platform; made_find finds it only when its text is complete. */
static dt_status made_begin(dt_script *s, const char *key, dt_made **made) {
    if (s->texts == NULL) DT_TRY(dt_platform_open(&s->texts));
    *made = dt_arena_take(s->arena, 1, sizeof **made);
    (*made)->key = key;
    return dt_platform_begin(&(*made)->platform, s->texts);
}

static dt_status made_end(dt_script *s, dt_made *made, const dt_platform **platform) {
    DT_TRY(dt_platform_end(&made->platform));
    made->next = s->made;
    s->made = made;
    *platform = &made->platform;
    return DT_OK;
}

static void push_params(dt_script *s, const dt_entry *entry, const dt_config *chosen) {
    lua_newtable(s->L);
    for (const dt_param *p = entry->params; p->name != NULL; p++) {
        const dt_config *value = dt_config_get(chosen, p->name);
        if (value == NULL) continue;
        if (p->kind == DT_REAL) lua_pushnumber(s->L, value->number);
        else dt_script_push(s->L, value);
        lua_setfield(s->L, -2, p->name);
    }
}

/* write(text): append the text to the platform. */
static int made_write(lua_State *L) {
    size_t length;
    const char *piece = luaL_checklstring(L, 1, &length);
    if (dt_platform_add(lua_touserdata(L, lua_upvalueindex(1)), piece, length) != DT_OK) dt_script_raise(L);
    return 0;
}

static dt_status platform_generate(dt_script *s, const dt_entry *entry, const dt_config *chosen, dt_platform *p) {
    lua_State *L = s->L;
    lua_getfield(L, LUA_REGISTRYINDEX, PLATFORMS);
    lua_getfield(L, -1, entry->name);
    lua_getfield(L, -1, "generate");
    push_params(s, entry, chosen);
    push_draw(s, chosen);
    lua_pushlightuserdata(L, p);
    lua_pushcclosure(L, made_write, 1);
    lua_call(L, 3, 0);
    if (p->length == 0) return dt_fail_at(DT_EFORMAT, "platform", "generate of \"%s\" writes no text", entry->name);
    lua_pop(L, 2);
    lua_gc(L, LUA_GCCOLLECT);       /* every run would inherit the garbage of generating the platform */
    return DT_OK;
}

static dt_status platform_made(dt_script *s, const dt_config *chosen, const dt_platform **platform) {
    const char *json = dt_config_json(chosen, s->arena);
    dt_made *made;
    if ((*platform = made_find(s, json)) != NULL) return DT_OK;
    DT_TRY(made_begin(s, json, &made));
    DT_TRY(platform_generate(s, dt_room_find(s->platforms, dt_config_name(chosen)), chosen, &made->platform));
    return made_end(s, made, platform);
}

const char *dt_script_platform_count(const dt_entry *platform) { return ((const generator *)(const void *)platform)->count; }

/* If the platform does not say how many hosts it has, it has as many as the scenario has workers. */
static const dt_config *platform_hosts(dt_script *s, const dt_config *node, const dt_config *given) {
    const dt_config *workers = dt_config_get(given, "workers");
    const char *name = dt_config_name(node);
    const dt_entry *entry = name == NULL ? NULL : dt_room_find(s->platforms, name);
    const char *count = entry == NULL ? NULL : dt_script_platform_count(entry);
    if (count == NULL || dt_config_get(node, count) != NULL) return node;
    if (workers == NULL || workers->kind != DT_CONFIG_NUMBER || !(workers->number >= 1)) return node;
    dt_config *holder = dt_config_new(s->arena), *table;
    if (node->kind == DT_CONFIG_TEXT) {
        table = dt_config_set_table(holder, "platform", s->arena);
        dt_config_set_text(table, NULL, node->text, s->arena);
    } else {
        table = dt_config_set_copy(holder, "platform", node, s->arena);
    }
    dt_config_set_number(table, count, workers->number, s->arena);
    return table;
}

/* A SimGrid file. */
typedef struct file { const char *path; char *xml; size_t length; dt_survey survey; } file;

static dt_status file_slurp(const char *name, file *f, dt_arena *arena) {
    DT_TRY(dt_file_find("platform", name, "a SimGrid XML file", NULL, &f->path, arena));
    f->xml = dt_script_slurp(f->path, &f->length, arena);
    if (f->xml == NULL) return dt_fail_at(DT_EIO, "platform", "%s cannot be read: %s", f->path, strerror(errno));
    return f->length == 0 ? dt_fail_at(DT_EFORMAT, "platform", "%s is empty", name) : DT_OK;
}

static const char *file_folder(const char *path, dt_arena *arena) {
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "." : dt_arena_copy(arena, path, (size_t)(slash - path) + 1);
    char *whole = realpath(folder, NULL);
    if (whole != NULL) folder = dt_arena_text(arena, "%s", whole);
    free(whole);
    return folder;
}

/* The contents of a file that it names, looked for as SimGrid will: in its folder, where we are, and in the folders that it
 * configures (path).  NULL: there is none, which SimGrid will say, too. */
static const char *file_named(const file *f, const char *folder, const char *name, size_t *length, dt_arena *arena) {
    const char *text = name[0] == '/' ? NULL : dt_script_slurp(dt_arena_text(arena, "%s/%s", folder, name), length, arena);
    if (text == NULL) text = dt_script_slurp(name, length, arena);
    for (const dt_survey_item *i = f->survey.item; i != NULL && text == NULL; i = i->next) {
        if (strcmp(i->element, "config") != 0 || strcmp(i->key, "path") != 0) continue;
        const char *base = i->value[0] == '/' ? "" : dt_arena_text(arena, "%s/", folder);
        text = dt_script_slurp(dt_arena_text(arena, "%s%s/%s", base, i->value, name), length, arena);
    }
    return text;
}

/* The contents of the files that it names count as parts of it. */
static uint64_t file_hash(const file *f, const char *folder, dt_arena *arena) {
    uint64_t hash = dt_hash(0, f->xml, f->length);
    for (const dt_survey_item *i = f->survey.item; i != NULL; i = i->next) {
        size_t length;
        if (!dt_survey_names_file(i)) continue;
        const char *text = file_named(f, folder, i->value, &length, arena);
        if (text != NULL) hash = dt_hash(hash, text, length);
    }
    return hash;
}

/* Hash its content; its text is kept, unless that was done before. */
static dt_status file_keep(dt_script *s, const char *name, char digits[static 17], const dt_platform **platform,
                           dt_arena *scratch) {
    file *f = dt_arena_take(s->arena, 1, sizeof *f);
    dt_made *made = NULL;
    DT_TRY(file_slurp(name, f, scratch));
    dt_surveying *surveying = dt_survey_new(&f->survey, s->arena);
    dt_survey_feed(surveying, f->xml, f->length);
    dt_survey_end(surveying);
    const char *folder = file_folder(f->path, s->arena);
    snprintf(digits, 17, "%016llx", (unsigned long long)file_hash(f, folder, scratch));
    const char *key = dt_arena_text(s->arena, "%s %s", name, digits);
    if ((*platform = made_find(s, key)) != NULL) return DT_OK;
    DT_TRY(made_begin(s, key, &made));
    DT_TRY(dt_platform_add(&made->platform, f->xml, f->length));
    made->platform.folder = folder;
    made->platform.survey = &f->survey;
    return made_end(s, made, platform);
}

/* A hash of its content is part of the choice. */
static dt_status platform_file(dt_script *s, const char *name, const dt_config *node, dt_config *given,
                               const dt_platform **platform) {
    char digits[17];
    DT_TRY(dt_param_fill((dt_target){ 0 }, (dt_target){ 0 }, node, "platform", s->arena));
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = file_keep(s, name, digits, platform, scratch);
    dt_arena_free(scratch);
    if (status != DT_OK) return status;
    dt_config *table = dt_config_set_table(given, "platform", s->arena);
    dt_config_set_text(table, NULL, name, s->arena);
    dt_config_set_text(table, "hash", digits, s->arena);
    return DT_OK;
}

dt_status dt_script_resolve_platform(dt_script *s, dt_config *given, const dt_platform **platform) {
    const dt_config *node = dt_config_get(given, "platform");
    const char *name = dt_config_name(node), *dot = name == NULL ? NULL : strrchr(name, '.');
    if (dot != NULL && strcmp(dot, ".xml") == 0) {
        dt_config *copy = dt_config_set_copy(dt_config_new(s->arena), "platform", node, s->arena);
        return platform_file(s, name, copy, given, platform);
    }
    DT_TRY(dt_script_find_platforms(s));
    dt_config *out = dt_config_new(s->arena);
    DT_TRY(dt_room_resolve(s->platforms, platform_hosts(s, node, given), "platform", 0, out, "platform", s->arena));
    const dt_config *chosen = dt_config_set_copy(given, "platform", out->first, s->arena);
    const char *sites = ((const generator *)(const void *)dt_room_find(s->platforms, dt_config_name(chosen)))->sites;
    if (sites != NULL && dt_config_get(given, "sites") == NULL) dt_config_set_text(given, "sites", sites, s->arena);
    return platform_made(s, chosen, platform);
}
