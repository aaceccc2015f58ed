/* column.c - the columns of every strategy, and the list of those of a run. */
#include "role/column.h"
#include "base/near.h"
#include <assert.h>
#include <string.h>

const dt_metric dt_metrics[] = {
#define COLUMN(name, kind, unit, better, field, label, brief) \
    { { #name, DT_COLUMN_##kind, unit, brief }, label, DT_BETTER_##better, offsetof(dt_mark, field) },
    DT_SPENT_COLUMNS(COLUMN) DT_RESULT_COLUMNS(COLUMN)
    { .label = NULL },
};
const dt_metric dt_metrics_own[] = {
    DT_OWN_COLUMNS(COLUMN)
    { .label = NULL },
};
const dt_metric dt_metrics_each[] = {
    DT_EACH_COLUMNS(COLUMN)
#undef COLUMN
    { .label = NULL },
};

const dt_metric dt_metrics_private[] = {
    { { "clipped", DT_COLUMN_REAL, "1", "share of the updates of the round that ends here whose norm was larger than the clip norm, or no number, so that it counts as no change (privacy)" },
      "clipped updates", DT_BETTER_UNSAID, 0 },
    { { "clip_norm", DT_COLUMN_REAL, "1", "norm that updates of the round after this one are clipped to (privacy)" },
      "clip norm", DT_BETTER_UNSAID, 0 },
    { { "epsilon", DT_COLUMN_REAL, "1", "bound of what the models so far tell of any one client, for the delta of the key privacy; NaN: there "
        "is none, as a round had no noise" }, "epsilon", DT_BETTER_UNSAID, 0 },
    { .label = NULL },
};

const dt_metric dt_metrics_secure[] = {
    { { "saturated", DT_COLUMN_REAL, "1", "share of the entries of the updates of the last sum that were cut at the range of secure_aggregation" },
      "entries out of range", DT_BETTER_LOW, 0 },
    { { "dropouts", DT_COLUMN_COUNT, "1", "clients so far that had shared keys and whose update was in no sum, because they failed or were late "
        "(secure_aggregation)" }, "dropouts", DT_BETTER_UNSAID, 0 },
    { { "failed_rounds", DT_COLUMN_COUNT, "1", "rounds so far in which fewer clients than the threshold of secure_aggregation stayed to the end, "
        "which left the model as it was" }, "failed rounds", DT_BETTER_UNSAID, 0 },
    { .label = NULL },
};

const dt_metric *dt_metric_find(const dt_metric_list *c, const char *name) {
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->item[i].is.name, name) == 0) return &c->item[i];
    return NULL;
}

const char *dt_metric_nearest(const dt_metric_list *c, const char *name) {
    const char *names[sizeof c->item / sizeof *c->item];
    for (size_t i = 0; i < c->count; i++) names[i] = c->item[i].is.name;
    return dt_nearest(name, names, c->count);
}

/* Letters, digits and _, as a name in Lua and Python. */
static bool column_named(const char *name) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return length > 0 && name[length] == '\0' && strchr("0123456789", name[0]) == NULL;
}

dt_status dt_metric_add(dt_metric_list *c, const dt_metric *m) {
    const char *name = m->is.name;
    if (!column_named(name))
        return dt_fail(DT_EINVAL, "\"%s\" cannot be the name of a column: expected letters, digits and _", name);
    if (dt_metric_find(c, name) != NULL) return dt_fail(DT_EINVAL, "every evaluation has a column %s already", name);
    if (c->more == DT_MORE) return dt_fail(DT_EINVAL, "%s is one column too many: there may be %d", name, DT_MORE);
    c->item[c->count] = *m;
    c->item[c->count++].where = offsetof(dt_mark, more) + c->more++ * sizeof(double);
    return DT_OK;
}

void dt_metric_append(dt_metric_list *c, const dt_metric *list) {
    for (const dt_metric *m = list; m != NULL && m->is.name != NULL; m++) {
        dt_status status = dt_metric_add(c, m);
        assert(status == DT_OK && "a strategy declares columns whose names are not taken");
        (void)status;
    }
}

void dt_metric_open(dt_metric_list *c, bool own, bool each, const dt_metric *list) {
    c->count = c->more = c->watched = 0;
    c->asked = false;
    for (const dt_metric *m = dt_metrics; m->is.name != NULL; m++) c->item[c->count++] = *m;
    for (const dt_metric *m = dt_metrics_own; own && m->is.name != NULL; m++) c->item[c->count++] = *m;
    for (const dt_metric *m = dt_metrics_each; each && m->is.name != NULL; m++) c->item[c->count++] = *m;
    dt_metric_append(c, list);
}

double dt_metric_value(const dt_metric *m, const dt_mark *mark) {
    const char *field = (const char *)mark + m->where;
    bool whole = m->is.kind == DT_COLUMN_COUNT && m->where < offsetof(dt_mark, more);
    if (!whole) return *(const double *)field;
    return (double)*(const long *)field;
}

const char *dt_metric_better(const dt_metric *m) {
    static const char *const word[] = { "", "low", "high" };
    return word[m->better];
}
