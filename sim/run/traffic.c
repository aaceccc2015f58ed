/* traffic.c - flows between programs in a hash table, and their tables. */
#include "run/traffic.h"
#include "engine/failure.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 64 };

dt_cell dt_traffic_role(const dt_port *p) {
    return (dt_cell){ .text = p == NULL ? "" : dt_port_kind_of(p) == DT_PORT_SERVER ? "server" : "worker" };
}

dt_cell dt_traffic_rank(const dt_port *p) { return (dt_cell){ .count = p == NULL ? 0 : (int64_t)dt_port_index(p) }; }
dt_cell dt_traffic_hand(const dt_port *p) { return (dt_cell){ .text = p == NULL ? "" : dt_port_hand(p) }; }

void dt_traffic_open(dt_traffic *t, dt_arena *run) {
    *t = (dt_traffic){ .arena = run, .flow = dt_arena_take(run, ROOM, sizeof *t->flow), .room = ROOM };
}

static bool same_program(const dt_port *a, const dt_port *b) {
    return dt_port_kind_of(a) == dt_port_kind_of(b) && dt_port_index(a) == dt_port_index(b);
}

static uint64_t program_number(const dt_port *p) { return 2 * (uint64_t)dt_port_index(p) + dt_port_kind_of(p); }

/* The place of this pair of programs, or the free one where it belongs. */
static dt_flow *traffic_place(const dt_traffic *t, const dt_port *from, const dt_port *to) {
    uint64_t hash = (program_number(from) * 0x9E3779B97F4A7C15u) ^ (program_number(to) * 0xC2B2AE3D27D4EB4Fu);
    hash ^= hash >> 32;
    for (size_t i = (size_t)hash & (t->room - 1);; i = (i + 1) & (t->room - 1)) {
        const dt_flow *f = &t->flow[i];
        if (f->from == NULL || (same_program(f->from, from) && same_program(f->to, to))) return &t->flow[i];
    }
}

static void traffic_grow(dt_traffic *t) {
    dt_flow *old = t->flow;
    size_t room = t->room;
    t->room = 2 * room;
    t->flow = dt_arena_take(t->arena, t->room, sizeof *t->flow);
    for (size_t i = 0; i < room; i++)
        if (old[i].from != NULL) *traffic_place(t, old[i].from, old[i].to) = old[i];
}

void dt_traffic_add(dt_traffic *t, const dt_flight *message) {
    dt_flow *flow = traffic_place(t, message->from, message->to);
    if (flow->from == NULL) {
        *flow = (dt_flow){ message->from, message->to, 0, 0 };
        t->flows++;
    }
    flow->bytes += message->bytes;
    flow->messages++;
    t->bytes += message->bytes;
    if (2 * t->flows > t->room) traffic_grow(t);
}

/* ---- the tables ---------------------------------------------------------------------------- */

/* Workers before servers. */
static int program_order(const dt_port *a, const dt_port *b) {
    if (dt_port_kind_of(a) != dt_port_kind_of(b)) return dt_port_kind_of(a) < dt_port_kind_of(b) ? -1 : 1;
    return (dt_port_index(a) > dt_port_index(b)) - (dt_port_index(a) < dt_port_index(b));
}

static int flow_order(const void *a, const void *b) {
    const dt_flow *left = a, *right = b;
    int order = program_order(left->from, right->from);
    return order != 0 ? order : program_order(left->to, right->to);
}

static const char *route_links(const dt_engine *e, const dt_route *route, dt_arena *arena) {
    size_t length = 0;
    for (size_t i = 0; i < route->links; i++) length += strlen(dt_engine_link(e, route->link[i]).name) + 1;
    char *text = dt_arena_take(arena, length + 1, 1), *at = text;
    for (size_t i = 0; i < route->links; i++) {
        if (i > 0) *at++ = ' ';
        at = stpcpy(at, dt_engine_link(e, route->link[i]).name);
    }
    return text;
}

/* One route's row; its bytes are added to those of its links. */
static dt_status traffic_route(const dt_traffic *t, const dt_flow *flow, dt_engine *e, dt_record_table *table,
                               double *carried) {
    dt_route route = dt_engine_route(e, dt_port_host(flow->from), dt_port_host(flow->to), flow->bytes / flow->messages,
                                     t->arena);
    for (size_t i = 0; i < route.links; i++) carried[route.link[i]] += flow->bytes;
    const dt_cell row[] = { dt_traffic_role(flow->from), dt_traffic_rank(flow->from), dt_traffic_role(flow->to),
                            dt_traffic_rank(flow->to), { .real = route.latency_s }, { .real = route.bandwidth },
                            { .text = route_links(e, &route, t->arena) }, { .real = flow->bytes },
                            { .real = route.capacity } };
    return dt_record_row(table, row);
}

const dt_column dt_traffic_route_columns[] = {
    { "from_role", DT_COLUMN_TEXT, "", "of the sender: worker or server" },
    { "from", DT_COLUMN_COUNT, "1", "its number among them" },
    { "to_role", DT_COLUMN_TEXT, "", "of the receiver: worker or server" },
    { "to", DT_COLUMN_COUNT, "1", "its number among them" },
    { "latency_s", DT_COLUMN_REAL, "s", "time of an empty message, as the network model has it" },
    { "bandwidth", DT_COLUMN_REAL, "B/s", "of a message on its own, by the narrowest link and the TCP window" },
    { "links", DT_COLUMN_TEXT, "", "names of its links in order, a space between two" },
    { "bytes", DT_COLUMN_REAL, "B", "bytes that arrived" },
    { "capacity", DT_COLUMN_REAL, "B/s", "the bandwidth that a message would have without a TCP window" },
    { 0 }
};
const dt_column dt_traffic_link_columns[] = {
    { "name", DT_COLUMN_TEXT, "", "name in the platform; a link with a bandwidth for each direction is two" },
    { "bandwidth", DT_COLUMN_REAL, "B/s", "as the platform says" },
    { "latency", DT_COLUMN_REAL, "s", "as the platform says" },
    { "bytes", DT_COLUMN_REAL, "B", "bytes it carried" },
    { "joules", DT_COLUMN_REAL, "J", "energy it used" },
    { 0 }
};
#define COUNT(a) (sizeof(a) / sizeof *(a) - 1)      /* without the end */

static dt_status traffic_routes(const dt_traffic *t, dt_engine *e, dt_record *record, double *carried) {
    dt_record_table *table;
    dt_flow *list = dt_arena_take(t->arena, t->flows + 1, sizeof *list);
    size_t flows = 0;
    for (size_t i = 0; i < t->room; i++)
        if (t->flow[i].from != NULL) list[flows++] = t->flow[i];
    qsort(list, flows, sizeof *list, flow_order);
    DT_TRY(dt_record_table_new(record, "/run/routes", dt_traffic_route_columns, COUNT(dt_traffic_route_columns), &table));
    for (size_t i = 0; i < flows; i++) DT_TRY(traffic_route(t, &list[i], e, table, carried));
    return DT_OK;
}

dt_status dt_traffic_write(const dt_traffic *t, dt_engine *e, dt_record *record) {
    enum { POWERLESS = COUNT(dt_traffic_link_columns) - 1 };
    dt_record_table *table;
    size_t count = POWERLESS + !isnan(dt_engine_joules(e));
    size_t links = dt_engine_links(e);
    double *carried = dt_arena_take(t->arena, links + 1, sizeof *carried);
    DT_TRY(traffic_routes(t, e, record, carried));
    DT_TRY(dt_record_table_new(record, "/run/links", dt_traffic_link_columns, count, &table));
    for (size_t i = 0; i < links; i++) {
        dt_link link = dt_engine_link(e, i);
        const dt_cell row[] = { { .text = link.name }, { .real = link.bandwidth }, { .real = link.latency_s },
                                { .real = carried[i] }, { .real = dt_engine_link_joules(e, i) } };
        if (carried[i] > 0 || row[POWERLESS].real > 0) DT_TRY(dt_record_row(table, row));
    }
    return DT_OK;
}
