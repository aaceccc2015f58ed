/* evaluate.h - when a model is evaluated, which model, who sees the result, and what ends the run. */
#ifndef DT_ROLE_EVALUATE_H
#define DT_ROLE_EVALUATE_H

#include "model/model.h"
#include "role/column.h"
#include <stdbool.h>

/* A function of the scenario that sees every evaluation before it is written, and may set columns of its own, which it adds to columns
 * at the first call.  *stop ends the run after this evaluation; an error makes the run fail. */
typedef struct dt_hook {
    dt_status (*call)(void *owner, dt_metric_list *columns, dt_mark *mark, bool *stop);
    void *owner;
} dt_hook;

/* Functions that record every evaluation, the rows of the strategy's tables, and the scores of each worker (NULL: not wanted). */
typedef struct dt_writer {
    dt_status (*mark)(void *owner, const dt_mark *mark, bool *stop);
    void *owner;
    void (*row)(void *owner, size_t table, const dt_cell *row);
    void (*score)(void *owner, const dt_mark *mark, size_t rank, dt_score score, dt_score own);     /* of every worker */
} dt_writer;

/* A limit on a column of the strategy or of the hook. */
typedef struct dt_goal { const char *column; double value; } dt_goal;

/* Limits; 0: none.  A limit on steps, rounds, epochs, seconds, bytes, joules or flops ends the run with the round that reaches it;
 * joules and flops are those of all hosts.  A limit on a column ends the run at an evaluation that reaches it (dt_better). */
typedef struct dt_stop {
    double steps, rounds, epochs, seconds, bytes, joules, flops;
#define LIMIT(name, ...) double name;
    DT_RESULT_COLUMNS(LIMIT) DT_OWN_COLUMNS(LIMIT) DT_EACH_COLUMNS(LIMIT)
#undef LIMIT
    const dt_goal *goal;    /* [goals] */
    size_t         goals;
} dt_stop;

/* How often to evaluate: after so many rounds, steps, ...; 0: not by this. */
typedef struct dt_every { double rounds, steps, seconds, epochs, bytes; } dt_every;

/* Whose model is evaluated.
 *   DT_JUDGED_COMMON   the common model: that of the server, or that of all workers after an all-reduce
 *   DT_JUDGED_MEAN     the mean of the workers' models, which differ but approach each other (gossip)
 *   DT_JUDGED_EACH     every worker's own model, or every site's: loss and accuracy are means of the models' scores
 *   DT_JUDGED_MEAN_NOW the mean of the models that the workers have at that time, whatever round each is in, where what is due is due
 *                      by time (async_average); monitor.h: dt_monitor_own
 *   DT_JUDGED_NOTHING  none: only time and bytes are measured, and there are no evaluations */
typedef enum dt_judged { DT_JUDGED_COMMON, DT_JUDGED_MEAN, DT_JUDGED_EACH, DT_JUDGED_MEAN_NOW, DT_JUDGED_NOTHING } dt_judged;

#endif
