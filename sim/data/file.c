/* file.c - finding data files and reading them as streams, plain or gzipped. */
#include "data/file.h"
#include "base/file.h"
#include <string.h>

/* Deflate shrinks at most 1032 times: a header that claims more bytes than that is wrong before any is read. */
enum { DEFLATE_MOST = 1032, HEAD = 1 << 20 };

dt_status dt_data_file_open(dt_data_file *file, const char *name) {
    file->name = name;
    DT_TRY(dt_source_open(&file->in, name));
    file->most = file->in.file.bytes * (file->in.packed ? DEFLATE_MOST : 1);
    return DT_OK;
}

void dt_data_file_close(dt_data_file *file) { dt_source_close(&file->in); }

static dt_status file_broken(const dt_data_file *file) {
    const dt_source *in = &file->in;
    if (in->code == Z_ERRNO) return dt_fail(DT_EIO, "%s cannot be read: %s", file->name, in->why);
    if (in->code != Z_OK && in->code != Z_BUF_ERROR) return dt_fail(DT_EFORMAT, "%s is corrupt: %s", file->name, in->why);
    return dt_fail(DT_EFORMAT, "%s is truncated: it ends after %zu bytes", file->name, in->told);
}

/* Up to count bytes; fewer only at the end of the file. */
static dt_status file_some(dt_data_file *file, void *bytes, size_t count, size_t *got) {
    long read = dt_source_read(&file->in, bytes, count);
    *got = read < 0 ? 0 : (size_t)read;
    return *got < count && file->in.code != Z_OK ? file_broken(file) : DT_OK;
}

dt_status dt_data_file_read(dt_data_file *file, void *bytes, size_t count) {
    size_t got;
    DT_TRY(file_some(file, bytes, count, &got));
    return got == count ? DT_OK : file_broken(file);
}

dt_status dt_data_file_end(dt_data_file *file) {
    char byte;
    size_t got;
    DT_TRY(file_some(file, &byte, 1, &got));
    return got == 0 ? DT_OK : dt_fail(DT_EFORMAT, "%s holds more bytes than its header says", file->name);
}

/* The size of a gzipped text is not known beforehand: double the room until the file ends. */
static dt_status file_slurp(dt_data_file *file, char **text, size_t *length, dt_arena *arena) {
    size_t room = 4096, got;
    room += file->in.file.bytes * (file->in.packed ? 4 : 1);
    *length = 0;
    for (*text = dt_arena_take(arena, room, 1);; room *= 2) {
        DT_TRY(file_some(file, *text + *length, room - 1 - *length, &got));
        *length += got;
        if (*length < room - 1) return DT_OK;
        char *larger = dt_arena_take(arena, room, 2);
        memcpy(larger, *text, *length);
        *text = larger;
    }
}

/* A text with zeros is refused: Windows may have written it in UTF-16. */
static dt_status file_is_text(const char *name, char **text, size_t length) {
    if (memchr(*text, '\0', length) != NULL)
        return dt_fail(DT_EFORMAT, "%s is not a text: it holds a zero byte (save a text in UTF-16 as UTF-8)", name);
    *text = dt_file_text_start(*text);
    return DT_OK;
}

dt_status dt_data_file_text(const char *name, char **text, dt_arena *arena) {
    dt_data_file file;
    size_t length;
    DT_TRY(dt_data_file_open(&file, name));
    dt_status status = file_slurp(&file, text, &length, arena);
    dt_data_file_close(&file);
    DT_TRY(status);
    return file_is_text(name, text, length);
}

dt_status dt_data_file_start(const char *name, char **text, dt_arena *arena) {
    dt_data_file file;
    size_t got;
    *text = dt_arena_take(arena, HEAD, 1);
    DT_TRY(dt_data_file_open(&file, name));
    dt_status status = file_some(&file, *text, HEAD - 1, &got);
    dt_data_file_close(&file);
    DT_TRY(status);
    if (got == 0) return dt_fail(DT_EFORMAT, "%s is empty", name);
    DT_TRY(file_is_text(name, text, got));
    if (got == HEAD - 1 && strpbrk(*text, "\r\n") == NULL)
        return dt_fail(DT_EFORMAT, "%s is not a text of lines: its first has more than %d bytes", name, HEAD);
    return DT_OK;
}

char *dt_data_line(char **text) {
    char *line = *text, *end = line + strcspn(line, "\r\n");
    if (*line == '\0') return NULL;
    *text = end + (*end != '\0') + (end[0] == '\r' && end[1] == '\n');
    *end = '\0';
    return line;
}

size_t dt_data_lines(const char *text) {
    size_t lines = 1;
    for (; *(text += strcspn(text, "\r\n")) != '\0'; lines++) text += text[0] == '\r' && text[1] == '\n' ? 2 : 1;
    return lines;
}
