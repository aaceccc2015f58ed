/* file.c - a graph from the user's file: an edge list, where a line "a b" or "a,b" is an edge between two workers, or
 * GraphML.  With names = true the edge list has names, such as a social network's.  When one would use it: the workers' network is known, and gossip is to follow it.
 * Source: the user's file, plain or gzip. */
#include "base/file.h"
#include "topology/read.h"

typedef struct file { const char *path; long first; bool names; } file;

static dt_status file_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                              dt_arena *scratch) {
    (void)graph;
    const file *f = state;
    const char *path = NULL;
    (void)rng;
    if (f->names && f->first >= 0)
        return dt_fail_at(DT_EINVAL, "topology.first", "%ld counts workers that have numbers, but with names = true they have names: leave "
                          "first out", f->first);
    DT_TRY(dt_file_find("topology.path", f->path, "the file with the edges: lines such as \"0 1\", or GraphML", NULL,
                        &path, scratch));
    return dt_fail_place(dt_topology_read(path, workers, f->first, f->names, edges, scratch), "topology.path");
}

static const dt_param file_params[] = {
    DT_TEXT_PARAM(file, path, NULL, "edge list or GraphML, plain or .gz: beside the scenario, in the working folder or under "
                  "$DTSIM_DATA; nodes of GraphML become workers by the number that their names end in where these are 0 to "
                  "workers - 1 or 1 to workers, else in the order of the file"),
    DT_INT_PARAM(file, first, -1, -1, 1, "what an edge list calls its first worker, 0 or 1; -1: 1 where its numbers are 1 to "
                 "workers, which is warned of, else 0"),
    DT_BOOL_PARAM(file, names, false, "the edge list has names of workers in place of numbers, and its first line names the columns; the "
                  "names of the first column become workers in their order, then those that the second adds, as the record says"),
    { 0 }
};

const dt_topology_type dt_topology_file = {
    .is = { "file", "Edges from a file: an edge list or GraphML.", "the user's file", file_params, sizeof(file) },
    .connect = file_connect,
};
