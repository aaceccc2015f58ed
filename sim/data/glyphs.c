/* glyphs.c - 28 x 28 images of the ten digits, drawn by strokes that are bent, turned and blurred by noise.
 * Source: strokes of our own; elastic distortion after Simard, Steinkraus, Platt 2003, section 2, but of the strokes
 * instead of the pixels: each point moves by a random field, smooth as a cubic B-spline over a coarse lattice. */
#include "base/wide.h"
#include "data/table.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct glyphs {
    long   rows, test;
    double noise, rotate, stretch, shear, shift, elastic, width;
} glyphs;

enum { SIDE = 28, PIXELS = SIDE * SIDE, GLYPHS = 10, PIECES = 4, POINTS = 80, LATTICE = 6, SPAN = 4 };   /* SIDE is a multiple of SPAN */

/* A line (a, b) - (c, d), or, where from != to, the arc with centre (a, b), radii (c, d) between two angles in
 * degrees.  x points right and y down; a glyph fills |x| <= 0.6, |y| <= 1. */
typedef struct piece { double a, b, c, d, from, to; } piece;

static const piece pieces[GLYPHS][PIECES] = {
    { { 0, 0, .6, 1, 0, 360 } },
    { { -.4, -.6, .05, -1, 0, 0 }, { .05, -1, .05, 1, 0, 0 } },
    { { 0, -.45, .55, .55, 180, 390 }, { .476, -.175, -.6, 1, 0, 0 }, { -.6, 1, .6, 1, 0, 0 } },
    { { 0, -.5, .5, .5, 200, 450 }, { 0, .5, .55, .5, 270, 520 } },
    { { .3, 1, .3, -1, 0, 0 }, { .3, -1, -.6, .35, 0, 0 }, { -.6, .35, .6, .35, 0, 0 } },
    { { .5, -1, -.4, -1, 0, 0 }, { -.4, -1, -.42, .01, 0, 0 }, { 0, .4, .55, .6, 220, 500 } },
    { { 0, .4, .55, .6, 0, 360 }, { .45, .4, 1, 1.4, 180, 265 } },
    { { -.55, -1, .55, -1, 0, 0 }, { .55, -1, -.15, 1, 0, 0 } },
    { { 0, -.5, .45, .5, 0, 360 }, { 0, .5, .55, .5, 0, 360 } },
    { { 0, -.4, .55, .6, 0, 360 }, { -.45, -.4, 1, 1.4, 0, 85 } },
};

typedef struct point { float x, y; } point;
typedef struct outline { size_t count; point at[POINTS]; bool starts[POINTS]; } outline;   /* starts: pen was up */

/* Cut the pieces of a glyph into short straight steps, which can then be bent. */
static void outline_make(outline *o, const piece *p) {
    for (int i = 0; i < PIECES && (p[i].c != 0 || p[i].d != 0); i++) {
        bool arc = p[i].from != p[i].to;
        int steps = arc ? 4 + (int)((p[i].to - p[i].from) / 18) : 6;
        for (int s = 0; s <= steps; s++) {
            double t = (double)s / steps, angle = (p[i].from + t * (p[i].to - p[i].from)) * M_PI / 180;
            double x = arc ? p[i].a + p[i].c * cos(angle) : p[i].a + t * (p[i].c - p[i].a);
            double y = arc ? p[i].b + p[i].d * sin(angle) : p[i].b + t * (p[i].d - p[i].b);
            o->starts[o->count] = s == 0;
            o->at[o->count++] = (point){ (float)x, (float)y };
        }
    }
}

static float least(float a, float b) { return a < b ? a : b; }
static float most(float a, float b) { return a > b ? a : b; }

/* Weights of the four nearest lattice points, uniform cubic B-spline. */
static void spline_weights(float t, float *w) {
    float u = 1 - t;
    w[0] = u * u * u / 6;
    w[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    w[2] = (3 * u * u * u - 6 * u * u + 4) / 6;
    w[3] = t * t * t / 6;
}

static point field_at(const point *field, point p) {
    point moved = p;
    float u = least(most((p.x + 1) * 1.5f, 0), 2.999f), v = least(most((p.y + 1) * 1.5f, 0), 2.999f), wx[4], wy[4];
    int column = (int)u, row = (int)v;
    spline_weights(u - (float)column, wx);
    spline_weights(v - (float)row, wy);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            const point *f = &field[(row + i) * LATTICE + column + j];
            moved.x += wy[i] * wx[j] * f->x;
            moved.y += wy[i] * wx[j] * f->y;
        }
    return moved;
}

static double glyph_uniform(dt_rng *rng, double most) { return gsl_ran_flat(rng, -most, most); }

/* Bend, turn, stretch and shift the outline of a glyph into pixels. */
static void glyph_place(const glyphs *g, dt_rng *rng, const outline *from, point *to) {
    const double half = 9;      /* pixels of half a glyph's height */
    point field[LATTICE * LATTICE];
    for (int i = 0; i < LATTICE * LATTICE; i++) {
        field[i].x = (float)(gsl_ran_gaussian_ziggurat(rng, g->elastic) / half);
        field[i].y = (float)(gsl_ran_gaussian_ziggurat(rng, g->elastic) / half);
    }
    double angle = glyph_uniform(rng, g->rotate) * M_PI / 180, shear = glyph_uniform(rng, g->shear);
    double wide = half * (1 + glyph_uniform(rng, g->stretch)), high = half * (1 + glyph_uniform(rng, g->stretch));
    float c = (float)cos(angle), s = (float)sin(angle), k = (float)shear, w = (float)wide, h = (float)high;
    float right = (float)(SIDE / 2 - 0.5 + glyph_uniform(rng, g->shift));
    float down = (float)(SIDE / 2 - 0.5 + glyph_uniform(rng, g->shift));
    for (size_t i = 0; i < from->count; i++) {
        point p = field_at(field, from->at[i]);
        float x = w * (p.x + k * p.y), y = h * p.y;
        to[i] = (point){ c * x - s * y + right, s * x + c * y + down };
    }
}

static int pixel_clamp(float at) { return (int)least(most(at, 0), SIDE - 1); }

/* SPAN neighbouring pixels at once: comparing vectors gives masks, and no branch. */
typedef float span __attribute__((vector_size(4 * SPAN), aligned(4), may_alias));
typedef int32_t choice __attribute__((vector_size(4 * SPAN)));

static inline span span_least(span a, span b) {
    choice first = a < b;
    return (span)(((choice)a & first) | ((choice)b & ~first));
}

static inline span span_most(span a, span b) {
    choice first = a > b;
    return (span)(((choice)a & first) | ((choice)b & ~first));
}

/* Lower the squared distances of the pixels around a segment; those further away than reach do not matter, and are
 * lowered or left. */
static void segment_draw(float *distance2, point a, point b, float reach) {
    const span zero = { 0 }, beside = { 0, 1, 2, 3 };
    int left = pixel_clamp(least(a.x, b.x) - reach) / SPAN * SPAN, right = pixel_clamp(most(a.x, b.x) + reach + 1);
    int top = pixel_clamp(least(a.y, b.y) - reach), bottom = pixel_clamp(most(a.y, b.y) + reach + 1);
    float dx = b.x - a.x, dy = b.y - a.y, over = 1 / (dx * dx + dy * dy + 1e-12f);
    for (int row = top; row <= bottom; row++)
        for (int column = left; column <= right; column += SPAN) {
            span *at = (span *)&distance2[row * SIDE + column], px = (float)column + beside - a.x;
            float py = (float)row - a.y;
            span t = span_least(span_most((px * dx + py * dy) * over, zero), zero + 1);
            span ex = px - t * dx, ey = py - t * dy;
            *at = span_least(ex * ex + ey * ey, *at);
        }
}

/* Ink covers a pixel fully inside the stroke and falls off over one pixel at its edge; the noise is in x. */
DT_WIDE
static void strokes_draw(const outline *o, const point *at, float half, float ink, float *restrict x) {
    float distance2[PIXELS];
    for (int i = 0; i < PIXELS; i++) distance2[i] = 1e6f;
    for (size_t i = 1; i < o->count; i++)
        if (!o->starts[i]) segment_draw(distance2, at[i - 1], at[i], half + 0.5f);
    for (int i = 0; i < PIXELS; i++) {
        float cover = half + 0.5f - sqrtf(distance2[i]), grey = ink * least(most(cover, 0), 1) + x[i];
        x[i] = least(most(grey, 0), 1);
    }
}

static void glyph_draw(const glyphs *g, dt_rng *rng, const outline *o, float *x) {
    point at[POINTS];
    glyph_place(g, rng, o, at);
    float half = (float)(0.5 * g->width * gsl_ran_flat(rng, 0.6, 1.4)), ink = (float)gsl_ran_flat(rng, 0.6, 1);
    for (int i = 0; i < PIXELS; i++) x[i] = (float)gsl_ran_gaussian_ziggurat(rng, g->noise);
    strokes_draw(o, at, half, ink, x);
}

static dt_status glyphs_part(const glyphs *g, dt_rng *rng, const outline *outlines, size_t rows, dt_dataset *set,
                             dt_arena *run) {
    float *x, *y;
    DT_TRY(dt_data_take(rows, PIXELS, set, &x, &y, run));
    for (size_t i = 0; i < rows; i++) {
        unsigned long class = gsl_rng_uniform_int(rng, GLYPHS);
        y[i] = (float)class;
        glyph_draw(g, rng, &outlines[class], x + i * PIXELS);
    }
    return DT_OK;
}

static dt_status glyphs_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    const glyphs *g = state;
    (void)workers;
    outline *outlines = dt_arena_take(run, GLYPHS, sizeof *outlines);
    dt_rng *rng = dt_rng_stream(run, seed, 0, "data.train");
    for (int i = 0; i < GLYPHS; i++) outline_make(&outlines[i], pieces[i]);
    out->shape = (dt_shape){ PIXELS, GLYPHS, 1, SIDE, SIDE };
    DT_TRY(glyphs_part(g, rng, outlines, (size_t)g->rows, &out->train, run));
    dt_rng_restart(rng, seed, 0, "data.test");
    return glyphs_part(g, rng, outlines, (size_t)g->test, &out->test, run);
}

static const dt_param glyphs_params[] = {
    DT_INT_PARAM(glyphs, rows, 4000, 1, 4e9, "training images"),
    DT_INT_PARAM(glyphs, test, 1000, 0, 4e9, "test images"),
    DT_REAL_PARAM(glyphs, noise, 0.2, 0, 2, "1", "standard deviation of a pixel (ink: 0.6 to 1)"),
    DT_REAL_PARAM(glyphs, rotate, 15, 0, 180, "1", "turned by at most this, in degrees"),
    DT_REAL_PARAM(glyphs, stretch, 0.15, 0, 0.5, "1", "made wider or higher by at most this share"),
    DT_REAL_PARAM(glyphs, shear, 0.2, 0, 1, "1", "slanted by at most this"),
    DT_REAL_PARAM(glyphs, shift, 2.5, 0, 10, "1", "moved by at most this, in pixels"),
    DT_REAL_PARAM(glyphs, elastic, 1.5, 0, 10, "1", "bent: standard deviation at a lattice point, in pixels"),
    DT_REAL_PARAM(glyphs, width, 2.2, 0.5, 8, "1", "mean width of a stroke, in pixels"),
    { 0 }
};

const dt_data_type dt_data_glyphs = {
    .is = { "glyphs", "Drawn digits, distorted and noisy: a stand-in for MNIST that needs no file.",
            "own strokes; elastic distortion after Simard et al. 2003", glyphs_params, sizeof(glyphs) },
    .by_seed = true, .load = glyphs_load,
};
