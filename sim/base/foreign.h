/* foreign.h - what users of PyTorch, MPI, Flower or Horovod write first, and what is written here instead: one table for the
 * messages about keys, values and options, and for help. */
#ifndef DT_BASE_FOREIGN_H
#define DT_BASE_FOREIGN_H

/* theirs: a key path ("epochs"), a key path with a value ("strategy=ddp"; "servers=#": any number or quantity) or an option ("--jobs").
 * ours: what to write, in which $ stands for the value. */
typedef struct dt_foreign { const char *theirs, *ours; } dt_foreign;

extern const dt_foreign dt_foreigns[];      /* theirs NULL ends it */

/* The end of a message about a key or an option that is not known, or about a value that is refused: "; write stop = { epochs = 5 }
 * instead", or "" where the table has none.  Letters count in any case, '-' and '_' are alike, and quotes around a value do not
 * count.  The text is valid until the thread calls one of the two functions again.
 *   path    of the key, or the option
 *   value   that it was given, as a scenario or the command line has it; NULL: not known, or no single value */
const char *dt_foreign_key(const char *path, const char *value);
const char *dt_foreign_value(const char *path, const char *value);

#endif
