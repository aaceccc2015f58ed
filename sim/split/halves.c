/* halves.c - half of the workers share the samples of the lower half of the classes evenly, and the others hold whole classes of the
 * upper half, as by_label deals them.
 * When: some workers are alike and others are not, as where a part of the devices stands in one place.  What breaks: with two
 * classes it is hardly another partition than by_label.
 * Source: Wang et al. 2019, "Adaptive Federated Learning in Resource Constrained Edge Computing Systems", section VII, case 4. */
#include "split/deal.h"

static dt_status halves_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng, uint32_t *worker_of,
                               dt_arena *scratch) {
    (void)state;
    (void)rng;
    uint32_t *order;
    size_t *first, classes = samples->classes;
    DT_TRY(dt_split_by_class(samples, &order, &first, scratch));
    size_t low = workers > 1 && classes > 1 ? classes / 2 : classes, half = low < classes ? workers / 2 : workers, rest = workers - half;
    size_t high = classes - low;
    for (size_t i = 0; i < first[low]; i++) worker_of[order[i]] = (uint32_t)(i % half);
    for (size_t c = 0; c < high; c++) {
        size_t sharers = c < rest ? (rest - c - 1) / high + 1 : 1, from = first[low + c];
        for (size_t i = from; i < first[low + c + 1]; i++)
            worker_of[order[i]] = (uint32_t)(half + (c + (i - from) % sharers * high) % rest);
    }
    return DT_OK;
}

const dt_split_type dt_split_halves = {
    .is = { .name = "halves", .brief = "Half of the workers share the lower classes evenly, the others hold whole classes of the upper ones.",
            .source = "Wang et al. 2019, section VII, case 4" },
    .may_leave_empty = true, .assign = halves_assign,
};
