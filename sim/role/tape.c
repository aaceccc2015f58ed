/* tape.c - streams of entries in memory and in a file.
 *
 * The file, in numbers of 8 bytes of this machine, as only runs of one sweep on it read it:
 *   head      magic, checksum of all that follows, words of all that follows, streams, floats of the model
 *   lengths   [streams] words of each stream
 *   streams   one after another; an entry is its kind and count, its number, and the numbers themselves
 *   model     floats, filled up to whole words */
#include "role/tape.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { HEAD = 5, ENTRY = 2, FIRST_CHUNK = 64 };

static const uint64_t magic = 0x3165706174746474;       /* "dttape1" */

typedef struct chunk { struct chunk *next; size_t used, size; uint64_t word[]; } chunk;

/* Of a training, chunks; of a replay, the words between at and end. */
typedef struct track { chunk *first, *last; size_t words; const uint64_t *at, *end; } track;

struct dt_tape {
    bool         replays;
    size_t       streams;
    track       *stream;
    const float *model;         /* [floats] NULL: none */
    size_t       floats;
    dt_arena    *run;
};

static void tape_misfit(const char *what) __attribute__((noreturn));

static void tape_misfit(const char *what) { dt_die(DT_EMISFIT, "the run cannot replay the training of another one: %s", what); }

dt_tape *dt_tape_new(size_t streams, dt_arena *run) {
    dt_tape *t = dt_arena_take(run, 1, sizeof *t);
    *t = (dt_tape){ .streams = streams, .run = run };
    t->stream = dt_arena_take(run, streams, sizeof *t->stream);
    return t;
}

bool dt_tape_replays(const dt_tape *t) { return t != NULL && t->replays; }

/* ---- a training ----------------------------------------------------------------------------- */

/* Room for so many words at the end of a stream; each chunk is twice as large as the one before. */
static uint64_t *stream_extend(track *s, size_t words, dt_arena *run) {
    chunk *c = s->last;
    if (c == NULL || c->size - c->used < words) {
        size_t size = c == NULL ? FIRST_CHUNK : 2 * c->size;
        while (size < words) size *= 2;
        chunk *next = dt_arena_take(run, 1, sizeof *next + size * sizeof *next->word);
        next->size = size;
        if (c == NULL) s->first = next;
        else c->next = next;
        s->last = c = next;
    }
    c->used += words;
    s->words += words;
    return c->word + c->used - words;
}

/* ---- a replay ------------------------------------------------------------------------------- */

static const uint64_t *stream_take(track *s, size_t words) {
    const uint64_t *at = s->at;
    if ((size_t)(s->end - at) < words) tape_misfit("its tape has ended");
    s->at += words;
    return at;
}

/* Lay the streams and the model out in the words of a file, whose head is right.  Returns false if they do not fill it exactly. */
static bool tape_lay(dt_tape *t, const uint64_t *word, size_t words) {
    const uint64_t *length = word + HEAD, *at = length + t->streams, *end = word + words;
    if (t->streams > words - HEAD) return false;
    for (size_t i = 0; i < t->streams; i++) {
        if (length[i] > (size_t)(end - at)) return false;
        t->stream[i].at = at;
        t->stream[i].end = at += length[i];
    }
    t->floats = word[4];
    t->model = t->floats == 0 ? NULL : (const float *)at;
    return t->floats <= 2 * words && (size_t)(end - at) == (t->floats + 1) / 2;
}

static uLong tape_sum(uLong sum, const void *from, size_t bytes) { return crc32_z(sum, from, bytes); }

static bool tape_read(dt_tape *t, FILE *file) {
    struct stat about;
    if (fstat(fileno(file), &about) != 0 || about.st_size % 8 != 0 || about.st_size < 8 * HEAD) return false;
    size_t words = (size_t)about.st_size / 8;
    uint64_t *word = dt_arena_take(t->run, words, sizeof *word);
    if (fread(word, sizeof *word, words, file) != words) return false;
    if (word[0] != magic || word[2] != words - 3 || word[3] != t->streams) return false;
    return word[1] == tape_sum(0, word + 3, 8 * (words - 3)) && tape_lay(t, word, words);
}

dt_tape *dt_tape_open(const char *path, size_t streams, dt_arena *run) {
    dt_tape *t = dt_tape_new(streams, run);
    FILE *file = fopen(path, "rb");
    t->replays = true;
    if (file == NULL) tape_misfit("its tape cannot be opened");
    if (!tape_read(t, file)) tape_misfit("its tape is damaged, or of other workers");
    fclose(file);
    return t;
}

/* ---- both ----------------------------------------------------------------------------------- */

typedef struct entry { uint64_t word[ENTRY]; } entry;

static entry entry_of(dt_tape_kind kind, long number, size_t count) {
    return (entry){ { (uint64_t)kind << 32 | (uint32_t)count, (uint64_t)number } };
}

static void tape_append(dt_tape *t, size_t stream, const entry *h, const double *value, size_t count) {
    uint64_t *to = stream_extend(&t->stream[stream], ENTRY + count, t->run);
    memcpy(to, h->word, sizeof h->word);
    memcpy(to + ENTRY, value, count * sizeof *value);
}

static const uint64_t *tape_next(dt_tape *t, size_t stream, const entry *h, size_t count) {
    const uint64_t *come = stream_take(&t->stream[stream], ENTRY);
    if (memcmp(come, h->word, sizeof h->word) != 0) tape_misfit("its tape goes on with something else");
    return stream_take(&t->stream[stream], count);
}

void dt_tape_pass(dt_tape *t, size_t stream, dt_tape_kind kind, long number, double *value, size_t count) {
    if (t == NULL) return;
    const entry h = entry_of(kind, number, count);
    if (!t->replays) tape_append(t, stream, &h, value, count);
    else memcpy(value, tape_next(t, stream, &h, count), count * sizeof *value);
}

void dt_tape_check(dt_tape *t, size_t stream, dt_tape_kind kind, long number, const double *value, size_t count) {
    if (t == NULL) return;
    const entry h = entry_of(kind, number, count);
    if (!t->replays) tape_append(t, stream, &h, value, count);
    else if (memcmp(value, tape_next(t, stream, &h, count), count * sizeof *value) != 0) tape_misfit("it steps in another way");
}

void dt_tape_model(dt_tape *t, float *model, size_t n) {
    if (t == NULL) return;
    if (!t->replays) {
        t->model = model;
        t->floats = n;
        return;
    }
    const track *s = &t->stream[DT_TAPE_MONITOR];
    if (s->at != s->end || t->floats != n) tape_misfit("its tape ends with the model of another time");
    memcpy(model, t->model, n * sizeof *model);
}

/* ---- the file ------------------------------------------------------------------------------- */

typedef struct sink { FILE *file; uLong sum; bool good; } sink;

static void sink_put(sink *s, const void *from, size_t bytes) {
    s->sum = tape_sum(s->sum, from, bytes);
    s->good = s->good && fwrite(from, 1, bytes, s->file) == bytes;
}

static void tape_put(const dt_tape *t, sink *s, size_t *words) {
    const uint64_t sizes[2] = { t->streams, t->floats }, zero = 0;
    size_t floats = t->floats * sizeof *t->model;
    sink_put(s, sizes, sizeof sizes);
    *words = 2 + t->streams + (t->floats + 1) / 2;
    for (size_t i = 0; i < t->streams; i++) {
        uint64_t length = t->stream[i].words;
        sink_put(s, &length, sizeof length);
        *words += t->stream[i].words;
    }
    for (size_t i = 0; i < t->streams; i++)
        for (const chunk *c = t->stream[i].first; c != NULL; c = c->next) sink_put(s, c->word, 8 * c->used);
    if (floats > 0) sink_put(s, t->model, floats);
    sink_put(s, &zero, (8 - floats % 8) % 8);
}

/* The head comes last, so that what is cut short has none. */
dt_status dt_tape_write(const dt_tape *t, const char *path) {
    sink s = { .file = fopen(path, "wb"), .good = true };
    uint64_t head[3] = { 0 };
    size_t words;
    if (s.file == NULL) return dt_fail(DT_EIO, "%s cannot be written: %s", path, strerror(errno));
    s.good = fwrite(head, 1, sizeof head, s.file) == sizeof head;
    tape_put(t, &s, &words);
    head[0] = magic;
    head[1] = s.sum;
    head[2] = words;
    s.good = s.good && fseek(s.file, 0, SEEK_SET) == 0 && fwrite(head, 1, sizeof head, s.file) == sizeof head;
    int why = errno;
    s.good &= fclose(s.file) == 0;
    if (s.good) return DT_OK;
    unlink(path);
    return dt_fail(DT_EIO, "%s cannot be written: %s", path, strerror(why));
}
