/* split.c - opens a split, and makes a list of rows for every worker from the worker of every row. */
#include "split/split.h"
#include "base/warn.h"
#include <gsl/gsl_randist.h>

#define ROOM split
#include "base/members.h"

static const char *split_more(const dt_entry *entry) {
    if (!dt_split_of(entry)->may_leave_empty) return NULL;
    return "it may leave workers without samples: each of them is given one sample of the largest shard, and the result "
           "counts them";
}

static const dt_param split_common[] = {
    DT_REAL_PARAM(dt_split, own, 0, 0, 0.9, "1",
                  "share of each worker's samples that its model is not trained on, but evaluated on "
                  "(own_loss, own_accuracy, own_least and others); with natural, 0: the test samples of its devices, where the data has them"),
    { 0 }
};

const dt_room dt_split_room = {
    .name = "split", .brief = "data partition (IID or non-IID): which worker holds which sample", .preset = "iid", .common = split_common,
    ROOM_MEMBERS, .more = split_more,
};

/* Counting sort of the rows by worker; ascending within each. */
static void split_list(const uint32_t *worker_of, size_t rows, dt_shards *out, dt_arena *scratch) {
    size_t *next = dt_arena_take(scratch, out->workers, sizeof *next);
    for (size_t w = 0; w <= out->workers; w++) out->start[w] = 0;
    for (size_t i = 0; i < rows; i++) out->start[worker_of[i] + 1]++;
    for (size_t w = 0; w < out->workers; w++) {
        next[w] = out->start[w];
        out->start[w + 1] += out->start[w];
    }
    for (size_t i = 0; i < rows; i++) out->row[next[worker_of[i]]++] = (uint32_t)i;
}

/* Each worker without a sample gets the last one of whichever shard is then the largest; how many there were.  Workers of
 * equal size form a list, so the largest is found in constant time. */
static size_t split_repair(uint32_t *worker_of, size_t rows, const dt_shards *s, dt_arena *scratch) {
    const uint32_t none = UINT32_MAX;
    size_t largest = 0, *left = dt_arena_take(scratch, s->workers, sizeof *left);
    uint32_t *head = dt_arena_take(scratch, rows + 1, sizeof *head);
    uint32_t *next = dt_arena_take(scratch, s->workers, sizeof *next);
    size_t empty = 0;
    for (size_t i = 0; i <= rows; i++) head[i] = none;
    for (size_t w = s->workers; w-- > 0;) {
        left[w] = s->start[w + 1] - s->start[w];
        next[w] = head[left[w]];
        head[left[w]] = (uint32_t)w;
        if (left[w] > largest) largest = left[w];
    }
    for (uint32_t poor = head[0]; poor != none; poor = next[poor], empty++) {
        while (head[largest] == none) largest--;
        uint32_t rich = head[largest];
        head[largest] = next[rich];
        worker_of[s->row[s->start[rich] + --left[rich]]] = poor;
        next[rich] = head[left[rich]];
        head[left[rich]] = rich;
    }
    return empty;
}

/* Every worker holds every row. */
static dt_status split_copy(size_t rows, dt_shards *out, const dt_split *common, dt_arena *run) {
    const double most = (double)(1u << 30);     /* 4 GiB */
    if ((double)rows * (double)out->workers > most)
        return dt_fail_at(DT_EINVAL, "split", "\"all\" lists every sample for every worker: expected at most 2^30 of both together, got "
                          "%zu times %zu", rows, out->workers);
    if (common->own > 0)
        return dt_fail_at(DT_EINVAL, "split.own", "with \"all\" the others train on what a worker holds out: expected 0, got %g", common->own);
    out->row = dt_arena_take(run, rows * out->workers, sizeof *out->row);
    for (size_t w = 0; w < out->workers; w++) {
        for (size_t i = 0; i < rows; i++) out->row[w * rows + i] = (uint32_t)i;
        out->start[w + 1] = (w + 1) * rows;
    }
    out->distinct = rows;
    return DT_OK;
}

static dt_status split_assign(const dt_split_type *type, const void *state, const dt_samples *samples, uint64_t seed,
                              dt_shards *out, dt_arena *scratch) {
    uint32_t *worker_of = dt_arena_take(scratch, samples->rows, sizeof *worker_of);
    dt_rng *rng = type->drawn ? dt_rng_stream(scratch, seed, 0, "split") : NULL;
    DT_TRY(type->assign(state, samples, out->workers, rng, worker_of, scratch));
    split_list(worker_of, samples->rows, out, scratch);
    out->empty = split_repair(worker_of, samples->rows, out, scratch);
    if (out->empty == 0) return DT_OK;
    dt_warn("split", "\"%s\" left workers without a sample; each of them was given one of the largest shard "
            "(empty_workers in the result counts them)", type->is.name);
    split_list(worker_of, samples->rows, out, scratch);
    return DT_OK;
}

/* ---- rows of one's own ----------------------------------------------------------------------- */

/* Of each worker's rows the share own, drawn, moves from row to own_row; at least one stays. */
static void split_keep_back(dt_shards *s, double own, uint64_t seed, dt_arena *run, dt_arena *scratch) {
    size_t rows = s->start[s->workers], at = 0, kept = 0, first = 0;
    uint32_t *order = dt_arena_take(scratch, rows, sizeof *order);
    bool *back = dt_arena_take(scratch, rows, sizeof *back);
    s->own_start = dt_arena_take(run, s->workers + 1, sizeof *s->own_start);
    s->own_row = dt_arena_take(run, rows, sizeof *s->own_row);
    for (size_t w = 0; w < s->workers; w++) {
        size_t end = s->start[w + 1], count = end - first, wanted = (size_t)(own * (double)count + 0.5);
        if (wanted >= count) wanted = count - 1;
        dt_arena_mark mark = dt_arena_here(scratch);
        dt_rng *rng = dt_rng_stream(scratch, seed, (long)w, "own");
        for (size_t i = 0; i < count; i++) order[i] = (uint32_t)(first + i);
        gsl_ran_shuffle(rng, order, count, sizeof *order);
        dt_arena_release(scratch, mark);
        for (size_t i = 0; i < wanted; i++) back[order[i]] = true;
        for (size_t i = first; i < end; i++) {
            if (back[i]) s->own_row[kept++] = s->row[i];
            else s->row[at++] = s->row[i];
        }
        first = end;
        s->start[w + 1] = at;
        s->own_start[w + 1] = kept;
    }
}

void dt_split_own_test(const dt_samples *train, const int32_t *test_owner, size_t rows, dt_shards *s, dt_arena *run) {
    size_t owners = 0, kept = 0;
    if (!s->by_owner || s->own_start != NULL || test_owner == NULL || train->owner == NULL) return;
    for (size_t i = 0; i < train->rows; i++)
        if ((size_t)train->owner[i] >= owners) owners = (size_t)train->owner[i] + 1;
    dt_arena *scratch = dt_arena_new(0);
    uint32_t *worker = dt_arena_take(scratch, owners, sizeof *worker);     /* 1 + that of the owner; 0: none */
    for (size_t w = 0; w < s->workers; w++)
        for (size_t i = s->start[w]; i < s->start[w + 1]; i++) worker[train->owner[s->row[i]]] = (uint32_t)w + 1;
    s->own_start = dt_arena_take(run, s->workers + 1, sizeof *s->own_start);
    s->own_row = dt_arena_take(run, rows, sizeof *s->own_row);
    s->own_of_test = true;
    size_t *next = dt_arena_take(scratch, s->workers + 1, sizeof *next);
    for (size_t i = 0; i < rows; i++)
        if (test_owner[i] >= 0 && (size_t)test_owner[i] < owners && worker[test_owner[i]] > 0) next[worker[test_owner[i]]]++;
    for (size_t w = 0; w < s->workers; w++) {
        s->own_start[w + 1] = kept += next[w + 1];
        next[w] = s->own_start[w];
    }
    for (size_t i = 0; i < rows; i++)
        if (test_owner[i] >= 0 && (size_t)test_owner[i] < owners && worker[test_owner[i]] > 0)
            s->own_row[next[worker[test_owner[i]] - 1]++] = (uint32_t)i;
    dt_arena_free(scratch);
}

dt_status dt_split_make(const dt_config *config, const dt_samples *samples, size_t workers, uint64_t seed,
                        dt_shards *out, dt_arena *run) {
    const dt_entry *entry;
    void *state;
    dt_split common;
    DT_TRY(dt_room_open(&dt_split_room, config, NULL, &common, run, &entry, &state));
    if (samples->rows < workers)
        return dt_fail_at(DT_EINVAL, "workers", "expected at most %zu workers, one for each training sample, got %zu",
                          samples->rows, workers);
    *out = (dt_shards){ .workers = workers, .start = dt_arena_take(run, workers + 1, sizeof *out->start),
                        .by_owner = dt_split_of(entry)->by_owner };
    if (dt_split_of(entry)->copies) return split_copy(samples->rows, out, &common, run);
    out->row = dt_arena_take(run, samples->rows, sizeof *out->row);
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = split_assign(dt_split_of(entry), state, samples, seed, out, scratch);
    if (status == DT_OK && common.own > 0) split_keep_back(out, common.own, seed, run, scratch);
    out->distinct = out->start[workers];
    dt_arena_free(scratch);
    return status;
}
