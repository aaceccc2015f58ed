/* circle.c - pieces that go around among all members: message by message, or all steps at once.
 * In step s every member sends to the next and receives from the one before, and begins the next step when both are over:
 *   T(r, s + 1) = max(T(r, s) + d(r, s), T(r - 1, s) + d(r - 1, s)) + gap,
 * exactly where no two ways share a link, whenever the members begin.  Where they do share links (such as by cross-traffic), and all
 * begin at once with equal pieces, a step that ends at one instant for all repeats exactly. */
#include "collective/ahead.h"
#include <math.h>

static size_t circle_piece(const dt_circle *c, size_t s) { return (c->first + c->ranks - s % c->ranks) % c->ranks; }

static bool circle_alike(const dt_round *round) {
    const dt_ongoing *o = round->ongoing;
    const dt_share *one = &o->share[round->member[0]];
    if (round->first != NULL) return false;
    for (size_t i = 0; i < round->ranks; i++) {
        const dt_share *s = &o->share[round->member[i]];
        bool joins = s->packet != NULL && s->packet->type->join != NULL, merges = !(s->wire_bytes > 0) || s->merges;
        if (s->wire_bytes != one->wire_bytes || s->plain_bytes != one->plain_bytes || joins || !merges) return false;
    }
    return true;
}

/* Noted as one word where pieces differ by no more than one entry; else false. */
static bool circle_note(const dt_round *round, dt_circle c, long step) {
    if (!dt_ahead_notes(round) || !circle_alike(round)) return false;
    dt_sum own = { 0 };
    dt_round_add(round, &own, round->self, 1);
    c.next = round->member[(round->self + 1) % c.ranks];
    c.before = round->member[(round->self + c.ranks - 1) % c.ranks];
    c.tag = round->tag + step;
    for (size_t k = 0; k < 2; k++) {
        size_t entries = round->n / c.ranks + k, piece = k == 1 ? 0 : c.ranks - 1;
        c.bytes[k] = c.adds ? dt_round_sum_bytes(round, &own, entries) : dt_round_piece_bytes(round, piece, 1);
        c.flops[k] = c.adds ? dt_round_merge_flops(round, entries) : 0;
    }
    if (c.more == 0) c.bytes[1] = c.bytes[0];
    dt_ahead_note_circle(round, &c);
    return true;
}

dt_status dt_round_circle(const dt_round *round, size_t own, bool adds, long step) {
    size_t p = round->ranks, r = round->self, next = (r + 1) % p, before = (r + p - 1) % p;
    dt_circle c = { .ranks = p, .first = (r + own + p - adds) % p, .more = round->n % p, .adds = adds };
    dt_sum sum = { 0 };
    if (p < 2 || circle_note(round, c, step)) return DT_OK;
    for (size_t s = 0; s + 1 < p; s++) {
        double bytes;
        if (adds) {
            dt_round_add(round, &sum, (r + p - s) % p, 1);
            bytes = dt_round_sum_bytes(round, &sum, dt_round_pieces(round, circle_piece(&c, s), 1));
        } else {
            bytes = dt_round_piece_bytes(round, circle_piece(&c, s), 1);
        }
        dt_round_post(round, next, step + (long)s, bytes);
        DT_TRY(dt_round_receive(round, before, step + (long)s));
        DT_TRY(dt_round_flush(round));
        if (adds) DT_TRY(dt_round_merge(round, dt_round_pieces(round, circle_piece(&c, s + 1), 1)));
    }
    return DT_OK;
}

/* ---- all steps at once ------------------------------------------------------------------------- */

static double circle_sent(dt_ahead *a, size_t way, double bytes) { return way == SIZE_MAX ? 0 : dt_fluid_alone(a->fluid, way, bytes); }

static void circle_prepare(dt_ahead *a, const dt_ongoing *o) {
    for (size_t i = 0; i < o->count; i++) {
        const dt_walker *w = &a->walker[i];
        const dt_circle *c = &a->circle[a->op[w->at].other];
        size_t way = a->way[i] = dt_ahead_way(a, o, i, c->next);
        a->small[i] = circle_sent(a, way, c->bytes[0]);
        a->large[i] = circle_sent(a, way, c->bytes[1]);
        a->time[i] = w->now_s;
        a->wait[i] = 0;
    }
}

/* Of members first .. last - 1, which all send pieces of one size. */
static void circle_send(dt_ahead *a, const double *takes, size_t first, size_t last) {
    for (size_t i = first; i < last; i++) a->sent[i] = a->time[i] + takes[i];
}

/* Of members that lie in a row, from the first whose piece is a larger one, more of them. */
static void circle_send_all(dt_ahead *a, size_t p, size_t large, size_t more) {
    size_t end = large + more;
    circle_send(a, a->small, end > p ? end - p : 0, large < p ? large : p);
    circle_send(a, a->large, large, end < p ? end : p);
    if (end > p) circle_send(a, a->large, 0, end - p);
    else circle_send(a, a->small, end, p);
}

static void circle_receive(double *restrict then, const double *restrict time, const double *restrict sent, double *restrict wait,
                           const double *restrict gap, size_t p) {
    double late = time[p - 1] - time[0];
    wait[0] += late > 0 ? late : 0;
    then[0] = (sent[0] > sent[p - 1] ? sent[0] : sent[p - 1]) + gap[0];
    for (size_t i = 1; i < p; i++) {
        late = time[i - 1] - time[i];
        wait[i] += late > 0 ? late : 0;
        then[i] = (sent[i] > sent[i - 1] ? sent[i] : sent[i - 1]) + gap[i];
    }
}

/* What adding a piece takes member i. */
static double circle_gap(const dt_ahead *a, const dt_ongoing *o, size_t i) {
    const dt_circle *c = &a->circle[a->op[a->walker[i].at].other];
    return c->flops[0] > 0 ? c->flops[0] / dt_engine_host_speed(o->collective->group->engine, dt_port_host(o->port[i])) : 0;
}

/* Of how many steps, the last ones, arrivals are told apart; those before come before anybody ends, or are taken to. */
static size_t circle_kept(const dt_ahead *a, size_t p) {
    size_t kept = a->arrival_room / p;
    return !a->steps ? 0 : kept < p - 1 ? kept : p - 1;
}

static double circle_bytes(const dt_circle *c, size_t s) { return c->bytes[circle_piece(c, s) < c->more]; }

static void circle_arrive(dt_ahead *a, const dt_ongoing *o, size_t s) {
    for (size_t i = 0; i < o->count; i++) {
        const dt_circle *c = &a->circle[a->op[a->walker[i].at].other];
        if (a->way[i] == SIZE_MAX) continue;
        bool apart = dt_port_site(o->port[i]) != dt_port_site(o->port[c->next]);
        dt_ahead_arrive(a, (dt_arrival){ a->sent[i], circle_bytes(c, s), apart ? circle_bytes(c, s) : 0 });
    }
}

static void circle_steps(dt_ahead *a, dt_ongoing *o) {
    const dt_circle *c = &a->circle[a->op[a->walker[0].at].other];
    size_t p = o->count;
    for (size_t i = 0; i < p; i++) a->gap[i] = circle_gap(a, o, i);
    for (size_t s = 0; s + 1 < p; s++) {
        /* Member i sends piece (i + c->first - s) mod p: the member of piece 0. */
        size_t zero = (s % p + p - c->first % p) % p;
        circle_send_all(a, p, zero, c->more);
        if (s + 1 + circle_kept(a, p) >= p) circle_arrive(a, o, s);
        circle_receive(a->then, a->time, a->sent, a->wait, a->gap, p);
        double *old = a->time;
        a->time = a->then;
        a->then = old;
    }
}

/* ---- a ring with cross-traffic: a way shares links with its neighbours' --------------------------- */

/* When the flow of a member that starts to move at m is over, if a neighbour moves to its end: alone until the first of them does. */
static double ring_end(const dt_fluid_pace *pace, double m, double before, double after, double bytes) {
    double with = before < after ? before : after, alone = with > m ? with - m : 0;
    return m + alone + (bytes - alone * pace->alone) / pace->beside;
}

/* ... of which it is the last to end: alone since they ended.  They are no last ones of theirs, so that their ends are right. */
static double ring_last(double end, double before, double after, double slower) {
    double last = before > after ? before : after;
    return end > last ? last + (end - last) * slower : end;
}

/* Members i - 1, i, i + 1 all move at some instant, and so nobody moves alone between two neighbours. */
static bool ring_overlaps(const double *m, const double *end, size_t b, size_t i, size_t n) {
    double starts = m[b] > m[n] ? m[b] : m[n], ends = end[b] < end[n] ? end[b] : end[n];
    starts = starts > m[i] ? starts : m[i];
    ends = ends < end[i] ? ends : end[i];
    return starts < ends;
}

static bool ring_step(dt_ahead *a, const dt_circle *c, size_t s, const dt_fluid_pace *pace) {
    size_t p = c->ranks, piece = circle_piece(c, s);
    double *restrict m = a->small, *restrict end = a->large, slower = pace->beside / pace->alone;
    bool fits = true;
    for (size_t i = 0; i < p; i++) m[i] = a->time[i] + pace->latency_s;
    for (size_t i = 0; i < p; i++) {
        double bytes = c->bytes[piece < c->more];
        end[i] = ring_end(pace, m[i], m[i == 0 ? p - 1 : i - 1], m[i + 1 == p ? 0 : i + 1], bytes);
        piece = piece + 1 == p ? 0 : piece + 1;
    }
    for (size_t i = 0; i < p; i++) {
        size_t b = i == 0 ? p - 1 : i - 1, n = i + 1 == p ? 0 : i + 1;
        a->sent[i] = ring_last(end[i], end[b], end[n], slower);
        fits = fits & ring_overlaps(m, end, b, i, n);
    }
    return fits;
}

/* What members send next moves when the neighbour's flow is over: that of the one before, as the one after waits for it. */
static bool ring_parted(const dt_ahead *a, size_t p, double latency_s) {
    bool parted = a->then[p - 1] + latency_s >= a->sent[0];
    for (size_t i = 1; i < p; i++) parted = parted & (a->then[i - 1] + latency_s >= a->sent[i]);
    return parted;
}

/* All steps; false: flows of different steps meet, or the ways are no ring. */
static bool circle_ring(dt_ahead *a, dt_ongoing *o) {
    const dt_circle *c = &a->circle[a->op[a->walker[0].at].other];
    size_t p = o->count;
    dt_fluid_pace pace;
    if (!a->ring || !(c->bytes[0] > 0) || !dt_fluid_ring(a->fluid, a->way, p, &pace)) return false;
    for (size_t i = 0; i < p; i++) a->gap[i] = circle_gap(a, o, i);
    for (size_t s = 0; s + 1 < p; s++) {
        if (!ring_step(a, c, s, &pace)) return false;
        if (s + 1 + circle_kept(a, p) >= p) circle_arrive(a, o, s);
        circle_receive(a->then, a->time, a->sent, a->wait, a->gap, p);
        if (!ring_parted(a, p, pace.latency_s)) return false;
        double *old = a->time;
        a->time = a->then;
        a->then = old;
    }
    return true;
}

/* ---- equal pieces that repeat --------------------------------------------------------------------- */

static bool circle_together(const dt_ahead *a, const dt_ongoing *o) {
    for (size_t i = 0; i < o->count; i++)
        if (a->time[i] != a->time[0] || a->circle[a->op[a->walker[i].at].other].more > 0) return false;
    return true;
}

/* One step by the rules of sharing; false: they do not begin, or do not end, at one instant. */
static bool circle_step(dt_ahead *a, dt_ongoing *o, double *takes) {
    double start = a->time[0], end = 0;
    size_t id, flying = 0;
    for (size_t i = 0; i < o->count; i++)
        if (a->time[i] != start || a->way[i] == SIZE_MAX) return false;
    for (size_t i = 0; i < o->count; i++, flying++)
        dt_fluid_send(a->fluid, a->way[i], a->circle[a->op[a->walker[i].at].other].bytes[0], i);
    bool even = true;
    for (double now_s; flying > 0 && dt_fluid_next(a->fluid, &id); flying--, end = now_s) {
        now_s = dt_fluid_now(a->fluid);
        even = even && (end <= 0 || now_s - end <= 1e-13 * (now_s - start));
    }
    *takes = dt_fluid_now(a->fluid) - start;
    return even;
}

static bool circle_repeats(dt_ahead *a, dt_ongoing *o) {
    double takes, gap = circle_gap(a, o, 0), steps = (double)(o->count - 1);
    for (size_t i = 0; i < o->count; i++)
        if (circle_gap(a, o, i) != gap) return false;
    if (!circle_step(a, o, &takes)) return false;
    for (size_t i = 0; i < o->count; i++) {
        a->time[i] += steps * (takes + gap);
        a->sent[i] = a->time[i] - gap;
        a->gap[i] = gap;
    }
    return true;
}

/* What member i used in p - 1 steps, of which the larger pieces are those below more, all but the one that it does not send. */
static void circle_account(dt_ahead *a, const dt_ongoing *o, size_t i) {
    dt_walker *w = &a->walker[i];
    const dt_circle *c = &a->circle[a->op[w->at].other], *b = &a->circle[a->op[a->walker[c->before].at].other];
    double steps = (double)(c->ranks - 1), lasts = a->time[i] - w->now_s, gap = steps * a->gap[i];
    double out = steps, in = steps, kept = (double)((c->first + 1) % c->ranks < c->more), kept_by = (double)((b->first + 1) % c->ranks < c->more);
    double sent = ((double)c->more - kept) * c->bytes[1] + (out - (double)c->more + kept) * c->bytes[0];
    double got = ((double)c->more - kept_by) * c->bytes[1] + (in - (double)c->more + kept_by) * c->bytes[0];
    w->used.compute_s += gap;
    w->used.flops += steps * c->flops[0];
    w->used.wait_s += a->wait[i];
    w->used.send_s += lasts - gap - a->wait[i];
    if (a->way[i] != SIZE_MAX) {
        w->used.bytes_out += sent;
        w->used.bytes_arrived += sent;
        w->used.messages_out += out;
    }
    if (a->way[c->before] == SIZE_MAX) return;
    w->used.bytes_in += got;
    w->used.messages_in += in;
    for (size_t k = 0, last = circle_kept(a, c->ranks); k < last; k++) got -= circle_bytes(b, c->ranks - 2 - k);
    a->bytes += got;
    a->between += dt_port_site(o->port[i]) != dt_port_site(o->port[c->before]) ? got : 0;
}

bool dt_ahead_circle(dt_ahead *a, dt_ongoing *o) {
    circle_prepare(a, o);
    bool together = !a->apart && circle_together(a, o);
    a->steps = !together;
    if (a->apart) circle_steps(a, o);
    else if (together ? !circle_repeats(a, o) : !circle_ring(a, o)) return false;
    for (size_t i = 0; i < o->count; i++) circle_account(a, o, i);
    return true;
}

bool dt_ahead_round(const dt_ahead *a, const dt_ongoing *o) {
    size_t p = o->count;
    for (size_t i = 0; i < p; i++)
        for (size_t k = a->first[i]; k < a->first[i + 1]; k++) {
            if (a->op[k].kind != DT_OP_CIRCLE) return false;
            const dt_circle *c = &a->circle[a->op[k].other], *first = &a->circle[a->op[a->first[0] + k - a->first[i]].other];
            if (c->ranks != p || c->next != (i + 1) % p || c->first != (first->first + i) % p) return false;
            if (c->more > 0 && (!(a->apart || a->ring) || c->flops[0] != c->flops[1])) return false;
        }
    return true;
}
