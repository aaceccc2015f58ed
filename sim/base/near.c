/* near.c - the nearest of some names, by edit distance, and the sentences that say it. */
#include "base/near.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char said[640];

/* Edit distance (insert, delete, replace, swap of neighbours); words longer than LONGEST are far from any. */
static size_t nearest_distance(const char *a, const char *b) {
    enum { LONGEST = 48 };
    size_t rows = strlen(a), columns = strlen(b), d[LONGEST + 1][LONGEST + 1];
    if (rows > LONGEST || columns > LONGEST) return SIZE_MAX;
    for (size_t i = 0; i <= rows; i++) d[i][0] = i;
    for (size_t j = 0; j <= columns; j++) d[0][j] = j;
    for (size_t i = 1; i <= rows; i++)
        for (size_t j = 1; j <= columns; j++) {
            size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[rows][columns];
}

/* True if the name begins with the word, or has it as a part: "batch" of "batch_size", "epochs" of "local_epochs". */
static bool nearest_holds(const char *name, const char *word) {
    size_t length = strlen(word);
    for (const char *at = strstr(name, word); at != NULL; at = strstr(at + 1, word))
        if (at == name || (strchr("_.", at[-1]) != NULL && strchr("_.", at[length]) != NULL)) return true;
    return false;
}

const char *dt_nearest(const char *word, const char *const *names, size_t count) {
    enum { SHORTEST = 3 };      /* a shorter part of a name does not tell which name is meant */
    size_t length = strlen(word), far = length / 3 + 2, half = (length + 1) / 2;
    size_t least = far < half ? far : half;     /* a word that differs in half of its letters is another word */
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = nearest_distance(word, names[i]);
        if (distance < least) {
            least = distance;
            best = names[i];
        }
    }
    for (size_t i = 0; i < count && best == NULL && length >= SHORTEST; i++)
        if (nearest_holds(names[i], word)) best = names[i];
    return best;
}

const char *dt_did_you_mean(const char *near) {
    said[0] = '\0';
    if (near != NULL) snprintf(said, sizeof said, "; did you mean \"%.80s\"?", near);
    return said;
}

const char *dt_known(const char *word, const char *const *names, size_t count) {
    const char *near = dt_nearest(word, names, count);
    size_t length = strlen(dt_did_you_mean(near));
    for (size_t i = 0; i < count && length < sizeof said; i++)
        length += (size_t)snprintf(said + length, sizeof said - length, "%s%s",
                                   i > 0 ? ", " : near != NULL ? " (known are " : "; known are ", names[i]);
    if (near != NULL && length < sizeof said) snprintf(said + length, sizeof said - length, ")");
    return said;
}
