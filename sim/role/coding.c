/* coding.c - the words of a code: who is asked for them, and how the gradient comes back. */
#include "role/coding.h"
#include "role/steps.h"
#include "engine/failure.h"
#include <math.h>
#include <string.h>

enum { ERROR_COLUMN, FOUND_COLUMN };

const dt_metric dt_coding_columns[] = {
    [ERROR_COLUMN] = { { "gradient_error", DT_COLUMN_REAL, "1", "distance of the gradient that was decoded or merged from that of all parts, relative to its "
                         "length, in the last round; a real system cannot know it" } },
    [FOUND_COLUMN] = { { "liars_found", DT_COLUMN_REAL, "1", "workers whose words the code found to be false, in the last round" } },
    { { NULL } },
};

struct dt_coding {
    dt_server     *server;
    const dt_code *code;
    double        *share;       /* [parts] of the samples of this round */
    bool          *come;        /* [workers] words of this round */
    bool          *could;       /* [workers] that have come or may: all but those of workers that stay away for good */
    size_t         most;        /* of could */
    size_t        *free;        /* [workers] scratch: who can be invited */
    size_t         words;       /* that have come */
    double         steps;       /* rounds so far */
    /* NULL with learn = false: */
    dt_order      *order;       /* [parts] */
    struct { const uint32_t *row; size_t count; } *batch;       /* [parts] of this round */
    float        **g, **flipped;/* [parts] gradients; of flipped labels, or NULL */
    const float  **told;        /* [workers] what is merged where there is nothing to decode */
    double       **word;        /* [workers]; NULL where there is nothing to decode */
    const double **given;       /* [workers] the words that have come, NULL: has not */
    double        *size, *weight, *sum, *truth;     /* [workers], [workers], [n], [n] */
    bool          *liar, flips; /* [workers]; whether gradients are of flipped labels */
    float         *result;      /* [n] */
};

dt_status dt_coding_fit(const dt_config *scenario) {
    const dt_config *compress = dt_config_get(scenario, "compress"), *aggregate = dt_config_get(scenario, "aggregate");
    const char *name = dt_config_name(dt_config_get(scenario, "strategy"));
    const dt_config *chosen = dt_config_get(scenario, "code");
    const dt_entry *code = chosen == NULL ? NULL : dt_room_find(&dt_code_room, dt_config_name(chosen));
    if (compress != NULL && strcmp(dt_config_name(compress), dt_compress_room.preset) != 0)
        return dt_fail_at(DT_EINVAL, "compress", "the words of \"%s\" are sent as they are: expected \"none\", got \"%s\"", name, dt_config_name(compress));
    bool merged = code == NULL || dt_code_of(code)->decode == NULL;
    if (merged || aggregate == NULL || strcmp(dt_config_name(aggregate), dt_aggregate_room.preset) == 0) return DT_OK;
    return dt_fail_at(DT_EINVAL, "aggregate", "the code \"%s\" decodes the gradient, so that nothing is left to merge: expected \"weighted\", or "
                      "code = \"none\", got \"%s\"", code->name, dt_config_name(aggregate));
}

/* ---- setting up ---------------------------------------------------------------------------- */

static float **coding_vectors(size_t count, size_t n, dt_arena *run) {
    float **x = dt_arena_take(run, count, sizeof *x);
    for (size_t i = 0; i < count; i++) x[i] = dt_arena_take(run, n, sizeof **x);
    return x;
}

static void coding_numbers(dt_coding *c) {
    const dt_server *s = c->server;
    const dt_team *team = s->team;
    size_t parts = c->code->parts, workers = c->code->workers, n = s->x->n, reals = dt_code_reals(c->code);
    c->order = dt_arena_take(s->run, parts, sizeof *c->order);
    for (size_t p = 0; p < parts; p++) dt_order_open(&c->order[p], s->learning, p, s->run);
    c->batch = dt_arena_take(s->run, parts, sizeof *c->batch);
    c->g = coding_vectors(parts, n, s->run);
    if (team->attack != NULL && team->attack->type->labels) c->flipped = coding_vectors(parts, n, s->run);
    c->told = dt_arena_take(s->run, workers, sizeof *c->told);
    c->given = dt_arena_take(s->run, workers, sizeof *c->given);
    if (c->code->type->decode != NULL) {
        c->word = dt_arena_take(s->run, workers, sizeof *c->word);
        for (size_t w = 0; w < workers; w++) c->word[w] = dt_arena_take(s->run, reals * n, sizeof **c->word);
    }
    c->sum = dt_arena_take(s->run, n, sizeof *c->sum);
    c->truth = dt_arena_take(s->run, n, sizeof *c->truth);
    c->result = dt_arena_take(s->run, n, sizeof *c->result);
}

dt_coding *dt_coding_new(dt_server *s) {
    const dt_code *code = s->team->code;
    dt_coding *c = dt_arena_take(s->run, 1, sizeof *c);
    *c = (dt_coding){ .server = s, .code = code };
    c->share = dt_arena_take(s->run, code->parts, sizeof *c->share);
    c->size = dt_arena_take(s->run, code->workers, sizeof *c->size);
    c->weight = dt_arena_take(s->run, code->workers, sizeof *c->weight);
    c->come = dt_arena_take(s->run, code->workers, sizeof *c->come);
    c->could = dt_arena_take(s->run, code->workers, sizeof *c->could);
    c->liar = dt_arena_take(s->run, code->workers, sizeof *c->liar);
    c->free = dt_arena_take(s->run, code->workers, sizeof *c->free);
    if (s->learning->learn) coding_numbers(c);
    return c;
}

/* ---- clients ------------------------------------------------------------------------------- */

/* Samples and batches of a part in that round. */
static double coding_samples(const dt_learning *l, size_t part, long round) {
    return dt_learning_samples(l, part, round + 1) - dt_learning_samples(l, part, round);
}

dt_status dt_coding_compute(dt_worker *w) {
    const dt_learning *l = w->learning;
    const dt_code *code = w->team->code;
    double samples = 0, batches = 0;
    for (size_t k = code->start[w->rank]; k < code->start[w->rank + 1]; k++) {
        size_t p = code->part[k];
        samples += coding_samples(l, p, w->round);
        batches += (double)(dt_learning_batches(l, p, w->round + 1) - dt_learning_batches(l, p, w->round));
    }
    DT_TRY(dt_worker_work(w, samples, batches));                                                /* [time] */
    double flops = dt_code_encode_flops(code, (size_t)w->rank, l->model->n);
    return flops > 0 ? dt_worker_charge(w, flops, NULL, NULL) : DT_OK;                          /* [time] */
}

dt_status dt_coding_send(dt_worker *w) {
    dt_letter word = { .bytes = 4.0 * (double)(dt_code_reals(w->team->code) * w->learning->model->n), .value = 1 };
    return dt_worker_reply(w, &word);
}

/* ---- gathering ----------------------------------------------------------------------------- */

static void coding_take(dt_coding *c) {
    dt_server *s = c->server;
    for (size_t i = 0; i < s->updates; i++) {
        const dt_update *u = &s->update[i];
        if (u->round == s->round) {
            c->come[u->rank] = true;
            c->words++;
            continue;
        }
        s->monitor->late++;
        s->monitor->late_bytes += u->bytes;
    }
    dt_server_drop(s);
    s->updates = 0;
}

/* Gathering pauses where nobody has to be waited for any more, and where a client is free that has finished a word of an earlier
 * round.  A code that doubts wants to have all words. */
static bool coding_pauses(const void *owner, const dt_server *s) {
    const dt_coding *c = owner;
    const dt_code *code = c->code;
    size_t words = c->words;
    bool stale = false;
    for (size_t i = 0; i < s->updates; i++) {
        stale |= s->update[i].round != s->round;
        words += s->update[i].round == s->round;
    }
    if (stale || words >= c->most) return true;
    if (code->type->doubts) return false;
    bool *come = c->come, enough;
    for (size_t i = 0; i < s->updates; i++) come[s->update[i].rank] = true;
    enough = dt_code_enough(code, come);
    for (size_t i = 0; i < s->updates; i++) come[s->update[i].rank] = false;
    return enough;
}

static bool coding_is_over(const dt_coding *c) {
    if (c->words == c->code->workers) return true;
    return c->code->type->decode == NULL && c->server->busy == 0 ? c->words > 0 : dt_code_enough(c->code, c->come);
}

/* Write those who are free and whose words are missing into c->free; returns how many. */
static size_t coding_free(dt_coding *c) {
    size_t present = dt_server_present(c->server, c->free), count = 0;
    for (size_t i = 0; i < present; i++)
        if (!c->come[c->free[i]]) c->free[count++] = c->free[i];
    return count;
}

static dt_status coding_lost(const dt_coding *c) {
    return dt_fail(DT_EDECODE, "strategy: the words of %zu of %zu workers in round %ld do not determine the gradient with the code \"%s\", and the "
                   "other workers have failed or stay away", c->words, c->code->workers, c->server->round + 1,
                   c->code->type->is.name);
}

/* Which words may come, as workers may stay away for good (faults.stragglers without a delay).  False: they would not be enough.
 * Who only adds what comes waits for all of them, however long that takes. */
static bool coding_may_end(dt_coding *c) {
    const dt_server *s = c->server;
    c->most = 0;
    for (size_t r = 0; r < c->code->workers; r++) {
        c->could[r] = c->come[r] || c->code->type->decode == NULL || !s->pace->late.forever || !dt_pace_is_late(s->pace, c->code->workers, s->round, r);
        c->most += c->could[r];
    }
    return dt_code_enough(c->code, c->could);
}

dt_status dt_coding_gather(dt_coding *c, dt_late late, dt_status (*body)(void *state, dt_worker *w), void *state) {
    dt_server *s = c->server;
    const dt_quorum quorum = { .enough = coding_pauses, .owner = c, .late = late == DT_LATE_LEAVE ? late : DT_LATE_WAIT };
    memset(c->come, 0, c->code->workers * sizeof *c->come);
    c->words = 0;
    for (bool again = true; again;) {
        size_t free = coding_free(c);
        bool alone = free == 0 && s->busy == 0;     /* the others have failed: gathering waits until the deadline */
        if (!coding_may_end(c)) return coding_lost(c);
        for (size_t i = 0; i < free; i++) DT_TRY(dt_server_invite(s, c->free[i], body, state, NULL));
        DT_TRY(dt_server_gather(s, &quorum));                                                   /* [time] */
        coding_take(c);
        again = !coding_is_over(c);
        if (again && dt_engine_finished(s->team->group.engine)) return DT_EOVER;
        if (again && alone && c->code->type->decode != NULL && coding_free(c) == 0) return coding_lost(c);
    }
    return DT_OK;
}

/* ---- decoding ------------------------------------------------------------------------------ */

static void coding_gradient(void *arg, size_t p, int thread) {
    dt_coding *c = arg;
    const dt_learning *l = c->server->learning;
    if (!c->flips) c->batch[p].row = dt_order_next(&c->order[p], l, &c->batch[p].count);
    l->bench[thread].flip = c->flips;
    dt_learning_gradient(l, thread, c->batch[p].row, c->batch[p].count, c->server->x->x, c->flips ? c->flipped[p] : c->g[p]);
    l->bench[thread].flip = false;
}

/* Every sample counts alike, whatever share of its worker's shard the batch is. */
static void coding_shares(dt_coding *c) {
    double all = 0;
    for (size_t p = 0; p < c->code->parts; p++) all += c->share[p] = coding_samples(c->server->learning, p, c->server->round);
    for (size_t p = 0; p < c->code->parts; p++) c->share[p] /= all;
}

static void coding_parts(dt_coding *c) {
    const dt_server *s = c->server;
    size_t n = s->x->n;
    coding_shares(c);
    for (int flips = 0; flips < (c->flipped == NULL ? 1 : 2); flips++) {
        c->flips = flips;
        dt_pool_each(s->learning->threads, c->code->parts, coding_gradient, c);
    }
    memset(c->truth, 0, n * sizeof *c->truth);
    for (size_t p = 0; p < c->code->parts; p++)
        for (size_t e = 0; e < n; e++) c->truth[e] += c->share[p] * (double)c->g[p][e];
}

static bool coding_lies(const dt_coding *c, size_t worker) {
    const dt_attack *a = c->server->team->attack;
    return a != NULL && dt_attack_strikes(a, c->code->workers, c->server->round, worker);
}

static dt_status coding_decode_words(dt_coding *c) {
    const dt_server *s = c->server;
    size_t n = s->x->n;
    for (size_t w = 0; w < c->code->workers; w++) {
        c->given[w] = c->come[w] ? c->word[w] : NULL;
        if (!c->come[w]) continue;
        bool lies = coding_lies(c, w);
        const float *const *g = (const float *const *)(lies && c->flipped != NULL ? c->flipped : c->g);
        dt_code_encode(c->code, w, g, c->share, n, c->word[w]);
        if (lies) dt_attack_forge_words(s->team->attack, s->round, w, dt_code_reals(c->code) * n, c->word[w]);
    }
    DT_TRY(dt_code_decode(c->code, c->given, n, c->sum, c->liar, s->run));
    for (size_t e = 0; e < n; e++) c->result[e] = (float)c->sum[e];
    return DT_OK;
}

/* Worker w's word is the gradient of part w. */
static void coding_merge_words(dt_coding *c) {
    const dt_server *s = c->server;
    dt_inputs in = { 0, s->x->n, c->told, c->size };
    for (size_t w = 0; w < c->code->workers; w++) {
        if (!c->come[w]) continue;
        bool lies = coding_lies(c, w);
        float *g = lies && c->flipped != NULL ? c->flipped[w] : c->g[w];
        if (lies) dt_attack_forge(s->team->attack, s->round, w, in.n, g);
        c->size[in.count] = c->share[w];
        c->told[in.count++] = g;
    }
    dt_aggregate_form(s->team->aggregate, &in, c->weight, c->result, s->learning->threads);
}

static void coding_report(dt_coding *c) {
    double error = 0, size = 0, found = 0;
    for (size_t e = 0; e < c->server->x->n; e++) {
        error = hypot(error, (double)c->result[e] - c->truth[e]);
        size = hypot(size, c->truth[e]);
    }
    for (size_t w = 0; w < c->code->workers; w++) found += c->liar[w];
    dt_monitor_report(c->server->monitor, ERROR_COLUMN, size > 0 ? error / size : error);
    dt_monitor_report(c->server->monitor, FOUND_COLUMN, found);
}

static dt_status coding_numbers_of_round(dt_coding *c) {
    dt_status status = DT_OK;
    coding_parts(c);
    if (c->code->type->decode != NULL) status = coding_decode_words(c);
    else coding_merge_words(c);
    if (status == DT_OK) coding_report(c);
    return status;
}

dt_status dt_coding_decode(dt_coding *c, const float **g) {
    dt_server *s = c->server;
    const dt_code *code = c->code;
    size_t n = s->x->n;
    double flops = code->type->decode != NULL ? dt_code_decode_flops(code, c->words, n) : dt_aggregate_flops(s->team->aggregate, c->words, n);
    if (flops > 0) DT_TRY(dt_port_compute(s->port, flops, NULL, NULL));                         /* [time] */
    *g = c->result;
    for (size_t p = 0; p < code->parts; p++)
        if (code->type->decode != NULL || c->come[p]) s->monitor->samples += coding_samples(s->learning, p, s->round);
    dt_monitor_merged(s->monitor, 0, (long)c->words);
    s->updates = c->words;
    s->step++;
    if (!s->learning->learn) return DT_OK;
    dt_meter_begin(dt_pool_meter(s->learning->threads), DT_ARITHMETIC);
    dt_status status = coding_numbers_of_round(c);
    dt_meter_end(dt_pool_meter(s->learning->threads));
    return status;
}
