/* main.c - the command line: run, merge, plan, list, help, info, diff, platform, docs, and what only looks at files. */
#include "base/apart.h"
#include "base/file.h"
#include "base/quantity.h"
#include "base/rng.h"
#include "base/warn.h"
#include "record/record.h"
#include "run/check.h"
#include "run/estimate.h"
#include "run/outlook.h"
#include "run/remark.h"
#include "script/script.h"
#include "sweep/info.h"
#include "sweep/merge.h"
#include "sweep/sweep.h"
#include "sweep/table.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GOOD = 0, FAILED = 1, BAD_INPUT = 2, INTERRUPTED = 130, MOST = 64 };

static const char usage[] =
    "dtsim - how long, and how well, does this way of training work on these machines?\n"
    "\n"
    "  dtsim run SCENARIO.lua [-o FILE] [-j JOBS] [--threads N] [--set KEY=VALUE]... [--quiet]\n"
    "            [--resume | --add | --fresh]                      runs that are finished in FILE: do the rest; keep all\n"
    "                                                              of them beside the new ones; give them up\n"
    "            [--timeout TIME] [--memory SIZE] [--shard I/N]    what a run may take; one of N parts of the sweep\n"
    "            [--profile]                                       also say where the real time went\n"
    "            [--unsafe]                                        let the scenario use os, io, debug and files\n"
    "  dtsim merge FILE... -o FILE [--add | --fresh]     the shards of a sweep as one file\n"
    "  dtsim plan SCENARIO.lua [OPTIONS of run]          what would run, and what would become of finished runs\n"
    "  dtsim list [ROOM]                                 every algorithm, room by room\n"
    "  dtsim help NAME                                   its parameters; \"help scenario\": the keys of a scenario\n"
    "  dtsim info FILE                                   what a result file holds\n"
    "  dtsim diff FILE FILE                              the first difference of two result files\n"
    "  dtsim platform NAME [--set KEY=VALUE]...          a platform as SimGrid XML\n"
    "  dtsim plot FILE [OPTIONS]                         draw it (\"dtsim plot --help\")\n"
    "  dtsim report FILE [-o PAGE.html]                  one page that shows all of it, offline\n"
    "  dtsim explain FILE [--run N]                      where the simulated time went, and who is to blame\n"
    "  dtsim explain SCENARIO.lua --what-if [--set K=V]  what ideal machines and networks would save\n"
    "  dtsim trace FILE --run N [-o OUT] [--paje]        a timeline for Perfetto, or for ViTE and pj_dump\n"
    "  dtsim lab [NUMBER] [--answers FILE]               the labs; judge a student's answers\n"
    "  dtsim docs                                        the Lua reference of all keys and parameters\n";

/* What the command line said. */
typedef struct line {
    char **word;                /* [words] */
    const char *set[MOST], *out;
    size_t words, sets;
    long jobs, threads, shard, shards;
    double timeout_s, memory;
    bool resume, add, fresh, quiet, profile, unsafe;
} line;

static int complain(void) {
    dt_warn_say(stderr);
    fprintf(stderr, "dtsim: %s%s%s\n", dt_reason_path(), dt_reason_path()[0] != '\0' ? ": " : "", dt_reason());
    return BAD_INPUT;
}

static dt_status line_number(const char *option, const char *text, long *value) {
    char *end;
    errno = 0;
    *value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *value < 1 || *value > 4096)
        return dt_fail(DT_EINVAL, "%s %s: a whole number from 1 to 4096 is needed", option, text);
    return DT_OK;
}

static dt_status line_quantity(const char *option, const char *text, const char *unit, double *value) {
    char reason[256];
    snprintf(reason, sizeof reason, "%s", dt_unit_read(text, unit, value) == DT_OK ? "" : dt_reason());
    if (reason[0] != '\0') return dt_fail(DT_EINVAL, "%s %s", option, reason);
    return *value > 0 ? DT_OK : dt_fail(DT_EINVAL, "%s %s: more than 0 is needed", option, text);
}

static dt_status line_shard(const char *text, long *index, long *of) {
    int length = 0;
    if (sscanf(text, "%9ld/%9ld%n", index, of, &length) == 2 && text[length] == '\0' && *index >= 1 && *index <= *of)
        return DT_OK;
    return dt_fail(DT_EINVAL, "--shard %s: I/N is needed, as 2/8 for the second of eight parts", text);
}

static dt_status line_value(line *l, const char *option, const char *value) {
    if (strcmp(option, "-j") == 0) return line_number(option, value, &l->jobs);
    if (strcmp(option, "--threads") == 0) return line_number(option, value, &l->threads);
    if (strcmp(option, "--timeout") == 0) return line_quantity(option, value, "s", &l->timeout_s);
    if (strcmp(option, "--memory") == 0) return line_quantity(option, value, "B", &l->memory);
    if (strcmp(option, "--shard") == 0) return line_shard(value, &l->shard, &l->shards);
    if (strcmp(option, "-o") == 0) {
        l->out = value;
        return DT_OK;
    }
    if (l->sets == MOST) return dt_fail(DT_EINVAL, "more than %d --set options", MOST);
    l->set[l->sets++] = value;
    return DT_OK;
}

static dt_status line_read(line *l, int argc, char **argv) {
    static const char *const known[] = { "-o", "-j", "--threads", "--set", "--timeout", "--memory", "--shard",
                                         "--resume", "--add", "--fresh", "--quiet", "--profile",
                                         "--unsafe" };
    enum { VALUED = 7, KNOWN = 13 };        /* the first take a value */
    l->word = argv;
    for (int i = 0; i < argc; i++) {
        bool valued = false;
        for (size_t k = 0; k < VALUED; k++) valued |= strcmp(argv[i], known[k]) == 0;
        if (valued && i + 1 == argc) return dt_fail(DT_EINVAL, "%s needs a value", argv[i]);
        if (valued) {
            DT_TRY(line_value(l, argv[i], argv[i + 1]));
            i++;
        } else if (strcmp(argv[i], "--resume") == 0) {
            l->resume = true;
        } else if (strcmp(argv[i], "--add") == 0) {
            l->add = true;
        } else if (strcmp(argv[i], "--fresh") == 0) {
            l->fresh = true;
        } else if (strcmp(argv[i], "--quiet") == 0) {
            l->quiet = true;
        } else if (strcmp(argv[i], "--profile") == 0) {
            l->profile = true;
        } else if (strcmp(argv[i], "--unsafe") == 0) {
            l->unsafe = true;
        } else if (argv[i][0] == '-' && argv[i][1] != '\0') {
            const char *near = dt_nearest(argv[i], known, KNOWN);
            return dt_fail(DT_EINVAL, "there is no option %s%s%s", argv[i], near ? "; did you mean " : "", near ? near : "");
        } else {
            l->word[l->words++] = argv[i];      /* never ahead of what is read */
        }
    }
    return DT_OK;
}

static dt_status line_need(const line *l, size_t words, const char *what) {
    if (l->words == words) return DT_OK;
    return dt_fail(DT_EINVAL, "%s (\"dtsim\" alone shows how)", what);
}

static dt_status line_keeps(const line *l) {
    if (!l->fresh || !(l->resume || l->add)) return DT_OK;
    return dt_fail(DT_EINVAL, "%s keeps the runs that are finished, --fresh does not: give one of them",
                   l->add ? "--add" : "--resume");
}

static dt_script_options script_options(const line *l, dt_arena *arena) {
    return (dt_script_options){ .home = dt_file_home(arena), .set = l->set, .sets = l->sets, .unsafe = l->unsafe,
                                .timeout_s = l->timeout_s };
}

/* ---- run and plan -------------------------------------------------------------------------- */

static int run_end(const dt_sweep_outcome *o) {
    if (o->interrupted) {
        fprintf(stderr, "dtsim: interrupted; %zu of %zu runs are kept, the same command with --resume does the rest\n",
                o->done, o->runs);
        return INTERRUPTED;
    }
    return o->failed > 0 || o->broken > 0 ? FAILED : GOOD;
}

static void warn(const dt_plan *plan, const dt_outlook *o, dt_arena *arena) {
    const char *warning = dt_outlook_warning(o, arena);
    if (warning != NULL) dt_warn("", "%s", warning);
    dt_remarks(plan, arena);
    dt_warn_say(stderr);
}

/* The scenario's runs, and every platform of the user's as SimGrid takes it. */
static dt_status load(const line *l, const dt_script_options *options, dt_arena *arena, dt_script **script, dt_plan *plan) {
    DT_TRY(dt_script_load(l->word[0], options, arena, script, plan));
    return dt_script_blame(*script, dt_check_platforms(plan));
}

/* The scenario's plan, or the part of it that the line asks for, and how it is to be carried out. */
static dt_status run_load(const line *l, dt_script **script, dt_plan *plan, dt_sweep_options *sweep, dt_arena *arena) {
    dt_script_options options = script_options(l, arena);
    DT_TRY(line_keeps(l));
    DT_TRY(load(l, &options, arena, script, plan));
    const char *out = dt_arena_text(arena, "results/%s.h5", plan->name);
    if (l->shards > 0) {
        out = dt_arena_text(arena, "results/%s.%ldof%ld.h5", plan->name, l->shard, l->shards);
        DT_TRY(dt_plan_shard(plan, l->shard, l->shards, plan, arena));
    }
    *sweep = (dt_sweep_options){ l->out != NULL ? l->out : out, (int)l->jobs, (int)l->threads, l->fresh, l->add,
                                 l->quiet, l->timeout_s, l->memory, l->profile };
    return DT_OK;
}

static int command_run(const line *l, dt_arena *arena) {
    dt_script *script;
    dt_plan plan;
    dt_sweep_options sweep;
    dt_sweep_outcome outcome;
    dt_outlook outlook;
    if (line_need(l, 1, "run needs one scenario file") != DT_OK) return complain();
    if (run_load(l, &script, &plan, &sweep, arena) != DT_OK) return complain();
    if (dt_script_blame(script, dt_outlook_worst(&plan, &outlook, arena)) != DT_OK) return complain();
    warn(&plan, &outlook, arena);
    if (dt_sweep_run(&plan, &sweep, &outcome) != DT_OK) return complain();
    if (outcome.refused) {
        dt_script_blame(script, dt_fail_at(DT_EINVAL, outcome.where, "%s", outcome.reason));
        return complain();
    }
    dt_script_close(script);
    return run_end(&outcome);
}

static int command_merge(const line *l, dt_arena *arena) {
    dt_merge merge;
    dt_script *script;
    dt_plan plan;
    dt_sweep_outcome outcome;
    dt_script_options options = script_options(l, arena);
    if (l->words == 0 || l->out == NULL) {
        dt_fail(DT_EINVAL, "merge needs the files of all shards, and -o with a name for the whole");
        return complain();
    }
    const char **file = dt_arena_take(arena, l->words, sizeof *file);
    for (size_t i = 0; i < l->words; i++) file[i] = l->word[i];
    if (line_keeps(l) != DT_OK || dt_merge_open(file, l->words, &merge, arena) != DT_OK) return complain();
    options.set = merge.set;
    options.sets = merge.sets;
    options.source = merge.source;
    if (dt_script_load(merge.path, &options, arena, &script, &plan) != DT_OK) return complain();
    const dt_merge_options whole = { l->out, l->fresh, l->add, l->quiet };
    if (dt_merge_run(&merge, &plan, &whole, &outcome) != DT_OK) return complain();
    dt_script_close(script);
    return run_end(&outcome);
}

static void plan_print(const dt_plan *plan, const double *flops, dt_arena *arena) {
    double total = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        const char *work = isnan(flops[i]) ? "?" : dt_arena_text(arena, "%.3g Gflop", flops[i] / 1e9);
        printf("%4ld  %-12s %s\n", plan->run[i].id, work, dt_table_label(&plan->run[i], arena));
        total += flops[i];
    }
    printf("%zu run%s of %s, all checked; ", plan->runs, plan->runs == 1 ? "" : "s", plan->path);
    if (isnan(total)) printf("what ends them does not tell how much they compute\n");
    else printf("%.3g Gflop of gradients in all\n", total / 1e9);
}

static int command_plan(const line *l, dt_arena *arena) {
    dt_script *script;
    dt_plan plan;
    dt_sweep_options sweep;
    dt_outlook outlook;
    char text[32];
    if (line_need(l, 1, "plan needs one scenario file") != DT_OK) return complain();
    if (run_load(l, &script, &plan, &sweep, arena) != DT_OK) return complain();
    double *flops = dt_arena_take(arena, plan.runs, sizeof *flops);
    dt_status status = dt_estimate(&plan, flops);
    if (status == DT_OK) status = dt_outlook_worst(&plan, &outlook, arena);
    if (dt_script_blame(script, status) != DT_OK) return complain();
    plan_print(&plan, flops, arena);
    printf("at most %zu hosts and %zu actors at a time: about %s of memory a run, besides data and models\n", outlook.hosts,
           outlook.actors, dt_quantity_bytes(outlook.bytes, text));
    warn(&plan, &outlook, arena);
    if (dt_sweep_look(&plan, &sweep, stdout) != DT_OK) dt_warn("", "\"dtsim run\" will be refused: %s", dt_reason());
    dt_warn_say(stderr);
    dt_script_close(script);
    return GOOD;
}

/* ---- list and help ------------------------------------------------------------------------- */

static void list_room(const dt_room *room) {
    printf("%s: %s\n", room->name, room->brief);
    for (size_t i = 0; i < room->count; i++) {
        const char *preset = room->preset != NULL && strcmp(room->preset, room->entries[i]->name) == 0 ? " (default)" : "";
        printf("  %-20s %s%s\n", room->entries[i]->name, room->entries[i]->brief, preset);
    }
}

static int command_list(const line *l, dt_arena *arena) {
    const dt_room *platforms;
    dt_script_options options = script_options(l, arena);
    const char *names[MOST], *wanted = l->words > 0 ? l->word[0] : NULL;
    size_t count = 0;
    bool shown = false;
    if (dt_script_platforms(&options, arena, &platforms) != DT_OK) return complain();
    for (size_t i = 0; i == 0 || dt_plan_rooms[i - 1] != NULL; i++) {
        const dt_room *room = i == 0 ? platforms : dt_plan_rooms[i - 1];
        names[count++] = room->name;
        if (wanted != NULL && strcmp(wanted, room->name) != 0) continue;
        list_room(room);
        shown = true;
    }
    if (shown) return GOOD;
    const char *near = dt_nearest(wanted, names, count);
    dt_fail(DT_ENOTFOUND, "there is no room \"%s\"%s%s", wanted, near != NULL ? "; did you mean " : "", near != NULL ? near : "");
    return complain();
}

static void help_entry(const dt_room *room, const dt_entry *e) {
    printf("%s { \"%s\" }: %s\n", room->name, e->name, e->brief);
    if (e->source != NULL) printf("  source: %s\n", e->source);
    const char *more = room->more != NULL ? room->more(e) : NULL;
    if (more != NULL) printf("  %s\n", more);
    dt_param_help(stdout, e->params);
    dt_param_help(stdout, room->common);
    if (e->params == NULL && room->common == NULL) printf("  no parameters\n");
}

static int help_scenario(void) {
    printf("keys of a scenario:\n  %-14s a name such as \"lan\", a table { \"wan\", regions = 5 }, or a SimGrid XML file\n", "platform");
    dt_param_help(stdout, dt_plan_params);
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) {
        printf("  %-14s %s%s%s\n", s->key, s->brief, s->room != NULL ? ": dtsim list " : "", s->room != NULL ? s->room->name : "");
        if (s->room == NULL)
            for (const dt_param *p = s->params; p->name != NULL; p++) printf("    .%-12s %s (%s)\n", p->name, p->brief, p->unit);
    }
    printf("  %-14s repeat every run with so many seeds\n  %-14s function (mark) called at every mark; return \"stop\" to end\n"
           "  %-14s { [\"sentence\"] = function (results) return true end }, judged after the sweep: dtsim help claims\n",
           "seeds", "on_mark", "claims");
    return GOOD;
}

/* Of a part of the scenario that is no room's: its keys. */
static bool help_section(const char *key) {
    const dt_section *s = dt_plan_sections;
    while (s->key != NULL && (s->room != NULL || strcmp(s->key, key) != 0)) s++;
    if (s->key == NULL) return false;
    printf("%s of a scenario: %s\n", s->key, s->brief);
    dt_param_help(stdout, s->params);
    return true;
}

static int command_help(const line *l, dt_arena *arena) {
    const dt_room *platforms;
    const char *names[4 * MOST];
    size_t count = 0;
    bool shown = false;
    dt_script_options options = script_options(l, arena);
    if (l->words == 0) {
        fputs(usage, stdout);
        return GOOD;
    }
    if (strcmp(l->word[0], "scenario") == 0) return help_scenario();
    if (strcmp(l->word[0], "claims") == 0) {
        dt_script_help_claims(stdout);
        return GOOD;
    }
    if (help_section(l->word[0])) return GOOD;
    names[count++] = "claims";
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++)
        if (s->room == NULL) names[count++] = s->key;
    if (dt_script_platforms(&options, arena, &platforms) != DT_OK) return complain();
    for (size_t i = 0; i == 0 || dt_plan_rooms[i - 1] != NULL; i++) {
        const dt_room *room = i == 0 ? platforms : dt_plan_rooms[i - 1];
        if (strcmp(room->name, l->word[0]) == 0) return command_list(l, arena);
        for (size_t k = 0; k < room->count && count < sizeof names / sizeof *names; k++) {
            names[count++] = room->entries[k]->name;
            if (strcmp(room->entries[k]->name, l->word[0]) != 0) continue;
            help_entry(room, room->entries[k]);
            shown = true;
        }
    }
    if (shown) return GOOD;
    const char *near = dt_nearest(l->word[0], names, count);
    dt_fail(DT_ENOTFOUND, "there is no algorithm, room, platform or key \"%s\"%s%s (\"dtsim list\" and \"dtsim help scenario\" show all)", l->word[0],
            near != NULL ? "; did you mean " : "", near != NULL ? near : "");
    return complain();
}

/* ---- result files -------------------------------------------------------------------------- */

static int command_info(const line *l, dt_arena *arena) {
    if (line_need(l, 1, "info needs one result file") != DT_OK || dt_info_print(stdout, l->word[0], arena) != DT_OK) return complain();
    return GOOD;
}

static int command_diff(const line *l, dt_arena *arena) {
    dt_reading *a, *b;
    const char *difference;
    if (line_need(l, 2, "diff needs two result files") != DT_OK || dt_reading_open(l->word[0], &a, arena) != DT_OK ||
        dt_reading_open(l->word[1], &b, arena) != DT_OK || dt_reading_diff(a, b, &difference) != DT_OK)
        return complain();
    printf("%s\n", difference == NULL ? "equal (the groups named host are not compared)" : difference);
    return difference == NULL ? GOOD : FAILED;
}

/* ---- the rest ------------------------------------------------------------------------------ */

static int command_platform(const line *l, dt_arena *arena) {
    dt_script_options options = script_options(l, arena);
    if (line_need(l, 1, "platform needs one name") != DT_OK || dt_script_platform(l->word[0], &options, stdout) != DT_OK)
        return complain();
    return GOOD;
}

static int command_docs(const line *l, dt_arena *arena) {
    dt_script_options options = script_options(l, arena);
    return dt_script_reference(&options, stdout) == DT_OK ? GOOD : complain();
}

/* Whatever only looks at files is a module of analysis/ by the command's name. */
static int command_analysis(int argc, char **argv, dt_arena *arena) {
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
    dt_fail(DT_ENOTFOUND, "cannot start %s: %s (set PYTHON to a Python 3 with h5py and matplotlib)", call[0], strerror(errno));
    return complain();
}

/* act NULL: a module of analysis/. */
typedef struct command { const char *name; int (*act)(const line *l, dt_arena *arena); } command;

static const command commands[] = {
    { "run", command_run },   { "plan", command_plan }, { "list", command_list },         { "help", command_help },
    { "info", command_info }, { "diff", command_diff }, { "platform", command_platform }, { "docs", command_docs },
    { "merge", command_merge }, { "plot", NULL },       { "report", NULL },           { "explain", NULL },
    { "trace", NULL },        { "lab", NULL },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int act(int argc, char **argv, dt_arena *arena) {
    const char *names[COMMANDS];
    line l = { 0 };
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(usage, argc < 2 ? stderr : stdout);
        return argc < 2 ? BAD_INPUT : GOOD;
    }
    if (strcmp(argv[1], "--version") == 0) return printf("dtsim %s, SimGrid %s\n", DT_VERSION, dt_engine_version()) < 0;
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(argv[1], commands[i].name) != 0) continue;
        if (commands[i].act == NULL) return command_analysis(argc - 1, argv + 1, arena);
        return line_read(&l, argc - 2, argv + 2) == DT_OK ? commands[i].act(&l, arena) : complain();
    }
    const char *near = dt_nearest(argv[1], names, COMMANDS);
    dt_fail(DT_EINVAL, "there is no command \"%s\"%s%s (\"dtsim\" alone shows all)", argv[1],
            near != NULL ? "; did you mean " : "", near != NULL ? near : "");
    return complain();
}

/* HDF5 crashes, or calls exit(-1), where it finds no memory. */
static void crashed(int signal) {
    dt_die(DT_EMEMORY, "a library crashed (SIG%s), perhaps for want of memory; what is finished is kept", sigabbrev_np(signal));
}

static void given_up(int status, void *unused) {
    (void)unused;
    if (status == -1) dt_die(DT_EMEMORY, "a library gave up, perhaps for want of memory");
}

int main(int argc, char **argv) {
    dt_apart_guard(crashed);
    on_exit(given_up, NULL);
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_base_start();
    dt_warn_start();
    signal(SIGXFSZ, SIG_IGN);       /* a file too large is a failed write like any other */
    int status = act(argc, argv, arena);
    dt_arena_free(arena);
    return status;
}
