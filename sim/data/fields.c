/* fields.c - one pass over the text; a field is cut where it stands and never copied. */
#include "data/fields.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void fields_push(dt_data_fields *f, const char *field) {
    if (f->count == f->room) {
        const char **larger = dt_arena_take(f->arena, f->room == 0 ? 64 : 2 * f->room, sizeof *larger);
        if (f->count > 0) memcpy(larger, f->field, f->count * sizeof *larger);
        f->room = f->room == 0 ? 64 : 2 * f->room;
        f->field = larger;
    }
    f->field[f->count++] = field;
}

/* The blanks that belong to no field. */
static const char *fields_blanks(const dt_data_fields *f) { return f->separator == '\t' ? " " : " \t"; }

static bool fields_line_end(char c) { return c == '\n' || c == '\r' || c == '\0'; }

/* Step over the end of a line, however it is written. */
static void fields_step(dt_data_fields *f) {
    if (*f->text == '\0') return;
    f->text += f->text[0] == '\r' && f->text[1] == '\n' ? 2 : 1;
    f->next++;
}

static bool fields_separates(const dt_data_fields *f, char c) {
    return c == f->separator || (f->separator == ' ' && c == '\t');
}

/* Read a quoted field.  text is after the opening quote; afterwards it is at what ends the field. */
static dt_status fields_quoted(dt_data_fields *f) {
    char *to = f->text, *from = f->text;
    bool closed = false;
    fields_push(f, to);
    while (!closed && *from != '\0') {
        closed = from[0] == '"' && from[1] != '"';
        if (*from == '"') from++;
        if (closed) break;
        f->next += *from == '\n' || (*from == '\r' && from[1] != '\n');
        *to++ = *from++;
    }
    if (!closed)
        return dt_fail(DT_EFORMAT, "%s line %zu: a quote opens field %zu and is not closed", f->name, f->line, f->count);
    *to = '\0';
    f->text = f->separator == ' ' ? from : from + strspn(from, fields_blanks(f));
    if (fields_line_end(*f->text) || fields_separates(f, *f->text)) return DT_OK;
    return dt_fail(DT_EFORMAT, "%s line %zu: text follows the closing quote of field %zu; a quote within quotes is "
                   "written twice", f->name, f->line, f->count);
}

/* Read a field without quotes; *end is the place of its final zero, once the character there has been read. */
static char *fields_plain(dt_data_fields *f) {
    char *start = f->text;
    while (!fields_line_end(*f->text) && !fields_separates(f, *f->text)) f->text++;
    char *end = f->text;
    while (end > start && strchr(fields_blanks(f), end[-1]) != NULL) end--;
    fields_push(f, start);
    return end;
}

/* The line of a file with nothing but blanks on it is no record. */
static void fields_skip(dt_data_fields *f) {
    char *start = f->text + strspn(f->text, " \t");
    while (*start == '\n' || *start == '\r') {
        f->text = start;
        fields_step(f);
        start = f->text + strspn(f->text, " \t");
    }
    if (*start == '\0' || f->separator == ' ') f->text = start;
}

dt_status dt_data_fields_next(dt_data_fields *f) {
    f->count = 0;
    fields_skip(f);
    f->line = f->next;
    for (bool more = *f->text != '\0'; more;) {
        char *end = NULL;
        f->text += strspn(f->text, fields_blanks(f));
        bool quoted = *f->text == '"';
        if (quoted) f->text++;
        if (quoted) DT_TRY(fields_quoted(f));
        else end = fields_plain(f);
        char *next = f->text + strspn(f->text, " \t");
        if (f->separator == ' ' && fields_line_end(*next)) f->text = next;
        more = fields_separates(f, *f->text);
        if (more) f->text++;
        else fields_step(f);
        if (end != NULL) *end = '\0';
    }
    return DT_OK;
}

/* ---- one field ------------------------------------------------------------------------------- */

static bool cell_among(const char *text, const char *const *word) {
    while (*word != NULL && strcmp(text, *word) != 0) word++;
    return *word != NULL;
}

/* The words of pandas (io.parsers), R and Excel; "?" is the UCI collection's, "." that of SAS and Stata. */
static bool cell_missing(const char *text) {
    static const char *const words[] = {
        "", "?", ".", "NA", "N/A", "n/a", "<NA>", "#N/A", "#N/A N/A", "#NA", "NaN", "nan", "NAN", "-NaN", "-nan", "1.#IND",
        "-1.#IND", "1.#QNAN", "-1.#QNAN", "None", "none", "NONE", "NULL", "null", "Null", "NaT", "#NULL!", "#DIV/0!",
        "#VALUE!", "#REF!", "#NAME?", "#NUM!", NULL };
    return cell_among(text, words);
}

/* text with a point instead of its decimal comma; a text that already has a point is no number. */
static const char *cell_point(const char *text, char *room, size_t size) {
    if (strlen(text) >= size || strchr(text, '.') != NULL) return "";
    strcpy(room, text);
    room[strcspn(room, ",")] = strchr(room, ',') != NULL ? '.' : '\0';
    return room;
}

dt_data_cell_kind dt_data_cell(const char *text, char decimal, float *value) {
    static const char *const yes[] = { "TRUE", "True", "true", NULL }, *const no[] = { "FALSE", "False", "false", NULL };
    char room[64], *end;
    const char *digits = decimal == ',' ? cell_point(text, room, sizeof room) : text;
    double number = strtod(digits, &end);
    bool whole = end != digits && end[strspn(end, " \t")] == '\0', truth = !whole && cell_among(text, yes);
    if (whole ? isnan(number) : cell_missing(text)) return DT_CELL_MISSING;
    if (!whole && !truth && !cell_among(text, no)) return DT_CELL_TEXT;
    *value = whole ? (float)number : truth ? 1 : 0;
    return isinf(*value) ? DT_CELL_INFINITE : DT_CELL_NUMBER;
}
