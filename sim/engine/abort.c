/* abort.c - a log in memory, read when SimGrid aborts. */
#include "engine/abort.h"
#include "base/status.h"
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 420 };        /* characters that people read */

static int words = -1;      /* the file of the log */

const char *const *dt_abort_options(dt_arena *run) {
    static const char *options[4];
    words = memfd_create("dtsim-simgrid", MFD_CLOEXEC);
    options[0] = words < 0 ? "--log=root.app:file:/dev/null" : dt_arena_text(run, "--log=root.app:file:/proc/self/fd/%d", words);
    options[1] = "--log=root.thres:critical";
    options[2] = "--log=root.fmt:%m%n";
    return options;
}

/* Several blanks become one, and a text that is too long ends in "...". */
void dt_abort_one_line(const char *said, char *text, size_t size) {
    const char *trace = strstr(said, "Backtrace (");
    size_t length = trace == NULL ? strlen(said) : (size_t)(trace - said), kept = 0, most = size < MOST ? size : MOST;
    bool blank = true;
    for (size_t i = 0; i < length && kept + 5 < most; i++) {
        bool space = isspace((unsigned char)said[i]);
        if (!space || !blank) text[kept++] = space ? ' ' : said[i];
        blank = space;
        if (kept + 5 == most) kept += (size_t)sprintf(text + kept, "...");
    }
    while (kept > 0 && text[kept - 1] == ' ') kept--;
    text[kept] = '\0';
}

void dt_abort_give_up(const char *why) {
    char line[MOST];
    dt_abort_one_line(why, line, sizeof line);
    dt_die(DT_EINVAL, "platform: SimGrid gives up: %s", line);
}

/* An abort for which SimGrid has logged no reason is not SimGrid's: it ends the process as usual. */
static void words_aborted(int number) {
    char said[4096];
    fflush(NULL);
    ssize_t got = words < 0 ? 0 : pread(words, said, sizeof said - 1, 0);
    if (got > 0) {
        said[got] = '\0';
        dt_abort_give_up(said);
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* A signal that another process sent is no crash of SimGrid: it ends the process as usual. */
static void words_crashed(int number, siginfo_t *info, void *context) {
    (void)context;
    if (info->si_code <= 0) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    dt_die(DT_EINVAL, "platform: SimGrid crashes while it reads it (%s); SimGrid 4.0 does so where a torus, fat tree or dragonfly "
           "stands in no <zone>", strsignal(number));
}

void dt_abort_reading(bool on) {
    static struct sigaction before;     /* SimGrid's own depends on its flags */
    struct sigaction crash = { .sa_sigaction = words_crashed, .sa_flags = SA_SIGINFO };
    if (on) sigaction(SIGSEGV, &crash, &before);
    else sigaction(SIGSEGV, &before, NULL);
}

void dt_abort_listen(void) { signal(SIGABRT, words_aborted); }
