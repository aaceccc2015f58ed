/* table.c - the rows of a table on their way to the disk.
 * Rows gather column by column and are written a block at a time, so a table may be longer than memory. */
#include "record/writing.h"
#include "base/rng.h"
#include <string.h>

enum { FIRST = 32, BLOCK = 4096, TEXTS_MOST = 1 << 22, WIDTH_LEAST = 16 };

/* ---- making -------------------------------------------------------------------------------- */

static dt_status table_check(const dt_record *r, const char *group, const dt_column *columns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (columns[i].name[0] == '\0' || strchr(columns[i].name, '/') != NULL)
            return dt_fail(DT_EINVAL, "%s: \"%s\" cannot be the name of a column of %s: it is empty or has a /",
                           r->path, columns[i].name, group);
        for (size_t j = 0; j < i; j++)
            if (strcmp(columns[i].name, columns[j].name) == 0)
                return dt_fail(DT_EINVAL, "%s: two columns of %s are called \"%s\"", r->path, group, columns[i].name);
    }
    for (const dt_record_table *t = r->table; t != NULL; t = t->next)
        if (strcmp(t->group, group) == 0) return dt_fail(DT_EINVAL, "%s has a table %s already", r->path, group);
    return DT_OK;
}

dt_status dt_record_table_new(dt_record *r, const char *group, const dt_column *columns, size_t count,
                              dt_record_table **table) {
    hid_t made;
    DT_TRY(dt_record_ready(r));
    DT_TRY(table_check(r, group, columns, count));
    DT_TRY(dt_record_group(r, group, &made));
    H5Gclose(made);
    dt_record_table *t = dt_arena_take(r->arena, 1, sizeof *t);
    *t = (dt_record_table){ .record = r, .next = r->table, .columns = columns, .count = count };
    t->group = dt_arena_text(r->arena, "%s", group);
    t->words = dt_arena_take(r->arena, count, sizeof *t->words);
    t->width = dt_arena_take(r->arena, count, sizeof *t->width);
    t->label = dt_arena_take(r->arena, count, sizeof *t->label);
    t->better = dt_arena_take(r->arena, count, sizeof *t->better);
    t->item = dt_record_item_new(r, group, NULL);
    for (size_t c = 0; c < count; c++) t->item->hash = dt_record_hash_column(t->item->hash, &columns[c]);
    r->table = *table = t;
    return DT_OK;
}

void dt_record_column(dt_record_table *t, size_t column, const char *label, const char *better) {
    t->label[column] = label;
    t->better[column] = better;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void table_grow(dt_record_table *t) {
    size_t room = t->room == 0 ? FIRST : t->room * 4 < BLOCK ? t->room * 4 : BLOCK;
    dt_cell *cells = dt_arena_take(t->record->arena, room * t->count, sizeof *cells);
    for (size_t c = 0; c < t->count && t->held > 0; c++)
        memcpy(cells + c * room, t->cells + c * t->room, t->held * sizeof *cells);
    t->cells = cells;
    t->room = room;
}

/* Where the copy of a text stands. */
static int64_t table_keep(dt_record_table *t, const char *text, size_t length) {
    if (t->texts_used + length + 1 > t->texts_room) {
        size_t room = 2 * (t->texts_room + length + 1);
        char *texts = dt_arena_take(t->record->arena, room, 1);
        if (t->texts_used > 0) memcpy(texts, t->texts, t->texts_used);
        t->texts = texts;
        t->texts_room = room;
    }
    size_t at = t->texts_used;
    memcpy(t->texts + at, text, length + 1);
    t->texts_used += length + 1;
    return (int64_t)at;
}

/* The block is full. */
static dt_status table_empty(dt_record_table *t) {
    dt_meter *meter = t->record->meter;
    if (meter != NULL) dt_meter_begin(meter, DT_RECORDING);
    dt_status status = dt_record_table_write(t, false);
    if (meter != NULL) dt_meter_end(meter);
    return status;
}

dt_status dt_record_row(dt_record_table *t, const dt_cell *row) {
    DT_TRY(dt_record_ready(t->record));
    if (t->held == BLOCK || t->texts_used > TEXTS_MOST) DT_TRY(table_empty(t));
    if (t->held == t->room) table_grow(t);
    for (size_t c = 0; c < t->count; c++) {
        dt_cell cell = row[c];
        if (t->columns[c].kind == DT_COLUMN_TEXT) {
            size_t length = strlen(cell.text);
            t->words[c] = dt_hash(0, cell.text, length);
            cell.count = table_keep(t, cell.text, length);
        } else {
            t->words[c] = t->columns[c].kind == DT_COLUMN_REAL ? dt_record_bits(cell.real) : (uint64_t)cell.count;
        }
        t->cells[c * t->room + t->held] = cell;
    }
    t->item->hash = dt_hash(t->item->hash, t->words, t->count * sizeof *t->words);
    t->held++;
    return DT_OK;
}

/* ---- columns in the file ------------------------------------------------------------------- */

static hid_t column_type(const dt_record_table *t, size_t c) {
    dt_column_kind kind = t->columns[c].kind;
    return kind == DT_COLUMN_TEXT ? dt_record_string(t->width[c])
                                  : H5Tcopy(kind == DT_COLUMN_REAL ? H5T_IEEE_F64LE : H5T_STD_I64LE);
}

static size_t column_longest(const dt_record_table *t, size_t c) {
    size_t longest = 0;
    for (size_t i = 0; i < t->held && t->columns[c].kind == DT_COLUMN_TEXT; i++) {
        size_t length = strlen(t->texts + t->cells[c * t->room + i].count);
        if (length > longest) longest = length;
    }
    return longest;
}

/* A column of a whole table is as wide as its longest text; one that will grow is wider. */
static size_t column_width(const dt_record_table *t, size_t c, bool last) {
    size_t longest = column_longest(t, c);
    if (last) return longest == 0 ? 1 : longest;
    return longest < WIDTH_LEAST ? WIDTH_LEAST : longest + longest / 2;
}

static dt_status column_make(dt_record_table *t, hid_t group, size_t c, bool whole) {
    dt_record *r = t->record;
    hid_t type = column_type(t, c);
    hid_t set = dt_record_dataset(group, t->columns[c].name, type, whole ? t->held : BLOCK, whole);
    if (set < 0) return dt_record_broken(r);
    H5Tclose(type);
    dt_record_label(r, set, "unit", t->columns[c].unit);
    dt_record_label(r, set, "brief", t->columns[c].brief);
    if (t->label[c] != NULL) dt_record_label(r, set, "label", t->label[c]);
    if (t->better[c] != NULL) dt_record_label(r, set, "better", t->better[c]);
    if (H5Dclose(set) < 0) dt_record_broken(r);
    return dt_record_ready(r);
}

/* The texts held, each filled up with zeros to the width of its column; in scratch memory. */
static char *column_pad(const dt_record_table *t, size_t c) {
    size_t width = t->width[c];
    char *block = dt_arena_take(t->record->arena, t->held, width);
    for (size_t i = 0; i < t->held; i++) {
        const char *text = t->texts + t->cells[c * t->room + i].count;
        memcpy(block + i * width, text, strlen(text));
    }
    return block;
}

static dt_status column_write(dt_record_table *t, hid_t group, size_t c) {
    dt_record *r = t->record;
    hid_t set = H5Dopen2(group, t->columns[c].name, H5P_DEFAULT);
    if (set < 0) return dt_record_broken(r);
    if (t->columns[c].kind == DT_COLUMN_TEXT) {
        hid_t type = column_type(t, c);
        dt_arena_mark mark = dt_arena_here(r->arena);
        dt_record_append(r, set, type, t->written, t->held, column_pad(t, c));
        dt_arena_release(r->arena, mark);
        H5Tclose(type);
    } else {
        hid_t type = t->columns[c].kind == DT_COLUMN_REAL ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
        dt_record_append(r, set, type, t->written, t->held, t->cells + c * t->room);
    }
    if (H5Dclose(set) < 0) dt_record_broken(r);
    return dt_record_ready(r);
}

/* ---- a text longer than its column --------------------------------------------------------- */

/* Copy the rows written so far from one dataset to the other, which is wider. */
static dt_status column_copy(dt_record_table *t, size_t c, hid_t from, hid_t to) {
    dt_record *r = t->record;
    hid_t type = column_type(t, c);
    dt_arena_mark mark = dt_arena_here(r->arena);
    char *block = dt_arena_take(r->arena, BLOCK, t->width[c]);
    for (size_t at = 0; at < t->written && r->reason[0] == '\0'; at += BLOCK) {
        hsize_t start = at, rows = t->written - at < BLOCK ? t->written - at : BLOCK;
        hid_t there = H5Dget_space(from), here = H5Screate_simple(1, &rows, NULL);
        H5Sselect_hyperslab(there, H5S_SELECT_SET, &start, NULL, &rows, NULL);
        if (H5Dread(from, type, here, there, H5P_DEFAULT, block) < 0) dt_record_broken(r);
        else dt_record_append(r, to, type, at, rows, block);
        H5Sclose(here);
        H5Sclose(there);
    }
    dt_arena_release(r->arena, mark);
    H5Tclose(type);
    return dt_record_ready(r);
}

static dt_status column_widen(dt_record_table *t, hid_t group, hid_t away, size_t c, size_t width) {
    dt_record *r = t->record;
    const char *name = t->columns[c].name;
    t->width[c] = width;
    DT_TRY(column_make(t, group, c, false));
    hid_t from = H5Dopen2(away, name, H5P_DEFAULT), to = H5Dopen2(group, name, H5P_DEFAULT);
    if (from < 0 || to < 0) return dt_record_broken(r);
    column_copy(t, c, from, to);
    if (H5Dclose(to) < 0) dt_record_broken(r);
    H5Dclose(from);
    return dt_record_ready(r);
}

/* The length of an HDF5 text is fixed.  All columns move out of the group and, in their order, in again: the
 * order of creation is the table's order.  What stays outside is deleted. */
static dt_status table_widen(dt_record_table *t, hid_t group) {
    dt_record *r = t->record;
    hid_t away = H5Gcreate2(r->file, "~", H5P_DEFAULT, r->groups, H5P_DEFAULT);
    if (away < 0) return dt_record_broken(r);
    for (size_t c = 0; c < t->count; c++)
        if (H5Lmove(group, t->columns[c].name, away, t->columns[c].name, H5P_DEFAULT, H5P_DEFAULT) < 0)
            return dt_record_broken(r);
    for (size_t c = 0; c < t->count; c++) {
        const char *name = t->columns[c].name;
        size_t longest = column_longest(t, c);
        if (longest > t->width[c]) DT_TRY(column_widen(t, group, away, c, longest + longest / 2));
        else if (H5Lmove(away, name, group, name, H5P_DEFAULT, H5P_DEFAULT) < 0) return dt_record_broken(r);
    }
    H5Gclose(away);
    return H5Ldelete(r->file, "~", H5P_DEFAULT) < 0 ? dt_record_broken(r) : DT_OK;
}

/* ---- a block ------------------------------------------------------------------------------- */

static dt_status table_make(dt_record_table *t, hid_t group, bool last) {
    for (size_t c = 0; c < t->count; c++) {
        t->width[c] = column_width(t, c, last);
        DT_TRY(column_make(t, group, c, last));
    }
    t->made = true;
    return DT_OK;
}

static dt_status table_fit(dt_record_table *t, hid_t group, bool last) {
    if (!t->made) return table_make(t, group, last);
    for (size_t c = 0; c < t->count; c++)
        if (column_longest(t, c) > t->width[c]) return table_widen(t, group);
    return DT_OK;
}

dt_status dt_record_table_write(dt_record_table *t, bool last) {
    hid_t group;
    DT_TRY(dt_record_group(t->record, t->group, &group));
    dt_status status = table_fit(t, group, last);
    for (size_t c = 0; c < t->count && status == DT_OK; c++) status = column_write(t, group, c);
    H5Gclose(group);
    t->written += t->held;
    t->held = t->texts_used = 0;
    return status;
}
