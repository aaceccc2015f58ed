/* read.h - reads a graph from a file, an edge list or GraphML.  For the member "file" of this room. */
#ifndef DT_TOPOLOGY_READ_H
#define DT_TOPOLOGY_READ_H

#include "base/stream.h"
#include "topology/topology.h"

typedef struct dt_topology_source {
    const char *path;       /* for messages */
    dt_stream  *in;         /* at the beginning of the file; plain or gzip */
    size_t      workers;
    long        first;      /* of an edge list: what its first worker is called, 0 or 1; below 0: as its numbers say */
    dt_edges   *edges;
    dt_arena   *scratch;
} dt_topology_source;

/* Add the edges of the file at path, in the format that its first character tells: "<" begins GraphML.
 * Errors: DT_EIO, DT_EFORMAT, DT_EINVAL (a worker that is not there; first without an edge list). */
dt_status dt_topology_read(const char *path, size_t workers, long first, dt_edges *edges, dt_arena *scratch);

/* One format each; the errors above but for those of the stream, which the caller looks for. */
dt_status dt_topology_read_list(const dt_topology_source *from);
dt_status dt_topology_read_graphml(const dt_topology_source *from);

#endif
