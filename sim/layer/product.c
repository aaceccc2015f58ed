/* product.c - products by tiles: the sums of a small block of c stay in registers while a and b stream by.
 * Source: Goto, van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", section 4: its inner kernel,
 * without the packing, which pays only where both matrices are large.
 * The Makefile lets the compiler fuse multiplying and adding here; the kind of processor decides the last digits. */
#include "layer/product.h"
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#define ALWAYS static inline __attribute__((always_inline))
/* gcc keeps the sums in registers only if it is told to unroll, clang only if it is not. */
#ifdef __clang__
#define UNROLL
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* ---- what every processor has --------------------------------------------------------------- */

#define NAME(x) common_##x
#define TARGET
#define LANES 4
#define TALL 6
typedef size_t common_mask;
typedef float common_part __attribute__((vector_size(16)));

ALWAYS common_mask common_first(size_t width) { return width; }

ALWAYS common_part common_load(const float *x, common_mask width) {
    common_part v = { 0 };
    if (width == LANES) memcpy(&v, x, sizeof v);
    else for (size_t i = 0; i < width; i++) v[i] = x[i];
    return v;
}

ALWAYS void common_store(float *x, common_mask width, common_part v) {
    if (width == LANES) memcpy(x, &v, sizeof v);
    else for (size_t i = 0; i < width; i++) x[i] = v[i];
}
#include "layer/tile.h"

/* ---- what most x86-64 have, and what those with 512-bit registers have --------------------------- */

#ifdef __x86_64__
#define NAME(x) avx2_##x
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define TALL 6
typedef __m256i avx2_mask;

TARGET ALWAYS avx2_mask avx2_first(size_t width) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)width), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

TARGET ALWAYS __m256 avx2_load(const float *x, avx2_mask mask) { return _mm256_maskload_ps(x, mask); }
TARGET ALWAYS void avx2_store(float *x, avx2_mask mask, __m256 v) { _mm256_maskstore_ps(x, mask, v); }
#include "layer/tile.h"

#define NAME(x) avx512_##x
#define TARGET __attribute__((target("avx2,fma,avx512f")))
#define LANES 16
#define TALL 14
typedef __mmask16 avx512_mask;

TARGET ALWAYS avx512_mask avx512_first(size_t width) { return (avx512_mask)((1u << width) - 1); }
TARGET ALWAYS __m512 avx512_load(const float *x, avx512_mask mask) { return _mm512_maskz_loadu_ps(mask, x); }
TARGET ALWAYS void avx512_store(float *x, avx512_mask mask, __m512 v) { _mm512_mask_storeu_ps(x, mask, v); }
#include "layer/tile.h"
#endif

/* ---- the choice ---------------------------------------------------------------------------- */

static bool common_fits(void) { return true; }
#ifdef __x86_64__
static bool avx2_fits(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static bool avx512_fits(void) { return avx2_fits() && __builtin_cpu_supports("avx512f"); }
#endif

const dt_layer_kernel dt_layer_kernels[] = {
#ifdef __x86_64__
    { "avx512", avx512_fits, avx512_form },
    { "avx2", avx2_fits, avx2_form },
#endif
    { "common", common_fits, common_form },
    { 0 }
};

/* Have memory brought into the second cache from end to end, as the tiles' strides would have it brought line by line. */
static void product_prefetch(const float *x, size_t floats) {
    enum { LINE = 16 };
    for (size_t i = 0; i < floats; i += LINE) __builtin_prefetch(x + i, 0, 2);
}

/* If no cache holds b, it is read in strips of rows, each once from end to end. */
void dt_layer_product_form(const dt_layer_product *p) {
    enum { FITS = 1 << 18, STRIP = 64 };
    const dt_layer_kernel *kernel = dt_layer_kernels;
    while (!kernel->fits()) kernel++;
    if (p->outer > 1 || p->inner * p->columns <= FITS) {
        kernel->form(p);
        return;
    }
    dt_layer_product strip = *p;
    for (size_t left = p->inner; left > 0; left -= strip.inner) {
        strip.inner = left < STRIP ? left : STRIP;
        product_prefetch(strip.b, strip.inner * p->columns);
        kernel->form(&strip);
        strip.a += strip.inner * p->a_step;
        strip.b += strip.inner * p->columns;
        strip.start = p->c;
    }
}
