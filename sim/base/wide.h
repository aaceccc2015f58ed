/* wide.h - DT_WIDE before a static function compiles it once for each width of vector registers (SIMD); the program chooses by
 * the processor when it starts.  It is for loops over entries that do not depend on each other: their results are the same to
 * the bit for every width, since multiplying and adding are not fused (-ffp-contract=off). */
#ifndef DT_BASE_WIDE_H
#define DT_BASE_WIDE_H

#if defined __x86_64__ && defined __linux__ && !defined __AVX512F__
#define DT_WIDE __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define DT_WIDE
#endif

#endif
