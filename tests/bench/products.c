/* products.c - how long the matrix products of an mlp alone take where they lie, by the program's own kernels: without activations,
 * losses, steps, copies of samples and everything that is simulated.
 * Usage: products BATCH INPUTS WIDTH...; prints the processor's seconds of a training sample and of an evaluated one, best of some. */
#include "layer/product.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LAYERS = 8, GROUP = 64, RUNS = 15, REPEAT = 200 };

typedef struct chain {
    size_t layers, width[LAYERS + 1];
    float *w[LAYERS], *at[LAYERS + 1], *g, *above, *below;
} chain;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *numbers(size_t n) {
    float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
    for (size_t i = 0; i < n; i++) x[i] = (float)(i % 97) / 970 - 0.05f;
    return x;
}

static void forward(const chain *c, size_t m) {
    for (size_t l = 0; l < c->layers; l++) {
        dt_layer_product p = { .rows = m, .columns = c->width[l + 1], .outer = 1, .inner = c->width[l], .a = c->at[l],
                               .a_row = c->width[l], .a_step = 1, .b = c->w[l], .c = c->at[l + 1] };
        dt_layer_product_form(&p);
    }
}

/* Rows of a weight's gradient that stay in the first cache, as dense.c forms them. */
static void weights(const chain *c, size_t l, size_t m) {
    size_t in = c->width[l], units = c->width[l + 1], most = 4096 / units + (units > 4096);
    for (size_t first = 0; first < in; first += most) {
        dt_layer_product p = { .rows = in - first < most ? in - first : most, .columns = units, .outer = 1, .inner = m,
                               .a = c->at[l] + first, .a_row = 1, .a_step = in, .b = c->above, .c = c->g };
        dt_layer_product_form(&p);
    }
}

static void backward(const chain *c, size_t m) {
    for (size_t l = c->layers; l-- > 0;) {
        dt_layer_product p = { .rows = c->width[l], .columns = m, .outer = 1, .inner = c->width[l + 1], .a = c->w[l],
                               .a_row = c->width[l + 1], .a_step = 1, .b = c->above, .c = c->below };
        if (l > 0) dt_layer_product_form(&p);
        weights(c, l, m);
    }
}

static double measure(const chain *c, size_t m, bool train) {
    double best = 1e300;
    for (int run = 0; run < RUNS; run++) {
        double start = seconds();
        for (int i = 0; i < REPEAT; i++) {
            forward(c, m);
            if (train) backward(c, m);
        }
        double spent = (seconds() - start) / REPEAT;
        if (spent < best) best = spent;
    }
    return best / (double)m;
}

int main(int count, char **word) {
    if (count < 4 || count > LAYERS + 3) return fputs("usage: products BATCH INPUTS WIDTH...\n", stderr), 2;
    chain c = { .layers = (size_t)count - 3 };
    size_t batch = strtoul(word[1], NULL, 10), rows = batch < GROUP ? GROUP : batch, widest = 0;
    for (size_t l = 0; l <= c.layers; l++) {
        c.width[l] = strtoul(word[l + 2], NULL, 10);
        c.at[l] = numbers(rows * c.width[l]);
        if (l > 0) c.w[l - 1] = numbers(c.width[l - 1] * c.width[l]);
        if (c.width[l] > widest) widest = c.width[l];
    }
    c.g = numbers(widest + 4096);
    c.above = numbers(rows * widest);
    c.below = numbers(rows * widest);
    printf("%.6g %.6g\n", measure(&c, batch, true), measure(&c, GROUP, false));
    return 0;
}
