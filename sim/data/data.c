/* data.c - opens a data set, and checks what all of them promise: finite features, whole labels within the classes. */
#include "data/data.h"
#include "base/wide.h"
#include "data/made.h"
#include <string.h>

#define ROOM data
#include "base/members.h"

const dt_room dt_data_room = {
    .name = "data", .brief = "the data set that is learned from", .preset = "gaussian",
    ROOM_MEMBERS,
};

static dt_status data_open(const dt_config *config, const dt_data_type **type, void **state, dt_arena *arena) {
    const dt_entry *entry;
    DT_TRY(dt_room_open(&dt_data_room, config, NULL, NULL, arena, &entry, state));
    *type = dt_data_of(entry);
    return DT_OK;
}

dt_status dt_data_check(const dt_config *config) {
    const dt_data_type *type;
    void *state;
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = data_open(config, &type, &state, scratch);
    if (status == DT_OK && type->check != NULL) status = dt_fail_place(type->check(state), "data.path");
    dt_arena_free(scratch);
    return status;
}

dt_status dt_data_depends(const dt_config *config, dt_data_basis *on) {
    const dt_data_type *type;
    void *state;
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = data_open(config, &type, &state, scratch);
    if (status == DT_OK)
        *on = (dt_data_basis){ type->by_seed && (type->settled == NULL || !type->settled(state)), type->by_workers };
    dt_arena_free(scratch);
    return status;
}

/* Bytes are finite.  Infinity and NaN are the floats whose exponent is all ones; as integers, a whole row is tested at once. */
DT_WIDE
static bool data_finite(const float *x, size_t n) {
    uint32_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bad |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return bad == 0;
}

static dt_status data_verify(const dt_dataset *set, const dt_shape *shape, const char *which) {
    for (size_t i = 0; dt_data_there(set) && i < set->rows; i++) {
        float y = set->y[i];
        const float *x = set->x == NULL ? NULL : set->x + i * shape->features;
        if (x != NULL && !data_finite(x, shape->features)) {
            size_t column = 0;
            while (data_finite(&x[column], 1)) column++;
            return dt_fail_at(DT_EFORMAT, "data", "row %zu of the %s set, column %zu: expected a finite number, got %g",
                              i + 1, which, column + 1, (double)x[column]);
        }
        if (shape->classes == 0 ? !data_finite(&y, 1)
                                : !(y >= 0 && y < (float)shape->classes && y == (float)(size_t)y))
            return dt_fail_at(DT_EFORMAT, "data", "row %zu of the %s set: expected as target %s, got %g", i + 1, which,
                              shape->classes == 0 ? "a finite number" : "a whole number below the number of classes",
                              (double)y);
    }
    return DT_OK;
}

static dt_status data_load(const dt_config *config, uint64_t seed, size_t workers, bool by_owner, dt_data *out, dt_arena *run) {
    const dt_data_type *type;
    void *state;
    DT_TRY(data_open(config, &type, &state, run));
    *out = (dt_data){ 0 };
    DT_TRY(dt_fail_place((type->draw != NULL ? type->draw : type->load)(state, seed, workers, out, run), "data.path"));
    if (!by_owner) DT_TRY(dt_data_make(out, true, NULL, run));
    if (out->train.rows == 0 || out->shape.features == 0)
        return dt_fail_at(DT_EFORMAT, "data", "%s: expected at least 1 training row of at least 1 column, got %zu rows of %zu "
                          "columns", type->is.name, out->train.rows, out->shape.features);
    DT_TRY(data_verify(&out->train, &out->shape, "training"));
    return data_verify(&out->test, &out->shape, "test");
}

dt_status dt_data_load(const dt_config *config, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    return data_load(config, seed, workers, false, out, run);
}

dt_status dt_data_load_by_owner(const dt_config *config, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    return data_load(config, seed, workers, true, out, run);
}

DT_WIDE
static void data_grey(const uint8_t *restrict pixel, size_t n, float *restrict x) {
    for (size_t i = 0; i < n; i++) x[i] = (float)pixel[i] / 255.0f;
}

const float *dt_data_samples(const dt_batch *batch, size_t features, size_t first, size_t rows, float *room) {
    if (batch->pixel == NULL) return batch->x + first * features;
    data_grey(batch->pixel + first * features, rows * features, room);
    return room;
}

void dt_data_gather(const dt_dataset *set, size_t features, const uint32_t *row, size_t m, float *x, float *y) {
    for (size_t i = 0; i < m; i++) {
        if (set->pixel != NULL) data_grey(set->pixel + (size_t)row[i] * features, features, x + i * features);
        else memcpy(x + i * features, set->x + (size_t)row[i] * features, features * sizeof *x);
        y[i] = set->y[row[i]];
    }
}
