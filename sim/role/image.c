/* image.c - the states of a range that its copies and its checkpoint have. */
#include "role/holding.h"
#include <assert.h>
#include <string.h>

static size_t image_memory(const dt_holding *h) {
    return h->part->memory == NULL ? 0 : dt_optimiser_memory(h->store->all->learning->optimiser, h->part->range.count);
}

double dt_image_bytes(const dt_holding *h) {
    size_t memory = dt_optimiser_memory(h->store->all->learning->optimiser, h->part->range.count);
    return 4.0 * (double)(h->part->range.count + memory);
}

static dt_image *image_take(dt_holding *h) {
    dt_arena *run = h->store->all->run;
    size_t workers = h->store->workers, memory = image_memory(h);
    dt_image *image = h->spare;
    if (image != NULL) {
        h->spare = image->next;
        return image;
    }
    image = dt_arena_take(run, 1, sizeof *image);
    image->done = dt_arena_take(run, workers, sizeof *image->done);
    image->taken = dt_arena_take(run, workers, sizeof *image->taken);
    if (memory > 0) image->memory = dt_arena_take(run, memory, sizeof *image->memory);
    return image;
}

/* The gradient of a worker that waits to be merged.  (dt_durable_fits: there is one at most.)  NULL: none can. */
static dt_pending *image_pending(const dt_holding *h, size_t i) {
    return h->store->all->depth == 0 || h->part->pushed[i].g == NULL ? NULL : &h->part->pushed[i];
}

static long image_waiting(const dt_holding *h) {
    long count = 0;
    for (size_t i = 0; i < h->store->workers; i++) count += image_pending(h, i) != NULL;
    return count;
}

dt_image *dt_image_record(dt_holding *h) {
    const dt_keeper *p = h->part;
    dt_image *image = image_take(h), kept = *image;
    size_t workers = h->store->workers;
    *image = (dt_image){ .owners = 1, .version = p->version, .steps = p->steps, .round = p->round, .applied = h->store->all->applied,
                         .pushes = h->pushes - image_waiting(h), .count = p->count, .factor = p->factor, .past = p->past,
                         .written = h->written, .x = dt_vec_keep(p->x), .memory = kept.memory, .done = kept.done, .taken = kept.taken };
    memcpy(image->done, p->done, workers * sizeof *image->done);
    memcpy(image->taken, h->taken, workers * sizeof *image->taken);
    if (image->memory != NULL) memcpy(image->memory, p->memory, image_memory(h) * sizeof(float));
    return image;
}

void dt_image_drop(dt_holding *h, dt_image *image) {
    if (image == NULL || --image->owners > 0) return;
    dt_vec_drop(image->x);
    image->x = NULL;
    image->next = h->spare;
    h->spare = image;
}

/* ---- going back to one ---------------------------------------------------------------------------- */

static void image_values(dt_holding *h, const dt_image *image) {
    dt_keeper *p = h->part;
    dt_vec_keep(image->x);
    dt_vec_drop(p->x);
    p->x = image->x;
    p->steps = image->steps;
    if (image->memory != NULL) memcpy(p->memory, image->memory, image_memory(h) * sizeof(float));
    p->moved = true;
}

/* A worker that has come since the image has the clock of the slowest other one there; where gradients are merged, that of the
 * iteration that is merged next. */
static void image_clocks(dt_holding *h, const dt_image *image) {
    dt_keeper *p = h->part;
    long slowest = LONG_MAX;
    for (size_t i = 0; i < h->store->workers; i++) {
        bool there = p->done[i] != LONG_MAX && image->done[i] != LONG_MAX && image->version > h->joined[i];
        if (there && image->done[i] < slowest) slowest = image->done[i];
    }
    for (size_t i = 0; i < h->store->workers; i++) {
        if (p->done[i] == LONG_MAX) continue;
        bool there = image->done[i] != LONG_MAX && image->version > h->joined[i];
        p->done[i] = there ? image->done[i] : h->store->all->depth > 0 ? image->round : slowest == LONG_MAX ? p->done[i] : slowest;
    }
}

void dt_image_load(dt_holding *h, const dt_image *image) {
    dt_keeper *p = h->part;
    image_values(h, image);
    for (size_t i = 0; i < h->store->workers; i++) {
        if (p->done[i] != LONG_MAX && image->taken[i] < h->acknowledged[i]) h->missing++;
        h->taken[i] = image->taken[i];
    }
    image_clocks(h, image);
    p->version = image->version;
    p->round = image->round;
    p->count = image->count;
    p->factor = image->factor;
    p->past = image->past;
    h->pushes = image->pushes;
    h->written = image->written;
    if (p == h->store->part) h->store->all->applied = image->applied;
    dt_store_find_slowest(h->store, p);
}

void dt_image_restore(dt_holding *h, const dt_image *image) {
    image_values(h, image);
    h->part->version++;
    h->pushes = image->pushes;
    dt_store_find_slowest(h->store, h->part);
}

void dt_image_forget(dt_holding *h) {
    dt_keeper *p = h->part;
    for (size_t i = 0; i < h->store->workers; i++) {
        p->waits[i] = false;
        dt_pending *g = image_pending(h, i);
        if (g == NULL) continue;
        dt_vec_drop(g->g);
        g->g = NULL;
        h->pushes--;
        h->taken[i]--;              /* less than the number that the worker sends it with */
        if (p->done[i] != LONG_MAX) p->done[i]--;
    }
    p->asks = 0;
    for (size_t a = 0; a < h->answers; a++) {
        const dt_answer *answer = &h->answer[(h->first + a) % h->store->workers];
        p->seen[answer->worker] = answer->seen;
        dt_vec_drop(answer->m.vec);
    }
    h->answers = 0;
    dt_store_find_slowest(h->store, p);
}

/* ---- history -------------------------------------------------------------------------------------- */

dt_image *dt_history_add(dt_holding *h) {
    dt_image *image = dt_image_record(h);
    assert(h->newest == NULL || h->newest->version < image->version);
    if (h->newest == NULL) h->history = image;
    else h->newest->next = image;
    h->newest = image;
    return image;
}

dt_image *dt_history_find(const dt_holding *h, long version) {
    dt_image *image = h->history;
    while (image != NULL && image->version != version) image = image->next;
    return image;
}

/* Members need their own state and all that is on its way to those behind them. */
void dt_history_trim(dt_holding *h) {
    long least = LONG_MAX;
    for (size_t c = 0; c < h->places; c++) {
        const dt_holder *x = &h->place[c];
        if (dt_holder_there(x) && x->image->version < least) least = x->image->version;
        if (x->state == DT_HOLDER_EMPTY && x->expects >= 0 && x->expects < least) least = x->expects;
    }
    while (h->history != NULL && h->history->version < least) {
        dt_image *old = h->history;
        h->history = old->next;
        if (old == h->newest) h->newest = NULL;
        dt_image_drop(h, old);
    }
}

void dt_history_cut(dt_holding *h, const dt_image *last) {
    dt_image *image = last == NULL ? h->history : last->next, *next;
    h->newest = NULL;
    if (last == NULL) h->history = NULL;
    for (dt_image *kept = h->history; last != NULL && kept != image; kept = kept->next) h->newest = kept;
    if (h->newest != NULL) h->newest->next = NULL;
    for (; image != NULL; image = next) {
        next = image->next;
        dt_image_drop(h, image);
    }
}
