/* words.h - for the members of this room: labels and owners.  They are texts, equal if and only if their texts are,
 * whatever number they look like; each text is kept once, and rows hold its number. */
#ifndef DT_DATA_WORDS_H
#define DT_DATA_WORDS_H

#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct dt_data_words {
    const char **text;          /* [count] in the order in which they came */
    size_t       count, room;
    uint32_t    *slot;          /* [slots] number + 1 of a text, or 0: a hash table with open addressing */
    size_t       slots;
    char        *free;          /* room for further texts */
    size_t       left;
    dt_arena    *arena;
} dt_data_words;

/* No texts yet; arena owns them.  At most 2^32 - 2 of them. */
dt_data_words *dt_data_words_new(dt_arena *arena);

/* The number of a text, which is copied when it is new. */
uint32_t dt_data_words_add(dt_data_words *words, const char *text);

/* The number of a text, or count where it is none of them. */
size_t dt_data_words_find(const dt_data_words *words, const char *text);

/* The value of a text that is one finite number, else NaN. */
double dt_data_words_number(const char *text);

/* order[0 .. count-1]: the texts in ascending order, those with leads[i] before all others (NULL: no difference).
 * Numbers go by their value and stand before other texts; equal values and other texts go by their bytes. */
void dt_data_words_order(const dt_data_words *words, const bool *leads, uint32_t *order, dt_arena *scratch);

#endif
