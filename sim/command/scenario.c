/* scenario.c - help on the keys of a scenario: all of them, one of them, or whatever stands at a key path. */
#include "command/help.h"
#include <ctype.h>
#include <string.h>

/* Keys that the script reads and no run has. */
const char *const dt_command_keys[][3] = {
    { "seeds", "repeat every run with so many seeds, from seed on; 1 without it", "seeds = 5" },
    { "on_evaluate", "function (evaluation) called at every evaluation with a table of its columns (dtsim help evaluations); "
      "return \"stop\" to end the run, { name = number } for columns of one's own, the same at every evaluation",
      "on_evaluate = function (evaluation) if evaluation.loss > 10 then return \"stop\" end end" },
    { "claims", "{ [\"sentence\"] = function (results) return true end }, judged after the sweep: dtsim help claims",
      "claims = { [\"it learns\"] = function (results) return results:most \"loss\" < 0.5 end }" },
    { NULL, NULL, NULL },
};

/* ---- all of them ------------------------------------------------------------------------------- */

enum { WIDE = 22 };         /* of most paths */

/* A line for each key of a table in the scenario, by its path; front "": of the scenario itself. */
static void key_lines(const char *front, const dt_param *params) {
    char path[96], name[96];
    for (const dt_param *p = params; p != NULL && p->name != NULL; p++) {
        snprintf(path, sizeof path, "%s%s%s", front, front[0] != '\0' ? "." : "", p->name);
        snprintf(name, sizeof name, "%-*s", WIDE, path);
        dt_param alone = *p;
        alone.inner = NULL;
        dt_param_line(stdout, &alone, name);
        key_lines(path, p->inner);
    }
}

static void scenario_section(const dt_section *s) {
    const dt_room *room = s->room;
    if (room == NULL) printf("  %-*s {} (a table)  %s\n", WIDE, s->key, dt_plan_brief(s));
    else printf("  %-*s %s (dtsim help %s)  %s\n", WIDE, s->key, room->preset != NULL && !s->optional ? room->preset : "-", room->name,
                dt_plan_brief(s));
    key_lines(s->key, room == NULL ? s->params : room->common);
}

void dt_help_scenario(const dt_help *help) {
    (void)help;
    printf("keys of a scenario: default (range or kind)  what it says.  A choice is \"name\" or { \"name\", key = value }; the keys of each\n"
           "choice stand in its help, such as \"dtsim help localsgd\".  Quantities may have units: \"10Gbps\", \"40ms\", \"5MB\", \"3Gf\".\n"
           "  %-*s - (dtsim help platform)  machines and network: a name such as \"lan\", a table { \"wan\", regions = 5 }, or a SimGrid XML file\n",
           WIDE, "platform");
    key_lines("", dt_plan_params);
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) scenario_section(s);
    for (size_t i = 0; dt_command_keys[i][0] != NULL; i++) printf("  %-*s %s\n", WIDE, dt_command_keys[i][0], dt_command_keys[i][1]);
    printf("Every key can be changed on the command line, \"--set strategy.period=8\", and swept, period = dt.sweep { 1, 4, 16 }.\n");
}

/* ---- one of them ------------------------------------------------------------------------------- */

static bool key_plain(const char *word) {
    const dt_param *p = dt_plan_params;
    while (p->name != NULL && strcmp(p->name, word) != 0) p++;
    if (p->name == NULL) return false;
    printf("a key of a scenario:\n");
    dt_param_line(stdout, p, p->name);
    return true;
}

static bool key_script(const char *word) {
    size_t i = 0;
    while (dt_command_keys[i][0] != NULL && strcmp(dt_command_keys[i][0], word) != 0) i++;
    if (dt_command_keys[i][0] == NULL) return false;
    printf("a key of a scenario:\n  %-14s %s\n  for example: %s\n", dt_command_keys[i][0], dt_command_keys[i][1], dt_command_keys[i][2]);
    return true;
}

/* A key that has a table: the keys of that table; or a choice of a room that is not called as the key is. */
static bool key_section(const char *word) {
    const dt_section *s = dt_plan_sections;
    while (s->key != NULL && strcmp(s->key, word) != 0) s++;
    if (s->key == NULL || (s->room != NULL && strcmp(s->room->name, s->key) == 0)) return false;
    printf("%s of a scenario: %s\n", s->key, dt_plan_brief(s));
    if (s->room != NULL)
        printf("  the choice of a room, %s without it: dtsim help %s\n", s->optional ? "none" : s->room->preset, s->room->name);
    else dt_param_help(stdout, s->params);
    return true;
}

/* ---- what stands at a path --------------------------------------------------------------------- */

/* One table of keys that the front of a path may mean: that of a member of a room, or of a key itself (room NULL). */
typedef struct place { const char *owner; const dt_room *room; const dt_param *params; } place;
enum { PLACES = 128, LONGEST = 128 };
typedef struct places { place item[PLACES]; size_t count; } places;

static void places_add(places *all, const char *owner, const dt_room *room, const dt_param *params) {
    if (params != NULL && all->count < PLACES) all->item[all->count++] = (place){ owner, room, params };
}

static void places_room(places *all, const dt_room *room) {
    places_add(all, room->name, NULL, room->common);
    for (size_t i = 0; i < room->count; i++) places_add(all, room->entries[i]->name, room, room->entries[i]->params);
}

static const dt_room *room_called(const dt_help *help, const char *name) {
    const dt_room *const *room = help->rooms;
    while (*room != NULL && strcmp((*room)->name, name) != 0) room++;
    return *room;
}

/* The first part of a path is a key, a room, or a member of one. */
static void places_begin(places *all, const dt_help *help, const char *part) {
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) {
        if (strcmp(s->key, part) != 0) continue;
        if (s->room == NULL) places_add(all, s->key, NULL, s->params);
        else places_room(all, s->room);
        if (s->room != NULL) return;
    }
    if (all->count == 0 && room_called(help, part) != NULL) places_room(all, room_called(help, part));
    if (all->count > 0) return;
    for (const dt_room *const *room = help->rooms; *room != NULL; room++) {
        const dt_entry *e = dt_room_find(*room, part);
        if (e == NULL) continue;
        places_add(all, e->name, *room, e->params);
        places_add(all, e->name, *room, (*room)->common);
    }
}

/* Go on from every table with that key, to the keys of what it holds. */
static void places_go(places *all, const dt_help *help, const char *part, const char *path) {
    places next = { .count = 0 };
    for (size_t i = 0; i < all->count; i++)
        for (const dt_param *p = all->item[i].params; p->name != NULL; p++) {
            if (strcmp(p->name, part) != 0 || p->kind != DT_TABLE || next.count > 0) continue;
            if (p->inner != NULL) places_add(&next, path, NULL, p->inner);
            else if (p->choices != NULL) places_room(&next, room_called(help, p->choices));
        }
    *all = next;
}

/* Print the keys of that name; the first one begins with a line that says what they are. */
static bool places_print(const places *all, const char *part) {
    bool shown = false;
    char name[LONGEST];
    for (size_t i = 0; i < all->count; i++)
        for (const dt_param *p = all->item[i].params; p->name != NULL; p++) {
            if (strcmp(p->name, part) != 0) continue;
            if (!shown) printf("a key of a scenario:\n");
            const dt_room *room = all->item[i].room;
            snprintf(name, sizeof name, "%s.%s%s%s%s", all->item[i].owner, part, room != NULL ? " (" : "", room != NULL ? room->name : "",
                     room != NULL ? ")" : "");
            dt_param_line(stdout, p, name);
            shown = true;
        }
    return shown;
}

/* stop takes every column of the evaluations, those of strategies, too. */
static bool path_stop(const char *word) {
    if (strncmp(word, "stop.", 5) != 0) return false;
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_metric *m = dt_strategy_of(dt_strategy_room.entries[i])->columns; m != NULL && m->is.name != NULL; m++) {
            if (strcmp(m->is.name, word + 5) != 0) continue;
            printf("a key of a scenario:\n  %-14s 0 (a number, in %s)  with strategy = \"%s\", the first evaluation that gets there from where it "
                   "began: %s\n", word, m->is.unit, dt_strategy_room.entries[i]->name, m->is.brief);
            return true;
        }
    return false;
}

static bool key_path(const dt_help *help, const char *word) {
    char path[LONGEST], front[LONGEST];
    places all = { .count = 0 };
    if (strchr(word, '.') == NULL || strlen(word) >= sizeof path) return false;
    strcpy(path, word);
    char *left = path, *part = strsep(&left, ".");
    places_begin(&all, help, part);
    while ((part = strsep(&left, ".")) != NULL && left != NULL) {
        if (part[0] != '\0' && part[strspn(part, "0123456789")] == '\0') continue;      /* an item of a list */
        snprintf(front, sizeof front, "%.*s", (int)(left - 1 - path), word);
        places_go(&all, help, part, front);
    }
    return places_print(&all, part) || path_stop(word);
}

bool dt_help_key(const dt_help *help, const char *word) {
    bool shown = key_section(word);
    shown |= key_plain(word);
    shown |= key_script(word);
    return shown || key_path(help, word);
}
