/* around.c - help on what is around a run: options, exit statuses, variables of the environment, kinds of files, and the words
 * of other programs. */
#include "command/help.h"
#include "base/foreign.h"
#include "model/model.h"
#include <string.h>
#include <strings.h>

/* ---- options ----------------------------------------------------------------------------------- */

size_t dt_help_options(FILE *out, const dt_help *help, const char *command) {
    size_t count = 0;
    for (const dt_help_option *o = help->options; o->name != NULL; o++) {
        char name[64];
        if (strcmp(o->command, command) != 0) continue;
        snprintf(name, sizeof name, "%s%s%s", o->name, o->value[0] != '\0' ? " " : "", o->value);
        fprintf(out, "  %-16s  %s\n", name, o->help);
        count++;
    }
    return count;
}

static bool option_same(const dt_help_option *a, const dt_help_option *b) {
    return strcmp(a->name, b->name) == 0 && strcmp(a->value, b->value) == 0 && strcmp(a->help, b->help) == 0;
}

/* One option that means the same for several commands is printed once. */
static void option_print(const dt_help *help, const dt_help_option *o) {
    for (const dt_help_option *before = help->options; before < o; before++)
        if (option_same(before, o)) return;
    printf("%s%s%s, an option of", o->name, o->value[0] != '\0' ? " " : "", o->value);
    for (const dt_help_option *c = o; c->name != NULL; c++)
        if (option_same(c, o)) printf("%s dtsim %s", c == o ? "" : ",", c->command);
    printf(":\n  %s\n", o->help);
}

bool dt_help_option_of(const dt_help *help, const char *word) {
    bool shown = false;
    for (const dt_help_option *o = help->options; o->name != NULL; o++) {
        if (o->name[0] != '-') continue;
        if (strcmp(word, o->name) != 0 && strcmp(word, o->name + strspn(o->name, "-")) != 0) continue;
        option_print(help, o);
        shown = true;
    }
    return shown;
}

/* ---- exit statuses, variables, files ------------------------------------------------------------- */

#define ROW(name, status, when) { "exit status " #status, when },
const dt_help_row dt_help_statuses[] = { DT_EXITS(ROW) { NULL, NULL } };
#undef ROW

const dt_help_row dt_help_environment[] = {
    { "DTSIM_DATA", "a folder, such as one with mnist/ in it: files that a scenario names are looked for beside the scenario, then in the "
      "working folder, then there" },
    { "DTSIM_HOME", "the folder that holds lua/, platforms/ and analysis/; without it that beside the program, or its ../share/dtsim" },
    { "DTSIM_UNSEALED", "if it is set, result files without their seal are read, on which HDF5 may crash" },
    { "DTSIM", "the program that commands in Python call; dtsim sets it itself" },
    { "PYTHON", "the Python 3 that plot, report, explain, trace and lab run in, with h5py, numpy, pandas and matplotlib; /usr/bin/python3 "
      "without it" },
    { "PYTHONPATH", "where that Python looks for modules; dtsim puts its own folder in front" },
    { NULL, NULL }
};

const dt_help_row dt_help_files[] = {
    { "scenario file", "Lua that ends with return dt.scenario { ... }: dtsim help scenario.  Named on the command line of run and plan" },
    { "result file", "HDF5 that run leaves: a row for each run in /sweep, tables in /runs/0007 (dtsim help tables), described in "
      "sim/record/FORMAT.md; info, diff, merge, plot, report, explain and trace read it" },
    { "idx", "data = { \"idx\", path = \"mnist\" }: the four files of MNIST in a folder, plain or .gz: images of rank 3 and labels of rank 1 with "
      "a big-endian head" },
    { "libsvm", "data = { \"libsvm\", path = \"a9a\" }: a line \"label index:value index:value ...\" for each sample, plain or .gz" },
    { "csv", "data = { \"csv\", path = \"table.csv\" }: a line for each sample, numbers and a column with the target; RFC 4180, plain or .gz" },
    { "hdf5", "data = { \"hdf5\", path = \"set.h5\" }: a dataset of samples and one of labels, or a federated file with examples/CLIENT/ARRAY" },
    { "layer table", "model = { \"profile\", path = \"mine.csv\" }: a line for each layer in forward order, plain or .gz; the first line names the "
      "columns, which are" },
    { "trace of values", "dt.trace { path = \"times.csv\" } for slowness, jitter, compute.seconds and faults: a CSV with a column of measured values, "
      "or one for each worker; plain or .gz" },
    { "trace over time", "faults.links and faults.availability = { \"trace\", path = \"lte.csv\" }: a CSV with a column t_s of times in seconds and a "
      "column of values that hold until the next time; plain or .gz" },
    { "edge list", "topology = { \"file\", path = \"graph.txt\" }: a line \"a b\" or \"a,b\" for each edge between two workers, plain or .gz" },
    { "GraphML", "topology = { \"file\", path = \"graph.graphml\" }: the same as XML; nodes become workers by the number that their names end in" },
    { "SimGrid XML", "platform = \"cluster.xml\": hosts, links and routes as SimGrid describes them (version 4.1); files that it names are "
      "looked for beside it; dtsim platform lan prints one" },
    { "speed profile", "of a SimGrid file: speed_file of a host, bandwidth_file or latency_file of a link: lines \"time value\" in seconds, and "
      "PERIODICITY or LOOPAFTER if it repeats; state_file is refused where it matters, as faults says that" },
    { "Vivaldi", "of a SimGrid file: a zone with routing=\"Vivaldi\" whose hosts have coordinates=\"x y height\" in milliseconds; the latency between "
      "two hosts is the distance of x and y plus both heights" },
    { "answer file", "Lua that returns a table of answers, { a = 0.25 }: dtsim lab NUMBER --answers FILE" },
    { NULL, NULL }
};

static void row_print(const dt_help_row *row) {
    printf("  %-16s  %s\n", row->name, row->brief);
    if (strcmp(row->name, "layer table") != 0) return;
    for (const dt_column *c = dt_model_file_columns; c->name != NULL; c++)
        printf("    %-14s  %s%s%s%s\n", c->name, c->brief, c->unit[0] == '\0' ? "" : " (", c->unit, c->unit[0] == '\0' ? "" : ")");
}

/* Print the rows of a table: one by its name, or all by the name of the table. */
static bool rows_called(const dt_help_row *rows, const char *all, const char *title, const char *word) {
    bool whole = dt_glossary_called(all, word), shown = false;
    for (const dt_help_row *row = rows; row->name != NULL; row++) {
        if (!whole && !dt_glossary_called(row->name, word)) continue;
        if (!shown) printf("%s:\n", title);
        row_print(row);
        shown = true;
    }
    return shown;
}

bool dt_help_around(const char *word) {
    bool shown = rows_called(dt_help_statuses, "exit status, exit, status", "the exit status of dtsim", word);
    shown |= rows_called(dt_help_environment, "environment, environment variable", "variables of the environment that dtsim reads", word);
    shown |= rows_called(dt_help_files, "file, file format, format", "files that dtsim reads", word);
    return shown;
}

/* ---- words of other programs --------------------------------------------------------------------- */

bool dt_help_foreign(const char *word) {
    bool shown = false;
    for (const dt_foreign *f = dt_foreigns; f->theirs != NULL; f++) {
        const char *value = strchr(f->theirs, '='), *dot = strrchr(f->theirs, '.');
        const char *bare = value != NULL ? value + 1 : dot != NULL ? dot + 1 : f->theirs + strspn(f->theirs, "-");
        if (!dt_glossary_called(bare, word) && strcmp(f->theirs, word) != 0) continue;
        printf("%s", shown ? "" : "what others write, and what is written here ($ stands for the value):\n");
        int front = (int)strcspn(f->theirs, "=");
        int wide = printf("  %.*s%s%s", front, f->theirs, value != NULL ? " = " : "", value != NULL ? value + 1 : "");
        printf("%*s %s\n", wide < 36 ? 36 - wide : 0, "", f->ours);
        shown = true;
    }
    return shown;
}
