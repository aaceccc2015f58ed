/* words.c - a hash table of texts (FNV-1a), and their order. */
#include "data/words.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

dt_data_words *dt_data_words_new(dt_arena *arena) {
    dt_data_words *w = dt_arena_take(arena, 1, sizeof *w);
    w->arena = arena;
    return w;
}

/* The slot that holds text, or the free one where it belongs. */
static size_t words_slot(const dt_data_words *w, const char *text) {
    uint64_t hash = 14695981039346656037u;
    for (const char *c = text; *c != '\0'; c++) hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    size_t at = (hash ^ hash >> 32) & (w->slots - 1);
    while (w->slot[at] != 0 && strcmp(w->text[w->slot[at] - 1], text) != 0) at = (at + 1) & (w->slots - 1);
    return at;
}

/* At most half of the slots are in use. */
static void words_grow(dt_data_words *w) {
    const char **old = w->text;
    w->room = w->room == 0 ? 64 : 2 * w->room;
    w->slots = 2 * w->room;
    w->text = dt_arena_take(w->arena, w->room, sizeof *w->text);
    w->slot = dt_arena_take(w->arena, w->slots, sizeof *w->slot);
    for (size_t i = 0; i < w->count; i++) {
        w->text[i] = old[i];
        w->slot[words_slot(w, old[i])] = (uint32_t)i + 1;
    }
}

/* Texts stand close together: a million of them take little more than their bytes. */
static const char *words_keep(dt_data_words *w, const char *text) {
    enum { CHUNK = 1 << 14 };
    size_t need = strlen(text) + 1;
    if (need > w->left) {
        w->left = need > CHUNK ? need : CHUNK;
        w->free = dt_arena_take(w->arena, w->left, 1);
    }
    char *kept = memcpy(w->free, text, need);
    w->free += need;
    w->left -= need;
    return kept;
}

uint32_t dt_data_words_add(dt_data_words *w, const char *text) {
    if (w->count == w->room) words_grow(w);
    uint32_t *slot = &w->slot[words_slot(w, text)];
    if (*slot == 0) {
        w->text[w->count++] = words_keep(w, text);
        *slot = (uint32_t)w->count;
    }
    return *slot - 1;
}

size_t dt_data_words_find(const dt_data_words *w, const char *text) {
    if (w->count == 0) return 0;
    uint32_t slot = w->slot[words_slot(w, text)];
    return slot == 0 ? w->count : slot - 1;
}

double dt_data_words_number(const char *text) {
    char *end;
    double number = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(number) ? number : NAN;
}

typedef struct placed { const char *text; double number; bool follows; uint32_t word; } placed;

static int placed_compare(const void *one, const void *other) {
    const placed *a = one, *b = other;
    if (a->follows != b->follows) return a->follows ? 1 : -1;
    if (isnan(a->number) != isnan(b->number)) return isnan(a->number) ? 1 : -1;
    if (a->number != b->number && !isnan(a->number)) return a->number < b->number ? -1 : 1;
    return strcmp(a->text, b->text);
}

void dt_data_words_order(const dt_data_words *w, const bool *leads, uint32_t *order, dt_arena *scratch) {
    dt_arena_mark mark = dt_arena_here(scratch);
    placed *sorted = dt_arena_take(scratch, w->count, sizeof *sorted);
    for (size_t i = 0; i < w->count; i++)
        sorted[i] = (placed){ w->text[i], dt_data_words_number(w->text[i]), leads != NULL && !leads[i], (uint32_t)i };
    qsort(sorted, w->count, sizeof *sorted, placed_compare);
    for (size_t i = 0; i < w->count; i++) order[i] = sorted[i].word;
    dt_arena_release(scratch, mark);
}
