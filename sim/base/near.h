/* near.h - the nearest of several names to a word that is none of them, and how messages suggest it. */
#ifndef DT_BASE_NEAR_H
#define DT_BASE_NEAR_H

#include <stddef.h>

/* The nearest of count names to word, or NULL if none is near: the name of the least edit distance, else the first name that
 * begins with the word or has it as a part ("epochs": local_epochs). */
const char *dt_nearest(const char *word, const char *const *names, size_t count);

/* The end of a message about such a word: "; did you mean \"period\"?", or "" if near, the nearest name, is NULL.  The text is
 * valid until the thread calls one of these two functions again. */
const char *dt_did_you_mean(const char *near);

/* The same with all known names: "; did you mean \"a\"? (known are a, b)", or "; known are a, b". */
const char *dt_known(const char *word, const char *const *names, size_t count);

#endif
