/* tile.h - the kernels of product.c for one kind of vector register; included there once for each kind, so it has no
 * guard.  Set before: NAME(x), a name of this kind; TARGET, its instructions; LANES, floats of a vector; TALL, rows of
 * a tile two vectors wide, so that its sums fit the registers; and NAME(mask), NAME(first), NAME(load) and
 * NAME(store), for vectors of which only the first few floats exist.
 * Functions marked ALWAYS are expanded with rows, vectors and one step constant, so that their loops unroll. */

typedef float NAME(vec) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/* Entries of c from row and column on: rows, and vectors of which the last is cut to width floats. */
TARGET ALWAYS void NAME(tile)(const dt_layer_product *p, size_t row, size_t column, size_t width, size_t rows,
                              size_t vectors, size_t a_row, size_t a_step) {
    NAME(vec) sum[TALL][2], beside[2];
    size_t n = p->columns, jump = p->start == p->c ? n : 0, last = (vectors - 1) * LANES;
    const float *a = p->a + row * p->a_row, *b = p->b + column;
    float *c = p->c + row * n + column;
    NAME(mask) mask = NAME(first)(width);
    UNROLL
    for (size_t r = 0; r < rows; r++)
        for (size_t v = 0; v < vectors; v++) sum[r][v] = (NAME(vec)){ 0 };
    if (p->start != NULL) {
        const float *start = p->start + row * jump + column;
        UNROLL
        for (size_t r = 0; r < rows; r++, start += jump) {
            if (vectors == 2) sum[r][0] = *(const NAME(vec) *)start;
            sum[r][vectors - 1] = NAME(load)(start + last, mask);
        }
    }
    for (size_t o = 0; o < p->outer; o++, a += p->a_jump) {
        const float *at = a;
        for (size_t i = 0; i < p->inner; i++, at += a_step, b += n) {
            if (vectors == 2) beside[0] = *(const NAME(vec) *)b;
            beside[vectors - 1] = NAME(load)(b + last, mask);
            UNROLL
            for (size_t r = 0; r < rows; r++)
                for (size_t v = 0; v < vectors; v++) sum[r][v] += at[r * a_row] * beside[v];
        }
    }
    UNROLL
    for (size_t r = 0; r < rows; r++, c += n) {
        if (vectors == 2) *(NAME(vec) *)c = sum[r][0];
        NAME(store)(c + last, mask, sum[r][vectors - 1]);
    }
}

#define TILE(r) case r: NAME(tile)(p, row, column, width, r, vectors, a_row, a_step); return;
TARGET ALWAYS void NAME(tall)(const dt_layer_product *p, size_t row, size_t column, size_t width, size_t rows,
                              size_t vectors, size_t a_row, size_t a_step) {
    switch (rows) {
#if TALL > 6
        TILE(7) TILE(8) TILE(9) TILE(10) TILE(11) TILE(12) TILE(13) TILE(14)
#endif
        TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6)
    }
}
#undef TILE

TARGET static void NAME(place)(const dt_layer_product *p, size_t row, size_t rows, size_t column) {
    size_t left = p->columns - column, width = left >= 2 * LANES ? LANES : left > LANES ? left - LANES : left;
    if (p->a_step == 1) {
        if (left > LANES) NAME(tall)(p, row, column, width, rows, 2, p->a_row, 1);
        else NAME(tall)(p, row, column, width, rows, 1, p->a_row, 1);
    } else {
        if (left > LANES) NAME(tall)(p, row, column, width, rows, 2, 1, p->a_step);
        else NAME(tall)(p, row, column, width, rows, 1, 1, p->a_step);
    }
}

/* Tiles of nearly equal height; the larger of a and b is gone through once, in the outer loop. */
static void NAME(form)(const dt_layer_product *p) {
    size_t tiles = (p->rows + TALL - 1) / TALL, panels = (p->columns + 2 * LANES - 1) / (2 * LANES);
    bool down = p->rows > p->columns;
    for (size_t i = 0; i < tiles * panels; i++) {
        size_t tile = down ? i / panels : i % tiles, panel = down ? i % panels : i / tiles;
        size_t row = tile * p->rows / tiles, rows = (tile + 1) * p->rows / tiles - row;
        NAME(place)(p, row, rows, panel * 2 * LANES);
    }
}

#undef NAME
#undef TARGET
#undef LANES
#undef TALL
