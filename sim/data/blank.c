/* blank.c - samples that are only counted, for simulations of time alone (learn = false).
 * When: only time and bytes matter, as with model = "profile".
 * Source: none. */
#include "data/data.h"

typedef struct blank { long rows, columns, classes; } blank;

static dt_status blank_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    const blank *b = state;
    (void)seed;
    (void)workers;
    (void)run;
    out->shape = (dt_shape){ .features = (size_t)b->columns, .classes = (size_t)b->classes };
    out->train.rows = (size_t)b->rows;
    return DT_OK;
}

static const dt_param blank_params[] = {
    DT_INT_PARAM(blank, rows, 60000, 1, 4e9, "samples, which are counted and have no contents"),
    DT_INT_PARAM(blank, columns, 784, 1, 1e7, "features"),
    DT_INT_PARAM(blank, classes, 10, 0, 1e7, "classes; 0: a real target"),
    { 0 }
};

const dt_data_type dt_data_blank = {
    .is = { "blank", "Samples that are only counted: for learn = false.", "none", blank_params, sizeof(blank) },
    .load = blank_load,
};
