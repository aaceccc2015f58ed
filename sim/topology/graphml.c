/* graphml.c - nodes and edges of a GraphML file, whose nodes become the workers.
 * Source: Brandes, Eiglsperger, Lerner, Pich 2013, "Graph Markup Language (GraphML)".  A node's data and ports are left
 * out, and an edge joins its two nodes whatever its direction.  Several graphs, graphs within nodes and hyperedges are
 * refused.  expat reads the XML and bounds what its entities may grow to. */
#include "topology/read.h"
#include "base/xml.h"
#include "base/warn.h"
#include <ctype.h>
#include <gsl/gsl_sort_ulong.h>
#include <stdlib.h>
#include <string.h>

typedef struct node { const char *id; size_t worker; unsigned long line; } node;
typedef struct edge { const char *from, *to; bool directed; unsigned long line; } edge;

typedef struct graphml {
    const dt_topology_source *source;
    XML_Parser parser;
    dt_status  status;          /* the first refusal, after which nothing is read */
    size_t     depth, skipped;  /* elements that are open; the depth of one whose inside is left out, or 0 */
    size_t     graphs;
    bool       directed;        /* edges are, unless they say otherwise */
    node      *node;            /* [nodes], but no more than there are workers */
    size_t     nodes;
    edge      *edge;            /* [edges] */
    size_t     edges, room;
} graphml;

/* Stop reading; the message names the line and the reason. */
static void graphml_refuse(graphml *g, const char *reason, const char *name) {
    g->status = dt_fail(DT_EFORMAT, "%s, line %lu: %s%s%s", g->source->path, dt_xml_line(g->parser), reason,
                        name == NULL ? "" : " ", name == NULL ? "" : name);
    XML_StopParser(g->parser, XML_FALSE);
}

static const char *graphml_attribute(const char **attribute, const char *name) {
    for (; attribute[0] != NULL; attribute += 2)
        if (strcmp(attribute[0], name) == 0) return attribute[1];
    return NULL;
}

static const char *graphml_copy(const graphml *g, const char *text) {
    return dt_arena_copy(g->source->scratch, text, strlen(text));
}

static void graphml_graph(graphml *g, const char **attribute) {
    const char *mode = graphml_attribute(attribute, "edgedefault");
    if (++g->graphs > 1) graphml_refuse(g, "a second <graph> begins; a file with one graph is expected", NULL);
    g->directed = mode != NULL && strcmp(mode, "directed") == 0;
}

static void graphml_node(graphml *g, const char **attribute) {
    const char *id = graphml_attribute(attribute, "id");
    if (id == NULL) graphml_refuse(g, "a <node> has no id", NULL);
    else if (g->nodes++ < g->source->workers)
        g->node[g->nodes - 1] = (node){ graphml_copy(g, id), g->nodes - 1, dt_xml_line(g->parser) };
}

static void graphml_edge(graphml *g, const char **attribute) {
    const char *from = graphml_attribute(attribute, "source"), *to = graphml_attribute(attribute, "target");
    const char *directed = graphml_attribute(attribute, "directed");
    if (from == NULL || to == NULL) {
        graphml_refuse(g, "an <edge> does not name its source and its target", NULL);
        return;
    }
    if (g->edges == g->room) {
        edge *old = g->edge;
        g->room = g->room == 0 ? 4 * g->source->workers : 2 * g->room;
        g->edge = dt_arena_take(g->source->scratch, g->room, sizeof *g->edge);
        if (old != NULL) memcpy(g->edge, old, g->edges * sizeof *old);
    }
    g->edge[g->edges++] = (edge){ graphml_copy(g, from), graphml_copy(g, to),
                                  directed != NULL ? strcmp(directed, "true") == 0 : g->directed,
                                  dt_xml_line(g->parser) };
}

/* graphml / graph / node or edge; an element of another name is left out with all that is in it. */
static void graphml_begin(void *state, const char *name, const char **attribute) {
    graphml *g = state;
    const char *colon = strrchr(name, ':'), *local = colon == NULL ? name : colon + 1;
    g->depth++;
    if (g->status != DT_OK || g->skipped > 0) return;
    bool graph = strcmp(local, "graph") == 0;
    if (g->depth == 1 && strcmp(local, "graphml") != 0)
        graphml_refuse(g, "the file is XML, but its first element is not <graphml>; it is", name);
    else if (g->depth == 2 && graph) graphml_graph(g, attribute);
    else if (g->depth == 3 && strcmp(local, "node") == 0) graphml_node(g, attribute);
    else if (g->depth == 3 && strcmp(local, "edge") == 0) graphml_edge(g, attribute);
    else if (g->depth == 3 && strcmp(local, "hyperedge") == 0)
        graphml_refuse(g, "a <hyperedge> joins any number of nodes; only edges between two nodes are read", NULL);
    else if (g->depth > 3 && graph)
        graphml_refuse(g, "a <graph> stands within a node or an edge; a file with one plain graph is expected", NULL);
    else if (g->depth > 1) g->skipped = g->depth;
}

static void graphml_end(void *state, const char *name) {
    graphml *g = state;
    (void)name;
    if (g->skipped == g->depth) g->skipped = 0;
    g->depth--;
}

/* expat's own sentences, but for the one of a file that ends too early. */
static dt_status graphml_broken(const graphml *g) {
    enum XML_Error code = XML_GetErrorCode(g->parser);
    const char *path = g->source->path, *why = XML_ErrorString(code);
    unsigned long line = dt_xml_line(g->parser);
    if (g->status != DT_OK) return g->status;
    if (code == XML_ERROR_NO_MEMORY) dt_die(DT_EMEMORY, "no memory is left to read %s", path);
    if (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN)
        why = "the file ends before its last element does";
    return dt_fail(DT_EFORMAT, "%s, line %lu is not well-formed XML: %s", path, line, why);
}

static dt_status graphml_parse(graphml *g) {
    enum { BLOCK = 1 << 16 };
    for (long got = BLOCK; got == BLOCK;) {
        void *block = XML_GetBuffer(g->parser, BLOCK);
        if (block == NULL) return graphml_broken(g);
        got = dt_source_read(g->source->in, block, BLOCK);
        if (got < 0) return DT_OK;      /* the caller knows zlib's reason */
        if (XML_ParseBuffer(g->parser, (int)got, got < BLOCK) != XML_STATUS_OK) return graphml_broken(g);
    }
    return DT_OK;
}

/* ---- from nodes to workers ------------------------------------------------------------------ */

/* The number that an id ends in; head is the length of what stands before it. */
static bool graphml_number(const char *id, size_t *head, unsigned long *number) {
    size_t length = strlen(id);
    for (*head = length; *head > 0 && isdigit((unsigned char)id[*head - 1]); --*head) {}
    *number = strtoul(id + *head, NULL, 10);
    return *head < length && length - *head < 10;
}

/* Ids such as n0 .. n7, or 1 .. 8, say which worker is meant, in whatever order they stand; other ids are names. */
static void graphml_order(graphml *g) {
    dt_arena *scratch = g->source->scratch;
    bool *taken = dt_arena_take(scratch, g->nodes + 1, sizeof *taken);
    unsigned long *number = dt_arena_take(scratch, g->nodes, sizeof *number), least = 1;
    size_t head, front;
    for (size_t i = 0; i < g->nodes; i++) {
        const char *id = g->node[i].id;
        if (!graphml_number(id, &head, &number[i]) || number[i] > g->nodes || taken[number[i]]) return;
        if (i == 0) front = head;
        if (head != front || strncmp(id, g->node[0].id, head) != 0) return;
        taken[number[i]] = true;
        if (number[i] < least) least = number[i];
    }
    if (least == 0 && taken[g->nodes]) return;
    for (size_t i = 0; i < g->nodes; i++) g->node[i].worker = number[i] - least;
}

static int node_compare(const void *a, const void *b) { return strcmp(((const node *)a)->id, ((const node *)b)->id); }

static dt_status graphml_nodes(graphml *g) {
    const char *path = g->source->path;
    if (g->graphs == 0) return dt_fail(DT_EFORMAT, "%s: expected a <graph>, got none", path);
    if (g->nodes != g->source->workers)
        return dt_fail_at(DT_EINVAL, "topology.path", "%s: expected %zu nodes, one for each worker, got %zu: set workers = %zu",
                          path, g->source->workers, g->nodes, g->nodes);
    graphml_order(g);
    qsort(g->node, g->nodes, sizeof *g->node, node_compare);
    for (size_t i = 1; i < g->nodes; i++)
        if (node_compare(&g->node[i - 1], &g->node[i]) == 0)
            return dt_fail(DT_EFORMAT, "%s: the nodes of lines %lu and %lu have the same id, \"%s\"", path,
                           g->node[i - 1].line, g->node[i].line, g->node[i].id);
    return DT_OK;
}

static dt_status graphml_find(const graphml *g, const edge *e, const char *id, size_t *worker) {
    const node wanted = { .id = id }, *found = bsearch(&wanted, g->node, g->nodes, sizeof wanted, node_compare);
    if (found == NULL)
        return dt_fail(DT_EFORMAT, "%s, line %lu: an edge names the node \"%s\", which the file does not hold",
                       g->source->path, e->line, id);
    *worker = found->worker;
    return DT_OK;
}

/* Gossip sends both ways.  Where each directed edge has its reverse, that is what the file says, too. */
static void graphml_directed(const graphml *g, unsigned long *arc, size_t arcs) {
    size_t single = 0;
    if (arcs > 0) gsl_sort_ulong(arc, 1, arcs);
    for (size_t i = 0; i < arcs; i++) {
        unsigned long reverse = arc[i] << 32 | arc[i] >> 32;
        size_t low = 0, high = arcs;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (arc[middle] < reverse) low = middle + 1;
            else high = middle;
        }
        single += low == arcs || arc[low] != reverse;
    }
    if (single > 0)
        dt_warn("topology.path", "%zu of the edges in %s go in one direction only; gossip sends over every edge in both "
                "directions", single, g->source->path);
}

static dt_status graphml_edges(const graphml *g) {
    unsigned long *arc = dt_arena_take(g->source->scratch, g->edges, sizeof *arc);
    size_t arcs = 0, a = 0, b = 0;
    for (size_t i = 0; i < g->edges; i++) {
        const edge *e = &g->edge[i];
        DT_TRY(graphml_find(g, e, e->from, &a));
        DT_TRY(graphml_find(g, e, e->to, &b));
        if (e->directed) arc[arcs++] = (unsigned long)a << 32 | b;
        dt_edges_add(g->source->edges, a, b);
    }
    graphml_directed(g, arc, arcs);
    return DT_OK;
}

dt_status dt_topology_read_graphml(const dt_topology_source *from) {
    graphml g = { .source = from, .parser = XML_ParserCreate(NULL) };
    if (g.parser == NULL) dt_die(DT_EMEMORY, "no memory is left to read %s", from->path);
    g.node = dt_arena_take(from->scratch, from->workers, sizeof *g.node);
    XML_SetUserData(g.parser, &g);
    XML_SetElementHandler(g.parser, graphml_begin, graphml_end);
    dt_status status = graphml_parse(&g);
    XML_ParserFree(g.parser);
    DT_TRY(status);
    DT_TRY(graphml_nodes(&g));
    return graphml_edges(&g);
}
