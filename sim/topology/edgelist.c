/* edgelist.c - a line "a b", "a,b" or "a;b" is an edge between workers a and b; what else stands on it is left out.
 * Source: the lists of SNAP, KONECT, networkx, igraph, pandas and spreadsheets.  "#" begins a comment, and "%" where it
 * begins a line; the first line may name the columns, or hold the numbers of workers and edges. */
#include "topology/read.h"
#include "base/lines.h"
#include "base/warn.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE = 4096, FIELDS = 32 };

typedef struct pair { double a, b; long line; dt_named_pair named; } pair;

typedef struct list {
    const dt_topology_source *from;
    size_t column[2];       /* where the two workers stand in a line */
    bool   begun, header;   /* a line that is no comment has been seen; it named the columns */
    const char *heading[2]; /* what it called the columns of the workers */
    char   separator[2];    /* of the header, "" where it is blanks */
    pair  *pair;            /* [count] */
    size_t count, room;
} list;

/* Cut a line into its first fields, quotes may stand around each: at the separator that the header uses where the line
 * holds it, else at any comma, semicolon or blank. */
static size_t list_cut(const list *l, char *at, const char **field) {
    const char *ends = l->separator[0] != '\0' && strstr(at, l->separator) != NULL ? l->separator : " \t,;";
    size_t count = 0;
    for (at += strspn(at, " \t"); *at != '\0' && count < FIELDS;) {
        bool quoted = *at == '"';
        at += quoted;
        field[count++] = at;
        char *end = at + strcspn(at, quoted ? "\"" : ends), *next = end + (quoted && *end == '"');
        next += strspn(next, " \t");
        if (*next == ',' || *next == ';') next += 1 + strspn(next + 1, " \t");
        while (!quoted && end > at && (end[-1] == ' ' || end[-1] == '\t')) end--;
        *end = '\0';
        at = next;
    }
    return count;
}

/* A whole number, which some programs write as "1.0". */
static bool list_number(const char *text, double *number) {
    char *end;
    if (!isdigit((unsigned char)text[0]) || text[strspn(text, "0123456789.eE+-")] != '\0') return false;
    *number = strtod(text, &end);
    return *end == '\0' && *number == floor(*number);
}

/* The line that names the columns tells which two hold the workers, if it uses common names; otherwise the first two do. */
static void list_header(list *l, const char *const *field, size_t count) {
    static const char *const known[][2] = { { "source", "target" }, { "from", "to" }, { "src", "dst" },
                                            { "a", "b" },           { "u", "v" },      { "i", "j" },
                                            { "node1", "node2" },   { "node_1", "node_2" } };
    l->header = true;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        size_t at[2] = { count, count };
        for (size_t c = count; c-- > 0;)
            for (size_t end = 0; end < 2; end++)
                if (strcasecmp(field[c], known[k][end]) == 0) at[end] = c;
        if (at[0] == count || at[1] == count) continue;
        memcpy(l->column, at, sizeof at);
        return;
    }
    if (count < 3) return;
    size_t at = field[0][0] == '\0' ? 1 : 0;        /* the index column of pandas has no name */
    l->column[0] = at;
    l->column[1] = at + 1;
    dt_warn("topology.path", "of the %zu columns of %s, \"%s\" and \"%s\" are read as the two workers of an edge; the names "
            "\"source\" and \"target\" would say so", count, l->from->path, field[at], field[at + 1]);
}

static void list_push(list *l, pair next) {
    if (l->count == l->room) {
        pair *old = l->pair;
        l->room = l->room == 0 ? 4 * l->from->workers : 2 * l->room;
        l->pair = dt_arena_take(l->from->scratch, l->room, sizeof *l->pair);
        if (old != NULL) memcpy(l->pair, old, l->count * sizeof *old);
    }
    l->pair[l->count++] = next;
}

static dt_status list_named(list *l, long number, const char *const *field, size_t count, const char *shown) {
    pair next = { .named.line = number };
    for (int end = 0; end < 2; end++) {
        const char *name = l->column[end] < count ? field[l->column[end]] : "";
        if (name[0] == '\0')
            return dt_fail(DT_EFORMAT, "%s, line %ld: expected the names of two workers, got \"%s\"", l->from->path, number, shown);
        next.named.end[end] = dt_arena_text(l->from->scratch, "%s", name);
    }
    list_push(l, next);
    return DT_OK;
}

static dt_status list_line(list *l, long number, char *line) {
    const char *field[FIELDS];
    double a, b;
    line[line[0] == '%' ? 0 : strcspn(line, "#\r\n")] = '\0';
    char shown[61];
    snprintf(shown, sizeof shown, "%s", line);
    char start = line[strspn(line, " \t\"")];
    bool names = l->from->names, header = !l->begun && (names || (!isdigit((unsigned char)start) && start != '-'));
    if (header) l->separator[0] = line[strcspn(line, ",;")];
    size_t count = list_cut(l, line, field);
    if (count == 0) return DT_OK;
    l->begun = true;
    if (header) {
        list_header(l, field, count);
        for (int end = 0; end < 2 && l->column[end] < count; end++) l->heading[end] = dt_arena_text(l->from->scratch, "%s", field[l->column[end]]);
        return DT_OK;
    }
    if (names) return list_named(l, number, field, count, shown);
    if (l->column[0] >= count || l->column[1] >= count || !list_number(field[l->column[0]], &a) ||
        !list_number(field[l->column[1]], &b))
        return dt_fail(DT_EFORMAT, "%s, line %ld: expected two worker numbers at the beginning of a line of an edge list, got "
                       "\"%s\" (the file may also be GraphML, or have names of workers with names = true)", l->from->path, number, shown);
    list_push(l, (pair){ .a = a, .b = b, .line = number });
    return DT_OK;
}

static dt_status list_lines(list *l) {
    char room[LINE], *line;
    dt_lines lines = { .in = l->from->in, .file = l->from->path, .line = room, .room = LINE };
    for (;;) {
        DT_TRY(dt_lines_next(&lines, &line));
        if (line == NULL) return DT_OK;
        DT_TRY(list_line(l, lines.number, line));
    }
}

static bool list_names_zero(const list *l) {
    for (size_t i = 0; i < l->count; i++)
        if (l->pair[i].a == 0 || l->pair[i].b == 0) return true;
    return false;
}

/* The first line may hold the numbers of workers and edges instead of an edge.  Where both readings make sense, neither
 * is guessed: one of them would change the graph. */
static dt_status list_counts(list *l) {
    double workers = (double)l->from->workers;
    const pair *p = l->pair;
    if (l->header || l->count < 2 || p->a != workers || p->b != (double)(l->count - 1)) return DT_OK;
    bool edge = l->from->first != 0 && p->b < workers && !list_names_zero(l);
    if (edge)
        return dt_fail(DT_EFORMAT, "%s, line %ld: \"%.0f %.0f\" may be an edge, or the numbers of workers and of edges: write "
                       "\"#\" before the numbers, or begin with another edge", l->from->path, p->line, p->a, p->b);
    l->pair++;
    l->count--;
    return DT_OK;
}

/* The number of the first worker: 1 if all numbers are 1 to workers, else 0. */
static long list_first(const list *l) {
    double most = 0;
    if (l->from->first >= 0) return l->from->first;
    for (size_t i = 0; i < l->count; i++) most = fmax(most, fmax(l->pair[i].a, l->pair[i].b));
    if (most != (double)l->from->workers || list_names_zero(l)) return 0;
    dt_warn("topology.path", "%s counts its %zu workers from 1, so its worker 1 is worker 0 here; first = 1 says so "
            "without this warning", l->from->path, l->from->workers);
    return 1;
}

static dt_status list_refuse(const list *l, const pair *p, long first) {
    size_t workers = l->from->workers;
    double wrong = p->a < (double)first || p->a - (double)first >= (double)workers ? p->a : p->b;
    if (l->from->first >= 0)
        return dt_fail_at(DT_EINVAL, "topology.path", "%s, line %ld names worker %.0f, but with first = %ld the %zu workers "
                          "are %ld to %ld", l->from->path, p->line, wrong, first, workers, first, (long)workers - 1 + first);
    return dt_fail_at(DT_EINVAL, "topology.path", "%s, line %ld names worker %.0f, but the %zu workers are 0 to %zu, or 1 to "
                      "%zu in a file without a worker 0", l->from->path, p->line, wrong, workers, workers - 1, workers);
}

static dt_status list_edges(const list *l) {
    long first = list_first(l);
    for (size_t i = 0; i < l->count; i++) {
        double a = l->pair[i].a - (double)first, b = l->pair[i].b - (double)first, most = (double)l->from->workers;
        if (!(a >= 0 && a < most && b >= 0 && b < most)) return list_refuse(l, &l->pair[i], first);
        dt_edges_add(l->from->edges, (size_t)a, (size_t)b);
    }
    return DT_OK;
}

static dt_status list_add_named(const list *l) {
    dt_named_pair *named = dt_arena_take(l->from->scratch, l->count, sizeof *named);
    for (size_t i = 0; i < l->count; i++) named[i] = l->pair[i].named;
    return dt_topology_add_named(l->from, named, l->count, l->heading);
}

dt_status dt_topology_read_list(const dt_topology_source *from) {
    list l = { .from = from, .column = { 0, 1 } };
    DT_TRY(list_lines(&l));
    if (l.count == 0 && from->workers > 1)
        return dt_fail(DT_EFORMAT, "%s: expected a line for each edge, such as \"0 1\", or GraphML, got no edge", from->path);
    if (from->names) return list_add_named(&l);
    DT_TRY(list_counts(&l));
    return list_edges(&l);
}
