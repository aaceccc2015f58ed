/* names.c - from the names in an edge list to workers. */
#include "topology/read.h"
#include <stdlib.h>
#include <string.h>

/* A name, where it stands (the first column before the second, then by lines), and the worker that it becomes. */
typedef struct label { const char *name; size_t place, worker; } label;

static int label_by_name(const void *a, const void *b) {
    const label *x = a, *y = b;
    int names = strcmp(x->name, y->name);
    return names != 0 ? names : (x->place > y->place) - (x->place < y->place);
}

static int label_by_place(const void *a, const void *b) {
    const label *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

static int label_found(const void *name, const void *at) { return strcmp(name, ((const label *)at)->name); }

static const label *label_find(const label *l, size_t count, const char *name) {
    return bsearch(name, l, count, sizeof *l, label_found);
}

/* Each name once, sorted by name, with its worker; returns how many there are. */
static size_t labels_of(label *l, const dt_named_pair *pair, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < 2 * count; i++) l[i] = (label){ pair[i % count].end[i / count], i, 0 };
    if (count > 0) qsort(l, 2 * count, sizeof *l, label_by_name);
    for (size_t i = 0; i < 2 * count; i++)
        if (kept == 0 || strcmp(l[kept - 1].name, l[i].name) != 0) l[kept++] = l[i];
    if (kept == 0) return 0;
    qsort(l, kept, sizeof *l, label_by_place);
    for (size_t i = 0; i < kept; i++) l[i].worker = i;
    qsort(l, kept, sizeof *l, label_by_name);
    return kept;
}

static dt_status labels_check(const dt_topology_source *from, const label *l, size_t names, const char *const *heading) {
    for (int end = 0; end < 2; end++)
        if (heading[end] != NULL && label_find(l, names, heading[end]) != NULL)
            return dt_fail(DT_EFORMAT, "%s: with names = true the first line names the columns, such as \"source,target\", but \"%s\" in it "
                           "is a worker, too: write such a line before it", from->path, heading[end]);
    if (names == from->workers) return DT_OK;
    return dt_fail_at(DT_EINVAL, "topology.path", "%s: expected %zu names, one for each worker, got %zu: set workers = %zu", from->path,
                      from->workers, names, names);
}

dt_status dt_topology_add_named(const dt_topology_source *from, const dt_named_pair *pair, size_t count, const char *const *heading) {
    label *l = dt_arena_take(from->scratch, 2 * count, sizeof *l);
    size_t names = labels_of(l, pair, count);
    DT_TRY(labels_check(from, l, names, heading));
    for (size_t i = 0; i < names; i++) dt_edges_name(from->edges, l[i].worker, l[i].name);
    for (size_t i = 0; i < count; i++)
        dt_edges_add(from->edges, label_find(l, names, pair[i].end[0])->worker, label_find(l, names, pair[i].end[1])->worker);
    return DT_OK;
}
