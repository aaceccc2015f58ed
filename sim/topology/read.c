/* read.c - opens a file that holds a graph and tells its format. */
#include "topology/read.h"
#include "base/file.h"
#include "base/lines.h"
#include <string.h>

/* The first characters of the file decide, since files of both formats may have any name. */
static dt_status read_any(const dt_topology_source *from) {
    char start[256] = "", *at = start;
    long got = dt_source_read(from->in, start, sizeof start - 1);
    if (got < 0) return dt_lines_check(from->in, from->path);
    bool wide = memcmp(start, "\xFF\xFE", 2) == 0 || memcmp(start, "\xFE\xFF", 2) == 0;
    if (wide) at += start[2] == '\0' ? 3 : 2;
    else at = dt_file_text_start(start);
    bool xml = at[strspn(at, " \t\r\n")] == '<';
    if (wide && !xml) return dt_fail(DT_EFORMAT, "%s is text in UTF-16: save it as UTF-8", from->path);
    dt_source_rewind(from->in);
    if (!xml) return dt_topology_read_list(from);
    if (from->names)
        return dt_fail_at(DT_EINVAL, "topology.names", "true is for edge lists, but %s is GraphML, whose nodes have names: leave names out",
                          from->path);
    if (from->first >= 0)
        return dt_fail_at(DT_EINVAL, "topology.first", "%ld counts the workers of an edge list, but %s is GraphML, whose "
                          "nodes have names: leave first out", from->first, from->path);
    return dt_topology_read_graphml(from);
}

dt_status dt_topology_read(const char *path, size_t workers, long first, bool names, dt_edges *edges, dt_arena *scratch) {
    dt_source in;
    DT_TRY(dt_source_open(&in, path));
    dt_topology_source from = { path, &in, workers, first, names, edges, scratch };
    dt_status status = read_any(&from);
    if (status == DT_OK) status = dt_lines_check(&in, path);
    dt_source_close(&in);
    return status;
}
