/* place.c - folders, the lock, and finished parts. */
#include "sweep/place.h"
#include "record/record.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { KEY = 16 };
static const char lock_name[] = "lock", part_end[] = ".h5", tape_end[] = ".tape";

static const char *place_parts(const char *out, dt_arena *arena) { return dt_arena_text(arena, "%s.parts", out); }

/* Make path and the folders above it. */
static dt_status place_folder(const char *path, dt_arena *arena) {
    char *at = dt_arena_text(arena, "%s", path);
    for (char *c = at + 1;; c++) {
        if (*c != '/' && *c != '\0') continue;
        char kept = *c;
        *c = '\0';
        if (mkdir(at, 0777) != 0 && errno != EEXIST)
            return dt_fail(DT_EIO, "cannot make the folder %s: %s", at, strerror(errno));
        if (kept == '\0') return DT_OK;
        *c = kept;
    }
}

/* What stands under the name already may be replaced if it is a record, or empty.  Whether the results in it may be given
 * up, those of another version too, is asked by who looks at them (sweep/kept.h). */
static dt_status place_replaceable(const char *out, dt_arena *arena) {
    struct stat is;
    dt_reading *reading;
    const char *slash = strrchr(out, '/');
    bool there = stat(out, &is) == 0;
    if (out[0] == '\0' || (slash != NULL && slash[1] == '\0') || (there && !S_ISREG(is.st_mode)))
        return dt_fail(DT_EINVAL, "-o: expected a file, got \"%s\", which is none", out);
    if (!there || is.st_size == 0) return DT_OK;
    dt_status status = dt_reading_open(out, &reading, arena);
    if (status == DT_EVERSION) return DT_OK;
    if (status != DT_OK) {
        const char *reason = dt_arena_text(arena, "%s", dt_reason());
        return dt_fail(DT_EINVAL, "-o %s: %s; it is not written over, choose another name or remove it", out, reason);
    }
    dt_reading_close(reading);
    return DT_OK;
}

/* ---- the lock ------------------------------------------------------------------------------ */

static bool place_same(const dt_place *p) {
    struct stat held, there;
    return fstat(p->lock, &held) == 0 && stat(dt_arena_text(p->arena, "%s/%s", p->folder, lock_name), &there) == 0 &&
           held.st_ino == there.st_ino && held.st_dev == there.st_dev;
}

/* Try once to take the lock; taken stays false while another process holds it, or has just removed the locked file.
 * Some shared file systems have no locks: there, another sweep is not noticed. */
static dt_status lock_try(dt_place *p, bool *taken) {
    const char *path = dt_arena_text(p->arena, "%s/%s", p->folder, lock_name);
    DT_TRY(place_folder(p->folder, p->arena));
    p->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (p->lock < 0 && errno == ENOENT) return DT_OK;
    if (p->lock < 0) return dt_fail(DT_EIO, "%s cannot be written: %s", path, strerror(errno));
    *taken = (flock(p->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) && place_same(p);
    if (!*taken) close(p->lock);
    return DT_OK;
}

/* The runs of a sweep that was killed hold the lock until they have died: wait a little. */
static dt_status place_lock(dt_place *p) {
    enum { TRIES = 40 };
    const struct timespec pause = { 0, 50 * 1000 * 1000 };
    bool taken = false;
    for (int i = 0; i < TRIES && !taken; i++) {
        if (i > 0) nanosleep(&pause, NULL);
        DT_TRY(lock_try(p, &taken));
    }
    if (taken) return DT_OK;
    p->lock = -1;
    return dt_fail(DT_EINVAL, "-o %s: another dtsim is at work on this file; wait for it or choose another name",
                   p->out);
}

/* ---- parts --------------------------------------------------------------------------------- */

static bool place_named(const char *name, const char *end) {
    return strspn(name, "0123456789abcdef") == KEY && strcmp(name + KEY, end) == 0;
}

static int place_part(const struct dirent *d) { return place_named(d->d_name, part_end); }

/* The keys of the training and of the run that trained, with a dash between them. */
static bool place_taped(const char *name) { return strspn(name, "0123456789abcdef") == KEY && name[KEY] == '-' && place_named(name + KEY + 1, tape_end); }
static int place_tape(const struct dirent *d) { return place_taped(d->d_name); }

/* Who is cut off while it writes leaves a name with another end. */
static bool place_whole(const char *name) { return place_named(name, part_end) || place_taped(name); }

static dt_status place_list(const char *folder, int (*listed)(const struct dirent *), const char ***path, size_t *count, dt_arena *arena) {
    struct dirent **entry = NULL;
    int found = scandir(folder, &entry, listed, alphasort);
    if (found < 0 && errno != ENOENT) return dt_fail(DT_EIO, "the folder %s cannot be read: %s", folder, strerror(errno));
    *count = found > 0 ? (size_t)found : 0;
    *path = dt_arena_take(arena, *count + 1, sizeof **path);
    for (size_t i = 0; i < *count; i++) {
        (*path)[i] = dt_arena_text(arena, "%s/%s", folder, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    return DT_OK;
}

dt_status dt_place_parts(const char *out, const char ***path, size_t *count, dt_arena *arena) {
    return place_list(place_parts(out, arena), place_part, path, count, arena);
}

dt_status dt_place_tapes(const dt_place *p, const char ***path, size_t *count, dt_arena *arena) {
    return place_list(p->folder, place_tape, path, count, arena);
}

/* The lock is released last: until then no other sweep begins. */
static void place_clear(const dt_place *p, bool parts) {
    DIR *open = opendir(p->folder);
    if (open == NULL) return;
    for (struct dirent *d = readdir(open); d != NULL; d = readdir(open))
        if (d->d_name[0] != '.' && strcmp(d->d_name, lock_name) != 0 && (parts || !place_whole(d->d_name)))
            unlink(dt_arena_text(p->arena, "%s/%s", p->folder, d->d_name));
    closedir(open);
}

static bool place_empty(const dt_place *p) {
    DIR *open = opendir(p->folder);
    int others = 0;
    if (open == NULL) return false;
    for (struct dirent *d = readdir(open); d != NULL; d = readdir(open))
        others += d->d_name[0] != '.' && strcmp(d->d_name, lock_name) != 0;
    closedir(open);
    return others == 0;
}

/* Check, before a run begins, that the file can be written. */
static dt_status place_probe(const dt_place *p) {
    const char *part = dt_arena_text(p->arena, "%s.part", p->out);
    FILE *file = fopen(part, "w");
    if (file == NULL) return dt_fail(DT_EIO, "%s cannot be written: %s", p->out, strerror(errno));
    fclose(file);
    unlink(part);
    return DT_OK;
}

dt_status dt_place_open(dt_place *p, const char *out, bool fresh, dt_arena *arena) {
    *p = (dt_place){ out, place_parts(out, arena), -1, arena };
    DT_TRY(place_replaceable(out, arena));
    DT_TRY(place_lock(p));
    place_clear(p, fresh);
    dt_status status = place_probe(p);
    if (status != DT_OK) dt_place_close(p, false);
    return status;
}

const char *dt_place_part(const dt_place *p, const char *key) {
    return dt_arena_text(p->arena, "%s/%s%s", p->folder, key, part_end);
}

const char *dt_place_tape(const dt_place *p, const char *training, const char *run) {
    return dt_arena_text(p->arena, "%s/%s-%s%s", p->folder, training, run, tape_end);
}

bool dt_place_tape_is(const char *tape, const char *training, const char **run, dt_arena *arena) {
    const char *name = strrchr(tape, '/') + 1;
    if (strncmp(name, training, KEY) != 0) return false;
    *run = dt_arena_copy(arena, name + KEY + 1, KEY);
    return true;
}

static dt_status place_write(const dt_place *p) {
    enum { SIZE = 1 << 16 };
    const char *path = dt_arena_text(p->arena, "%s/probe", p->folder);
    dt_arena_mark mark = dt_arena_here(p->arena);
    FILE *file = fopen(path, "w");
    bool good = file != NULL && fwrite(dt_arena_take(p->arena, SIZE, 1), SIZE, 1, file) == 1;
    if (file != NULL && fclose(file) != 0) good = false;
    int why = errno;
    unlink(path);
    dt_arena_release(p->arena, mark);
    return good ? DT_OK : dt_fail(DT_EIO, "nothing can be written to %s: %s", p->folder, strerror(why));
}

dt_status dt_place_check(const dt_place *p, bool writable) {
    if (!place_same(p)) return dt_fail(DT_EIO, "the folder %s was removed while runs were under way", p->folder);
    return writable ? place_write(p) : DT_OK;
}

void dt_place_close(dt_place *p, bool gathered) {
    if (p->lock < 0) return;
    if (place_same(p)) {
        place_clear(p, gathered);
        if (place_empty(p)) {
            unlink(dt_arena_text(p->arena, "%s/%s", p->folder, lock_name));
            rmdir(p->folder);
        }
    }
    close(p->lock);
    p->lock = -1;
}
