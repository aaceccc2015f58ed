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
    dt_data_hdf5_set set;
    H5T_class_t class;
    hid_t       type;               /* in memory: a 64-bit integer, a double, or a text */
    size_t      size;               /* of one in memory */
    bool        minus, flexible;    /* integers with a sign; texts of variable length */
    double      most;               /* whole numbers up to here are exact in the file's floats */
} hdf5_owners;

static const char key[] = "data.owner";

static dt_status hdf5_owner_wrong(const hdf5_owners *o, const char *why) {
    return dt_fail_at(DT_EFORMAT, key, "%s: \"%s\": %s", o->set.file, o->set.what, why);
}

/* Choose the type in memory for the type in the file. */
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
        return hdf5_owner_wrong(o, "expected integers of at most 64 bits, whole numbers or texts as owners, got another type");
    }
    o->size = H5Tget_size(o->type);
    return DT_OK;
}

/* Close set and type after every success. */
static dt_status hdf5_owner_open(hid_t file, const char *name, const char *what, hdf5_owners *o) {
    *o = (hdf5_owners){ .size = 0 };
    DT_TRY(dt_data_hdf5_find(file, name, what, key, &o->set));
    hid_t type = H5Dget_type(o->set.id);
    bool column = o->set.rank == 1 || (o->set.rank == 2 && o->set.size[1] == 1);
    dt_status status = column ? hdf5_owner_type(o, type) : hdf5_owner_wrong(o, "expected one owner for each row, got several");
    H5Tclose(type);
    if (status != DT_OK) dt_data_hdf5_close(&o->set);
    return status;
}

static void hdf5_owner_close(const hdf5_owners *o) {
    H5Tclose(o->type);
    dt_data_hdf5_close(&o->set);
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
        return dt_fail_at(DT_EFORMAT, key, "%s: row %zu of \"%s\": expected a whole number or a text as owner, got %.17g",
                          o->set.file, row, o->set.what, real);
    if (fabs(real) > o->most)
        return dt_fail_at(DT_EFORMAT, key, "%s: row %zu of \"%s\" is %.0f; its floats are exact only up to %.0f: store "
                          "owners as integers", o->set.file, row, o->set.what, real, o->most);
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
        return dt_fail_at(DT_EFORMAT, key, "%s: row %zu of \"%s\" is empty: the sample has no owner", o->set.file, row,
                          o->set.what);
    *word = dt_data_words_add(words, text);
    return DT_OK;
}

/* Read count rows from first on.  HDF5 allocates the memory of texts of variable length, and is told to free it. */
static dt_status hdf5_owner_block(const hdf5_owners *o, size_t first, size_t count, char *block, dt_data_words *words,
                                  uint32_t *word) {
    DT_TRY(dt_data_hdf5_read(&o->set, first, count, o->type, block));
    dt_status status = DT_OK;
    for (size_t i = 0; i < count && status == DT_OK; i++)
        status = hdf5_owner_word(o, block + i * o->size, first + i + 1, words, &word[first + i]);
    if (!o->flexible) return status;
    hid_t space = H5Screate_simple(1, &(hsize_t){ count }, NULL);
    H5Dvlen_reclaim(o->type, space, H5P_DEFAULT, block);
    H5Sclose(space);
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
    uint32_t *order = dt_arena_take(scratch, words->count, sizeof *order);
    uint32_t *rank = dt_arena_take(scratch, words->count, sizeof *rank);
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
                                            : hdf5_owner_wrong(&o, dt_arena_text(scratch, "expected one owner for each of the "
                                                                                 "%zu rows, got %zu", all, (size_t)o.set.size[0]));
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
