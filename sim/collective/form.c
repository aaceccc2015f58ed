/* form.c - the numbers of a mean, formed once, in the order of ranks. */
#include "collective/inside.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* Nobody brought anything, as all have only just come back: the model of one who has seen the most steps stands. */
static void form_keep(dt_collective *c, dt_ongoing *o, const float *x) {
    o->mean = dt_vec_take(c->pool);
    if (x != NULL) memcpy(o->mean->x, x, c->n * sizeof *x);
}

void dt_form_mean(dt_collective *c, dt_ongoing *o) {
    size_t count = 0;
    bool measure = false;
    const dt_share *newest = &o->share[o->member[0]];
    o->outcome = (dt_outcome){ NAN, NAN, 0, o->number, 0 };
    for (size_t i = 0; i < o->count; i++) {
        const dt_share *share = &o->share[o->member[i]];
        assert(o->part[o->member[i]] == DT_HERE);       /* else the algorithm let a rank through before all had spoken */
        if (share->step > newest->step) newest = share;
        if (!(share->size > 0)) continue;
        c->x[count] = share->x;
        c->value[count] = share->value;
        measure |= share->measure;
        c->size[count++] = share->size;
    }
    c->formed++;
    o->outcome.step = newest->step;
    o->outcome.count = (long)count;
    if (count == 0) {
        form_keep(c, o, newest->x);
        return;
    }
    dt_inputs in = { count, c->n, c->x, c->size };
    o->mean = dt_vec_take(c->pool);
    if (c->x[0] == NULL) return;
    dt_aggregate_form(c->aggregate, &in, c->weight, o->mean->x, c->threads);
    o->outcome.value = 0;
    for (size_t i = 0; i < count; i++) o->outcome.value += c->weight[i] * c->value[i];
    if (measure) o->outcome.spread = dt_aggregate_spread(&in, o->mean->x);
}
