/* rehearse.h - a run is built as it will be, and tried for a moment: so a plan refuses what the run would refuse, in the same
 * words, and knows what it will take. */
#ifndef DT_RUN_REHEARSE_H
#define DT_RUN_REHEARSE_H

#include "data/data.h"
#include "run/plan.h"

enum { DT_COURSE_ROUNDS = 24 };

/* What has been done at one moment of a run.  Seconds are of the processor, on one thread. */
typedef struct dt_state {
    double share;                   /* of the limit that comes first; 1: the run is over */
    double engine_s, arithmetic_s, evaluation_s, recording_s;
    double samples;                 /* that the workers have stepped on */
    double computed;                /* of which gradients were computed: ahead of the simulated time, and never with learn = false */
    double evaluated;               /* rows that models were evaluated on */
    double rounds, bytes, time_s;
} dt_state;

/* How far one rehearsal came. */
typedef struct dt_course {
    bool      begun, ended, over;   /* the training began; it did not die; it came to its end */
    double    building_s;           /* of the processor, from nothing to the first step */
    double    peak_bytes, built_bytes, vectors;     /* of memory but for shared samples, at the end and when the training began; most
                                                       vectors at a time */
    double    first;                /* rows of the first evaluation */
    dt_state  one, round, last;     /* at the end of the first round and of the newest one, and at the end */
    double    sent[DT_COURSE_ROUNDS];       /* bytes after round 1, 2, 4, ...; 0: it did not come so far */
    dt_status status;               /* of a training that failed, with its reason and its simulated time */
    char      reason[512];
    double    failed_s;
} dt_course;

typedef struct dt_rehearsal {
    dt_course real, blank;          /* with the arithmetic of the run; without any, which comes farther */
    bool      learn;                /* false: real was not tried */
    bool      thinned;              /* real has evaluated fewer rows than the run would */
    bool      open;                 /* losses, accuracies or a hook may end the run earlier than its other limits */
    bool      hook;                 /* on_evaluate is set */
    double    still_s;              /* not 0: the try ended when it had used no processor for so many seconds of real time */
    double    waited_s;             /* of the patience */
    bool      slow;                 /* it was given up before it was built, and may be refused yet */
    double    crowd_s;              /* not 0: so many actors were not tried; real seconds that SimGrid needs for all rounds, NaN: unknown */
    size_t    workers, parameters;
    double    forward_flops, backward_flops;        /* of a sample */
    double    data_bytes;           /* of the samples, which runs may share */
} dt_rehearsal;

/* Build the run in a process of its own, which gives up after DT_ESTIMATE_BUILDING_S seconds of the processor, and try it for about slice_s
 * more, with its arithmetic and without.
 *   data        its samples, if runs share them; NULL: it loads them
 *   patience_s  how much longer, at most, the try without goes on until two rounds are over
 *   tick        called five times a second meanwhile
 * Errors: those with which the run itself would be refused before it trains, at the key.  A training that fails later is no error. */
dt_status dt_rehearse(const dt_plan *plan, const dt_plan_run *run, const dt_data *data, double slice_s, double patience_s,
                      void (*tick)(void *owner), void *owner, dt_rehearsal *out);

#endif
