/* file.c - looks at the places where a file can be, and keeps a table of open files. */
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

/* ---- open files ---------------------------------------------------------------------------- */

/* Global state that decides no result: the files that were opened, so that a sweep opens each once, and every name that led to one.
 * size and changed are those at that moment.  Of the descriptors, those that were used least recently are closed when they are many
 * or the system has no more of them, and opened again when they are needed. */
typedef struct dt_file_known known;
struct dt_file_known {
    dev_t device; ino_t number; off_t size; struct timespec changed;
    const char *name;
    int descriptor;         /* -1: closed */
    unsigned long used;     /* the greater, the later */
    known *next;
};
typedef struct named { const char *name; known *file; struct named *next; } named;
static struct { dt_arena *arena; known *files; named *names; unsigned long uses; size_t open; bool held; } table;

static const char changed[] = "changed since the sweep began: its runs would not be of the same data. Begin it again when the file stays as it is";

static named *file_named(const char *name) {
    named *n = table.names;
    while (n != NULL && strcmp(n->name, name) != 0) n = n->next;
    return n;
}

/* Only while a file is open is its number its own. */
static known *file_numbered(const struct stat *about) {
    known *k = table.files;
    while (k != NULL && (k->descriptor < 0 || k->device != about->st_dev || k->number != about->st_ino)) k = k->next;
    return k;
}

static bool file_same(const known *k, const struct stat *about) {
    return k->device == about->st_dev && k->number == about->st_ino && k->size == about->st_size &&
           k->changed.tv_sec == about->st_mtim.tv_sec && k->changed.tv_nsec == about->st_mtim.tv_nsec;
}

static void file_note(known *k, const struct stat *about) {
    k->device = about->st_dev;
    k->number = about->st_ino;
    k->size = about->st_size;
    k->changed = about->st_mtim;
}

/* False: there is none to close. */
static bool file_close_oldest(void) {
    known *oldest = NULL;
    for (known *k = table.files; k != NULL; k = k->next)
        if (k->descriptor >= 0 && (oldest == NULL || k->used < oldest->used)) oldest = k;
    if (oldest == NULL) return false;
    close(oldest->descriptor);
    oldest->descriptor = -1;
    table.open--;
    return true;
}

/* Other libraries need descriptors, too. */
static size_t file_most(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur / 4 > 256 ? 256 : (size_t)limit.rlim_cur / 4;
}

static int file_descriptor(const char *name) {
    for (int descriptor;;) {
        if (table.open > file_most()) file_close_oldest();
        descriptor = open(name, O_RDONLY | O_CLOEXEC);
        if (descriptor >= 0 || (errno != EMFILE && errno != ENFILE) || !file_close_oldest()) return descriptor;
    }
}

/* Have k open.  -1: see errno; ESTALE: its name leads to another file now, or its contents have changed. */
static int file_again(known *k) {
    struct stat about;
    k->used = ++table.uses;
    if (k->descriptor >= 0) return 0;
    int descriptor = file_descriptor(k->name);
    if (descriptor < 0) return -1;
    if (fstat(descriptor, &about) != 0 || !file_same(k, &about)) {
        close(descriptor);
        errno = ESTALE;
        return -1;
    }
    k->descriptor = descriptor;
    table.open++;
    return 0;
}

/* The file that name leads to for the first time, or another one than before. */
static dt_status file_first(const char *name, named *n) {
    struct stat about;
    if (stat(name, &about) != 0) return dt_fail(DT_ENOTFOUND, "%s cannot be read: %s", name, strerror(errno));
    if (!S_ISREG(about.st_mode)) return dt_fail(DT_EINVAL, "%s is not a file", name);
    if (table.arena == NULL) table.arena = dt_arena_new(0);
    known *k = file_numbered(&about);
    if (k == NULL) {
        int descriptor = file_descriptor(name);
        if (descriptor < 0 || fstat(descriptor, &about) != 0) return dt_fail(DT_EIO, "%s cannot be read: %s", name, strerror(errno));
        k = dt_arena_take(table.arena, 1, sizeof *k);
        *k = (known){ .descriptor = descriptor, .next = table.files };
        table.files = k;
        table.open++;
        file_note(k, &about);
    }
    if (n == NULL) {
        n = dt_arena_take(table.arena, 1, sizeof *n);
        *n = (named){ .name = dt_arena_text(table.arena, "%s", name), .next = table.names };
        table.names = n;
    }
    n->file = k;
    k->name = n->name;      /* it leads there at this moment */
    return DT_OK;
}

void dt_file_hold(void) { table.held = true; }

dt_status dt_file_open(const char *name, dt_file *file) {
    struct stat about;
    named *n = file_named(name);
    if (n == NULL || !table.held) DT_TRY(file_first(name, n));
    known *k = (n == NULL ? file_named(name) : n)->file;
    if (!table.held && k->descriptor < 0 && stat(name, &about) == 0) file_note(k, &about);
    if (file_again(k) != 0 && errno != ESTALE) return dt_fail(DT_EIO, "%s cannot be read: %s", name, strerror(errno));
    if (k->descriptor < 0 || fstat(k->descriptor, &about) != 0 || (table.held && !file_same(k, &about)))
        return dt_fail(DT_EIO, "%s %s", name, changed);
    file_note(k, &about);
    *file = (dt_file){ k, (size_t)about.st_size };
    return DT_OK;
}

int dt_file_descriptor(const dt_file *file) { return file_again(file->known) == 0 ? file->known->descriptor : -1; }

const char *dt_file_why(void) { return errno == ESTALE ? changed : strerror(errno); }

ssize_t dt_file_at(const dt_file *file, void *bytes, size_t count, size_t at) {
    struct stat about;
    size_t got = 0;
    if (file_again(file->known) != 0) return -1;
    while (got < count) {
        ssize_t more = pread(file->known->descriptor, (char *)bytes + got, count - got, (off_t)(at + got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) return -1;
        if (more == 0) break;
        got += (size_t)more;
    }
    if (!table.held || (fstat(file->known->descriptor, &about) == 0 && file_same(file->known, &about))) return (ssize_t)got;
    errno = ESTALE;
    return -1;
}

/* ---- places -------------------------------------------------------------------------------- */

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
    for (size_t i = 0; i < places && table.held; i++) {
        *found = place[i];
        if (file_named(place[i]) != NULL) return DT_OK;
    }
    for (size_t i = 0; i < places; i++) {
        *found = place[i];
        if (stat(place[i], &about) == 0) return file_kind(key, &about, place[i]);
    }
    return file_missing(key, path, place, places, advice, arena);
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
