/* mirror.h - stores of several sites that mirror each other: server k of every site has the same range, and a copy of it that
 * its own workers change at once.  What the copies of the other sites need to know travels as the team's compressor says, of
 * the changes since the last time: one that holds back what is not significant (compress = "significant") sends little.
 *
 * A server's clock counts the iterations that all workers of its site have ended.  When it has moved, every mirror is sent
 *   the clock     8 bytes, and with it
 *   the changes   if any are significant; a mirror adds them to its copy, and does not send them on
 *   their keys    before that, 4 bytes each, where earlier changes to that mirror are still on their way: until the changes
 *                 have come it lets nobody read (a pull reads all keys of a range)
 * A site whose workers are all gone is not waited for; back again it counts as far as the others.
 * Source: Hsieh et al. 2017, "Gaia: Geo-Distributed Machine Learning Approaching LAN Speeds", sections 4 and 5. */
#ifndef DT_ROLE_MIRROR_H
#define DT_ROLE_MIRROR_H

#include "role/store.h"

typedef struct dt_mirror dt_mirror;

/* The mirror of a server, when its role begins; belongs to the run.  Errors: those of the compressor. */
dt_status dt_mirror_open(dt_mirror **m, dt_store *store, size_t server);

/* [time] If all workers of the site have ended an iteration since the last call: tell the mirrors.  What encoding takes is
 * charged to the server before. */
DT_CHECKED dt_status dt_mirror_tell(dt_mirror *m);

/* May workers of the site read: have all announced changes come, and is its clock at most lead ahead of the slowest mirror's?
 * (The training is over: they may.) */
bool dt_mirror_allows(const dt_mirror *m, long lead);

#endif
