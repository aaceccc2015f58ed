/* claims.c - the functions of a scenario: on_evaluate while a run goes on, claims when all have ended. */
#include "script/inside.h"
#include "base/near.h"
#include "record/record.h"
#include <math.h>
#include <string.h>

/* ---- on_evaluate ------------------------------------------------------------------------------- */

static const double mark_steps = 1e8;       /* instructions of one call: a second or so */

typedef struct hook { dt_metric_list *columns; dt_mark *mark; bool *stop; } hook;

static void push_mark(lua_State *L, const dt_metric_list *columns, const dt_mark *m) {
    lua_createtable(L, 0, (int)columns->count);
    for (size_t i = 0; i < columns->count; i++) {
        const dt_metric *c = &columns->item[i];
        double value = dt_metric_value(c, m);
        if (c->is.kind == DT_COLUMN_COUNT) lua_pushinteger(L, (lua_Integer)value);
        else lua_pushnumber(L, value);
        lua_setfield(L, -2, c->is.name);
    }
}

/* A value for a message; of a table or function only its kind, as its address differs from run to run. */
static const char *shown(lua_State *L, int index) {
    int kind = lua_type(L, index);
    bool plain = kind == LUA_TSTRING || kind == LUA_TNUMBER || kind == LUA_TBOOLEAN || kind == LUA_TNIL;
    return plain ? luaL_tolstring(L, index, NULL) : lua_pushfstring(L, "a %s", luaL_typename(L, index));
}

/* The names in the table at index, sorted, as one text for people: { a, b }. */
static const char *hook_names(lua_State *L, int index, const char **name, size_t *count, dt_arena *arena) {
    size_t k = 0;
    const char *list = "";
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        const char *found = dt_arena_text(arena, "%s", lua_tostring(L, -2));
        size_t at = k++;
        for (; at > 0 && strcmp(name[at - 1], found) > 0; at--) name[at] = name[at - 1];
        name[at] = found;
    }
    for (size_t i = 0; i < k; i++) list = dt_arena_text(arena, "%s%s%s", list, i == 0 ? "{ " : ", ", name[i]);
    *count = k;
    return k == 0 ? "nothing" : dt_arena_text(arena, "%s }", list);
}

/* The first evaluation says which columns there are. */
static dt_status hook_begin(dt_metric_list *columns, const char *const *name, size_t count, dt_arena *arena) {
    for (size_t i = 0; i < count; i++) {
        dt_metric m = { { name[i], DT_COLUMN_REAL, "1", "what on_evaluate returned under this name" }, .label = name[i] };
        if (dt_metric_add(columns, &m) == DT_OK) continue;
        const char *reason = dt_arena_text(arena, "%s", dt_reason());
        return dt_fail_at(DT_EINVAL, "on_evaluate", "returned { %s = ... }: %s", name[i], reason);
    }
    columns->watched = count;
    columns->asked = true;
    return DT_OK;
}

/* Every number has a name, and there are not too many. */
static dt_status hook_named(lua_State *L, int index) {
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            return dt_fail_at(DT_EINVAL, "on_evaluate", "returned a table with %s without a name: expected numbers by name, such as "
                              "{ drift = 0.3 }", shown(L, -1));
        if (++count > DT_MORE)
            return dt_fail_at(DT_EINVAL, "on_evaluate", "returned more than %d numbers: expected as many at most", DT_MORE);
    }
    return DT_OK;
}

/* Fill in the columns that the table at index, or none, has numbers for. */
static dt_status hook_take(dt_script *s, int index, const hook *h) {
    lua_State *L = s->L;
    dt_metric_list *c = h->columns;
    const char *name[DT_MORE], *before = "";
    size_t count = 0;
    if (lua_istable(L, index)) DT_TRY(hook_named(L, index));
    const char *list = lua_istable(L, index) ? hook_names(L, index, name, &count, s->arena) : "nothing";
    if (!c->asked) DT_TRY(hook_begin(c, name, count, s->arena));
    const dt_metric *own = &c->item[c->count - c->watched];
    bool same = count == c->watched;
    for (size_t i = 0; i < c->watched; i++) {
        before = dt_arena_text(s->arena, "%s%s%s", before, i == 0 ? "{ " : ", ", own[i].is.name);
        same = same && strcmp(own[i].is.name, name[i]) == 0;
    }
    if (!same)
        return dt_fail_at(DT_EINVAL, "on_evaluate", "returned %s, but %s%s at the first evaluation: expected the same names at every "
                          "evaluation (0/0 for a number that is not known)", list, c->watched == 0 ? "nothing" : before,
                          c->watched == 0 ? "" : " }");
    for (size_t i = 0; i < count; i++) {
        if (lua_getfield(L, index, name[i]) != LUA_TNUMBER)
            return dt_fail_at(DT_EINVAL, "on_evaluate", "returned { %s = %s }: expected a number", name[i], shown(L, -1));
        h->mark->more[c->more - c->watched + i] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    return DT_OK;
}

static bool hook_ends(lua_State *L, int index, bool *stop) {
    bool text = lua_type(L, index) == LUA_TSTRING;
    if (text ? strcmp(lua_tostring(L, index), "stop") != 0 : !lua_isnoneornil(L, index) && !lua_isboolean(L, index)) return false;
    if (lua_toboolean(L, index)) *stop = true;
    return true;
}

/* Numbers by name and whether the run ends, or one of the two. */
static dt_status hook_work(dt_script *s, void *arg) {
    lua_State *L = s->L;
    hook *h = arg;
    dt_arena_mark mark = dt_arena_here(s->arena);
    bool first = !h->columns->asked;
    dt_script_allow(s, mark_steps);
    lua_getfield(L, LUA_REGISTRYINDEX, "dt.on_evaluate");
    push_mark(L, h->columns, h->mark);
    lua_call(L, 1, 2);
    int table = lua_gettop(L) - 1, end = lua_istable(L, table) ? table + 1 : table;
    if (!hook_ends(L, end, h->stop))
        return dt_fail_at(DT_EINVAL, "on_evaluate", "returned %s; \"stop\" or true ends the run, nothing or false goes on, and before "
                          "that numbers by name may stand, such as { drift = 0.3 }", shown(L, end));
    DT_TRY(hook_take(s, table, h));
    if (!first) dt_arena_release(s->arena, mark);
    return DT_OK;
}

dt_status dt_script_mark(void *owner, dt_metric_list *columns, dt_mark *mark, bool *stop) {
    dt_script *s = owner;
    return dt_script_place(s, dt_script_protect(s, hook_work, &(hook){ columns, mark, stop }));
}

/* ---- results ------------------------------------------------------------------------------- */

typedef struct judge {
    const dt_plan *plan;
    dt_reading *reading;
    dt_claim  **claim;
    size_t     *count;
    dt_arena   *arena;
} judge;

static void push_cell(lua_State *L, const dt_series *column, size_t row) {
    switch (column->column.kind) {
    case DT_COLUMN_REAL: lua_pushnumber(L, column->real[row]); return;
    case DT_COLUMN_COUNT: lua_pushinteger(L, column->count[row]); return;
    case DT_COLUMN_TEXT: lua_pushstring(L, column->text[row]); return;
    }
}

static const dt_plan_run *run_of(const dt_plan *plan, double id) {
    for (size_t i = 0; i < plan->runs; i++)
        if ((double)plan->run[i].id == id) return &plan->run[i];
    return NULL;
}

/* One row of /sweep: results by name, swept values in set (as the scenario gave them: a truth is no text). */
static dt_status push_row(lua_State *L, const dt_plan *plan, const dt_series *series, size_t columns, size_t row) {
    lua_createtable(L, 0, (int)columns + 4);
    for (size_t c = 0; c < columns; c++) {
        if (dt_config_get(plan->run[0].swept, series[c].column.name) != NULL) continue;
        push_cell(L, &series[c], row);
        lua_setfield(L, -2, series[c].column.name);
    }
    lua_getfield(L, -1, "id");
    const dt_plan_run *run = run_of(plan, lua_tonumber(L, -1));
    lua_pop(L, 1);
    if (run == NULL) return dt_fail(DT_EFORMAT, "the results hold a run that is not of this scenario");
    dt_script_push(L, run->swept);
    lua_setfield(L, -2, "set");
    dt_script_push(L, dt_config_get(run->config, "seed"));
    lua_setfield(L, -2, "seed");
    return DT_OK;
}

/* The columns of a table as lists. */
static void push_series(lua_State *L, const dt_series *series, size_t columns) {
    lua_createtable(L, 0, (int)columns);
    for (size_t c = 0; c < columns; c++) {
        lua_createtable(L, (int)series[c].rows, 0);
        for (size_t i = 0; i < series[c].rows; i++) {
            push_cell(L, &series[c], i);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_setfield(L, -2, series[c].column.name);
    }
}

/* The configuration of the run whose number is the first argument. */
static const dt_config *asked_config(lua_State *L, const judge *j) {
    const dt_plan_run *run = run_of(j->plan, (double)luaL_checkinteger(L, 1));
    if (run == NULL) luaL_error(L, "there is no run %d", (int)lua_tointeger(L, 1));
    return run->config;
}

/* What is said of the columns: { loss = { better = "low" }, accuracy = { better = "high", share = true } }. */
static void push_words(lua_State *L, const dt_series *series, size_t columns) {
    lua_createtable(L, 0, (int)columns);
    for (size_t c = 0; c < columns; c++) {
        lua_createtable(L, 0, 2);
        lua_pushstring(L, series[c].better);
        lua_setfield(L, -2, "better");
        lua_pushboolean(L, strstr(series[c].label, "(%)") != NULL);
        lua_setfield(L, -2, "share");
        lua_setfield(L, -2, series[c].column.name);
    }
}

/* The run has no table of that name: report which ones it has. */
static int results_lacks(lua_State *L, const judge *j, lua_Integer id, const char *wanted) {
    enum { MOST = 64 };
    const char **all, *names[MOST], *group = dt_arena_text(j->arena, "/runs/%04ld", (long)id);
    size_t count = 0, some = 0;
    if (dt_reading_groups(j->reading, group, &all, &count) != DT_OK) {
        lua_pushfstring(L, "run %d has no table %s: %s", (int)id, wanted, dt_reason());
        return lua_error(L);    /* without a place: it would be one in dtsim's own files */
    }
    for (size_t i = 0; i < count && some < MOST; i++)
        if (strcmp(all[i], "host") != 0) names[some++] = all[i];
    lua_pushfstring(L, "run %d has no table %s%s", (int)id, wanted, some == 0 ? "" : dt_known(wanted, names, some));
    return lua_error(L);
}

/* The results of a run that are single values, such as bytes_between, by name. */
static int push_results_of(lua_State *L, const judge *j, lua_Integer id) {
    dt_attribute *list;
    size_t count;
    const char *group = dt_arena_text(j->arena, "/runs/%04ld", (long)id);
    if (dt_reading_attributes(j->reading, group, &list, &count) != DT_OK) return luaL_error(L, "run %d: %s", (int)id, dt_reason());
    lua_newtable(L);
    for (size_t i = 0; i < count; i++) {
        if (list[i].kind == DT_COLUMN_TEXT) lua_pushstring(L, list[i].value.text);
        else lua_pushnumber(L, list[i].kind == DT_COLUMN_COUNT ? (lua_Number)list[i].value.count : list[i].value.real);
        lua_setfield(L, -2, list[i].name);
    }
    return 1;
}

/* The final parameters of a run as a list. */
static int push_model_of(lua_State *L, const judge *j, lua_Integer id) {
    const float *x;
    size_t n;
    const char *path = dt_arena_text(j->arena, "/runs/%04ld/model", (long)id);
    if (dt_reading_vector(j->reading, path, &x, &n) != DT_OK) {
        lua_pushfstring(L, "run %d has kept no model: expected keep = \"model\" in the scenario", (int)id);
        return lua_error(L);
    }
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushnumber(L, (lua_Number)x[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* read(id, "config"), read(id, "results"), read(id, "model"), or read(id, name of a table): a list for each column, and what is said of the
 * columns. */
static int results_read(lua_State *L) {
    judge *j = lua_touserdata(L, lua_upvalueindex(1));
    lua_Integer id = luaL_checkinteger(L, 1);
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "config") == 0) {
        dt_script_push(L, asked_config(L, j));
        return 1;
    }
    if (strcmp(name, "results") == 0) return push_results_of(L, j, id);
    if (strcmp(name, "model") == 0) return push_model_of(L, j, id);
    dt_series *series;
    size_t columns;
    const char *group = dt_arena_text(j->arena, "/runs/%04ld/%s", (long)id, name);
    bool named = strchr(name, '/') == NULL && strcmp(name, "host") != 0;
    if (!named || dt_reading_table(j->reading, group, &series, &columns) != DT_OK) return results_lacks(L, j, id, name);
    push_series(L, series, columns);
    push_words(L, series, columns);
    return 2;
}

/* quantity(id, key, text): the text as a number in the unit of that key of the run's configuration, or of the items of the
 * list there; nil: it is none. */
static int results_quantity(lua_State *L) {
    const judge *j = lua_touserdata(L, lua_upvalueindex(1));
    const dt_config *node = dt_config_at(asked_config(L, j), luaL_checkstring(L, 2));
    double value;
    if (node != NULL && node->kind == DT_CONFIG_TABLE && node->first != NULL) node = node->first;   /* an item of a list */
    if (node == NULL || node->unit == NULL || dt_unit_read(luaL_checkstring(L, 3), node->unit, &value) != DT_OK) return 0;
    lua_pushnumber(L, value);
    return 1;
}

/* nearest(word, names): the name that is nearest to the word; nil: none is near. */
static int results_nearest(lua_State *L) {
    const judge *j = lua_touserdata(L, lua_upvalueindex(1));
    const char *word = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    size_t count = lua_rawlen(L, 2);
    const char **name = dt_arena_take(j->arena, count + 1, sizeof *name);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        name[i] = dt_arena_text(j->arena, "%s", luaL_checkstring(L, -1));
        lua_pop(L, 1);
    }
    lua_pushstring(L, dt_nearest(word, name, count));
    return 1;
}

/* Push a function of claims that is bound to the results. */
static void push_asking(lua_State *L, lua_CFunction call, judge *j) {
    lua_pushlightuserdata(L, j);
    lua_pushcclosure(L, call, 1);
}

static dt_status push_results(dt_script *s, judge *j) {
    lua_State *L = s->L;
    dt_series *series;
    size_t columns;
    DT_TRY(dt_reading_table(j->reading, "/sweep", &series, &columns));
    dt_script_require(s, "dt.results");
    lua_getfield(L, -1, "new");
    lua_newtable(L);
    for (size_t row = 0; columns > 0 && row < series[0].rows; row++) {
        DT_TRY(push_row(L, j->plan, series, columns, row));
        lua_rawseti(L, -2, (lua_Integer)row + 1);
    }
    push_asking(L, results_read, j);
    push_asking(L, results_quantity, j);
    push_asking(L, results_nearest, j);
    lua_call(L, 4, 1);
    return DT_OK;
}

/* ---- claims -------------------------------------------------------------------------------- */

/* A lab's question returns "not yet" instead of false: it is the student's answer that does not hold. */
static bool claim_pending(lua_State *L) { return lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), "not yet") == 0; }

/* The reason why a claim does not hold: the second value that it returned, or the error. */
static const char *claim_reason(const dt_script *s, bool called, dt_arena *arena) {
    lua_State *L = s->L;
    bool known = called && (lua_isboolean(L, -2) || claim_pending(L));
    if (known && lua_isnil(L, -1)) return "";
    if (called && !known)
        return dt_arena_text(arena, "expected the claim to return true or false, got %s", shown(L, -2));
    if (lua_istable(L, -1) && lua_getfield(L, -1, "message") != LUA_TSTRING) lua_pop(L, 1);
    return dt_arena_text(arena, "%s", dt_script_innermost(s, shown(L, -1)));
}

static dt_status judge_work(dt_script *s, void *arg) {
    lua_State *L = s->L;
    judge *j = arg;
    lua_getfield(L, LUA_REGISTRYINDEX, "dt.claims");
    *j->count = lua_rawlen(L, 1);
    dt_claim *claim = dt_arena_take(j->arena, *j->count + 1, sizeof *claim);
    *j->claim = claim;
    DT_TRY(push_results(s, j));
    int results = lua_gettop(L);
    for (size_t i = 0; i < *j->count; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        lua_getfield(L, -1, "text");
        claim[i].text = dt_arena_text(j->arena, "%s", lua_tostring(L, -1));
        lua_getfield(L, -2, "judge");
        lua_pushvalue(L, results);
        dt_script_allow(s, HUGE_VAL);
        bool called = lua_pcall(L, 1, 2, 0) == LUA_OK;
        claim[i].held = called && lua_isboolean(L, -2) && lua_toboolean(L, -2);
        claim[i].pending = called && claim_pending(L);
        claim[i].reason = claim[i].held ? "" : claim_reason(s, called, j->arena);
        lua_settop(L, results);
    }
    return DT_OK;
}

dt_status dt_script_judge(void *owner, const dt_plan *plan, const char *results, dt_claim **claim, size_t *count,
                          dt_arena *arena) {
    dt_script *s = owner;
    judge j = { plan, NULL, claim, count, arena };
    *count = 0;
    DT_TRY(dt_reading_open(results, &j.reading, arena));
    dt_status status = dt_script_place(s, dt_script_protect(s, judge_work, &j));
    dt_reading_close(j.reading);
    return status;
}
