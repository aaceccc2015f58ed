/* file.c - looks at the places where a file can be. */
#include "base/file.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe or a device could be waited for, or read without end. */
static dt_status file_kind(const char *key, const struct stat *about, const char *path) {
    if (S_ISREG(about->st_mode) || S_ISDIR(about->st_mode)) return DT_OK;
    return dt_fail_at(DT_EINVAL, key, "%s is neither a file nor a folder", path);
}

dt_status dt_file_find(const char *key, const char *path, const char *what, const char *advice, const char **found,
                       dt_arena *arena) {
    struct stat about;
    const char *folder = getenv("DTSIM_DATA"), *stop = advice == NULL ? "" : "; ";
    if (advice == NULL) advice = "";
    if (path == NULL || path[0] == '\0') return dt_fail_at(DT_EINVAL, key, "is missing: it names %s%s%s", what, stop, advice);
    *found = dt_arena_copy(arena, path, strlen(path));
    if (stat(path, &about) == 0) return file_kind(key, &about, path);
    if (folder == NULL || path[0] == '/')
        return dt_fail_at(DT_ENOTFOUND, key, "%s is not there%s%s%s. Set it, or DTSIM_DATA to the folder that holds it",
                          path, folder == NULL ? " (and DTSIM_DATA is not set)" : "", stop, advice);
    *found = dt_arena_text(arena, "%s/%s", folder, path);
    if (stat(*found, &about) == 0) return file_kind(key, &about, *found);
    return dt_fail_at(DT_ENOTFOUND, key, "neither %s nor %s is there%s%s. Set it, or DTSIM_DATA to the folder that "
                      "holds it", path, *found, stop, advice);
}

char *dt_file_text_start(char *text) { return strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text; }

const char *dt_file_program(dt_arena *arena) {
    char program[PATH_MAX] = "";
    return readlink("/proc/self/exe", program, sizeof program - 1) > 0 ? dt_arena_text(arena, "%s", program) : "dtsim";
}

const char *dt_file_home(dt_arena *arena) {
    static const char *const beside[] = { "..", "../share/dtsim" };
    const char *home = getenv("DTSIM_HOME"), *program = dt_file_program(arena), *slash = strrchr(program, '/');
    if (home != NULL) return home;
    for (size_t i = 0; i < 2 && slash != NULL; i++) {
        home = dt_arena_text(arena, "%.*s/%s", (int)(slash - program), program, beside[i]);
        if (access(dt_arena_text(arena, "%s/lua/dt/init.lua", home), R_OK) == 0) return home;
    }
    return ".";
}
