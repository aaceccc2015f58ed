/* box.c - projected gradient descent within bounds: every parameter is cut off at a least and at a largest value.
 * When: parameters that must not be negative, such as shares or rates (least = 0), or that have to fit a number format.  What
 * breaks: the minimum within the box is another one, and a gradient that points out of it never becomes 0.
 * Source: Bertsekas 1976, "On the Goldstein-Levitin-Polyak Gradient Projection Method". */
#include "project/project.h"

typedef struct box { double least, most; } box;

static dt_status box_check(const void *state, const char *key) {
    const box *b = state;
    if (b->least <= b->most) return DT_OK;
    return dt_fail_at(DT_EINVAL, key, "\"box\": expected least at or below most, got %g and %g", b->least, b->most);
}

static void box_apply(const void *state, double rate, size_t n, float *x) {
    const box *b = state;
    float least = (float)b->least, most = (float)b->most;
    (void)rate;
    for (size_t i = 0; i < n; i++) x[i] = x[i] < least ? least : x[i] > most ? most : x[i];
}

static const dt_param box_params[] = {
    DT_REAL_PARAM(box, least, -1, -1e30, 1e30, "1", "smallest value of a parameter"),
    DT_REAL_PARAM(box, most, 1, -1e30, 1e30, "1", "largest value of a parameter"),
    { 0 }
};

const dt_project_type dt_project_box = {
    .is = { "box", "Cut every parameter off at a least and a largest value.", "Bertsekas 1976", box_params, sizeof(box) },
    .check = box_check, .apply = box_apply,
};
