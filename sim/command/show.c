/* show.c - the commands list and help: which algorithms there are, and what is known of a name. */
#include "command/help.h"
#include <string.h>
#include <strings.h>

/* Names are found in whatever case; that of a room also as that of many: "systems". */
static bool names_room(const dt_room *room, const char *name) {
    size_t length = strlen(room->name);
    return strncasecmp(room->name, name, length) == 0 && (name[length] == '\0' || strcasecmp(name + length, "s") == 0);
}

/* "localsgd", or with its room: "strategy.localsgd". */
static bool names_member(const dt_room *room, const dt_entry *e, const char *name) {
    size_t length = strlen(room->name);
    if (strncasecmp(room->name, name, length) == 0 && name[length] == '.') name += length + 1;
    return strcasecmp(e->name, name) == 0;
}

/* All words of the line as one: "exit status" needs no quotes. */
static const char *line_words(const dt_line *l, dt_arena *arena) {
    const char *all = l->word[0];
    for (size_t i = 1; i < l->words; i++) all = dt_arena_text(arena, "%s %s", all, l->word[i]);
    return all;
}

/* ---- list ---------------------------------------------------------------------------------- */

static void list_member(const dt_room *room, const dt_entry *e) {
    bool preset = room->preset != NULL && strcmp(room->preset, e->name) == 0;
    printf("  %-20s %s%s\n", e->name, e->brief, preset ? " (default)" : "");
}

static void list_room(const dt_room *room) {
    printf("%s: %s\n", room->name, room->brief);
    for (size_t i = 0; i < room->count; i++) list_member(room, room->entries[i]);
}

dt_status dt_command_list(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_help help;
    const char *wanted = l->words > 0 ? line_words(l, arena) : NULL;
    bool shown = false;
    (void)end;
    DT_TRY(dt_help_open(l, &help, arena));
    for (const dt_room *const *room = help.rooms; *room != NULL; room++) {
        if (wanted != NULL && !names_room(*room, wanted)) continue;
        list_room(*room);
        shown = true;
    }
    return shown ? DT_OK : dt_command_find_word(&help, wanted);
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

/* The keys of a member, or those of all, below its line. */
static void help_keys(const dt_param *params) {
    char name[96];
    for (const dt_param *p = params; p != NULL && p->name != NULL; p++) {
        snprintf(name, sizeof name, "    %-14s", p->name);
        dt_param_line(stdout, p, name);
    }
}

/* Its members, each with the keys that it alone takes, then the keys that all take. */
static void help_members(const dt_room *room) {
    printf("%s: %s\n", room->name, room->brief);
    for (size_t i = 0; i < room->count; i++) {
        list_member(room, room->entries[i]);
        help_keys(room->entries[i]->params);
    }
    if (room->common != NULL) printf("and each of them takes:\n");
    help_keys(room->common);
}

bool dt_help_room(const dt_help *help, const char *word) {
    bool shown = false;
    for (const dt_room *const *room = help->rooms; *room != NULL; room++) {
        bool whole = names_room(*room, word);
        if (whole) help_members(*room);
        for (size_t k = 0; k < (*room)->count; k++) {
            if (!names_member(*room, (*room)->entries[k], word)) continue;
            help_entry(*room, (*room)->entries[k]);
            whole = true;
        }
        shown |= whole;
    }
    return shown;
}

static void help_glossary(const dt_help *help) {
    (void)help;
    for (const dt_term *t = dt_glossary; t->word != NULL; t++) dt_glossary_print(stdout, t);
}

const dt_help_page dt_help_pages[] = {
    { "scenario", "every key of a scenario, with its default and unit", dt_help_scenario },
    { "claims", "what a claim is, and what it can ask of results", dt_help_claims },
    { "results", "the same with an example of each", dt_help_results },
    { "dt", "the functions of the module dt", dt_help_module },
    { "evaluations", "the columns of the evaluations", dt_help_evaluations },
    { "tables", "the other tables that runs leave", dt_help_tables },
    { "glossary", "the words of the field", help_glossary },
    { NULL, NULL, NULL }
};

bool dt_help_text(const dt_help *help, const char *word) {
    const dt_help_page *page = dt_help_pages;
    while (page->name != NULL && strcmp(page->name, word) != 0) page++;
    if (page->name != NULL) page->print(help);
    return page->name != NULL;
}

dt_status dt_command_name(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_help help;
    (void)end;
    if (l->words == 0) {
        dt_command_usage(stdout);
        return DT_OK;
    }
    DT_TRY(dt_help_open(l, &help, arena));
    return dt_command_find_word(&help, line_words(l, arena));
}
