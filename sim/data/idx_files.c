/* idx_files.c - tells the files of MNIST and of the sets named after it by their names. */
#include "data/idx_files.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SETS = 64 };
static const char marks[] = "-._";
static const char *const kinds[] = { "images", "labels" };

typedef struct set {
    const char *prefix;
    const char *file[DT_DATA_PARTS][DT_DATA_KINDS];     /* names in the folder, or NULL */
} set;

typedef struct name { size_t prefix; int part, kind; } name;    /* prefix: its length */

/* What follows the kind: "-idx3", then "-ubyte" and ".gz" if they are there. */
static bool name_ends(const char *at) {
    if (*at == '\0' || strchr(marks, *at) == NULL || strncmp(at + 1, "idx", 3) != 0) return false;
    at += 4;
    while (isdigit((unsigned char)*at)) at++;
    if (*at != '\0' && strchr(marks, *at) != NULL && strcmp(at, ".gz") != 0)
        for (at++; isalnum((unsigned char)*at);) at++;
    return *at == '\0' || strcmp(at, ".gz") == 0;
}

/* What stands before the kind: "train-", with the prefix and a mark before it if there is one. */
static bool name_begins(const char *text, size_t length, name *n) {
    static const struct { const char *word; int part; } parts[] = { { "train", DT_DATA_TRAIN }, { "t10k", DT_DATA_TEST },
                                                                   { "test", DT_DATA_TEST } };
    if (length == 0 || strchr(marks, text[length - 1]) == NULL) return false;
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        size_t word = strlen(parts[p].word);
        if (length - 1 < word || strncmp(text + length - 1 - word, parts[p].word, word) != 0) continue;
        n->part = parts[p].part;
        n->prefix = length - 1 - word;
        if (n->prefix == 0) return true;
        n->prefix--;
        return n->prefix > 0 && strchr(marks, text[n->prefix]) != NULL;
    }
    return false;
}

static bool name_read(const char *text, name *n) {
    for (n->kind = 0; n->kind < DT_DATA_KINDS; n->kind++)
        for (const char *at = strstr(text, kinds[n->kind]); at != NULL; at = strstr(at + 1, kinds[n->kind]))
            if (name_ends(at + strlen(kinds[n->kind])) && name_begins(text, (size_t)(at - text), n)) return true;
    return false;
}

static bool set_whole(const set *s) {
    for (int i = 0; i < DT_DATA_PARTS * DT_DATA_KINDS; i++)
        if (s->file[i / DT_DATA_KINDS][i % DT_DATA_KINDS] == NULL) return false;
    return true;
}

/* True if the set has that prefix, or one that ends so. */
static bool set_meant(const set *s, const char *wanted) {
    if (wanted == NULL || strcmp(s->prefix, wanted) == 0) return true;
    size_t length = strlen(s->prefix), tail = strlen(wanted);
    return tail > 0 && tail < length && strcmp(s->prefix + length - tail, wanted) == 0 &&
           strchr(marks, s->prefix[length - tail - 1]) != NULL;
}

/* Put a file into the set of its prefix; further sets than there is room for are left out. */
static void sets_add(set *sets, size_t *count, const char *text, const name *n, dt_arena *arena) {
    size_t i = 0;
    const char *prefix = dt_arena_copy(arena, text, n->prefix);
    while (i < *count && strcmp(sets[i].prefix, prefix) != 0) i++;
    if (i == SETS) return;
    if (i == *count) sets[(*count)++] = (set){ .prefix = prefix };
    const char **file = &sets[i].file[n->part][n->kind];
    if (*file == NULL || strcmp(text, *file) < 0) *file = dt_arena_copy(arena, text, strlen(text));
}

static dt_status sets_scan(const char *folder, set *sets, size_t *count, dt_arena *arena) {
    DIR *open = opendir(folder);
    struct stat is;
    name n;
    if (open == NULL) return dt_fail_at(DT_EIO, "data.path", "%s cannot be read as a folder: %s", folder, strerror(errno));
    for (struct dirent *e = readdir(open); e != NULL; e = readdir(open))
        if (name_read(e->d_name, &n) && stat(dt_arena_text(arena, "%s/%s", folder, e->d_name), &is) == 0 &&
            S_ISREG(is.st_mode))
            sets_add(sets, count, e->d_name, &n, arena);
    closedir(open);
    return DT_OK;
}

/* The prefixes in order, so that the sentence does not depend on the file system. */
static dt_status sets_refuse(const char *folder, const char *wanted, const set *const *some, size_t count) {
    char list[512] = "";
    const char *last = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *next = NULL;
        for (size_t k = 0; k < count; k++)
            if ((last == NULL || strcmp(some[k]->prefix, last) > 0) && (next == NULL || strcmp(some[k]->prefix, next) < 0))
                next = some[k]->prefix;
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s\"%s\"", i == 0 ? "" : ", ", next);
        last = next;
    }
    if (wanted == NULL)
        return dt_fail_at(DT_EINVAL, "data.prefix", "%s holds %zu sets, whose names begin with %s: name one of them", folder,
                          count, list);
    return dt_fail_at(DT_EINVAL, "data.prefix", "\"%s\" means none of the sets in %s alone; their names begin with %s", wanted,
                      folder, list);
}

static dt_status sets_missing(const char *folder, const set *s, const char *advice) {
    int at = 0;
    while (s->file[at / DT_DATA_KINDS][at % DT_DATA_KINDS] != NULL) at++;
    int kind = at % DT_DATA_KINDS;
    const char *part = at / DT_DATA_KINDS == DT_DATA_TRAIN ? "train" : s->prefix[0] == '\0' ? "t10k" : "test";
    return dt_fail_at(DT_ENOTFOUND, "data.path", "%s holds no %s%s%s-%s-idx%d-ubyte, plain or .gz; %s", folder, s->prefix,
                      s->prefix[0] == '\0' ? "" : "-", part, kinds[kind], kind == DT_DATA_IMAGES ? 3 : 1, advice);
}

dt_status dt_data_idx_files(const char *folder, const char *prefix, const char *advice,
                            const char *file[DT_DATA_PARTS][DT_DATA_KINDS], dt_arena *arena) {
    set sets[SETS], none = { .prefix = prefix == NULL ? "" : prefix };
    const set *all[SETS], *meant[SETS], *whole[SETS];
    size_t count = 0, meants = 0, wholes = 0;
    DT_TRY(sets_scan(folder, sets, &count, arena));
    for (size_t i = 0; i < count; i++) {
        all[i] = &sets[i];
        if (!set_meant(&sets[i], prefix)) continue;
        meant[meants++] = &sets[i];
        if (set_whole(&sets[i])) whole[wholes++] = &sets[i];
    }
    if (wholes > 1) return sets_refuse(folder, prefix, whole, wholes);
    if (count == 0) return sets_missing(folder, &none, advice);
    if (meants == 0) return sets_refuse(folder, prefix, all, count);
    if (wholes == 0) return meants > 1 ? sets_refuse(folder, prefix, meant, meants) : sets_missing(folder, meant[0], advice);
    for (int i = 0; i < DT_DATA_PARTS * DT_DATA_KINDS; i++)
        file[i / DT_DATA_KINDS][i % DT_DATA_KINDS] =
            dt_arena_text(arena, "%s/%s", folder, whole[0]->file[i / DT_DATA_KINDS][i % DT_DATA_KINDS]);
    return DT_OK;
}
