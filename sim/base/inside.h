/* inside.h - the functions of status.c that only files of this room use. */
#ifndef DT_BASE_INSIDE_H
#define DT_BASE_INSIDE_H

#include <stddef.h>

/* Control characters of text become "?": it is one line on somebody's terminal, whatever a file or a scenario put there. */
void dt_one_line(char *text);

/* From now on dt_die leaves its reason in buffer, which is shared with another process, of size bytes. */
void dt_last_words(char *buffer, size_t size);

#endif
