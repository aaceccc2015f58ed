/* stop.c - the key stop of a scenario: limits on what is counted or spent, and on columns of the evaluations. */
#include "base/foreign.h"
#include "base/near.h"
#include "run/inside.h"
#include "run/plan.h"
#include <math.h>
#include <string.h>

const dt_param dt_plan_stop_params[] = {
    DT_REAL_PARAM(dt_stop, steps, 0, 0, 1e300, "1", "the run ends when a worker has taken so many gradient steps"),
    DT_REAL_PARAM(dt_stop, rounds, 0, 0, 1e300, "1", "the run ends after so many rounds: means over all workers, or rounds of a server"),
    DT_REAL_PARAM(dt_stop, epochs, 0, 0, 1e300, "1", "the run ends after so many passes over all training samples, summed over workers"),
    DT_REAL_PARAM(dt_stop, seconds, 0, 0, 1e300, "s", "the run ends at this simulated time"),
    DT_REAL_PARAM(dt_stop, bytes, 0, 0, 1e300, "B", "budget of bytes sent by all; the run ends with the round that uses it up"),
    DT_REAL_PARAM(dt_stop, joules, 0, 0, 1e300, "J", "budget of energy of all hosts and links, if the platform has power figures (busy_watts of lan and wan); the run ends with "
                  "the round that uses it up"),
    DT_REAL_PARAM(dt_stop, flops, 0, 0, 1e300, "1", "budget of floating-point operations of all workers and servers; the run ends with the round that uses it up"),
#define MOST_LOW    1e300, "the first evaluation with at most this: "
#define MOST_HIGH   1, "the first evaluation with at least this share, such as 0.97: "
#define MOST_UNSAID 1e300, "the first evaluation that gets there from where it began: "
#define LIMIT_(name, unit, most, brief_of_better, brief) DT_REAL_PARAM(dt_stop, name, 0, 0, most, unit, brief_of_better brief),
#define LIMIT_SPLIT(name, unit, both, brief) LIMIT_(name, unit, both, brief)
#define LIMIT(name, kind, unit, better, field, label, brief) LIMIT_SPLIT(name, unit, MOST_##better, brief)
    DT_RESULT_COLUMNS(LIMIT) DT_OWN_COLUMNS(LIMIT) DT_EACH_COLUMNS(LIMIT)
    { 0 }
};

static bool stop_named(const dt_param *params, const char *key) {
    for (const dt_param *p = params; p->name != NULL; p++)
        if (key != NULL && strcmp(p->name, key) == 0) return true;
    return false;
}

/* A limit on a column that the strategy declares, in its unit. */
static dt_status stop_goal(const dt_config *c, const dt_metric *m, dt_config *stop, dt_arena *arena) {
    const char *path = dt_arena_text(arena, "stop.%s", c->key);
    double value = c->number;
    if (c->kind == DT_CONFIG_TEXT) {
        dt_status status = dt_unit_read(c->text, m->is.unit, &value);
        if (status != DT_OK) return dt_fail_at(status, path, "%s", dt_arena_text(arena, "%s", dt_reason()));
    } else if (c->kind != DT_CONFIG_NUMBER) {
        return dt_fail_at(DT_EINVAL, path, "expected a number, got %s", dt_config_json(c, arena));
    }
    dt_config_set_number(stop, c->key, value, arena);
    dt_config_set_unit(stop, c->key, m->is.unit);
    return DT_OK;
}

static dt_status stop_columns(const dt_config *out, dt_metric_list *columns, dt_arena *arena) {
    dt_strategy strategy;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    dt_metric_open(columns, true, true, strategy.type->columns);
    if (dt_config_get(out, "privacy") != NULL) dt_metric_append(columns, dt_metrics_private);
    if (dt_config_get(out, "secure_aggregation") != NULL) dt_metric_append(columns, dt_metrics_secure);
    return DT_OK;
}

static const dt_metric *stop_of_strategy(const dt_metric_list *columns, const char *name) {
    const dt_metric *m = dt_metric_find(columns, name);
    return m != NULL && m >= &columns->item[columns->count - columns->more] ? m : NULL;
}

/* A limit on what is counted or spent, or none at all; the others are on columns of the evaluations. */
static bool stop_counted(const dt_config *limit) {
    static const char *const spent[] = { "steps", "rounds", "epochs", "seconds", "bytes", "joules", "flops" };
    for (size_t i = 0; i < sizeof spent / sizeof *spent; i++)
        if (strcmp(limit->key, spent[i]) == 0) return true;
    return limit->number == 0;
}

bool dt_plan_early(const dt_plan_run *run) {
    const dt_config *stop = dt_config_get(run->config, "stop");
    for (const dt_config *c = stop == NULL ? NULL : stop->first; c != NULL; c = c->next)
        if (!stop_counted(c)) return true;
    return false;
}

/* A strategy without evaluations never reaches a limit on a column, and has no model to keep. */
static dt_status stop_judged(const dt_config *out, dt_arena *arena) {
    dt_strategy strategy;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    if (strategy.type->judged != DT_JUDGED_NOTHING) return DT_OK;
    for (const dt_config *c = dt_config_get(out, "stop")->first; c != NULL; c = c->next) {
        if (!stop_counted(c))
            return dt_fail_at(DT_EINVAL, dt_arena_text(arena, "stop.%s", c->key), "\"%s\" has nothing evaluated: expected a limit on "
                              "steps, rounds, epochs, seconds, bytes, joules or flops", strategy.type->is.name);
    }
    if (strcmp(dt_config_get(out, "keep")->text, "model") == 0)
        return dt_fail_at(DT_EINVAL, "keep", "\"%s\" has nothing evaluated, so there is no model to keep: expected \"nothing\"",
                          strategy.type->is.name);
    return DT_OK;
}

/* How many owners the data have is known only when they are loaded. */
static dt_status stop_own(const dt_config *out, dt_arena *arena) {
    const dt_config *split = dt_config_get(out, "split");
    if (dt_config_get(split, "own")->number > 0 || strcmp(dt_config_name(split), "natural") == 0) return DT_OK;
    for (const dt_metric *m = dt_metrics_own; m->is.name != NULL; m++) {
        const dt_config *limit = dt_config_get(dt_config_get(out, "stop"), m->is.name);
        if (limit != NULL && limit->number > 0)
            return dt_fail_at(DT_EINVAL, dt_arena_text(arena, "stop.%s", m->is.name), "no worker has samples of its own to be judged by: "
                              "expected split.own above 0, such as 0.2");
    }
    return DT_OK;
}

/* The workers' scores beside those of their mean are there where that is evaluated, and only if they are asked for. */
static dt_status stop_each(const dt_config *out, dt_arena *arena) {
    dt_strategy strategy;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    bool mean = strategy.type->judged == DT_JUDGED_MEAN, each = dt_config_at(out, "evaluate.each")->truth;
    for (const dt_metric *m = dt_metrics_each; m->is.name != NULL && !(mean && each); m++) {
        const dt_config *limit = dt_config_get(dt_config_get(out, "stop"), m->is.name);
        if (limit == NULL || limit->number == 0) continue;
        return dt_fail_at(DT_EINVAL, dt_arena_text(arena, "stop.%s", m->is.name), mean ? "the workers' models are evaluated only if they are asked "
                          "for: expected evaluate = { each = true }" : "the mean of models that differ is not what \"%s\" evaluates: "
                          "expected a limit on loss or accuracy", strategy.type->is.name);
    }
    return DT_OK;
}

/* The keys that are left may be columns that on_evaluate adds: the first evaluation tells. */
dt_status dt_plan_goals(const dt_config *out, bool watched, dt_arena *arena) {
    enum { MOST = 64 };
    dt_metric_list columns;
    const char *names[MOST];
    size_t count = 0;
    DT_TRY(stop_columns(out, &columns, arena));
    DT_TRY(stop_judged(out, arena));
    DT_TRY(stop_own(out, arena));
    DT_TRY(stop_each(out, arena));
    for (const dt_param *p = dt_plan_stop_params; p->name != NULL; p++) names[count++] = p->name;
    for (size_t i = columns.count - columns.more; i < columns.count; i++) names[count++] = columns.item[i].is.name;
    for (const dt_config *c = dt_config_get(out, "stop")->first; c != NULL; c = c->next) {
        if (stop_named(dt_plan_stop_params, c->key) || stop_of_strategy(&columns, c->key) != NULL) continue;
        const char *path = dt_arena_text(arena, "stop.%s", c->key), *foreign = dt_foreign_key(path, dt_config_json(c, arena));
        if (!watched)
            return dt_fail_at(DT_EINVAL, path, "there is no such parameter, and no such column of the evaluations%s",
                              foreign[0] != '\0' ? foreign : dt_known(c->key, names, count));
        if (c->kind != DT_CONFIG_NUMBER)
            return dt_fail_at(DT_EINVAL, path, "expected a number, got %s", dt_config_json(c, arena));
    }
    return DT_OK;
}

/* Of the columns of every strategy, loss and accuracy are written out even if they have no limit. */
dt_status dt_plan_stop(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    static const char *const often[] = { "steps", "rounds", "epochs", "seconds", "bytes", "loss", "accuracy" };
    dt_stop stop = { 0 };
    dt_metric_list columns;
    dt_config *known = dt_config_new(arena), *all = dt_config_new(arena), *table = dt_config_set_table(out, s->key, arena);
    DT_TRY(dt_plan_nameless(node, s->key, arena));
    for (const dt_config *c = node == NULL ? NULL : node->first; c != NULL; c = c->next)
        if (stop_named(s->params, c->key)) dt_config_set_copy(known, c->key, c, arena);
    DT_TRY(dt_param_fill((dt_target){ s->params, &stop }, (dt_target){ 0 }, known, s->key, arena));
    dt_param_dump((dt_target){ s->params, &stop }, all, arena);
    for (size_t i = 0; i < sizeof often / sizeof *often; i++)
        dt_config_set_copy(table, often[i], dt_config_get(all, often[i]), arena);
    for (const dt_config *c = all->first; c != NULL; c = c->next)
        if (c->number > 0) dt_config_set_copy(table, c->key, c, arena);
    DT_TRY(stop_columns(out, &columns, arena));
    for (const dt_config *c = node == NULL ? NULL : node->first; c != NULL; c = c->next) {
        if (stop_named(s->params, c->key)) continue;
        const dt_metric *m = stop_of_strategy(&columns, c->key);
        if (m != NULL) DT_TRY(stop_goal(c, m, table, arena));
        else dt_config_set_copy(table, c->key, c, arena);
    }
    return DT_OK;
}

void dt_plan_read_stop(const dt_config *node, dt_stop *stop, dt_arena *arena) {
    dt_config *known = dt_config_new(arena);
    size_t count = 0;
    for (const dt_config *c = node->first; c != NULL; c = c->next) count++;
    dt_goal *goal = dt_arena_take(arena, count, sizeof *goal);
    *stop = (dt_stop){ .goal = goal };
    for (const dt_config *c = node->first; c != NULL; c = c->next) {
        if (stop_named(dt_plan_stop_params, c->key)) dt_config_set_copy(known, c->key, c, arena);
        else goal[stop->goals++] = (dt_goal){ c->key, c->number };
    }
    dt_param_fill((dt_target){ dt_plan_stop_params, stop }, (dt_target){ 0 }, known, "stop", arena);
}
