/* diff.c - the first difference between two files, outside groups named host. */
#include "record/file.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct diff {
    dt_reading *a, *b;
    char        found[512];     /* "" as long as there is none */
} diff;

enum { VALUE = 96, AROUND = 60 };

/* ---- words --------------------------------------------------------------------------------- */

/* A value as text.  A long text is shown from a little before place, where it begins to differ. */
static const char *diff_word(char *word, dt_column_kind kind, dt_cell cell, size_t place) {
    if (kind == DT_COLUMN_REAL && isnan(cell.real)) {       /* "-nan" would not tell more */
        snprintf(word, VALUE, "nan");
    } else if (kind == DT_COLUMN_REAL) {
        snprintf(word, VALUE, "%.17g", cell.real);
    } else if (kind == DT_COLUMN_COUNT) {
        snprintf(word, VALUE, "%" PRId64, cell.count);
    } else {
        size_t length = strlen(cell.text), from = length <= AROUND || place < AROUND / 3 ? 0 : place - AROUND / 3;
        const char *before = from > 0 ? "..." : "", *after = length - from > AROUND ? "..." : "";
        snprintf(word, VALUE, "%s\"%.*s\"%s", before, AROUND, cell.text + from, after);
    }
    return word;
}

static void diff_values(diff *d, const char *where, dt_column_kind kind, dt_cell a, dt_cell b) {
    char left[VALUE], right[VALUE];
    size_t place = 0;
    if (kind == DT_COLUMN_TEXT)
        while (a.text[place] == b.text[place]) place++;
    diff_word(left, kind, a, place);
    diff_word(right, kind, b, place);
    snprintf(d->found, sizeof d->found, "%s: %s in %s, %s in %s", where, left, dt_record_path(d->a), right,
             dt_record_path(d->b));
}

static bool diff_equal(dt_column_kind kind, dt_cell a, dt_cell b) {
    if (kind == DT_COLUMN_TEXT) return strcmp(a.text, b.text) == 0;
    if (kind == DT_COLUMN_REAL) return dt_record_bits(a.real) == dt_record_bits(b.real);
    return a.count == b.count;
}

static const char *kind_word(dt_column_kind kind) {
    return kind == DT_COLUMN_REAL ? "a real number" : kind == DT_COLUMN_COUNT ? "a whole number" : "text";
}

static void diff_kinds(diff *d, const char *where, dt_column_kind a, dt_column_kind b) {
    snprintf(d->found, sizeof d->found, "%s: %s in %s, %s in %s", where, kind_word(a), dt_record_path(d->a),
             kind_word(b), dt_record_path(d->b));
}

/* Compare the next names of two sorted lists (NULL: the list has ended): if only one file has a name, say which; 0: both do. */
static int diff_names(diff *d, const char *group, const char *what, const char *a, const char *b) {
    int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a, b);
    if (order != 0)
        snprintf(d->found, sizeof d->found, "%s: %s %s is only in %s", group, what, order < 0 ? a : b,
                 dt_record_path(order < 0 ? d->a : d->b));
    return order;
}

/* ---- attributes ---------------------------------------------------------------------------- */

static void diff_attribute(diff *d, const char *group, const dt_attribute *a, const dt_attribute *b) {
    char where[192];
    snprintf(where, sizeof where, "%s: attribute %s", group, a->name);
    if (a->kind != b->kind) diff_kinds(d, where, a->kind, b->kind);
    else if (!diff_equal(a->kind, a->value, b->value)) diff_values(d, where, a->kind, a->value, b->value);
}

/* Fingerprints are compared last: they summarise the rest, so a difference of them alone would tell nothing. */
static dt_status diff_attributes(diff *d, const char *group, bool prints) {
    dt_attribute *a, *b;
    size_t as, bs;
    DT_TRY(dt_reading_attributes(d->a, group, &a, &as));
    DT_TRY(dt_reading_attributes(d->b, group, &b, &bs));
    for (size_t i = 0, j = 0; d->found[0] == '\0';) {
        while (i < as && (strcmp(a[i].name, "fingerprint") == 0) != prints) i++;
        while (j < bs && (strcmp(b[j].name, "fingerprint") == 0) != prints) j++;
        if (i == as && j == bs) break;
        if (diff_names(d, group, "attribute", i < as ? a[i].name : NULL, j < bs ? b[j].name : NULL) == 0)
            diff_attribute(d, group, &a[i++], &b[j++]);
    }
    return DT_OK;
}

/* ---- columns ------------------------------------------------------------------------------- */

static dt_cell diff_cell(const dt_series *s, size_t row) {
    if (s->column.kind == DT_COLUMN_TEXT) return (dt_cell){ .text = s->text[row] };
    return s->column.kind == DT_COLUMN_REAL ? (dt_cell){ .real = s->real[row] } : (dt_cell){ .count = s->count[row] };
}

/* Columns of one name. */
static void diff_series(diff *d, const char *group, const dt_series *a, const dt_series *b) {
    char where[192];
    size_t rows = a->rows < b->rows ? a->rows : b->rows;
    dt_column_kind kind = a->column.kind;
    snprintf(where, sizeof where, "%s: column %s", group, a->column.name);
    if (kind != b->column.kind) {
        diff_kinds(d, where, kind, b->column.kind);
        return;
    }
    size_t row = 0;
    while (row < rows && diff_equal(kind, diff_cell(a, row), diff_cell(b, row))) row++;
    if (row < rows) {
        snprintf(where, sizeof where, "%s: column %s, row %zu", group, a->column.name, row);
        diff_values(d, where, kind, diff_cell(a, row), diff_cell(b, row));
    } else if (a->rows != b->rows) {
        snprintf(d->found, sizeof d->found, "%s: %zu rows in %s, %zu in %s", where, a->rows, dt_record_path(d->a),
                 b->rows, dt_record_path(d->b));
    } else if (strcmp(a->column.unit, b->column.unit) != 0) {
        snprintf(d->found, sizeof d->found, "%s: unit \"%s\" in %s, \"%s\" in %s", where, a->column.unit,
                 dt_record_path(d->a), b->column.unit, dt_record_path(d->b));
    } else if (strcmp(a->column.brief, b->column.brief) != 0) {
        snprintf(d->found, sizeof d->found, "%s: its sentence differs", where);
    }
}

static dt_status diff_columns(diff *d, const char *group) {
    dt_series *a, *b;
    size_t as, bs;
    DT_TRY(dt_record_columns(d->a, group, &a, &as));
    DT_TRY(dt_record_columns(d->b, group, &b, &bs));
    for (size_t i = 0; (i < as || i < bs) && d->found[0] == '\0'; i++) {
        const char *left = i < as ? a[i].column.name : "missing", *right = i < bs ? b[i].column.name : "missing";
        if (i < as && i < bs && strcmp(left, right) == 0) diff_series(d, group, &a[i], &b[i]);
        else
            snprintf(d->found, sizeof d->found, "%s: column %zu is %s in %s, %s in %s", group, i, left,
                     dt_record_path(d->a), right, dt_record_path(d->b));
    }
    return DT_OK;
}

/* ---- the tree ------------------------------------------------------------------------------ */

static dt_status diff_group(diff *d, const char *group);

static dt_status diff_below(diff *d, const char *group) {
    const char **a, **b;
    size_t as, bs;
    DT_TRY(dt_reading_groups(d->a, group, &a, &as));
    DT_TRY(dt_reading_groups(d->b, group, &b, &bs));
    for (size_t i = 0, j = 0; d->found[0] == '\0'; i++, j++) {
        while (i < as && dt_record_hosted(a[i])) i++;
        while (j < bs && dt_record_hosted(b[j])) j++;
        if (i == as && j == bs) break;
        if (diff_names(d, group, "group", i < as ? a[i] : NULL, j < bs ? b[j] : NULL) != 0) break;
        const char *slash = strcmp(group, "/") == 0 ? "" : group;
        DT_TRY(diff_group(d, dt_arena_text(dt_record_arena(d->a), "%s/%s", slash, a[i])));
    }
    return DT_OK;
}

/* The two readings may share an arena, so marks are released in the reverse order. */
static dt_status diff_group(diff *d, const char *group) {
    dt_arena_mark mark_a = dt_arena_here(dt_record_arena(d->a)), mark_b = dt_arena_here(dt_record_arena(d->b));
    DT_TRY(diff_attributes(d, group, false));
    if (d->found[0] == '\0') DT_TRY(diff_columns(d, group));
    dt_arena_release(dt_record_arena(d->b), mark_b);
    dt_arena_release(dt_record_arena(d->a), mark_a);
    return d->found[0] == '\0' ? diff_below(d, group) : DT_OK;
}

dt_status dt_reading_diff(dt_reading *a, dt_reading *b, const char **difference) {
    diff d = { .a = a, .b = b };
    DT_TRY(diff_group(&d, "/"));
    if (d.found[0] == '\0') DT_TRY(diff_attributes(&d, "/", true));
    *difference = d.found[0] == '\0' ? NULL : dt_arena_text(dt_record_arena(a), "%s", d.found);
    return DT_OK;
}
