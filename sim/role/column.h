/* column.h - the columns of the table evaluations.  Each is declared once: in columns.h for those of every strategy, else by the
 * strategy that measures it (role.h) or by the scenario's hook.  Record, claims, limits, help and figures take name, unit and sentence
 * from that declaration. */
#ifndef DT_ROLE_COLUMN_H
#define DT_ROLE_COLUMN_H

#include "base/column.h"
#include "base/status.h"
#include "role/columns.h"
#include <stdbool.h>
#include <stddef.h>

enum { DT_MORE = 24 };      /* columns of a strategy and of a hook together, at most */

/* One evaluation, a row of the table; NaN if a number has no meaning. */
typedef struct dt_mark {
    double time_s;
    long   step, round;     /* gradient steps of a worker; averagings or rounds */
    long   updates;         /* merged in this round; 0: none came, and the model stayed as it was */
    double epoch, loss, accuracy, rate, bytes, consensus_distance;
    double own_loss, own_accuracy, own_least;       /* on the samples that split.own keeps back */
    double own_p10, own_median, own_p90, own_deviation, own_fairness;       /* of the workers' accuracies there */
    double loss_each, accuracy_each;                /* means over the workers' models, where the mean model is evaluated */
    double more[DT_MORE];   /* columns of the strategy, in its order, then those of the hook */
} dt_mark;

/* Which values of a column are better.  A limit on the column ends a run that reaches it from above (low) or from below (high); if
 * neither is said, from the side on which the run began. */
typedef enum dt_better { DT_BETTER_UNSAID, DT_BETTER_LOW, DT_BETTER_HIGH } dt_better;

typedef struct dt_metric {
    dt_column   is;         /* a real or a count; name NULL ends a list */
    const char *label;      /* what an axis calls it, with its unit where it has one; NULL: its name */
    dt_better   better;
    size_t      where;      /* of its field in dt_mark: set for those below, found for others */
} dt_metric;

/* A table of a strategy's own in the record of a run; dt_monitor_row adds a row. */
typedef struct dt_ledger { const char *name; const dt_column *columns /* ends with a name NULL */; } dt_ledger;

/* The column of strategies with local steps between two exchanges: { DT_LOCAL_STEPS, { .label = NULL } } is a list of columns. */
#define DT_LOCAL_STEPS                                                                                                        \
    { { "local_steps", DT_COLUMN_REAL, "1", "gradient steps of a worker in the round that ends here" },                       \
      "averaging period (steps)", DT_BETTER_UNSAID, 0 }

extern const dt_metric dt_metrics[];        /* of every strategy */
extern const dt_metric dt_metrics_own[];    /* if split.own keeps samples back */
extern const dt_metric dt_metrics_each[];   /* with evaluate.each, if the mean of models that differ is evaluated */
extern const dt_metric dt_metrics_private[];        /* with the key privacy; the last begins with 0 */
extern const dt_metric dt_metrics_secure[];         /* with the key secure_aggregation; all begin with 0 */
enum { DT_METRICS_PRIVATE = 3, DT_METRICS_SECURE = 3 };

/* How many columns every strategy has at most. */
#define DT_ONE_COLUMN(...) + 1
enum { DT_COMMON_COLUMNS = 0 DT_SPENT_COLUMNS(DT_ONE_COLUMN) DT_RESULT_COLUMNS(DT_ONE_COLUMN) DT_OWN_COLUMNS(DT_ONE_COLUMN)
                             DT_EACH_COLUMNS(DT_ONE_COLUMN) };

/* The columns of a run, in the order of the record. */
typedef struct dt_metric_list {
    dt_metric item[DT_COMMON_COLUMNS + DT_MORE];
    size_t    count, more;      /* all columns; those whose values are in dt_mark.more */
    size_t    watched;          /* columns of the hook among these */
    bool      asked;            /* the hook has named its columns */
} dt_metric_list;

/* Begin with the columns of every strategy (own: with own_loss and the like, too; each: with accuracy_each and the like), then
 * those of list, which a name NULL ends (NULL: none). */
void dt_metric_open(dt_metric_list *c, bool own, bool each, const dt_metric *list);

/* Add those of another list, whose names are not taken. */
void dt_metric_append(dt_metric_list *c, const dt_metric *list);

/* Add a column; its texts must last as long as the list.  Errors: DT_EINVAL, the name is taken or not valid, or there are too
 * many columns. */
dt_status dt_metric_add(dt_metric_list *c, const dt_metric *m);

/* The column of that name, or NULL; dt_metric_nearest then returns the name that may be meant, or NULL. */
const dt_metric *dt_metric_find(const dt_metric_list *c, const char *name);
const char      *dt_metric_nearest(const dt_metric_list *c, const char *name);

/* Its value in a mark; a count as a number. */
double dt_metric_value(const dt_metric *m, const dt_mark *mark);

/* "low", "high" or "". */
const char *dt_metric_better(const dt_metric *m);

#endif
