/* warn.h - warnings: sentences for the user about what was guessed or changed, where a refusal would be too much.
 * Runs find them in processes of their own: warnings are kept in memory that all processes share, and the first process
 * prints them.  A sentence that a hundred runs find is printed once. */
#ifndef DT_BASE_WARN_H
#define DT_BASE_WARN_H

#include <stdio.h>

/* From now on, children of this process share its warnings.  Without shared memory each process has its own. */
void dt_warn_start(void);

/* Keep a sentence about the value at path ("data.path"), or "" where it concerns no key.  Control characters in it become
 * "?", so that it stays one line. */
void dt_warn(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print what was kept since the last call, each sentence on a line of its own; equal ones once. */
void dt_warn_say(FILE *out);

#endif
