/* near.h - what is said of a word that is none of the names it should be. */
#ifndef DT_BASE_NEAR_H
#define DT_BASE_NEAR_H

#include <stddef.h>

/* The nearest of count names to word, or NULL if none is near: the one that the fewest slips of the pen make of it, else the
 * first that begins with it or has it as a part ("epochs": local_epochs). */
const char *dt_nearest(const char *word, const char *const *names, size_t count);

/* How the sentence about such a word ends: "; did you mean \"period\"?", or "" where near, the nearest name, is NULL.
 * What is returned is valid until the thread asks again. */
const char *dt_did_you_mean(const char *near);

/* The same with all that are known: "; did you mean \"a\"? (known are a, b)", or "; known are a, b". */
const char *dt_known(const char *word, const char *const *names, size_t count);

#endif
