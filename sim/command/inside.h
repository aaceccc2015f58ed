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

typedef enum dt_exit { DT_EXIT_GOOD = 0, DT_EXIT_FAILED = 1, DT_EXIT_BAD_INPUT = 2, DT_EXIT_INTERRUPTED = 130 } dt_exit;

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
    bool          resume, add, fresh, quiet, profile, unsafe, help;
} dt_line;

/* ---- command.c ----------------------------------------------------------------------------- */

/* Sets of commands: an option says which take it.  No other command has an option but --help. */
enum { DT_FOR_RUN = 1, DT_FOR_PLAN = 2, DT_FOR_MERGE = 4, DT_FOR_PLATFORM = 8, DT_FOR_OTHERS = 16 };

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

/* Print what all commands do, or what one does and its options. */
void dt_command_usage(FILE *out);
void dt_command_help(FILE *out, const dt_command_type *command);

/* ---- options.c ----------------------------------------------------------------------------- */

/* Read the words behind the command, which belong to the caller and are put in order.
 * Errors: DT_EINVAL no such option, or not of this command; a value is missing or wrong; words, by the command's row. */
dt_status dt_line_read(const dt_command_type *command, int argc, char **argv, dt_line *line);

/* A line for each option that the command takes; returns how many. */
size_t dt_line_help(FILE *out, const dt_command_type *command);

/* What scripts are to know of the line; it lives as long as line and arena. */
dt_script_options dt_line_script(const dt_line *line, dt_arena *arena);

/* ---- glossary.c, find.c -------------------------------------------------------------------- */

/* One word of the field.  Where a word has two meanings, only one of them is used here. */
typedef struct dt_term {
    const char *word, *also;            /* also: what others call it, with commas between, or NULL */
    const char *meaning;                /* without a full stop */
    const char *here;                   /* the names of dtsim help that have to do with it, with commas between */
} dt_term;

extern const dt_term dt_glossary[];     /* in the order of the alphabet; word NULL ends it */
void dt_glossary_print(FILE *out, const dt_term *term);

/* Keys of a scenario that the script reads and no run has, each with its sentence; a key NULL ends them. */
extern const char *const dt_command_keys[][2];

/* Print what is known of a word that is the name of no algorithm, room, platform, key or command: its meaning, and every
 * such name whose own name or sentence holds the word.  Whole words count, in any case, and '-', '_' and ' ' are alike.
 *   rooms   all rooms; NULL ends them
 * Errors: DT_ENOTFOUND nothing was found; the reason names the nearest name. */
dt_status dt_command_find_word(const char *word, const dt_room *const *rooms);

/* ---- run.c, plan.c, show.c, files.c, python.c ---------------------------------------------- */

dt_status dt_command_run(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_plan(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_merge(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_list(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_name(const dt_line *line, dt_exit *end, dt_arena *arena);          /* help NAME */
dt_status dt_command_info(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_diff(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_platform(const dt_line *line, dt_exit *end, dt_arena *arena);
dt_status dt_command_docs(const dt_line *line, dt_exit *end, dt_arena *arena);

/* Become the module of analysis/ whose name is argv[0], the command.  Returns only where that fails: DT_ENOTFOUND. */
dt_status dt_command_python(int argc, char **argv, dt_arena *arena);

#endif
