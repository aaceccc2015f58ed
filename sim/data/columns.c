/* columns.c - the columns of a table of text: names as pandas gives them, roles, and warnings of what they may not be. */
#include "data/columns.h"
#include "base/near.h"
#include "base/param.h"
#include "base/warn.h"
#include <stdlib.h>
#include <string.h>

/* ---- names ----------------------------------------------------------------------------------- */

static size_t columns_find(const dt_data_columns *c, const char *name, size_t before) {
    size_t i = 0;
    while (i < before && strcmp(c->name[i], name) != 0) i++;
    return i;
}

static const char *columns_name(const dt_data_columns *c, size_t i, dt_arena *arena) {
    if (!c->header) return dt_arena_text(arena, "%zu", i + 1);
    const char *name = c->field[i][0] == '\0' ? dt_arena_text(arena, "Unnamed: %zu", i) : c->field[i], *other = name;
    for (size_t again = 1; columns_find(c, other, i) < i; again++) other = dt_arena_text(arena, "%s.%zu", name, again);
    if (other != name)
        dt_warn("data.path", "%s has more than one column \"%.60s\"; column %zu is called \"%.60s\" here", c->file, name,
                i + 1, other);
    return other;
}

/* The separator that occurs most often in the only field of a line; NULL: none does. */
static const char *columns_separator(const char *field) {
    static const struct { char c; const char *name; } known[] = { { ',', "," }, { ';', ";" }, { '\t', "tab" }, { ' ', "space" } };
    const char *best = NULL;
    size_t most = 0;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        size_t count = 0;
        for (const char *c = field; *c != '\0'; c++) count += *c == known[k].c;
        if (count > 0 && (best == NULL || (count > most && known[k].c != ' '))) {
            best = known[k].name;
            most = count;
        }
    }
    return best;
}

static dt_status columns_single(const char *file, const char *field) {
    const char *other = columns_separator(field);
    if (field[0] == '#')
        return dt_fail_at(DT_EFORMAT, "data.path", "%s begins with the line \"%.60s\", which names no columns: remove it if it "
                          "is a comment", file, field);
    if (other == NULL)
        return dt_fail_at(DT_EFORMAT, "data.path", "%s: expected at least two columns, features and a target, got one, \"%.60s\"",
                          file, field);
    return dt_fail_at(DT_EFORMAT, "data.separator", "the first line of %s, \"%.60s\", is a single field; did you mean separator "
                      "= \"%s\"?", file, field, other);
}

dt_status dt_data_columns_read(const dt_data_fields *first, bool header, dt_data_columns *c, dt_arena *arena) {
    if (first->count == 0) return dt_fail_at(DT_EFORMAT, "data.path", "%s is empty", first->name);
    size_t count = first->count;
    while (header && count > 1 && first->field[count - 1][0] == '\0') count--;      /* a separator at the end of the line */
    if (count == 1) return columns_single(first->name, first->field[0]);
    *c = (dt_data_columns){ first->name, header, count, count, count, dt_arena_take(arena, count, sizeof *c->field),
                            dt_arena_take(arena, count, sizeof *c->name), dt_arena_take(arena, count, sizeof *c->role) };
    memcpy(c->field, first->field, count * sizeof *c->field);
    for (size_t i = 0; i < count; i++) c->name[i] = columns_name(c, i, arena);
    return DT_OK;
}

/* ---- roles ----------------------------------------------------------------------------------- */

/* The first few names, for a message. */
static const char *columns_list(const dt_data_columns *c, dt_arena *arena) {
    enum { SHOWN = 6 };
    const char *list = "";
    for (size_t i = 0; i < c->count && i < SHOWN; i++)
        list = dt_arena_text(arena, "%s%s\"%.40s\"", list, i == 0 ? "" : ", ", c->name[i]);
    return c->count > SHOWN ? dt_arena_text(arena, "%s, ... (%zu in all)", list, c->count) : list;
}

dt_status dt_data_columns_mark(dt_data_columns *c, const char *key, const char *name, dt_data_role role, dt_arena *arena) {
    static const char *const words[] = { "a feature", "the target", "the owner", "one to leave out" };
    if (name == NULL) return DT_OK;
    size_t at = columns_find(c, name, c->count);
    if (at == c->count && strcmp(name, "last") == 0) at = c->count - 1;
    if (at == c->count) {
        const char *near = dt_nearest(name, c->name, c->count);
        return near != NULL ? dt_fail_at(DT_EINVAL, key, "%s has no column \"%.60s\"%s", c->file, name,
                                         dt_did_you_mean(near))
                            : dt_fail_at(DT_EINVAL, key, "%s has no column \"%.60s\"; its columns are %s", c->file, name,
                                         columns_list(c, arena));
    }
    if (c->role[at] != DT_ROLE_FEATURE && c->role[at] != role)
        return dt_fail_at(DT_EINVAL, key, "the column \"%.60s\" cannot be %s: it is %s already", name, words[role],
                          words[c->role[at]]);
    c->features -= c->role[at] == DT_ROLE_FEATURE && role != DT_ROLE_FEATURE;
    c->role[at] = role;
    if (role == DT_ROLE_TARGET) c->target = at;
    return DT_OK;
}

dt_status dt_data_columns_drop(dt_data_columns *c, const char *list, dt_arena *arena) {
    if (list == NULL) return DT_OK;
    dt_data_fields names = { .name = "the list", .text = dt_arena_copy(arena, list, strlen(list)), .separator = ',',
                             .arena = arena, .next = 1 };
    if (dt_data_fields_next(&names) != DT_OK)
        return dt_fail_at(DT_EINVAL, "data.drop", "%.100s: a quote is not closed, or text follows it", list);
    for (size_t i = 0; i < names.count; i++)
        if (names.field[i][0] != '\0')
            DT_TRY(dt_data_columns_mark(c, "data.drop", names.field[i], DT_ROLE_DROPPED, arena));
    return DT_OK;
}

static bool columns_number(const char *field) {
    float value;
    return dt_data_cell(field, '.', &value) != DT_CELL_TEXT;
}

dt_status dt_data_columns_alike(const dt_data_columns *train, const dt_data_columns *test) {
    if (test->count != train->count)
        return dt_fail_at(DT_EFORMAT, "data.test", "%s: expected %zu columns, as many as %s has, got %zu", test->file,
                          train->count, train->file, test->count);
    for (size_t i = 0; i < train->count; i++)
        if (strcmp(train->name[i], test->name[i]) != 0)
            return dt_fail_at(DT_EFORMAT, "data.test", "column %zu of %s is \"%.60s\", that of %s is \"%.60s\": %s", i + 1,
                              test->file, test->name[i], train->file, train->name[i], columns_number(test->name[i])
                              ? "the test file needs the same header" : "both files need the same columns in the same order");
    return DT_OK;
}

/* ---- doubts ---------------------------------------------------------------------------------- */

/* True if the fields number the columns (0, 1, 2, ...): pandas writes such names where none were given. */
static bool columns_count_up(const dt_data_columns *c) {
    size_t i = c->field[0][0] == '\0' ? 1 : 0;
    long long first = strtoll(c->field[i], NULL, 10);
    for (size_t k = i; k < c->count; k++) {
        char *end;
        if (strtoll(c->field[k], &end, 10) != first + (long long)(k - i) || end == c->field[k] || *end != '\0') return false;
    }
    return true;
}

dt_status dt_data_columns_names(const dt_data_columns *c) {
    if (!c->header) return DT_OK;
    for (size_t i = 0; i < c->count; i++)
        if (!columns_number(c->field[i])) return DT_OK;
    if (!columns_count_up(c))
        return dt_fail_at(DT_EFORMAT, "data.header", "the first line of %s holds numbers (\"%.40s\", \"%.40s\", ...), not the "
                          "names of columns; set header = false if it is a sample like the others", c->file, c->field[0],
                          c->field[1]);
    dt_warn("data.header", "the first line of %s (\"%.40s\", \"%.40s\", ...) counts up and is read as the names of columns; set "
            "header = false if it is a sample", c->file, c->field[0], c->field[1]);
    return DT_OK;
}

dt_status dt_data_columns_header(const dt_data_columns *c, const dt_data_words *labels) {
    if (!c->header || labels == NULL || dt_data_words_find(labels, c->field[c->target]) == labels->count) return DT_OK;
    for (size_t i = 0; i < c->count; i++)
        if (c->role[i] == DT_ROLE_FEATURE && !columns_number(c->field[i])) return DT_OK;
    return dt_fail_at(DT_EFORMAT, "data.header", "the first line of %s does not name the columns: its features are numbers, and "
                      "\"%.60s\" is the label of other rows, too; set header = false", c->file, c->field[c->target]);
}

static bool index_counts(const dt_data_columns *c, const float *x, size_t rows, size_t feature) {
    enum { LEAST = 10 };        /* fewer rows may be in order by chance */
    for (size_t i = 0; i < rows; i++)
        if (x[i * c->features + feature] != x[feature] + (float)i) return false;
    return rows >= LEAST && (x[feature] == 0 || x[feature] == 1);
}

void dt_data_columns_index(const dt_data_columns *c, const float *x, size_t rows) {
    size_t feature = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (c->role[i] != DT_ROLE_FEATURE) continue;
        bool unnamed = c->header && c->field[i][0] == '\0', counts = index_counts(c, x, rows, feature++);
        const char *what = unnamed && counts ? "has no name and counts the rows" : unnamed ? "has no name" : "counts the rows";
        if (unnamed || counts)
            dt_warn("data.drop", "column %zu of %s %s: it looks like the index that pandas or R write beside a table. It is "
                    "read as a feature called \"%.60s\"; drop = \"%.60s\" leaves it out", i + 1, c->file, what, c->name[i],
                    c->name[i]);
    }
}
