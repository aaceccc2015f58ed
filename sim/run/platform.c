/* platform.c - platform texts in a temporary file, and what is read off them once. */
#include "run/platform.h"
#include "base/rng.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static dt_status platform_broken(void) {
    return dt_fail_at(DT_EIO, "platform", "its text cannot be kept in a temporary file: %s", strerror(errno));
}

dt_status dt_platform_open(FILE **texts) { return (*texts = tmpfile()) == NULL ? platform_broken() : DT_OK; }

dt_status dt_platform_begin(dt_platform *p, FILE *texts) {
    *p = (dt_platform){ .texts = texts };
    if (fseek(texts, 0, SEEK_END) != 0) return platform_broken();
    p->start = ftell(texts);
    return p->start < 0 ? platform_broken() : DT_OK;
}

dt_status dt_platform_add(dt_platform *p, const char *piece, size_t length) {
    p->length += (long)length;
    return fwrite(piece, 1, length, p->texts) == length ? DT_OK : platform_broken();
}

/* The text from at on, as much of it as block holds; 0 at its end.  Errors: DT_EIO. */
static dt_status platform_block(const dt_platform *p, long at, char *block, size_t size, size_t *got) {
    size_t left = (size_t)(p->length - at), want = left < size ? left : size;
    for (*got = 0; *got < want;) {
        ssize_t more = pread(fileno(p->texts), block + *got, want - *got, p->start + at + (long)*got);
        if (more <= 0) return dt_fail(DT_EIO, "%s", more == 0 ? "a temporary file was cut" : strerror(errno));
        *got += (size_t)more;
    }
    return DT_OK;
}

enum { BLOCK = 1 << 16 };

/* Read the text back in blocks, so that the hash does not depend on the pieces. */
dt_status dt_platform_end(dt_platform *p) {
    char block[BLOCK];
    dt_survey survey;
    size_t got = 1;
    dt_status status = DT_OK;
    if (fflush(p->texts) != 0) return platform_broken();
    dt_surveying *surveying = dt_survey_new(&survey, NULL);
    for (long at = 0; got > 0 && status == DT_OK; at += (long)got) {
        status = platform_block(p, at, block, sizeof block, &got);
        if (status != DT_OK) continue;
        p->hash = dt_hash(p->hash, block, got);
        dt_survey_feed(surveying, block, got);
    }
    dt_survey_end(surveying);
    p->powers = survey.powers;
    p->window = survey.window;
    p->hosts = survey.hosts > survey.servers ? survey.hosts - survey.servers : survey.hosts > 0 ? survey.hosts : 1;
    return status == DT_OK ? DT_OK : platform_broken();
}

dt_status dt_platform_copy(const dt_platform *p, FILE *out) {
    char block[BLOCK];
    size_t got = 1;
    for (long at = 0; got > 0; at += (long)got) {
        DT_TRY(platform_block(p, at, block, sizeof block, &got));
        if (fwrite(block, 1, got, out) != got) return dt_fail(DT_EIO, "%s", strerror(errno));
    }
    return DT_OK;
}
