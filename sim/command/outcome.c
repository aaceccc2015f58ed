/* outcome.c - help on what runs leave: the evaluations, the other tables, and what claims ask of them. */
#include "command/help.h"
#include "model/model.h"
#include <string.h>
#include <strings.h>

/* ---- evaluations ------------------------------------------------------------------------------- */

static void column_line(const dt_metric *m) {
    const char *better = dt_metric_better(m);
    printf("  %-20s %s (%s%s%s)\n", m->is.name, m->is.brief, m->is.unit, better[0] == '\0' ? "" : "; better: ", better);
}

/* Print which strategies add a column of that name. */
static void column_adders(const char *name) {
    const char *before = "  with strategy =";
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_metric *m = dt_strategy_of(dt_strategy_room.entries[i])->columns; m != NULL && m->is.name != NULL; m++)
            if (strcmp(m->is.name, name) == 0) {
                printf("%s \"%s\"", before, dt_strategy_room.entries[i]->name);
                before = ",";
            }
    printf(":\n");
}

void dt_help_evaluations(const dt_help *help) {
    (void)help;
    dt_metric_list seen;
    dt_metric_open(&seen, true, true, NULL);
    printf("evaluations: the table of a run with a row for each evaluation (\"dtsim help evaluate\" says when).  Its columns, each "
           "of which\nclaims can read and stop can name:\n");
    for (const dt_metric *m = dt_metrics; m->is.name != NULL; m++) column_line(m);
    printf("  where workers have samples of their own to be judged by (split.own):\n");
    for (const dt_metric *m = dt_metrics_own; m->is.name != NULL; m++) column_line(m);
    printf("  with evaluate.each, where the mean of models that differ is evaluated:\n");
    for (const dt_metric *m = dt_metrics_each; m->is.name != NULL; m++) column_line(m);
    printf("  with the key privacy:\n");
    for (const dt_metric *m = dt_metrics_private; m->is.name != NULL; m++) column_line(m);
    printf("  with the key secure_aggregation:\n");
    for (const dt_metric *m = dt_metrics_secure; m->is.name != NULL; m++) column_line(m);
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_metric *m = dt_strategy_of(dt_strategy_room.entries[i])->columns; m != NULL && m->is.name != NULL; m++) {
            if (dt_metric_find(&seen, m->is.name) != NULL || dt_metric_add(&seen, m) != DT_OK) continue;
            column_adders(m->is.name);
            column_line(m);
        }
}

/* ---- other tables ------------------------------------------------------------------------------ */

static void plain_line(const dt_column *c) {
    printf("  %-20s %s%s%s%s\n", c->name, c->brief, c->unit[0] == '\0' ? "" : " (", c->unit, c->unit[0] == '\0' ? "" : ")");
}

static void table_lines(const dt_ledger *table, const char *when) {
    printf("%s: %s\n", table->name, when);
    for (const dt_column *c = table->columns; c->name != NULL; c++) plain_line(c);
}

/* Call visit for each table with a sentence that says when a run has it. */
static bool tables_each(bool (*visit)(const dt_ledger *table, const char *when, const char *word), const char *word) {
    bool shown = false;
    for (const dt_plan_table *n = dt_plan_tables; n->is.name != NULL; n++) shown |= visit(&n->is, n->when, word);
    for (size_t i = 0; i < dt_strategy_room.count; i++)
        for (const dt_ledger *t = dt_strategy_of(dt_strategy_room.entries[i])->tables; t != NULL && t->name != NULL; t++)
            shown |= visit(t, dt_strategy_room.entries[i]->name, word);
    return shown;
}

static bool table_print(const dt_ledger *table, const char *when, const char *word) {
    (void)word;
    table_lines(table, when);
    return true;
}

void dt_help_tables(const dt_help *help) {
    (void)help;
    printf("tables of a run, beside evaluations (\"dtsim help evaluations\").  A claim reads a column as run:table(\"workers\").wait_s, "
           "a list\nwith a value for each row; h5py and others find the table as /runs/0007/workers:\n");
    tables_each(table_print, NULL);
}

/* A table of that name, or the column that word names with its table or alone. */
static bool table_called(const dt_ledger *table, const char *when, const char *word) {
    size_t front = strlen(table->name);
    bool dotted = strncmp(word, table->name, front) == 0 && word[front] == '.', shown = strcmp(word, table->name) == 0;
    if (shown) {
        printf("a table of a run: run:table(\"%s\") in a claim, /runs/0007/%s in the file\n", word, word);
        table_lines(table, when);
    }
    for (const dt_column *c = table->columns; c->name != NULL; c++) {
        if (strcmp(dotted ? word + front + 1 : word, c->name) != 0) continue;
        printf("a column of the table %s (%s):\n", table->name, when);
        plain_line(c);
        shown = true;
    }
    return shown;
}

/* ---- one column -------------------------------------------------------------------------------- */

static bool column_called(const dt_metric *list, const char *word, const char *with) {
    for (const dt_metric *m = list; m != NULL && m->is.name != NULL; m++) {
        if (strcmp(m->is.name, word) != 0) continue;
        printf("a column of the evaluations%s%s%s, which claims can read and stop can name:\n", with[0] == '\0' ? "" : " with strategy = \"", with,
               with[0] == '\0' ? "" : "\"");
        column_line(m);
        return true;
    }
    return false;
}

bool dt_help_column(const char *word) {
    const char *own = strncmp(word, "evaluations.", 12) == 0 ? word + 12 : word;
    bool shown = column_called(dt_metrics, own, "") || column_called(dt_metrics_own, own, "") ||
                 column_called(dt_metrics_each, own, "") || column_called(dt_metrics_private, own, "") || column_called(dt_metrics_secure, own, "");
    for (size_t i = 0; i < dt_strategy_room.count && !shown; i++)
        shown = column_called(dt_strategy_of(dt_strategy_room.entries[i])->columns, own, dt_strategy_room.entries[i]->name);
    shown |= tables_each(table_called, word);
    for (const dt_column *c = dt_model_file_columns; c->name != NULL; c++) {
        if (strcmp(c->name, word) != 0) continue;
        printf("a column of a table of layers (model = { \"profile\", path = \"mine.csv\" }):\n");
        plain_line(c);
        shown = true;
    }
    return shown;
}

/* ---- functions --------------------------------------------------------------------------------- */

static const char *call_front(const dt_script_call *c) {
    if (c->title || strcmp(c->owner, "dt") == 0 || strcmp(c->owner, "lab") == 0) return "";
    if (strcmp(c->owner, "results") == 0) return "results:";
    return c->field ? "results[1]." : "results[1]:";
}

static void call_line(const dt_script_call *c, bool example) {
    char call[96];
    snprintf(call, sizeof call, "%s%s", call_front(c), c->call);
    printf("  %-32s %s\n", call, c->brief);
    if (example) printf("  %-32s for example: %s\n", "", c->example);
}

static void calls_of(const dt_help *help, const char *owner, bool example) {
    for (const dt_script_call *c = help->calls; c->name != NULL; c++)
        if (strcmp(c->owner, owner) == 0) call_line(c, example);
}

void dt_help_claims(const dt_help *help) {
    printf("claims of a scenario: { [\"sentence\"] = function (results) return true end }, judged after the sweep.  A claim holds if its function\n"
           "returns true; what it returns after false is printed as the reason.  A question of a lab (\"dtsim lab\") is a claim that returns\n"
           "\"not yet\" instead of false, where the student's answer is missing or wrong.  What it can ask (\"dtsim help results\": an example of each):\n");
    calls_of(help, "results", false);
    calls_of(help, "run", false);
}

void dt_help_results(const dt_help *help) {
    printf("results: what a claim is called with (\"dtsim help claims\")\n");
    calls_of(help, "results", true);
    calls_of(help, "run", true);
}

void dt_help_module(const dt_help *help) {
    printf("dt: the module with which scenarios are written, local dt = require \"dt\"\n");
    calls_of(help, "dt", true);
    for (size_t i = 0; i < dt_distribution_room.count; i++)
        printf("  dt.%-29s %s\n", dt_distribution_room.entries[i]->name, dt_distribution_room.entries[i]->brief);
    printf("and of the module for labs, local lab = require \"dt.lab\"\n");
    calls_of(help, "lab", true);
}

/* True if word is owner, a '.' or ':', and the name; or the name of a function alone. */
static bool call_called(const dt_script_call *c, const char *word) {
    size_t front = strlen(c->owner);
    if (!c->field && strcmp(word, c->name) == 0) return true;
    return strncmp(word, c->owner, front) == 0 && (word[front] == '.' || word[front] == ':') && strcmp(word + front + 1, c->name) == 0;
}

/* dt.pareto and the like make a distribution. */
static bool call_distribution(const char *word) {
    const dt_entry *e = strncmp(word, "dt.", 3) == 0 ? dt_room_find(&dt_distribution_room, word + 3) : NULL;
    if (e == NULL) return false;
    printf("a function of scenarios:\n  %s { key = value }: a distribution, for slowness, jitter, compute.seconds and faults; the same as "
           "{ \"%s\", key = value }\n", word, e->name);
    printf("  %s\n", e->brief);
    dt_param_help(stdout, e->params);
    return true;
}

/* What a function of lua/dt/manual.lua is one of. */
static const char *const owners[][2] = { { "dt", "scenarios" }, { "lab", "labs, lab = require \"dt.lab\"" },
                                         { "results", "the results, in claims" }, { "run", "one run, in claims" } };

bool dt_help_call(const dt_help *help, const char *word) {
    bool shown = false;
    for (const dt_script_call *c = help->calls; c->name != NULL; c++) {
        if (c->title || !call_called(c, word)) continue;
        const char *of = c->owner;
        for (size_t k = 0; k < sizeof owners / sizeof *owners; k++)
            if (strcmp(owners[k][0], c->owner) == 0) of = owners[k][1];
        printf("%s of %s:\n", c->field ? "a field" : "a function", of);
        call_line(c, true);
        shown = true;
    }
    return shown || call_distribution(word);
}
