/* form.c - the numbers of an exchange, formed once, in the order of ranks. */
#include "collective/inside.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- vectors --------------------------------------------------------------------------------- */

/* A vector that several exchanges fill, while one of them is under way. */
typedef struct dt_whole { long number; dt_vec *vec; size_t users; struct dt_whole *next; } dt_whole;

static dt_whole *whole_find(dt_collective *c, long number) {
    dt_whole *w = c->wholes, *empty = NULL;
    for (; w != NULL && !(w->users > 0 && w->number == number); w = w->next)
        if (w->users == 0) empty = w;
    if (w != NULL) return w;
    if (empty != NULL) return empty;
    w = dt_arena_take(c->run, 1, sizeof *w);
    *w = (dt_whole){ .next = c->wholes };
    return c->wholes = w;
}

dt_vec *dt_form_whole(dt_collective *c, long number) {
    dt_whole *w = whole_find(c, number);
    if (w->users++ == 0) *w = (dt_whole){ number, dt_vec_take(c->pool), 1, w->next };
    return w->vec;
}

void dt_form_whole_end(dt_collective *c, long number) {
    dt_whole *w = whole_find(c, number);
    if (--w->users == 0) dt_vec_drop(w->vec);
}

static dt_vec *form_vector(dt_ongoing *o) {
    dt_collective *c = o->collective;
    return o->what.whole == 0 ? dt_vec_take(c->pool) : dt_vec_keep(dt_form_whole(c, o->what.whole));
}

void dt_form_discard(dt_ongoing *o) {
    if (o->result == NULL) return;
    dt_vec_drop(o->result);
    o->result = NULL;
    if (o->what.whole != 0) dt_form_whole_end(o->collective, o->what.whole);
}

/* Entries first .. first + count - 1 of those exchanged, which lie where they lie in the whole vector: to <- from; NULL: 0. */
static void form_copy(const dt_ongoing *o, float *to, const float *from, size_t first, size_t count) {
    const uint32_t *key = o->what.key;
    size_t at = o->what.slice.first + first;
    if (to == NULL || count == 0) return;
    if (key == NULL && from != NULL) memcpy(to + at, from + at, count * sizeof *to);
    else if (key == NULL) memset(to + at, 0, count * sizeof *to);
    else for (size_t i = first; i < first + count; i++) to[key[i]] = from == NULL ? 0 : from[key[i]];
}

/* ---- means ----------------------------------------------------------------------------------- */

/* Values of keys lie side by side, so that an aggregate sees whole vectors. */
static void form_pack(dt_ongoing *o, size_t count) {
    dt_collective *c = o->collective;
    if (o->what.key == NULL) {
        for (size_t i = 0; i < count; i++) c->x[i] += o->what.slice.first;
        return;
    }
    if (c->packed_room < (count + 1) * o->n) {
        c->packed_room = 2 * (count + 1) * o->n;
        c->packed = dt_arena_take(c->run, c->packed_room, sizeof *c->packed);
    }
    for (size_t i = 0; i < count; i++) {
        float *to = c->packed + i * o->n;
        for (size_t e = 0; e < o->n; e++) to[e] = c->x[i][o->what.key[e]];
        c->x[i] = to;
    }
}

bool dt_form_sums(const dt_ongoing *o) {
    dt_exchange_kind kind = o->what.kind;
    bool reduces = kind == DT_ALL_REDUCE || kind == DT_REDUCE_SCATTER || kind == DT_REDUCE;
    return o->merger != NULL && reduces && o->what.key == NULL && o->n == o->merger->n;
}

/* Either all who bring something bring packets, or nobody does. */
bool dt_form_packets(const dt_ongoing *o) {
    if (!dt_form_sums(o)) return false;
    for (size_t r = 0; r < o->collective->group->ranks; r++)
        if (dt_membership_counts(o, r) && o->share[r].size > 0) return o->share[r].wire_bytes > 0;
    return true;
}

bool dt_form_merges(const dt_ongoing *o) { return dt_form_packets(o) && (o->merger->type->joint || o->merger->twice); }

/* A mean of packets: in their own terms, or encoded again.  What they are changes of is added afterwards. */
static void form_merged(dt_ongoing *o, const dt_inputs *in, const float *origin, float *out) {
    dt_collective *c = o->collective;
    bool sums = c->aggregate->type->partial;
    if (sums) {
        dt_aggregate_weigh(c->aggregate, in, c->weight, c->threads);
        o->again_bytes = dt_compress_merge(o->merger, c->packet, c->weight, in->count, out);
    } else {
        dt_aggregate_form(c->aggregate, in, c->weight, out, c->threads);
        for (size_t e = 0; origin != NULL && e < in->n; e++) out[e] -= origin[e];
        if (o->merger->twice) o->again_bytes = dt_compress_again(o->merger, out, out);
    }
    for (size_t e = 0; origin != NULL && e < in->n; e++) out[e] += origin[e];
}

/* Keys have no layers. */
static void form_aggregated(dt_ongoing *o, const dt_inputs *in, float *out) {
    dt_collective *c = o->collective;
    dt_aggregate a = *c->aggregate;
    if (o->what.key != NULL) a.layers = 0;
    dt_aggregate_form_range(&a, in, o->what.slice.first, c->weight, out, c->threads);
}

static void form_mean(dt_ongoing *o, size_t count, bool measure, const float *origin) {
    dt_collective *c = o->collective;
    float *out = o->result->x + o->what.slice.first;
    bool packets = dt_form_merges(o);
    for (size_t i = 0; i < count; i++) packets &= c->packet[i] != NULL;
    form_pack(o, count);
    if (o->what.key != NULL) out = c->packed + count * o->n;
    dt_inputs in = { count, o->n, c->x, c->size };
    if (packets) form_merged(o, &in, origin, out);
    else form_aggregated(o, &in, out);
    o->outcome.value = 0;
    for (size_t i = 0; i < count; i++) o->outcome.value += c->weight[i] * c->value[i];
    if (measure) o->outcome.consensus_distance = dt_aggregate_consensus_distance(&in, out);
    for (size_t e = 0; o->what.key != NULL && e < o->n; e++) o->result->x[o->what.key[e]] = out[e];
}

/* Where nobody brought anything, as all have only just come back, the model of one who has seen the most steps stands. */
static void form_reduce(dt_ongoing *o, const dt_share *newest) {
    dt_collective *c = o->collective;
    size_t count = 0;
    bool measure = false;
    const float *origin = NULL;
    for (size_t r = 0; r < c->group->ranks; r++) {
        const dt_share *share = &o->share[r];
        if (!dt_membership_counts(o, r) || !(share->size > 0)) continue;
        c->x[count] = share->x;
        c->value[count] = share->value;
        c->packet[count] = share->packet;
        origin = share->origin;
        measure |= share->measure;
        c->size[count++] = share->size;
    }
    o->outcome.count = (long)count;
    if (count == 0 && newest != NULL && newest->x != NULL) form_copy(o, o->result->x, newest->x, 0, o->n);
    if (count > 0 && c->x[0] != NULL) form_mean(o, count, measure, origin);
}

/* ---- pieces ---------------------------------------------------------------------------------- */

dt_slice dt_form_piece(const dt_ongoing *o, size_t rank) {
    size_t i = o->place[rank], even = o->n / o->pieces, more = o->n % o->pieces;
    return (dt_slice){ i * even + (i < more ? i : more), even + (i < more) };
}

static void form_gather(dt_ongoing *o) {
    if (o->result->x != NULL) form_copy(o, o->result->x, NULL, 0, o->n);
    for (size_t r = 0; r < o->collective->group->ranks; r++) {
        if (!dt_membership_counts(o, r) || !(o->share[r].size > 0)) continue;
        dt_slice piece = dt_form_piece(o, r);
        o->outcome.count++;
        if (o->share[r].x != NULL) form_copy(o, o->result->x, o->share[r].x, piece.first, piece.count);
    }
}

void dt_form_result(dt_ongoing *o) {
    const dt_share *newest = NULL;
    dt_exchange_kind kind = o->what.kind;
    if (o->result != NULL) return;
    o->again_bytes = dt_form_merges(o) ? dt_compress_wire_bytes(o->merger) : 0;
    for (size_t r = 0; r < o->collective->group->ranks; r++)
        if (dt_membership_counts(o, r) && (newest == NULL || o->share[r].step > newest->step)) newest = &o->share[r];
    o->outcome = (dt_outcome){ .value = NAN, .consensus_distance = NAN, .step = newest->step, .number = o->number };
    o->result = form_vector(o);
    if (kind == DT_BROADCAST || kind == DT_SCATTER) {
        const float *x = o->share[o->what.root].x;
        assert(dt_membership_counts(o, o->what.root));
        o->outcome.count = 1;
        if (x != NULL) form_copy(o, o->result->x, x, 0, o->n);
        return;
    }
    assert(o->chosen || o->present[DT_EXPECTED] == 0);    /* else the algorithm let a rank through before all had spoken */
    if (kind == DT_GATHER || kind == DT_ALL_GATHER) form_gather(o);
    else form_reduce(o, newest);
}
