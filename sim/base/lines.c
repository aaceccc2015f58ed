/* lines.c - lines of a stream, and what went wrong with it. */
#include "base/lines.h"
#include "base/file.h"
#include "base/inside.h"
#include <string.h>

dt_status dt_lines_check(const dt_source *in, const char *file) {
    if (in->code == Z_ERRNO) return dt_fail(DT_EIO, "%s cannot be read: %s", file, in->why);
    return in->code == Z_OK ? DT_OK : dt_fail(DT_EFORMAT, "%s is corrupt or truncated: %s", file, in->why);
}

dt_status dt_lines_next(dt_lines *l, char **line) {
    *line = dt_source_line(l->in, l->line, (size_t)l->room) ? l->line : NULL;
    if (*line == NULL) return dt_lines_check(l->in, l->file);
    size_t length = strlen(*line), most = (size_t)l->room - 1;
    l->number++;
    if (length == most && (*line)[most - 1] != '\n')
        return dt_fail(DT_EFORMAT, "%s, line %ld: expected a line of at most %zu bytes, got a longer one", l->file, l->number,
                       most - 1);
    if (l->number == 1) *line = dt_file_text_start(*line);
    return DT_OK;
}
