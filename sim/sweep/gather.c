/* gather.c - the file of a sweep: its common facts, one row a run, and every run's tables. */
#include "sweep/gather.h"
#include "base/apart.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const dt_column front_columns[] = {
    { "id", DT_COLUMN_COUNT, "1", "number of the run: its tables are in /runs" },
    { "status", DT_COLUMN_TEXT, "", "ok, or what went wrong" },
};
static const dt_column end_columns[] = {
    { "time_s", DT_COLUMN_REAL, "s", "simulated time at which the last worker, or the server, was done" },
    { "steps", DT_COLUMN_REAL, "1", NULL },         /* that of the column step of the evaluations, and so on: gather_end */
    { "rounds", DT_COLUMN_REAL, "1", NULL },
    { "loss", DT_COLUMN_REAL, "1", NULL },
    { "accuracy", DT_COLUMN_REAL, "1", NULL },
    { "bytes", DT_COLUMN_REAL, "B", "bytes that have arrived at the end, all messages" },
    { "joules", DT_COLUMN_REAL, "J", "energy; NaN: not modelled" },
};
enum { PRINT = 17, FRONT = sizeof front_columns / sizeof *front_columns, END = sizeof end_columns / sizeof *end_columns };

/* ---- what the runs have in common ---------------------------------------------------------- */

/* Have all runs what the first has at that path?  A swept key stands for the part of a configuration that has its name, but
 * for one: a system is a combination of parts. */
static bool gather_shared(const dt_plan *plan, const dt_config *c, const char *at) {
    if (dt_config_get(plan->run[0].swept, "system") == NULL) return true;
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_config *other = dt_config_at(plan->run[i].config, at);
        if (other != NULL && c->key == NULL) other = other->kind == DT_CONFIG_TABLE ? other->first : NULL;
        if (!dt_config_equal(other, c)) return false;
    }
    return true;
}

static void gather_common(const dt_plan *plan, const dt_config *from, const char *path, dt_config *to, dt_arena *arena) {
    for (const dt_config *c = from->first; c != NULL; c = c->next) {
        const char *at = c->key == NULL ? path : dt_arena_text(arena, "%s%s%s", path, path[0] != '\0' ? "." : "", c->key);
        if (c->key != NULL && dt_config_get(plan->run[0].swept, at) != NULL) continue;
        if (c->kind == DT_CONFIG_TABLE) gather_common(plan, c, at, dt_config_set_table(to, c->key, arena), arena);
        else if (gather_shared(plan, c, at)) dt_config_set_copy(to, c->key, c, arena);
    }
}

/* A line for each value set on the command line. */
static const char *gather_sets(const dt_plan *plan, dt_arena *arena) {
    const char *sets = "";
    for (size_t i = 0; i < plan->sets; i++) sets = dt_arena_text(arena, "%s%s\n", sets, plan->set[i]);
    return sets;
}

static dt_status gather_head(dt_record *r, const dt_plan *plan, dt_arena *arena) {
    dt_config *common = dt_config_new(arena);
    const dt_plan_run *first = plan->shard.of > 0 ? plan->shard.first : plan->run;
    gather_common(plan, first->config, "", common, arena);
    DT_TRY(dt_record_text(r, "/", "dtsim", DT_VERSION));
    DT_TRY(dt_record_text(r, "/", "scenario", plan->name));
    DT_TRY(dt_record_text(r, "/", "source", plan->source));
    if (plan->sets > 0) DT_TRY(dt_record_text(r, "/", "set", gather_sets(plan, arena)));
    return dt_record_text(r, "/", "config", dt_config_json(common, arena));
}

/* ---- the table of runs --------------------------------------------------------------------- */

static const char *gather_text(const dt_config *value, dt_arena *arena) {
    return value->kind == DT_CONFIG_TEXT ? value->text : dt_config_json(value, arena);
}

static bool gather_missing(const dt_config *value) {
    return value->kind == DT_CONFIG_TEXT && strcmp(value->text, "-") == 0;
}

/* What a swept value became in the run's resolved configuration, if that is a number; NULL if it is not, or there is no such key.
 * Where a distribution may stand, a quantity is one that always has that value. */
static const dt_config *gather_number(const dt_plan_run *run, const dt_config *value) {
    double number;
    if (gather_missing(value)) return NULL;
    const dt_config *node = dt_config_at(run->config, value->key);
    if (node != NULL && node->kind == DT_CONFIG_TABLE) node = dt_config_get(node, "value");
    if (node == NULL || node->kind != DT_CONFIG_NUMBER) return NULL;
    const char *unit = node->unit != NULL ? node->unit : "1";
    if (value->kind == DT_CONFIG_TEXT && dt_unit_read(value->text, unit, &number) != DT_OK) return NULL;
    return node;
}

/* The text of a quantity that the scenario wrote with a unit; "" for everything else. */
static const char *gather_written(const dt_plan_run *run, const dt_config *value) {
    char *end;
    if (value->kind != DT_CONFIG_TEXT || gather_number(run, value) == NULL) return "";
    strtod(value->text, &end);
    return *end != '\0' ? value->text : "";
}

/* A column of numbers is in the unit of its parameter, and so are quantities ("10ms" is 0.01 s) if all values are such. */
static dt_column gather_swept_column(const dt_plan *plan, const char *key) {
    bool number = false, text = false;
    const char *unit = "1";
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_config *value = dt_config_get(plan->run[i].swept, key), *node = gather_number(&plan->run[i], value);
        if (value->unit != NULL) unit = value->unit;
        if (node != NULL && node->unit != NULL) unit = node->unit;
        number = number || node != NULL || value->kind == DT_CONFIG_NUMBER;
        text = text || (node == NULL && value->kind != DT_CONFIG_NUMBER && !gather_missing(value));
    }
    if (text || !number) return (dt_column){ key, DT_COLUMN_TEXT, "", "a value swept over" };
    return (dt_column){ key, DT_COLUMN_REAL, unit, "a value swept over" };
}

static dt_cell gather_swept_cell(const dt_plan_run *run, const dt_config *value, const dt_column *column,
                                 dt_arena *arena) {
    if (column->kind == DT_COLUMN_TEXT) return (dt_cell){ .text = gather_text(value, arena) };
    if (value->kind == DT_CONFIG_NUMBER) return (dt_cell){ .real = value->number };
    const dt_config *node = gather_number(run, value);
    return (dt_cell){ .real = node != NULL ? node->number : NAN };
}

static dt_status gather_row(dt_record_table *table, const dt_column *columns, const dt_plan_run *run,
                            const dt_ending *e, dt_cell *row, dt_arena *arena) {
    size_t k = 0;
    row[k++].count = run->id;
    row[k++].text = e->status;
    for (const dt_config *c = run->swept->first; c != NULL; c = c->next, k++)
        row[k] = gather_swept_cell(run, c, &columns[k], arena);
    const double value[END] = { e->time_s, e->steps, e->rounds, e->loss, e->accuracy, e->bytes, e->joules };
    for (int i = 0; i < END; i++) row[k++].real = value[i];
    return dt_record_row(table, row);
}

/* The value of a column in the last evaluation. */
static dt_column gather_end(int i, dt_arena *arena) {
    static const char *const of[END] = { NULL, "step", "round", "loss", "accuracy", NULL, NULL };
    dt_column column = end_columns[i];
    for (const dt_metric *m = dt_metrics; of[i] != NULL && m->is.name != NULL; m++)
        if (strcmp(m->is.name, of[i]) == 0) column.brief = dt_arena_text(arena, "at the last evaluation: %s", m->is.brief);
    return column;
}

static dt_status gather_sweep(dt_record *r, const dt_plan *plan, const dt_ending *ending, dt_arena *arena) {
    size_t swept = 0, k = 0;
    for (const dt_config *c = plan->run[0].swept->first; c != NULL; c = c->next) swept++;
    dt_column *columns = dt_arena_take(arena, FRONT + swept + END, sizeof *columns);
    dt_cell *row = dt_arena_take(arena, FRONT + swept + END, sizeof *row);
    for (int i = 0; i < FRONT; i++) columns[k++] = front_columns[i];
    for (const dt_config *c = plan->run[0].swept->first; c != NULL; c = c->next)
        columns[k++] = gather_swept_column(plan, c->key);
    for (int i = 0; i < END; i++) columns[k++] = gather_end(i, arena);
    dt_record_table *table;
    DT_TRY(dt_record_table_new(r, "/sweep", columns, k, &table));
    for (size_t i = 0; i < plan->runs; i++) DT_TRY(gather_row(table, columns, &plan->run[i], &ending[i], row, arena));
    return DT_OK;
}

/* A column for each swept key whose values became numbers, if any of them was written with a unit. */
static size_t gather_quantities(const dt_plan *plan, dt_column *columns) {
    size_t k = 0;
    for (const dt_config *c = plan->run[0].swept->first; c != NULL; c = c->next) {
        bool written = false;
        for (size_t i = 0; i < plan->runs; i++)
            written = written || *gather_written(&plan->run[i], dt_config_get(plan->run[i].swept, c->key)) != '\0';
        if (written && gather_swept_column(plan, c->key).kind == DT_COLUMN_REAL)
            columns[k++] = (dt_column){ c->key, DT_COLUMN_TEXT, "", "the value as the scenario writes it" };
    }
    return k;
}

/* The table /written: how the scenario wrote the numbers that /sweep has in one unit a column. */
static dt_status gather_spellings(dt_record *r, const dt_plan *plan, dt_arena *arena) {
    size_t swept = 0;
    for (const dt_config *c = plan->run[0].swept->first; c != NULL; c = c->next) swept++;
    dt_column *columns = dt_arena_take(arena, swept + 1, sizeof *columns);
    dt_cell *row = dt_arena_take(arena, swept + 1, sizeof *row);
    dt_record_table *table;
    size_t count = gather_quantities(plan, columns);
    if (count == 0) return DT_OK;
    DT_TRY(dt_record_table_new(r, "/written", columns, count, &table));
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_plan_run *run = &plan->run[i];
        for (size_t k = 0; k < count; k++) row[k].text = gather_written(run, dt_config_get(run->swept, columns[k].name));
        DT_TRY(dt_record_row(table, row));
    }
    return DT_OK;
}

/* The file of a sweep stays open while many runs are read from it; the part of one run does not. */
typedef struct source { const char *path; dt_reading *reading; struct source *next; } source;

static dt_status source_open(source **list, const char *path, dt_reading **reading, dt_arena *arena) {
    for (source *s = *list; s != NULL; s = s->next)
        if (strcmp(s->path, path) == 0) {
            *reading = s->reading;
            return DT_OK;
        }
    DT_TRY(dt_reading_open(path, reading, arena));
    source *new = dt_arena_take(arena, 1, sizeof *new);
    *new = (source){ path, *reading, *list };
    *list = new;
    return DT_OK;
}

static dt_status gather_part(dt_record *r, const char *path, const char *group) {
    dt_arena *arena = dt_arena_new(1 << 14);
    dt_reading *part;
    dt_status status = dt_reading_open(path, &part, arena);
    if (status == DT_OK) {
        status = dt_record_copy(r, part, "/run", group);
        dt_reading_close(part);
    }
    dt_arena_free(arena);
    return status;
}

/* The record of a run that left none: its configuration and its outcome. */
static dt_status gather_died(dt_record *r, const dt_plan_run *run, const dt_ending *e, const char *group,
                             dt_arena *arena) {
    DT_TRY(dt_record_text(r, group, "config", dt_config_json(run->config, arena)));
    DT_TRY(dt_record_text(r, group, "status", e->status));
    return dt_record_text(r, group, "reason", e->reason);
}

static dt_status gather_run(dt_record *r, const dt_plan_run *run, const dt_ending *e, source **sources,
                            dt_arena *arena) {
    dt_reading *reading;
    const char *group = dt_arena_text(arena, "/runs/%04ld", run->id);
    if (e->file == NULL) return gather_died(r, run, e, group, arena);
    if (strcmp(e->group, "/run") == 0) return gather_part(r, e->file, group);
    DT_TRY(source_open(sources, e->file, &reading, arena));
    return dt_record_copy(r, reading, e->group, group);
}

static dt_status gather_runs(dt_record *r, const dt_plan *plan, const dt_ending *ending, dt_arena *arena) {
    source *sources = NULL;
    dt_status status = DT_OK;
    for (size_t i = 0; i < plan->runs && status == DT_OK; i++)
        status = gather_run(r, &plan->run[i], &ending[i], &sources, arena);
    for (source *s = sources; s != NULL; s = s->next) dt_reading_close(s->reading);
    return status;
}

static dt_status gather_claims(dt_record *r, const dt_claim *claim, size_t claims, dt_arena *arena) {
    static const dt_column columns[] = {
        { "text", DT_COLUMN_TEXT, "", "what the scenario claims" },
        { "held", DT_COLUMN_COUNT, "1", "1: the results show it; 0: they do not" },
        { "reason", DT_COLUMN_TEXT, "", "why not, where that is known" },
    };
    dt_record_table *table;
    if (claims == 0) return DT_OK;
    DT_TRY(dt_record_table_new(r, "/claims", columns, 3, &table));
    for (size_t i = 0; i < claims; i++) {
        const char *reason = claim[i].pending ? dt_arena_text(arena, "not yet: %s", claim[i].reason) : claim[i].reason;
        const dt_cell row[] = { { .text = claim[i].text }, { .count = claim[i].held }, { .text = reason } };
        DT_TRY(dt_record_row(table, row));
    }
    return DT_OK;
}

static dt_status gather_host(dt_record *r, const dt_plan *plan, const dt_ending *ending, const dt_hosting *h,
                             dt_arena *arena) {
    for (dt_activity a = 0; a < DT_ACTIVITIES; a++) {
        double sum = 0;
        for (size_t i = 0; i < plan->runs; i++) sum += ending[i].spent[a];
        DT_TRY(dt_record_real(r, "/host", dt_ending_spent(a, arena), sum));
    }
    double gradients = 0;
    int64_t trainings = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        gradients += ending[i].gradients;
        trainings += !ending[i].replayed;
    }
    DT_TRY(dt_record_real(r, "/host", "gradients", gradients));
    DT_TRY(dt_record_count(r, "/host", "trainings", trainings));
    DT_TRY(dt_record_real(r, "/host", "planning_s", h->planning_s));
    DT_TRY(dt_record_real(r, "/host", "real_s", h->real_s));
    DT_TRY(dt_record_real(r, "/host", "peak_bytes", h->peak_bytes));
    DT_TRY(dt_record_count(r, "/host", "jobs", h->jobs));
    DT_TRY(dt_record_count(r, "/host", "threads", h->threads));
    DT_TRY(dt_record_text(r, "/host", "compiler", __VERSION__));
    return dt_record_text(r, "/host", "simgrid", dt_engine_version());
}

/* What merging reads of a shard.  The path of the scenario differs from machine to machine. */
static dt_status gather_shard(dt_record *r, const dt_plan *plan, dt_arena *arena) {
    char place[PATH_MAX];
    if (plan->shard.of == 0) return DT_OK;
    DT_TRY(dt_record_count(r, "/shard", "index", plan->shard.index));
    DT_TRY(dt_record_count(r, "/shard", "of", plan->shard.of));
    DT_TRY(dt_record_count(r, "/shard", "runs", (int64_t)plan->shard.runs));
    DT_TRY(dt_record_text(r, "/shard", "set", gather_sets(plan, arena)));
    return dt_record_text(r, "/shard/host", "path", realpath(plan->path, place) != NULL ? place : plan->path);
}

/* ---- runs of other scenarios --------------------------------------------------------------- */

static bool gather_of(const dt_plan_run *run, const dt_origin *origin) {
    const dt_origin *o = run->origin;
    return o != NULL && strcmp(o->name, origin->name) == 0 && strcmp(o->source, origin->source) == 0 &&
           strcmp(o->set, origin->set) == 0;
}

static dt_status gather_origin(dt_record *r, const dt_plan *plan, const dt_origin *origin, const char *group) {
    static const dt_column columns[] = { { "id", DT_COLUMN_COUNT, "1", "number of a run that is of this scenario" } };
    dt_record_table *table;
    DT_TRY(dt_record_table_new(r, group, columns, 1, &table));
    for (size_t i = 0; i < plan->runs; i++)
        if (gather_of(&plan->run[i], origin)) DT_TRY(dt_record_row(table, &(dt_cell){ .count = plan->run[i].id }));
    DT_TRY(dt_record_text(r, group, "scenario", origin->name));
    DT_TRY(dt_record_text(r, group, "source", origin->source));
    return dt_record_text(r, group, "set", origin->set);
}

static dt_status gather_added(dt_record *r, const dt_plan *plan, dt_arena *arena) {
    int count = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        size_t first = 0;
        if (plan->run[i].origin == NULL) continue;
        while (!gather_of(&plan->run[first], plan->run[i].origin)) first++;
        if (first < i) continue;
        DT_TRY(gather_origin(r, plan, plan->run[i].origin, dt_arena_text(arena, "/added/%04d", count++)));
    }
    return DT_OK;
}

typedef struct gathering {
    const dt_plan    *plan;
    const dt_ending  *ending;
    const dt_claim   *claim;
    size_t            claims;
    const dt_hosting *hosting;
    const char       *out;
    char             *fingerprint;      /* [17] shared with the parent */
} gathering;

static dt_status gather_all(dt_record *r, const gathering *g, dt_arena *arena) {
    DT_TRY(gather_head(r, g->plan, arena));
    DT_TRY(gather_shard(r, g->plan, arena));
    DT_TRY(gather_sweep(r, g->plan, g->ending, arena));
    DT_TRY(gather_added(r, g->plan, arena));
    DT_TRY(gather_spellings(r, g->plan, arena));
    DT_TRY(gather_runs(r, g->plan, g->ending, arena));
    DT_TRY(gather_claims(r, g->claim, g->claims, arena));
    strcpy(g->fingerprint, dt_record_fingerprint(r));
    DT_TRY(dt_record_text(r, "/", "fingerprint", g->fingerprint));
    return gather_host(r, g->plan, g->ending, g->hosting, arena);
}

static dt_status gather_write(void *arg) {
    const gathering *g = arg;
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_record *r;
    dt_status status = dt_record_create(g->out, &r, arena);
    if (status == DT_OK) {
        status = gather_all(r, g, arena);
        if (status == DT_OK) status = dt_record_seal(r);
        else dt_record_drop(r);
    }
    dt_arena_free(arena);
    return status;
}

/* HDF5 1.10 crashes when the disk fails during a copy, so a process of its own gathers. */
dt_status dt_gather(const dt_plan *plan, const dt_ending *ending, const dt_claim *claim, size_t claims,
                    const dt_hosting *hosting, const char *out, char *fingerprint) {
    void *shared = mmap(NULL, PRINT, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return dt_fail(DT_EIO, "no shared memory for writing %s: %s", out, strerror(errno));
    gathering g = { plan, ending, claim, claims, hosting, out, shared };
    dt_status status = dt_apart_write(gather_write, &g, out);
    if (status == DT_OK && fingerprint != NULL) memcpy(fingerprint, shared, PRINT);
    if (status != DT_OK) dt_record_forget(out);
    munmap(shared, PRINT);
    return status;
}
