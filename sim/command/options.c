/* options.c - the table of options, and reading a command line by it. */
#include "command/help.h"
#include "base/foreign.h"
#include "base/near.h"
#include "base/file.h"
#include "base/param.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Reads the value of an option into its place; a switch has no value. */
typedef dt_status reader(const char *option, const char *value, void *place);

static dt_status read_switch(const char *option, const char *value, void *place) {
    (void)option;
    (void)value;
    *(bool *)place = true;
    return DT_OK;
}

static dt_status read_text(const char *option, const char *value, void *place) {
    (void)option;
    *(const char **)place = value;
    return DT_OK;
}

static dt_status read_set(const char *option, const char *value, void *place) {
    dt_line_sets *sets = place;
    if (sets->count == DT_LINE_SETS) return dt_fail(DT_EINVAL, "%s: expected at most %d of these options, got more", option, DT_LINE_SETS);
    sets->text[sets->count++] = value;
    return DT_OK;
}

static dt_status read_count(const char *option, const char *text, void *place) {
    long *value = place;
    char *end;
    errno = 0;
    *value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *value < 1 || *value > 4096)
        return dt_fail(DT_EINVAL, "%s: expected a whole number from 1 to 4096, got \"%s\"", option, text);
    return DT_OK;
}

static dt_status read_quantity(const char *option, const char *text, const char *unit, double *value) {
    char reason[256];
    snprintf(reason, sizeof reason, "%s", dt_unit_read(text, unit, value) == DT_OK ? "" : dt_reason());
    if (reason[0] != '\0') return dt_fail(DT_EINVAL, "%s %s", option, reason);
    return *value > 0 ? DT_OK : dt_fail(DT_EINVAL, "%s: expected more than 0, got \"%s\"", option, text);
}

static dt_status read_time(const char *option, const char *value, void *place) {
    return read_quantity(option, value, "s", place);
}

static dt_status read_size(const char *option, const char *value, void *place) {
    return read_quantity(option, value, "B", place);
}

static dt_status read_shard(const char *option, const char *text, void *place) {
    dt_line_shard *s = place;
    int length = 0;
    if (sscanf(text, "%9ld/%9ld%n", &s->index, &s->of, &length) == 2 && text[length] == '\0' && s->index >= 1 &&
        s->index <= s->of)
        return DT_OK;
    return dt_fail(DT_EINVAL, "%s: expected I/N, such as 2/8 for the second of eight parts, got \"%s\"", option, text);
}

typedef struct option {
    const char *name, *value;           /* value NULL: a switch */
    const char *help;
    reader     *read;
    size_t      where;                  /* offset in the line */
    unsigned    takers;                 /* the bits of the commands that take it */
} option;

enum {
    SWEEP = DT_FOR_RUN | DT_FOR_PLAN,
    LEAVE = SWEEP | DT_FOR_MERGE,
    LOAD = LEAVE | DT_FOR_PLATFORM
};
#define AT(member) offsetof(dt_line, member)

static const option options[] = {
    { "-o", "FILE", "the result file to leave; run and plan take results/NAME.h5 without it", read_text, AT(out), LEAVE },
    { "-j", "JOBS", "how many runs go on at a time; without it one for each processor", read_count, AT(jobs), SWEEP },
    { "--threads", "N", "how many threads may compute the arithmetic of one run; without it as many as there are processors, which all runs share", read_count, AT(threads), SWEEP },
    { "--set", "KEY=VALUE", "change a value, such as strategy.period=8; the option can be used several times", read_set, AT(set),
      SWEEP | DT_FOR_PLATFORM },
    { "--resume", NULL, "keep the runs that are finished in FILE and do the rest: the usual way",
      read_switch, AT(resume), LEAVE },
    { "--add", NULL, "keep all finished runs of FILE beside the new ones, as one sweep", read_switch, AT(add), LEAVE },
    { "--fresh", NULL, "replace FILE, and give up the finished runs in it", read_switch, AT(fresh), LEAVE },
    { "--timeout", "TIME", "the real time that a run may take, such as 10min; a run that takes longer is recorded as failed", read_time, AT(timeout_s), LEAVE | DT_FOR_VALUES },
    { "--memory", "SIZE", "the memory that a run may hold, with its samples, whether it shares them with other runs or not, such as 2GB; a run that holds more is recorded as failed", read_size, AT(memory), SWEEP | DT_FOR_VALUES },
    { "--shard", "I/N", "do one of N parts of the sweep, for instance on several machines; \"dtsim merge\" makes one file of them", read_shard, AT(shard), SWEEP },
    { "--separate", NULL, "let every run compute its own gradients; without it, runs whose models learn the same whatever they take in time "
      "share one training, and leave the same file", read_switch, AT(separate), SWEEP },
    { "--quiet", NULL, "print neither progress nor table", read_switch, AT(quiet), LEAVE },
    { "--profile", NULL, "also say where the real time went", read_switch, AT(profile), SWEEP },
    { "--unsafe", NULL, "let the scenario use os, io, debug and files", read_switch, AT(unsafe), LOAD },
    { "--help", NULL, "print what the command does and its options", read_switch, AT(help), ~0U },
};
enum { OPTIONS = sizeof options / sizeof *options };

static const option *option_find(const char *word) {
    for (size_t i = 0; i < OPTIONS; i++)
        if (strcmp(word, options[i].name) == 0) return &options[i];
    return NULL;
}

static dt_status option_unknown(const dt_command_type *c, const char *word, const char *value) {
    const char *names[OPTIONS], *foreign = dt_foreign_key(word, value);
    size_t count = 0;
    if (foreign[0] != '\0') return dt_fail(DT_EINVAL, "there is no option %s%s", word, foreign);
    for (size_t i = 0; i < OPTIONS; i++)
        if ((options[i].takers & c->bit) != 0) names[count++] = options[i].name;
    return dt_fail(DT_EINVAL, "there is no option %s%s", word, dt_did_you_mean(dt_nearest(word, names, count)));
}

/* Read the option that begins at argv[0]; *taken of the words belong to it. */
static dt_status option_read(const dt_command_type *c, char **argv, int argc, int *taken, dt_line *line) {
    const option *o = option_find(argv[0]);
    if (o == NULL) return option_unknown(c, argv[0], argc > 1 && argv[1][0] != '-' ? argv[1] : NULL);
    if ((o->takers & c->bit) == 0)
        return dt_fail(DT_EINVAL, "%s takes no option %s (\"dtsim help %s\" lists those that it takes)", c->name,
                       o->name, c->name);
    if (o->value != NULL && argc < 2) return dt_fail(DT_EINVAL, "%s: expected %s, got nothing", o->name, o->value);
    *taken = o->value != NULL ? 2 : 1;
    return o->read(o->name, argv[1], (char *)line + o->where);
}

/* Check what concerns several options, and the number of words. */
static dt_status line_check(const dt_command_type *c, const dt_line *l) {
    if (l->help) return DT_OK;
    if (c->words > 0 && l->words != c->words) return dt_fail(DT_EINVAL, "%s: expected %s, got %zu (\"dtsim\" alone shows how)", c->name, c->expected, l->words);
    if (!l->fresh || !(l->resume || l->add)) return DT_OK;
    return dt_fail(DT_EINVAL, "expected %s, which keeps the runs that are finished, or --fresh, which does not, got both",
                   l->add ? "--add" : "--resume");
}

dt_status dt_line_read(const dt_command_type *command, int argc, char **argv, dt_line *line) {
    *line = (dt_line){ .word = argv };
    for (int i = 0, taken = 1; i < argc; i += taken, taken = 1) {
        bool dashed = argv[i][0] == '-' && argv[i][1] != '\0';
        if (command->bit == DT_FOR_HELP) dashed = strcmp(argv[i], "--help") == 0;       /* the others are what is asked about */
        if (dashed) DT_TRY(option_read(command, argv + i, argc - i, &taken, line));
        else line->word[line->words++] = argv[i];       /* never ahead of what is read */
    }
    return line_check(command, line);
}

bool dt_line_option(const dt_command_type *command, size_t i, dt_help_option *out) {
    for (const option *o = options; o < options + OPTIONS; o++) {
        if ((o->takers & command->bit) == 0 || i-- > 0) continue;
        *out = (dt_help_option){ command->name, o->name, o->value != NULL ? o->value : "", o->help };
        return true;
    }
    return false;
}

dt_script_options dt_line_script(const dt_line *l, dt_arena *arena) {
    return (dt_script_options){ .home = dt_file_home(arena), .set = l->set.text, .sets = l->set.count, .unsafe = l->unsafe,
                                .timeout_s = l->timeout_s };
}
