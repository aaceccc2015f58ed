/* file.h - where a file that a scenario names is found. */
#ifndef DT_BASE_FILE_H
#define DT_BASE_FILE_H

#include "base/arena.h"
#include "base/status.h"

/* Where the scenario stands: set once, when it is opened and before any of its files is looked for ("." or NULL: in the
 * working folder).  All runs of the process and of its children look beside this scenario. */
void dt_file_set_folder(const char *folder);

/* The one place where the files that a scenario names are found.  An absolute path is taken as it is; any other path is
 * looked for in the scenario's folder, then in the working folder, then in the folder that the environment variable
 * DTSIM_DATA names: what lies beside the scenario does not depend on where dtsim is started.
 *   key     path of the scenario's key, for the message
 *   what    what path names, in words ("the edge list")
 *   advice  where it can be had, in words; NULL: nobody but the user has it
 * Errors: DT_EINVAL path is missing, or is neither file nor folder; DT_ENOTFOUND (names the places looked at). */
dt_status dt_file_find(const char *key, const char *path, const char *what, const char *advice, const char **found,
                       dt_arena *arena);

/* The first character of a text file's content: behind the UTF-8 byte order mark where the content begins with one. */
char *dt_file_text_start(char *text);

/* Where this program is. */
const char *dt_file_program(dt_arena *arena);

/* The folder with what is shipped (lua/, platforms/, ...): the environment variable DTSIM_HOME, else beside the program
 * in the source tree or where it is installed. */
const char *dt_file_home(dt_arena *arena);

#endif
