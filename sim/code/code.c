/* code.c - opening, encoding, and what all codes check before they decode. */
#include "code/inside.h"
#include <assert.h>
#include <string.h>

#define ROOM code
#include "base/members.h"

const dt_room dt_code_room = {
    .name = "code", .preset = "none", ROOM_MEMBERS,
    .brief = "gradient code: which parts of a batch each worker computes, so that slow or Byzantine workers do no harm",
};

dt_status dt_code_open(dt_code *c, const dt_config *config, size_t workers, uint64_t seed, dt_arena *run) {
    const dt_entry *entry;
    *c = (dt_code){ .workers = workers, .parts = workers };
    DT_TRY(dt_room_open(&dt_code_room, config, NULL, NULL, run, &entry, &c->state));
    c->type = dt_code_of(entry);
    return c->type->init(c->state, c, dt_rng_stream(run, seed, 0, "code"), run);
}

static void code_add(const double weight, const float *g, size_t n, double *word) {
    for (size_t e = 0; e < n; e++) word[e] += weight * (double)g[e];
}

void dt_code_encode(const dt_code *c, size_t worker, const float *const *g, const double *share, size_t n, double *word) {
    memset(word, 0, dt_code_reals(c) * n * sizeof *word);
    for (size_t k = c->start[worker]; k < c->start[worker + 1]; k++) {
        size_t p = c->part[k];
        code_add(c->weight[k] * share[p], g[p], n, word);
        if (c->imaginary != NULL) code_add(c->imaginary[k] * share[p], g[p], n, word + n);
    }
}

double dt_code_encode_flops(const dt_code *c, size_t worker, size_t n) {
    size_t parts = dt_code_count(c, worker);
    return parts < 2 ? 0 : 2.0 * (double)parts * (double)dt_code_reals(c) * (double)n;
}

bool dt_code_enough(const dt_code *c, const bool *come) { return c->type->enough(c, come); }

double dt_code_decode_flops(const dt_code *c, size_t words, size_t n) {
    return c->type->flops == NULL ? 0 : c->type->flops(c, words, n);
}

dt_status dt_code_decode(const dt_code *c, const double *const *word, size_t n, double *sum, bool *liar, dt_arena *scratch) {
    assert(c->type->decode != NULL);
    dt_arena_mark mark = dt_arena_here(scratch);
    bool *come = dt_arena_take(scratch, c->workers, sizeof *come);
    for (size_t w = 0; w < c->workers; w++) {
        come[w] = word[w] != NULL;
        liar[w] = false;
    }
    dt_status status = dt_code_enough(c, come) ? c->type->decode(c, word, n, sum, liar, scratch)
        : dt_fail(DT_EDECODE, "the words of %zu of %zu workers do not determine the sum of the gradients with the code \"%s\"",
                  dt_code_come(c, come), c->workers, c->type->is.name);
    dt_arena_release(scratch, mark);
    return status;
}

size_t dt_code_come(const dt_code *c, const bool *come) {
    size_t count = 0;
    for (size_t w = 0; w < c->workers; w++) count += come[w];
    return count;
}

/* ---- who computes what --------------------------------------------------------------------- */

static void code_deal(dt_code *c, size_t count, dt_arena *run) {
    size_t *start = dt_arena_take(run, c->workers + 1, sizeof *start);
    for (size_t w = 0; w <= c->workers; w++) start[w] = w * count;
    c->start = start;
}

dt_status dt_code_groups(dt_code *c, size_t size, const char *path, dt_arena *run) {
    if (c->workers % size != 0)
        return dt_fail_at(DT_EINVAL, path, "\"%s\" puts the workers into groups of %zu with this value: expected a number of workers "
                          "that %zu divides, got %zu", c->type->is.name, size, size, c->workers);
    size_t *part = dt_arena_take(run, c->workers * size, sizeof *part);
    double *weight = dt_arena_take(run, c->workers * size, sizeof *weight);
    code_deal(c, size, run);
    for (size_t k = 0; k < c->workers * size; k++) {
        part[k] = k / size / size * size + k % size;
        weight[k] = 1;
    }
    c->part = part;
    c->weight = weight;
    return DT_OK;
}

void dt_code_cycle(dt_code *c, size_t count, dt_arena *run) {
    size_t *part = dt_arena_take(run, c->workers * count, sizeof *part);
    code_deal(c, count, run);
    for (size_t k = 0; k < c->workers * count; k++) part[k] = (k / count + k % count) % c->workers;
    c->part = part;
}
