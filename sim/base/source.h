/* source.h - the bytes of a file that a scenario names, plain or gzip, one after another.  A file is opened once by the process (or by
 * one that it was forked from), however often it is read: base/file.h. */
#ifndef DT_BASE_SOURCE_H
#define DT_BASE_SOURCE_H

#include "base/arena.h"
#include "base/file.h"
#include "base/status.h"
#include <stdbool.h>
#include <zlib.h>

/* Everything is the stream's own but what is said to be for a reader.  It must not move while it is open. */
typedef struct dt_source {
    const char    *name;        /* for messages; it must outlive the stream */
    dt_file        file;
    bool           packed;      /* for a reader: gzip, as the first two bytes tell */
    size_t         told;        /* for a reader: bytes that were read */
    int            code;        /* for a reader: Z_OK; Z_BUF_ERROR the file stops within a gzip stream; Z_ERRNO see errno; else corrupt */
    const char    *why;         /* the reason in words, where code is not Z_OK */
    dt_arena      *arena;
    z_stream       z;
    bool           looked, inflating, over;     /* the next bytes are known as gzip or plain; z has memory; nothing follows */
    size_t         next;        /* byte of the file that follows those in the buffer of z */
    unsigned char *in, *out;    /* buffers of the file's bytes, and of contents for lines */
    size_t         from, to;    /* contents in out that were not read */
} dt_source;

/* Open name at its beginning.  Close it after every success.
 * Errors: those of dt_file_open. */
dt_status dt_source_open(dt_source *s, const char *name);
void dt_source_close(dt_source *s);

/* Read up to count bytes, fewer only at the end of the file, or where it is cut or cannot be read.  The number of bytes; -1: the file is
 * corrupt or cannot be read. */
long dt_source_read(dt_source *s, void *bytes, size_t count);

/* Begin again. */
void dt_source_rewind(dt_source *s);

#endif
