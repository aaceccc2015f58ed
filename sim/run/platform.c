/* platform.c - texts in a temporary file, and what is asked of them often. */
#include "run/platform.h"
#include "base/rng.h"
#include <errno.h>
#include <stdlib.h>
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

/* Read back by line: a hash must not depend on the pieces, and the name of an element does not go over lines. */
dt_status dt_platform_end(dt_platform *p) {
    char *line = NULL;
    size_t room = 0, servers = 0;
    ssize_t got = 0;
    if (fflush(p->texts) != 0 || fseek(p->texts, p->start, SEEK_SET) != 0) return platform_broken();
    for (long at = 0; at < p->length && (got = getline(&line, &room, p->texts)) > 0; at += got) {
        p->hash = dt_hash(p->hash, line, (size_t)got);
        p->powers = p->powers || strstr(line, "\"wattage_") != NULL;
        for (const char *host = strstr(line, "<host "); host != NULL; host = strstr(host + 1, "<host ")) {
            p->hosts++;
            servers += strncmp(host, "<host id=\"server\"", 17) == 0;
        }
    }
    free(line);
    if (p->hosts > servers) p->hosts -= servers > 0;
    else p->hosts = 1;
    return got < 0 || ferror(p->texts) ? platform_broken() : DT_OK;
}

dt_status dt_platform_copy(const dt_platform *p, FILE *out) {
    char block[1 << 16];
    for (long at = 0; at < p->length;) {
        size_t left = (size_t)(p->length - at);
        ssize_t got = pread(fileno(p->texts), block, left < sizeof block ? left : sizeof block, p->start + at);
        if (got <= 0) return dt_fail(DT_EIO, "%s", got == 0 ? "a temporary file was cut" : strerror(errno));
        if (fwrite(block, 1, (size_t)got, out) != (size_t)got) return dt_fail(DT_EIO, "%s", strerror(errno));
        at += got;
    }
    return DT_OK;
}
