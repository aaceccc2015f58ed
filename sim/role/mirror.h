/* mirror.h - stores of several sites that mirror each other.  Server k of every site has a copy of the same range; its own
 * workers change it at once.  The team's compressor says what of the changes since the last time travels to the copies of
 * the other sites: one that holds back what is not significant (compress = "significant") sends little.
 *
 * A server's clock counts the iterations that all workers of its site have ended.  When it has moved, the server sends every
 * mirror
 *   KEYS       4 bytes for each changed entry, but only if earlier changes to that mirror are still on their way
 *   CLOCK      8 bytes for the clock, with the changes if any are significant
 *   ANNOUNCED  the same after KEYS
 * A mirror adds the changes to its copy and does not send them on.
 *
 *   event at a mirror                       what happens
 *   KEYS arrives                            announced + 1: no worker of the site may read until the changes have come, since a
 *                                           pull reads all entries of a range
 *   ANNOUNCED arrives                       come + 1; workers may read again when come has reached announced
 *   CLOCK or ANNOUNCED arrives              the clock of that site is set, unless a message with a greater number came before
 *   all workers of a site have failed       its clock counts as infinite: no site waits for it
 *   a worker of that site is back           its clock counts again, and begins with that of the others
 *
 * Invariants, asserted in mirror.c: only other sites send to a mirror, and KEYS never bring changes.
 * Source: Hsieh et al. 2017, "Gaia: Geo-Distributed Machine Learning Approaching LAN Speeds", sections 4 and 5. */
#ifndef DT_ROLE_MIRROR_H
#define DT_ROLE_MIRROR_H

#include "role/store.h"

typedef struct dt_mirror dt_mirror;

/* Make the mirror of a server when its role begins; it belongs to the run.  Errors: those of the compressor. */
dt_status dt_mirror_open(dt_mirror **m, dt_store *store, size_t server);

/* [time] Send the mirrors what they are to know, if all workers of the site have ended an iteration since the last call.  The
 * flops of encoding are charged to the server first. */
DT_CHECKED dt_status dt_mirror_tell(dt_mirror *m);

/* True if workers of the site may read: all announced changes have come, and the site's clock is at most lead ahead of the
 * slowest mirror's.  It is true as well when the training is over. */
bool dt_mirror_allows(const dt_mirror *m, long lead);

#endif
