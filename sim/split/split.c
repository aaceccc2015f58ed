/* split.c - opening a split, and making a list of rows for every worker out of a worker for every row. */
#include "split/split.h"
#include "base/warn.h"

#define ROOM split
#include "base/members.h"

static const char *split_more(const dt_entry *entry) {
    if (!dt_split_of(entry)->may_leave_empty) return NULL;
    return "it may leave workers without samples: each of them is given one sample of the largest shard, and the result "
           "counts them";
}

const dt_room dt_split_room = {
    .name = "split", .brief = "which worker holds which sample", .preset = "iid",
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
static size_t split_mend(uint32_t *worker_of, size_t rows, const dt_shards *s, dt_arena *scratch) {
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

static dt_status split_assign(const dt_split_type *type, const void *state, const dt_samples *samples, uint64_t seed,
                              dt_shards *out, dt_arena *scratch) {
    uint32_t *worker_of = dt_arena_take(scratch, samples->rows, sizeof *worker_of);
    dt_rng *rng = type->drawn ? dt_rng_stream(scratch, seed, 0, "split") : NULL;
    DT_TRY(type->assign(state, samples, out->workers, rng, worker_of, scratch));
    split_list(worker_of, samples->rows, out, scratch);
    out->empty = split_mend(worker_of, samples->rows, out, scratch);
    if (out->empty == 0) return DT_OK;
    dt_warn("split", "\"%s\" left workers without a sample; each of them was given one of the largest shard "
            "(empty_workers in the result counts them)", type->is.name);
    split_list(worker_of, samples->rows, out, scratch);
    return DT_OK;
}

dt_status dt_split_make(const dt_config *config, const dt_samples *samples, size_t workers, uint64_t seed,
                        dt_shards *out, dt_arena *run) {
    const dt_entry *entry;
    void *state;
    DT_TRY(dt_room_open(&dt_split_room, config, NULL, NULL, run, &entry, &state));
    if (samples->rows < workers)
        return dt_fail_at(DT_EINVAL, "workers", "%zu workers cannot each have a sample: the training set has %zu",
                          workers, samples->rows);
    *out = (dt_shards){ workers, 0, dt_arena_take(run, workers + 1, sizeof *out->start),
                        dt_arena_take(run, samples->rows, sizeof *out->row) };
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = split_assign(dt_split_of(entry), state, samples, seed, out, scratch);
    dt_arena_free(scratch);
    return status;
}
