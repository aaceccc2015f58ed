/* file.c - what writing and reading share.
 * Source: The HDF Group, HDF5 reference manual; CRC-32 is zlib's (ISO 3309). */
#include "record/file.h"
#include "base/rng.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK = 1 << 16 };

/* ---- HDF5's manners ------------------------------------------------------------------------ */

/* HDF5 starts with the call that tells it not to print errors, and prints why it cannot start.  At the exit it would
 * only free memory: all files are closed by then. */
static void hdf5_silence(void) {
    FILE *kept = stderr, *null = fopen("/dev/null", "w");
    if (null != NULL) stderr = null;
    H5dont_atexit();
    herr_t begun = H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    stderr = kept;
    if (null != NULL) fclose(null);
    if (begun < 0) dt_die(DT_EMEMORY, "no memory left for HDF5");
}

hid_t dt_record_access(void) {
    static bool silent;
    if (!silent) hdf5_silence();
    silent = true;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    H5Pset_file_locking(access, false, true);
    return access;
}

typedef struct why { char *text; size_t size; } why;

/* The innermost error is the cause; a driver's description holds "error message = '...'" among its own state. */
static herr_t why_take(unsigned depth, const H5E_error2_t *error, void *to) {
    static const char front[] = "error message = '";
    const why *w = to;
    if (depth > 0 || error->desc == NULL) return 0;
    const char *from = strstr(error->desc, front);
    if (from == NULL) snprintf(w->text, w->size, "%s", error->desc);
    else snprintf(w->text, w->size, "%.*s", (int)strcspn(from + strlen(front), "'"), from + strlen(front));
    return 0;
}

const char *dt_record_why(char *text, size_t size) {
    snprintf(text, size, "HDF5 gives no reason");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, why_take, &(why){ text, size });
    return text;
}

static herr_t absent_take(unsigned depth, const H5E_error2_t *error, void *absent) {
    if (depth == 0) *(bool *)absent = error->min_num == H5E_NOTFOUND;
    return 0;
}

bool dt_record_absent(void) {
    bool absent = false;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, absent_take, &absent);
    return absent;
}

hid_t dt_record_string(size_t length) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, length == 0 ? H5T_VARIABLE : length);
    H5Tset_cset(type, H5T_CSET_UTF8);
    if (length > 0) H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

bool dt_record_hosted(const char *group) {
    for (const char *at = group; *at != '\0';) {
        at += strspn(at, "/");
        size_t length = strcspn(at, "/");
        if (length == 4 && memcmp(at, "host", 4) == 0) return true;
        at += length;
    }
    return false;
}

/* ---- the seal ------------------------------------------------------------------------------ */

static const char seal_form[] = "dtsim-seal crc32=%08lx\n";
enum { SEAL = sizeof "dtsim-seal crc32=01234567\n" - 1, SEAL_FRONT = sizeof "dtsim-seal crc32=" - 1 };

static dt_status seal_system(const char *path, const char *what) {
    return dt_fail(DT_EIO, "%s cannot be %s: %s", path, what, strerror(errno));
}

/* CRC-32 of the first length bytes; false: the system refused. */
static bool seal_sum(int file, size_t length, unsigned long *sum, dt_arena *arena) {
    dt_arena_mark mark = dt_arena_here(arena);
    unsigned char *block = dt_arena_take(arena, BLOCK, 1);
    size_t done = 0;
    *sum = crc32_z(0, NULL, 0);
    while (done < length) {
        ssize_t got = pread(file, block, length - done < BLOCK ? length - done : BLOCK, (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        *sum = crc32_z(*sum, block, (size_t)got);
        done += (size_t)got;
    }
    dt_arena_release(arena, mark);
    return done == length;
}

dt_status dt_record_sign(const char *path, const char *name, dt_arena *arena) {
    struct stat is;
    unsigned long sum;
    char seal[SEAL + 1];
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return seal_system(name, "written");
    bool good = fstat(file, &is) == 0 && seal_sum(file, (size_t)is.st_size, &sum, arena);
    if (good) {
        snprintf(seal, sizeof seal, seal_form, sum);
        ssize_t put = pwrite(file, seal, SEAL, is.st_size);
        if (put >= 0 && put < SEAL) errno = ENOSPC;
        good = put == SEAL && ftruncate(file, is.st_size + SEAL) == 0 && fsync(file) == 0;
    }
    dt_status status = good ? DT_OK : seal_system(name, "written");
    close(file);
    return status;
}

/* Read the seal of an open file of that size; false: there is none. */
static bool seal_find(int file, off_t size, char *seal) {
    if (size < SEAL || pread(file, seal, SEAL, size - SEAL) != SEAL) return false;
    seal[SEAL] = '\0';
    return memcmp(seal, seal_form, SEAL_FRONT) == 0;
}

static dt_status seal_check(int file, const char *path, bool *sealed, dt_arena *arena) {
    struct stat is;
    unsigned long sum;
    char seal[SEAL + 1], wanted[SEAL + 1];
    if (fstat(file, &is) != 0) return seal_system(path, "read");
    if (!S_ISREG(is.st_mode)) return dt_fail(DT_EFORMAT, "%s: expected a file, got a folder or a device", path);
    *sealed = seal_find(file, is.st_size, seal);
    if (!*sealed) return DT_OK;
    if (!seal_sum(file, (size_t)(is.st_size - SEAL), &sum, arena)) return seal_system(path, "read");
    snprintf(wanted, sizeof wanted, seal_form, sum);
    if (strcmp(seal, wanted) == 0) return DT_OK;
    return dt_fail(DT_EFORMAT, "%s is damaged: its checksum is not that of its contents", path);
}

dt_status dt_record_check(const char *path, bool *sealed, dt_arena *arena) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);      /* a pipe is refused, not waited for */
    if (file < 0 && errno == ENOENT) return dt_fail(DT_ENOTFOUND, "%s: there is no such file", path);
    if (file < 0) return seal_system(path, "read");
    dt_status status = seal_check(file, path, sealed, arena);
    close(file);
    return status;
}

/* ---- hashing ------------------------------------------------------------------------------- */

uint64_t dt_record_bits(double real) {
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return isnan(real) ? 0x7ff8000000000000u : bits;
}

uint64_t dt_record_hash_text(uint64_t hash, const char *text) {
    return dt_hash(hash, text, strlen(text));
}

uint64_t dt_record_hash_cell(uint64_t hash, dt_column_kind kind, dt_cell cell) {
    if (kind == DT_COLUMN_TEXT) return dt_record_hash_text(hash, cell.text);
    uint64_t bits = kind == DT_COLUMN_REAL ? dt_record_bits(cell.real) : (uint64_t)cell.count;
    return dt_hash(hash, &bits, sizeof bits);
}

uint64_t dt_record_hash_column(uint64_t hash, const dt_column *c) {
    hash = dt_record_hash_cell(dt_record_hash_text(hash, c->name), DT_COLUMN_COUNT, (dt_cell){ .count = c->kind });
    return dt_record_hash_text(dt_record_hash_text(hash, c->unit), c->brief);
}
