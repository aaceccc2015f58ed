/* marking.h - what the files of the monitor share: monitor.c decides and evaluates, ends.c knows the limits, and models.c waits
 * for models that differ.  A mark (dt_mark) is one evaluation: a row of the table evaluations. */
#ifndef DT_ROLE_MARKING_H
#define DT_ROLE_MARKING_H

#include "role/monitor.h"

/* The models of a run whose models differ, and the evaluations that wait for them. */
typedef struct dt_models {
    size_t            count;
    const size_t     *of;       /* [workers] the model that a worker's own rows are evaluated with; NULL: that of its rank */
    struct dt_pending *pending; /* rounds that wait for models */
    long             *there;    /* [count] first round to which each model comes; LONG_MAX: it has left */
    dt_vec          **held;     /* [count] scratch: the models that are evaluated together */
    const float     **x;        /* [count] scratch: their entries */
    const float     **own_x;    /* [workers] scratch: the model that its own rows are evaluated with, or whose scores are recorded */
    dt_score         *own;      /* [workers] scratch: its scores on them */
    double           *sorted;   /* [workers] scratch: accuracies on own rows, ascending */
    dt_score         *score;    /* [count] scratch: of the models, where each is evaluated */
    /* Where each worker's own model is evaluated: */
    struct dt_newest *newest;   /* [count] that of its last finished round */
    bool              closed;   /* the run ended at a time, whatever round each was in */
    bool              waiting;  /* an evaluation of the present time is made as soon as time has moved on */
    dt_mark           here;     /* time, epochs and bytes of that evaluation */
    double            rate;     /* likewise */
} dt_models;

/* True if a limit has been reached.  dt_monitor_counted looks only at the limits that every worker reaches by itself, which are
 * steps and rounds. */
bool dt_monitor_over(const dt_monitor *b, const dt_reached *r);
bool dt_monitor_counted(const dt_monitor *b, long round, long step);

/* Read what has been spent (joules), if that can end the run.  Call it before dt_monitor_over: while it reads, other actors
 * may act at the same simulated time. */
void dt_monitor_spend(dt_monitor *b);

/* Begin to watch the columns that end the run.  dt_monitor_limited sets *stop if this evaluation has reached one of them.
 * Errors: DT_EINVAL at the key, there is no such column. */
void      dt_monitor_limits(dt_monitor *b);
dt_status dt_monitor_limited(dt_monitor *b, const dt_mark *mark, bool *stop);

/* True if an evaluation is due by rounds or steps. */
bool dt_monitor_round_due(const dt_monitor *b, long step, long round);

/* True if an evaluation is due now.  It then counts as planned, and the next call for it returns false. */
bool dt_monitor_plan(dt_monitor *b, const dt_reached *r, bool over);

/* The first worker to finish a round decides for all whether it was the last. */
void dt_monitor_decide(dt_monitor *b, const dt_reached *r);

/* What is evaluated: one model for all, or models that differ. */
typedef struct dt_judging {
    const float    *x;          /* [n] the common model, or NULL */
    dt_vec *const  *each;       /* [models] models that differ; NULL members have left */
    const dt_score *of_each;    /* [models] their scores */
    dt_score        score;      /* what stands for all of them in the evaluation */
    const dt_score *apart;      /* mean of the scores of models whose mean is x; NULL: they are all x */
} dt_judging;

/* Write the evaluation of model x (NULL: none) for the newest finished round, with the time and the bytes of then. */
dt_status dt_monitor_unended(dt_monitor *b, const float *x);

/* Write an evaluation with the time and the bytes of here; *stop is set if it ends the run.
 * Errors: DT_EDIVERGED, those of the hook. */
dt_status dt_monitor_mark(dt_monitor *b, const dt_judging *j, const dt_reached *r, const dt_mark *here, bool *stop);

#endif
