/* show.c - the commands list and help: which algorithms there are, and which parameters each of them has. */
#include "command/inside.h"
#include <string.h>
#include <strings.h>

/* Every room with something to choose: platforms and systems, of which scripts know, and those of the plan.  NULL ends it. */
static dt_status all_rooms(const dt_line *l, const dt_room ***rooms, dt_arena *arena) {
    dt_script_options options = dt_line_script(l, arena);
    size_t count = 0;
    while (dt_plan_rooms[count] != NULL) count++;
    const dt_room **all = dt_arena_take(arena, count + 3, sizeof *all);
    DT_TRY(dt_script_platforms(&options, arena, &all[0]));
    DT_TRY(dt_script_systems(&options, arena, &all[1]));
    for (size_t i = 0; i < count; i++) all[i + 2] = dt_plan_rooms[i];
    *rooms = all;
    return DT_OK;
}

/* Names are found in whatever case; that of a room also as that of many: "systems". */
static bool names_room(const dt_room *room, const char *name) {
    size_t length = strlen(room->name);
    return strncasecmp(room->name, name, length) == 0 && (name[length] == '\0' || strcasecmp(name + length, "s") == 0);
}

/* ---- list ---------------------------------------------------------------------------------- */

static void list_room(const dt_room *room) {
    printf("%s: %s\n", room->name, room->brief);
    for (size_t i = 0; i < room->count; i++) {
        const char *preset = room->preset != NULL && strcmp(room->preset, room->entries[i]->name) == 0 ? " (default)" : "";
        printf("  %-20s %s%s\n", room->entries[i]->name, room->entries[i]->brief, preset);
    }
}

dt_status dt_command_list(const dt_line *l, dt_exit *end, dt_arena *arena) {
    const dt_room **rooms;
    const char *wanted = l->words > 0 ? l->word[0] : NULL;
    bool shown = false;
    (void)end;
    DT_TRY(all_rooms(l, &rooms, arena));
    for (const dt_room **room = rooms; *room != NULL; room++) {
        if (wanted != NULL && !names_room(*room, wanted)) continue;
        list_room(*room);
        shown = true;
    }
    return shown ? DT_OK : dt_command_find_word(wanted, rooms);
}

/* ---- help ---------------------------------------------------------------------------------- */

static void help_entry(const dt_room *room, const dt_entry *e) {
    printf("%s { \"%s\" }: %s\n", room->name, e->name, e->brief);
    if (e->source != NULL) printf("  source: %s\n", e->source);
    const char *more = room->more != NULL ? room->more(e) : NULL;
    if (more != NULL) printf("  %s\n", more);
    dt_param_help(stdout, e->params);
    dt_param_help(stdout, room->common);
    if (e->params == NULL && room->common == NULL && more == NULL) printf("  no parameters\n");
}

/* Keys that the script reads and no run has. */
const char *const dt_command_keys[][2] = {
    { "seeds", "repeat every run with so many seeds, from seed on" },
    { "on_evaluate", "function (evaluation) called at every evaluation with a table of its columns (dtsim help evaluations); "
                     "return \"stop\" to end the run, { name = number } for columns of one's own, the same at every evaluation" },
    { "claims", "{ [\"sentence\"] = function (results) return true end }, judged after the sweep: dtsim help claims" },
    { NULL, NULL },
};

static void help_scenario(void) {
    printf("keys of a scenario:\n  %-14s a name such as \"lan\", a table { \"wan\", regions = 5 }, or a SimGrid XML file\n",
           "platform");
    dt_param_help(stdout, dt_plan_params);
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) {
        printf("  %-14s %s%s%s\n", s->key, dt_plan_brief(s), s->room != NULL ? ": dtsim list " : "",
               s->room != NULL ? s->room->name : "");
        if (s->room == NULL)
            for (const dt_param *p = s->params; p->name != NULL; p++)
                printf("    .%-12s %s (%s)\n", p->name, p->brief, p->unit);
    }
    for (size_t i = 0; dt_command_keys[i][0] != NULL; i++) printf("  %-14s %s\n", dt_command_keys[i][0], dt_command_keys[i][1]);
}

/* The help of a key of the scenario that has one value. */
static bool help_key(const char *key) {
    const dt_param *p = dt_plan_params;
    while (p->name != NULL && strcmp(p->name, key) != 0) p++;
    if (p->name == NULL) return false;
    const dt_param alone[] = { *p, { 0 } };
    printf("a key of a scenario:\n");
    dt_param_help(stdout, alone);
    return true;
}

static bool help_script_key(const char *key) {
    size_t i = 0;
    while (dt_command_keys[i][0] != NULL && strcmp(dt_command_keys[i][0], key) != 0) i++;
    if (dt_command_keys[i][0] == NULL) return false;
    printf("a key of a scenario:\n  %-14s %s\n", dt_command_keys[i][0], dt_command_keys[i][1]);
    return true;
}

/* The help of a key of the scenario that has a table: the keys of that table. */
static bool help_section(const char *key) {
    const dt_section *s = dt_plan_sections;
    while (s->key != NULL && (s->room != NULL || strcmp(s->key, key) != 0)) s++;
    if (s->key == NULL) return false;
    printf("%s of a scenario: %s\n", s->key, dt_plan_brief(s));
    dt_param_help(stdout, s->params);
    return true;
}

static void help_column(const dt_metric *m) {
    const char *better = dt_metric_better(m);
    printf("  %-20s %s (%s%s%s)\n", m->is.name, m->is.brief, m->is.unit, better[0] == '\0' ? "" : "; better: ", better);
}

/* Print which strategies add a column of that name. */
static void help_adders(const char *name) {
    const char *before = "  with strategy =";
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_metric *m = dt_strategy_of(dt_strategy_room.entries[i])->columns; m != NULL && m->is.name != NULL; m++)
            if (strcmp(m->is.name, name) == 0) {
                printf("%s \"%s\"", before, dt_strategy_room.entries[i]->name);
                before = ",";
            }
    printf(":\n");
}

static void help_evaluations(void) {
    dt_metric_list seen;
    dt_metric_open(&seen, true, NULL);
    printf("evaluations: the table of a run with a row for each evaluation (\"dtsim help evaluate\" says when).  Its columns, each "
           "of which\nclaims can read and stop can name:\n");
    for (const dt_metric *m = dt_metrics; m->is.name != NULL; m++) help_column(m);
    printf("  where workers have samples of their own to be judged by (split.own):\n");
    for (const dt_metric *m = dt_metrics_own; m->is.name != NULL; m++) help_column(m);
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_metric *m = dt_strategy_of(dt_strategy_room.entries[i])->columns; m != NULL && m->is.name != NULL; m++) {
            if (dt_metric_find(&seen, m->is.name) != NULL || dt_metric_add(&seen, m) != DT_OK) continue;
            help_adders(m->is.name);
            help_column(m);
        }
}

static void help_table(const dt_ledger *table, const char *when) {
    printf("%s: %s\n", table->name, when);
    for (const dt_column *c = table->columns; c->name != NULL; c++)
        printf("  %-20s %s%s%s%s\n", c->name, c->brief, c->unit[0] == '\0' ? "" : " (", c->unit, c->unit[0] == '\0' ? "" : ")");
}

static void help_tables(void) {
    printf("tables of a run, beside evaluations (\"dtsim help evaluations\").  A claim reads a column as run:table(\"workers\").wait_s, "
           "a list\nwith a value for each row; h5py and others find the table as /runs/0007/workers:\n");
    for (const dt_plan_table *n = dt_plan_tables; n->is.name != NULL; n++) help_table(&n->is, n->when);
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_ledger *t = dt_strategy_of(dt_strategy_room.entries[i])->tables; t != NULL && t->name != NULL; t++)
            help_table(t, dt_strategy_room.entries[i]->name);
}

/* The help of names that are neither rooms nor algorithms. */
static bool help_text(const char *name) {
    bool glossary = strcmp(name, "glossary") == 0;
    bool scenario = strcmp(name, "scenario") == 0, claims = strcmp(name, "claims") == 0;
    bool evaluations = strcmp(name, "evaluations") == 0, tables = strcmp(name, "tables") == 0;
    if (scenario) help_scenario();
    if (claims) dt_script_help_claims(stdout);
    if (evaluations) help_evaluations();
    if (tables) help_tables();
    for (const dt_term *t = dt_glossary; glossary && t->word != NULL; t++) dt_glossary_print(stdout, t);
    return glossary || scenario || claims || evaluations || tables || help_section(name) || help_script_key(name);
}

static bool help_room(const dt_room *room, const char *name) {
    bool shown = names_room(room, name);
    if (shown) list_room(room);
    for (size_t k = 0; k < room->count; k++) {
        if (strcasecmp(room->entries[k]->name, name) != 0) continue;
        help_entry(room, room->entries[k]);
        shown = true;
    }
    return shown;
}

dt_status dt_command_name(const dt_line *l, dt_exit *end, dt_arena *arena) {
    const dt_room **rooms;
    (void)end;
    if (l->words == 0) {
        dt_command_usage(stdout);
        return DT_OK;
    }
    if (help_text(l->word[0])) return DT_OK;
    const dt_command_type *command = dt_command_find(l->word[0]);
    if (command != NULL) dt_command_help(stdout, command);
    bool shown = help_key(l->word[0]) || command != NULL;       /* trace is the name of a key, of a command and of two algorithms */
    DT_TRY(all_rooms(l, &rooms, arena));
    for (const dt_room **room = rooms; *room != NULL; room++) shown |= help_room(*room, l->word[0]);
    return shown ? DT_OK : dt_command_find_word(l->word[0], rooms);
}
