/* inside.h - what only files of this room use. */
#ifndef DT_BASE_INSIDE_H
#define DT_BASE_INSIDE_H

#include "base/source.h"
#include "base/tokens.h"
#include <stddef.h>

/* ---- status.c ------------------------------------------------------------------------------ */

/* Control characters of text become "?": it is one line on somebody's terminal, whatever a file or a scenario put there. */
void dt_one_line(char *text);

/* From now on dt_die leaves its reason in buffer, which is shared with another process, of size bytes. */
void dt_last_words(char *buffer, size_t size);

/* ---- stream.c ------------------------------------------------------------------------------ */

/* Read into line [room] up to the end of the line, which is kept, or room - 1 bytes, and a zero.  False: nothing is left to be read. */
bool dt_source_line(dt_source *s, char *line, size_t room);

/* ---- tokens.c ------------------------------------------------------------------------------ */

/* Wait until a token has been given back since dt_tokens_given returned seen, or until dt_tokens_wake.  It may return for no
 * reason, so look again.  Call dt_tokens_given before a dt_tokens_take that fails, and no token is missed. */
unsigned dt_tokens_given(const dt_tokens *t);
void     dt_tokens_wait(dt_tokens *t, unsigned seen);
void     dt_tokens_wake(dt_tokens *t);

#endif
