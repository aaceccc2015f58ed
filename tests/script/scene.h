/* scene.h - what the tests of the script room share: scenarios written into a folder of their own.
 * They run in the project's folder, where lua/ and platforms/ are. */
#ifndef DT_TESTS_SCRIPT_SCENE_H
#define DT_TESTS_SCRIPT_SCENE_H

#include "tests/test.h"
#include "script/script.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct scene {
    char       folder[32];
    dt_arena  *arena;
    dt_script *script;
    dt_plan    plan;
    double     timeout_s;       /* of Lua; 0: the usual */
} scene;

/* The head and the foot of a scenario that can run; lines 1 to 6, and the last. */
#define SCENE_HEAD "local dt = require \"dt\"\nreturn dt.scenario {\n  workers = 4,\n" \
                   "  data = { \"gaussian\", rows = 64 },\n" \
                   "  model = \"softmax\", stop = { steps = 4 },\n  strategy = \"sgd\", "

static int scene_begin(void **fixture) {
    scene *s = calloc(1, sizeof *s);
    strcpy(s->folder, "/tmp/dtsim-script-XXXXXX");
    if (mkdtemp(s->folder) == NULL) return -1;
    s->arena = dt_arena_new(1 << 16);
    *fixture = s;
    return 0;
}

static int scene_end(void **fixture) {
    scene *s = *fixture;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    int code = system(command);
    dt_script_close(s->script);
    dt_arena_free(s->arena);
    free(s);
    return code;
}

static inline const char *scene_file(scene *s, const char *name, const char *text) {
    const char *path = dt_arena_text(s->arena, "%s/%s", s->folder, name);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    return path;
}

/* Load text as tau.lua, with at most one option --set. */
static inline dt_status scene_load_set(scene *s, const char *text, const char *set) {
    const dt_script_options options = { .home = ".", .set = &set, .sets = set != NULL, .timeout_s = s->timeout_s, .memory_bytes = 5e7 };
    dt_script_close(s->script);
    s->script = NULL;
    return dt_script_load(scene_file(s, "tau.lua", text), &options, s->arena, &s->script, &s->plan);
}

static inline dt_status scene_load(scene *s, const char *text) { return scene_load_set(s, text, NULL); }

static inline const char *scene_config(const scene *s, size_t run, const char *path) {
    return dt_config_json(dt_config_at(s->plan.run[run].config, path), s->arena);
}

#endif
