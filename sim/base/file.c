/* file.c - looks at the two places where a file can be. */
#include "base/file.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

dt_status dt_file_find(const char *key, const char *path, const char *what, const char *advice, const char **found,
                       dt_arena *arena) {
    struct stat about;
    const char *folder = getenv("DTSIM_DATA"), *stop = advice == NULL ? "" : "; ";
    if (advice == NULL) advice = "";
    if (path == NULL || path[0] == '\0') return dt_fail_at(DT_EINVAL, key, "is missing: it names %s%s%s", what, stop, advice);
    *found = dt_arena_copy(arena, path, strlen(path));
    if (stat(path, &about) == 0) return DT_OK;
    if (folder == NULL || path[0] == '/')
        return dt_fail_at(DT_ENOTFOUND, key, "%s is not there%s%s%s. Set it, or DTSIM_DATA to the folder that holds it",
                          path, folder == NULL ? " (and DTSIM_DATA is not set)" : "", stop, advice);
    *found = dt_arena_text(arena, "%s/%s", folder, path);
    if (stat(*found, &about) == 0) return DT_OK;
    return dt_fail_at(DT_ENOTFOUND, key, "neither %s nor %s is there%s%s. Set it, or DTSIM_DATA to the folder that "
                      "holds it", path, *found, stop, advice);
}
