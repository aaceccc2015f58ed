/* process.c - the limits on a run's process, its output and its end. */
#include "sweep/process.h"
#include "base/quantity.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bytes of memory that the process alone holds, as proc(5) tells; 0 if it has ended. */
static double process_bytes(pid_t pid) {
    char path[64];
    unsigned long resident = 0, shared = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    int got = fscanf(file, "%*u %lu %lu", &resident, &shared);
    fclose(file);
    return got == 2 && resident > shared ? (double)(resident - shared) * (double)sysconf(_SC_PAGESIZE) : 0;
}

dt_status dt_process_check(pid_t pid, double spent_s, size_t foreign, const dt_sweep_options *options) {
    if (options->timeout_s > 0 && spent_s > options->timeout_s) return DT_ETIMEOUT;
    return options->memory > 0 && process_bytes(pid) - (double)foreign > options->memory ? DT_EMEMORY : DT_OK;
}

static const char front[] = "dtsim: ";

/* The line that dtsim wrote, if there is one: a library's backtrace may be before it. */
static char *process_line(char *text) {
    char *line = text;
    while (line != NULL && strncmp(line, front, strlen(front)) != 0) {
        line = strchr(line, '\n');
        line += line != NULL;
    }
    return line != NULL ? line + strlen(front) : text;
}

const char *dt_process_said(int file, bool well, dt_arena *arena) {
    enum { MOST = 1 << 16 };
    if (file < 0) return "";
    char *text = dt_arena_take(arena, MOST, 1);
    ssize_t got = pread(file, text, MOST - 1, 0);
    close(file);
    if (got > 0 && well) fwrite(text, 1, (size_t)got, stderr);
    char *line = process_line(text);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static dt_ending process_stopped(dt_status stopped, const dt_sweep_options *options, dt_arena *arena) {
    char limit[32];
    const char *reason = stopped == DT_ETIMEOUT
        ? dt_arena_text(arena, "it took longer than the %s of --timeout", dt_quantity_seconds(options->timeout_s, limit))
        : dt_arena_text(arena, "it used more memory than the %s of --memory", dt_quantity_bytes(options->memory, limit));
    return dt_ending_died(dt_status_word(stopped), reason);
}

static dt_ending process_killed(int signal, const char *said, dt_arena *arena) {
    bool memory = strstr(said, "bad_alloc") != NULL;        /* the message of C++ when no memory is left */
    const char *name = strsignal(signal);
    if (signal == SIGKILL) said = "by hand, or by a system short of memory";
    if (strncmp(said, name, strlen(name)) == 0) said = "";         /* SimGrid's own word for it */
    const char *colon = said[0] == '\0' ? "" : ": ";
    return dt_ending_died(dt_status_word(memory ? DT_EMEMORY : DT_ECRASH),
                          dt_arena_text(arena, "the process died: %s%s%s", name, colon, said));
}

/* A fault that a library found in the input ("platform: ...") is the fault of that key. */
static dt_ending process_refused(const char *said, dt_arena *arena) {
    dt_ending e = dt_ending_died(dt_status_word(DT_EINVAL), said);
    const char *colon = strstr(said, ": ");
    e.where = dt_arena_copy(arena, said, colon == NULL ? 0 : (size_t)(colon - said));
    return e;
}

dt_ending dt_process_ending(int wait_status, dt_status stopped, const dt_sweep_options *options, const char *said,
                            dt_arena *arena) {
    if (stopped != DT_OK) return process_stopped(stopped, options, arena);
    if (WIFSIGNALED(wait_status)) return process_killed(WTERMSIG(wait_status), said, arena);
    int code = WEXITSTATUS(wait_status);
    if (code == DT_NO_MEMORY) return dt_ending_died(dt_status_word(DT_EMEMORY), said);
    if (code == DT_DIED + (int)DT_EINVAL) return process_refused(said, arena);
    if (code > DT_DIED && code <= DT_DIED + (int)DT_EMEMORY)
        return dt_ending_died(dt_status_word((dt_status)(code - DT_DIED)), said);
    if (code == 1) return dt_ending_died(dt_status_word(DT_EIO), said);
    return dt_ending_died(dt_status_word(DT_ECRASH),
                          dt_arena_text(arena, "the process ended with status %d: %s", code, said));
}
