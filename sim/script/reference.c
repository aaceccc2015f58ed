/* reference.c - every key and parameter as LuaCATS comments, so that an editor completes and checks a scenario. */
#include "script/inside.h"
#include <string.h>

static const char *type_of(const dt_param *p) {
    switch (p->kind) {
    case DT_REAL: return dt_param_bare(p) ? "number" : "number|string";
    case DT_INT: return "integer";
    case DT_BOOL: return "boolean";
    case DT_TEXT: return "string";
    case DT_LIST: return "number[]";
    case DT_WORDS: return "string|integer|(string|integer)[]";
    case DT_TABLE: return p->choices != NULL && strcmp(p->choices, "distribution") == 0 ? "number|number[]|dt.distribution" : "string|table";
    }
    return "any";
}

static void print_choices(FILE *out, const char *choices) {
    for (const char *c = choices; *c != '\0';) {
        int length = (int)strcspn(c, "|");
        fprintf(out, "%s\"%.*s\"", c == choices ? "" : "|", length, c);
        c += length + (c[length] == '|');
    }
}

/* section: the table that the key may have instead of a value, or NULL. */
static void print_field(FILE *out, const dt_param *p, const dt_section *section) {
    bool number = p->kind == DT_REAL || p->kind == DT_INT;
    bool bare = dt_param_bare(p);
    fprintf(out, "---@field %s? ", p->name);
    if (p->kind == DT_TEXT && p->choices != NULL) print_choices(out, p->choices);
    else fputs(type_of(p), out);
    if (section != NULL) fprintf(out, "|dt.scenario.%s", section->key);
    fprintf(out, "|dt.alternatives %s", p->brief);
    if (number) fprintf(out, " (preset %.10g%s%s)\n", p->preset, bare ? "" : " ", bare ? "" : p->unit);
    else if (p->kind == DT_BOOL) fprintf(out, " (preset %s)\n", p->preset != 0 ? "true" : "false");
    else if (p->text != NULL && p->text[0] != '\0') fprintf(out, " (preset %s)\n", p->text);
    else fputs("\n", out);
}

static void print_fields(FILE *out, const dt_param *params) {
    for (const dt_param *p = params; p != NULL && p->name != NULL; p++) print_field(out, p, NULL);
}

/* A room is a class, and every algorithm of it a subclass: { "name", key = value }. */
static void print_room(FILE *out, const dt_room *room) {
    fprintf(out, "\n---%s\n---@class dt.%s\n", room->brief, room->name);
    print_fields(out, room->common);
    for (size_t i = 0; i < room->count; i++) {
        const dt_entry *e = room->entries[i];
        const char *more = room->more != NULL ? room->more(e) : NULL;
        fprintf(out, "\n---%s Source: %s\n%s%s%s---@class dt.%s.%s: dt.%s\n---@field [1] \"%s\"\n", e->brief, e->source,
                more != NULL ? "---" : "", more != NULL ? more : "", more != NULL ? "\n" : "", room->name, e->name,
                room->name, e->name);
        print_fields(out, e->params);
    }
}

/* The same without what only help has room for. */
static void print_brief_room(FILE *out, const dt_room *room) {
    dt_room brief = *room;
    brief.more = NULL;
    print_room(out, &brief);
}

/* The types of a key whose value chooses an algorithm of the room. */
static void print_choice(FILE *out, const char *key, const dt_room *room, const char *brief) {
    fprintf(out, "---@field %s? ", key);
    for (size_t i = 0; i < room->count; i++)
        fprintf(out, "\"%s\"|dt.%s.%s|", room->entries[i]->name, room->name, room->entries[i]->name);
    if (strcmp(room->name, "distribution") == 0) fputs("number|number[]|", out);
    fprintf(out, "%sdt.alternatives %s", strcmp(room->name, "platform") == 0 ? "string|" : "", brief);
    if (room->preset != NULL) fprintf(out, " (preset %s)", room->preset);
    fputs("\n", out);
}

static bool is_plain(const char *key) {
    for (const dt_param *p = dt_plan_params; p->name != NULL; p++)
        if (strcmp(p->name, key) == 0) return true;
    return false;
}

/* Some plain keys may have a table instead of a value. */
static void print_plain(FILE *out, const dt_param *p) {
    const dt_section *s = dt_plan_sections;
    while (s->key != NULL && strcmp(s->key, p->name) != 0) s++;
    print_field(out, p, s->key != NULL ? s : NULL);
}

static void print_scenario(FILE *out, const dt_room *platforms, const dt_room *systems) {
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) {
        if (s->room != NULL) continue;
        fprintf(out, "\n---%s\n---@class dt.scenario.%s\n", dt_plan_brief(s), s->key);
        print_fields(out, s->params);
    }
    fputs("\n---@class dt.scenario\n", out);
    print_choice(out, "platform", platforms, "machines and network; or the path of a SimGrid XML file");
    for (const dt_param *p = dt_plan_params; p->name != NULL; p++) {
        if (strcmp(p->name, systems->name) == 0) print_choice(out, p->name, systems, p->brief);
        else print_plain(out, p);
    }
    fputs("---@field seeds? integer how many seeds to repeat every run with, from seed on\n", out);
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) {
        if (s->room != NULL) print_choice(out, s->key, s->room, dt_plan_brief(s));
        else if (!is_plain(s->key)) fprintf(out, "---@field %s? dt.scenario.%s|dt.alternatives %s\n", s->key, s->key, dt_plan_brief(s));
    }
    fputs("---@field on_evaluate? fun(evaluation: dt.evaluation): \"stop\"|boolean|table<string, number>|nil, \"stop\"|boolean|nil "
          "sees every evaluation as it is made; numbers by name, the same at every one, become columns\n"
          "---@field claims? table<string, fun(results: dt.results): boolean, string?> judged when all runs have ended\n",
          out);
}

/* ---- what a claim can ask ------------------------------------------------------------------ */

/* The fields and functions of one owner, as those of a class. */
static void print_calls(FILE *out, const dt_script_call *calls, const char *owner) {
    for (const dt_script_call *c = calls; c->name != NULL; c++)
        if (!c->title && strcmp(c->owner, owner) == 0) fprintf(out, "---@field %s %s %s\n", c->name, c->type, c->brief);
}

static void print_results(FILE *out, const dt_script_call *calls) {
    fputs("\n---One run of a sweep.\n---@class dt.run\n", out);
    print_calls(out, calls, "run");
    fputs("\n---The runs of a sweep, as a claim sees them.\n---@class dt.results: dt.run[]\n", out);
    print_calls(out, calls, "results");
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void print_column(FILE *out, const dt_metric *m, const char *optional) {
    fprintf(out, "---@field %s%s %s %s (%s)\n", m->is.name, optional, m->is.kind == DT_COLUMN_COUNT ? "integer" : "number",
            m->is.brief, m->is.unit);
}

/* Columns of every strategy, then those that some strategies add, each once. */
static void print_columns(FILE *out) {
    const dt_room *room = &dt_strategy_room;
    for (const dt_metric *m = dt_metrics; m->is.name != NULL; m++) print_column(out, m, "");
    for (const dt_metric *m = dt_metrics_own; m->is.name != NULL; m++) print_column(out, m, "?");
    for (const dt_metric *m = dt_metrics_each; m->is.name != NULL; m++) print_column(out, m, "?");
    for (const dt_metric *m = dt_metrics_private; m->is.name != NULL; m++) print_column(out, m, "?");
    for (const dt_metric *m = dt_metrics_secure; m->is.name != NULL; m++) print_column(out, m, "?");
    dt_metric_list seen;
    dt_metric_open(&seen, true, true, NULL);
    for (size_t i = 0; i < room->count; i++)
        for (const dt_metric *m = dt_strategy_of(room->entries[i])->columns; m != NULL && m->is.name != NULL; m++)
            if (dt_metric_find(&seen, m->is.name) == NULL && dt_metric_add(&seen, m) == DT_OK) print_column(out, m, "?");
}

static void print_functions(FILE *out, const dt_script_call *calls) {
    fputs("\n---@class dt.alternatives values of a swept key, of which each run has one\n"
          "\n---What on_evaluate sees, and what a run of dt.results has lists of.\n---@class dt.evaluation\n", out);
    print_columns(out);
    fputs("\n---The module dt, with which scenarios are written.\n---@class dt\n", out);
    print_calls(out, calls, "dt");
    fputs("local dt = {}\n", out);
    for (const dt_room *const *room = dt_plan_rooms; *room != NULL; room++) {
        if (strcmp((*room)->name, "distribution") != 0) continue;
        for (size_t i = 0; i < (*room)->count; i++) {
            const char *name = (*room)->entries[i]->name;
            fprintf(out, "\n---@param t? dt.distribution.%s\n---@return dt.distribution.%s\nfunction dt.%s(t) end\n", name, name, name);
        }
    }
    fputs("\nreturn dt\n", out);
}

dt_status dt_script_reference(const dt_script_options *options, FILE *out) {
    dt_arena *arena = dt_arena_new(1 << 16);
    const dt_room *platforms, *systems;
    const dt_script_call *calls;
    dt_status status = dt_script_platforms(options, arena, &platforms);
    if (status == DT_OK) status = dt_script_calls(options, arena, &calls);
    if (status == DT_OK) status = dt_script_systems(options, arena, &systems);
    if (status == DT_OK) {
        fputs("---@meta dt\n-- reference.gen.lua - made by \"dtsim docs\" from the parameter tables: change those.\n",
              out);
        for (const dt_room *const *room = dt_plan_rooms; *room != NULL; room++) print_room(out, *room);
        print_brief_room(out, platforms);
        print_brief_room(out, systems);
        print_scenario(out, platforms, systems);
        print_results(out, calls);
        print_functions(out, calls);
        if (ferror(out)) status = dt_fail(DT_EIO, "the reference cannot be written");
    }
    dt_arena_free(arena);
    return status;
}
