/* round.c - the words that algorithms are written in: pieces, bytes, messages. */
#include "collective/inside.h"
#include <math.h>

enum { STEP_BITS = 24 };

long dt_round_first_tag(long attempt) { return attempt << STEP_BITS; }
long dt_round_last_tag(long attempt) { return dt_round_first_tag(attempt + 1) - 1; }

static size_t round_place(const dt_ongoing *o, size_t rank) {
    size_t low = 0, high = o->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (o->member[middle] <= rank) low = middle;
        else high = middle;
    }
    return low;
}

dt_round dt_round_of(const dt_collective *c, const dt_ongoing *o, size_t rank, dt_port *port) {
    size_t self = rank == DT_SERVER ? DT_SERVER : round_place(o, rank);
    return (dt_round){ c, o->member, o->count, c->n, self, port, o->attempt };
}

size_t dt_round_piece(const dt_round *round, size_t piece, size_t pieces) {
    return round->n / pieces + (piece < round->n % pieces);
}

double dt_round_bytes(const dt_round *round, size_t count, size_t entries_sent) {
    const dt_collective *c = round->collective;
    double dense = 4.0 * (double)round->n;
    double whole = c->merges ? c->wire_bytes : fmin((double)count * c->wire_bytes, fmax(dense, c->wire_bytes));
    return ceil(whole * ((double)entries_sent / (double)round->n) - 1e-6);
}

static dt_port *round_port(const dt_round *round, size_t who) {
    const dt_group *group = round->collective->group;
    return who == DT_SERVER ? group->server[0] : group->port[round->member[who]];
}

static void round_send(const dt_round *round, size_t to, long step, double bytes, bool meet) {
    dt_message m = { .tag = dt_round_first_tag(round->number) + step, .bytes = bytes, .meet = meet };
    dt_port_post(round->port, round_port(round, to), m);
}

void dt_round_post(const dt_round *round, size_t to, long step, double bytes) {
    round_send(round, to, step, bytes, false);
}

void dt_round_meet(const dt_round *round, size_t to, long step, double bytes) {
    round_send(round, to, step, bytes, true);
}

dt_status dt_round_receive(const dt_round *round, size_t from, long step) {
    dt_message m;
    return dt_port_receive(round->port, round_port(round, from), dt_round_first_tag(round->number) + step, HUGE_VAL, &m);
}

dt_status dt_round_flush(const dt_round *round) { return dt_port_flush(round->port); }
