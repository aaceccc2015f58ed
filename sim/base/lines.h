/* lines.h - the lines of a text file, plain or gzip, one after another; a byte order mark in front is stepped over. */
#ifndef DT_BASE_LINES_H
#define DT_BASE_LINES_H

#include "base/source.h"

/* Start from in, file, line and room. */
typedef struct dt_lines {
    dt_source  *in;         /* at the beginning of the file; the caller closes it */
    const char *file;       /* what messages call it */
    char       *line;       /* [room] the line at hand, with its end */
    int         room;
    long        number;     /* of that line, from 1 */
} dt_lines;

/* The next line, which the one after it overwrites; NULL: there is none left.
 * Errors: DT_EFORMAT the line has no room, or those of dt_lines_check. */
dt_status dt_lines_next(dt_lines *lines, char **line);

/* Check that all could be read so far.  Errors: DT_EIO, DT_EFORMAT if the file is corrupt or truncated. */
dt_status dt_lines_check(const dt_source *in, const char *file);

#endif
