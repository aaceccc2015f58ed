/* file.h - for the members of this room that read files, plain or gzipped.
 * Reasons name the file; key paths are the caller's ("data.path"). */
#ifndef DT_DATA_FILE_H
#define DT_DATA_FILE_H

#include "base/arena.h"
#include "base/source.h"

typedef struct dt_data_file {
    dt_source   in;
    const char *name;
    size_t      most;       /* bytes that a file of this size can hold at the very most */
} dt_data_file;

/* Open name for reading; name must outlive the file, which must not move.  Close after every successful open.
 * Errors: DT_ENOTFOUND, DT_EIO. */
dt_status dt_data_file_open(dt_data_file *file, const char *name);
void dt_data_file_close(dt_data_file *file);

/* Exactly count bytes.  Errors: DT_EFORMAT (truncated, corrupt), DT_EIO. */
dt_status dt_data_file_read(dt_data_file *file, void *bytes, size_t count);

/* Nothing is left, and the checksum of a gzipped file holds.  Errors: as above. */
dt_status dt_data_file_end(dt_data_file *file);

/* The whole file, behind its byte order mark, ended by a zero.  Errors: as above, and DT_EFORMAT where it holds a zero. */
dt_status dt_data_file_text(const char *name, char **text, dt_arena *arena);

/* Its first lines: all of it, or as much as holds at least one line. */
dt_status dt_data_file_start(const char *name, char **text, dt_arena *arena);

/* Take the next line off *text: its end, a line feed, a carriage return or both, becomes a zero.  NULL when there is none
 * left. */
char *dt_data_line(char **text);

/* Ends of lines in text, and one. */
size_t dt_data_lines(const char *text);

#endif
