/* durable.c - failures and returns of the servers of a store, the checkpoints of their ranges, and the requests of workers that
 * outlive a head; durable.h has the tables of states and events. */
#include "role/holding.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>

/* A server whose failure is not noticed yet. */
typedef struct dt_outage { dt_stores *all; size_t server; bool pending; double failed_s; } dt_outage;

dt_status dt_durable_fits(const dt_config *scenario, dt_arena *scratch) {
    dt_sync sync;
    DT_TRY(dt_sync_open(&sync, dt_config_get(scenario, "sync"), scratch));
    if (dt_sync_depth(&sync) <= 1 && dt_sync_ends(&sync).spare == 0 && dt_sync_memory(&sync, 1) == 0) return DT_OK;
    return dt_fail_at(DT_EINVAL, "sync", "with \"%s\" a server knows more of its workers than their clocks (who is late, what is to be merged "
                      "later, how fast each is), which is not copied or saved: expected \"bsp\", \"ssp\" or \"async\"", sync.type->is.name);
}

static double holding_now(const dt_holding *h) { return dt_engine_now(h->store->all->team->group.engine); }

/* ---- opening -------------------------------------------------------------------------------------- */

static void place_open(dt_holding *h, size_t at, size_t range) {
    dt_store *s = h->store;
    dt_arena *run = s->all->run;
    dt_holder *x = &h->place[at];
    size_t server = (range + at) % s->servers;
    dt_port *own = s->server[server];
    *x = (dt_holder){ .of = h, .server = server, .state = DT_HOLDER_MEMBER, .expects = -1, .image = h->newest,
                     .before = at > 0 ? &h->place[at - 1] : NULL,
                     .port = at == 0 ? own : dt_port_beside(own, dt_arena_text(run, "range %zu", range), run) };
    x->early = dt_arena_take(run, (size_t)h->ahead + 1, sizeof *x->early);
    h->chain[at] = x;
}

static void holding_open(dt_store *s, size_t range) {
    const dt_durability *set = s->all->team->durability;
    dt_arena *run = s->all->run;
    dt_holding *h = dt_arena_take(run, 1, sizeof *h);
    size_t workers = s->workers, copies = (size_t)set->replicas;
    *h = (dt_holding){ .store = s, .part = &s->part[range], .set = set, .open = true, .ahead = (long)(2 * workers + 16) };
    h->places = h->members = 1 + (copies < s->servers ? copies : s->servers - 1);
    h->place = dt_arena_take(run, h->places, sizeof *h->place);
    h->chain = dt_arena_take(run, h->places, sizeof(void *));
    h->asking = dt_arena_take(run, workers, sizeof *h->asking);
    h->answer = dt_arena_take(run, workers, sizeof *h->answer);
    h->taken = dt_arena_take(run, workers, sizeof *h->taken);
    h->acknowledged = dt_arena_take(run, workers, sizeof *h->acknowledged);
    h->joined = dt_arena_take(run, workers, sizeof *h->joined);
    for (size_t i = 0; i < workers; i++) h->joined[i] = -1;
    h->part->holding = h;
    h->saved = dt_image_record(h);
    if (h->places > 1) dt_history_add(h);
    for (size_t at = 0; at < h->places; at++) place_open(h, at, range);
}

void dt_durable_open(dt_store *s) {
    dt_stores *all = s->all;
    if (all->team->durability == NULL) return;
    for (size_t range = 0; range < s->servers; range++) holding_open(s, range);
    all->outage = dt_arena_take(all->run, s->servers, sizeof *all->outage);
    for (size_t k = 0; k < s->servers; k++) all->outage[k] = (dt_outage){ .all = all, .server = k };
}

/* ---- heads ---------------------------------------------------------------------------------------- */

/* The place is the head: it handles requests from now on, and workers that wait send it theirs. */
static void holding_begin(dt_holding *h) {
    const dt_store *s = h->store;
    dt_port *const *worker = s->all->team->group.port;
    h->part->port = h->chain[0]->port;
    h->open = true;
    h->opening++;
    h->safe = LONG_MAX;
    for (size_t c = 0; c < h->members; c++)
        if (dt_holder_there(h->chain[c]) && h->places > 1 && h->chain[c]->image->version < h->safe)
            h->safe = h->chain[c]->image->version;
    if (h->places == 1) h->safe = h->part->version;
    for (size_t i = 0; i < s->workers; i++)
        if (h->asking[i].to != NULL) dt_port_cancel_receive(worker[s->worker[i]], h->asking[i].to);
    dt_port_cancel_receive(h->chain[0]->port, NULL);
    dt_chain_repair(h);
}

/* The first place whose server is up reads the checkpoint, if no place has the state. */
static void holding_read(dt_holding *h) {
    if (h->members > 0) return;
    for (size_t at = 0; at < h->places; at++)
        if (h->place[at].state == DT_HOLDER_READING) return;
    for (size_t at = 0; at < h->places; at++) {
        if (h->place[at].state != DT_HOLDER_EMPTY) continue;
        h->place[at].state = DT_HOLDER_READING;
        dt_port_cancel_receive(h->place[at].port, NULL);
        return;
    }
}

/* What is read of a checkpoint; the initial values are known to all. */
static double holding_stored(const dt_holding *h) { return h->stored ? dt_image_bytes(h) : 0; }

static void place_restored(void *arg) {
    dt_holder *x = arg;
    dt_holding *h = x->of;
    if (x->state != DT_HOLDER_READING) return;       /* its server has failed at this moment */
    x->state = DT_HOLDER_MEMBER;
    h->chain[h->members++] = x;
    if (h->places > 1) x->image = dt_history_add(h);
    dt_chain_tell(h, x, "restored", holding_stored(h), holding_now(h) - h->closed_s, 0);
    holding_begin(h);
}

/* [time] Read the checkpoint, and be the head. */
static dt_status place_read(dt_holder *x) {
    const dt_holding *h = x->of;
    double bytes = holding_stored(h);
    if (bytes > 0) DT_TRY(dt_port_sleep(x->port, bytes / h->set->bandwidth));
    dt_engine_at_once(place_restored, x);
    return DT_OK;
}

/* ---- failures ------------------------------------------------------------------------------------- */

/* Places of that state, of that server (NULL: any), leave the chain. */
static void holding_leave(dt_holding *h, dt_holder_state state, const size_t *server) {
    size_t kept = 0;
    for (size_t c = 0; c < h->members; c++) {
        dt_holder *x = h->chain[c];
        if (x->state != state || (server != NULL && x->server != *server)) {
            h->chain[kept++] = x;
            continue;
        }
        x->state = dt_port_up(x->port) ? DT_HOLDER_EMPTY : DT_HOLDER_DOWN;
        x->before = NULL;
        x->image = NULL;
        x->earlies = 0;
    }
    h->members = kept;
}

/* The head has failed: the state is that of the next member, or that of the checkpoint. */
static void holding_close(dt_holding *h, const dt_holder *failed) {
    const dt_holder *next = NULL;
    if (h->open) h->closed_s = holding_now(h);
    h->open = false;
    dt_image_forget(h);
    holding_leave(h, DT_HOLDER_CATCHING, NULL);
    for (size_t c = h->members; c-- > 0;)
        if (h->chain[c]->state == DT_HOLDER_MEMBER) next = h->chain[c];
    if (next != NULL) {
        dt_image_load(h, next->image);
        dt_history_cut(h, next->image);
    } else {
        dt_chain_tell(h, failed, "lost", 0, 0, h->pushes - h->saved->pushes);
        dt_image_restore(h, h->saved);
        dt_history_cut(h, NULL);
    }
}

/* Is every place that has the state, or could read it, down for good? */
static bool holding_dead(const dt_holding *h) {
    if (h->set->recovers) return false;
    for (size_t at = 0; at < h->places; at++)
        if (h->place[at].state != DT_HOLDER_DOWN && h->place[at].state != DT_HOLDER_LOST) return false;
    return true;
}

static void place_fails(dt_holder *x) {
    dt_holding *h = x->of;
    size_t c = 0;
    while (c < h->members && h->chain[c]->state == DT_HOLDER_LOST) c++;
    bool head = c < h->members && h->chain[c] == x;
    x->state = dt_holder_there(x) ? DT_HOLDER_LOST : DT_HOLDER_DOWN;
    x->expects = -1;
    x->earlies = 0;
    x->image = NULL;
    for (size_t at = 0; at < h->places; at++)
        if (h->place[at].state == DT_HOLDER_EMPTY && h->place[at].before == x) h->place[at].expects = -1;
    if (head) holding_close(h, x);
}

/* A failure has been noticed: the members that it struck leave the chain. */
static void holding_notice(dt_holding *h, size_t server) {
    holding_leave(h, DT_HOLDER_LOST, &server);
    for (size_t at = 0; at < h->places; at++)
        if (h->place[at].server == server && h->place[at].state == DT_HOLDER_DOWN && dt_port_up(h->place[at].port))
            h->place[at].state = DT_HOLDER_EMPTY;
    if (!h->open && h->members > 0 && h->chain[0]->state == DT_HOLDER_MEMBER) {
        dt_chain_tell(h, h->chain[0], "takeover", 0, holding_now(h) - h->closed_s, 0);
        holding_begin(h);
    } else {
        dt_chain_repair(h);
    }
    holding_read(h);
}

static void outage_notice(dt_outage *o) {
    dt_store *s = o->all->store;
    o->pending = false;
    for (size_t range = 0; range < s->servers; range++) holding_notice(s->part[range].holding, o->server);
}

static dt_status outage_over(void *arg) {
    static const double NEAR = 1e-9;    /* s: rounding of the alarm's time */
    dt_outage *o = arg;
    const dt_holding *h = o->all->store->part->holding;
    if (o->pending && holding_now(h) >= o->failed_s + h->set->notice_s - NEAR) outage_notice(o);
    return DT_OK;
}

/* When the training is over, nobody waits for a range that is closed. */
static void stores_release(dt_stores *all) {
    const dt_store *s = all->store;
    for (size_t i = 0; all->over && i < s->workers; i++)
        if (dt_durable_stranded(s, i)) dt_port_abort(all->team->group.port[s->worker[i]]);
}

dt_status dt_durable_failed(dt_stores *all, size_t server) {
    dt_store *s = all->store;
    dt_outage *o = &all->outage[server];
    dt_engine *e = all->team->group.engine;
    for (size_t range = 0; range < s->servers; range++) {
        dt_holding *h = s->part[range].holding;
        for (size_t at = 0; at < h->places; at++)
            if (h->place[at].server == server) place_fails(&h->place[at]);
        if (!holding_dead(h) || all->over) continue;
        return dt_fail(DT_EDEADLOCK, "at %g s the servers that had range %zu of the model have failed for good: expected servers that recover "
                       "(faults.servers.recover), or more copies of every range (servers.replicas)", dt_engine_now(e), range);
    }
    o->pending = true;
    o->failed_s = dt_engine_now(e);
    dt_engine_at(e, o->failed_s + s->part->holding->set->notice_s, outage_over, o);
    stores_release(all);
    return DT_OK;
}

void dt_durable_returned(dt_stores *all, size_t server) { outage_notice(&all->outage[server]); }

dt_status dt_durable_law(const void *stores) {
    const dt_stores *all = stores;
    for (size_t range = 0; range < all->store->servers; range++) {
        const dt_holding *h = all->store->part[range].holding;
        if (h->missing > 0)
            return dt_fail(DT_EAUDIT, "%ld pushes to range %zu were acknowledged, and a copy that took over did not have them", h->missing, range);
    }
    return DT_OK;
}

/* ---- actors --------------------------------------------------------------------------------------- */

size_t dt_durable_places(const dt_store *s, size_t range) {
    return s->part[range].holding == NULL ? 0 : s->part[range].holding->places;
}

dt_port *dt_durable_port(const dt_store *s, size_t range, size_t place) { return s->part[range].holding->place[place].port; }

/* [time] Take what the others send, until the place has something else to do (DT_ELATE). */
static dt_status place_copies(dt_holder *x) {
    dt_message m;
    for (;;) {
        DT_TRY(dt_port_receive(x->port, NULL, DT_ANY, HUGE_VAL, &m));
        dt_chain_hear(x->of, x, &m);
    }
}

dt_status dt_durable_act(dt_store *s, size_t range, size_t place, dt_status (*serve)(void *arg), void *arg) {
    const dt_holding *h = s->part[range].holding;
    dt_holder *x = &h->place[place];
    for (;;) {
        bool head = h->open && h->chain[0] == x;
        dt_status status = head ? serve(arg) : x->state == DT_HOLDER_READING ? place_read(x) : place_copies(x);      /* [time] */
        if (status == DT_EDOWN)
            while (dt_port_reset(x->port) != DT_OK) DT_TRY(dt_port_block(x->port, HUGE_VAL));
        else if (status != DT_OK && (status != DT_ELATE || head)) return status;
    }
}

/* ---- what a head does ------------------------------------------------------------------------------- */

bool dt_durable_takes(dt_store *s, dt_keeper *p, size_t i, const dt_message *m) {
    dt_holding *h = p->holding;
    long number = m->tag / DT_STORE_KINDS;
    if (h == NULL) return true;
    if (number <= h->taken[i]) return false;
    if (p->done[i] == LONG_MAX || s->all->over) return true;        /* it is not applied */
    h->taken[i] = number;
    h->pushes++;
    if (!s->all->sync->type->merges) h->written += m->bytes;
    return true;
}

void dt_durable_hear(dt_keeper *p, dt_message *m) {
    if (p->holding != NULL) dt_chain_hear(p->holding, p->holding->chain[0], m);
    else dt_vec_drop(m->vec);
}

/* The head's state is that of the newest version, which it sends on. */
static void head_changed(void *arg) {
    dt_holding *h = arg;
    dt_holder *head = h->chain[0];
    if (!h->open || head->image->version == h->part->version) return;
    if (h->store->all->sync->type->merges) h->written += 4.0 * (double)h->part->range.count;
    head->image = dt_history_add(h);
    dt_chain_forward(h, head);
    dt_history_trim(h);
}

void dt_durable_changed(dt_keeper *p) {
    dt_holding *h = p->holding;
    if (h == NULL) return;
    if (h->places == 1) h->safe = p->version;
    else dt_engine_at_once(head_changed, h);
}

/* [time] For so long the head hears nothing but what the tail has, so that values that wait for that are sent. */
static dt_status head_writes(dt_holding *h, double seconds) {
    const double end = holding_now(h) + seconds;
    dt_port *head = h->part->port;
    dt_status status = DT_OK;
    while (h->answers > 0 && status == DT_OK) {
        dt_message m;
        status = dt_port_receive(head, h->chain[h->members - 1]->port, DT_ANY, end, &m);
        if (status == DT_OK) dt_chain_hear(h, h->chain[0], &m);
    }
    return status == DT_OK || status == DT_ELATE ? dt_port_sleep(head, fmax(0, end - holding_now(h))) : status;
}

dt_status dt_durable_save(dt_keeper *p) {
    dt_holding *h = p->holding;
    if (h == NULL) return DT_OK;
    double now = holding_now(h);
    bool due = (h->set->seconds > 0 && now - h->saved_s >= h->set->seconds) ||
               (h->set->rounds > 0 && (double)(p->round - h->saved_round) >= h->set->rounds);
    if (!due) return DT_OK;
    dt_image *image = dt_image_record(h);
    double bytes = dt_image_bytes(h), seconds = bytes / h->set->bandwidth;
    h->saved_s = now;
    h->saved_round = p->round;
    dt_status status = head_writes(h, seconds);     /* [time] */
    if (status == DT_OK) {
        h->stored = true;
        dt_chain_tell(h, h->chain[0], "checkpoint", bytes, seconds, 0);
        dt_image *old = h->saved;
        h->saved = image;
        image = old;
    }
    dt_image_drop(h, image);
    return status;
}

void dt_durable_join(dt_keeper *p, size_t i) {
    if (p->holding != NULL) p->holding->joined[i] = p->version;
}

/* ---- requests of workers ------------------------------------------------------------------------------ */

bool dt_durable_stranded(const dt_store *s, size_t i) {
    for (size_t k = 0; k < s->servers; k++) {
        const dt_holding *h = s->part[k].holding;
        if (h != NULL && h->asking[i].to != NULL && (!h->open || h->asking[i].opening != h->opening)) return true;
    }
    return false;
}

static void asking_end(dt_asking *a) {
    dt_vec_drop(a->m.vec);
    a->m.vec = NULL;
    a->to = NULL;
}

void dt_durable_ask(dt_keeper *p, dt_worker *w, size_t i, dt_message m) {
    dt_holding *h = p->holding;
    if (h != NULL) {
        asking_end(&h->asking[i]);
        h->asking[i] = (dt_asking){ m, p->port, h->opening };
        if (m.vec != NULL) dt_vec_keep(m.vec);
    }
    dt_port_post(w->port, p->port, m);
}

/* An answer that has come from the head that has failed counts. */
dt_status dt_durable_receive(dt_keeper *p, dt_worker *w, size_t i, long tag, dt_message *m) {
    dt_holding *h = p->holding;
    if (h == NULL) return dt_port_receive(w->port, p->port, tag, HUGE_VAL, m);
    dt_asking *a = &h->asking[i];
    for (;;) {
        dt_status status = dt_port_receive(w->port, a->to, tag, a->opening == h->opening ? HUGE_VAL : 0, m);     /* [time] */
        if (status == DT_OK) asking_end(a);
        if (status != DT_ELATE) return status;
        if (a->opening == h->opening) continue;
        a->opening = h->opening;
        a->to = p->port;
        if (a->m.vec != NULL) dt_vec_keep(a->m.vec);
        dt_port_post(w->port, a->to, a->m);
    }
}
