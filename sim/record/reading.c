/* reading.c - a whole file: attributes, tables, vectors, and what groups there are.
 * Source: The HDF Group, HDF5 reference manual; the layout is in FORMAT.md. */
#include "record/file.h"
#include "base/apart.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dt_reading { hid_t file; const char *path; dt_arena *arena; };

hid_t dt_record_handle(const dt_reading *reading) { return reading->file; }
dt_arena *dt_record_arena(const dt_reading *reading) { return reading->arena; }
const char *dt_record_path(const dt_reading *reading) { return reading->path; }

/* Report that the last HDF5 call has failed to read what. */
static dt_status reading_damaged(const dt_reading *r, const char *what) {
    char why[160];
    dt_record_why(why, sizeof why);
    return dt_fail(DT_EFORMAT, "%s is damaged: %s cannot be read (%s)", r->path, what, why);
}

/* ---- opening ------------------------------------------------------------------------------- */

/* True if the file begins with the signature of HDF5. */
static bool reading_is_hdf5(const char *path) {
    static const char mark[8] = "\211HDF\r\n\032\n";
    char front[8] = "";
    FILE *file = fopen(path, "rb");
    size_t got = file == NULL ? 0 : fread(front, 1, sizeof front, file);
    if (file != NULL) fclose(file);
    return got == sizeof front && memcmp(front, mark, sizeof mark) == 0;
}

/* H5Fopen has failed: report a damaged file, or a file of another kind. */
static dt_status reading_foreign(const char *path) {
    char why[160];
    dt_record_why(why, sizeof why);
    if (reading_is_hdf5(path)) return dt_fail(DT_EFORMAT, "%s is damaged or cut short (%s)", path, why);
    return dt_fail(DT_EFORMAT, "%s is not an HDF5 file", path);
}

/* Results are cheap to make again, so files of other versions are refused. */
static dt_status reading_version(dt_reading *r, int64_t version) {
    const char *program;
    const char *cure = version > DT_RECORD_VERSION ? "a newer dtsim reads it" : "run its scenario again";
    bool told = dt_reading_text(r, "/", "dtsim", &program) == DT_OK;
    return dt_fail(DT_EVERSION, "%s: expected a result file of version %d, got version %" PRId64 "%s%s%s: %s", r->path,
                   DT_RECORD_VERSION, version, told ? " (made by dtsim " : "", told ? program : "", told ? ")" : "", cure);
}

static dt_status reading_check(dt_reading *r) {
    const char *format = "";
    int64_t version = 0;
    dt_status status = dt_reading_text(r, "/", "format", &format);
    if (status == DT_ENOTFOUND || (status == DT_OK && strcmp(format, "dtsim") != 0))
        return dt_fail(DT_EFORMAT, "%s is an HDF5 file, but not a record of dtsim: it lacks format = \"dtsim\"",
                       r->path);
    DT_TRY(status);
    DT_TRY(dt_reading_count(r, "/", "version", &version));
    return version == DT_RECORD_VERSION ? DT_OK : reading_version(r, version);
}

static dt_status reading_begin(dt_reading *r) {
    const char *path = r->path;
    hid_t access = dt_record_access();
    r->file = H5Fopen(path, H5F_ACC_RDONLY, access);
    dt_status status = r->file < 0 ? reading_foreign(path) : DT_OK;
    H5Pclose(access);
    if (status == DT_OK) status = reading_check(r);
    if (status != DT_OK) dt_reading_close(r);
    return status;
}

/* Read everything: a group or column that cannot be read is reported when it is asked for, but where HDF5 crashes this process
 * does. */
static void reading_walk(dt_reading *r, const char *group) {
    dt_attribute *attribute;
    dt_series *series;
    const char **name;
    size_t count;
    dt_reading_attributes(r, group, &attribute, &count);
    dt_record_columns(r, group, &series, &count);
    if (dt_reading_groups(r, group, &name, &count) != DT_OK) return;
    for (size_t i = 0; i < count; i++) reading_walk(r, dt_arena_text(r->arena, "%s/%s", group, name[i]));
}

/* HDF5 is closed here, too, because on some damaged files it crashes only then. */
static dt_status reading_trial(void *arg) {
    dt_reading *r = arg;
    DT_TRY(reading_begin(r));
    reading_walk(r, "/");
    dt_reading_close(r);
    return H5close() < 0 ? dt_fail(DT_EFORMAT, "%s is damaged: HDF5 cannot close it", r->path) : DT_OK;
}

/* HDF5 crashes or loops on some damaged files; on which ones depends on former contents of its memory.  A trial by another
 * process finds most of them, but not all. */
static dt_status reading_unsealed(dt_reading *r) {
    enum { SECONDS = 600 };
    if (!reading_is_hdf5(r->path)) return dt_fail(DT_EFORMAT, "%s is not an HDF5 file", r->path);
    if (getenv("DTSIM_UNSEALED") == NULL)
        return dt_fail(DT_EFORMAT, "%s is damaged: it lacks dtsim's seal at its end, was cut short or changed by another "
                       "program (DTSIM_UNSEALED=1 reads it all the same)", r->path);
    return dt_apart_read(reading_trial, r, SECONDS, r->path);
}

dt_status dt_reading_open(const char *path, dt_reading **reading, dt_arena *arena) {
    bool sealed;
    dt_reading *r = dt_arena_take(arena, 1, sizeof *r);
    *r = (dt_reading){ H5I_INVALID_HID, dt_arena_text(arena, "%s", path), arena };
    *reading = r;
    DT_TRY(dt_record_check(path, &sealed, arena));
    if (!sealed) DT_TRY(reading_unsealed(r));
    return reading_begin(r);
}

void dt_reading_close(dt_reading *r) {
    if (r->file >= 0) H5Fclose(r->file);
    r->file = H5I_INVALID_HID;
}

static dt_status reading_group(const dt_reading *r, const char *path, hid_t *group) {
    *group = H5Gopen2(r->file, path, H5P_DEFAULT);
    if (*group >= 0) return DT_OK;
    return dt_record_absent() ? dt_fail(DT_ENOTFOUND, "%s holds no group %s", r->path, path) : reading_damaged(r, path);
}

/* The kind that a type of HDF5 stands for. */
static bool reading_kind(hid_t type, dt_column_kind *kind) {
    H5T_class_t class = H5Tget_class(type);
    *kind = class == H5T_FLOAT ? DT_COLUMN_REAL : class == H5T_INTEGER ? DT_COLUMN_COUNT : DT_COLUMN_TEXT;
    return class == H5T_FLOAT || class == H5T_INTEGER || class == H5T_STRING;
}

/* The type of the file's texts, one byte longer and ended by a zero. */
static hid_t reading_string(hid_t type) {
    hid_t ended = H5Tcopy(type);
    H5Tset_size(ended, H5Tget_size(type) + 1);
    H5Tset_strpad(ended, H5T_STR_NULLTERM);
    return ended;
}

/* ---- attributes ---------------------------------------------------------------------------- */

static bool attribute_text(const dt_reading *r, hid_t attribute, hid_t type, hid_t space, const char **text) {
    if (H5Tis_variable_str(type) > 0) {
        char *given = NULL;
        if (H5Aread(attribute, type, &given) < 0) return false;
        *text = dt_arena_text(r->arena, "%s", given == NULL ? "" : given);
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, &given);
        return true;
    }
    hid_t ended = reading_string(type);
    char *room = dt_arena_take(r->arena, H5Tget_size(ended), 1);
    bool good = H5Aread(attribute, ended, room) >= 0;
    H5Tclose(ended);
    *text = room;
    return good;
}

static dt_status attribute_read(const dt_reading *r, hid_t group, const char *name, dt_attribute *out) {
    hid_t attribute = H5Aopen(group, name, H5P_DEFAULT);
    if (attribute < 0) return reading_damaged(r, dt_arena_text(r->arena, "attribute %s", name));
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    bool good = reading_kind(type, &out->kind) && H5Sget_simple_extent_npoints(space) == 1;
    if (good && out->kind == DT_COLUMN_TEXT) good = attribute_text(r, attribute, type, space, &out->value.text);
    else if (good && out->kind == DT_COLUMN_REAL) good = H5Aread(attribute, H5T_NATIVE_DOUBLE, &out->value.real) >= 0;
    else if (good) good = H5Aread(attribute, H5T_NATIVE_INT64, &out->value.count) >= 0;
    dt_status status = good ? DT_OK : reading_damaged(r, dt_arena_text(r->arena, "attribute %s", name));
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status;
}

static dt_status reading_attribute(const dt_reading *r, const char *path, const char *name, dt_attribute *out) {
    hid_t group;
    DT_TRY(reading_group(r, path, &group));
    htri_t there = H5Aexists(group, name);
    dt_status status = there > 0    ? attribute_read(r, group, name, out)
                       : there == 0 ? dt_fail(DT_ENOTFOUND, "%s: %s has no attribute %s", r->path, path, name)
                                    : reading_damaged(r, dt_arena_text(r->arena, "attribute %s", name));
    H5Gclose(group);
    return status;
}

static dt_status attribute_kind(const dt_reading *r, const char *group, const char *name, const char *wanted) {
    return dt_fail(DT_EFORMAT, "%s: expected attribute %s of %s to be a %s, got another type", r->path, name, group, wanted);
}

dt_status dt_reading_text(dt_reading *r, const char *group, const char *name, const char **value) {
    dt_attribute found;
    DT_TRY(reading_attribute(r, group, name, &found));
    if (found.kind != DT_COLUMN_TEXT) return attribute_kind(r, group, name, "text");
    *value = found.value.text;
    return DT_OK;
}

dt_status dt_reading_real(dt_reading *r, const char *group, const char *name, double *value) {
    dt_attribute found;
    DT_TRY(reading_attribute(r, group, name, &found));
    if (found.kind == DT_COLUMN_TEXT) return attribute_kind(r, group, name, "number");
    *value = found.kind == DT_COLUMN_REAL ? found.value.real : (double)found.value.count;
    return DT_OK;
}

dt_status dt_reading_count(dt_reading *r, const char *group, const char *name, int64_t *value) {
    dt_attribute found;
    DT_TRY(reading_attribute(r, group, name, &found));
    if (found.kind != DT_COLUMN_COUNT) return attribute_kind(r, group, name, "whole number");
    *value = found.value.count;
    return DT_OK;
}

/* ---- names --------------------------------------------------------------------------------- */

typedef struct names { const char **name; size_t count, room; dt_arena *arena; } names;

static void names_add(names *list, const char *name) {
    if (list->count == list->room) {
        list->room = list->room == 0 ? 16 : 2 * list->room;
        const char **more = dt_arena_take(list->arena, list->room, sizeof *more);
        if (list->count > 0) memcpy(more, list->name, list->count * sizeof *more);
        list->name = more;
    }
    list->name[list->count++] = dt_arena_text(list->arena, "%s", name);
}

static herr_t names_link(hid_t group, const char *name, const H5L_info_t *link, void *list) {
    (void)group;
    if (link->type == H5L_TYPE_HARD) names_add(list, name);
    return 0;
}

static herr_t names_attribute(hid_t group, const char *name, const H5A_info_t *info, void *list) {
    (void)group;
    (void)info;
    names_add(list, name);
    return 0;
}

/* The objects of that kind directly in a group, in the order of creation where that is known and wanted. */
static dt_status names_below(const dt_reading *r, hid_t group, H5I_type_t kind, bool created, names *list) {
    unsigned order = 0;
    hid_t list_of_group = H5Gget_create_plist(group);
    if (list_of_group < 0 || H5Pget_link_creation_order(list_of_group, &order) < 0) return reading_damaged(r, "a group");
    H5Pclose(list_of_group);
    H5_index_t index = created && (order & H5P_CRT_ORDER_TRACKED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    names all = { .arena = r->arena };
    if (H5Literate(group, index, H5_ITER_INC, NULL, names_link, &all) < 0) return reading_damaged(r, "a group");
    *list = (names){ .arena = r->arena };
    for (size_t i = 0; i < all.count; i++) {
        hid_t object = H5Oopen(group, all.name[i], H5P_DEFAULT);
        if (object < 0) return reading_damaged(r, all.name[i]);
        if (H5Iget_type(object) == kind) names_add(list, all.name[i]);
        H5Oclose(object);
    }
    return DT_OK;
}

dt_status dt_reading_groups(dt_reading *r, const char *group, const char ***name, size_t *count) {
    hid_t open;
    names list;
    DT_TRY(reading_group(r, group, &open));
    dt_status status = names_below(r, open, H5I_GROUP, false, &list);
    H5Gclose(open);
    *name = list.name;
    *count = list.count;
    return status;
}

dt_status dt_reading_attributes(dt_reading *r, const char *group, dt_attribute **attribute, size_t *count) {
    hid_t open;
    names list = { .arena = r->arena };
    DT_TRY(reading_group(r, group, &open));
    dt_status status = DT_OK;
    if (H5Aiterate2(open, H5_INDEX_NAME, H5_ITER_INC, NULL, names_attribute, &list) < 0)
        status = reading_damaged(r, group);
    *attribute = dt_arena_take(r->arena, list.count, sizeof **attribute);
    for (size_t i = 0; i < list.count && status == DT_OK; i++) {
        (*attribute)[i].name = list.name[i];
        status = attribute_read(r, open, list.name[i], &(*attribute)[i]);
    }
    H5Gclose(open);
    *count = list.count;
    return status;
}

/* ---- datasets ------------------------------------------------------------------------------ */

typedef struct set { hid_t id, type; size_t rows, size; dt_column_kind kind; } set;

static void set_close(set *s) {
    if (s->type >= 0) H5Tclose(s->type);
    if (s->id >= 0) H5Dclose(s->id);
}

/* One dimension, a known kind, and no more rows than the bytes in the file can have been packed into: deflate
 * makes them at most 1032 times smaller. */
static dt_status set_open(const dt_reading *r, hid_t group, const char *name, set *s) {
    hsize_t rows = 0;
    *s = (set){ .id = H5Dopen2(group, name, H5P_DEFAULT), .type = -1 };
    if (s->id < 0) return reading_damaged(r, name);
    hid_t space = H5Dget_space(s->id);
    s->type = H5Dget_type(s->id);
    bool good = H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_dims(space, &rows, NULL) == 1 &&
                reading_kind(s->type, &s->kind) && H5Tis_variable_str(s->type) <= 0;
    H5Sclose(space);
    s->rows = (size_t)rows;
    s->size = H5Tget_size(s->type);
    hsize_t stored = H5Dget_storage_size(s->id);
    if (good && s->size > 0 && rows <= 1032 * (stored + 64) / s->size) return DT_OK;
    set_close(s);
    if (!good) return dt_fail(DT_EFORMAT, "%s: %s is not a column of numbers or of texts of one length", r->path, name);
    return dt_fail(DT_EFORMAT, "%s is damaged: %s has fewer bytes than its %zu rows need", r->path, name, s->rows);
}

/* All rows as type, of size bytes each. */
static dt_status set_read(const dt_reading *r, const set *s, hid_t type, size_t size, const char *name, void **rows) {
    *rows = dt_arena_take(r->arena, s->rows, size);
    if (s->rows == 0 || H5Dread(s->id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, *rows) >= 0) return DT_OK;
    return reading_damaged(r, name);
}

static dt_status set_texts(const dt_reading *r, const set *s, const char *name, const char ***text) {
    void *rows;
    hid_t type = reading_string(s->type);
    dt_status status = set_read(r, s, type, s->size + 1, name, &rows);
    H5Tclose(type);
    *text = dt_arena_take(r->arena, s->rows, sizeof **text);
    for (size_t i = 0; i < s->rows; i++) (*text)[i] = (const char *)rows + i * (s->size + 1);
    return status;
}

/* A text attribute of a column; "" if there is none, or it is not a text. */
static dt_status set_label(const dt_reading *r, const set *s, const char *name, const char **text) {
    dt_attribute label;
    *text = "";
    htri_t there = H5Aexists(s->id, name);
    if (there < 0) return reading_damaged(r, name);
    if (there == 0) return DT_OK;
    DT_TRY(attribute_read(r, s->id, name, &label));
    if (label.kind == DT_COLUMN_TEXT) *text = label.value.text;
    return DT_OK;
}

static dt_status set_series(const dt_reading *r, hid_t group, const char *name, dt_series *out) {
    set s;
    void *rows = NULL;
    DT_TRY(set_open(r, group, name, &s));
    hid_t number = s.kind == DT_COLUMN_REAL ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
    *out = (dt_series){ .column = { .name = name, .kind = s.kind }, .rows = s.rows };
    dt_status status = set_label(r, &s, "unit", &out->column.unit);
    if (status == DT_OK) status = set_label(r, &s, "brief", &out->column.brief);
    if (status == DT_OK) status = set_label(r, &s, "label", &out->label);
    if (status == DT_OK) status = set_label(r, &s, "better", &out->better);
    if (status == DT_OK && s.kind == DT_COLUMN_TEXT) status = set_texts(r, &s, name, &out->text);
    else if (status == DT_OK) status = set_read(r, &s, number, 8, name, &rows);
    if (s.kind == DT_COLUMN_REAL) out->real = rows;
    if (s.kind == DT_COLUMN_COUNT) out->count = rows;
    set_close(&s);
    return status;
}

dt_status dt_record_columns(dt_reading *r, const char *group, dt_series **series, size_t *count) {
    hid_t open;
    names list;
    DT_TRY(reading_group(r, group, &open));
    dt_status status = names_below(r, open, H5I_DATASET, true, &list);
    *series = dt_arena_take(r->arena, list.count, sizeof **series);
    for (size_t i = 0; i < list.count && status == DT_OK; i++)
        status = set_series(r, open, list.name[i], &(*series)[i]);
    H5Gclose(open);
    *count = list.count;
    return status;
}

dt_status dt_reading_table(dt_reading *r, const char *group, dt_series **series, size_t *columns) {
    DT_TRY(dt_record_columns(r, group, series, columns));
    for (size_t i = 1; i < *columns; i++)
        if ((*series)[i].rows != (*series)[0].rows)
            return dt_fail(DT_EFORMAT, "%s is damaged: columns %s and %s of %s differ in length", r->path,
                           (*series)[0].column.name, (*series)[i].column.name, group);
    return DT_OK;
}

dt_status dt_reading_vector(dt_reading *r, const char *path, const float **x, size_t *n) {
    set s;
    void *rows = NULL;
    htri_t there = H5Lexists(r->file, path, H5P_DEFAULT);
    if (there < 0) return reading_damaged(r, path);
    if (there == 0) return dt_fail(DT_ENOTFOUND, "%s holds no %s", r->path, path);
    DT_TRY(set_open(r, r->file, path, &s));
    dt_status status = s.kind == DT_COLUMN_REAL ? set_read(r, &s, H5T_NATIVE_FLOAT, sizeof(float), path, &rows)
                                                : dt_fail(DT_EFORMAT,
                                                          "%s: expected %s to be a vector of numbers, got another type", r->path, path);
    *x = rows;
    *n = s.rows;
    set_close(&s);
    return status;
}
