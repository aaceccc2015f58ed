/* inside.h - what the files of this room share. */
#ifndef DT_RUN_INSIDE_H
#define DT_RUN_INSIDE_H

#include "role/role.h"
#include "base/param.h"

typedef struct dt_outlook dt_outlook;
typedef struct dt_plan_run dt_plan_run;
struct dt_section;

/* ---- plan.c --------------------------------------------------------------------------------- */

/* The plain keys and tables of a resolved configuration, as numbers. */
typedef struct dt_setting {
    long        workers, seed, data_seed, batch_size;  /* workers 0: one on every host but the server's; data_seed 0:
                                                       the run's; batch_size 0: the whole shard */
    long        accumulate;         /* batches a step */
    bool        learn;
    double      window;             /* bytes of a TCP connection; 0: none */
    const char *on;                 /* pattern of the names of the workers' hosts; NULL: any host */
    const char *order;              /* in which workers take them: "fill", or "spread" over sites; NULL: fill */
    const char *system, *server, *network, *trace, *detail, *keep;   /* system: the published system whose choices the run has; NULL: none */
    const char *sites;              /* property of hosts that names their site; "": all are in one site */
    struct { long count, replicas; const char *on; const dt_config *checkpoint; } servers;
} dt_setting;
typedef struct dt_marking { dt_every every; long rows; bool each; } dt_marking;
typedef struct dt_computing { const dt_config *seconds; } dt_computing;
typedef struct dt_ideal { bool jitter, slowness, latency, bandwidth, window, server; } dt_ideal;

void dt_plan_read(const dt_config *resolved, dt_setting *setting, dt_stop *stop, dt_marking *marking,
                  dt_computing *computing, dt_arena *arena);
void dt_plan_read_ideal(const dt_config *resolved, dt_ideal *ideal, dt_arena *arena);

/* The configuration of a run at these keys, which NULL ends, as a text: two runs have the same text if and only if they are equal
 * there. */
const char *dt_plan_text(const dt_plan_run *run, const char *const *keys, dt_arena *arena);

/* How many workers the run will have; 0: it depends on its platform or its server, and only the run itself can tell. */
size_t dt_plan_workers(const dt_plan_run *run);

/* Refuse a table of parameters that has a name or items, as only a choice has; node NULL: there is none.  Errors: DT_EINVAL. */
dt_status dt_plan_nameless(const dt_config *node, const char *path, dt_arena *arena);

/* ---- company.c ------------------------------------------------------------------------------ */

/* Check that the choices of a resolved scenario can be used together, and add the preset of the server's optimiser, which is the
 * strategy's.  Errors: DT_EINVAL at the key. */
dt_status dt_plan_company(dt_config *out, dt_arena *arena);

/* ---- durability.c ----------------------------------------------------------------------------- */

extern const dt_param dt_plan_checkpoint_params[];

/* Check servers.checkpoint (NULL: there is none) and write it into the resolved table of servers.  dt_plan_durable checks what
 * concerns the strategy.  Errors: DT_EINVAL at the key. */
dt_status dt_plan_checkpoint(const dt_config *given, dt_config *servers, dt_arena *arena);
dt_status dt_plan_durable(const dt_config *scenario, dt_arena *arena);

/* Do servers fail, or are their ranges saved or copied? */
bool dt_run_durable(const dt_config *scenario);

/* ---- stop.c --------------------------------------------------------------------------------- */

extern const dt_param dt_plan_stop_params[];

/* Resolve the section: check the limits whose names are among these parameters and the strategy's columns.  dt_plan_goals checks the
 * others, which may be columns of a hook (watched: there is one).  Errors: DT_EINVAL at the key. */
dt_status dt_plan_stop(const struct dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena);
dt_status dt_plan_goals(const dt_config *out, bool watched, dt_arena *arena);
void      dt_plan_read_stop(const dt_config *node, dt_stop *stop, dt_arena *arena);

/* ---- outlook.c ------------------------------------------------------------------------------ */

/* Estimate one run.  Errors: those of the strategy's parameters. */
dt_status dt_outlook_of(const dt_plan_run *run, dt_outlook *o, dt_arena *arena);

/* Refuse a run that does not fit into the free memory, or takes more mappings of memory than the system allows.
 *   parameters  of the model of which every actor has a copy; 0: none
 * Errors: DT_EINVAL. */
dt_status dt_outlook_afford(const dt_outlook *o, size_t parameters);

/* ---- build.c -------------------------------------------------------------------------------- */

/* True if a run with this configuration uses samples owner by owner, and few owners at a time (dt_data_load_by_owner). */
bool dt_run_lazy(const dt_config *config);

/* ---- run.c ---------------------------------------------------------------------------------- */

/* Build only the machines of a run, and try the routes of its first messages.  SimGrid reads one platform in a process, so call it in
 * a process of its own (base/apart.h).
 * Errors: DT_EINVAL, DT_ENOTFOUND, DT_EFORMAT at the key; the process may die of them (dt_die). */
dt_status dt_run_try(const dt_plan_run *run);

/* Check that every pattern of faults.links matches a link.  Call it in a process of its own.  Errors: those of dt_run_try; DT_EINVAL. */
dt_status dt_run_links(const dt_plan_run *run);

/* How many hosts match the pattern of the workers.  Call it in a process of its own.
 * Errors: those of dt_run_try; DT_ENOTFOUND no host matches. */
dt_status dt_run_count(const dt_plan_run *run, size_t *hosts);

#endif
