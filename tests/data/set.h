/* set.h - for the tests of data: scenario nodes in a line, and small files that vanish again. */
#ifndef DT_TESTS_DATA_SET_H
#define DT_TESTS_DATA_SET_H

#include "tests/test.h"
#include "data/data.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* { name, path = path }; path NULL: { name }. */
static inline dt_config *set_node(const char *name, const char *path, dt_arena *arena) {
    dt_config *node = dt_config_new(arena);
    dt_config_set_text(node, NULL, name, arena);
    if (path != NULL) dt_config_set_text(node, "path", path, arena);
    return node;
}

/* A new folder, and a file in it. */
static inline const char *set_folder(dt_arena *arena) {
    char *name = dt_arena_text(arena, "/tmp/dtsim_data_XXXXXX");
    assert_non_null(mkdtemp(name));
    return name;
}

static inline const char *set_file(const char *folder, const char *name, const void *bytes, size_t length, bool packed,
                                   dt_arena *arena) {
    const char *path = dt_arena_text(arena, "%s/%s", folder, name);
    gzFile file = gzopen(path, packed ? "wb" : "wbT");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)length), (int)length);
    assert_int_equal(gzclose(file), Z_OK);
    return path;
}

static inline const char *set_text(const char *folder, const char *name, const char *text, dt_arena *arena) {
    return set_file(folder, name, text, strlen(text), false, arena);
}

static inline void set_remove(const char *folder) {
    char command[256];
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* The path of a real data set, or NULL where the folder of real sets is missing. */
static inline const char *set_real(const char *name, dt_arena *arena) {
    const char *folder = getenv("DTSIM_DATA");
    const char *path = folder == NULL ? NULL : dt_arena_text(arena, "%s/%s", folder, name);
    return path != NULL && access(path, R_OK) == 0 ? path : NULL;
}

#endif
