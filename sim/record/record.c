/* record.c - the file of a run or a sweep while it is being written: groups, attributes, vectors, copies, its end.
 * Source: The HDF Group, HDF5 reference manual; the layout is in FORMAT.md. */
#include "record/writing.h"
#include "base/rng.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16, SMALL = 2048, FEW = 64, BOOKS = 1 << 15 };

dt_status dt_record_ready(const dt_record *r) {
    return r->reason[0] == '\0' ? DT_OK : dt_fail(DT_EIO, "%s", r->reason);
}

/* The reason is kept in r itself, since scratch memory may be marked while a write fails. */
static dt_status record_fail(dt_record *r, const char *why) {
    if (r->reason[0] == '\0') snprintf(r->reason, sizeof r->reason, "%s cannot be written: %s", r->path, why);
    return dt_record_ready(r);
}

dt_status dt_record_broken(dt_record *r) {
    char why[160];
    return record_fail(r, dt_record_why(why, sizeof why));
}

/* ---- beginning ----------------------------------------------------------------------------- */

/* Equal contents must give equal bytes: no time stamps.  Names keep their order, and a handful of links or
 * attributes stay in the group's own header, which is smaller than the index made for many. */
static void record_habits(hid_t list) {
    H5Pset_obj_track_times(list, false);
    H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    H5Pset_link_phase_change(list, FEW, FEW / 2);
    H5Pset_attr_phase_change(list, FEW, FEW / 2);
}

/* Any HDF5 library since 1.8 can read the file. */
static void record_open_hdf5(dt_record *r) {
    hid_t access = dt_record_access(), create = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
    record_habits(create);
    r->groups = H5Pcreate(H5P_GROUP_CREATE);
    record_habits(r->groups);
    r->file = H5Fcreate(r->part, H5F_ACC_TRUNC, create, access);
    if (r->file < 0) dt_record_broken(r);
    H5Pclose(create);
    H5Pclose(access);
}

/* The file is made here by the system itself, so that its refusal is known before hours of work, and in its own words. */
static dt_status record_probe(const dt_record *r) {
    struct stat is;
    if (stat(r->path, &is) == 0 && !S_ISREG(is.st_mode))
        return dt_fail(DT_EIO, "%s cannot be written: it is there and not a file", r->path);
    int file = open(r->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return dt_fail(DT_EIO, "%s cannot be written: %s", r->path, strerror(errno));
    close(file);
    return DT_OK;
}

dt_status dt_record_create(const char *path, dt_record **record, dt_arena *arena) {
    dt_record *r = dt_arena_take(arena, 1, sizeof *r);
    r->arena = arena;
    r->path = dt_arena_text(arena, "%s", path);
    r->part = dt_arena_text(arena, "%s.part", path);
    r->last = &r->first;
    r->file = r->groups = H5I_INVALID_HID;
    *record = r;
    DT_TRY(record_probe(r));
    record_open_hdf5(r);
    dt_status status = dt_record_ready(r);
    if (status == DT_OK) status = dt_record_text(r, "/", "format", "dtsim");
    if (status == DT_OK) status = dt_record_count(r, "/", "version", DT_RECORD_VERSION);
    if (status != DT_OK) dt_record_drop(r);
    return status;
}

void dt_record_meter(dt_record *r, dt_meter *meter) { r->meter = meter; }

/* ---- what HDF5 is asked for ---------------------------------------------------------------- */

/* Step into the component of length bytes at name; the former group is closed. */
static dt_status group_step(dt_record *r, hid_t *group, const char *name, size_t length) {
    dt_arena_mark mark = dt_arena_here(r->arena);
    const char *word = dt_arena_copy(r->arena, name, length);
    htri_t there = H5Lexists(*group, word, H5P_DEFAULT);
    hid_t next = there > 0    ? H5Gopen2(*group, word, H5P_DEFAULT)
                 : there == 0 ? H5Gcreate2(*group, word, H5P_DEFAULT, r->groups, H5P_DEFAULT)
                              : -1;
    dt_arena_release(r->arena, mark);
    if (next < 0) dt_record_broken(r);
    H5Gclose(*group);
    *group = next;
    return dt_record_ready(r);
}

/* Missing parents are made one by one: those that HDF5 makes itself have time stamps. */
dt_status dt_record_group(dt_record *r, const char *path, hid_t *group) {
    *group = H5Gopen2(r->file, "/", H5P_DEFAULT);
    if (*group < 0) return dt_record_broken(r);
    for (const char *at = path + strspn(path, "/"); *at != '\0'; at += strspn(at, "/")) {
        size_t length = strcspn(at, "/");
        DT_TRY(group_step(r, group, at, length));
        at += length;
    }
    return DT_OK;
}

/* HDF5 keeps an index of 2 KiB for every dataset in chunks: a column smaller than that does without. */
static void dataset_layout(hid_t list, size_t rows, size_t size, bool whole) {
    hsize_t chunk = rows < CHUNK ? rows : CHUNK;
    H5Pset_obj_track_times(list, false);
    H5Pset_fill_time(list, H5D_FILL_TIME_ALLOC);    /* the rest of a last chunk is zero and not undefined */
    if (whole && rows * size <= SMALL) return;
    H5Pset_chunk(list, 1, &chunk);
    H5Pset_shuffle(list);
    H5Pset_deflate(list, 4);
}

hid_t dt_record_dataset(hid_t group, const char *name, hid_t type, size_t rows, bool whole) {
    hsize_t size = whole ? rows : 0, most = whole ? rows : H5S_UNLIMITED;
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &size, &most);
    dataset_layout(list, rows, H5Tget_size(type), whole);
    hid_t set = H5Dcreate2(group, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    if (set < 0) return set;
    H5Sclose(space);
    H5Pclose(list);
    return set;
}

/* Room for size rows, where there is not. */
static herr_t dataset_extend(hid_t set, hsize_t size) {
    hid_t space = H5Dget_space(set);
    bool fits = H5Sget_simple_extent_npoints(space) >= (hssize_t)size;
    H5Sclose(space);
    return fits ? 0 : H5Dset_extent(set, &size);
}

/* HDF5 cannot recover from a full disk, so disk blocks are reserved before it writes, those of its metadata included.  If the
 * file system has no such request, HDF5 may fail. */
static dt_status record_reserve(dt_record *r, size_t more) {
    hsize_t size = 0;
    int *file = NULL;
    H5Fget_filesize(r->file, &size);
    H5Fget_vfd_handle(r->file, H5P_DEFAULT, (void **)&file);
    off_t end = (off_t)(size + more + BOOKS);
    if (file == NULL || end <= r->reserved) return dt_record_ready(r);
    bool full = fallocate(*file, FALLOC_FL_KEEP_SIZE, r->reserved, end - r->reserved) != 0 &&
                (errno == ENOSPC || errno == EDQUOT || errno == EFBIG);
    r->reserved = end;
    return full ? record_fail(r, strerror(errno)) : dt_record_ready(r);
}

dt_status dt_record_append(dt_record *r, hid_t set, hid_t type, size_t at, size_t rows, const void *from) {
    hsize_t start = at, count = rows;
    if (rows == 0) return DT_OK;
    DT_TRY(record_reserve(r, rows * H5Tget_size(type)));
    if (dataset_extend(set, at + rows) < 0) return dt_record_broken(r);
    hid_t there = H5Dget_space(set), here = H5Screate_simple(1, &count, NULL);
    H5Sselect_hyperslab(there, H5S_SELECT_SET, &start, NULL, &count, NULL);
    if (H5Dwrite(set, type, here, there, H5P_DEFAULT, from) < 0) dt_record_broken(r);
    H5Sclose(here);
    H5Sclose(there);
    return dt_record_ready(r);
}

static dt_status object_set(dt_record *r, hid_t object, const char *name, hid_t kind, hid_t type, const void *value) {
    hid_t space = H5Screate(H5S_SCALAR);
    if (H5Aexists(object, name) > 0) H5Adelete(object, name);
    hid_t attribute = H5Acreate2(object, name, kind, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 || H5Awrite(attribute, type, value) < 0) dt_record_broken(r);
    if (attribute >= 0 && H5Aclose(attribute) < 0) dt_record_broken(r);
    H5Sclose(space);
    return dt_record_ready(r);
}

/* Of variable length: the scenario's text may be longer than the 64 KiB that a header has room for. */
dt_status dt_record_label(dt_record *r, hid_t object, const char *name, const char *value) {
    hid_t type = dt_record_string(0);
    dt_status status = object_set(r, object, name, type, type, &value);
    H5Tclose(type);
    return status;
}

/* ---- what counts in the fingerprint -------------------------------------------------------- */

dt_record_item *dt_record_item_new(dt_record *r, const char *path, const char *name) {
    dt_record_item *item = dt_arena_take(r->arena, 1, sizeof *item);
    item->path = dt_arena_text(r->arena, "%s", path);
    item->name = name == NULL ? NULL : dt_arena_text(r->arena, "%s", name);
    *r->last = item;
    r->last = &item->next;
    return item;
}

/* The attribute's item; one that is set again keeps its place. */
static dt_record_item *item_of(dt_record *r, const char *group, const char *name) {
    for (dt_record_item *i = r->first; i != NULL; i = i->next)
        if (i->attribute && strcmp(i->name, name) == 0 && strcmp(i->path, group) == 0) return i;
    dt_record_item *item = dt_record_item_new(r, group, name);
    item->attribute = true;
    return item;
}

const char *dt_record_fingerprint(dt_record *r) {
    uint64_t hash = 0;
    for (const dt_record_item *i = r->first; i != NULL; i = i->next) {
        if (dt_record_hosted(i->path) || (i->attribute && strcmp(i->name, "fingerprint") == 0)) continue;
        hash = dt_record_hash_text(hash, i->path);
        hash = dt_record_hash_text(hash, i->name == NULL ? "" : i->name);
        hash = dt_hash(hash, &i->hash, sizeof i->hash);
    }
    snprintf(r->print, sizeof r->print, "%016" PRIx64, hash);
    return r->print;
}

/* ---- attributes and vectors ---------------------------------------------------------------- */

static dt_status record_attribute(dt_record *r, const char *group, const char *name, dt_column_kind kind,
                                  dt_cell value) {
    hid_t object;
    DT_TRY(dt_record_ready(r));
    DT_TRY(dt_record_group(r, group, &object));
    if (kind == DT_COLUMN_TEXT) dt_record_label(r, object, name, value.text);
    else if (kind == DT_COLUMN_REAL) object_set(r, object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value.real);
    else object_set(r, object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value.count);
    H5Gclose(object);
    item_of(r, group, name)->hash = dt_record_hash_cell((uint64_t)kind, kind, value);
    return dt_record_ready(r);
}

dt_status dt_record_text(dt_record *r, const char *group, const char *name, const char *value) {
    return record_attribute(r, group, name, DT_COLUMN_TEXT, (dt_cell){ .text = value });
}

dt_status dt_record_real(dt_record *r, const char *group, const char *name, double value) {
    return record_attribute(r, group, name, DT_COLUMN_REAL, (dt_cell){ .real = value });
}

dt_status dt_record_count(dt_record *r, const char *group, const char *name, int64_t value) {
    return record_attribute(r, group, name, DT_COLUMN_COUNT, (dt_cell){ .count = value });
}

/* The path's group and its last component. */
static const char *record_split(dt_record *r, const char *path, const char **group) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) slash = path;
    *group = dt_arena_copy(r->arena, path, (size_t)(slash - path));
    return slash + (*slash == '/');
}

static uint64_t vector_hash(const float *x, size_t n) {
    uint64_t hash = dt_hash(0, &n, sizeof n);
    for (size_t i = 0; i < n; i++) hash = dt_record_hash_cell(hash, DT_COLUMN_REAL, (dt_cell){ .real = (double)x[i] });
    return hash;
}

dt_status dt_record_vector(dt_record *r, const char *path, const float *x, size_t n) {
    hid_t group;
    const char *parent, *name = record_split(r, path, &parent);
    DT_TRY(dt_record_ready(r));
    DT_TRY(dt_record_group(r, parent, &group));
    hid_t set = dt_record_dataset(group, name, H5T_IEEE_F32LE, n, true);
    if (set < 0) dt_record_broken(r);
    if (set >= 0) dt_record_append(r, set, H5T_NATIVE_FLOAT, 0, n, x);
    if (set >= 0 && H5Dclose(set) < 0) dt_record_broken(r);
    H5Gclose(group);
    dt_record_item_new(r, parent, name)->hash = vector_hash(x, n);
    return dt_record_ready(r);
}

/* ---- copies -------------------------------------------------------------------------------- */

static dt_status copy_objects(dt_record *r, dt_reading *source, const char *from, const char *to) {
    hid_t group;
    hsize_t size = 0;
    H5Fget_filesize(dt_record_handle(source), &size);
    DT_TRY(record_reserve(r, size));
    const char *parent, *name = record_split(r, to, &parent);
    DT_TRY(dt_record_group(r, parent, &group));
    if (H5Lexists(group, name, H5P_DEFAULT) > 0) {
        H5Gclose(group);
        return dt_fail(DT_EINVAL, "%s has a group %s already", r->path, to);
    }
    if (H5Ocopy(dt_record_handle(source), from, group, name, H5P_DEFAULT, H5P_DEFAULT) < 0) dt_record_broken(r);
    H5Gclose(group);
    return dt_record_ready(r);
}

/* A group that has a fingerprint need not be read again. */
static dt_status copy_hash(dt_reading *source, const char *from, uint64_t *hash) {
    const char *print;
    dt_status status = dt_reading_text(source, from, "fingerprint", &print);
    if (status == DT_ENOTFOUND) return dt_record_digest(source, from, hash);
    DT_TRY(status);
    *hash = dt_record_hash_text(0, print);
    return DT_OK;
}

dt_status dt_record_copy(dt_record *r, dt_reading *source, const char *from, const char *to) {
    uint64_t hash = 0;
    const char **names;
    size_t count;
    DT_TRY(dt_record_ready(r));
    DT_TRY(dt_reading_groups(source, from, &names, &count));
    DT_TRY(copy_hash(source, from, &hash));
    DT_TRY(copy_objects(r, source, from, to));
    dt_record_item_new(r, to, NULL)->hash = hash;
    return DT_OK;
}

/* ---- the end ------------------------------------------------------------------------------- */

/* A new name is on the disk only when its folder is. */
static dt_status record_rename(const dt_record *r) {
    const char *slash = strrchr(r->path, '/');
    const char *folder = slash == NULL ? "." : dt_arena_copy(r->arena, r->path, (size_t)(slash - r->path) + 1);
    if (rename(r->part, r->path) != 0)
        return dt_fail(DT_EIO, "%s cannot be written: %s", r->path, strerror(errno));
    int held = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (held < 0) return DT_OK;
    fsync(held);
    close(held);
    return DT_OK;
}

/* HDF5 leaves a file half open when its last bytes cannot be written, and crashes on it when the program ends.
 * The bytes of a file that is given up go to memory instead, and the file can be closed. */
static void record_divert(const dt_record *r) {
    int *file = NULL, memory = memfd_create("dtsim", MFD_CLOEXEC);
    if (memory < 0) return;
    if (H5Fget_vfd_handle(r->file, H5P_DEFAULT, (void **)&file) >= 0 && file != NULL) dup2(memory, *file);
    close(memory);
}

static bool record_close(dt_record *r) {
    if (r->groups >= 0) H5Pclose(r->groups);
    bool good = r->file < 0 || H5Fclose(r->file) >= 0;
    r->file = r->groups = H5I_INVALID_HID;
    return good;
}

static dt_status record_finish(dt_record *r) {
    DT_TRY(dt_record_ready(r));
    for (dt_record_table *t = r->table; t != NULL; t = t->next) DT_TRY(dt_record_table_write(t, true));
    DT_TRY(record_reserve(r, 0));
    if (H5Fflush(r->file, H5F_SCOPE_GLOBAL) < 0) return dt_record_broken(r);
    if (!record_close(r)) return dt_record_broken(r);
    DT_TRY(dt_record_sign(r->part, r->path, r->arena));
    return record_rename(r);
}

dt_status dt_record_seal(dt_record *r) {
    dt_status status = record_finish(r);
    if (status != DT_OK) dt_record_drop(r);
    return status;
}

/* This sets no reason: that of the thread says why the file is given up. */
void dt_record_drop(dt_record *r) {
    if (r->file >= 0) record_divert(r);
    record_close(r);
    unlink(r->part);
}

void dt_record_forget(const char *path) {
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s.part", path);
    unlink(part);
}
