/* l2ball.c - projected gradient descent within a ball: a model whose 2-norm is above the radius is scaled down to it.
 * When: a bound on the size of the model that holds at every step, as in the analysis of online and private learning.  What
 * breaks: it needs the whole vector, so one server has to hold all of it.  Means of models in the ball are in it; what a lossy
 * compressor or a median makes of them need not be, until the next step.
 * Source: Zinkevich 2003, "Online Convex Programming and Generalized Infinitesimal Gradient Ascent", section 2. */
#include "project/project.h"
#include <math.h>

typedef struct l2ball { double radius; } l2ball;

static void l2ball_apply(const void *state, double rate, size_t n, float *x) {
    double sum = 0, radius = ((const l2ball *)state)->radius;
    (void)rate;
    for (size_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
    if (sum <= radius * radius) return;
    double scale = radius / sqrt(sum);
    for (size_t i = 0; i < n; i++) x[i] = (float)(scale * x[i]);
}

static const dt_param l2ball_params[] = {
    DT_REAL_PARAM(l2ball, radius, 1, 1e-9, 1e12, "1", "largest 2-norm of the model"),
    { 0 }
};

const dt_project_type dt_project_l2ball = {
    .is = { "l2ball", "Scale a model down to a largest 2-norm.", "Zinkevich 2003, section 2", l2ball_params, sizeof(l2ball) },
    .whole = true, .apply = l2ball_apply,
};
