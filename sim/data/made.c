/* made.c - a ring of memory, in which the rows of an owner take the place of those that were made first. */
#include "data/made.h"
#include "data/table.h"
#include <pthread.h>
#include <string.h>

/* ---- all at once ----------------------------------------------------------------------------- */

enum { TOGETHER = 64 };     /* owners a task */

typedef struct making {
    const dt_data_maker *maker;
    size_t features;
    void **tools;                           /* [threads] */
    float *x, *y, *test_x, *test_y;         /* x, y NULL: only the test set */
} making;

static void making_some(void *arg, size_t index, int thread) {
    const making *m = arg;
    const dt_data_maker *k = m->maker;
    for (size_t o = index * TOGETHER; o < k->owners && o < (index + 1) * TOGETHER; o++)
        k->make(k->state, m->tools[thread], o, m->x == NULL ? NULL : m->x + k->train[o] * m->features,
                m->y == NULL ? NULL : m->y + k->train[o], m->test_x + k->test[o] * m->features, m->test_y + k->test[o]);
}

dt_status dt_data_make(dt_data *d, bool train, dt_pool *pool, dt_arena *run) {
    const dt_data_maker *k = d->maker;
    making m = { .maker = k, .features = d->shape.features };
    size_t tested = d->test.rows;
    if (k == NULL || (d->test.x != NULL && (!train || d->train.x != NULL))) return DT_OK;
    if (train) DT_TRY(dt_data_take(d->train.rows, m.features, &d->train, &m.x, &m.y, run));
    DT_TRY(dt_data_take(k->test[k->owners], m.features, &d->test, &m.test_x, &m.test_y, run));
    d->test.rows = tested;
    size_t threads = pool == NULL ? 1 : (size_t)dt_pool_threads(pool), tasks = (k->owners + TOGETHER - 1) / TOGETHER;
    dt_arena *scratch = dt_arena_new(0);
    m.tools = dt_arena_take(scratch, threads, sizeof *m.tools);
    for (size_t t = 0; t < threads; t++) m.tools[t] = k->tools(k->state, scratch);
    if (pool != NULL) dt_pool_each(pool, tasks, making_some, &m);
    else for (size_t i = 0; i < tasks; i++) making_some(&m, i, 0);
    dt_arena_free(scratch);
    return DT_OK;
}

/* ---- some at a time -------------------------------------------------------------------------- */

/* The rows of an owner lie in the ring from place at on, at * (features + 1) floats from its beginning: all x, then all y.  They are
 * there as long as the ring has not written over them: place counts the rows that were ever made. */
typedef struct lying { size_t place; bool there; } lying;

struct dt_data_made {
    const dt_data_maker *maker;
    size_t          features;
    const int32_t  *owner_of;       /* [rows] */
    pthread_mutex_t lock;
    void           *tools;
    float          *ring;           /* [room * (features + 1)] */
    size_t          room, next;     /* rows; the place of the next ones */
    lying          *lying;          /* [owners] */
};

/* How many rows: at least those of the owner that has most. */
static size_t made_room(const dt_data_maker *k, size_t features, size_t bytes) {
    size_t most = 0, all = k->train[k->owners], rows = bytes / (sizeof(float) * (features + 1));
    for (size_t o = 0; o < k->owners; o++)
        if (k->train[o + 1] - k->train[o] > most) most = k->train[o + 1] - k->train[o];
    if (rows < most) rows = most;
    return rows < all ? rows : all;
}

dt_data_made *dt_data_made_new(const dt_data *data, size_t bytes, dt_arena *run) {
    const dt_data_maker *k = data->maker;
    dt_data_made *made = dt_arena_take(run, 1, sizeof *made);
    size_t room = made_room(k, data->shape.features, bytes);
    *made = (dt_data_made){ .maker = k, .features = data->shape.features, .owner_of = data->train.owner, .room = room,
                            .tools = k->tools(k->state, run), .ring = dt_arena_take(run, room * (data->shape.features + 1), sizeof(float)),
                            .lying = dt_arena_take(run, k->owners, sizeof(lying)) };
    pthread_mutex_init(&made->lock, NULL);
    return made;
}

/* Rows do not wrap around: what does not fit behind the last ones begins at the front. */
static float *made_rows(dt_data_made *m, size_t owner) {
    const dt_data_maker *k = m->maker;
    size_t rows = k->train[owner + 1] - k->train[owner], front = m->next % m->room;
    lying *l = &m->lying[owner];
    if (l->there && m->next - l->place <= m->room) return m->ring + l->place % m->room * (m->features + 1);
    if (front + rows > m->room) m->next += m->room - front;
    *l = (lying){ m->next, true };
    m->next += rows;
    float *x = m->ring + l->place % m->room * (m->features + 1);
    k->make(k->state, m->tools, owner, x, x + rows * m->features, NULL, NULL);
    return x;
}

void dt_data_made_gather(dt_data_made *m, const uint32_t *row, size_t count, float *x, float *y) {
    pthread_mutex_lock(&m->lock);
    for (size_t i = 0; i < count; i++) {
        size_t owner = (size_t)m->owner_of[row[i]], first = m->maker->train[owner], rows = m->maker->train[owner + 1] - first;
        const float *from = made_rows(m, owner);
        memcpy(x + i * m->features, from + (row[i] - first) * m->features, m->features * sizeof *x);
        y[i] = from[rows * m->features + row[i] - first];
    }
    pthread_mutex_unlock(&m->lock);
}

double dt_data_bytes(const dt_data *d) {
    double row = sizeof(float) * ((double)d->shape.features + 1), bytes = 0;
    const dt_dataset *const set[] = { &d->train, &d->test };
    for (int i = 0; i < 2; i++) {
        if (set[i]->owner != NULL) bytes += (double)set[i]->rows * sizeof *set[i]->owner;
        if (set[i]->x != NULL) bytes += (double)set[i]->rows * row;
        if (set[i]->pixel != NULL) bytes += (double)set[i]->rows * (sizeof(float) + (double)d->shape.features);
    }
    if (d->maker == NULL) return bytes;
    if (d->test.x == NULL) bytes += (double)d->test.rows * row;
    return d->train.x != NULL ? bytes : bytes + (double)made_room(d->maker, d->shape.features, DT_DATA_KEPT) * row;
}
