/* index.c - everything that help knows by name, for searching a word and for the nearest name. */
#include "command/help.h"
#include "base/foreign.h"
#include "model/model.h"
#include <string.h>

/* ---- collecting it ----------------------------------------------------------------------------- */

/* The options of all commands: those in C, then those of the modules in Python. */
static dt_status index_options(dt_help *help, dt_arena *arena) {
    enum { MOST = 512 };
    const dt_help_option *python;
    dt_help_option *all = dt_arena_take(arena, MOST + 1, sizeof *all);
    size_t count = 0;
    DT_TRY(dt_command_python_options(&python, arena));
    for (const dt_command_type *c = dt_command_types; c->name != NULL; c++) {
        for (size_t i = 0; c->act != NULL && count < MOST && dt_line_option(c, i, &all[count]); i++) count++;
        for (const dt_help_option *o = python; o->name != NULL && count < MOST; o++)
            if (strcmp(o->command, c->name) == 0) all[count++] = *o;
    }
    all[count] = (dt_help_option){ NULL, NULL, NULL, NULL };
    help->options = all;
    return DT_OK;
}

static dt_status index_rooms(const dt_script_options *options, dt_help *help, dt_arena *arena) {
    size_t count = 0;
    while (dt_plan_rooms[count] != NULL) count++;
    const dt_room **all = dt_arena_take(arena, count + 3, sizeof *all);
    DT_TRY(dt_script_platforms(options, arena, &all[0]));
    DT_TRY(dt_script_systems(options, arena, &all[1]));
    for (size_t i = 0; i < count; i++) all[i + 2] = dt_plan_rooms[i];
    help->rooms = all;
    return DT_OK;
}

dt_status dt_help_open(const dt_line *line, dt_help *help, dt_arena *arena) {
    dt_script_options options = dt_line_script(line, arena);
    DT_TRY(index_rooms(&options, help, arena));
    DT_TRY(index_options(help, arena));
    return dt_script_calls(&options, arena, &help->calls);
}

/* ---- going through it -------------------------------------------------------------------------- */

typedef struct walk { dt_help_visit *visit; void *owner; } walk;

static void walk_to(const walk *w, const char *name, const char *kind, const char *path, const char *brief) {
    w->visit(w->owner, name, kind, path, brief);
}

/* The keys of a table, such as localsgd.period (strategy), which --set calls strategy.period; compress.twice; workers. */
static void walk_params(const walk *w, const char *owner, const char *kind, const dt_param *table) {
    char name[96], path[96];
    for (const dt_param *p = table; p != NULL && p->name != NULL; p++) {
        snprintf(name, sizeof name, "%s%s%s", owner, owner[0] != '\0' ? "." : "", p->name);
        snprintf(path, sizeof path, "%s%s%s", kind, kind[0] != '\0' ? "." : "", p->name);
        walk_to(w, name, kind, path, p->brief);
        walk_params(w, name, "", p->inner);
    }
}

static void walk_room(const walk *w, const dt_room *room) {
    walk_to(w, room->name, "", "", room->brief);
    walk_params(w, room->name, "", room->common);
    for (size_t i = 0; i < room->count; i++) {
        walk_to(w, room->entries[i]->name, room->name, "", room->entries[i]->brief);
        walk_params(w, room->entries[i]->name, room->name, room->entries[i]->params);
    }
}

static void walk_scenario(const walk *w) {
    walk_params(w, "", "", dt_plan_params);
    for (const dt_section *p = dt_plan_sections; p->key != NULL; p++) {
        if (p->room != NULL && strcmp(p->room->name, p->key) == 0) continue;
        walk_to(w, p->key, "", "", dt_plan_brief(p));
        if (p->room == NULL) walk_params(w, p->key, "", p->params);
    }
    for (size_t i = 0; dt_command_keys[i][0] != NULL; i++) walk_to(w, dt_command_keys[i][0], "", "", dt_command_keys[i][1]);
}

static void walk_columns(const walk *w, const dt_metric *columns, dt_metric_list *seen) {
    for (const dt_metric *m = columns; m != NULL && m->is.name != NULL; m++)
        if (dt_metric_find(seen, m->is.name) == NULL && dt_metric_add(seen, m) == DT_OK)
            walk_to(w, m->is.name, "evaluations", "", m->is.brief);
}

static void walk_table(const walk *w, const dt_ledger *table, const char *when) {
    char name[96];
    walk_to(w, table->name, "table", "", when);
    for (const dt_column *c = table->columns; c->name != NULL; c++) {
        snprintf(name, sizeof name, "%s.%s", table->name, c->name);
        walk_to(w, name, "tables", "", c->brief);
    }
}

static void walk_outcome(const walk *w) {
    dt_metric_list seen;
    dt_metric_open(&seen, true, true, NULL);
    for (const dt_metric *m = dt_metrics; m->is.name != NULL; m++) walk_to(w, m->is.name, "evaluations", "", m->is.brief);
    for (const dt_metric *m = dt_metrics_own; m->is.name != NULL; m++) walk_to(w, m->is.name, "evaluations", "", m->is.brief);
    for (const dt_metric *m = dt_metrics_each; m->is.name != NULL; m++) walk_to(w, m->is.name, "evaluations", "", m->is.brief);
    walk_columns(w, dt_metrics_private, &seen);
    walk_columns(w, dt_metrics_secure, &seen);
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        walk_columns(w, dt_strategy_of(dt_strategy_room.entries[i])->columns, &seen);
    for (const dt_plan_table *n = dt_plan_tables; n->is.name != NULL; n++) walk_table(w, &n->is, n->when);
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_ledger *t = dt_strategy_of(dt_strategy_room.entries[i])->tables; t != NULL && t->name != NULL; t++)
            walk_table(w, t, dt_strategy_room.entries[i]->name);
    for (const dt_column *c = dt_model_file_columns; c->name != NULL; c++) walk_to(w, c->name, "layer table", "", c->brief);
}

static void walk_calls(const walk *w, const dt_help *help) {
    char name[96];
    for (const dt_script_call *c = help->calls; c->name != NULL; c++) {
        if (c->title) continue;
        snprintf(name, sizeof name, "%s%s%s", c->owner, strcmp(c->owner, "results") == 0 ? ":" : ".", c->name);
        walk_to(w, name, c->field ? "field" : "function", c->field ? "" : c->name, c->brief);
    }
}

static void walk_rows(const walk *w, const dt_help_row *rows, const char *kind) {
    for (const dt_help_row *row = rows; row->name != NULL; row++) walk_to(w, row->name, kind, "", row->brief);
}

void dt_help_walk(const dt_help *help, dt_help_visit *visit, void *owner) {
    const walk w = { visit, owner };
    for (const dt_room *const *room = help->rooms; *room != NULL; room++) walk_room(&w, *room);
    walk_scenario(&w);
    walk_outcome(&w);
    walk_calls(&w, help);
    for (const dt_command_type *c = dt_command_types; c->name != NULL; c++) walk_to(&w, c->name, "command", "", c->help);
    for (const dt_help_option *o = help->options; o->name != NULL; o++)
        if (o->name[0] == '-') walk_to(&w, o->name, o->command, o->name + strspn(o->name, "-"), o->help);
    for (const dt_help_page *p = dt_help_pages; p->name != NULL; p++) walk_to(&w, p->name, "page", "", p->brief);
    walk_rows(&w, dt_help_statuses, "program");
    walk_rows(&w, dt_help_environment, "environment");
    walk_rows(&w, dt_help_files, "file");
}
