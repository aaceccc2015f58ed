/* labels.c - numbers the distinct labels of a data set. */
#include "data/labels.h"
#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

static dt_status labels_whole(const dt_data_labels *l) {
    for (size_t i = 0; i < l->count; i++)
        if (!isfinite(l->label[i]) || l->label[i] != floor(l->label[i]))
            return dt_fail(DT_EFORMAT, "%s, row %zu: expected a whole number as class, got %g", l->name, i + 1,
                           l->label[i]);
    return DT_OK;
}

/* Replace labels by their place among the distinct ones, which are in order. */
static dt_status labels_number(const dt_data_labels *l, const double *distinct, size_t classes) {
    for (size_t i = 0; i < l->count; i++) {
        size_t low = 0, high = classes;
        while (high - low > 1) {
            size_t middle = low + (high - low) / 2;
            if (distinct[middle] <= l->label[i]) low = middle;
            else high = middle;
        }
        if (distinct[low] != l->label[i])
            return dt_fail(DT_EFORMAT, "row %zu of the test labels in %s is %.0f, a class that no training row has: it could "
                           "only be guessed wrong", i + 1, l->name, l->label[i]);
        l->label[i] = (double)low;
    }
    return DT_OK;
}

dt_status dt_data_classes(dt_data_labels train, dt_data_labels test, size_t *classes, dt_arena *scratch) {
    double *distinct = dt_arena_take(scratch, train.count, sizeof *distinct);
    DT_TRY(labels_whole(&train));
    DT_TRY(labels_whole(&test));
    *classes = 0;
    if (train.count == 0) return DT_OK;
    memcpy(distinct, train.label, train.count * sizeof *distinct);
    gsl_sort(distinct, 1, train.count);
    for (size_t i = 0; i < train.count; i++)
        if (i == 0 || distinct[*classes - 1] != distinct[i]) distinct[(*classes)++] = distinct[i];
    DT_TRY(labels_number(&train, distinct, *classes));
    return labels_number(&test, distinct, *classes);
}
