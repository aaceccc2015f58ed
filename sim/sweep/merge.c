/* merge.c - compares shards, finds every run of the plan in them, and finishes as a sweep does. */
#include "sweep/merge.h"
#include "base/progress.h"
#include "sweep/finish.h"
#include "sweep/key.h"
#include "sweep/label.h"
#include "sweep/union.h"
#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* ---- whether the files are of one sweep ---------------------------------------------------- */

typedef struct alike { const char *group, *name, *words; bool count; } alike;

static const alike alikes[] = {
    { "/", "dtsim", "version of dtsim", false },
    { "/host", "simgrid", "version of SimGrid", false },
    { "/", "scenario", "name of the scenario", false },
    { "/", "source", "text of the scenario", false },
    { "/shard", "set", "values set on the command line", false },
    { "/shard", "of", "number of shards", true },
    { "/shard", "runs", "number of runs", true },
};

/* The value as a text, so that all can be compared. */
static dt_status merge_value(dt_reading *r, const alike *a, const char **value, dt_arena *arena) {
    int64_t count;
    if (!a->count) return dt_reading_text(r, a->group, a->name, value);
    DT_TRY(dt_reading_count(r, a->group, a->name, &count));
    *value = dt_arena_text(arena, "%lld", (long long)count);
    return DT_OK;
}

/* Name both values if they fit on a line. */
static dt_status merge_unlike(const alike *a, const char *first, const char *known, const char *file,
                              const char *value, dt_arena *arena) {
    enum { SHORT = 40 };
    bool fit = strlen(known) <= SHORT && strlen(value) <= SHORT;
    fit = fit && strchr(known, '\n') == NULL && strchr(value, '\n') == NULL;
    const char *both = fit ? dt_arena_text(arena, " (%s and %s)", known, value) : "";
    return dt_fail(DT_EINVAL, "%s and %s are not of one sweep: they differ in the %s%s", first, file, a->words, both);
}

static dt_status merge_compare(dt_reading *r, const char *file, const char *first, const char **known,
                               dt_arena *arena) {
    int64_t of;
    dt_status status = dt_reading_count(r, "/shard", "of", &of);
    if (status == DT_ENOTFOUND)
        return dt_fail(DT_EINVAL, "%s is not a shard of a sweep (\"dtsim run --shard\" makes them)", file);
    DT_TRY(status);
    for (size_t i = 0; i < sizeof alikes / sizeof *alikes; i++) {
        const char *value;
        DT_TRY(merge_value(r, &alikes[i], &value, arena));
        if (known[i] == NULL) known[i] = value;
        if (strcmp(known[i], value) != 0) return merge_unlike(&alikes[i], first, known[i], file, value, arena);
    }
    return DT_OK;
}

static void merge_sets(dt_merge *m, const char *lines, dt_arena *arena) {
    for (const char *c = lines; *c != '\0'; c++) m->sets += *c == '\n';
    m->set = dt_arena_take(arena, m->sets + 1, sizeof *m->set);
    for (size_t i = 0; i < m->sets; i++) {
        size_t length = strcspn(lines, "\n");
        m->set[i] = dt_arena_copy(arena, lines, length);
        lines += length + 1;
    }
}

dt_status dt_merge_open(const char *const *file, size_t files, dt_merge *m, dt_arena *arena) {
    const char *known[sizeof alikes / sizeof *alikes] = { NULL }, *sets = "";
    *m = (dt_merge){ .file = file, .files = files };
    for (size_t i = 0; i < files; i++) {
        dt_reading *r;
        DT_TRY(dt_reading_open(file[i], &r, arena));
        dt_status status = merge_compare(r, file[i], file[0], known, arena);
        if (status == DT_OK && i == 0) status = dt_reading_text(r, "/shard/host", "path", &m->path);
        if (status == DT_OK && i == 0) status = dt_reading_text(r, "/", "source", &m->source);
        if (status == DT_OK && i == 0) status = dt_reading_text(r, "/shard", "set", &sets);
        dt_reading_close(r);
        DT_TRY(status);
    }
    merge_sets(m, sets, arena);
    return DT_OK;
}

/* ---- the runs ------------------------------------------------------------------------------ */

typedef struct merging {
    const dt_plan *plan;
    dt_keys       *keys;
    dt_ending     *ending;      /* [runs] */
    const char   **holder;      /* [runs] the file; NULL: none yet */
    dt_kept        kept;        /* what the shards hold */
    dt_hosting     hosting;
    dt_arena      *arena;
} merging;

static dt_status merge_refuse(const merging *m, size_t i, const char *what) {
    return dt_fail(DT_EINVAL, "run %ld (%s) %s", m->plan->run[i].id, dt_table_label(&m->plan->run[i], m->arena), what);
}

/* A run of a shard becomes the first run of its configuration that has no result yet; one that --add kept there is kept. */
static dt_status merge_take(merging *m, const dt_kept_run *k) {
    size_t i = k->of;
    if (i == m->plan->runs && k->added) return DT_OK;
    if (i == m->plan->runs)
        return dt_fail(DT_EINVAL, "%s holds a run %ld, which the scenario has not", k->file, k->run.id);
    while (i < m->plan->runs && (m->holder[i] != NULL || m->kept.first[i] != k->of)) i++;
    if (i == m->plan->runs)
        return merge_refuse(m, k->of, dt_arena_text(m->arena, "is in %s and in %s", m->holder[k->of], k->file));
    m->holder[i] = k->file;
    m->ending[i] = k->ending;
    if (k->ending.file == NULL || k->key == dt_keys_run(m->keys, &m->plan->run[i])) return DT_OK;
    return merge_refuse(m, i, dt_arena_text(m->arena, "was made in %s with other data, another platform or other "
                                            "versions than there are here", k->file));
}

/* Name the shard that a missing run belongs to, and how many runs are missing. */
static dt_status merge_missing(const merging *m, size_t first, int64_t of) {
    size_t missing = 0;
    for (size_t i = 0; i < m->plan->runs; i++) missing += m->holder[i] == NULL;
    const char *more = missing > 1 ? dt_arena_text(m->arena, ", and %zu more are missing", missing - 1) : "";
    return merge_refuse(m, first, dt_arena_text(m->arena, "is in none of the files: shard %lld/%lld was not given%s",
                                                (long long)first % of + 1, (long long)of, more));
}

static dt_status merge_file(merging *m, const char *file, int64_t *of) {
    double real_s = 0, peak = 0;
    dt_reading *r;
    DT_TRY(dt_kept_file(&m->kept, file));
    DT_TRY(dt_reading_open(file, &r, m->arena));
    dt_status status = dt_reading_count(r, "/shard", "of", of);
    if (status == DT_OK) status = dt_reading_real(r, "/host", "real_s", &real_s);
    if (status == DT_OK) status = dt_reading_real(r, "/host", "peak_bytes", &peak);
    dt_reading_close(r);
    m->hosting.real_s += real_s;
    m->hosting.peak_bytes = fmax(m->hosting.peak_bytes, peak);
    return status;
}

static dt_status merge_collect(merging *m, const dt_merge *merge) {
    int64_t of = 1;
    for (size_t i = 0; i < merge->files; i++) DT_TRY(merge_file(m, merge->file[i], &of));
    dt_kept_match(&m->kept, m->plan);
    for (size_t k = 0; k < m->kept.runs; k++) DT_TRY(merge_take(m, &m->kept.run[k]));
    for (size_t i = 0; i < m->plan->runs; i++)
        if (m->holder[i] == NULL) return merge_missing(m, i, of);
    return DT_OK;
}

static dt_status merge_out(const dt_merge *merge, const char *out) {
    struct stat whole, part;
    for (size_t i = 0; i < merge->files && stat(out, &whole) == 0; i++)
        if (stat(merge->file[i], &part) == 0 && part.st_ino == whole.st_ino && part.st_dev == whole.st_dev)
            return dt_fail(DT_EINVAL, "-o %s: it is one of the shards, choose another name", out);
    return DT_OK;
}

/* Make one plan with the kept runs; the outcomes of the former plan's runs move along, and the others are in kept. */
static void merge_join(merging *m, dt_kept *kept) {
    size_t *from;
    dt_plan *whole = dt_arena_take(m->arena, 1, sizeof *whole);
    dt_union(m->plan, kept, whole, &from, m->arena);
    dt_ending *ending = dt_arena_take(m->arena, whole->runs, sizeof *ending);
    uint64_t *none = dt_arena_take(m->arena, whole->runs, sizeof *none);
    for (size_t i = 0; i < whole->runs; i++)
        if (from[i] < m->plan->runs) ending[i] = m->ending[from[i]];
    m->plan = whole;
    m->ending = ending;
    dt_kept_match(kept, whole);
    dt_kept_take(kept, whole, none, 0, ending);
}

/* Then read the file that will be replaced: nothing of it is lost without --fresh. */
static dt_status merge_keep(merging *m, const dt_merge_options *options) {
    dt_kept there = { .arena = m->arena };
    for (size_t k = 0; k < m->kept.runs; k++) m->kept.run[k].run.id = -1;       /* they get new numbers */
    merge_join(m, &m->kept);
    if (options->fresh) return DT_OK;
    DT_TRY(dt_kept_place(&there, options->out));
    dt_kept_match(&there, m->plan);
    if (!options->add && dt_kept_lost(&there, m->plan) > 0) return dt_kept_refuse(&there, m->plan, options->out);
    DT_TRY(dt_kept_guard(&there, m->plan, m->ending, options->out));
    if (options->add) merge_join(m, &there);
    return DT_OK;
}

static dt_status merge_finish(merging *m, const dt_merge_options *options, dt_sweep_outcome *outcome) {
    dt_place place;
    DT_TRY(dt_place_open(&place, options->out, options->fresh, m->arena));
    dt_status status = merge_keep(m, options);
    outcome->runs = m->plan->runs;
    if (status == DT_OK) status = dt_finish(m->plan, m->ending, &m->hosting, &place, options->quiet, outcome, m->arena);
    dt_place_close(&place, status == DT_OK);
    return status;
}

dt_status dt_merge_run(const dt_merge *merge, const dt_plan *plan, const dt_merge_options *options,
                       dt_sweep_outcome *outcome) {
    dt_arena *arena = dt_arena_new(1 << 16);
    merging m = { .plan = plan, .keys = dt_keys_new(plan, arena), .kept = { .arena = arena }, .arena = arena };
    m.hosting.jobs = m.hosting.threads = 1;
    m.ending = dt_arena_take(arena, plan->runs, sizeof *m.ending);
    m.holder = dt_arena_take(arena, plan->runs, sizeof *m.holder);
    *outcome = (dt_sweep_outcome){ 0 };
    dt_progress line;
    dt_progress_open(&line, options->quiet);
    dt_progress_hold(&line, "reading %zu shards", merge->files);
    dt_status status = merge_collect(&m, merge);
    dt_progress_clear(&line);
    if (status == DT_OK) status = merge_out(merge, options->out);
    if (status == DT_OK) status = merge_finish(&m, options, outcome);
    dt_arena_free(arena);
    return status;
}
