/* file.c - a graph from an edge list: a line "a b" or "a,b" is an edge between workers a and b, 0 .. workers - 1.
 * Source: the user's file, plain or gzip; what follows the pair (a weight) is left out, "#" begins a comment, and the
 * first line may be a header. */
#include "topology/topology.h"
#include "base/file.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct file { const char *path; } file;

enum { LINE = 4096 };
static const char gaps[] = " \t,;";

/* A whole number at *at, which moves behind it and the gap that ends it; false if there is none. */
static bool file_number(const char **at, unsigned long *number) {
    char *end;
    if (!isdigit((unsigned char)**at)) return false;
    *number = strtoul(*at, &end, 10);
    if (*end != '\0' && strchr(gaps, *end) == NULL) return false;
    *at = end + strspn(end, gaps);
    return true;
}

/* first: nothing but comments stood above, so that a line without a number may be a header. */
static dt_status file_line(const char *path, long number, bool *first, char *line, size_t workers, dt_edges *edges) {
    const char *at = line + strspn(line, gaps);
    unsigned long a, b;
    line[strcspn(line, "#\r\n")] = '\0';
    if (*at == '\0') return DT_OK;
    bool header = *first && !isdigit((unsigned char)*at) && *at != '-';
    *first = false;
    if (header) return DT_OK;
    if (!file_number(&at, &a) || !file_number(&at, &b))
        return dt_fail(DT_EFORMAT, "%s, line %ld: \"%.60s\" does not begin with two worker numbers", path, number,
                       line);
    unsigned long larger = a > b ? a : b;
    if (larger >= workers)
        return dt_fail_at(DT_EINVAL, "topology.path", "%s, line %ld names worker %lu, but the %zu workers are 0 to %zu",
                          path, number, larger, workers, workers - 1);
    dt_edges_add(edges, a, b);
    return DT_OK;
}

static dt_status file_read(gzFile in, const char *path, size_t workers, dt_edges *edges) {
    char line[LINE];
    int code = Z_OK;
    bool first = true;
    for (long number = 1; gzgets(in, line, LINE) != NULL; number++) {
        if (strlen(line) == LINE - 1 && line[LINE - 2] != '\n')
            return dt_fail(DT_EFORMAT, "%s, line %ld has more than %d bytes: no edge list", path, number, LINE - 2);
        DT_TRY(file_line(path, number, &first, line, workers, edges));
    }
    const char *why = gzerror(in, &code);
    if (code == Z_ERRNO) return dt_fail(DT_EIO, "%s cannot be read: %s", path, strerror(errno));
    return code == Z_OK ? DT_OK : dt_fail(DT_EFORMAT, "%s is corrupt or truncated: %s", path, why);
}

static dt_status file_connect(const void *state, size_t workers, dt_rng *rng, dt_edges *edges, dt_arena *scratch) {
    const char *path = NULL;
    (void)rng;
    DT_TRY(dt_file_find("topology.path", ((const file *)state)->path, "the file with one edge a line, \"0 1\"", NULL,
                        &path, scratch));
    gzFile in = gzopen(path, "rb");
    if (in == NULL) return dt_fail(DT_EIO, "%s cannot be read: %s", path, strerror(errno));
    dt_status status = file_read(in, path, workers, edges);
    gzclose_r(in);
    return status;
}

static const dt_param file_params[] = {
    { "path", DT_TEXT, offsetof(file, path), 0, 0, 0, "1", "edge list: beside the scenario, "
      "in the working folder or under $DTSIM_DATA", NULL, NULL },
    { 0 }
};

const dt_topology_type dt_topology_file = {
    .is = { "file", "Edges from a file, one pair of workers a line.", "the user's file", file_params, sizeof(file) },
    .connect = file_connect,
};
