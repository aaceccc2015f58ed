/* hdf5_file.c - HDF5's core driver takes a file that is in memory: an "image", here a mapping of the file, of which nothing is copied.
 * Source: The HDF Group, HDF5 File Image Operations. */
#include "data/hdf5_file.h"
#include "base/file.h"
#include <errno.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/mman.h>

typedef struct image { void *bytes; size_t size; } image;

/* HDF5 wants to keep copies of the image, and gets the image itself. */
static void *image_same(size_t size, H5FD_file_image_op_t op, void *at) {
    (void)size;
    (void)op;
    return ((image *)at)->bytes;
}

static void *image_copy(void *to, const void *from, size_t size, H5FD_file_image_op_t op, void *at) {
    (void)from;
    (void)size;
    (void)op;
    (void)at;
    return to;
}

static herr_t image_free(void *bytes, H5FD_file_image_op_t op, void *at) {
    if (op == H5FD_FILE_IMAGE_OP_FILE_CLOSE) munmap(bytes, ((image *)at)->size);
    return 0;
}

static void *image_owner(void *at) { return at; }

static herr_t image_left(void *at) {
    (void)at;
    return 0;
}

/* The name only tells HDF5 in which folder files lie that this one refers to: no file may be called so. */
static hid_t image_open(image *i, const char *name, dt_arena *arena) {
    H5FD_file_image_callbacks_t calls = { image_same, image_copy, NULL, image_free, image_owner, image_left, i };
    enum { GROWTH = 1 << 16 };
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    bool set = H5Pset_fapl_core(access, GROWTH, false) >= 0 && H5Pset_file_image_callbacks(access, &calls) >= 0 &&
               H5Pset_file_image(access, i->bytes, i->size) >= 0;
    hid_t file = set ? H5Fopen(dt_arena_text(arena, "%s is in memory", name), H5F_ACC_RDONLY, access) : -1;
    H5Pclose(access);
    return file;
}

hid_t dt_data_hdf5_file(const char *name, dt_arena *arena) {
    dt_file file;
    image *i = dt_arena_take(arena, 1, sizeof *i);
    if (dt_file_open(name, &file) != DT_OK || file.bytes == 0) return -1;
    /* HDF5 locks a file that it writes, and would refuse to read it. */
    int descriptor = dt_file_descriptor(&file);
    if (flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) return -1;
    flock(descriptor, LOCK_UN);
    *i = (image){ mmap(NULL, file.bytes, PROT_READ, MAP_PRIVATE, descriptor, 0), file.bytes };
    return i->bytes == MAP_FAILED ? -1 : image_open(i, name, arena);
}
