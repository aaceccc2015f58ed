/* file.h - finds the files that a scenario names, and those that are shipped with the program; opens each once. */
#ifndef DT_BASE_FILE_H
#define DT_BASE_FILE_H

#include "base/arena.h"
#include "base/status.h"
#include <sys/types.h>

/* Set the scenario's folder ("." or NULL: the working folder).  It is set once, when the scenario is opened and before any of
 * its files is looked for; all runs of the process and of its children look there. */
void dt_file_set_folder(const char *folder);

/* Find a file or folder that a scenario names.  An absolute path is taken as it is; any other path is looked for in the
 * scenario's folder, then in the working folder, then in the folder that the environment variable DTSIM_DATA names: what
 * lies beside the scenario does not depend on where dtsim is started.
 *   key     path of the scenario's key, for the message
 *   what    what path names, in words ("the edge list")
 *   advice  where to get it, in words; NULL: it is the user's own
 * Errors: DT_EINVAL path is missing, or is neither file nor folder; DT_ENOTFOUND (names the places looked at). */
dt_status dt_file_find(const char *key, const char *path, const char *what, const char *advice, const char **found,
                       dt_arena *arena);

/* A file that this process or one that it was forked from has opened.  Who reads it shares the descriptor with all others, and reads
 * at a place of its own, by dt_file_at. */
typedef struct dt_file { struct dt_file_known *known; size_t bytes; } dt_file;

/* Open name for reading, unless it is open already; there is nothing to close.  A path that leads to another file than before is
 * opened anew.  bytes is its size at this moment.
 * Errors: DT_ENOTFOUND, DT_EINVAL no plain file, DT_EIO; the reason names it. */
dt_status dt_file_open(const char *name, dt_file *file);

/* From now on, in this process and its children, a name that was opened leads to the file that it led to first, whatever is done
 * to the name, also if dt_file_find looks for it; and a file whose size or time of change differs from those when it was opened is
 * refused by dt_file_open and dt_file_at (DT_EIO): all runs of a sweep are of the same data. */
void dt_file_hold(void);

/* Read count bytes from so many bytes after the beginning, fewer only at the end.  -1: see errno, and dt_file_why. */
ssize_t dt_file_at(const dt_file *file, void *bytes, size_t count, size_t at);

/* Why dt_file_at has failed, by errno, in words. */
const char *dt_file_why(void);

/* Of a file that was opened, until another one is; -1: see errno. */
int dt_file_descriptor(const dt_file *file);

/* The first character of a text file's content: behind the UTF-8 byte order mark where the content begins with one. */
char *dt_file_text_start(char *text);

/* The path of this program. */
const char *dt_file_program(dt_arena *arena);

/* The folder with what is shipped (lua/, platforms/, ...): the environment variable DTSIM_HOME, else beside the program
 * in the source tree or where it is installed. */
const char *dt_file_home(dt_arena *arena);

#endif
