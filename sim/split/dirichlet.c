/* dirichlet.c - the samples of each class are shared out in proportions p ~ Dirichlet(alpha, ..., alpha).
 * When: the degree of non-IID label skew is to be swept by one number, alpha; most papers on federated learning do so.
 * Source: Yurochkin et al. 2019, "Bayesian Nonparametric Federated Learning of Neural Networks", section 4 (arXiv 1905.12022). */
#include "split/deal.h"
#include <gsl/gsl_randist.h>

typedef struct dirichlet { double alpha; } dirichlet;

static dt_status dirichlet_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                                  uint32_t *worker_of, dt_arena *scratch) {
    const dirichlet *d = state;
    uint32_t *order;
    size_t *first;
    DT_TRY(dt_split_by_class(samples, &order, &first, scratch));
    double *alpha = dt_arena_take(scratch, workers, sizeof *alpha), *p = dt_arena_take(scratch, workers, sizeof *p);
    for (size_t w = 0; w < workers; w++) alpha[w] = d->alpha;
    for (size_t c = 0; c < samples->classes; c++) {
        size_t count = first[c + 1] - first[c];
        if (count == 0) continue;
        gsl_ran_dirichlet(rng, workers, alpha, p);
        gsl_ran_shuffle(rng, order + first[c], count, sizeof *order);
        dt_split_cut(order + first[c], count, p, workers, worker_of);
    }
    return DT_OK;
}

static const dt_param dirichlet_params[] = {
    DT_REAL_PARAM(dirichlet, alpha, 0.5, 1e-3, 1e6, "1",
                  "concentration: small (0.1): few classes a worker, strongly non-IID; large (100): nearly IID"),
    { 0 }
};

const dt_split_type dt_split_dirichlet = {
    .is = { "dirichlet", "Each class is shared out in random proportions.", "Yurochkin et al. 2019, section 4",
            dirichlet_params, sizeof(dirichlet) },
    .may_leave_empty = true, .drawn = true, .assign = dirichlet_assign,
};
