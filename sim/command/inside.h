/* inside.h - what the files of this room share: the line that was read, and the rows of the two tables.
 * Usage, help, "did you mean", checks and reading all come from the tables: a new option is a row of options.c and a member
 * of the line, a new command a row of command.c and its function. */
#ifndef DT_COMMAND_INSIDE_H
#define DT_COMMAND_INSIDE_H

#include "base/arena.h"
#include "base/room.h"
#include "base/status.h"
#include "script/script.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* X(name, status, when): how the program ends. */
#define DT_EXITS(X)                                                                                                               \
    X(GOOD, 0, "everything was done, every run ended well and every claim held")                                                  \
    X(FAILED, 1, "a run failed or a claim does not hold; diff: the files differ")                                                 \
    X(BAD_INPUT, 2, "bad input, which a sentence on standard error explains, or results that cannot be written")                  \
    X(CRASHED, 3, "no memory is left, or a library has crashed; finished runs are kept")                               \
    X(INTERRUPTED, 130, "interrupted by Ctrl-C or a signal; the same command does the rest")
#define DT_EXIT(name, status, when) DT_EXIT_##name = status,
typedef enum dt_exit { DT_EXITS(DT_EXIT) } dt_exit;
#undef DT_EXIT
_Static_assert((int)DT_EXIT_CRASHED == (int)DT_NO_MEMORY, "base/status.h ends a process that has no memory left");

/* What the command line said. */
enum { DT_LINE_SETS = 64 };
typedef struct dt_line_sets { const char *text[DT_LINE_SETS]; size_t count; } dt_line_sets;
typedef struct dt_line_shard { long index, of; } dt_line_shard;        /* of 0: the whole sweep */
typedef struct dt_line {
    char        **word;                 /* [words] what is no option */
    size_t        words;
    const char   *out;                  /* NULL: not said */
    dt_line_sets  set;
    dt_line_shard shard;
    long          jobs, threads;        /* 0: not said; likewise: */
    double        timeout_s, memory;
    bool          resume, add, fresh, separate, quiet, profile, unsafe, help;
} dt_line;

/* ---- command.c ----------------------------------------------------------------------------- */

/* Sets of commands: an option says which take it.  No other command has an option but --help. */
enum { DT_FOR_RUN = 1, DT_FOR_PLAN = 2, DT_FOR_MERGE = 4, DT_FOR_PLATFORM = 8, DT_FOR_OTHERS = 16, DT_FOR_HELP = 32, DT_FOR_VALUES = 64 };

typedef struct dt_command_type {
    const char *name, *arguments;       /* how both are written */
    const char *help;                   /* one sentence without a full stop */
    /* Do it; *end is how the program ends, and DT_EXIT_GOOD before.  NULL: a module of analysis/ does it. */
    dt_status (*act)(const dt_line *line, dt_exit *end, dt_arena *arena);
    unsigned    bit;                    /* its own of the above */
    size_t      words;                  /* that it takes, no more and no less; 0: it looks itself */
    const char *expected;               /* the same in words */
} dt_command_type;

extern const dt_command_type dt_command_types[];        /* name NULL ends it */

/* The command of that name, or NULL. */
const dt_command_type *dt_command_find(const char *name);

/* Print what there is to do. */
void dt_command_usage(FILE *out);

/* ---- options.c ----------------------------------------------------------------------------- */

/* Read the words behind the command, which belong to the caller and are put in order.
 * Errors: DT_EINVAL no such option, or not of this command; a value is missing or wrong; words, by the command's row. */
dt_status dt_line_read(const dt_command_type *command, int argc, char **argv, dt_line *line);

/* What scripts are to know of the line; it lives as long as line and arena. */
dt_script_options dt_line_script(const dt_line *line, dt_arena *arena);

/* ---- run.c, plan.c, show.c, files.c, python.c --------------------------------------------------- */

dt_status dt_command_run(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_plan(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_merge(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_list(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_name(const dt_line *line, dt_exit *end, dt_arena *arena);          /* help NAME */
dt_status dt_command_info(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_diff(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_platform(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_values(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_docs(const dt_line *line, dt_exit *end, dt_arena *arena);

/* Become the module of analysis/ whose name is argv[0], the command.  Returns only where that fails: DT_ENOTFOUND. */
dt_status dt_command_python(int argc, char **argv, dt_arena *arena);

#endif
