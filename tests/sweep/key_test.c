/* key_test.c - a run's key changes with all that decides its result, and with nothing else. */
#include "tests/test.h"
#include "sweep/key.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct scene { char folder[32]; dt_arena *arena; dt_config *config; dt_platform platform;
                       dt_plan_run run; dt_plan plan; } scene;

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int begin(void **fixture) {
    scene *s = calloc(1, sizeof *s);
    strcpy(s->folder, "/tmp/dtsim-key-XXXXXX");
    if (mkdtemp(s->folder) == NULL) return -1;
    s->arena = dt_arena_new(1 << 16);
    s->config = dt_config_new(s->arena);
    dt_config_set_number(s->config, "seed", 1, s->arena);
    s->run = (dt_plan_run){ .config = s->config, .platform = &s->platform };
    s->plan = (dt_plan){ .source = "return 1", .run = &s->run, .runs = 1 };
    *fixture = s;
    return 0;
}

static int end(void **fixture) {
    scene *s = *fixture;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    int code = system(command);
    dt_arena_free(s->arena);
    free(s);
    return code;
}

static uint64_t key(const scene *s) { return dt_keys_run(dt_keys_new(&s->plan, s->arena), &s->run); }

static void equal_runs_have_equal_keys_whatever_their_number(void **fixture) {
    scene *s = *fixture;
    uint64_t first = key(s);
    s->run.id = 7;
    s->plan.source = "return 2";
    assert_int_equal(key(s), first);
}

static void a_value_and_the_platform_count(void **fixture) {
    scene *s = *fixture;
    uint64_t first = key(s);
    s->platform.hash = 7;
    uint64_t second = key(s);
    dt_config_set_number(s->config, "seed", 2, s->arena);
    assert_int_not_equal(first, second);
    assert_int_not_equal(second, key(s));
}

static dt_status watch(void *owner, dt_metric_list *columns, dt_mark *mark, bool *stop) {
    (void)owner;
    (void)columns;
    (void)mark;
    *stop = true;
    return DT_OK;
}

static void the_text_counts_where_a_hook_watches(void **fixture) {
    scene *s = *fixture;
    s->plan.on_evaluate = (dt_hook){ watch, NULL };
    uint64_t first = key(s);
    s->plan.source = "return 2";
    assert_int_not_equal(first, key(s));
}

static void contents_of_files_and_folders_count(void **fixture) {
    scene *s = *fixture;
    const char *folder = dt_arena_text(s->arena, "%s/set", s->folder), *file = dt_arena_text(s->arena, "%s/train-labels-idx1-ubyte", folder);
    assert_int_equal(mkdir(folder, 0777), 0);
    write_text(file, "1 2 3");
    dt_config *data = dt_config_set_table(s->config, "data", s->arena);
    const char *named[] = { folder, file };
    for (int i = 0; i < 2; i++) {
        dt_config_set_text(data, "path", named[i], s->arena);
        write_text(file, "1 2 3");
        uint64_t first = key(s);
        write_text(file, "1 2 4");
        assert_int_not_equal(first, key(s));
        write_text(file, "1 2 3");
        assert_int_equal(first, key(s));
    }
}

/* A decimal point is no folder, a column is no file, and what stands beside the files of IDX is not read. */
static void only_what_is_read_counts(void **fixture) {
    scene *s = *fixture;
    const char *file = dt_arena_text(s->arena, "%s/x", s->folder);
    dt_config *data = dt_config_set_table(s->config, "data", s->arena);
    write_text(file, "1 2 3");
    dt_config_set_text(data, "decimal", s->folder, s->arena);
    dt_config_set_text(data, "column", file, s->arena);
    dt_config_set_text(data, "path", s->folder, s->arena);
    uint64_t first = key(s);
    write_text(file, "1 2 4");
    assert_int_equal(first, key(s));
}

static void the_program_has_one_key(void **fixture) {
    scene *s = *fixture;
    uint64_t program = dt_keys_program(s->arena);
    assert_int_equal(program, dt_keys_program(s->arena));
    assert_int_not_equal(program, 0);
    assert_string_equal(dt_keys_text(0x12abu, s->arena), "00000000000012ab");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(equal_runs_have_equal_keys_whatever_their_number), TEST(a_value_and_the_platform_count),
        TEST(the_text_counts_where_a_hook_watches), TEST(contents_of_files_and_folders_count),
        TEST(only_what_is_read_counts), TEST(the_program_has_one_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
