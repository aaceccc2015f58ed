/* python.c - the commands that only look at files: each is a module of analysis/ by its name. */
#include "command/help.h"
#include "base/file.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

dt_status dt_command_python(int argc, char **argv, dt_arena *arena) {
    const char *python = getenv("PYTHON"), *path = getenv("PYTHONPATH"), *home = dt_file_home(arena);
    const char **call = dt_arena_take(arena, (size_t)argc + 3, sizeof *call);
    size_t k = 0;
    call[k++] = python != NULL ? python : "/usr/bin/python3";
    call[k++] = "-m";
    call[k++] = dt_arena_text(arena, "analysis.%s", argv[0]);
    for (int i = 1; i < argc; i++) call[k++] = argv[i];
    setenv("DTSIM", dt_file_program(arena), 1);
    setenv("PYTHONPATH", dt_arena_text(arena, "%s%s%s", home, path != NULL ? ":" : "", path != NULL ? path : ""), 1);
    execvp(call[0], (char *const *)(uintptr_t)call);
    return dt_fail(DT_ENOTFOUND, "cannot start %s: %s (set PYTHON to a Python 3 with h5py and matplotlib)", call[0],
                   strerror(errno));
}

/* ---- their options ----------------------------------------------------------------------------- */

static const char OPTIONS[] = "analysis/options.gen.tsv";

/* A line: command, option, value, help, with tabs between. */
static dt_status python_option(char *line, dt_help_option *o, dt_arena *arena) {
    char *left = dt_arena_copy(arena, line, strcspn(line, "\r\n"));
    *o = (dt_help_option){ strsep(&left, "\t"), strsep(&left, "\t"), strsep(&left, "\t"), left };
    return o->help != NULL ? DT_OK : dt_fail(DT_EFORMAT, "%s: expected four fields in each line", OPTIONS);
}

dt_status dt_command_python_options(const dt_help_option **options, dt_arena *arena) {
    enum { MOST = 256, LINE = 2048 };
    char line[LINE];
    dt_help_option *list = dt_arena_take(arena, MOST + 1, sizeof *list);
    const char *path = dt_arena_text(arena, "%s/%s", dt_file_home(arena), OPTIONS);
    FILE *in = fopen(path, "r");
    if (in == NULL) return dt_fail(DT_ENOTFOUND, "%s is not there (\"make docs\" makes it)", path);
    dt_status status = DT_OK;
    for (size_t i = 0; i < MOST && status == DT_OK && fgets(line, LINE, in) != NULL; i++) status = python_option(line, &list[i], arena);
    fclose(in);
    *options = list;
    return status;
}
