/* remaining.h - how much longer a sweep will take, for the user who waits: no result depends on it.
 * A run under way is measured by the share of its limits that it has used up; a run that has not begun by the finished runs that
 * are most like it, or else by those under way; but a run that replays the training of another one only by such runs, and as nothing
 * before one has ended. */
#ifndef DT_SWEEP_REMAINING_H
#define DT_SWEEP_REMAINING_H

#include "run/run.h"

typedef struct dt_remaining {
    const dt_plan *plan;
    struct dt_guess *guess;     /* [runs] */
    double seconds;             /* real time that the runs looked at need yet, summed; NaN: nobody can tell */
    double longest;             /* of one of them */
    size_t runs;                /* looked at */
    double known, count;        /* what runs under way take in all, summed over those that can be told, and their number */
    size_t unknown;             /* runs that have not begun, and are like none that is finished */
    bool   early;               /* an evaluation may end some of them before their limits do */
} dt_remaining;

void dt_remaining_open(dt_remaining *r, const dt_plan *plan, dt_arena *arena);

/* A run has ended, after so many real seconds. */
void dt_remaining_ended(dt_remaining *r, size_t run, double spent_s);

/* Say whether a run that has not begun will simulate time alone, with the numbers of another run: it is then like such runs only. */
void dt_remaining_kind(dt_remaining *r, size_t run, bool replays);

/* Look at all runs that have not ended anew: dt_remaining_begin, a call for each of them (progress NULL: it has not begun), and then
 * dt_remaining_time, the seconds until the last of them ends if jobs >= 1 of them go on at a time.  NaN: nobody can tell. */
enum { DT_REMAINING_TEXT = 128 };
void   dt_remaining_begin(dt_remaining *r);
void   dt_remaining_run(dt_remaining *r, size_t run, const dt_run_progress *progress, double spent_s);
double dt_remaining_time(const dt_remaining *r, int jobs);

/* The same in words ("about 35 s left"), or the seconds that have gone by ("12 s so far"); and what a run does ("run 3 reads its
 * data"; progress NULL: no run is under way, as data is read for several).  text has room for DT_REMAINING_TEXT characters. */
const char *dt_remaining_left(const dt_remaining *r, int jobs, double spent_s, char *text);
void        dt_remaining_does(const dt_remaining *r, size_t run, const dt_run_progress *progress, char *text);

#endif
