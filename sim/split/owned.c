/* owned.c - worker w owns so many classes that follow each other, from class w * stride on, around the classes; the samples of a
 * class are dealt evenly to those that own it.
 * When: few classes a worker, with a known overlap of neighbours, as in studies of non-IID clients ("N nodes, k classes each").
 * What breaks: with few workers and a wide stride some classes have no owner; their samples go to worker class mod workers, and
 * a warning says so.
 * Source: Yu et al. 2021, "Fed2: Feature-Aligned Federated Learning", KDD 2021, arXiv:2111.14248 (nodes with so many classes each). */
#include "base/warn.h"
#include "split/deal.h"

typedef struct owned { long classes, stride; } owned;

/* The workers that own class c, ascending; returns how many they are. */
static size_t owned_by(const owned *s, size_t c, size_t classes, size_t workers, uint32_t *owner) {
    size_t count = 0, stride = (size_t)s->stride % classes;
    for (size_t w = 0, first = 0; w < workers; w++, first = (first + stride) % classes)
        if ((c + classes - first) % classes < (size_t)s->classes) owner[count++] = (uint32_t)w;
    return count;
}

static dt_status owned_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng, uint32_t *worker_of,
                              dt_arena *scratch) {
    (void)rng;
    uint32_t *order, *owner = dt_arena_take(scratch, workers, sizeof *owner);
    size_t *first, orphans = 0, orphan = 0;
    DT_TRY(dt_split_by_class(samples, &order, &first, scratch));
    for (size_t c = 0; c < samples->classes; c++) {
        size_t count = owned_by(state, c, samples->classes, workers, owner);
        if (count == 0 && orphans++ == 0) orphan = c;
        if (count == 0) owner[count++] = (uint32_t)(c % workers);
        for (size_t i = first[c]; i < first[c + 1]; i++) worker_of[order[i]] = owner[(i - first[c]) % count];
    }
    if (orphans > 0)
        dt_warn("split", "\"owned\": nobody owns %zu of the %zu classes (class %zu is the first); their samples go to worker class mod %zu",
                orphans, samples->classes, orphan, workers);
    return DT_OK;
}

static const dt_param owned_params[] = {
    DT_INT_PARAM(owned, classes, 3, 1, 1e6, "classes that each worker owns; all, if there are not so many"),
    DT_INT_PARAM(owned, stride, 3, 1, 1e6, "how many classes later those of the next worker begin"),
    { 0 }
};

const dt_split_type dt_split_owned = {
    .is = { "owned", "Each worker owns some classes that follow each other, and shares them with others that own them, too.",
            "Yu et al. 2021, arXiv:2111.14248", owned_params, sizeof(owned) },
    .may_leave_empty = true, .assign = owned_assign,
};
