/* gemm.c - the rate of cblas_sgemm at 1024 cubed on one core, in flop a second of the processor: what the arithmetic could reach.
 * With an argument: the kind of processor whose kernels OpenBLAS has chosen. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>


static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int count, char **word) {
    (void)word;
    if (count > 1) return puts(openblas_get_corename()) < 0;
    enum { N = 1024, RUNS = 8 };
    float *a = calloc(3 * N * N, sizeof *a), *b = a + N * N, *c = b + N * N;
    double best = 1e300;
    for (int i = 0; i < 2 * N * N; i++) a[i] = (float)(i % 97) / 97;
    openblas_set_num_threads(1);
    for (int run = 0; run < RUNS; run++) {
        double start = seconds();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, a, N, b, N, 0, c, N);
        double spent = seconds() - start;
        if (spent < best) best = spent;
    }
    printf("%.6g\n", 2.0 * N * N * N / best);
    return 0;
}
