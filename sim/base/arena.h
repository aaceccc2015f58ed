/* arena.h - memory that is released all at once; no room above base uses another allocator.
 * If the machine has no memory for a request, the process ends by dt_die, which names the size. */
#ifndef DT_BASE_ARENA_H
#define DT_BASE_ARENA_H

#include <stddef.h>

typedef struct dt_arena dt_arena;
typedef struct dt_arena_mark { void *block; size_t used; } dt_arena_mark;

/* A new arena that grows in blocks of at least block bytes. */
dt_arena *dt_arena_new(size_t block);

/* The same in memory [size] of the caller, which is zeroed, aligned to 64 bytes, and freed by the caller alone: the arena does not
 * grow, and a request that does not fit ends the process as one that the machine has no memory for. */
dt_arena *dt_arena_in(void *memory, size_t size);

/* count * size bytes, zeroed, 64-byte aligned, valid until the arena (or an earlier mark) is released.
 * A large request gets pages of its own, which cost nothing until they are touched. */
void *dt_arena_take(dt_arena *arena, size_t count, size_t size);

/* The same for memory of which every byte will be written, such as samples: it is had in large pages, because the faults of small
 * ones take longer than reading 200 MB of samples does. */
void *dt_arena_take_dense(dt_arena *arena, size_t count, size_t size);

/* A formatted string, and a copy of length bytes ended by a zero. */
char *dt_arena_text(dt_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *dt_arena_copy(dt_arena *arena, const char *bytes, size_t length);

/* Mark the current state of the arena, and release all that was taken since a mark. */
dt_arena_mark dt_arena_here(const dt_arena *arena);
void dt_arena_release(dt_arena *arena, dt_arena_mark mark);

/* Bytes handed out and not yet released. */
size_t dt_arena_bytes(const dt_arena *arena);

/* Release all memory of the arena, and the arena; one in memory of the caller stays as it is. */
void dt_arena_free(dt_arena *arena);

#endif
