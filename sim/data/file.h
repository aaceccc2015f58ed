/* file.h - for the members of this room that read files, plain or gzipped.
 * Reasons name the file; key paths are the caller's ("data.path"). */
#ifndef DT_DATA_FILE_H
#define DT_DATA_FILE_H

#include "base/arena.h"
#include "base/status.h"
#include <zlib.h>

typedef struct dt_data_file {
    gzFile      gz;
    const char *name;
    size_t      most;       /* bytes that a file of this size can hold at the very most */
} dt_data_file;

/* Open name for reading; name must outlive the file.  Close after every successful open.
 * Errors: DT_ENOTFOUND, DT_EIO. */
dt_status dt_data_file_open(dt_data_file *file, const char *name);
void dt_data_file_close(dt_data_file *file);

/* Exactly count bytes.  Errors: DT_EFORMAT (truncated, corrupt), DT_EIO. */
dt_status dt_data_file_read(dt_data_file *file, void *bytes, size_t count);

/* Nothing is left, and the checksum of a gzipped file holds.  Errors: as above. */
dt_status dt_data_file_end(dt_data_file *file);

/* The whole file, ended by a zero; length does not count it. */
dt_status dt_data_file_text(const char *name, char **text, size_t *length, dt_arena *arena);

/* The first line without its end. */
dt_status dt_data_file_line(const char *name, char **line, dt_arena *arena);

/* Take the next line off *text: its end becomes a zero.  NULL when there is none left. */
char *dt_data_line(char **text);

/* Cut line into fields, quotes and outer blanks taken off; the first most of them are kept.  Returns how many there
 * are. */
size_t dt_data_fields(char *line, char separator, const char **field, size_t most);

#endif
