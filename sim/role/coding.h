/* coding.h - gradients by the words of a code: clients compute the parts of a batch that the team's code gives them, and a server
 * gathers their words until they determine the gradient, and decodes it.
 * Part p is the next batch of worker p's shard, and counts by the samples of that batch, as in synchronous SGD.  The parts'
 * numbers are worked out once, where they are decoded; clients are charged with the time of all their parts, so that redundancy
 * costs simulated time and no real time.  A word has 4 bytes a number on the wire, and is decoded with 8.
 *
 *   a word of this round is   event                                              then
 *   missing                   dt_coding_gather invites a free client             awaited
 *   awaited                   it comes                                           come
 *   awaited                   the words that have come are enough                missing: its client breaks off, or finishes
 *                                                                                with a word that does not count
 *   awaited                   its host fails: a notice comes after the deadline  missing
 *
 * Invariant: words of two rounds are never decoded together. */
#ifndef DT_ROLE_CODING_H
#define DT_ROLE_CODING_H

#include "role/server.h"

typedef struct dt_coding dt_coding;

/* What a strategy that decodes measures: pass as its columns and report nothing else. */
extern const dt_metric dt_coding_columns[];

/* The fits of a strategy that decodes: words travel as they are, and what a code decodes no rule can merge as well.
 * Errors: DT_EINVAL at "compress" or "aggregate". */
dt_status dt_coding_fit(const dt_config *scenario);

/* Set up the parts and words of the server's team; it belongs to the server's run. */
dt_coding *dt_coding_new(dt_server *s);

/* [time] For a client that has fetched the model: compute its parts, at its own pace, and combine them to its word.  One draw of the
 * jitter for all of them. */
DT_CHECKED dt_status dt_coding_compute(dt_worker *w);

/* [time] For a client: send the word. */
DT_CHECKED dt_status dt_coding_send(dt_worker *w);

/* [time] Invite all free clients to body(state, worker), again if they are free while their words are missing, until the words
 * determine the gradient, or for a code that doubts them, until no more can come.  A code that leaves merging to the aggregation
 * rule goes on with the words of whoever has not failed.
 *   late  DT_LATE_LEAVE: clients that are late break off; DT_LATE_FINISH: they finish, and are invited then
 * Errors: DT_EDECODE, the words that can come do not determine the gradient; DT_EOVER, all workers have failed for good. */
DT_CHECKED dt_status dt_coding_gather(dt_coding *c, dt_late late, dt_status (*body)(void *state, dt_worker *w), void *state);

/* [time] Decode the gradient, or merge the words by the team's aggregation rule; the server's host is charged with the flops.
 *   g  [n] the gradient, until the next call; NULL with learn = false
 * Errors: DT_EDECODE. */
DT_CHECKED dt_status dt_coding_decode(dt_coding *c, const float **g);

#endif
