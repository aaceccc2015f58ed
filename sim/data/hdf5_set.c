/* hdf5_set.c - reads one dataset of an HDF5 file.
 * Source: The HDF Group, HDF5 file format; images by rows x height x width (rank 3), rows x channels x height x width as
 * PyTorch keeps them, or rows x height x width x channels as TensorFlow does (rank 4). */
#include "data/hdf5_set.h"
#include "base/warn.h"
#include <stdio.h>
#include <string.h>

enum { RANK = DT_DATA_HDF5_RANK };

/* ---- names ------------------------------------------------------------------------------------ */

typedef struct names { const char **name; size_t count, room; dt_arena *arena; } names;

static herr_t names_add(hid_t group, const char *name, const H5L_info_t *info, void *list) {
    names *n = list;
    (void)group;
    (void)info;
    if (n->count == n->room) {
        const char **old = n->name;
        n->room = n->room == 0 ? 64 : 2 * n->room;
        n->name = dt_arena_take(n->arena, n->room, sizeof *n->name);
        if (old != NULL) memcpy(n->name, old, n->count * sizeof *old);
    }
    n->name[n->count++] = dt_arena_copy(n->arena, name, strlen(name));
    return 0;
}

void dt_data_hdf5_names(hid_t in, const char *group, const char ***name, size_t *count, dt_arena *arena) {
    names n = { .arena = arena };
    hid_t id = H5Gopen2(in, group, H5P_DEFAULT);
    if (id >= 0) {
        H5Literate(id, H5_INDEX_NAME, H5_ITER_INC, NULL, names_add, &n);        /* in the order of the bytes */
        H5Gclose(id);
    }
    *name = n.name;
    *count = n.count;
}

/* ---- opening ---------------------------------------------------------------------------------- */

/* The message lists what exists instead: in the group of that name, or in the group where the dataset was looked for. */
static dt_status set_absent(hid_t in, const dt_data_hdf5_set *set) {
    enum { SHOWN = 12 };
    char list[400] = "";
    dt_arena *scratch = dt_arena_new(0);
    const char *slash = strrchr(set->what, '/'), *group = set->what, **name;
    hid_t inside = H5Gopen2(in, set->what, H5P_DEFAULT);
    if (inside >= 0) H5Gclose(inside);
    else group = slash == NULL || slash == set->what ? "/" : dt_arena_copy(scratch, set->what, (size_t)(slash - set->what));
    size_t count;
    dt_data_hdf5_names(in, group, &name, &count, scratch);
    for (size_t i = 0; i < count && i < SHOWN; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s\"%s\"", i == 0 ? "" : ", ", name[i]);
    if (count > SHOWN) snprintf(list + strlen(list), sizeof list - strlen(list), " and %zu others", count - SHOWN);
    dt_status status = dt_fail_at(DT_EFORMAT, set->key, "%s holds no dataset \"%s\"; its group \"%s\" holds %s", set->file,
                                  set->what, group, count == 0 ? "nothing" : list);
    dt_arena_free(scratch);
    return status;
}

dt_status dt_data_hdf5_find(hid_t in, const char *file, const char *what, const char *key, dt_data_hdf5_set *set) {
    *set = (dt_data_hdf5_set){ .file = file, .what = what, .key = key, .id = H5Dopen2(in, what, H5P_DEFAULT) };
    if (set->id < 0) return set_absent(in, set);
    hid_t space = H5Dget_space(set->id);
    set->rank = H5Sget_simple_extent_ndims(space);
    bool fits = set->rank >= 1 && set->rank <= RANK;
    if (fits) H5Sget_simple_extent_dims(space, set->size, NULL);
    H5Sclose(space);
    if (fits) return DT_OK;
    H5Dclose(set->id);
    return dt_fail_at(DT_EFORMAT, key, "%s: expected \"%s\" to be of rank 1 to %d, got rank %d", file, what, RANK, set->rank);
}

dt_status dt_data_hdf5_open(hid_t in, const char *file, const char *what, const char *key, dt_data_hdf5_set *set) {
    DT_TRY(dt_data_hdf5_find(in, file, what, key, set));
    hid_t type = H5Dget_type(set->id);
    H5T_class_t class = H5Tget_class(type);
    H5Tclose(type);
    if (class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM) return DT_OK;
    H5Dclose(set->id);
    return dt_fail_at(DT_EFORMAT, key, "%s: expected numbers or truths in \"%s\", got %s", file, what,
                      class == H5T_STRING ? "texts" : "another type");
}

void dt_data_hdf5_close(const dt_data_hdf5_set *set) { H5Dclose(set->id); }

dt_status dt_data_hdf5_read(const dt_data_hdf5_set *set, size_t first, size_t rows, hid_t type, void *to) {
    hsize_t from[RANK] = { first }, count[RANK];
    if (rows == 0) return DT_OK;
    memcpy(count, set->size, sizeof count);
    count[0] = rows;
    hid_t file = H5Dget_space(set->id), memory = H5Screate_simple(set->rank, count, NULL);
    H5Sselect_hyperslab(file, H5S_SELECT_SET, from, NULL, count, NULL);
    herr_t code = H5Dread(set->id, type, memory, file, H5P_DEFAULT, to);
    H5Sclose(memory);
    H5Sclose(file);
    return code >= 0 ? DT_OK : dt_fail_at(DT_EFORMAT, set->key, "%s: \"%s\" cannot be read: it is damaged", set->file, set->what);
}

/* "40 x 8 x 8", without the rows where rows is false. */
static const char *set_sizes(const dt_data_hdf5_set *set, bool rows, char text[96]) {
    text[0] = '\0';
    for (int i = rows ? 0 : 1; i < set->rank; i++)
        snprintf(text + strlen(text), 96 - strlen(text), "%s%llu", text[0] == '\0' ? "" : " x ", (unsigned long long)set->size[i]);
    return text;
}

/* ---- samples ---------------------------------------------------------------------------------- */

/* Images have 1, 3 or 4 channels, and most are square: if either is true of just one end of a row's shape, that decides. */
dt_status dt_data_hdf5_order(const dt_data_hdf5_set *set, const char *channels, bool *last) {
    char text[96];
    *last = strcmp(channels, "last") == 0;
    if (set->rank != RANK || strcmp(channels, "auto") != 0) return DT_OK;
    const hsize_t *s = set->size;
    bool few_first = s[1] == 1 || s[1] == 3 || s[1] == 4, few_last = s[3] == 1 || s[3] == 3 || s[3] == 4;
    bool square_first = s[2] == s[3], square_last = s[1] == s[2];
    if (few_first == few_last && square_first == square_last)
        return dt_fail_at(DT_EINVAL, "data.channels", "a row of \"%s\" in %s is %s, which does not tell where the channels stand: "
                          "set channels = \"first\" or \"last\"", set->what, set->file, set_sizes(set, false, text));
    *last = few_first == few_last ? square_last : few_last;
    if (*last)
        dt_warn("data.channels", "a row of \"%s\" in %s is %s and is read as height x width x channels; channels = \"last\" says "
                "so without this warning, \"first\" reads channels x height x width", set->what, set->file,
                set_sizes(set, false, text));
    return DT_OK;
}

dt_status dt_data_hdf5_shape(const dt_data_hdf5_set *set, bool last, dt_shape *shape) {
    dt_shape found = { .features = 1, .classes = shape->classes };
    for (int i = 1; i < set->rank; i++) {
        if (set->size[i] == 0 || set->size[i] > UINT32_MAX || found.features * set->size[i] > UINT32_MAX)
            return dt_fail_at(DT_EFORMAT, set->key, "%s: a row of \"%s\" is empty or too large", set->file, set->what);
        found.features *= set->size[i];
    }
    if (set->rank >= 3) {
        const hsize_t *image = set->size + (set->rank == RANK && !last ? 2 : 1);
        found.channels = set->rank < RANK ? 1 : set->size[last ? 3 : 1];
        found.height = image[0];
        found.width = image[1];
    }
    *shape = found;
    return DT_OK;
}

/* One image from height x width x channels to channels x height x width. */
static void set_turn(const dt_shape *shape, float *row, float *copy) {
    size_t pixels = shape->height * shape->width;
    memcpy(copy, row, shape->features * sizeof *row);
    for (size_t p = 0; p < pixels; p++)
        for (size_t c = 0; c < shape->channels; c++) row[c * pixels + p] = copy[p * shape->channels + c];
}

dt_status dt_data_hdf5_samples(const dt_data_hdf5_set *set, size_t rows, bool last, const dt_shape *shape, double scale,
                               float *x, dt_arena *scratch) {
    dt_arena_mark mark = dt_arena_here(scratch);
    float *copy = dt_arena_take(scratch, shape->features, sizeof *copy);
    DT_TRY(dt_data_hdf5_read(set, 0, rows, H5T_NATIVE_FLOAT, x));
    for (size_t i = 0; set->rank == RANK && last && i < rows; i++) set_turn(shape, x + i * shape->features, copy);
    for (size_t i = 0; i < rows * shape->features; i++) x[i] = (float)((double)x[i] * scale);
    dt_arena_release(scratch, mark);
    return DT_OK;
}

/* ---- labels ----------------------------------------------------------------------------------- */

static dt_status set_hot(const dt_data_hdf5_set *set, const double *row, size_t columns, size_t number, double *label) {
    size_t ones = 0, others = 0;
    for (size_t c = 0; c < columns; c++) {
        if (row[c] == 1) *label = (double)c;
        ones += row[c] == 1;
        others += row[c] != 1 && row[c] != 0;
    }
    if (ones == 1 && others == 0) return DT_OK;
    return dt_fail_at(DT_EFORMAT, set->key, "%s: expected exactly one 1, in the column of its class, and else zeros in row %zu of "
                      "\"%s\", got %zu ones and %zu values that are neither 0 nor 1", set->file, number, set->what, ones, others);
}

/* Some rows at a time: they are as many numbers as there are classes. */
static dt_status set_one_hot(const dt_data_hdf5_set *set, size_t rows, double *label, dt_arena *scratch) {
    enum { BLOCK = 1 << 16 };
    size_t columns = set->size[1], most = BLOCK / columns + 1;
    dt_arena_mark mark = dt_arena_here(scratch);
    double *block = dt_arena_take(scratch, most * columns, sizeof *block);
    for (size_t first = 0; first < rows; first += most) {
        size_t count = rows - first < most ? rows - first : most;
        DT_TRY(dt_data_hdf5_read(set, first, count, H5T_NATIVE_DOUBLE, block));
        for (size_t i = 0; i < count; i++)
            DT_TRY(set_hot(set, block + i * columns, columns, first + i + 1, &label[first + i]));
    }
    dt_arena_release(scratch, mark);
    return DT_OK;
}

dt_status dt_data_hdf5_labels(const dt_data_hdf5_set *set, size_t rows, bool classes, double *label, size_t *columns,
                              dt_arena *scratch) {
    char text[96];
    bool column = set->rank == 1 || (set->rank == 2 && set->size[1] == 1);
    *columns = classes && set->rank == 2 && set->size[1] > 1 && set->size[1] <= UINT32_MAX ? set->size[1] : 0;
    if (set->size[0] != rows || (!column && *columns == 0))
        return dt_fail_at(DT_EFORMAT, set->key, "%s: expected one number in \"%s\" for each of the %zu rows%s, got %s", set->file,
                          set->what, rows, classes ? ", or one column for each class with a 1 in that of the row's" : "",
                          set_sizes(set, true, text));
    return *columns > 0 ? set_one_hot(set, rows, label, scratch) : dt_data_hdf5_read(set, 0, rows, H5T_NATIVE_DOUBLE, label);
}
