/* direct.h - every piece goes straight from who has it to who needs it, all at the same time: for algorithms whose members all
 * talk to each other. */
#ifndef DT_COLLECTIVE_DIRECT_H
#define DT_COLLECTIVE_DIRECT_H

#include "collective/round.h"

/* [time] Member q gets piece q of the shares of all and forms its mean; every member gets the pieces of the result that all have;
 * the root gets them; and member q gets piece q of what the root has.  Each takes messages of one step, and p - 1 of them are on
 * their way to or from a member at the same time: alpha + ((p-1)/p) N beta, and what forming a piece takes. */
DT_CHECKED dt_status dt_direct_reduce_scatter(const dt_round *round, long step);
DT_CHECKED dt_status dt_direct_all_gather(const dt_round *round, long step);
DT_CHECKED dt_status dt_direct_gather(const dt_round *round, long step);
DT_CHECKED dt_status dt_direct_scatter(const dt_round *round, long step);

/* Told of the ways between all pairs. */
void dt_direct_ways(const dt_group *group, dt_way *way, void *owner);

#endif
