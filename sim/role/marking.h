/* marking.h - what the two files of the monitor share: monitor.c decides and marks, models.c waits for models that differ. */
#ifndef DT_ROLE_MARKING_H
#define DT_ROLE_MARKING_H

#include "role/monitor.h"

/* Models that differ, of all workers, and what waits for them. */
typedef struct dt_models {
    size_t            count;
    const size_t     *of;       /* [workers] the model that a worker's own rows are judged by; NULL: the one of its rank */
    struct dt_pile   *piles;    /* rounds that wait for the models of all workers */
    long             *there;    /* [count] first round that each is brought of; LONG_MAX: it is gone */
    dt_vec          **held;     /* [count] scratch: the models that are evaluated together */
    const float     **x;        /* [count] scratch: their entries */
    const float     **own_x;    /* [workers] scratch: the model that its own rows are judged by, or whose scores are recorded */
    dt_score         *own;      /* [workers] scratch: its scores on them */
    dt_score         *score;    /* [count] scratch: of the models, where each is judged */
    /* Where each worker's own model is judged: */
    struct dt_newest *newest;   /* [count] that of its last finished round */
    bool              closed;   /* the run ended at a time, whatever round each was in */
    bool              waiting;  /* a mark of such a time is to be written when time has gone on */
    dt_mark           here;     /* of that mark */
    double            rate;     /* likewise */
} dt_models;

/* Has a limit been reached?  dt_monitor_counted asks those alone that every worker reaches by itself, steps and rounds. */
bool dt_monitor_over(const dt_monitor *b, const dt_reached *r);

/* Learn what has been spent, where that ends the run, before dt_monitor_over is asked: others may act meanwhile, at the same
 * simulated second. */
void dt_monitor_spend(dt_monitor *b);

/* Begin to watch the columns that end the run.  Has a mark brought one of them to its limit?
 * Errors: DT_EINVAL at the key, there is no such column. */
void      dt_monitor_limits(dt_monitor *b);
dt_status dt_monitor_limited(dt_monitor *b, const dt_mark *mark, bool *stop);
bool dt_monitor_counted(const dt_monitor *b, long round, long step);

/* Is a mark due by rounds or steps? */
bool dt_monitor_round_due(const dt_monitor *b, long step, long round);

/* Is a mark due here?  If so it is planned: nobody plans it again. */
bool dt_monitor_plan(dt_monitor *b, const dt_reached *r, bool over);

/* Somebody is the first to finish a round, and decides for all. */
void dt_monitor_decide(dt_monitor *b, const dt_reached *r);


/* What is judged: one model for all [n], or else models that differ [models], of which those that are gone are NULL, and the
 * score of each; and the score that stands for all. */
typedef struct dt_judging {
    const float    *x;
    dt_vec *const  *each;
    const dt_score *of_each;
    dt_score        score;
} dt_judging;

/* Write a mark of model x (NULL: none) of the newest finished round, as of then. */
dt_status dt_monitor_unended(dt_monitor *b, const float *x);

/* Write a mark of it, as of here; *stop: it ends the run.  Errors: DT_EDIVERGED, the hook's. */
dt_status dt_monitor_mark(dt_monitor *b, const dt_judging *j, const dt_reached *r, const dt_mark *here, bool *stop);

#endif
