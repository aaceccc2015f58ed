/* grouped.c - units in groups: a unit is a weighted sum of the inputs of its group alone, so that W is block-diagonal.
 * When to use it: features of one group must not mix with those of another, as in Fed2, where a group belongs to some classes.
 * What breaks it: it has 1 / groups of the weights of dense, so that it learns less unless it is wider.
 * In x one block follows the other: W_j [in_j * units_j], then b_j [units_j].  Block j has inputs from j in / groups on, up to
 * those of block j + 1, and units likewise, so that sizes which groups do not divide differ by one; with whole = true every
 * block has all inputs, as where layers that are shared end.
 * Source: Krizhevsky et al. 2012, section 3.5 (group convolution); Yu et al. 2021, "Fed2", arXiv:2111.14248. */
#include "layer/algebra.h"
#include "layer/product.h"
#include <string.h>

typedef struct grouped {
    long        units, groups;
    bool        whole;
    const char *start;
} grouped;

enum { BAND = 32 };     /* samples whose part of a block is copied next to each other at a time */

/* One block: its inputs and units, and where its weights are in x. */
typedef struct block { size_t from, in, first, units, at; } block;

static block grouped_block(const dt_layer *l, size_t j) {
    const grouped *s = l->state;
    size_t in = dt_extent_size(l->in), units = l->out.channels, groups = (size_t)s->groups;
    block b = { .first = j * units / groups, .at = l->block[j] };
    b.units = (j + 1) * units / groups - b.first;
    b.from = s->whole ? 0 : j * in / groups;
    b.in = s->whole ? in : (j + 1) * in / groups - b.from;
    return b;
}

static size_t grouped_weights(const block *b) { return b->in * b->units; }

static dt_status grouped_init(void *state, dt_layer *l, dt_arena *run) {
    const grouped *s = state;
    size_t in = dt_extent_size(l->in), units = (size_t)s->units, groups = (size_t)s->groups;
    if (groups > units || (!s->whole && groups > in))
        return dt_fail(DT_EINVAL, "expected at most %zu groups, since each needs a unit and an input, got %zu",
                       s->whole || units < in ? units : in, groups);
    size_t *start = dt_arena_take(run, groups + 1, sizeof *start), widest = 0, deepest = 0;
    l->out = (dt_extent){ units, 1, 1 };
    l->groups = groups;
    l->block = start;
    for (size_t j = 0; j < groups; j++) {
        block b = grouped_block(l, j);
        start[j + 1] = start[j] + grouped_weights(&b) + b.units;
        l->forward_flops += 2 * (double)grouped_weights(&b);
        if (b.units > widest) widest = b.units;
        if (b.in > deepest) deepest = b.in;
    }
    l->params = start[groups];
    l->backward_flops = 2 * l->forward_flops;
    l->work = 2 * BAND * (deepest + widest);
    return DT_OK;
}

static void grouped_start(const dt_layer *l, dt_rng *rng, float *x) {
    const grouped *s = l->state;
    for (size_t j = 0; j < l->groups; j++) {
        block b = grouped_block(l, j);
        dt_layer_draw(s->start, b.in, b.units, grouped_weights(&b), b.units, rng, x + b.at);
    }
}

/* to [rows * columns] = so many columns from first on of rows that are width wide; and back, written or added. */
static void grouped_take(const float *from, size_t width, size_t first, size_t rows, size_t columns, float *to) {
    for (size_t i = 0; i < rows; i++) memcpy(to + i * columns, from + i * width + first, columns * sizeof *to);
}

static void grouped_give(const float *from, size_t rows, size_t columns, float *to, size_t width, size_t first, bool add) {
    for (size_t i = 0; i < rows; i++, from += columns)
        for (size_t c = 0; c < columns; c++) {
            float *entry = to + i * width + first + c;
            *entry = add ? *entry + from[c] : from[c];
        }
}

/* Band number i of m samples: bands differ by one sample at most. */
static size_t grouped_bands(size_t m) { return (m + BAND - 1) / BAND; }
static size_t grouped_band(size_t m, size_t i) { return i * m / grouped_bands(m); }

static void grouped_forward(const dt_layer *l, const dt_layer_pass *p) {
    size_t in = dt_extent_size(l->in), units = l->out.channels;
    for (size_t j = 0; j < l->groups; j++) {
        block b = grouped_block(l, j);
        for (size_t i = 0; i < grouped_bands(p->m); i++) {
            size_t first = grouped_band(p->m, i), rows = grouped_band(p->m, i + 1) - first;
            dt_layer_product_form(&(dt_layer_product){
                .rows = rows, .columns = b.units, .outer = 1, .inner = b.in, .a = p->in + first * in + b.from, .a_row = in,
                .a_step = 1, .b = p->x + b.at, .c = p->work, .start = p->x + b.at + grouped_weights(&b) });
            grouped_give(p->work, rows, b.units, p->out + first * units, units, b.first, false);
        }
    }
}

/* d_in^T = W d_out^T of one block and band; d_out [rows * units of the block] lies in p->work. */
static void grouped_below(const dt_layer *l, const dt_layer_pass *p, const block *b, size_t first, size_t rows, bool add) {
    float *above = p->work + BAND * b->units, *below = above + BAND * b->units, *turned = below + BAND * b->in;
    size_t in = dt_extent_size(l->in);
    dt_layer_turn(p->work, rows, b->units, above);
    dt_layer_product_form(&(dt_layer_product){ .rows = b->in, .columns = rows, .outer = 1, .inner = b->units, .a = p->x + b->at,
                                               .a_row = b->units, .a_step = 1, .b = above, .c = below });
    dt_layer_turn(below, b->in, rows, turned);
    grouped_give(turned, rows, b->in, p->d_in + first * in, in, b->from, add);
}

/* With whole = true every block adds to the same d_in. */
static void grouped_backward(const dt_layer *l, const dt_layer_pass *p) {
    const grouped *s = l->state;
    size_t in = dt_extent_size(l->in), units = l->out.channels;
    for (size_t j = 0; j < l->groups; j++) {
        block b = grouped_block(l, j);
        float *g = p->g + b.at;
        for (size_t i = 0; i < grouped_bands(p->m); i++) {
            size_t first = grouped_band(p->m, i), rows = grouped_band(p->m, i + 1) - first;
            bool add = p->add || i > 0;
            grouped_take(p->d_out + first * units, units, b.first, rows, b.units, p->work);
            dt_layer_product_form(&(dt_layer_product){
                .rows = b.in, .columns = b.units, .outer = 1, .inner = rows, .a = p->in + first * in + b.from, .a_row = 1,
                .a_step = in, .b = p->work, .c = g, .start = add ? g : NULL });
            dt_layer_bias(p->work, rows, b.units, add, g + grouped_weights(&b));
            if (p->d_in != NULL) grouped_below(l, p, &b, first, rows, s->whole && j > 0);
        }
    }
}

static const dt_param grouped_params[] = {
    DT_INT_PARAM(grouped, units, 10, 1, 1e6, "outputs of all groups together"),
    DT_INT_PARAM(grouped, groups, 2, 1, 1e6, "groups of units"),
    DT_BOOL_PARAM(grouped, whole, false, "every group reads all inputs, not its part of them alone"),
    DT_CHOICE_PARAM(grouped, start, "glorot", "he|glorot", "range of the first weights: he before a relu"),
    { 0 }
};

const dt_layer_type dt_layer_grouped = {
    .is = { "grouped", "Units in groups, each of which reads its own part of the inputs.", "Krizhevsky et al. 2012, section 3.5",
            grouped_params, sizeof(grouped) },
    .init = grouped_init, .start = grouped_start, .forward = grouped_forward, .backward = grouped_backward,
};
