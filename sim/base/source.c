/* source.c - reads by pread, so that processes that share a descriptor do not disturb each other, and inflates what is gzip.
 * Source: RFC 1952; as zlib's gzread, it takes a file that does not begin as gzip for plain, joins the members of a gzip file, and
 * ignores what follows the last of them. */
#include "base/source.h"
#include "base/inside.h"
#include <limits.h>
#include <string.h>

enum { BUFFER = 1 << 17, GZIP = 15 + 16 };      /* GZIP: of inflateInit2, a window of 32 KiB and a gzip header */

static int source_fail(dt_source *s, int code, const char *why) {
    s->code = code;
    s->why = why;
    return -1;
}

/* Append the next bytes of the file to those in the buffer.  -1: the file cannot be read. */
static int source_fill(dt_source *s) {
    z_stream *z = &s->z;
    memmove(s->in, z->next_in, z->avail_in);
    z->next_in = s->in;
    ssize_t got = dt_file_at(&s->file, s->in + z->avail_in, BUFFER - z->avail_in, s->next);
    if (got < 0) return source_fail(s, Z_ERRNO, dt_file_why());
    s->next += (size_t)got;
    z->avail_in += (uInt)got;
    return 0;
}

/* A gzip member, or the file, begins here: which is it?  -1: the file cannot be read, or there is no memory. */
static int source_look(dt_source *s) {
    z_stream *z = &s->z;
    if (z->avail_in < 2 && source_fill(s) < 0) return -1;
    bool gzip = z->avail_in > 1 && z->next_in[0] == 0x1f && z->next_in[1] == 0x8b;
    s->over = z->avail_in == 0 || (s->packed && !gzip);
    s->packed |= gzip;
    s->looked = true;
    if (!gzip || s->over) return 0;
    int code = s->inflating ? inflateReset(z) : inflateInit2(z, GZIP);
    s->inflating |= code == Z_OK;
    return code == Z_OK ? 0 : source_fail(s, Z_MEM_ERROR, "out of memory");
}

/* Contents into bytes, at least one but at the end.  The number of bytes; -1: an error. */
static long source_inflate(dt_source *s, unsigned char *bytes, size_t count) {
    z_stream *z = &s->z;
    z->next_out = bytes;
    z->avail_out = count > INT_MAX ? INT_MAX : (uInt)count;
    uInt asked = z->avail_out;
    if (z->avail_in == 0 && source_fill(s) < 0) return -1;
    if (z->avail_in == 0) return source_fail(s, Z_BUF_ERROR, "unexpected end of file");
    int code = inflate(z, Z_NO_FLUSH);
    if (code == Z_STREAM_END) s->looked = false;
    else if (code == Z_MEM_ERROR) return source_fail(s, code, "out of memory");
    else if (code != Z_OK && code != Z_BUF_ERROR)
        return source_fail(s, code, z->msg != NULL ? z->msg : "compressed data error");
    return (long)(asked - z->avail_out);
}

static long source_plain(dt_source *s, unsigned char *bytes, size_t count) {
    z_stream *z = &s->z;
    if (z->avail_in == 0 && count >= BUFFER) {
        ssize_t got = dt_file_at(&s->file, bytes, count, s->next);
        if (got < 0) return source_fail(s, Z_ERRNO, dt_file_why());
        s->next += (size_t)got;
        s->over = got == 0;
        return got;
    }
    if (z->avail_in == 0 && source_fill(s) < 0) return -1;
    size_t take = z->avail_in < count ? z->avail_in : count;
    memcpy(bytes, z->next_in, take);
    z->next_in += take;
    z->avail_in -= (uInt)take;
    s->over = take == 0;
    return (long)take;
}

/* Contents that no buffer holds. */
static long source_take(dt_source *s, unsigned char *bytes, size_t count) {
    size_t got = 0;
    while (got < count && s->code == Z_OK && !s->over) {
        if (!s->looked && (source_look(s) < 0 || s->over)) break;
        long more = s->packed ? source_inflate(s, bytes + got, count - got) : source_plain(s, bytes + got, count - got);
        if (more > 0) got += (size_t)more;
    }
    return s->code == Z_OK || s->code == Z_BUF_ERROR ? (long)got : -1;
}

dt_status dt_source_open(dt_source *s, const char *name) {
    *s = (dt_source){ .name = name };
    DT_TRY(dt_file_open(name, &s->file));
    s->arena = dt_arena_new(0);
    s->in = dt_arena_take(s->arena, BUFFER, 1);
    dt_source_rewind(s);
    source_look(s);
    return DT_OK;
}

void dt_source_close(dt_source *s) {
    if (s->inflating) inflateEnd(&s->z);
    dt_arena_free(s->arena);
    *s = (dt_source){ 0 };
}

void dt_source_rewind(dt_source *s) {
    s->z.next_in = s->in;
    s->z.avail_in = 0;
    s->next = s->told = s->from = s->to = 0;
    s->looked = s->over = s->packed = false;
    s->code = Z_OK;
}

long dt_source_read(dt_source *s, void *bytes, size_t count) {
    size_t kept = s->to - s->from < count ? s->to - s->from : count;
    if (kept > 0) memcpy(bytes, s->out + s->from, kept);
    s->from += kept;
    long more = source_take(s, (unsigned char *)bytes + kept, count - kept);
    if (more < 0 && kept == 0) return -1;
    s->told += kept + (size_t)(more < 0 ? 0 : more);
    return (long)kept + (more < 0 ? 0 : more);
}

bool dt_source_line(dt_source *s, char *line, size_t room) {
    size_t length = 0;
    bool ended = false;
    if (s->out == NULL) s->out = dt_arena_take(s->arena, BUFFER, 1);
    while (!ended && length + 1 < room) {
        if (s->from == s->to) {
            long got = source_take(s, s->out, BUFFER);
            s->from = 0;
            s->to = got > 0 ? (size_t)got : 0;
            if (got <= 0) break;
        }
        size_t left = s->to - s->from, take = left < room - 1 - length ? left : room - 1 - length;
        const unsigned char *end = memchr(s->out + s->from, '\n', take);
        ended = end != NULL;
        if (ended) take = (size_t)(end - (s->out + s->from)) + 1;
        memcpy(line + length, s->out + s->from, take);
        s->from += take;
        length += take;
    }
    line[length] = '\0';
    s->told += length;
    return length > 0;
}
