/* team.h - the workers and servers of a run, how they are connected, and how fast they compute. */
#ifndef DT_ROLE_TEAM_H
#define DT_ROLE_TEAM_H

#include "attack/attack.h"
#include "code/code.h"
#include "collective/collective.h"
#include "compress/compress.h"
#include "distribution/distribution.h"
#include "privacy/privacy.h"
#include "queue/queue.h"
#include "secure/secure.h"
#include "topology/topology.h"

/* Workers that are late in a round: exactly count of them, drawn by the number of the round alone, begin it later by a delay. */
typedef struct dt_stragglers {
    size_t          count;      /* 0: none */
    long            every;      /* rounds after which they are drawn anew; 0: once */
    bool            forever;    /* they never go on with that round */
    dt_distribution delay;      /* s */
    uint64_t        seed;
    dt_rng         *rng;        /* of the delays, begun anew for each worker and round */
} dt_stragglers;

/* How long a step takes: samples * flops * factor[rank] * jitter / speed of the host, or a drawn number of seconds instead. */
typedef struct dt_pace {
    dt_distribution       jitter, seconds;
    bool          fixed;            /* seconds replaces flops */
    bool          steady;           /* every draw is replaced by the mean of its distribution (ideal.jitter) */
    const double *factor;           /* [workers] slowness of each, drawn once: stragglers have a large one */
    double        flops;            /* of one sample's gradient */
    dt_stragglers late;
} dt_pace;

struct dt_mixing;
struct dt_stores;
struct dt_sync;
struct dt_replica;
struct dt_layered;
struct dt_durability;
struct dt_occupancy;

/* The workers and servers of a run, and what connects them.  mixing, stores and replica are NULL until the run begins. */
typedef struct dt_team {
    dt_group            group;      /* endpoints of the workers and servers; group.engine */
    dt_collective      *collective; /* NULL if the strategy uses no all-reduce over all workers */
    const dt_topology  *topology;   /* the communication graph; NULL if the strategy has none */
    struct dt_mixing   *mixing;     /* mixing.h; NULL likewise */
    struct dt_stores   *stores;     /* store.h; NULL if there are no parameter servers */
    const struct dt_sync *sync;     /* NULL likewise */
    const struct dt_durability *durability;     /* durable.h; NULL: servers do not fail, and nothing is saved */
    struct dt_replica  *replica;    /* replica.h; NULL if the workers' models differ */
    const dt_queue     *queue;      /* NULL if gradients travel as a whole */
    struct dt_layered  *layered;    /* step.h; NULL likewise */
    const dt_code      *code;       /* NULL if the strategy decodes no words */
    const dt_aggregate *aggregate;
    const dt_config    *compress;
    const dt_secure    *secure;     /* NULL: the server sees each update */
    dt_privacy         *privacy;    /* NULL: updates and means are sent as they are */
    const dt_attack    *attack;     /* NULL: all workers are honest */
    struct dt_occupancy *load;      /* occupancy.h: what others use of the workers' hosts; NULL: nothing */
    double              deadline;   /* s for which others wait for a failed worker */
    double              patience;   /* s without an update of a client that end the run as a failure; 0: no such limit */
} dt_team;

#endif
