/* parts.h - a non-blocking all-reduce in parts (gradient bucketing, tensor fusion): a member brings each part when it is ready and goes on; a hand carries it when its turn has
 * come (gate.h); the member waits for a part only where it needs it.  For overlapping communication with computing.
 *
 * Where the algorithm has servers, every member has a gate to them (push), and every server one to each member (pull).  A member's
 * credit for a part is free again as soon as the part has been pushed.  Elsewhere a part's turn comes for all members at once, when
 * the last of them has brought it: two that began different parts of a ring would wait for each other for ever.
 *
 * The parts of a step fill one vector, which all members share.  A member is in one step at a time: it brings every part once,
 * waits for every part, and takes the whole.  Members do not fail while parts are on their way. */
#ifndef DT_COLLECTIVE_PARTS_H
#define DT_COLLECTIVE_PARTS_H

#include "collective/collective.h"

typedef struct dt_parts dt_parts;

/* The exchange of vectors of c in count parts, which cover them; belongs to run.
 *   slice [count]   credit [B], overhead_s: gate.h */
dt_parts *dt_parts_open(dt_collective *c, const dt_slice *slice, size_t count, double credit, double overhead_s, dt_arena *run);

/* The same from step number step on in other parts: a member goes over from before when it has taken the whole of the step before,
 * and the hands of before carry these, too.  Parts are numbered on, in labels of messages, after those of before. */
dt_parts *dt_parts_again(dt_parts *before, long step, const dt_slice *slice, size_t count, double credit, double overhead_s, dt_arena *run);

/* The rate at which rank 0 exchanges a large part by itself [B/s]: that of its narrowest way; without servers each byte takes such a way
 * 2 (p - 1) / p times.  HUGE_VAL: it has none. */
double dt_parts_bandwidth(dt_collective *c, dt_arena *scratch);

/* Who sums the packets of part k, an instance for vectors of its size: dt_collective_merge_by. */
void dt_parts_merge_by(dt_parts *p, size_t k, dt_compress *merger);

/* Rank's share of part k is ready: it asks for its turn; instant.  share->x points to the whole vector, and wire_bytes are those
 * of the part.  The smallest priority goes first, and of equal ones the part that asked first. */
void dt_parts_bring(dt_parts *p, size_t rank, size_t k, long priority, const dt_share *share);

/* [time] Wait until the mean of part k of the member's step has come.  Errors: DT_EDOWN. */
DT_CHECKED dt_status dt_parts_await(dt_parts *p, size_t rank, size_t k);

/* [time] Wait until one more part of the member's step has come, whichever it is: at least one is on its way.  Errors: DT_EDOWN. */
DT_CHECKED dt_status dt_parts_await_any(dt_parts *p, size_t rank);

/* Has it come to rank?  Have all? */
bool dt_parts_here(const dt_parts *p, size_t rank, size_t k);
bool dt_parts_complete(const dt_parts *p, size_t rank);

/* All parts have come: the whole, one count for the caller.  Rank's next step begins.
 *   outcome  of part 0, whose value and count are those of all */
dt_vec *dt_parts_whole(dt_parts *p, size_t rank, dt_outcome *outcome);

#endif
