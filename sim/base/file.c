/* file.c - looks at the places where a file can be, and keeps a table of open files. */
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe or a device is refused: reading it could block, or never end. */
static dt_status file_kind(const char *key, const struct stat *about, const char *path) {
    if (S_ISREG(about->st_mode) || S_ISDIR(about->st_mode)) return DT_OK;
    return dt_fail_at(DT_EINVAL, key, "expected a file or a folder, got %s, which is neither", path);
}

/* Global state, which decides only where files are looked for: it is set before anything reads it, and no run changes it. */
static char scenario_folder[PATH_MAX];

void dt_file_set_folder(const char *folder) {
    if (folder == NULL || strcmp(folder, ".") == 0) folder = "";
    snprintf(scenario_folder, sizeof scenario_folder, "%s", folder);
}

enum { PLACES = 3 };

/* Where path may be, in the order in which it is looked for. */
static size_t file_places(const char *path, const char *place[PLACES], dt_arena *arena) {
    const char *data = getenv("DTSIM_DATA");
    size_t places = 0;
    if (path[0] != '/' && scenario_folder[0] != '\0') place[places++] = dt_arena_text(arena, "%s/%s", scenario_folder, path);
    place[places++] = dt_arena_copy(arena, path, strlen(path));
    if (path[0] != '/' && data != NULL && data[0] != '\0') place[places++] = dt_arena_text(arena, "%s/%s", data, path);
    return places;
}

static dt_status file_missing(const char *key, const char *path, const char *const *place, size_t places,
                              const char *advice, dt_arena *arena) {
    const char *data = getenv("DTSIM_DATA"), *list = place[0], *stop = advice[0] == '\0' ? "" : "; ";
    if (path[0] == '/') return dt_fail_at(DT_ENOTFOUND, key, "%s is not there%s%s", path, stop, advice);
    for (size_t i = 1; i < places; i++) list = dt_arena_text(arena, "%s%s nor %s", i == 1 ? "neither " : "", list, place[i]);
    return dt_fail_at(DT_ENOTFOUND, key, "%s is %sthere%s%s%s. Correct the path, or set DTSIM_DATA to the folder that "
                      "holds it", list, places == 1 ? "not " : "", data == NULL || data[0] == '\0' ?
                      " (and DTSIM_DATA is not set)" : "", stop, advice);
}

dt_status dt_file_find(const char *key, const char *path, const char *what, const char *advice, const char **found,
                       dt_arena *arena) {
    const char *place[PLACES];
    struct stat about;
    if (advice == NULL) advice = "";
    if (path == NULL || path[0] == '\0')
        return dt_fail_at(DT_EINVAL, key, "is missing: it names %s%s%s", what, advice[0] == '\0' ? "" : "; ", advice);
    size_t places = file_places(path, place, arena);
    for (size_t i = 0; i < places; i++) {
        *found = place[i];
        if (stat(place[i], &about) == 0) return file_kind(key, &about, place[i]);
    }
    return file_missing(key, path, place, places, advice, arena);
}

/* ---- open files ---------------------------------------------------------------------------- */

/* The open files, so that a sweep opens each once; they decide no result.  A file that is open keeps its number (inode), whatever
 * becomes of its name.  The table is a ring: the oldest gives its place to a new one. */
enum { OPEN_MOST = 256 };
static struct { dev_t device; ino_t number; int descriptor; bool used; } opened[OPEN_MOST];
static size_t open_next;

/* The descriptor of that file, or -1. */
static int file_known(const struct stat *about) {
    for (size_t i = 0; i < OPEN_MOST; i++)
        if (opened[i].used && opened[i].device == about->st_dev && opened[i].number == about->st_ino) return opened[i].descriptor;
    return -1;
}

static void file_keep(const struct stat *about, int descriptor) {
    size_t at = open_next++ % OPEN_MOST;
    if (opened[at].used) close(opened[at].descriptor);
    opened[at].device = about->st_dev;
    opened[at].number = about->st_ino;
    opened[at].descriptor = descriptor;
    opened[at].used = true;
}

dt_status dt_file_open(const char *name, dt_file *file) {
    struct stat about;
    if (stat(name, &about) != 0) return dt_fail(DT_ENOTFOUND, "%s cannot be read: %s", name, strerror(errno));
    if (!S_ISREG(about.st_mode)) return dt_fail(DT_EINVAL, "%s is not a file", name);
    *file = (dt_file){ file_known(&about), (size_t)about.st_size };
    if (file->descriptor >= 0) return DT_OK;
    file->descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (file->descriptor < 0 || fstat(file->descriptor, &about) != 0)
        return dt_fail(DT_EIO, "%s cannot be read: %s", name, strerror(errno));
    file_keep(&about, file->descriptor);
    return DT_OK;
}

ssize_t dt_file_at(const dt_file *file, void *bytes, size_t count, size_t at) {
    size_t got = 0;
    while (got < count) {
        ssize_t more = pread(file->descriptor, (char *)bytes + got, count - got, (off_t)(at + got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) return -1;
        if (more == 0) break;
        got += (size_t)more;
    }
    return (ssize_t)got;
}

/* ---- texts and folders ---------------------------------------------------------------------- */

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
