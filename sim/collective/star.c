/* star.c - everyone sends to one server, which sends the result back: a single parameter server.  Every aggregate can be
 * formed, and its link is soon the bottleneck: time of an all-reduce 2 alpha + 2 p N beta.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", of one node. */
#include "collective/served.h"

static void star_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    dt_served_ways(group, 1, way, owner);
}

const dt_collective_type dt_collective_star = {
    .is = { .name = "star",
            .brief = "One server gathers all vectors and sends the mean to all: simple, and slow where its link is shared.",
            .source = "Li et al. 2014, a parameter server of one node" },
    .gathers = true, .exchange = dt_served_exchange, .serve = dt_served_serve, .ways = star_ways,
};
