/* help.h - what the files of help share: everything that it knows by name, and its pages.
 * A page is printed for the name of an entry alone; what only holds a word is found by find.c. */
#ifndef DT_COMMAND_HELP_H
#define DT_COMMAND_HELP_H

#include "command/inside.h"
#include "fault/fault.h"

/* An option, or a word (name without '-'), of one command.  value: what follows it, or "". */
typedef struct dt_help_option { const char *command, *name, *value, *help; } dt_help_option;

/* All names that are not in tables of their own; name NULL ends each list.  They belong to the arena of dt_help_open. */
typedef struct dt_help {
    const dt_room *const *rooms;        /* NULL ends them: platforms and systems, of which scripts know, and those of the plan */
    const dt_script_call *calls;
    const dt_help_option *options;      /* of all commands, in their order */
} dt_help;

dt_status dt_help_open(const dt_line *line, dt_help *help, dt_arena *arena);

/* The option number i, from 0, of those that a command in C takes; false: there are not so many.  value "": it is a switch. */
bool dt_line_option(const dt_command_type *command, size_t i, dt_help_option *option);

/* The options of the commands in Python, as "make docs" has asked their parsers; name NULL ends them. */
dt_status dt_command_python_options(const dt_help_option **options, dt_arena *arena);

/* Print what a command does, and its options. */
void dt_command_help(FILE *out, const dt_help *help, const dt_command_type *command);

/* One word of the field.  Where a word has two meanings, only one of them is used here. */
typedef struct dt_term {
    const char *word, *also;            /* also: what others call it, with commas between, or NULL */
    const char *meaning;                /* without a full stop */
    const char *here;                   /* the names of dtsim help that have to do with it, with commas between */
} dt_term;

extern const dt_term dt_glossary[];     /* in the order of the alphabet; word NULL ends it */
void dt_glossary_print(FILE *out, const dt_term *term);

/* True if word, or its singular, is one of the names that commas separate. */
bool dt_glossary_called(const char *names, const char *word);

/* Keys of a scenario that the script reads and no run has, each with its sentence and an example; a key NULL ends them. */
extern const char *const dt_command_keys[][3];

/* A page about the program or its surroundings: an exit status, a variable of the environment, a file. */
typedef struct dt_help_row { const char *name, *brief; } dt_help_row;

extern const dt_help_row dt_help_statuses[], dt_help_environment[], dt_help_files[];    /* name NULL ends each */

/* A page that is no entry of a table. */
typedef struct dt_help_page { const char *name, *brief; void (*print)(const dt_help *help); } dt_help_page;
extern const dt_help_page dt_help_pages[];      /* name NULL ends it */

/* ---- pages: each prints all that is called word, and returns whether there was anything ---------- */

bool dt_help_text(const dt_help *help, const char *word);       /* "scenario", "claims", "tables", "files", ... */
bool dt_help_room(const dt_help *help, const char *word);       /* a room, or a member of one */
bool dt_help_key(const dt_help *help, const char *word);        /* a key of a scenario, or a key path: "faults.links.bandwidth" */
bool dt_help_call(const dt_help *help, const char *word);       /* "sweep", "dt.sweep", "results:where" */
bool dt_help_option_of(const dt_help *help, const char *word);  /* "--shard", "shard" */
bool dt_help_column(const char *word);                          /* of evaluations and tables: "loss", "workers.wait_s"; a table */
bool dt_help_around(const char *word);                          /* an exit status, a variable, a kind of file */
bool dt_help_foreign(const char *word);                         /* what others call it: "nccl" */

/* Print the options of one command; returns how many there are. */
size_t dt_help_options(FILE *out, const dt_help *help, const char *command);

void dt_help_scenario(const dt_help *help);
void dt_help_evaluations(const dt_help *help);
void dt_help_tables(const dt_help *help);
void dt_help_claims(const dt_help *help);
void dt_help_results(const dt_help *help);
void dt_help_module(const dt_help *help);

/* What help found of a word: less than a name, a word of the glossary or of another program, a column, something that is called
 * so, all that there is to say of it, or a page of its own, as a command has. */
typedef enum dt_help_found {
    DT_HELP_NOTHING, DT_HELP_TERM, DT_HELP_COLUMN, DT_HELP_CALLED, DT_HELP_WHOLE, DT_HELP_PAGE
} dt_help_found;

/* Print what is known of a word; *others counts what was found beside its own pages: terms, and names that hold the word. */
dt_help_found dt_help_word(const dt_help *help, const char *word, size_t *others);

/* Call visit with every name that help knows: its kind ("" for rooms and keys, "strategy" for its members, "option", ...), and
 * another name or path of the same thing, or "". */
typedef void dt_help_visit(void *owner, const char *name, const char *kind, const char *path, const char *brief);
void dt_help_walk(const dt_help *help, dt_help_visit *visit, void *owner);

/* Print all that is called word: its page, its meaning in the glossary and, unless that says everything, each name whose own
 * name or sentence holds the word.  Whole words count, in any case, and '-', '_' and ' ' are alike.
 * Errors: DT_ENOTFOUND nothing was found; the reason names the nearest name. */
dt_status dt_command_find_word(const dt_help *help, const char *word);

#endif
