/* platform.h - the texts of a plan's platforms.  They are in one file without a name, and not in memory: the text of a million
 * phones has half a gigabyte, and every run would inherit it only to let SimGrid read it from a file. */
#ifndef DT_RUN_PLATFORM_H
#define DT_RUN_PLATFORM_H

#include "base/status.h"
#include "run/survey.h"
#include <stdint.h>
#include <stdio.h>

typedef struct dt_platform {
    FILE    *texts;             /* all texts of a plan, one after the other; belongs to who opened it */
    long     start, length;     /* of this one [bytes] */
    uint64_t hash;              /* of its bytes */
    bool     powers;            /* it has figures of power, in watts */
    double   window;            /* of TCP [bytes], as its <config> says; 0: none; NaN: it does not say */
    size_t   hosts;             /* that it names, without those of servers; 1 if it names none */
    const char      *folder;    /* of a user's file, absolute: files that it names are searched for there first; else NULL */
    const dt_survey *survey;    /* of a user's file, with its items; else NULL */
} dt_platform;

/* A file for texts, in the system's folder of temporary files.  It is gone when it is closed or the process has ended.
 * Errors: DT_EIO. */
dt_status dt_platform_open(FILE **texts);

/* Write one text: begin, any number of pieces, end.  The members that depend on the whole text are set at the end.  A text that is
 * given up needs no call.
 * Errors: DT_EIO. */
dt_status dt_platform_begin(dt_platform *p, FILE *texts);
dt_status dt_platform_add(dt_platform *p, const char *piece, size_t length);
dt_status dt_platform_end(dt_platform *p);

/* Write the whole text to out.  Processes that share the file by fork may do so at the same time.
 * Errors: DT_EIO, in words of errno alone. */
dt_status dt_platform_copy(const dt_platform *p, FILE *out);

#endif
