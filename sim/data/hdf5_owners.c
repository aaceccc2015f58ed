/* hdf5_owners.c - the device of each row, from a dataset of integers, whole numbers or texts. */
#include "data/hdf5_owners.h"
#include "data/hdf5_set.h"
#include "data/words.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A column of owners: integers, whole numbers or texts, which become words. */
typedef struct hdf5_owners {
    const char *name, *what;        /* the file, the dataset */
    dt_data_hdf5_set set;
    H5T_class_t class;
    hid_t       type;               /* in memory: a 64-bit integer, a double, or a text */
    size_t      size;               /* of one in memory */
    bool        minus, flexible;    /* integers with a sign; texts of variable length */
    double      most;               /* whole numbers up to here are exact in the file's floats */
} hdf5_owners;

static dt_status hdf5_owner_wrong(const hdf5_owners *o, const char *why) {
    return dt_fail_at(DT_EFORMAT, "data.owner", "%s: \"%s\" %s", o->name, o->what, why);
}

/* How the file's type is read. */
static dt_status hdf5_owner_type(hdf5_owners *o, hid_t file) {
    size_t sign, exponent, exponent_size, mantissa, mantissa_size;
    o->class = H5Tget_class(file);
    if (o->class == H5T_INTEGER && H5Tget_size(file) <= sizeof(int64_t)) {
        o->minus = H5Tget_sign(file) == H5T_SGN_2;
        o->type = H5Tcopy(o->minus ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64);
    } else if (o->class == H5T_FLOAT && H5Tget_fields(file, &sign, &exponent, &exponent_size, &mantissa, &mantissa_size) >= 0) {
        o->most = ldexp(1, mantissa_size < 52 ? (int)mantissa_size + 1 : 53);
        o->type = H5Tcopy(H5T_NATIVE_DOUBLE);
    } else if (o->class == H5T_STRING) {
        o->flexible = H5Tis_variable_str(file) > 0;
        o->type = H5Tcopy(H5T_C_S1);
        H5Tset_size(o->type, o->flexible ? H5T_VARIABLE : H5Tget_size(file) + 1);
        H5Tset_cset(o->type, H5Tget_cset(file));
    } else {
        return hdf5_owner_wrong(o, "must hold integers of at most 64 bits, whole numbers or texts");
    }
    o->size = H5Tget_size(o->type);
    return DT_OK;
}

/* Close set.id and type after every success. */
static dt_status hdf5_owner_open(hid_t file, const char *name, const char *what, hdf5_owners *o) {
    *o = (hdf5_owners){ .name = name, .what = what };
    o->set.id = H5Dopen2(file, what, H5P_DEFAULT);
    if (o->set.id < 0) return dt_fail_at(DT_EFORMAT, "data.owner", "%s holds no dataset \"%s\"", name, what);
    hid_t space = H5Dget_space(o->set.id), type = H5Dget_type(o->set.id);
    o->set.rank = H5Sget_simple_extent_ndims(space);
    if (o->set.rank >= 1 && o->set.rank <= DT_DATA_HDF5_RANK) H5Sget_simple_extent_dims(space, o->set.size, NULL);
    bool column = o->set.rank == 1 || (o->set.rank == 2 && o->set.size[1] == 1);
    dt_status status = column ? hdf5_owner_type(o, type) : hdf5_owner_wrong(o, "must hold one owner for each row");
    H5Tclose(type);
    H5Sclose(space);
    if (status != DT_OK) H5Dclose(o->set.id);
    return status;
}

static void hdf5_owner_close(const hdf5_owners *o) {
    H5Tclose(o->type);
    H5Dclose(o->set.id);
}

/* A number as text, which is how owners are compared. */
static dt_status hdf5_owner_number(const hdf5_owners *o, const void *at, size_t row, char text[32]) {
    int64_t whole;
    double real;
    memcpy(&whole, at, sizeof whole);
    memcpy(&real, at, sizeof real);
    if (o->class == H5T_INTEGER) {
        snprintf(text, 32, o->minus ? "%" PRId64 : "%" PRIu64, whole);
        return DT_OK;
    }
    if (!isfinite(real) || real != floor(real))
        return dt_fail_at(DT_EFORMAT, "data.owner", "%s: row %zu of \"%s\" is %.17g; an owner is a whole number or a text", o->name,
                          row, o->what, real);
    if (fabs(real) > o->most)
        return dt_fail_at(DT_EFORMAT, "data.owner", "%s: row %zu of \"%s\" is %.0f; its floats are exact only up to %.0f: store "
                          "owners as integers", o->name, row, o->what, real, o->most);
    snprintf(text, 32, "%.0f", fabs(real) > 0 ? real : 0.0);       /* -0 is 0 */
    return DT_OK;
}

static dt_status hdf5_owner_word(const hdf5_owners *o, const char *at, size_t row, dt_data_words *words, uint32_t *word) {
    char number[32];
    const char *text = at;
    if (o->class != H5T_STRING) {
        DT_TRY(hdf5_owner_number(o, at, row, number));
        text = number;
    } else if (o->flexible) {
        memcpy(&text, at, sizeof text);
    }
    if (text == NULL || text[0] == '\0')
        return dt_fail_at(DT_EFORMAT, "data.owner", "%s: row %zu of \"%s\" is empty: the sample has no owner", o->name, row, o->what);
    *word = dt_data_words_add(words, text);
    return DT_OK;
}

/* Count rows from first on.  HDF5 takes the memory of texts of variable length, and gives it back when told. */
static dt_status hdf5_owner_block(const hdf5_owners *o, size_t first, size_t count, char *block, dt_data_words *words,
                                  uint32_t *word) {
    hsize_t from[2] = { first, 0 }, length[2] = { count, 1 };
    hid_t file = H5Dget_space(o->set.id), memory = H5Screate_simple(o->set.rank, length, NULL);
    H5Sselect_hyperslab(file, H5S_SELECT_SET, from, NULL, length, NULL);
    bool got = H5Dread(o->set.id, o->type, memory, file, H5P_DEFAULT, block) >= 0;
    dt_status status = got ? DT_OK : hdf5_owner_wrong(o, "cannot be read: it is damaged");
    for (size_t i = 0; i < count && status == DT_OK; i++)
        status = hdf5_owner_word(o, block + i * o->size, first + i + 1, words, &word[first + i]);
    if (got && o->flexible) H5Dvlen_reclaim(o->type, memory, H5P_DEFAULT, block);
    H5Sclose(memory);
    H5Sclose(file);
    return status;
}

/* Owners in ascending order of their words become 0, 1, 2, ... */
static dt_status hdf5_owner_all(const hdf5_owners *o, size_t rows, int32_t *owner, dt_arena *scratch) {
    enum { BLOCK = 1 << 20 };
    size_t most = BLOCK / o->size + 1;
    char *block = dt_arena_take(scratch, most, o->size);
    uint32_t *word = dt_arena_take(scratch, rows, sizeof *word);
    dt_data_words *words = dt_data_words_new(scratch);
    for (size_t first = 0; first < rows; first += most)
        DT_TRY(hdf5_owner_block(o, first, rows - first < most ? rows - first : most, block, words, word));
    uint32_t *order = dt_arena_take(scratch, words->count, sizeof *order), *rank = dt_arena_take(scratch, words->count, sizeof *rank);
    dt_data_words_order(words, NULL, order, scratch);
    for (size_t i = 0; i < words->count; i++) rank[order[i]] = (uint32_t)i;
    for (size_t i = 0; i < rows; i++) owner[i] = (int32_t)rank[word[i]];
    return DT_OK;
}

/* The owners of the first rows of all. */
dt_status dt_data_hdf5_owners(hid_t file, const char *name, const char *what, size_t all, size_t rows, dt_dataset *set,
                              dt_arena *run) {
    hdf5_owners o;
    int32_t *owner = dt_arena_take(run, rows, sizeof *owner);
    DT_TRY(hdf5_owner_open(file, name, what, &o));
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = o.set.size[0] == all ? hdf5_owner_all(&o, rows, owner, scratch)
                                            : hdf5_owner_wrong(&o, dt_arena_text(scratch, "must hold one owner for each of the "
                                                                                 "%zu rows", all));
    dt_arena_free(scratch);
    hdf5_owner_close(&o);
    set->owner = owner;
    return status;
}

dt_status dt_data_hdf5_owners_look(hid_t file, const char *name, const char *what) {
    hdf5_owners o;
    if (what == NULL) return DT_OK;
    DT_TRY(hdf5_owner_open(file, name, what, &o));
    hdf5_owner_close(&o);
    return DT_OK;
}
