/* points.c - any shape: the factor at given points of the training, and straight lines between them.
 * When: for warm-up (Goyal et al. 2017, "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", section 2.2, arXiv
 * 1706.02677: a linear rise) followed by any fall.  Before the first point and after the last the factor is constant; two equal
 * points make a jump, and the second one counts there.
 * Source: standard; piecewise linear interpolation. */
#include "schedule/schedule.h"
#include <gsl/gsl_interp.h>

typedef struct points { dt_list at, factor; } points;

static dt_status points_init(const void *state, const char *path) {
    const points *s = state;
    if (s->at.count != s->factor.count || s->at.count == 0)
        return dt_fail_at(DT_EINVAL, path, "expected as many factors as points, at least one of each, got %zu factor%s for %zu "
                          "point%s", s->factor.count, s->factor.count == 1 ? "" : "s", s->at.count,
                          s->at.count == 1 ? "" : "s");
    for (size_t i = 1; i < s->at.count; i++)
        if (s->at.item[i] < s->at.item[i - 1])
            return dt_fail_at(DT_EINVAL, path, "expected points that do not fall, got %g after %g", s->at.item[i],
                              s->at.item[i - 1]);
    return DT_OK;
}

static double points_factor(const void *state, double progress) {
    const points *s = state;
    const double *at = s->at.item, *factor = s->factor.item;
    size_t last = s->at.count - 1;
    if (progress < at[0]) return factor[0];
    if (progress >= at[last]) return factor[last];
    size_t i = gsl_interp_bsearch(at, progress, 0, last);       /* at[i] <= progress < at[i + 1] */
    return factor[i] + (factor[i + 1] - factor[i]) * (progress - at[i]) / (at[i + 1] - at[i]);
}

static const dt_param points_params[] = {
    DT_LIST_PARAM(points, at, "0", 0, 1e15, "1", "the points, in order: epochs = { 0, 5, 60 }, or rounds, steps"),
    DT_LIST_PARAM(points, factor, "1", 1e-9, 1e6, "1", "what the rate is multiplied by at each point"),
    { 0 }
};

const dt_schedule_type dt_schedule_points = {
    .is = { "points", "Any shape, such as warm-up: a factor of the learning rate at each point, straight lines between.",
            "standard", points_params,
            sizeof(points) },
    .init = points_init, .factor = points_factor,
};
