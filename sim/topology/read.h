/* read.h - reads a graph from a file, an edge list of numbers or of names, or GraphML.  For the member "file" of this room. */
#ifndef DT_TOPOLOGY_READ_H
#define DT_TOPOLOGY_READ_H

#include "base/source.h"
#include "topology/topology.h"

typedef struct dt_topology_source {
    const char *path;       /* for messages */
    dt_source  *in;         /* at the beginning of the file; plain or gzip */
    size_t      workers;
    long        first;      /* of an edge list: what its first worker is called, 0 or 1; below 0: as its numbers say */
    bool        names;      /* an edge list names its workers, and its first line the columns */
    dt_edges   *edges;
    dt_arena   *scratch;
} dt_topology_source;

/* Add the edges of the file at path, in the format that its first character tells: "<" begins GraphML.
 * Errors: DT_EIO, DT_EFORMAT, DT_EINVAL (a worker that is not there; first or names without an edge list). */
dt_status dt_topology_read(const char *path, size_t workers, long first, bool names, dt_edges *edges, dt_arena *scratch);

/* One format each; the errors above but for those of the stream, which the caller looks for. */
dt_status dt_topology_read_list(const dt_topology_source *from);
dt_status dt_topology_read_graphml(const dt_topology_source *from);

/* From now on worker is called name in the record; the text is copied. */
void dt_edges_name(dt_edges *edges, size_t worker, const char *name);

/* An edge of a list of names, which stand in two columns. */
typedef struct dt_named_pair { const char *end[2]; long line; } dt_named_pair;

/* Add those edges: the names of the first column become workers in the order in which they appear, then those that the second
 * column adds.  heading are the names of the columns, which must not be workers.
 * Errors: DT_EINVAL (not as many names as workers), DT_EFORMAT (a heading is a worker). */
dt_status dt_topology_add_named(const dt_topology_source *from, const dt_named_pair *pair, size_t count, const char *const *heading);

#endif
