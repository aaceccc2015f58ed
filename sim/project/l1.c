/* l1.c - proximal gradient descent (ISTA) for a loss with the penalty lam * sum |x_i|: after a step at learning rate r every entry
 * moves by r * lam towards 0, and stays there if it would cross it (soft threshold).
 * When: models most of whose weights are to be exactly 0, such as sparse logistic regression.  What breaks: an adaptive optimiser
 * steps each entry at a rate of its own, but all thresholds are those of the common rate, so that the minimum is another one; and
 * means of sparse models (localsgd, fedavg) are less sparse than each of them.  With parameter servers the servers step, so that
 * their model is as sparse as that of one machine.
 * Source: Daubechies, Defrise, De Mol 2004, section 2 (iterated soft threshold); with parameter servers Li et al. 2014, section
 * 5.1. */
#include "project/project.h"
#include <math.h>

typedef struct l1 { double lam; } l1;

static void l1_apply(const void *state, double rate, size_t n, float *x) {
    float threshold = (float)(rate * ((const l1 *)state)->lam);
    for (size_t i = 0; i < n; i++) x[i] = fabsf(x[i]) <= threshold ? 0 : x[i] - copysignf(threshold, x[i]);
}

static double l1_penalty(const void *state, size_t n, const float *x) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += fabs((double)x[i]);
    return ((const l1 *)state)->lam * sum;
}

static const dt_param l1_params[] = {
    DT_REAL_PARAM(l1, lam, 0.01, 0, 1e9, "1", "weight of the penalty on the sum of absolute values (lasso), which the loss includes; of all "
                                              "parameters, a bias among them"),
    { 0 }
};

const dt_project_type dt_project_l1 = {
    .is = { "l1", "Soft threshold of an l1 penalty (lasso): small weights become exactly 0.", "Daubechies et al. 2004, section 2", l1_params, sizeof(l1) },
    .apply = l1_apply, .penalty = l1_penalty,
};
