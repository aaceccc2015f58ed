/* round.c - the words that algorithms are written in: pieces, bytes, messages. */
#include "collective/ahead.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>

enum { TRIP_BITS = 24, STEP_BITS = TRIP_BITS + 2, MOST_TRIPS = 1 << (STEP_BITS - TRIP_BITS) };

long dt_round_tag(long attempt, long step) { return (attempt << STEP_BITS) + step; }

static size_t round_place(const dt_ongoing *o, size_t rank) {
    size_t low = 0, high = o->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (o->member[middle] <= rank) low = middle;
        else high = middle;
    }
    return low;
}

static bool round_serves(const dt_ongoing *o, size_t who) { return DT_SERVER(who) < o->collective->servers; }

/* Packets of so many trips go around so often; and a dense vector in their place as often, as servers begin before they see it. */
static size_t round_trips(const dt_ongoing *o) {
    size_t trips = dt_form_sums(o) ? dt_compress_trips(o->merger) : 1;
    assert(trips <= MOST_TRIPS);
    return trips;
}

static dt_round round_of(dt_ongoing *o, size_t rank, size_t trip) {
    bool rooted = o->what.kind == DT_REDUCE || o->what.kind == DT_GATHER || o->what.kind == DT_BROADCAST ||
                  o->what.kind == DT_SCATTER;
    return (dt_round){ .kind = o->what.kind, .root = rooted ? round_place(o, o->what.root) : 0,
                       .self = round_serves(o, rank) ? rank : round_place(o, rank), .ranks = o->count, .n = o->n,
                       .servers = o->collective->servers,
                       .port = round_serves(o, rank) ? o->server[DT_SERVER(rank)] : o->port[rank],
                       .tag = dt_round_tag(o->attempt, (long)trip << TRIP_BITS), .trip = trip, .trips = round_trips(o),
                       .member = o->member, .ongoing = o };
}

dt_status dt_round_go(dt_ongoing *o, size_t rank) {
    const dt_collective_type *type = o->collective->type;
    long number = o->number;
    size_t trip = 0;
    dt_round round;
    do {
        round = round_of(o, rank, trip);
        DT_TRY((round_serves(o, rank) ? type->serve : type->exchange)(o->collective->state, &round));
        /* A server may have begun before anybody said that all are dense: then its exchange may be over by now. */
    } while (++trip < round.trips && o->number == number && trip < round_trips(o));
    return DT_OK;
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static double share_bytes(const dt_ongoing *o, size_t rank) {
    double bytes = o->share[rank].wire_bytes;
    return bytes > 0 ? bytes : o->width * (double)o->n;
}

static bool share_merges(const dt_ongoing *o, size_t rank) { return !(o->share[rank].wire_bytes > 0) || o->share[rank].merges; }

/* Note a packet for the union that the sum is.  row: whose sum it is, or the number of ranks for that of all. */
static void sum_join(dt_ongoing *o, dt_sum *sum, size_t row, const dt_compress *packet) {
    size_t ranks = o->collective->group->ranks;
    if (o->join == NULL) o->join = dt_arena_take(o->collective->run, (ranks + 1) * ranks, sizeof *o->join);
    if (sum->joined == 0) sum->join = o->join + row * ranks;
    sum->join[sum->joined++] = packet;
}

static void sum_add(dt_ongoing *o, dt_sum *sum, size_t row, size_t rank) {
    assert(o->presence[rank] != DT_ABSENT && o->presence[rank] != DT_EXPECTED);
    double plain = o->share[rank].plain_bytes, bytes = share_bytes(o, rank) - plain;
    sum->count++;
    sum->plain = fmax(sum->plain, plain);
    sum->bytes += bytes;
    sum->largest = fmax(sum->largest, bytes);
    sum->apart |= !share_merges(o, rank);
    const dt_compress *packet = o->share[rank].packet;
    if (packet != NULL && packet->type->join != NULL) sum_join(o, sum, row, packet);
}

/* Ranks behind member number i. */
static const size_t *round_behind(const dt_round *round, size_t i, size_t *count) {
    *count = round->first == NULL ? 1 : round->first[i + 1] - round->first[i];
    return round->first == NULL ? &round->member[i] : &round->behind[round->first[i]];
}

void dt_round_add(const dt_round *round, dt_sum *sum, size_t first, size_t count) {
    for (size_t k = 0; k < count; k++) {
        size_t ranks;
        const size_t *rank = round_behind(round, (first + k) % round->ranks, &ranks);
        for (size_t i = 0; i < ranks; i++) sum_add(round->ongoing, sum, round->member[round->self], rank[i]);
    }
}

/* Of so many of the n entries that travel as bytes, in one of the trips. */
static double bytes_of(const dt_ongoing *o, double bytes, size_t entries) {
    return ceil(bytes * ((double)entries / (double)o->n) / (double)round_trips(o) - 1e-6);
}

static double sum_bytes(const dt_ongoing *o, const dt_sum *sum) {
    double dense = o->width * (double)o->n - sum->plain;
    if (sum->joined > 0) return dt_compress_joined_bytes(sum->join, sum->joined);
    return sum->plain + (sum->apart ? fmin(sum->bytes, fmax(dense, sum->largest)) : sum->largest);
}

double dt_round_sum_bytes(const dt_round *round, const dt_sum *sum, size_t entries) {
    return bytes_of(round->ongoing, sum_bytes(round->ongoing, sum), entries);
}

static bool round_gathers(const dt_ongoing *o) { return o->what.kind == DT_GATHER || o->what.kind == DT_ALL_GATHER; }

/* All that is in the result; nobody comes any more once it is asked for. */
static const dt_sum *result_sum(dt_ongoing *o) {
    if (o->all.count > 0) return &o->all;
    for (size_t r = 0; r < o->collective->group->ranks; r++) {
        if (!dt_membership_counts(o, r)) continue;
        if (!round_gathers(o)) sum_add(o, &o->all, o->collective->group->ranks, r);
        else {
            o->all.count++;
            o->all.bytes += bytes_of(o, share_bytes(o, r), dt_form_piece(o, r).count);
        }
    }
    return &o->all;
}

static double result_bytes(dt_ongoing *o) {
    if (o->what.kind == DT_BROADCAST || o->what.kind == DT_SCATTER) return share_bytes(o, o->what.root);
    if (dt_form_merges(o) && o->merger->twice) {    /* how large that is the numbers say */
        dt_form_result(o);
        return o->again_bytes;
    }
    const dt_sum *all = result_sum(o);
    return round_gathers(o) ? all->bytes : sum_bytes(o, all);
}

double dt_round_result_bytes(const dt_round *round, size_t entries) {
    if (round->partial && round->kind == DT_REDUCE_SCATTER) {
        dt_sum sum = { 0 };
        dt_round_add(round, &sum, 0, round->ranks);
        return dt_round_sum_bytes(round, &sum, entries);
    }
    return bytes_of(round->ongoing, result_bytes(round->ongoing), entries);
}

size_t dt_round_part(const dt_round *round) { return round->ongoing->parts_of != NULL ? round->ongoing->part_number : 0; }

/* ---- pieces ---------------------------------------------------------------------------------- */

size_t dt_round_cut(const dt_round *round, size_t piece, size_t pieces) {
    return round->n / pieces + (piece < round->n % pieces);
}

/* Whose piece is which matters to the members; elsewhere pieces are only on their way. */
static bool round_owned(const dt_round *round) {
    if (round->partial) return false;
    return round->kind == DT_REDUCE_SCATTER || round->kind == DT_ALL_GATHER || round->kind == DT_GATHER || round->kind == DT_SCATTER;
}

size_t dt_round_pieces(const dt_round *round, size_t first, size_t count) {
    size_t sum = 0;
    for (size_t k = 0; k < count; k++) {
        size_t i = (first + k) % round->ranks, ranks;
        const size_t *rank = round_behind(round, i, &ranks);
        if (!round_owned(round)) sum += dt_round_cut(round, i, round->ranks);
        else for (size_t j = 0; j < ranks; j++) sum += dt_form_piece(round->ongoing, rank[j]).count;
    }
    return sum;
}

double dt_round_piece_bytes(const dt_round *round, size_t first, size_t count) {
    dt_ongoing *o = round->ongoing;
    double sum = 0;
    if (!round_gathers(o) || !round_owned(round)) return dt_round_result_bytes(round, dt_round_pieces(round, first, count));
    for (size_t k = 0; k < count; k++) {
        size_t ranks;
        const size_t *rank = round_behind(round, (first + k) % round->ranks, &ranks);
        for (size_t j = 0; j < ranks; j++) sum += bytes_of(o, share_bytes(o, rank[j]), dt_form_piece(o, rank[j]).count);
    }
    return sum;
}

/* ---- messages -------------------------------------------------------------------------------- */

static dt_port *round_port(const dt_round *round, size_t who) {
    const dt_ongoing *o = round->ongoing;
    return round_serves(o, who) ? o->server[DT_SERVER(who)] : o->port[round->member[who]];
}

static void round_send(const dt_round *round, size_t to, long step, double bytes, bool meet) {
    dt_message m = { .tag = round->tag + step, .bytes = bytes, .meet = meet };
    dt_ongoing *o = round->ongoing;
    if (dt_ahead_notes(round)) {
        dt_ahead_note(round, (dt_op){ meet ? DT_OP_MEET : DT_OP_POST, round->member[to], m.tag, bytes });
        return;
    }
    if (dt_parts_by_servers(o) && round_serves(o, round->self)) dt_parts_post(o, DT_SERVER(round->self), round->member[to], m);
    else dt_port_post(round->port, round_port(round, to), m);
}

void dt_round_post(const dt_round *round, size_t to, long step, double bytes) {
    round_send(round, to, step, bytes, false);
}

void dt_round_meet(const dt_round *round, size_t to, long step, double bytes) {
    round_send(round, to, step, bytes, true);
}

/* Of a part, messages between members and servers are taken as they come: the tag says what each is of, the hand of a member is
 * not known before its part leaves, and what a server sent gives its credit back when it arrives. */
static dt_status round_receive_part(const dt_round *round, size_t from, long step) {
    dt_ongoing *o = round->ongoing;
    dt_message m;
    bool served = dt_parts_by_servers(o) && (round_serves(o, from) || round_serves(o, round->self));
    DT_TRY(dt_port_receive(round->port, served ? NULL : round_port(round, from), round->tag + step, HUGE_VAL, &m));
    for (size_t s = 0; served && s < round->servers; s++)
        if (o->server[s] == m.from) dt_parts_got(o, s, round->member[round->self], m.bytes);
    return DT_OK;
}

dt_status dt_round_receive(const dt_round *round, size_t from, long step) {
    dt_message m;
    if (dt_ahead_notes(round)) {
        dt_ahead_note(round, (dt_op){ DT_OP_RECEIVE, round->member[from], round->tag + step, 0 });
        return DT_OK;
    }
    if (round->ongoing->parts_of != NULL) return round_receive_part(round, from, step);
    return dt_port_receive(round->port, round_port(round, from), round->tag + step, HUGE_VAL, &m);
}

dt_status dt_round_flush(const dt_round *round) {
    dt_ongoing *o = round->ongoing;
    if (dt_ahead_notes(round)) {
        dt_ahead_note(round, (dt_op){ .kind = DT_OP_FLUSH });
        return DT_OK;
    }
    if (dt_parts_by_servers(o) && round_serves(o, round->self)) return dt_parts_flush_server(o, DT_SERVER(round->self));
    DT_TRY(dt_port_flush(round->port));
    bool left = dt_parts_by_servers(o) && round->trip + 1 == round->trips;
    if (left) dt_parts_left(o, round->member[round->self]);
    return DT_OK;
}

/* ---- forming numbers ------------------------------------------------------------------------- */

/* Of adding one packet of so many entries to a sum, in one of the trips. */
static double merge_flops(const dt_round *round, size_t entries) {
    const dt_ongoing *o = round->ongoing;
    if (!dt_form_packets(o)) return 0;
    return dt_compress_merge_flops(o->merger) * ((double)entries / (double)o->n) / (double)round->trips;
}

static dt_status round_compute(const dt_round *round, double flops) {
    if (flops > 0 && dt_ahead_notes(round)) {
        dt_ahead_note(round, (dt_op){ .kind = DT_OP_COMPUTE, .amount = flops });
        return DT_OK;
    }
    return flops > 0 ? dt_port_compute(round->port, flops, NULL, NULL) : DT_OK;
}

static double form_flops(const dt_round *round, size_t shares, size_t entries) {
    bool reduces = round->kind == DT_ALL_REDUCE || round->kind == DT_REDUCE_SCATTER || round->kind == DT_REDUCE;
    bool last = round->trip + 1 == round->trips;
    return reduces && last ? dt_aggregate_flops(round->ongoing->collective->aggregate, shares, entries) : 0;
}

double dt_round_merge_flops(const dt_round *round, size_t entries) {
    return form_flops(round, 1, entries) + merge_flops(round, entries);
}

dt_status dt_round_merge(const dt_round *round, size_t entries) { return round_compute(round, dt_round_merge_flops(round, entries)); }

dt_status dt_round_form_of(const dt_round *round, size_t sums, size_t entries) {
    const dt_ongoing *o = round->ongoing;
    double flops = form_flops(round, sums, entries), part = (double)entries / (double)o->n;
    if (round->trip + 1 == round->trips && dt_form_merges(o) && o->merger->twice) flops += dt_compress_flops(o->merger) * part;
    return round_compute(round, flops + (double)sums * merge_flops(round, entries));
}

dt_status dt_round_form(const dt_round *round, size_t entries) {
    size_t least = dt_membership_least(round->ongoing);
    return dt_round_form_of(round, least < round->ranks ? least : round->ranks, entries);
}

dt_status dt_round_pause(const dt_round *round, double seconds) { return seconds > 0 ? dt_port_sleep(round->port, seconds) : DT_OK; }

long dt_round_number(const dt_round *round) { return round->ongoing->number; }

/* ---- the first k of n, from one place -------------------------------------------------------- */

bool dt_round_waits_for_all(const dt_round *round) { return dt_membership_least(round->ongoing) == round->ongoing->count; }

static size_t round_rank(const dt_round *round, const dt_port *port) {
    for (size_t i = 0; i < round->ranks; i++)
        if (round->ongoing->port[round->member[i]] == port) return round->member[i];
    assert(false);
    return 0;
}

/* On a later trip those come who were in time for the first. */
static dt_status round_receive_chosen(const dt_round *round, long step) {
    const dt_ongoing *o = round->ongoing;
    dt_message m;
    for (size_t i = 0; i < o->arrived; i++)
        if (!o->late[o->arrival[i]]) DT_TRY(dt_port_receive(round->port, o->port[o->arrival[i]], round->tag + step, HUGE_VAL, &m));
    return DT_OK;
}

dt_status dt_round_receive_first(const dt_round *round, long step) {
    dt_ongoing *o = round->ongoing;
    dt_message m;
    if (round->trip > 0) return round_receive_chosen(round, step);
    o->arrived = 0;
    while (o->arrived < dt_membership_least(o)) {
        DT_TRY(dt_port_receive(round->port, NULL, round->tag + step, HUGE_VAL, &m));
        dt_membership_arrive(o, round_rank(round, m.from));
    }
    DT_TRY(dt_port_settle(round->port));
    while (dt_port_receive(round->port, NULL, round->tag + step, 0, &m) == DT_OK)
        dt_membership_arrive(o, round_rank(round, m.from));
    dt_membership_choose(o);
    return dt_port_aborted(round->port) ? DT_EDOWN : DT_OK;
}

bool dt_round_came(const dt_round *round, size_t number) {
    const dt_ongoing *o = round->ongoing;
    for (size_t i = 0; i < o->arrived; i++)
        if (o->arrival[i] == round->member[number]) return true;
    return false;
}

bool dt_round_late(const dt_round *round) { return round->ongoing->late[round->member[round->self]]; }
