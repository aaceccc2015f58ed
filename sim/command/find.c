/* find.c - search by a word that is no name: its meaning in the glossary, and all names whose sentence has the word. */
#include "command/help.h"
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

bool dt_glossary_called(const char *names, const char *word) {
    char one[64];
    size_t length = strlen(word);
    snprintf(one, sizeof one, "%.*s", (int)(length > 0 && word[length - 1] == 's' ? length - 1 : length), word);
    for (const char *at = names; at != NULL && *at != '\0'; at += strcspn(at, ","), at += strspn(at, ", ")) {
        size_t end = match(at, word) > 0 ? length : match(at, one);
        if (end > 0 && (at[end] == ',' || at[end] == '\0')) return true;
    }
    return false;
}

/* Print the terms that are called word, or, if there are none, those with word in their name, unless only called ones are wanted;
 * returns how many. */
static size_t find_terms(const char *word, bool only) {
    size_t found = 0;
    for (const dt_term *t = dt_glossary; t->word != NULL; t++)
        if (dt_glossary_called(t->word, word) || dt_glossary_called(t->also, word)) found++, dt_glossary_print(stdout, t);
    if (found > 0 || only) return found;
    for (const dt_term *t = dt_glossary; t->word != NULL; t++)
        if (holds(t->word, word) || (t->also != NULL && holds(t->also, word))) found++, dt_glossary_print(stdout, t);
    return found;
}

/* ---- names and sentences --------------------------------------------------------------------- */

typedef struct search { const char *word; size_t found; } search;

/* Print a name with its sentence if one of them has the word.  path is another name of the same thing, or "". */
static void search_meet(void *owner, const char *name, const char *kind, const char *path, const char *brief) {
    search *s = owner;
    if (!holds(name, s->word) && !holds(path, s->word) && !holds(brief, s->word)) return;
    if (s->found++ == 0) printf("\"%s\" stands in:\n", s->word);
    int wide = printf("  %s%s%s%s", name, kind[0] != '\0' ? " (" : "", kind, kind[0] != '\0' ? ")" : "");
    printf("%*s %s\n", wide < 36 ? 36 - wide : 0, "", brief);
}

/* ---- the nearest name -------------------------------------------------------------------------- */

enum { MOST = 2048 };
typedef struct names { const char *item[MOST]; size_t count; dt_arena *arena; } names;

/* Names without a dot, and options without their dashes. */
static void names_meet(void *owner, const char *name, const char *kind, const char *path, const char *brief) {
    names *all = owner;
    (void)brief;
    if (strpbrk(name, ".:") != NULL || name[0] == '-') name = strcmp(kind, "function") == 0 || name[0] == '-' ? path : "";
    if (name[0] != '\0' && all->count < MOST) all->item[all->count++] = dt_arena_text(all->arena, "%s", name);
}

static const char *nearest(const dt_help *help, const char *word, dt_arena *arena) {
    names *all = dt_arena_take(arena, 1, sizeof *all);
    all->arena = arena;
    dt_help_walk(help, names_meet, all);
    for (const dt_term *t = dt_glossary; t->word != NULL && all->count < MOST; t++) all->item[all->count++] = t->word;
    return dt_nearest(word, all->item, all->count);
}

/* ---- what dtsim help and dtsim list do with a word ------------------------------------------- */

/* Pages that say all that there is to say of a word: of a command, a key, a room or a member of one. */
static bool find_whole(const dt_help *help, const char *word) {
    const dt_command_type *command = dt_command_find(word);
    if (command != NULL) dt_command_help(stdout, help, command);
    bool shown = command != NULL;
    shown |= dt_help_key(help, word);           /* trace is the name of a key, of a command and of two algorithms */
    return dt_help_room(help, word) || shown;
}

/* Pages of what one calls by its name. */
static bool find_called(const dt_help *help, const char *word) {
    bool shown = dt_help_call(help, word);
    shown |= dt_help_option_of(help, word);
    return dt_help_around(word) || shown;
}

/* Print the pages of what is called word; returns how much of it they say. */
static dt_help_found find_named(const dt_help *help, const char *word) {
    bool text = dt_help_text(help, word), whole = find_whole(help, word);
    if (text) return DT_HELP_PAGE;
    if (dt_command_find(word) != NULL) {
        dt_help_call(help, word);       /* values is the name of a command and of a function */
        return DT_HELP_PAGE;
    }
    bool called = find_called(help, word), column = dt_help_column(word);
    return whole ? DT_HELP_WHOLE : called ? DT_HELP_CALLED : column ? DT_HELP_COLUMN : DT_HELP_NOTHING;
}

dt_help_found dt_help_word(const dt_help *help, const char *word, size_t *others) {
    search s = { word, 0 };
    dt_help_found found = find_named(help, word);
    if (found == DT_HELP_PAGE) return found;
    bool foreign = found < DT_HELP_WHOLE && dt_help_foreign(word), text = strpbrk(word, LETTERS) != NULL;
    size_t terms = text ? find_terms(word, found != DT_HELP_NOTHING) : 0;
    if (text && found < DT_HELP_CALLED) dt_help_walk(help, search_meet, &s);
    *others = terms + s.found + foreign;
    return found == DT_HELP_NOTHING && terms + foreign > 0 ? DT_HELP_TERM : found;
}

dt_status dt_command_find_word(const dt_help *help, const char *word) {
    size_t others = 0;
    if (dt_help_word(help, word, &others) != DT_HELP_NOTHING) return DT_OK;
    dt_arena *arena = dt_arena_new(1 << 16);
    const char *near = nearest(help, word, arena);
    dt_status status = DT_OK;
    if (others == 0)
        status = dt_fail(DT_ENOTFOUND, "there is no algorithm, room, platform, word or key \"%s\"%s (\"dtsim list\", \"dtsim help "
                         "scenario\" and \"dtsim help glossary\" show all)", word, dt_did_you_mean(near));
    else if (near != NULL && strcasecmp(near, word) != 0 && strchr(word, '.') == NULL)
        printf("\"%s\" is the name of no algorithm, room, platform or key%s\n", word, dt_did_you_mean(near));
    dt_arena_free(arena);
    return status;
}
