/* profile_test.c - a table of layers is read as it stands, and refused where it is not one. */
#include "tests/test.h"
#include "layer/graph.h"
#include "model/model.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const dt_shape any = { 1, 2, 0, 0, 0 };

static dt_status open_text(const char *text, dt_model *m, dt_arena *arena) {
    char path[] = "/tmp/dtsim-profile-XXXXXX";
    FILE *out = fdopen(mkstemp(path), "w");
    fputs(text, out);
    fclose(out);
    dt_config *config = dt_config_new(arena);
    dt_config_set_text(config, NULL, "profile", arena);
    dt_config_set_text(config, "path", path, arena);
    dt_status status = dt_model_open(m, config, &any, arena);
    unlink(path);
    return status;
}

#define HEAD "layer,params,fwd_flops,bwd_flops,act_bytes\n"

static void layers_follow_each_other(void **fixture) {
    (void)fixture;
    dt_model m;
    dt_arena *arena = dt_arena_new(0);
    assert_ok(open_text(HEAD "conv1,100,5e3,1e4,64\r\npool,0,10,20,16\nfc,50,100,200,4\n", &m, arena));
    assert_int_equal(m.n, 150);
    assert_int_equal(m.layers, 3);
    assert_int_equal(m.layer[2].first, 100);
    assert_string_equal(m.layer[1].name, "pool");
    assert_near(m.forward_flops, 5110, 0);
    assert_near(m.backward_flops, 10220, 0);
    dt_arena_free(arena);
}

static void what_is_no_table_is_refused_with_its_line(void **fixture) {
    (void)fixture;
    dt_model m;
    dt_arena *arena = dt_arena_new(0);
    assert_refused(open_text("a,b\n", &m, arena), DT_EFORMAT, "as its first line, got \"a,b\"");
    assert_refused(open_text(HEAD "conv1,100,5,x,64\n", &m, arena), DT_EFORMAT, "line 2, field 4: expected a number of at least 0, got \"x\"");
    assert_refused(open_text(HEAD "conv1,100,5\n", &m, arena), DT_EFORMAT, "line 2, field 4: expected a number of at least 0, got \"\"");
    assert_refused(open_text(HEAD "conv1\n", &m, arena), DT_EFORMAT, "line 2: expected five fields");
    assert_refused(open_text(HEAD "conv1,1,2,3,4,conv0\n", &m, arena), DT_EFORMAT, "line 2: expected five fields, as in the first line, got more");
    assert_refused(open_text(HEAD "conv1,-1,5,5,64\n", &m, arena), DT_EFORMAT, "line 2, field 2: expected a number of at least 0, got \"-1\"");
    assert_refused(open_text(HEAD, &m, arena), DT_EFORMAT, "expected layers with parameters, got none");
    assert_refused(open_text("", &m, arena), DT_EFORMAT, "expected layers with parameters, got none");
    dt_arena_free(arena);
}

#define GRAPH "layer,params,fwd_flops,bwd_flops,act_bytes,after\n"

/* Ascending, whatever the order of the names; the nearest row above of a name. */
static void a_column_after_makes_a_graph(void **fixture) {
    (void)fixture;
    dt_model m;
    dt_arena *arena = dt_arena_new(0);
    assert_ok(open_text(GRAPH "a,1,1,1,4\na,1,1,1,4,-\nb,1,1,1,4,\nc,1,1,1,4,b a\n", &m, arena));
    assert_null(m.layer[0].after);
    assert_non_null(m.layer[1].after);
    assert_int_equal(m.layer[1].afters, 0);
    assert_null(m.layer[2].after);
    assert_int_equal(m.layer[3].afters, 2);
    assert_int_equal(m.layer[3].after[0], 1);
    assert_int_equal(m.layer[3].after[1], 2);
    const dt_layer_graph g = dt_layer_graph_of(m.layer, m.layers, arena);
    const size_t needs[] = { 0, 0, 1, 2 }, first[] = { 0, 0, 2, 3, 3 }, next[] = { 2, 3, 3 };
    assert_memory_equal(g.needs, needs, sizeof needs);
    assert_memory_equal(g.first, first, sizeof first);
    assert_memory_equal(g.next, next, sizeof next);
    assert_refused(open_text(GRAPH "conv,1,1,1,4\nb,1,1,1,4,conf\n", &m, arena), DT_EFORMAT, "line 3, after: expected names of layers in "
                   "lines above, got \"conf\"; did you mean \"conv\"?");
    assert_refused(open_text(GRAPH "a,1,1,1,4,a\n", &m, arena), DT_EFORMAT, "got \"a\"");
    assert_refused(open_text(GRAPH "a,1,1,1,4\nb,1,1,1,4,- a\n", &m, arena), DT_EFORMAT, "got \"a\"");
    assert_refused(open_text(GRAPH "a,1,1,1,4\nb,1,1,1,4,a a\n", &m, arena), DT_EFORMAT, "got \"a\" twice");
    dt_arena_free(arena);
}

static void a_byte_order_mark_is_no_part_of_the_header(void **fixture) {
    (void)fixture;
    dt_model m;
    dt_arena *arena = dt_arena_new(0);
    assert_ok(open_text("\xEF\xBB\xBF" HEAD "conv1,100,5e3,1e4,64\n", &m, arena));
    assert_int_equal(m.n, 100);
    dt_arena_free(arena);
}

static dt_status open_name(const char *name, dt_model *m, dt_arena *arena) {
    dt_config *config = dt_config_new(arena);
    dt_config_set_text(config, NULL, "profile", arena);
    dt_config_set_text(config, "path", name, arena);
    return dt_model_open(m, config, &any, arena);
}

static void a_shipped_profile_is_known_by_its_name(void **fixture) {
    (void)fixture;
    dt_model m;
    dt_arena *arena = dt_arena_new(0);
    setenv("DTSIM_HOME", ".", 1);
    assert_ok(open_name("resnet50", &m, arena));
    assert_int_equal(m.n, 25557032);
    assert_string_equal(m.layer[m.layers - 1].name, "fc");
    assert_refused(open_name("resnet5", &m, arena), DT_ENOTFOUND, "did you mean \"resnet50\"?");
    assert_refused(open_name("./resnet50", &m, arena), DT_ENOTFOUND, "shipped are alexnet, bert_base, inception_v3, resnet50");
    assert_refused(open_name("", &m, arena), DT_EINVAL, "a shipped profile");
    setenv("DTSIM_HOME", "/nowhere", 1);
    assert_refused(open_name("resnet50", &m, arena), DT_ENOTFOUND, "there is no profile");
    unsetenv("DTSIM_HOME");
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_follow_each_other),
        cmocka_unit_test(what_is_no_table_is_refused_with_its_line),
        cmocka_unit_test(a_column_after_makes_a_graph),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_the_header),
        cmocka_unit_test(a_shipped_profile_is_known_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
