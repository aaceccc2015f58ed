/* file_test.c - graphs that other programs have written: edge lists in their dialects, and GraphML. */
#include "tests/test.h"
#include "base/warn.h"
#include "topology/topology.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

static const char unset[] = "";

/* The graph of a file that holds text; first as the scenario says it, unset: not at all. */
static dt_status from_bytes(const char *text, size_t length, bool packed, const char *first, size_t workers,
                            dt_topology *t, dt_arena *run) {
    char *name = dt_arena_text(run, "/tmp/dtsim_graph_XXXXXX");
    gzFile out = gzdopen(mkstemp(name), packed ? "wb" : "wbT");
    gzwrite(out, text, (unsigned)length);
    gzclose(out);
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "file", run);
    dt_config_set_text(node, "path", name, run);
    if (first != unset) dt_config_set_number(node, "first", atof(first), run);
    dt_status status = dt_topology_make(node, workers, 1, t, run);
    unlink(name);
    return status;
}

static dt_status from_text(const char *text, size_t workers, dt_topology *t, dt_arena *run) {
    return from_bytes(text, strlen(text), false, unset, workers, t, run);
}

/* The edges as "0-1 1-2", each once and in order. */
static const char *edges_of(const dt_topology *t, dt_arena *run) {
    char *text = dt_arena_take(run, 16 * t->start[t->workers] + 1, 1), *at = text;
    for (size_t r = 0; r < t->workers; r++)
        for (size_t e = t->start[r]; e < t->start[r + 1]; e++)
            if (r < t->neighbour[e]) at += sprintf(at, "%s%zu-%zu", at == text ? "" : " ", r, t->neighbour[e]);
    return text;
}

/* What has been warned of since the last call. */
static const char *warned(dt_arena *run) {
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    dt_warn_say(out);
    fclose(out);
    const char *copy = dt_arena_copy(run, text, length);
    free(text);
    return copy;
}

static const char ring[] = "0-1 0-3 1-2 2-3";

static void every_dialect_of_an_edge_list_is_read(void **fixture) {
    const char *const ring_of[] = {
        "\xEF\xBB\xBF" "0 1\n1 2\n2 3\n3 0\n",                                      /* a byte order mark */
        "\xEF\xBB\xBF" "source,target\r\n0,1\r\n1,2\r\n2,3\r\n3,0\r\n",
        "\"0\",\"1\"\n\"1\",\"2\"\n\"2\" , \"3\"\n\"3\",\"0\"\n",
        "\"from\";\"to\"\n\"0\";\"1\"\n1;2\n2;3\n3;0\n",
        "% sym unweighted\n% 4 4 4\n0 1\n1 2\n2 3\n3 0\n",                          /* KONECT */
        "# FromNodeId\tToNodeId\n0\t1\n1\t2\n2\t3\n3\t0\n",                         /* SNAP */
        "0 1 {}\n1 2 {'weight': 2.5}\n2 3 {'name': 'a, b'}\n3 0 {}\n",              /* networkx */
        "0 1 {'weight': 2.5, 'x': 1}\n1 2 {}\n2 3\n3 0 {}\n",
        "0.0 1.0\n1.0 2.0\n2.0 3.0\n3.0 0.0\n",
        "0 0\n0 1\n1 2\n2 3\n3 0\n2 2\n",
        "0 1\n1 0\n1 2\n2 1\n2 3\n3 2\n3 0\n0 3\n",
        "4 4\n0 1\n1 2\n2 3\n3 0\n",                                                /* workers and edges */
        "4,5\n0,1\n1,2\n2,3\n3,0\n0,1\n",
        "id,Source,Target\n7,0,1\n8,1,2\n9,2,3\n10,3,0\n",                          /* columns by their names */
        "target,weight,source\n0,9,1\n1,9,2\n2,9,3\n3,9,0\n",
        "network,a,b\nx y,0,1\n\"x, y\",1,2\n,2,3\nz,3,0\n",
    };
    for (size_t i = 0; i < sizeof ring_of / sizeof *ring_of; i++) {
        dt_topology t;
        assert_ok(from_text(ring_of[i], 4, &t, *fixture));
        assert_string_equal(edges_of(&t, *fixture), ring);
        assert_near(t.gap, 2.0 / 3, 1e-12);
        assert_string_equal(warned(*fixture), "");
    }
}

static void columns_that_only_their_place_tells_are_said(void **fixture) {
    dt_topology t;
    assert_ok(from_text(",one,other\n0,0,1\n1,1,2\n2,2,3\n3,3,0\n", 4, &t, *fixture));
    assert_string_equal(edges_of(&t, *fixture), ring);
    assert_non_null(strstr(warned(*fixture), "of the 3 columns of"));
    assert_ok(from_text(",one,other\n0,0,1\n1,1,2\n2,2,3\n3,3,0\n", 4, &t, *fixture));
    assert_non_null(strstr(warned(*fixture), "\"one\" and \"other\" are read as the two workers"));
    assert_ok(from_text("one,other,km\n0,1,9\n1,2,9\n2,3,9\n3,0,9\n", 4, &t, *fixture));
    assert_string_equal(edges_of(&t, *fixture), ring);
    assert_non_null(strstr(warned(*fixture), "\"one\" and \"other\" are read as the two workers"));
    assert_ok(from_text("one,other\n0,1\n1,2\n2,3\n3,0\n", 4, &t, *fixture));
    assert_string_equal(warned(*fixture), "");
}

static void a_list_from_1_is_read_from_1_and_said(void **fixture) {
    dt_topology t;
    const char *text = "1 2\n2 3\n3 4\n4 1\n", *matrix = "%%MatrixMarket matrix coordinate\n4 4 4\n2 1\n3 2\n4 3\n4 1\n";
    assert_ok(from_bytes(text, strlen(text), false, "1", 4, &t, *fixture));
    assert_string_equal(edges_of(&t, *fixture), ring);
    assert_string_equal(warned(*fixture), "");
    assert_ok(from_text(text, 4, &t, *fixture));
    assert_string_equal(edges_of(&t, *fixture), ring);
    assert_non_null(strstr(warned(*fixture), "counts its 4 workers from 1, so its worker 1 is worker 0 here; first = 1"));
    assert_ok(from_text(matrix, 4, &t, *fixture));
    assert_string_equal(edges_of(&t, *fixture), ring);
}

static void numbers_that_fit_no_counting_are_refused_with_both(void **fixture) {
    dt_topology t;
    const char *from_1 = "1 2\n2 3\n3 4\n4 1\n", *from_0 = "0 1\n1 2\n";
    assert_refused(from_text("0 1\n1 2\n2 3\n3 4\n", 4, &t, *fixture), DT_EINVAL,
                   "line 4 names worker 4, but the 4 workers are 0 to 3, or 1 to 4 in a file without a worker 0");
    assert_string_equal(dt_reason_path(), "topology.path");
    assert_refused(from_text("1 2\n5 3\n", 4, &t, *fixture), DT_EINVAL, "line 2 names worker 5");
    assert_refused(from_bytes(from_1, strlen(from_1), false, "0", 4, &t, *fixture), DT_EINVAL,
                   "line 3 names worker 4, but with first = 0 the 4 workers are 0 to 3");
    assert_refused(from_bytes(from_0, strlen(from_0), false, "1", 3, &t, *fixture), DT_EINVAL,
                   "line 1 names worker 0, but with first = 1 the 3 workers are 1 to 3");
    assert_refused(from_text("1 2\n2 3\n3 1\n", 4, &t, *fixture), DT_EINVAL, "expected a connected graph");
}

/* 5 workers and 4 edges, or an edge between the workers 5 and 4 of a list from 1. */
static void a_first_line_of_two_meanings_is_refused(void **fixture) {
    dt_topology t;
    const char *tree = "5 4\n1 2\n2 3\n3 4\n4 5\n";
    assert_refused(from_text(tree, 5, &t, *fixture), DT_EFORMAT, "\"5 4\" may be an edge, or the numbers of workers and");
    assert_ok(from_text("4 5\n1 2\n2 3\n3 4\n5 4\n", 5, &t, *fixture));
    assert_string_equal(edges_of(&t, *fixture), "0-1 1-2 2-3 3-4");
    assert_ok(from_text("5 4\n0 1\n1 2\n2 3\n3 4\n", 5, &t, *fixture));
    assert_string_equal(edges_of(&t, *fixture), "0-1 1-2 2-3 3-4");
}

static void what_is_no_edge_list_is_refused_by_line(void **fixture) {
    dt_topology t;
    static const char wide[] = "\xFF\xFE" "0\0 \0001\0\n";
    assert_refused(from_text("0 1\n1 2.5\n", 3, &t, *fixture), DT_EFORMAT, "line of an edge list, got \"1 2.5\"");
    assert_string_equal(dt_reason_path(), "topology.path");
    assert_refused(from_text("graph [\n  node [ id 0 ]\n", 3, &t, *fixture), DT_EFORMAT, "line 2");
    assert_refused(from_text("0 1\n0x1 2\n", 3, &t, *fixture), DT_EFORMAT, "the file may also be GraphML");
    assert_refused(from_text("source,target\n0\n", 3, &t, *fixture), DT_EFORMAT, "line of an edge list, got \"0\"");
    assert_refused(from_text("{ \"nodes\": [] }\n# nothing\n", 3, &t, *fixture), DT_EFORMAT, "got no edge");
    assert_refused(from_text("0 nan\n", 3, &t, *fixture), DT_EFORMAT, "line 1");
    assert_refused(from_bytes(wide, sizeof wide, false, unset, 3, &t, *fixture), DT_EFORMAT, "save it as UTF-8");
}

/* ---- GraphML ------------------------------------------------------------------------------- */

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n" \
             "<key id=\"d0\" for=\"node\" attr.name=\"graph\" attr.type=\"string\"/>\n"
#define GRAPH "<graph edgedefault=\"undirected\">\n"
#define FOOT "</graph></graphml>\n"
#define NODE(id) "<node id=\"" id "\"/>"
#define EDGE(a, b) "<edge source=\"" a "\" target=\"" b "\"/>\n"
#define RING(a, b, c, d) EDGE(a, b) EDGE(b, c) EDGE(c, d) EDGE(d, a)

static void graphml_maps_nodes_by_number_or_else_in_their_order(void **fixture) {
    const char *const ring_of[] = {
        HEAD GRAPH NODE("n0") NODE("n1") NODE("n2") NODE("n3") RING("n0", "n1", "n2", "n3") FOOT,
        HEAD GRAPH NODE("3") NODE("1") NODE("0") NODE("2") RING("0", "1", "2", "3") FOOT,           /* any order */
        HEAD GRAPH NODE("4") NODE("2") NODE("1") NODE("3") RING("1", "2", "3", "4") FOOT,           /* from 1 */
        HEAD GRAPH NODE("Rome") NODE("Oslo") NODE("Bern") NODE("Kiev") RING("Rome", "Oslo", "Bern", "Kiev") FOOT,
        HEAD GRAPH NODE("30") NODE("10") NODE("20") NODE("40") RING("30", "10", "20", "40") FOOT,   /* with gaps: names */
        HEAD GRAPH NODE("0") NODE("4") NODE("2") NODE("1") RING("0", "4", "2", "1") FOOT,
        HEAD GRAPH NODE("b1") NODE("a0") NODE("a2") NODE("a3") RING("b1", "a0", "a2", "a3") FOOT,
        HEAD GRAPH RING("0", "1", "2", "3") NODE("0") NODE("1") NODE("2") NODE("3") FOOT,           /* edges first */
        "\xEF\xBB\xBF" HEAD GRAPH NODE("n0") NODE("n1") NODE("n2") NODE("n3") RING("n0", "n1", "n2", "n3") FOOT,
        "<g:graphml xmlns:g='x'><g:graph edgedefault='undirected'><g:node id='0'/><g:node id='1'/><g:node id='2'/>"
        "<g:node id='3'><g:port name='p'/><g:data key='d0'><node id='9'/><graph/></g:data></g:node>"
        "<g:edge source='0' target='1' sourceport='p'/><g:edge source='1' target='2'/><g:edge source='2' target='3'/>"
        "<g:edge source='3' target='0'/></g:graph></g:graphml>",
    };
    warned(*fixture);
    for (size_t i = 0; i < sizeof ring_of / sizeof *ring_of; i++)
        for (int packed = 0; packed < 2; packed++) {
            dt_topology t;
                assert_ok(from_bytes(ring_of[i], strlen(ring_of[i]), packed, unset, 4, &t, *fixture));
            assert_string_equal(edges_of(&t, *fixture), ring);
            assert_string_equal(warned(*fixture), "");
        }
}

static void directed_edges_are_said_where_one_has_no_reverse(void **fixture) {
    dt_topology t;
    assert_ok(from_text(HEAD "<graph edgedefault=\"directed\">" NODE("0") NODE("1") EDGE("0", "1") EDGE("1", "0") FOOT, 2, &t,
                        *fixture));
    assert_string_equal(warned(*fixture), "");
    assert_ok(from_text(HEAD "<graph edgedefault=\"directed\">" NODE("0") NODE("1") NODE("2") EDGE("0", "1") EDGE("1", "0")
                        EDGE("2", "1") FOOT, 3, &t, *fixture));
    assert_string_equal(edges_of(&t, *fixture), "0-1 1-2");
    assert_non_null(strstr(warned(*fixture), "topology.path: 1 of the edges in"));
}

static void graphml_that_is_no_plain_graph_is_refused(void **fixture) {
    dt_topology t;
    const struct { const char *text, *reason; } bad[] = {
        { HEAD GRAPH NODE("0") NODE("1") "\n<hyperedge/>" FOOT, "line 6: a <hyperedge> joins" },
        { HEAD GRAPH NODE("0") "<node id='1'><graph>" NODE("a") "</graph></node>" FOOT, "line 5: a <graph> stands within" },
        { HEAD GRAPH NODE("0") "</graph>" GRAPH FOOT, "line 5: a second <graph>" },
        { HEAD GRAPH NODE("0") "<node/>" FOOT, "a <node> has no id" },
        { HEAD GRAPH NODE("0") NODE("1") "<edge source='0'/>" FOOT, "its source and its target" },
        { HEAD GRAPH NODE("0") NODE("1") "\n" EDGE("0", "2") FOOT, "line 6: an edge names the node \"2\"" },
        { HEAD GRAPH NODE("0") "\n" NODE("0") FOOT, "lines 5 and 6 have the same id, \"0\"" },
        { HEAD "</graphml>", "expected a <graph>, got none" },
        { "<gexf><graph/></gexf>", "not <graphml>; it is gexf" },
        { HEAD GRAPH NODE("0"), "line 5 is not well-formed XML: the file ends before its last element does" },
        { HEAD GRAPH "<node id='0'></edge>" FOOT, "line 5 is not well-formed XML: mismatched tag" },
        { HEAD GRAPH "<node id='&bomb;'/>" FOOT, "line 5 is not well-formed XML: undefined entity" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(from_text(bad[i].text, 2, &t, *fixture), DT_EFORMAT, bad[i].reason);
    assert_refused(from_text(HEAD GRAPH NODE("0") NODE("1") NODE("2") FOOT, 2, &t, *fixture), DT_EINVAL,
                   "expected 2 nodes, one for each worker, got 3");
    assert_refused(from_text(HEAD GRAPH NODE("0") NODE("1") FOOT, 2, &t, *fixture), DT_EINVAL, "expected a connected graph");
    const char *pair = HEAD GRAPH NODE("0") NODE("1") EDGE("0", "1") FOOT;
    assert_refused(from_bytes(pair, strlen(pair), false, "1", 2, &t, *fixture), DT_EINVAL, "leave first out");
    assert_string_equal(dt_reason_path(), "topology.first");
}

/* Entities that grow to gigabytes, and elements within elements without end. */
static void hostile_xml_is_refused_or_read_in_little_memory(void **fixture) {
    enum { LEVELS = 12, DEEP = 200000 };
    dt_topology t;
    char *bomb = dt_arena_take(*fixture, 1 << 13, 1), *deep = dt_arena_take(*fixture, DEEP, 4), *at = bomb;
    at += sprintf(at, "<?xml version='1.0'?>\n<!DOCTYPE graphml [\n<!ENTITY e0 'ha'>\n");
    for (int i = 1; i < LEVELS; i++) {
        at += sprintf(at, "<!ENTITY e%d '", i);
        for (int k = 0; k < 10; k++) at += sprintf(at, "&e%d;", i - 1);
        at += sprintf(at, "'>\n");
    }
    sprintf(at, "]>\n<graphml><graph><node id='0'><data key='a'>&e%d;</data></node></graph></graphml>", LEVELS - 1);
    assert_refused(from_text(bomb, 1, &t, *fixture), DT_EFORMAT, "is not well-formed XML: limit on input amplification");
    for (size_t i = 0; i < DEEP; i++) memcpy(deep + 3 * i, "<a>", 3);
    memcpy(deep, "<graphml>", 9);
    assert_refused(from_text(deep, 1, &t, *fixture), DT_EFORMAT, "the file ends before its last element does");
}

static void the_topology_zoo_is_read(void **fixture) {
    const struct { const char *name; size_t nodes; } known[] = { { "Abilene", 11 }, { "Nsfnet", 13 } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        dt_topology t;
        const char *folder = getenv("DTSIM_DATA"), *name = dt_arena_text(*fixture, "wan/%s.graphml", known[i].name);
        if (folder == NULL || access(dt_arena_text(*fixture, "%s/%s", folder, name), R_OK) != 0) skip();
        dt_config *node = dt_config_new(*fixture);
        dt_config_set_text(node, NULL, "file", *fixture);
        dt_config_set_text(node, "path", name, *fixture);
        assert_ok(dt_topology_make(node, known[i].nodes, 1, &t, *fixture));
    }
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialect_of_an_edge_list_is_read),
        cmocka_unit_test(columns_that_only_their_place_tells_are_said),
        cmocka_unit_test(a_list_from_1_is_read_from_1_and_said),
        cmocka_unit_test(numbers_that_fit_no_counting_are_refused_with_both),
        cmocka_unit_test(a_first_line_of_two_meanings_is_refused),
        cmocka_unit_test(what_is_no_edge_list_is_refused_by_line),
        cmocka_unit_test(graphml_maps_nodes_by_number_or_else_in_their_order),
        cmocka_unit_test(directed_edges_are_said_where_one_has_no_reverse),
        cmocka_unit_test(graphml_that_is_no_plain_graph_is_refused),
        cmocka_unit_test(hostile_xml_is_refused_or_read_in_little_memory),
        cmocka_unit_test(the_topology_zoo_is_read),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
