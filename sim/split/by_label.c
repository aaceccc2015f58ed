/* by_label.c - whole classes for each worker, as far as possible: worker w holds class w mod classes, or, with fewer
 * workers than classes, every class c with c mod workers = w.
 * When: the most non-IID data partition is asked for; local models forget the classes that they do not see.
 * Source: standard; the extreme label skew. */
#include "split/deal.h"

static dt_status by_label_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                                 uint32_t *worker_of, dt_arena *scratch) {
    (void)state;
    (void)rng;
    uint32_t *order;
    size_t *first, classes = samples->classes;
    DT_TRY(dt_split_by_class(samples, &order, &first, scratch));
    for (size_t c = 0; c < classes; c++) {
        size_t sharers = c < workers ? (workers - c - 1) / classes + 1 : 1;
        for (size_t i = first[c]; i < first[c + 1]; i++)
            worker_of[order[i]] = (uint32_t)((c + (i - first[c]) % sharers * classes) % workers);
    }
    return DT_OK;
}

const dt_split_type dt_split_by_label = {
    .is = { .name = "by_label", .brief = "Whole classes for each worker, as far as possible: the most non-IID partition.",
            .source = "standard" },
    .may_leave_empty = true, .assign = by_label_assign,
};
