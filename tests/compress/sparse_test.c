/* sparse_test.c - compressors of gradients that are sparse by rows: a sketch with a bitmap, blocks, and lists of entries. */
#include "tests/compress/opened.h"
#include <gsl/gsl_randist.h>

/* ---- the sketch: eight entries, four cells, each entry a row ---------------------------------------- */

/* By this common seed the cells of the entries are 2 0 3 1 2 0 1 3 and their signs + - + + - + - +. */
enum { D = 8, SEED = 9131352 };
static const char *const small = "{\"name\": \"sparsesketch\", \"density\": 0.5, \"ratio\": 1}";
static const float g1[D] = { 5, 0, 0, -2, 0, 0, 0, 0 }, g2[D] = { 1, 0, 4, 0, 0, 0, 0, 0 }, g3[D] = { 0, 0, 0, 0, 7, 0, 0, 0 };

typedef struct body { float *table; uint64_t *live; } body;

static const float *table_of(const dt_packet *p) { return ((const body *)p->body)->table; }

static void cells(const dt_packet *p, float a, float b, float c, float d) {
    const float wanted[] = { a, b, c, d };
    assert_memory_equal(table_of(p), wanted, sizeof wanted);
}

static void tables_add_up_and_entries_that_share_no_cell_come_back(void **fixture) {
    dt_compress c[3], m = opened(small, D, 1, SEED, 9, *fixture);
    const float *g[] = { g1, g2, g3 }, two[D] = { 6, 0, 4, -2, 0, 0, 0, 0 }, three[D] = { -1, 0, 4, -2, 1, 0, 0, 0 };
    const dt_compress *from[3];
    const double ones[] = { 1, 1, 1 };
    float out[D];
    for (int k = 0; k < 3; k++) {
        c[k] = opened(small, D, 1, SEED, k, *fixture);
        from[k] = &c[k];
        assert_near(dt_compress_pass(&c[k], g[k], NULL, out), 4 * 4 + 1, 0);
    }
    cells(&c[0].part->packet, 0, -2, 5, 0);
    cells(&c[1].part->packet, 0, 0, 1, 4);
    assert_near(dt_compress_merge(&m, from, ones, 2, out), 4 * 4 + 1, 0);
    cells(&m.part->sum, 0, -2, 6, 4);
    assert_memory_equal(out, two, sizeof two);
    dt_compress_merge(&m, from, ones, 3, out);      /* entries 0 and 4 have cell 2 in common */
    cells(&m.part->sum, 0, -2, -1, 4);
    assert_memory_equal(out, three, sizeof three);
}

static void the_sketch_of_a_sum_is_the_sum_of_sketches(void **fixture) {
    enum { ROWS = 40, COLUMNS = 5, N = ROWS * COLUMNS };
    float a[N], b[N], sum[N], out[N];
    dt_rng *rng = dt_rng_stream(*fixture, 3, 0, "vector");
    for (int rows = 1; rows <= 3; rows++) {
        const char *text = dt_arena_text(*fixture, "{\"name\": \"sparsesketch\", \"density\": 0.2, \"ratio\": 1, \"rows\": %d}", rows);
        dt_compress x = opened(text, ROWS, COLUMNS, 7, 0, *fixture), y = opened(text, ROWS, COLUMNS, 7, 1, *fixture);
        dt_compress whole = opened(text, ROWS, COLUMNS, 7, 2, *fixture), m = opened(text, ROWS, COLUMNS, 7, 3, *fixture);
        for (int i = 0; i < N; i++) {
            bool live = i / COLUMNS % 4 == 0;
            a[i] = live ? (float)gsl_rng_uniform_int(rng, 100) - 50 : 0;
            b[i] = i / COLUMNS % 6 == 0 ? (float)gsl_rng_uniform_int(rng, 100) - 50 : 0;
            sum[i] = a[i] + b[i];
        }
        dt_compress_pass(&x, a, NULL, out);
        dt_compress_pass(&y, b, NULL, out);
        dt_compress_pass(&whole, sum, NULL, out);
        dt_compress_merge(&m, (const dt_compress *[]){ &x, &y }, (const double[]){ 1, 1 }, 2, out);
        assert_memory_equal(table_of(&m.part->sum), table_of(&whole.part->packet), m.part->sum.count * sizeof(float));
        for (int i = 0; i < N; i++) assert_true(out[i] == 0 || i / COLUMNS % 4 == 0 || i / COLUMNS % 6 == 0);
    }
}

/* Over 20000 draws of the hashes: the mean is the entry, its variance (|g|^2 - g_i^2) / c. */
static void estimates_are_unbiased_and_of_the_known_variance(void **fixture) {
    enum { S = 50, C = 100, DRAWS = 20000 };
    float g[S], out[S];
    double norm = 0, sum[S] = { 0 }, square[S] = { 0 }, measured = 0, formula = 0;
    dt_rng *rng = dt_rng_stream(*fixture, 5, 0, "vector");
    dt_compress c = opened("{\"name\": \"sparsesketch\", \"density\": 1, \"ratio\": 2, \"hashes\": \"drawn\"}", 10, 5, 1, 0, *fixture);
    assert_int_equal(c.part->packet.count, 0);
    for (int i = 0; i < S; i++) {
        g[i] = (float)gsl_ran_gaussian(rng, 1);
        norm += (double)g[i] * g[i];
    }
    for (int draw = 0; draw < DRAWS; draw++) {
        dt_compress_pass(&c, g, NULL, out);
        for (int i = 0; i < S; i++) {
            double off = (double)out[i] - g[i];
            sum[i] += off;
            square[i] += off * off;
        }
    }
    assert_int_equal(c.part->packet.count, C);
    double chi = 0;
    for (int i = 0; i < S; i++) {
        double variance = (norm - (double)g[i] * g[i]) / C, error = sum[i] / DRAWS / sqrt(variance / DRAWS);
        assert_true(fabs(error) < 4);       /* of 50 entries; 3 standard errors hold for the sum of their squares below */
        chi += error * error;
        measured += square[i] / DRAWS;
        formula += variance;
    }
    assert_true(fabs(chi - S) < 3 * sqrt(2.0 * S));
    assert_near(measured / formula, 1, 0.05);
}

/* One entry is alone in its cell with the probability (1 - 1/c)^(S - 1). */
static void entries_are_alone_in_their_cell_as_often_as_known(void **fixture) {
    enum { S = 1000, DRAWS = 100 };
    static const double known[][2] = { { 1, 0.3681 }, { 2, 0.6068 }, { 4, 0.7790 }, { 10, 0.9049 } };
    float g[S], out[S];
    for (int i = 0; i < S; i++) g[i] = 1;
    for (int k = 0; k < 4; k++) {
        const char *text = dt_arena_text(*fixture, "{\"name\": \"sparsesketch\", \"density\": 1, \"ratio\": %g, \"hashes\": \"drawn\"}", known[k][0]);
        dt_compress c = opened(text, S, 1, 1, 0, *fixture);
        double columns = S * known[k][0], alone = 0;
        assert_near(pow(1 - 1 / columns, S - 1), known[k][1], 1e-4);
        for (int i = 0; i < S; i++) g[i] = (float)ldexp(1, i % 3) + 0.001f * (float)i;      /* others do not add up to 0 */
        for (int draw = 0; draw < DRAWS; draw++) {
            dt_compress_pass(&c, g, NULL, out);
            for (int i = 0; i < S; i++) alone += out[i] == g[i];
        }
        assert_near(alone / S / DRAWS, known[k][1], 0.01);
    }
}

static void bytes_of_the_published_sizes(void **fixture) {
    dt_compress c = opened("{\"name\": \"sparsesketch\", \"positions\": \"bytes\"}", 33278, 650, 1, 0, *fixture);
    assert_near(dt_compress_wire_bytes(&c), 4 * 108153 + 33278, 0);
    c = opened("{\"name\": \"sparsesketch\", \"rows\": 3}", 33278, 650, 1, 0, *fixture);
    assert_near(dt_compress_wire_bytes(&c), 3 * 4 * 108153 + 4160, 0);
}

/* Without the bitmap noise is on all entries, not on those of live rows alone: a plain sketch that reads everything. */
static void the_bitmap_keeps_noise_in_live_rows(void **fixture) {
    enum { ROWS = 200, COLUMNS = 5, N = ROWS * COLUMNS, LIVE = 10 };
    float g[N] = { 0 }, out[N];
    double with = 0, without = 0;
    dt_rng *rng = dt_rng_stream(*fixture, 5, 0, "vector");
    for (int i = 0; i < LIVE * COLUMNS; i++) g[i] = (float)gsl_ran_gaussian(rng, 1);
    for (uint64_t seed = 0; seed < 50; seed++) {
        dt_compress a = opened("{\"name\": \"sparsesketch\", \"density\": 0.1, \"ratio\": 1}", ROWS, COLUMNS, seed, 0, *fixture);
        dt_compress b = opened("{\"name\": \"sketch\", \"ratio\": 0.1, \"rows\": 1, \"recover\": 1}", ROWS, COLUMNS, seed, 0, *fixture);
        dt_compress_pass(&a, g, NULL, out);
        for (int i = 0; i < N; i++) with += pow((double)out[i] - g[i], 2);
        dt_compress_pass(&b, g, NULL, out);
        for (int i = 0; i < N; i++) without += pow((double)out[i] - g[i], 2);
    }
    assert_near(without / with, (double)N / (LIVE * COLUMNS), 4);      /* n m / S = 20 */
}

/* ---- blocks and lists ------------------------------------------------------------------------------- */

static void blocks_have_their_bytes_and_lose_nothing(void **fixture) {
    enum { N = 11 };
    const float x[N] = { 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, -2 };       /* of three, the first and the last, which is shorter */
    float out[N];
    static const struct { const char *text; double bytes; } way[] = {
        { "{\"name\": \"blocks\", \"size\": 3}", 4 * 5 + 2 * 4 }, { "{\"name\": \"blocks\", \"size\": 3, \"positions\": \"bits\"}", 4 * 5 + 1 },
        { "{\"name\": \"blocks\", \"size\": 3, \"positions\": \"bytes\"}", 4 * 5 + 4 }, { "{\"name\": \"nonzero\"}", 2 * 8 },
    };
    for (size_t k = 0; k < sizeof way / sizeof *way; k++) {
        dt_compress c = opened(way[k].text, N, 1, 1, 0, *fixture);
        assert_near(dt_compress_pass(&c, x, NULL, out), way[k].bytes, 0);
        assert_memory_equal(out, x, sizeof x);
        memset(out, 77, sizeof out);
        c.type->decode(c.part->state, &c.part->packet, out);
        for (int i = 0; i < N; i++) assert_near(out[i], x[i], 0);
    }
}

static void a_sum_of_blocks_is_their_union(void **fixture) {
    const char *text = "{\"name\": \"blocks\", \"size\": 0, \"positions\": \"bits\", \"density\": 0.5}";
    const float x[3][12] = { { [0] = 1 }, { [1] = 1, [4] = 1 }, { [11] = 1 } };     /* rows 0; 0 and 1; 3 of four */
    float out[12];
    dt_compress c[3];
    const dt_compress *from[3];
    for (int k = 0; k < 3; k++) {
        c[k] = opened(text, 4, 3, 1, k, *fixture);
        from[k] = &c[k];
    }
    assert_near(dt_compress_joined_bytes(from, 1), 4 * 6 + 1, 0);      /* not known: half of the rows, then 3 of 4, then all but 1/8 */
    assert_near(dt_compress_joined_bytes(from, 2), 4 * 9 + 1, 0);
    assert_near(dt_compress_joined_bytes(from, 3), 4 * 12 + 1, 0);
    for (int k = 0; k < 3; k++) dt_compress_pass(&c[k], x[k], NULL, out);
    assert_near(dt_compress_joined_bytes(from, 1), 4 * 3 + 1, 0);
    assert_near(dt_compress_joined_bytes(from, 2), 4 * 6 + 1, 0);
    assert_near(dt_compress_joined_bytes(from, 3), 4 * 9 + 1, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_add_up_and_entries_that_share_no_cell_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(the_sketch_of_a_sum_is_the_sum_of_sketches, setup, teardown),
        cmocka_unit_test_setup_teardown(estimates_are_unbiased_and_of_the_known_variance, setup, teardown),
        cmocka_unit_test_setup_teardown(entries_are_alone_in_their_cell_as_often_as_known, setup, teardown),
        cmocka_unit_test_setup_teardown(bytes_of_the_published_sizes, setup, teardown),
        cmocka_unit_test_setup_teardown(the_bitmap_keeps_noise_in_live_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(blocks_have_their_bytes_and_lose_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sum_of_blocks_is_their_union, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
