/* find.c - search by a word that is no name: its meaning in the glossary, and all names whose sentence has the word. */
#include "command/inside.h"
#include "base/near.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- words ----------------------------------------------------------------------------------- */

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static int plain(char c) { return c == '-' || c == '_' ? ' ' : tolower((unsigned char)c); }

/* The length of word if text begins with it, in any case and with '-', '_' and ' ' alike; else 0. */
static size_t match(const char *text, const char *word) {
    size_t i = 0;
    while (word[i] != '\0' && plain(text[i]) == plain(word[i])) i++;
    return word[i] == '\0' ? i : 0;
}

/* True if text has word, or its plural, as a whole word. */
static bool holds(const char *text, const char *word) {
    for (const char *at = text; *at != '\0'; at++) {
        size_t length = at == text || !isalnum((unsigned char)at[-1]) ? match(at, word) : 0;
        if (length == 0) continue;
        const char *end = at + length + (at[length] == 's');
        if (!isalnum((unsigned char)at[length]) || !isalnum((unsigned char)*end)) return true;
    }
    return false;
}

/* ---- the glossary ---------------------------------------------------------------------------- */

void dt_glossary_print(FILE *out, const dt_term *t) {
    fprintf(out, "%s%s%s%s: %s\n  here: dtsim help %s\n", t->word, t->also != NULL ? " (" : "", t->also != NULL ? t->also : "",
            t->also != NULL ? ")" : "", t->meaning, t->here);
}

/* True if word, or its singular, is one of the names that commas separate. */
static bool called(const char *names, const char *word) {
    char one[64];
    size_t length = strlen(word);
    snprintf(one, sizeof one, "%.*s", (int)(length > 0 && word[length - 1] == 's' ? length - 1 : length), word);
    for (const char *at = names; at != NULL && *at != '\0'; at += strcspn(at, ","), at += strspn(at, ", ")) {
        size_t end = match(at, word) > 0 ? length : match(at, one);
        if (end > 0 && (at[end] == ',' || at[end] == '\0')) return true;
    }
    return false;
}

/* Print the terms that are called word, or, if there are none, those with word in their name; returns how many. */
static size_t find_terms(const char *word) {
    size_t found = 0;
    for (const dt_term *t = dt_glossary; t->word != NULL; t++)
        if (called(t->word, word) || called(t->also, word)) found++, dt_glossary_print(stdout, t);
    if (found > 0) return found;
    for (const dt_term *t = dt_glossary; t->word != NULL; t++)
        if (holds(t->word, word) || (t->also != NULL && holds(t->also, word))) found++, dt_glossary_print(stdout, t);
    return found;
}

/* ---- names and sentences --------------------------------------------------------------------- */

typedef struct search { const char *word; size_t found; } search;

/* Print a name with its sentence if one of them has the word.  path is another name of the same key, or "". */
static void meet(search *s, const char *name, const char *room, const char *path, const char *brief) {
    if (!holds(name, s->word) && !holds(path, s->word) && !holds(brief, s->word)) return;
    if (s->found++ == 0) printf("\"%s\" stands in:\n", s->word);
    int wide = printf("  %s%s%s%s", name, room[0] != '\0' ? " (" : "", room, room[0] != '\0' ? ")" : "");
    printf("%*s %s\n", wide < 36 ? 36 - wide : 0, "", brief);
}

/* The keys of a table, such as localsgd.period (strategy), which --set calls strategy.period; compress.twice; workers. */
static void meet_params(search *s, const char *owner, const char *room, const dt_param *table) {
    char name[96], path[96];
    for (const dt_param *p = table; p != NULL && p->name != NULL; p++) {
        snprintf(name, sizeof name, "%s%s%s", owner, owner[0] != '\0' ? "." : "", p->name);
        snprintf(path, sizeof path, "%s%s%s", room, room[0] != '\0' ? "." : "", p->name);
        meet(s, name, room, path, p->brief);
    }
}

static void meet_room(search *s, const dt_room *room) {
    meet(s, room->name, "", "", room->brief);
    meet_params(s, room->name, "", room->common);
    for (size_t i = 0; i < room->count; i++) {
        meet(s, room->entries[i]->name, room->name, "", room->entries[i]->brief);
        meet_params(s, room->entries[i]->name, room->name, room->entries[i]->params);
    }
}

static void meet_columns(search *s, const dt_metric *columns, dt_metric_list *seen) {
    for (const dt_metric *m = columns; m != NULL && m->is.name != NULL; m++)
        if (dt_metric_find(seen, m->is.name) == NULL && dt_metric_add(seen, m) == DT_OK)
            meet(s, m->is.name, "evaluations", "", m->is.brief);
}

static void meet_table(search *s, const dt_ledger *table) {
    char name[96];
    for (const dt_column *c = table->columns; c->name != NULL; c++) {
        snprintf(name, sizeof name, "%s.%s", table->name, c->name);
        meet(s, name, "tables", "", c->brief);
    }
}

/* The columns of a run's tables. */
static void meet_results(search *s) {
    dt_metric_list seen;
    dt_metric_open(&seen, true, NULL);
    for (const dt_metric *m = dt_metrics; m->is.name != NULL; m++) meet(s, m->is.name, "evaluations", "", m->is.brief);
    for (const dt_metric *m = dt_metrics_own; m->is.name != NULL; m++) meet(s, m->is.name, "evaluations", "", m->is.brief);
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        meet_columns(s, dt_strategy_of(dt_strategy_room.entries[i])->columns, &seen);
    for (const dt_plan_table *t = dt_plan_tables; t->is.name != NULL; t++) meet_table(s, &t->is);
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_ledger *t = dt_strategy_of(dt_strategy_room.entries[i])->tables; t != NULL && t->name != NULL; t++)
            meet_table(s, t);
}

static void meet_scenario(search *s) {
    meet_params(s, "", "", dt_plan_params);
    for (const dt_section *p = dt_plan_sections; p->key != NULL; p++) {
        if (p->room != NULL && strcmp(p->room->name, p->key) == 0) continue;
        meet(s, p->key, "", "", dt_plan_brief(p));
        if (p->room == NULL) meet_params(s, p->key, "", p->params);
    }
    for (size_t i = 0; dt_command_keys[i][0] != NULL; i++) meet(s, dt_command_keys[i][0], "", "", dt_command_keys[i][1]);
}

static void meet_all(search *s, const dt_room *const *rooms) {
    for (; *rooms != NULL; rooms++) meet_room(s, *rooms);
    meet_scenario(s);
    meet_results(s);
    for (const dt_command_type *c = dt_command_types; c->name != NULL; c++) meet(s, c->name, "command", "", c->help);
}

/* ---- what dtsim help and dtsim list do with a word ------------------------------------------- */

static const char *nearest(const char *word, const dt_room *const *rooms) {
    enum { MOST = 512 };
    const char *names[MOST] = { "claims", "evaluations", "glossary", "tables" };
    size_t count = 4;
    for (const dt_param *p = dt_plan_params; p->name != NULL; p++) names[count++] = p->name;
    for (size_t i = 0; dt_command_keys[i][0] != NULL; i++) names[count++] = dt_command_keys[i][0];
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) names[count++] = s->key;
    for (; *rooms != NULL; rooms++)
        for (size_t k = 0; k < (*rooms)->count && count < MOST; k++) names[count++] = (*rooms)->entries[k]->name;
    for (const dt_command_type *c = dt_command_types; c->name != NULL && count < MOST; c++) names[count++] = c->name;
    for (const dt_term *t = dt_glossary; t->word != NULL && count < MOST; t++) names[count++] = t->word;
    return dt_nearest(word, names, count);
}

dt_status dt_command_find_word(const char *word, const dt_room *const *rooms) {
    search s = { word, 0 };
    size_t terms = 0;
    if (strpbrk(word, LETTERS) != NULL) {
        terms = find_terms(word);
        meet_all(&s, rooms);
    }
    const char *near = nearest(word, rooms);
    if (terms + s.found == 0)
        return dt_fail(DT_ENOTFOUND, "there is no algorithm, room, platform, word or key \"%s\"%s (\"dtsim list\", \"dtsim help "
                       "scenario\" and \"dtsim help glossary\" show all)", word, dt_did_you_mean(near));
    if (terms == 0 && near != NULL && strcasecmp(near, word) != 0 && strchr(word, '.') == NULL)
        printf("\"%s\" is the name of no algorithm, room, platform or key%s\n", word, dt_did_you_mean(near));
    return DT_OK;
}
