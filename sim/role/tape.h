/* tape.h - what a training leaves for runs that learn the same and differ in time alone.
 * Where nothing that is learnt depends on time, one run computes the gradients and writes a tape; every other one replays it: its
 * vectors are blank (learn = false), and whatever time or the record takes from the numbers of the training it takes from the
 * tape.  Both go through one word, dt_tape_pass: a training appends the numbers, a replay gets them.
 *
 * A tape has one stream for the evaluations, and one for each worker and server, because the order in which these act depends on
 * time, and what each of them does does not.  Every entry has a kind and a number, such as the round; a replay that asks for
 * another entry than the one that comes next has learnt something else: its process ends (dt_die) with DT_EMISFIT.  So a tape
 * that does not fit never gives a wrong number. */
#ifndef DT_ROLE_TAPE_H
#define DT_ROLE_TAPE_H

#include "base/arena.h"
#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct dt_tape dt_tape;

typedef enum dt_tape_kind { DT_TAPE_EVALUATION = 1, DT_TAPE_SCORES, DT_TAPE_PACKET } dt_tape_kind;

/* Streams: that of the evaluations, then those of the workers and of the servers. */
enum { DT_TAPE_MONITOR = 0, DT_TAPE_FIRST = 1 };

/* A blank tape, which keeps what is passed in memory; and one that path holds.  A file that is no tape, is cut short, or has
 * another number of streams does not fit. */
dt_tape *dt_tape_new(size_t streams, dt_arena *run);
dt_tape *dt_tape_open(const char *path, size_t streams, dt_arena *run);

/* True if the numbers come from the tape. */
bool dt_tape_replays(const dt_tape *t);

/* The next entry of a stream: a training appends the count numbers, a replay writes them.  t NULL: nothing happens. */
void dt_tape_pass(dt_tape *t, size_t stream, dt_tape_kind kind, long number, double *value, size_t count);

/* Numbers that are no part of what is learnt, and must be equal to the bit in every run that shares the tape. */
void dt_tape_check(dt_tape *t, size_t stream, dt_tape_kind kind, long number, const double *value, size_t count);

/* The model that is kept at the end [n]: a training leaves it with the tape, a replay that has come to the end of the evaluations
 * gets it; one that has ended earlier does not fit. */
void dt_tape_model(dt_tape *t, float *model, size_t n);

/* Write what was passed to path.  Errors: DT_EIO, there is then no such file. */
DT_CHECKED dt_status dt_tape_write(const dt_tape *t, const char *path);

#endif
