/* inject.c - preloaded into dtsim: makes the Nth call of a kind fail, counted over the program and its children.
 * Only calls from the program itself count, not those inside of libraries; Lua's memory is asked for by the program.
 *   INJECT_KIND    memory | exhausted | write | name    one allocation; that and all after it; writes (a short one, then a
 *                  full disk); open, rename, fsync, mkdir, ftruncate, fork
 *   INJECT_AT      which call fails, from 1; 0: none, and INJECT_COUNT (a file) receives how many there were
 * HDF5's own writes go to blocks that the program has reserved (fallocate), so a full disk shows there; a disk that breaks
 * in the middle of H5Ocopy crashes HDF5 1.10, and is not tried. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static long *calls, at = -1;            /* calls: shared with the children */
static char  kind;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);

static char *program_from, *program_to;

static void program_find(void) {
    char line[512], path[256], self[256] = "";
    FILE *maps = fopen("/proc/self/maps", "r");
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0 || maps == NULL) return;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %255s", &from, &to, path) != 3 || strcmp(path, self) != 0) continue;
        if (program_from == NULL) program_from = (char *)from;
        program_to = (char *)to;
    }
    fclose(maps);
}

__attribute__((constructor)) static void begin(void) {
    const char *given = getenv("INJECT_KIND"), *where = getenv("INJECT_AT");
    long *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (given == NULL || where == NULL) return;
    program_find();
    kind = given[0];
    calls = shared;
    at = atol(where);
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("INJECT_COUNT");
    if (path == NULL || calls == NULL) return;
    long count = *calls;
    calls = NULL;
    FILE *out = fopen(path, "w");
    if (out == NULL) return;
    fprintf(out, "%ld\n", count);
    fclose(out);
}

/* Is it this call's turn? */
static bool turn(char of, const void *caller) {
    if (calls == NULL || kind != of) return false;
    if ((const char *)caller < program_from || (const char *)caller >= program_to) return false;
    return __atomic_add_fetch(calls, 1, __ATOMIC_SEQ_CST) == at;
}

/* After its turn a full disk stays full; files in memory are on none. */
static bool full(int file, const void *caller) {
    if ((const char *)caller < program_from || (const char *)caller >= program_to) return false;
    char link[32], path[64] = "";
    if (calls == NULL || kind != 'w' || at <= 0 || *calls < at) return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return readlink(link, path, sizeof path - 1) < 0 || strncmp(path, "/memfd:", 7) != 0;
}

static bool starved(const void *caller) {
    if (turn('m', caller)) return true;
    return turn('e', caller) || (calls != NULL && kind == 'e' && at > 0 && *calls > at &&
                                        (const char *)caller >= program_from && (const char *)caller < program_to);
}

#define CALLER __builtin_return_address(0)
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void *refuse(void) {
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) { return starved(CALLER) ? refuse() : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return starved(CALLER) ? refuse() : __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return size > 0 && starved(CALLER) ? refuse() : __libc_realloc(block, size); }

ssize_t pwrite(int file, const void *bytes, size_t size, off_t where) {
    if (full(file, CALLER)) return errno = ENOSPC, -1;
    if (turn('w', CALLER)) size /= 2;
    return size == 0 ? (errno = ENOSPC, -1) : NEXT(pwrite)(file, bytes, size, where);
}

ssize_t write(int file, const void *bytes, size_t size) {
    if (file > 2 && full(file, CALLER)) return errno = ENOSPC, -1;
    if (file > 2 && turn('w', CALLER)) size /= 2;
    return size == 0 ? (errno = ENOSPC, -1) : NEXT(write)(file, bytes, size);
}

int fallocate(int file, int mode, off_t from, off_t size) {
    if (full(file, CALLER) || turn('w', CALLER)) return errno = ENOSPC, -1;
    return NEXT(fallocate)(file, mode, from, size);
}

static int fails(int code) {
    errno = code;
    return -1;
}
int fsync(int file) { return turn('n', CALLER) ? fails(EIO) : NEXT(fsync)(file); }
int rename(const char *from, const char *to) { return turn('n', CALLER) ? fails(EIO) : NEXT(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { return turn('n', CALLER) ? fails(EACCES) : NEXT(mkdir)(path, mode); }
int ftruncate(int file, off_t size) { return turn('n', CALLER) ? fails(EIO) : NEXT(ftruncate)(file, size); }
int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    return turn('n', CALLER) ? fails(EMFILE) : NEXT(open)(path, flags, mode);
}
FILE *fopen(const char *path, const char *mode) {
    if (!turn('n', CALLER)) return NEXT(fopen)(path, mode);
    errno = EMFILE;
    return NULL;
}
pid_t fork(void) { return turn('n', CALLER) ? fails(EAGAIN) : NEXT(fork)(); }
