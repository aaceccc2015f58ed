/* durable.h - servers of a store that may fail: checkpoints of ranges, and chain replication of ranges to neighbours.
 *
 * Server k serves range k.  With replicas = r the servers k + 1 to k + r, in a ring, have copies of that range.  Every server has a
 * place for each range that it serves or copies: an endpoint with an actor.  The members of a range's chain are the places that have
 * its state, head first.  The head handles requests.  It sends what pushes have changed to the next member, that one sends it on,
 * and the last one, the tail, acknowledges to the head.  A worker gets values, which acknowledge its push, once the tail has all
 * that they contain.
 *
 *   state of a place   until                                    then
 *   MEMBER             its server fails                         LOST
 *   LOST               the failure is noticed, or it returns    DOWN, or EMPTY if the server is up; it leaves the chain
 *   DOWN               the server is up again                   EMPTY
 *   EMPTY              the tail has sent it the whole state     CATCHING, as the tail
 *   CATCHING           it has all that the head had when it     MEMBER
 *                      came
 *   CATCHING           the head fails                           EMPTY; it leaves the chain
 *   EMPTY              it is the first and there is no member   READING
 *   READING            the checkpoint has been read             MEMBER, as the head
 *   CATCHING           its server fails                         LOST
 *   EMPTY, READING     its server fails                         DOWN
 *
 *   event                             what happens to the range
 *   the head fails                    it is closed.  Its state is that of the next member, which has every push that was
 *                                     acknowledged; without one its values are those of the last checkpoint (at first: the initial
 *                                     ones), and pushes since then are lost.  Requests that wait are forgotten
 *   that failure is noticed           the next member is the head: the range is open again
 *   the checkpoint has been read      likewise, with the place that has read it
 *   the range is open again           workers that wait send their requests again, to the new head
 *   another member's failure is       it leaves the chain; the member before it sends the one behind it what that one lacks
 *   noticed
 *
 * Invariants: a push is applied at most once, since it has a number and the clocks are part of the state; the state of a member
 * contains that of the members behind it; no acknowledged push is lost while one member of its chain is left (the law "durability").
 * After a return from a checkpoint the clocks stay those that the workers know; the values alone are old.
 * A checkpoint is written to storage that does not fail, by the head, which handles no requests meanwhile; values that only wait
 * for the tail are sent.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", sections 3.4 and 3.5; van Renesse,
 * Schneider 2004, "Chain Replication for Supporting High Throughput and Availability". */
#ifndef DT_ROLE_DURABLE_H
#define DT_ROLE_DURABLE_H

#include "role/store.h"

/* Something that happened to a range, for the record. */
typedef struct dt_durable_event {
    double      time_s;
    size_t      range, server;      /* the range, and the server that serves it, writes it, loses it or has a copy from now on */
    const char *what;               /* "checkpoint", "takeover", "lost", "restored", "copied" */
    double      bytes, seconds;     /* written, read or sent; how long that took, or how long the range was closed */
    long        pushes;             /* that were lost */
} dt_durable_event;

/* What is done so that servers may fail (dt_team.durability). */
typedef struct dt_durability {
    long   replicas;                /* copies of every range */
    double rounds, seconds;         /* between two checkpoints; 0: not by this */
    double bandwidth;               /* of the storage of checkpoints [B/s] */
    double notice_s;                /* after which a failure is noticed */
    bool   recovers;                /* a server that has failed is up again some time */
    void (*on_event)(void *owner, const dt_durable_event *event);   /* NULL: events are not told */
    void  *owner;
} dt_durability;

/* Check that what waits at a server is known to its workers only: they have no values that depend on it.
 * Errors: DT_EINVAL at "sync". */
dt_status dt_durable_fits(const dt_config *scenario, dt_arena *scratch);

/* The host of server number k has failed, with its endpoint down already, or is up again, likewise.
 * Errors: DT_EDEADLOCK, a range is lost for good, so that the training cannot go on. */
dt_status dt_durable_failed(dt_stores *all, size_t server);
void      dt_durable_returned(dt_stores *all, size_t server);

#endif
