/* command.c - the table of commands, their usage and help, and the choice of the one that the command line names. */
#include "command/command.h"
#include "command/help.h"
#include "base/near.h"
#include "base/apart.h"
#include "base/warn.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

const dt_command_type dt_command_types[] = {
    { "run", "SCENARIO.lua [OPTIONS]", "do the runs of a scenario that are not finished yet, and leave one file of results",
      dt_command_run, DT_FOR_RUN, 1, "one scenario file" },
    { "merge", "FILE... -o FILE [OPTIONS]", "make one file of the shards of a sweep", dt_command_merge, DT_FOR_MERGE, 0, NULL },
    { "plan", "SCENARIO.lua [OPTIONS]", "say what run would refuse, do and take, and what would become of finished runs", dt_command_plan,
      DT_FOR_PLAN, 1, "one scenario file" },
    { "list", "[ROOM|WORD]", "list every algorithm, room by room, or those that have to do with a word", dt_command_list, DT_FOR_OTHERS, 0, NULL },
    { "help", "NAME", "explain a name: an algorithm, a key or its path, a function, a column, a command, an option, a word", dt_command_name,
      DT_FOR_HELP, 0, NULL },
    { "info", "FILE", "print what a result file holds", dt_command_info, DT_FOR_OTHERS, 1, "one result file" },
    { "diff", "FILE FILE", "print the first difference of two result files", dt_command_diff, DT_FOR_OTHERS, 2,
      "two result files" },
    { "platform", "NAME [--set KEY=VALUE]...", "print a platform as SimGrid XML", dt_command_platform, DT_FOR_PLATFORM, 1,
      "the name of one platform" },
    { "plot", "FILE... [OPTIONS]", "draw a result file, or the history of make bench", NULL, 0, 0, NULL },
    { "report", "FILE [-o PAGE.html]", "make one page that shows all of it, offline", NULL, 0, 0, NULL },
    { "explain", "FILE|SCENARIO.lua [OPTIONS]", "say where the simulated time went, and what ideal machines would save", NULL,
      0, 0, NULL },
    { "trace", "FILE --run N [OPTIONS]", "make a timeline for Perfetto, or for ViTE and pj_dump", NULL, 0, 0, NULL },
    { "lab", "[NUMBER|FOLDER] [OPTIONS]", "show the labs, judge a student's answers, or grade those of a class", NULL, 0, 0, NULL },
    { "values", "FILE.lua", "print the table that a Lua file returns as JSON; this is how \"lab\" reads answers", dt_command_values,
      DT_FOR_VALUES, 1, "one Lua file" },
    { "docs", "", "print the Lua reference of all keys and parameters", dt_command_docs, DT_FOR_OTHERS, 0, NULL },
    { 0 }
};

const dt_command_type *dt_command_find(const char *name) {
    for (const dt_command_type *c = dt_command_types; c->name != NULL; c++)
        if (strcmp(name, c->name) == 0) return c;
    return NULL;
}

static void command_row(FILE *out, const dt_command_type *c) {
    char call[64];
    snprintf(call, sizeof call, "%s %s", c->name, c->arguments);
    fprintf(out, "  dtsim %-36s  %s\n", call, c->help);
}

/* What somebody who sees dtsim for the first time may try. */
static const char *const begin[][2] = {
    { "dtsim plan scenarios/tau.lua", "what this scenario would run; each file there asks one question, in its first line" },
    { "dtsim run scenarios/tau.lua", "run it: a row for each run, which claims hold, and results/tau.h5" },
    { "dtsim report results/tau.h5", "one page that shows all of it: open results/tau.html" },
    { "dtsim help scenario", "every key of a scenario, with its default and unit" },
    { "dtsim help strategy", "what there is to choose from, with the keys of each; likewise data, model, collective, ..." },
    { "dtsim help strategy.period", "one key; likewise an option (--shard), a function (dt.sweep), a column, a variable, a word" },
    { "dtsim help results", "what claims can ask; also: evaluations, tables, files, environment, exit status, glossary" },
    { "dtsim help run", "the options of a command" },
    { NULL, NULL }
};

void dt_command_usage(FILE *out) {
    dt_help_option o;
    fprintf(out, "dtsim - how long, and how well, does this way of training work on these machines?\n\n");
    for (const dt_command_type *c = dt_command_types; c->name != NULL; c++) command_row(out, c);
    fprintf(out, "\nOptions of run and plan:\n");
    for (size_t i = 0; dt_line_option(dt_command_find("run"), i, &o); i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s%s", o.name, o.value[0] != '\0' ? " " : "", o.value);
        fprintf(out, "  %-16s  %s\n", name, o.help);
    }
    fprintf(out, "\nWhere to begin:\n");
    for (const char *const (*b)[2] = begin; (*b)[0] != NULL; b++) fprintf(out, "    %-34s  %s\n", (*b)[0], (*b)[1]);
}

void dt_command_help(FILE *out, const dt_help *help, const dt_command_type *c) {
    command_row(out, c);
    fprintf(out, "\nOptions:\n");
    dt_help_options(out, help, c->name);
    if (c->act == NULL) fprintf(out, "\n\"dtsim %s --help\" prints the same.\n", c->name);
}

static dt_status command_unknown(const char *word) {
    enum { MOST = 64 };
    const char *names[MOST];
    size_t count = 0;
    for (const dt_command_type *c = dt_command_types; c->name != NULL && count < MOST; c++) names[count++] = c->name;
    return dt_fail(DT_EINVAL, "there is no command \"%s\"%s (\"dtsim\" alone shows all)", word,
                   dt_did_you_mean(dt_nearest(word, names, count)));
}

/* argv[0] is the command's name; argv[argc] is NULL. */
static dt_status command_act(int argc, char **argv, dt_exit *end, dt_arena *arena) {
    dt_line line;
    const dt_command_type *c = dt_command_find(argv[0]);
    if (c == NULL) return command_unknown(argv[0]);
    if (c->act == NULL) return dt_command_python(argc, argv, arena);
    DT_TRY(dt_line_read(c, argc - 1, argv + 1, &line));
    if (!line.help) return c->act(&line, end, arena);
    dt_help help;
    DT_TRY(dt_help_open(&line, &help, arena));
    dt_command_help(stdout, &help, c);
    return DT_OK;
}

static int command_complain(void) {
    dt_warn_say(stderr);
    fprintf(stderr, "dtsim: %s%s%s\n", dt_reason_path(), dt_reason_path()[0] != '\0' ? ": " : "", dt_reason());
    return DT_EXIT_BAD_INPUT;
}

static int command_line(int argc, char **argv, dt_arena *arena) {
    dt_exit end = DT_EXIT_GOOD;
    if (argc < 2) {
        dt_command_usage(stderr);
        return DT_EXIT_BAD_INPUT;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        dt_command_usage(stdout);
        return DT_EXIT_GOOD;
    }
    if (strcmp(argv[1], "--version") == 0) return printf("dtsim %s, SimGrid %s\n", DT_VERSION, dt_engine_version()) < 0;
    return command_act(argc - 1, argv + 1, &end, arena) == DT_OK ? (int)end : command_complain();
}

/* HDF5 crashes, or calls exit(-1), if it finds no memory. */
static void crashed(int signal) {
    dt_die(DT_EMEMORY, "a library crashed (SIG%s), perhaps for want of memory; what is finished is kept", sigabbrev_np(signal));
}

static void given_up(int status, void *unused) {
    (void)unused;
    if (status == -1) dt_die(DT_EMEMORY, "a library gave up, perhaps for want of memory");
}

int dt_command(int argc, char **argv) {
    dt_apart_guard(crashed);
    on_exit(given_up, NULL);
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_base_start();
    dt_warn_start();
    signal(SIGXFSZ, SIG_IGN);       /* a file that is too large is a failed write like any other */
    int status = command_line(argc, argv, arena);
    dt_arena_free(arena);
    return status;
}
