/* arena.c - a chain of blocks; taking moves a pointer, releasing drops the newest blocks. */
#include "base/arena.h"
#include "base/status.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ALIGN = 64 };

typedef struct block {
    struct block *older;
    size_t size, used;
    _Alignas(ALIGN) char bytes[];
} block;

struct dt_arena {
    size_t least;       /* bytes of a block; 0: the only block is the caller's memory */
    block *newest, *spare;      /* spare: zeroed, so that taking and releasing across the end of a block claims nothing; or NULL */
};

static void *arena_claim(size_t size) {
    void *memory = NULL;
    /* calloc of a large size maps fresh zero pages without touching them; the slack aligns. */
    memory = size > SIZE_MAX / 2 ? NULL : calloc(1, size);
    if (memory == NULL) dt_die(DT_EMEMORY, "no memory left: %zu bytes were asked for", size);
    return memory;
}

dt_arena *dt_arena_new(size_t least) {
    dt_arena *arena = arena_claim(sizeof *arena);
    arena->least = least < 4096 ? 4096 : least;
    return arena;
}

dt_arena *dt_arena_in(void *memory, size_t size) {
    const size_t front = (sizeof(dt_arena) + ALIGN - 1) / ALIGN * ALIGN;
    dt_arena *arena = memory;
    if (size < front + sizeof(block)) dt_die(DT_EMEMORY, "no memory left: an arena does not fit into %zu bytes", size);
    arena->newest = (block *)(void *)((char *)memory + front);
    arena->newest->size = size - front - sizeof(block);
    return arena;
}

/* Offset of the first aligned byte at or after block->used. */
static size_t arena_aligned(const block *b) {
    uintptr_t at = (uintptr_t)b->bytes + b->used;
    return b->used + (size_t)(-at & (ALIGN - 1));
}

/* The spare block if it is large enough, else a new one. */
static block *arena_block(dt_arena *arena, size_t need) {
    size_t room = need > arena->least ? need : arena->least;
    block *b = arena->spare;
    if (b != NULL && b->size >= room) {
        arena->spare = NULL;
        return b;
    }
    b = arena_claim(sizeof *b + room);
    b->size = room;
    return b;
}

/* Keep an ordinary block if there is no other, without what was in it. */
static void arena_drop(dt_arena *arena, block *gone) {
    if (arena->spare != NULL || gone->size > arena->least) {
        free(gone);
        return;
    }
    memset(gone->bytes, 0, gone->used);
    gone->used = 0;
    arena->spare = gone;
}

void *dt_arena_take(dt_arena *arena, size_t count, size_t size) {
    size_t need = count * size, most = SIZE_MAX - 2 * sizeof(block) - ALIGN;
    if (need > most || (size != 0 && need / size != count)) need = most;
    block *b = arena->newest;
    if (b == NULL || arena_aligned(b) > b->size || need > b->size - arena_aligned(b)) {
        if (arena->least == 0) dt_die(DT_EMEMORY, "no memory left: %zu bytes were asked for", need);
        b = arena_block(arena, need + ALIGN);
        b->older = arena->newest;
        arena->newest = b;
    }
    size_t start = arena_aligned(b);
    b->used = start + need;
    return b->bytes + start;
}

/* Only whole large pages are asked for, so that nothing beside the memory is touched; a system that has none keeps small ones. */
void *dt_arena_take_dense(dt_arena *arena, size_t count, size_t size) {
    enum { LARGE = 2 << 20 };
    char *memory = dt_arena_take(arena, count, size), *end = memory + count * size;
    char *first = memory + (-(uintptr_t)memory & (LARGE - 1));
    if (end > first && (size_t)(end - first) >= LARGE) madvise(first, (size_t)(end - first) / LARGE * LARGE, MADV_HUGEPAGE);
    return memory;
}

char *dt_arena_text(dt_arena *arena, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *text = dt_arena_take(arena, (size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *dt_arena_copy(dt_arena *arena, const char *bytes, size_t length) {
    char *text = dt_arena_take(arena, length + 1, 1);
    memcpy(text, bytes, length);
    return text;
}

dt_arena_mark dt_arena_here(const dt_arena *arena) {
    block *b = arena->newest;
    return (dt_arena_mark){ b, b == NULL ? 0 : b->used };
}

void dt_arena_release(dt_arena *arena, dt_arena_mark mark) {
    while (arena->newest != mark.block) {
        block *gone = arena->newest;
        arena->newest = gone->older;
        arena_drop(arena, gone);
    }
    if (arena->newest == NULL) return;
    memset(arena->newest->bytes + mark.used, 0, arena->newest->used - mark.used);
    arena->newest->used = mark.used;
}

size_t dt_arena_bytes(const dt_arena *arena) {
    size_t sum = 0;
    for (const block *b = arena->newest; b != NULL; b = b->older) sum += b->used;
    return sum;
}

void dt_arena_free(dt_arena *arena) {
    if (arena == NULL || arena->least == 0) return;
    dt_arena_release(arena, (dt_arena_mark){ NULL, 0 });
    free(arena->spare);
    free(arena);
}
