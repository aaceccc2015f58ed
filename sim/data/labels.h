/* labels.h - for the members of this room whose labels are numbers: from the labels of a file to classes. */
#ifndef DT_DATA_LABELS_H
#define DT_DATA_LABELS_H

#include "base/arena.h"
#include "base/status.h"

typedef struct dt_data_labels {
    const char *name;       /* where they stand, for messages: a file, a dataset */
    double     *label;      /* [count] */
    size_t      count;
} dt_data_labels;

/* Number the classes: the distinct training labels in ascending order become 0, 1, ...; labels are replaced by their
 * class.  test.count may be 0.
 * Errors: DT_EFORMAT a label that is no whole number, a test label that no training row has (both with their row). */
dt_status dt_data_classes(dt_data_labels train, dt_data_labels test, size_t *classes, dt_arena *scratch);

#endif
