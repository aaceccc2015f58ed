/* fuzz.h - what the harnesses share: the bytes of an input as a file, and what is known of every refusal.
 * A harness is a libFuzzer target: it may refuse an input with a reason, and must never crash, hang or leak. */
#ifndef DT_TESTS_FUZZ_FUZZ_H
#define DT_TESTS_FUZZ_FUZZ_H

#include "base/config.h"
#include "base/rng.h"
#include "base/status.h"
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The path of a file in memory that holds these bytes until the next call with that slot (0 to 3). */
static inline const char *fuzz_file(int slot, const void *bytes, size_t size) {
    static int  file[4] = { -1, -1, -1, -1 };
    static char path[4][32];
    if (file[slot] < 0) file[slot] = memfd_create("fuzz", 0);
    snprintf(path[slot], sizeof path[slot], "/proc/self/fd/%d", file[slot]);
    if (ftruncate(file[slot], 0) != 0 || pwrite(file[slot], bytes, size, 0) != (ssize_t)size) abort();
    return path[slot];
}

/* A refusal says why, in one line of printable text. */
static inline void fuzz_verdict(dt_status status) {
    if (status == DT_OK) return;
    if (dt_reason()[0] == '\0') abort();
    for (const char *c = dt_reason(); *c != '\0'; c++)
        if ((unsigned char)*c < ' ') abort();
    for (const char *c = dt_reason_path(); *c != '\0'; c++)
        if ((unsigned char)*c < ' ') abort();
}

/* { name, path = path } */
static inline dt_config *fuzz_choice(const char *name, const char *path, dt_arena *arena) {
    dt_config *table = dt_config_new(arena);
    dt_config_set_text(table, NULL, name, arena);
    if (path != NULL) dt_config_set_text(table, "path", path, arena);
    return table;
}

/* The longest row of digits: what reads a number as a size is given small ones, or the machine's memory is the limit. */
static inline size_t fuzz_digits(const uint8_t *bytes, size_t size) {
    size_t longest = 0, now = 0;
    for (size_t i = 0; i < size; i++) {
        now = bytes[i] >= '0' && bytes[i] <= '9' ? now + 1 : 0;
        if (now > longest) longest = now;
    }
    return longest;
}

#endif
