/* python.c - the commands that only look at files: each is a module of analysis/ by its name. */
#include "command/inside.h"
#include "base/file.h"
#include <errno.h>
#include <stdint.h>
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
