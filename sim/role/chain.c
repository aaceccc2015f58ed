/* chain.c - chain replication of a range: how changes, states and acknowledgements travel between its places.
 *
 * The tag of a message is the version that it leads to times KINDS, plus its kind; value is the version that it begins at.
 *   CHANGE   changes since that version    a member to the next one; the bytes of the pushes behind them, at most those of a state
 *   STATE    values and optimiser memory   the tail to an empty place, one at a time, so that no member is behind one that
 *                                          has less
 *   TAIL     an acknowledgement            the tail to the head, without bytes
 * Messages travel as over one connection: a change that has overtaken the one before it waits for that. */
#include "role/holding.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>

enum { CHANGE, STATE, TAIL, KINDS };

void dt_chain_tell(const dt_holding *h, const dt_holder *place, const char *what, double bytes, double seconds, long pushes) {
    const dt_durability *set = h->set;
    if (set->on_event == NULL) return;
    const dt_durable_event event = { dt_engine_now(h->store->all->team->group.engine), (size_t)(h->part - h->store->part),
                                     place->server, what, bytes, seconds, pushes };
    set->on_event(set->owner, &event);
}

static size_t chain_index(const dt_holding *h, const dt_holder *x) {
    size_t c = 0;
    while (c < h->members && h->chain[c] != x) c++;
    return c;
}

/* ---- answers -------------------------------------------------------------------------------------- */

/* The tail has this version: send the answers that waited for it, in the order in which they were made. */
static void chain_release(dt_holding *h, long version) {
    if (version > h->safe) h->safe = version;
    while (h->answers > 0 && (long)h->answer[h->first].m.value <= h->safe) {
        const dt_answer answer = h->answer[h->first];
        h->first = (h->first + 1) % h->store->workers;          /* first: other actors may act while a message is posted */
        h->answers--;
        bool acknowledges = !h->store->all->over && answer.m.tag / DT_STORE_KINDS == answer.number;
        if (acknowledges) h->acknowledged[answer.worker] = answer.number;
        dt_port_post(h->part->port, h->store->all->team->group.port[h->store->worker[answer.worker]], answer.m);
    }
}

void dt_durable_answer(dt_store *s, dt_keeper *p, size_t i, dt_message m) {
    dt_holding *h = p->holding;
    if (h != NULL) {
        assert(h->answers < s->workers);
        h->answer[(h->first + h->answers++) % s->workers] = (dt_answer){ i, h->taken[i], p->seen[i], m };
        chain_release(h, h->safe);
    } else {
        dt_port_post(p->port, s->all->team->group.port[s->worker[i]], m);
    }
}

void dt_durable_leave(dt_keeper *p, size_t i) {
    dt_holding *h = p->holding;
    size_t count = h == NULL ? 0 : h->answers;
    if (count > 0) h->answers = 0;
    for (size_t a = 0; a < count; a++) {
        const dt_answer answer = h->answer[(h->first + a) % h->store->workers];
        if (answer.worker == i) dt_vec_drop(answer.m.vec);
        else h->answer[(h->first + h->answers++) % h->store->workers] = answer;
    }
}

/* ---- from member to member -------------------------------------------------------------------------- */

static void chain_acknowledge(dt_holding *h, const dt_holder *tail) {
    const dt_holder *head = h->chain[0];
    if (tail == head) chain_release(h, tail->image->version);
    else if (dt_holder_there(head))
        dt_port_post_from_host(tail->port, head->port, (dt_message){ .tag = tail->image->version * KINDS + TAIL });
}

void dt_chain_forward(dt_holding *h, dt_holder *from) {
    size_t next = chain_index(h, from) + 1;
    long version = from->image->version;
    if (next == h->members) chain_acknowledge(h, from);
    if (next >= h->members || from->sent >= version) return;
    long has = dt_holder_there(h->chain[next]) ? h->chain[next]->image->version : from->sent;
    if (from->sent > has && version - has > h->ahead) return;       /* it goes on when one of those on the way has come */
    const dt_image *before = dt_history_find(h, from->sent);
    double bytes = before == NULL ? dt_image_bytes(h) : fmin(from->image->written - before->written, dt_image_bytes(h));
    dt_message m = { .tag = version * KINDS + CHANGE, .value = (double)from->sent, .bytes = bytes };
    from->sent = version;
    dt_port_post_from_host(from->port, h->chain[next]->port, m);
}

/* The place has that version. */
static void place_reaches(dt_holding *h, dt_holder *at, long version) {
    at->image = dt_history_find(h, version);
    assert(at->image != NULL);
    if (at->state != DT_HOLDER_CATCHING || version < at->needs) return;
    at->state = DT_HOLDER_MEMBER;
    dt_chain_repair(h);
}

/* Changes that have overtaken others count once those have come. */
static void place_changes(dt_holding *h, dt_holder *at, long from, long to) {
    if (from > at->image->version) {
        assert(at->earlies <= (size_t)h->ahead);
        at->early[at->earlies].from = from;
        at->early[at->earlies++].to = to;
        return;
    }
    if (to > at->image->version) place_reaches(h, at, to);
    for (size_t e = 0; e < at->earlies; e++) {
        if (at->early[e].from > at->image->version) continue;
        if (at->early[e].to > at->image->version) place_reaches(h, at, at->early[e].to);
        at->early[e] = at->early[--at->earlies];
        e = (size_t)-1;             /* look at all others again */
    }
    dt_chain_forward(h, at);
    if (at->before != NULL && dt_holder_there(at->before)) dt_chain_forward(h, at->before);
    dt_history_trim(h);
}

/* The whole state has come: the place is the tail. */
static void place_joins(dt_holding *h, dt_holder *at, double bytes) {
    at->state = DT_HOLDER_CATCHING;
    at->before = NULL;
    at->needs = h->newest->version;
    h->chain[h->members++] = at;
    at->image = dt_history_find(h, at->expects);
    at->expects = -1;
    place_reaches(h, at, at->image->version);
    dt_chain_tell(h, at, "copied", bytes, 0, 0);
    dt_chain_repair(h);
}

typedef struct hearing { dt_holding *h; dt_holder *at; const dt_message *m; } hearing;

static void chain_take(void *arg) {
    const hearing *a = arg;
    dt_holding *h = a->h;
    dt_holder *at = a->at;
    const dt_message *m = a->m;
    long kind = m->tag % KINDS, version = m->tag / KINDS;
    bool gone = h->newest == NULL || version > h->newest->version;      /* a head that has failed since took it along */
    if (kind == CHANGE && !gone && dt_holder_there(at)) place_changes(h, at, (long)m->value, version);
    if (kind == STATE && at->state == DT_HOLDER_EMPTY && version == at->expects) place_joins(h, at, m->bytes);
    if (kind == TAIL && h->open && at == h->chain[0]) chain_release(h, version);
}

/* Atomically: members do not change while messages are posted. */
void dt_chain_hear(dt_holding *h, dt_holder *at, dt_message *m) {
    dt_vec_drop(m->vec);
    dt_engine_at_once(chain_take, &(hearing){ h, at, m });
}

/* ---- when members have changed ------------------------------------------------------------------------ */

/* The member now follows another one, which then knows what it has. */
static void chain_link(dt_holding *h, dt_holder *before, dt_holder *at) {
    if (at->before == before) return;
    at->before = before;
    at->earlies = 0;
    before->sent = at->image->version;
    dt_chain_forward(h, before);
}

/* Send the state to the first empty place, unless it is on its way to one. */
static void chain_fill(dt_holding *h, dt_holder *tail) {
    dt_holder *x = NULL;
    for (size_t at = h->places; at-- > 0;) {
        if (h->place[at].state != DT_HOLDER_EMPTY) continue;
        if (h->place[at].expects >= 0) return;
        x = &h->place[at];
    }
    if (x == NULL) return;
    x->expects = tail->image->version;
    x->before = tail;
    dt_port_post_from_host(tail->port, x->port, (dt_message){ .tag = x->expects * KINDS + STATE, .bytes = dt_image_bytes(h) });
}

void dt_chain_repair(dt_holding *h) {
    if (!h->open || h->places == 1) return;
    dt_holder *tail = h->chain[h->members - 1];
    for (size_t c = 1; c < h->members; c++)
        if (dt_holder_there(h->chain[c - 1]) && dt_holder_there(h->chain[c])) chain_link(h, h->chain[c - 1], h->chain[c]);
    if (dt_holder_there(tail)) chain_acknowledge(h, tail);
    if (tail->state == DT_HOLDER_MEMBER) chain_fill(h, tail);
    dt_history_trim(h);
}
