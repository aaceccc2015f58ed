/* inject.c - preloaded into dtsim: makes the Nth call of a kind fail, counted over the program and its children.
 * Lua's memory is asked for by the program.
 *   INJECT_KIND    memory | exhausted    one allocation of the program's own; that and all after it
 *                  library | starving    the same of its libraries, operator new among them
 *                  write | name    writes: a short one, then a full disk; open, rename, fsync, mkdir, ftruncate, fork
 *                  broken | short | dying | hanging    of HDF5's own pwrite, write, ftruncate and fsync: an error
 *                  (EIO); half of the bytes; half of the bytes, and errors from then on; a call that never returns
 *   INJECT_AT      which call fails, from 1; 0: none, and INJECT_COUNT (a file) receives how many there were */
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

/* Where a piece of code stands in memory. */
typedef struct range { const char *from, *to; } range;

static range program, hdf5;

static bool within(const range *r, const void *caller) {
    return (const char *)caller >= r->from && (const char *)caller < r->to;
}

static void range_grow(range *r, unsigned long from, unsigned long to) {
    if (r->from == NULL) r->from = (const char *)from;
    r->to = (const char *)to;
}

static void ranges_find(void) {
    char line[512], path[256], self[256] = "";
    FILE *maps = fopen("/proc/self/maps", "r");
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0 || maps == NULL) return;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %255s", &from, &to, path) != 3) continue;
        if (strcmp(path, self) == 0) range_grow(&program, from, to);
        if (strstr(path, "/libhdf5_serial.so") != NULL) range_grow(&hdf5, from, to);
    }
    fclose(maps);
}

__attribute__((constructor)) static void begin(void) {
    const char *given = getenv("INJECT_KIND"), *where = getenv("INJECT_AT");
    long *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (given == NULL || where == NULL) return;
    ranges_find();
    kind = strcmp(given, "starving") == 0 ? 'x' : given[0];
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

static long count(void) { return __atomic_add_fetch(calls, 1, __ATOMIC_SEQ_CST); }

/* Is it this call's turn? */
static bool turn(char of, const void *caller) {
    return calls != NULL && kind == of && within(&program, caller) && count() == at;
}

static bool in_memory(int file) {
    char link[32], path[64] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return readlink(link, path, sizeof path - 1) >= 0 && strncmp(path, "/memfd:", 7) == 0;
}

/* What a failing disk does to a call of HDF5's. */
typedef enum luck { WHOLE, HALF, NONE } luck;

static luck hdf5_luck(int file, const void *caller) {
    if (calls == NULL || strchr("bsdh", kind) == NULL || !within(&hdf5, caller) || in_memory(file)) return WHOLE;
    long now = count();
    while (now == at && kind == 'h') pause();
    if (now == at) return kind == 'b' ? NONE : HALF;
    return kind == 'd' && at > 0 && now > at ? NONE : WHOLE;
}

/* After its turn a full disk stays full; files in memory are on none. */
static bool full(int file, const void *caller) {
    return calls != NULL && kind == 'w' && at > 0 && *calls >= at && within(&program, caller) && !in_memory(file);
}

/* Is there no memory for the caller: the program (memory, exhausted) or a library (library, starving)? */
static bool starved(const void *caller) {
    if (calls == NULL || strchr(within(&program, caller) ? "me" : "lx", kind) == NULL) return false;
    long now = count();
    return now == at || (strchr("ex", kind) != NULL && at > 0 && now > at);
}

#define CALLER __builtin_return_address(0)
/* Whoever would have been called: blocks go back to the allocator that they are from, the C library's or another. */
#define NEXT(name) ({ \
        static __typeof__(&name) next; \
        if (next == NULL) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name); \
        next; \
    })

static void *refuse(void) {
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) { return starved(CALLER) ? refuse() : NEXT(malloc)(size); }
void *calloc(size_t count, size_t size) { return starved(CALLER) ? refuse() : NEXT(calloc)(count, size); }
void *realloc(void *block, size_t size) { return size > 0 && starved(CALLER) ? refuse() : NEXT(realloc)(block, size); }

/* What C++ does without memory: ask the program's handler, or throw. */
__attribute__((weak)) void (*_ZSt15get_new_handlerv(void))(void);
__attribute__((weak)) void _ZSt17__throw_bad_allocv(void);
void *_Znwm(size_t size);
void *_Znwm(size_t size) {
    if (!starved(CALLER)) return NEXT(_Znwm)(size);
    void (*handler)(void) = _ZSt15get_new_handlerv();
    if (handler != NULL) handler();
    _ZSt17__throw_bad_allocv();
    return NULL;
}

static int fails(int code) {
    errno = code;
    return -1;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t where) {
    luck l = hdf5_luck(file, CALLER);
    if (l == NONE) return fails(EIO);
    if (full(file, CALLER)) return fails(ENOSPC);
    if (l == HALF || turn('w', CALLER)) size /= 2;
    return size == 0 ? fails(ENOSPC) : NEXT(pwrite)(file, bytes, size, where);
}

ssize_t write(int file, const void *bytes, size_t size) {
    luck l = file > 2 ? hdf5_luck(file, CALLER) : WHOLE;
    if (l == NONE) return fails(EIO);
    if (file > 2 && full(file, CALLER)) return fails(ENOSPC);
    if (l == HALF || (file > 2 && turn('w', CALLER))) size /= 2;
    return size == 0 ? fails(ENOSPC) : NEXT(write)(file, bytes, size);
}

int fallocate(int file, int mode, off_t from, off_t size) {
    if (full(file, CALLER) || turn('w', CALLER)) return fails(ENOSPC);
    return NEXT(fallocate)(file, mode, from, size);
}

int fsync(int file) { return turn('n', CALLER) || hdf5_luck(file, CALLER) != WHOLE ? fails(EIO) : NEXT(fsync)(file); }
int rename(const char *from, const char *to) { return turn('n', CALLER) ? fails(EIO) : NEXT(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { return turn('n', CALLER) ? fails(EACCES) : NEXT(mkdir)(path, mode); }
int ftruncate(int file, off_t size) {
    return turn('n', CALLER) || hdf5_luck(file, CALLER) != WHOLE ? fails(EIO) : NEXT(ftruncate)(file, size);
}
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
