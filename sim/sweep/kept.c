/* kept.c - reads runs from files and parts, and compares them with a plan by the text of their configurations. */
#include "sweep/kept.h"
#include "base/rng.h"
#include "sweep/label.h"
#include "sweep/place.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- reading ------------------------------------------------------------------------------- */

typedef struct opened {
    dt_kept          *kept;
    dt_reading       *reading;
    const char       *path;
    dt_series        *column;       /* [columns] of /sweep */
    size_t            columns;
    dt_series        *spelling;     /* [spellings] of /written: what the scenario wrote for a number of /sweep */
    size_t            spellings;
    const dt_origin  *own;          /* the file's scenario */
    const dt_origin **origin;       /* [rows] of /sweep */
} opened;

/* The text that identifies a run: its configuration without the hashes of files' contents. */
static const dt_config *kept_question(const dt_config *config, dt_arena *arena) {
    dt_config *all = dt_config_new(arena);
    dt_config_set_copy(all, "all", config, arena);
    dt_config *question = all->first;
    for (dt_config *c = question->first; c != NULL; c = c->next) {
        if (c->key == NULL || strcmp(c->key, "platform") != 0 || c->kind != DT_CONFIG_TABLE) continue;
        dt_config **slot = &c->first;
        while (*slot != NULL && ((*slot)->key == NULL || strcmp((*slot)->key, "hash") != 0)) slot = &(*slot)->next;
        if (*slot != NULL) *slot = (*slot)->next;
    }
    return question;
}

static uint64_t kept_hash(const dt_config *config, dt_arena *arena) {
    dt_arena_mark mark = dt_arena_here(arena);
    const char *text = dt_config_json(kept_question(config, arena), arena);
    uint64_t hash = dt_hash(0, text, strlen(text));
    dt_arena_release(arena, mark);
    return hash;
}

static dt_kept_run *kept_room(dt_kept *kept) {
    if (kept->runs == kept->room) {
        dt_kept_run *former = kept->run;
        kept->room = kept->room == 0 ? 64 : 2 * kept->room;
        kept->run = dt_arena_take(kept->arena, kept->room, sizeof *kept->run);
        if (kept->runs > 0) memcpy(kept->run, former, kept->runs * sizeof *kept->run);
    }
    return &kept->run[kept->runs];
}

/* Read one run from group; a run without configuration or outcome is left out. */
static dt_status kept_run(opened *s, const char *group, long id, const dt_config *swept, const dt_origin *origin) {
    dt_arena *arena = s->kept->arena;
    const char *text;
    dt_config *config;
    dt_kept_run *k = kept_room(s->kept);
    *k = (dt_kept_run){ .run = { .id = id, .swept = swept, .origin = origin }, .file = s->path, .added = origin != s->own };
    dt_status status = dt_reading_text(s->reading, group, "config", &text);
    if (status == DT_OK) status = dt_config_parse(text, &config, arena);
    if (status == DT_OK) status = dt_ending_read(s->reading, s->path, group, &k->ending, arena);
    if (status != DT_OK) return status == DT_ENOTFOUND ? DT_OK : status;
    if (dt_ending_key(s->reading, group, &k->key, &k->program, arena) != DT_OK) k->key = k->program = 0;
    for (size_t c = 0; c < s->columns; c++) dt_config_set_unit(config, s->column[c].column.name, s->column[c].column.unit);
    k->run.config = config;
    k->hash = kept_hash(config, arena);
    k->finished = dt_ending_final(&k->ending);
    s->kept->runs++;
    return DT_OK;
}

static const dt_series *kept_column(const dt_series *column, size_t columns, const char *name) {
    for (size_t c = 0; c < columns; c++)
        if (strcmp(column[c].column.name, name) == 0) return &column[c];
    return NULL;
}

/* A number in the unit of its column, or as the scenario wrote it. */
static void kept_number(const opened *s, const dt_series *cell, size_t row, dt_config *swept) {
    const char *name = cell->column.name;
    const dt_series *spelling = kept_column(s->spelling, s->spellings, name);
    bool written = spelling != NULL && spelling->column.kind == DT_COLUMN_TEXT && row < spelling->rows;
    if (written && spelling->text[row][0] != '\0') dt_config_set_text(swept, name, spelling->text[row], s->kept->arena);
    else dt_config_set_number(swept, name, cell->real[row], s->kept->arena)->unit = cell->column.unit;
}

/* The swept cells of a row stand between its status and its time. */
static const dt_config *kept_swept(const opened *s, size_t row) {
    dt_config *swept = dt_config_new(s->kept->arena);
    for (size_t c = 2; c < s->columns && strcmp(s->column[c].column.name, "time_s") != 0; c++) {
        const dt_series *cell = &s->column[c];
        const char *name = cell->column.name;
        if (cell->column.kind == DT_COLUMN_TEXT) dt_config_set_text(swept, name, cell->text[row], s->kept->arena);
        else if (cell->column.kind != DT_COLUMN_REAL) continue;
        else if (isnan(cell->real[row])) dt_config_set_text(swept, name, "-", s->kept->arena);
        else kept_number(s, cell, row, swept);
    }
    return swept;
}

static const char *kept_text(opened *s, const char *group, const char *name) {
    const char *value;
    return dt_reading_text(s->reading, group, name, &value) == DT_OK ? value : "";
}

static const dt_origin *kept_origin(opened *s, const char *group) {
    dt_origin *origin = dt_arena_take(s->kept->arena, 1, sizeof *origin);
    *origin = (dt_origin){ kept_text(s, group, "scenario"), kept_text(s, group, "source"), kept_text(s, group, "set") };
    return origin;
}

/* The runs that a group below /added names are of the scenario in that group. */
static dt_status kept_added(opened *s, const dt_series *id, const char *group) {
    dt_series *series;
    size_t columns;
    DT_TRY(dt_reading_table(s->reading, group, &series, &columns));
    if (columns == 0 || series[0].column.kind != DT_COLUMN_COUNT)
        return dt_fail(DT_EFORMAT, "%s: %s does not say which runs are of its scenario", s->path, group);
    const dt_origin *origin = kept_origin(s, group);
    for (size_t i = 0; i < series[0].rows; i++)
        for (size_t row = 0; row < id->rows; row++)
            if (id->count[row] == series[0].count[i]) s->origin[row] = origin;
    return DT_OK;
}

static dt_status kept_origins(opened *s, const dt_series *id) {
    const char **name;
    size_t count;
    s->own = kept_origin(s, "/");
    s->origin = dt_arena_take(s->kept->arena, id->rows + 1, sizeof *s->origin);
    for (size_t row = 0; row < id->rows; row++) s->origin[row] = s->own;
    dt_status status = dt_reading_groups(s->reading, "/added", &name, &count);
    for (size_t i = 0; status == DT_OK && i < count; i++)
        status = kept_added(s, id, dt_arena_text(s->kept->arena, "/added/%s", name[i]));
    return status == DT_ENOTFOUND ? DT_OK : status;
}

static dt_status kept_spellings(opened *s) {
    dt_status status = dt_reading_table(s->reading, "/written", &s->spelling, &s->spellings);
    if (status == DT_ENOTFOUND) s->spellings = 0;
    return status == DT_ENOTFOUND ? DT_OK : status;
}

/* A record without a table of runs has none. */
static dt_status kept_rows(opened *s) {
    dt_status status = dt_reading_table(s->reading, "/sweep", &s->column, &s->columns);
    if (status != DT_OK) return status == DT_ENOTFOUND ? DT_OK : status;
    DT_TRY(kept_spellings(s));
    const dt_series *id = kept_column(s->column, s->columns, "id");
    if (id == NULL || id->column.kind != DT_COLUMN_COUNT)
        return dt_fail(DT_EFORMAT, "%s: /sweep has no column of numbers called id", s->path);
    DT_TRY(kept_origins(s, id));
    for (size_t row = 0; row < id->rows; row++) {
        if (id->count[row] < 0 || id->count[row] > INT32_MAX)
            return dt_fail(DT_EFORMAT, "%s: row %zu of /sweep has the number %lld", s->path, row, (long long)id->count[row]);
        const char *group = dt_arena_text(s->kept->arena, "/runs/%04ld", (long)id->count[row]);
        DT_TRY(kept_run(s, group, (long)id->count[row], kept_swept(s, row), s->origin[row]));
    }
    return DT_OK;
}

dt_status dt_kept_file(dt_kept *kept, const char *path) {
    struct stat is;
    opened s = { .kept = kept, .path = path };
    if (stat(path, &is) != 0 || is.st_size == 0) return DT_OK;
    DT_TRY(dt_reading_open(path, &s.reading, kept->arena));
    dt_status status = kept_rows(&s);
    dt_reading_close(s.reading);
    return status;
}

/* A part that is damaged, or that another process has just gathered, does not count. */
static dt_status kept_part(dt_kept *kept, const char *path) {
    static const dt_origin unknown = { "", "", "" };
    opened s = { .kept = kept, .path = path };
    size_t before = kept->runs;
    dt_status status = dt_reading_open(path, &s.reading, kept->arena);
    if (status == DT_OK) {
        status = kept_run(&s, "/run", -1, dt_config_new(kept->arena), &unknown);
        dt_reading_close(s.reading);
    }
    if (kept->runs > before && !kept->run[before].finished) kept->runs = before;
    return status == DT_EFORMAT || status == DT_ENOTFOUND ? DT_OK : status;
}

static dt_status kept_at(dt_kept *kept, const char *out) {
    const char **part;
    size_t count;
    DT_TRY(dt_kept_file(kept, out));
    DT_TRY(dt_place_parts(out, &part, &count, kept->arena));
    for (size_t i = 0; i < count; i++) DT_TRY(kept_part(kept, part[i]));
    return DT_OK;
}

dt_status dt_kept_place(dt_kept *kept, const char *out) {
    dt_status status = kept_at(kept, out);
    if (status != DT_EVERSION) return status;
    const char *reason = dt_arena_text(kept->arena, "%s", dt_reason());
    return dt_fail(DT_EVERSION, "-o %s: %s; it is not written over: choose another file with -o, or give the former results up "
                   "with --fresh", out, reason);
}

/* ---- comparing ----------------------------------------------------------------------------- */

void dt_kept_match(dt_kept *kept, const dt_plan *plan) {
    uint64_t *hash = dt_arena_take(kept->arena, plan->runs + 1, sizeof *hash);
    kept->first = dt_arena_take(kept->arena, plan->runs + 1, sizeof *kept->first);
    for (size_t i = 0; i < plan->runs; i++) {
        hash[i] = kept_hash(plan->run[i].config, kept->arena);
        while (hash[kept->first[i]] != hash[i]) kept->first[i]++;
    }
    for (size_t k = 0; k < kept->runs; k++) {
        size_t i = 0;
        while (i < plan->runs && hash[i] != kept->run[k].hash) i++;
        kept->run[k].of = i;
    }
}

static bool kept_is(const dt_kept_run *k, const dt_plan_run *run, uint64_t key, uint64_t program) {
    if (run->origin != NULL) return run->config == k->run.config;
    return k->finished && k->key == key && k->program == program;
}

size_t dt_kept_take(const dt_kept *kept, const dt_plan *plan, const uint64_t *key, uint64_t program,
                    dt_ending *ending) {
    size_t given = 0;
    for (size_t k = 0; k < kept->runs; k++)
        for (size_t i = kept->run[k].of; i < plan->runs; i++) {
            if (ending[i].status != NULL || !kept_is(&kept->run[k], &plan->run[i], key[i], program)) continue;
            ending[i] = kept->run[k].ending;
            given++;
        }
    return given;
}

static bool kept_missing(const dt_kept_run *k, const dt_plan *plan) { return k->finished && k->of == plan->runs; }

size_t dt_kept_lost(const dt_kept *kept, const dt_plan *plan) {
    size_t lost = 0;
    for (size_t k = 0; k < kept->runs; k++) lost += kept_missing(&kept->run[k], plan);
    return lost;
}

size_t dt_kept_renewed(const dt_kept *kept, const dt_plan *plan, const dt_ending *ending) {
    bool *renewed = dt_arena_take(kept->arena, plan->runs + 1, sizeof *renewed);
    size_t count = 0;
    for (size_t k = 0; k < kept->runs; k++) {
        size_t i = kept->run[k].of;
        if (!kept->run[k].finished || i == plan->runs || ending[i].status != NULL || renewed[i]) continue;
        renewed[i] = true;
        count++;
    }
    return count;
}

/* ---- sentences ----------------------------------------------------------------------------- */

/* Count the keys in which a run differs from one of the plan, and find the first of them in the plan's order. */
typedef struct gap { size_t count; const char *path; const dt_config *there, *here; } gap;

static bool gap_tables(const dt_config *a, const dt_config *b) {
    if (a == NULL || b == NULL || a->kind != DT_CONFIG_TABLE || b->kind != DT_CONFIG_TABLE) return false;
    const char *left = dt_config_name(a), *right = dt_config_name(b);
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

static void gap_find(gap *g, const char *path, const dt_config *there, const dt_config *here, dt_arena *arena);

/* missing: count the keys that only the run has; else those that the plan has. */
static void gap_below(gap *g, const char *path, const dt_config *there, const dt_config *here, bool missing,
                      dt_arena *arena) {
    const dt_config *walked = missing ? there : here, *other = missing ? here : there;
    for (const dt_config *c = walked->first; c != NULL; c = c->next) {
        const dt_config *twin = c->key == NULL ? NULL : dt_config_get(other, c->key);
        if (c->key == NULL || (missing && twin != NULL)) continue;
        const char *at = dt_arena_text(arena, "%s%s%s", path, path[0] != '\0' ? "." : "", c->key);
        gap_find(g, at, missing ? c : twin, missing ? NULL : c, arena);
    }
}

static void gap_find(gap *g, const char *path, const dt_config *there, const dt_config *here, dt_arena *arena) {
    size_t before = g->count;
    if (dt_config_equal(there, here)) return;
    if (gap_tables(there, here)) {
        gap_below(g, path, there, here, false, arena);
        gap_below(g, path, there, here, true, arena);
    }
    if (g->count > before) return;
    if (g->count == 0) *g = (gap){ 0, path, there, here };
    g->count++;
}

static gap gap_nearest(const dt_kept_run *k, const dt_plan *plan, dt_arena *arena) {
    gap nearest = { 0 };
    const dt_config *asked = kept_question(k->run.config, arena);
    for (size_t i = 0; i < plan->runs; i++) {
        gap g = { 0 };
        gap_find(&g, "", asked, kept_question(plan->run[i].config, arena), arena);
        if (i == 0 || g.count < nearest.count) nearest = g;
    }
    return nearest;
}

/* If two choices have different names, the names are enough. */
static const char *gap_word(const dt_config *node, const dt_config *other, dt_arena *arena) {
    enum { MOST = 60 };
    if (node == NULL) return "not set";
    const char *name = dt_config_name(node);
    const char *text = name != NULL && !gap_tables(node, other) ? name : dt_config_json(node, arena);
    int length = MOST;
    if (strlen(text) <= MOST) return text;
    while (length > 0 && (text[length] & 0xc0) == 0x80) length--;       /* no character of UTF-8 is cut */
    return dt_arena_text(arena, "%.*s...", length, text);
}

static const char *kept_name(const dt_kept_run *k, const dt_plan *plan, dt_arena *arena) {
    if (k->run.id < 0) return "a run of the interrupted sweep";
    bool other = strcmp(k->run.origin->name, plan->name) != 0;
    return dt_arena_text(arena, "run %ld of the file%s%s%s", k->run.id, other ? ", which is of the scenario \"" : "",
                         other ? k->run.origin->name : "", other ? "\"," : "");
}

dt_status dt_kept_refuse(const dt_kept *kept, const dt_plan *plan, const char *out) {
    size_t lost = dt_kept_lost(kept, plan), first = 0, parts = 0;
    while (!kept_missing(&kept->run[first], plan)) first++;
    for (size_t k = 0; k < kept->runs; k++) parts += kept_missing(&kept->run[k], plan) && kept->run[k].run.id < 0;
    const dt_kept_run *k = &kept->run[first];
    gap g = gap_nearest(k, plan, kept->arena);
    const char *ours = plan->shard.of > 0 ? "shard" : "scenario";
    const char *place = parts == 0 ? "this file" : parts < lost ? "this file and the interrupted sweep beside it"
                                                                : "the interrupted sweep beside it";
    return dt_fail(DT_EINVAL, "-o %s: %zu finished run%s of %s %s not in the %s and would be lost (%s has %s = %s, "
                   "the nearest run of the %s %s): choose another file with -o, keep both with --add, or give the former "
                   "results up with --fresh", out, lost, lost == 1 ? "" : "s", place, lost == 1 ? "is" : "are", ours,
                   kept_name(k, plan, kept->arena), g.path, gap_word(g.there, g.here, kept->arena), ours,
                   gap_word(g.here, g.there, kept->arena));
}

dt_status dt_kept_guard(const dt_kept *kept, const dt_plan *plan, const dt_ending *ending, const char *out) {
    size_t lost = 0, first = plan->runs;
    for (size_t k = 0; k < kept->runs; k++) {
        size_t i = kept->run[k].of;
        if (!kept->run[k].finished || i == plan->runs || plan->run[i].origin != NULL || dt_ending_final(&ending[i]))
            continue;
        if (i < first) first = i;
        lost++;
    }
    if (lost == 0) return DT_OK;
    return dt_fail(DT_EINVAL, "%s is left as it was: it holds a finished result of run %ld (%s), and this time the run failed "
                   "(%s: %s)%s; --fresh replaces the file", out, plan->run[first].id,
                   dt_table_label(&plan->run[first], kept->arena), ending[first].status, ending[first].reason,
                   lost > 1 ? dt_arena_text(kept->arena, ", and so for %zu more", lost - 1) : "");
}
