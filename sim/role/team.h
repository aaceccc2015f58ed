/* team.h - who there is in a run, how they are connected, and how fast they compute. */
#ifndef DT_ROLE_TEAM_H
#define DT_ROLE_TEAM_H

#include "collective/collective.h"
#include "compress/compress.h"
#include "distribution/distribution.h"
#include "queue/queue.h"
#include "topology/topology.h"

/* How long a step takes: samples * flops * factor[rank] * jitter / speed of the host, or drawn seconds instead. */
typedef struct dt_pace {
    dt_distribution       jitter, seconds;
    bool          fixed;            /* seconds replaces flops */
    bool          steady;           /* what is drawn is replaced by its mean */
    const double *factor;           /* [workers] slowness of each, drawn once */
    double        flops;            /* of one sample's gradient */
} dt_pace;

/* Who there is, and how they are connected. */
struct dt_mixing;
struct dt_stores;
struct dt_sync;
struct dt_replica;
struct dt_layered;

typedef struct dt_team {
    dt_group            group;      /* ports [workers] and the server's; group.engine */
    dt_collective      *collective; /* NULL where the strategy takes no common mean */
    const dt_topology  *topology;   /* NULL where it needs no graph */
    struct dt_mixing   *mixing;     /* mixing.h; likewise, and until the run begins */
    struct dt_stores   *stores;     /* store.h; NULL where there are no parameter servers, and until the run begins */
    const struct dt_sync *sync;     /* likewise */
    struct dt_replica  *replica;    /* replica.h; NULL where workers differ, and until the run begins */
    const dt_queue     *queue;      /* NULL where gradients travel as a whole */
    struct dt_layered  *layered;    /* step.h; likewise, and until the run begins */
    const dt_aggregate *aggregate;
    const dt_config    *compress;
    double              deadline;   /* s for which others wait for one who is gone */
} dt_team;

#endif
