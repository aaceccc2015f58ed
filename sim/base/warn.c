/* warn.c - warnings in shared memory.  A process takes a slot by an atomic count, so that one that is killed blocks no other. */
#include "base/warn.h"
#include "base/inside.h"
#include "base/status.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

enum { SLOTS = 64, LENGTH = 1024 };

typedef struct slot {
    atomic_bool whole;          /* text can be read */
    char        text[LENGTH];
} slot;

typedef struct monitor {
    atomic_uint taken;          /* may grow beyond SLOTS: those sentences are lost, and the last line says so */
    slot        slot[SLOTS];
} monitor;

static monitor own, *shown = &own;
static bool  said[SLOTS], said_full;        /* what this process has printed */

void dt_warn_start(void) {
    void *shared = mmap(NULL, sizeof *shown, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared != MAP_FAILED) shown = shared;
}

static unsigned warn_slots(void) {
    unsigned taken = atomic_load(&shown->taken);
    return taken < SLOTS ? taken : SLOTS;
}

/* True if a slot before this one holds the same text. */
static bool warn_known(const char *text, unsigned before) {
    for (unsigned i = 0; i < before; i++)
        if (atomic_load(&shown->slot[i].whole) && strcmp(shown->slot[i].text, text) == 0) return true;
    return false;
}

void dt_warn(const char *path, const char *format, ...) {
    char text[LENGTH];
    va_list list;
    int front = snprintf(text, sizeof text, "%.200s%s", path, path[0] == '\0' ? "" : ": ");
    va_start(list, format);
    vsnprintf(text + front, sizeof text - (size_t)front, format, list);
    va_end(list);
    dt_one_line(text);
    if (warn_known(text, warn_slots())) return;
    unsigned at = atomic_fetch_add(&shown->taken, 1);
    if (at >= SLOTS) return;
    memcpy(shown->slot[at].text, text, sizeof text);
    atomic_store(&shown->slot[at].whole, true);
}

/* Two processes may have kept the same sentence at the same time, so equal ones are looked for again here. */
void dt_warn_say(FILE *out) {
    for (unsigned i = 0; i < warn_slots(); i++) {
        const slot *s = &shown->slot[i];
        if (said[i] || !atomic_load(&s->whole)) continue;
        said[i] = true;
        if (!warn_known(s->text, i)) fprintf(out, "dtsim: warning: %s\n", s->text);
    }
    if (said_full || atomic_load(&shown->taken) <= SLOTS) return;
    said_full = true;
    fprintf(out, "dtsim: warning: there are more warnings than the %d that are kept\n", SLOTS);
}
