/* allreduce.c - the ring and the tree of sim/collective written as MPI programs are, for SMPI to time.
 * Arguments: cases like ring:250000, tree:1000 or late_tree:1000, an algorithm and how many floats; each case prints
 * one line, "ring 250000 SECONDS", until the last rank has all.  Sums are left out, as they cost no simulated time. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double case_s = 1000;      /* a case begins at every full thousand of simulated seconds */

static int rank, ranks;
static char *out, *in;                  /* [4 n] what travels has no meaning */

static int piece_bytes(int n, int piece) { return 4 * (n / ranks + (piece < n % ranks)); }

static void ring_step(int n, int sent, int step) {
    int next = (rank + 1) % ranks, before = (rank + ranks - 1) % ranks, got = (sent + ranks - 1) % ranks;
    MPI_Sendrecv(out, piece_bytes(n, sent), MPI_BYTE, next, step, in, piece_bytes(n, got), MPI_BYTE, before, step,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void ring(int n) {
    for (int s = 0; s + 1 < ranks; s++) ring_step(n, (rank + ranks - s) % ranks, s);
    for (int s = 0; s + 1 < ranks; s++) ring_step(n, (rank + 1 + ranks - s) % ranks, ranks + s);
}

/* Receives are posted before anything is sent (early), or each when its rank comes to wait for it, so that a large
 * message waits for its receiver. */
enum { UP, DOWN, CHILDREN_MOST = 32 };

static void receive(int n, int from, int tag, int early, MPI_Request *posted) {
    if (early) MPI_Wait(posted, MPI_STATUS_IGNORE);
    else MPI_Recv(in, 4 * n, MPI_BYTE, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void tree(int n, int early) {
    MPI_Request child[CHILDREN_MOST], parent;
    int bit, last, c = 0;
    for (bit = 1; bit < ranks && (rank & bit) == 0; bit <<= 1)
        if (early && rank + bit < ranks)
            MPI_Irecv(in, 4 * n, MPI_BYTE, rank + bit, UP, MPI_COMM_WORLD, &child[c++]);
    last = bit;
    if (early && rank > 0) MPI_Irecv(in, 4 * n, MPI_BYTE, rank - last, DOWN, MPI_COMM_WORLD, &parent);
    for (bit = 1, c = 0; bit < last; bit <<= 1)
        if (rank + bit < ranks) receive(n, rank + bit, UP, early, &child[c++]);
    if (rank > 0) {
        MPI_Send(out, 4 * n, MPI_BYTE, rank - last, UP, MPI_COMM_WORLD);
        receive(n, rank - last, DOWN, early, &parent);
    }
    for (bit = last >> 1; bit > 0; bit >>= 1)
        if (rank + bit < ranks) MPI_Send(out, 4 * n, MPI_BYTE, rank + bit, DOWN, MPI_COMM_WORLD);
}

static void sleep_until(double second) {
    double left = second - MPI_Wtime();
    struct timespec span = { (time_t)left, (long)(1e9 * (left - (double)(time_t)left)) };
    nanosleep(&span, NULL);
}

/* Its last reduction is not timed: the next case begins later, on the clock. */
static void run(const char *name, int n, double start) {
    double took, most;
    out = calloc((size_t)n, 4);
    in = calloc((size_t)n, 4);
    sleep_until(start);
    start = MPI_Wtime();
    if (strcmp(name, "ring") == 0) ring(n);
    else tree(n, strcmp(name, "tree") == 0);
    took = MPI_Wtime() - start;
    MPI_Reduce(&took, &most, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    if (rank == 0) printf("%s %d %.17g\n", name, n, most);
    free(out);
    free(in);
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    for (int i = 1; i < argc; i++) {
        char *colon = strchr(argv[i], ':');
        *colon = '\0';
        run(argv[i], atoi(colon + 1), case_s * i);
    }
    MPI_Finalize();
    return 0;
}
