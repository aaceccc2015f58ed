/* key.c - hashes of what the result of a run depends on. */
#include "sweep/key.h"
#include "base/file.h"
#include "base/rng.h"
#include "run/training.h"
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file or folder and the hash of its contents: a sweep names the same ones in every run. */
typedef struct known { const char *path; uint64_t hash; struct known *next; } known;

struct dt_keys {
    const dt_plan *plan;
    dt_arena      *arena;
    known         *known;
};

dt_keys *dt_keys_new(const dt_plan *plan, dt_arena *arena) {
    dt_keys *keys = dt_arena_take(arena, 1, sizeof *keys);
    *keys = (dt_keys){ .plan = plan, .arena = arena };
    return keys;
}

static uint64_t key_text(uint64_t hash, const char *text) { return dt_hash(hash, text, strlen(text)); }

/* A file that cannot be read counts as empty: the run itself will report the reason. */
static uint64_t key_file(uint64_t hash, const char *path, dt_arena *arena) {
    enum { BLOCK = 1 << 18 };
    dt_file file;
    ssize_t got = BLOCK;
    if (dt_file_open(path, &file) != DT_OK) return hash;
    dt_arena_mark mark = dt_arena_here(arena);
    char *block = dt_arena_take(arena, BLOCK, 1);
    for (size_t at = 0; got == BLOCK; at += BLOCK) {
        got = dt_file_at(&file, block, BLOCK, at);
        if (got > 0) hash = dt_hash(hash, block, (size_t)got);
    }
    dt_arena_release(arena, mark);
    return hash;
}

/* The IDX files directly in a folder, by name: no other data set is a folder, and results may lie beside them. */
static uint64_t key_folder(uint64_t hash, const char *path, dt_arena *arena) {
    struct dirent **entry;
    struct stat is;
    int count = scandir(path, &entry, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *file = dt_arena_text(arena, "%s/%s", path, entry[i]->d_name);
        bool read = strstr(entry[i]->d_name, "idx") != NULL && stat(file, &is) == 0 && S_ISREG(is.st_mode);
        if (read) hash = key_file(key_text(hash, entry[i]->d_name), file, arena);
        free(entry[i]);
    }
    if (count >= 0) free(entry);
    return hash;
}

static uint64_t key_named(dt_keys *keys, const char *path) {
    struct stat is;
    for (const known *k = keys->known; k != NULL; k = k->next)
        if (strcmp(k->path, path) == 0) return k->hash;
    known *new = dt_arena_take(keys->arena, 1, sizeof *new);
    *new = (known){ dt_arena_text(keys->arena, "%s", path), 0, keys->known };
    if (stat(path, &is) == 0 && S_ISDIR(is.st_mode)) new->hash = key_folder(0, path, keys->arena);
    else new->hash = key_file(0, path, keys->arena);
    keys->known = new;
    return new->hash;
}

/* Texts under these keys name files; another text, such as the name of a column, only looks like one. */
static bool key_is_file(const char *key) {
    static const char *const keys[] = { "path", "test", "test_path" };
    for (size_t i = 0; key != NULL && i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0) return true;
    return false;
}

static uint64_t key_files(dt_keys *keys, uint64_t hash, const dt_config *node) {
    const char *found;
    for (const dt_config *c = node->first; c != NULL; c = c->next) {
        hash = key_files(keys, hash, c);
        if (c->kind != DT_CONFIG_TEXT || !key_is_file(c->key)) continue;
        if (dt_file_find("", c->text, "", NULL, &found, keys->arena) != DT_OK) continue;
        uint64_t contents = key_named(keys, found);
        hash = dt_hash(hash, &contents, sizeof contents);
    }
    return hash;
}

uint64_t dt_keys_run(dt_keys *keys, const dt_plan_run *run) {
    uint64_t hash = key_text(key_text(0, DT_VERSION), dt_engine_version());
    hash = key_text(hash, dt_config_json(run->config, keys->arena));
    hash = dt_hash(hash, &run->platform->hash, sizeof run->platform->hash);
    if (keys->plan->on_evaluate.call != NULL) hash = key_text(hash, keys->plan->source);
    return key_files(keys, hash, run->config);
}

uint64_t dt_keys_training(dt_keys *keys, const dt_plan_run *run, uint64_t program) {
    uint64_t training = dt_plan_training(keys->plan, run);
    if (training == 0) return 0;
    uint64_t hash = key_text(dt_hash(training, &program, sizeof program), DT_VERSION);
    if (keys->plan->on_evaluate.call != NULL) hash = key_text(hash, keys->plan->source);
    return key_files(keys, hash, run->config);
}

uint64_t dt_keys_program(dt_arena *arena) { return key_file(0, "/proc/self/exe", arena); }

const char *dt_keys_text(uint64_t key, dt_arena *arena) { return dt_arena_text(arena, "%016" PRIx64, key); }
