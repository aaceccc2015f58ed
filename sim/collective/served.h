/* served.h - members who talk to servers alone, each of which has a piece of what travels: for star and shards, and where a driver
 * is a server besides. */
#ifndef DT_COLLECTIVE_SERVED_H
#define DT_COLLECTIVE_SERVED_H

#include "collective/round.h"

/* [time] The part of a member: what it sends, cut over all servers, and what comes back; and the part of a server. */
DT_CHECKED dt_status dt_served_exchange(const void *state, const dt_round *round);
DT_CHECKED dt_status dt_served_serve(const void *state, const dt_round *round);

/* The same with some of the servers alone: count from first on, which wait for all members. */
typedef struct dt_served { size_t first, count; } dt_served;
DT_CHECKED dt_status dt_served_push(const dt_round *round, dt_served by);
DT_CHECKED dt_status dt_served_answer(const dt_round *round, dt_served by);

/* Told of the ways to so many servers, and back. */
void dt_served_ways(const dt_group *group, size_t servers, dt_way *way, void *owner);

#endif
