/* opens.c - preloaded into dtsim: writes the path of every file that is opened to the file OPENS, a line each, in the order of time.
 * The children of the program do so, too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void note(const char *path) {
    static int (*real)(const char *, int, ...);
    const char *file = getenv("OPENS");
    char line[4200];
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "open");
    int length = snprintf(line, sizeof line, "%s\n", path), out = file == NULL ? -1 : real(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (out < 0) return;
    if (write(out, line, (size_t)length) != length) abort();
    close(out);
}

/* The mode stands behind flags that create a file. */
#define OPENS(name)                                                                 \
    int name(const char *path, int flags, ...) {                                    \
        static int (*real)(const char *, int, ...);                                 \
        va_list list;                                                               \
        va_start(list, flags);                                                      \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0;   \
        va_end(list);                                                               \
        if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);                \
        int file = real(path, flags, mode);                                         \
        if (file >= 0) note(path);                                                  \
        return file;                                                                \
    }
#define OPENS_STREAM(name)                                                          \
    FILE *name(const char *path, const char *mode) {                                \
        static FILE *(*real)(const char *, const char *);                           \
        if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);                \
        FILE *file = real(path, mode);                                              \
        if (file != NULL) note(path);                                               \
        return file;                                                                \
    }

OPENS(open)
OPENS(open64)
OPENS_STREAM(fopen)
OPENS_STREAM(fopen64)
