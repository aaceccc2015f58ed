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
    const char *system, *server, *network, *trace, *keep;   /* system: whose choices those of the run are; NULL: nobody's */
    const char *sites;              /* property of hosts that names their site; "": all are in one */
    struct { long count; const char *on; } servers;
} dt_setting;
typedef struct dt_marking { dt_every every; long rows; bool each; } dt_marking;
typedef struct dt_computing { const dt_config *seconds; } dt_computing;
typedef struct dt_ideal { bool jitter, slowness, latency, bandwidth, window, server; } dt_ideal;

void dt_plan_read(const dt_config *resolved, dt_setting *setting, dt_stop *stop, dt_marking *marking,
                  dt_computing *computing, dt_arena *arena);
void dt_plan_read_ideal(const dt_config *resolved, dt_ideal *ideal, dt_arena *arena);

/* What a run's configuration holds at these keys, of which NULL is the last: two runs have one text if and only if they are
 * equal there. */
const char *dt_plan_text(const dt_plan_run *run, const char *const *keys, dt_arena *arena);

/* How many workers the run will have; 0: its platform or its server decides, and only the run itself knows. */
size_t dt_plan_workers(const dt_plan_run *run);

/* A table of parameters has no name and no items, as a choice has; node NULL: it is not given.  Errors: DT_EINVAL. */
dt_status dt_plan_nameless(const dt_config *node, const char *path, dt_arena *arena);

/* ---- stop.c --------------------------------------------------------------------------------- */

extern const dt_param dt_plan_stop_params[];

/* The section's resolver: what the strategy's columns and these parameters have names for is checked, the rest is left to
 * dt_plan_goals, which takes it for columns of a hook (watched: there is one).  Errors: DT_EINVAL at the key. */
dt_status dt_plan_stop(const struct dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena);
dt_status dt_plan_goals(const dt_config *out, bool watched, dt_arena *arena);
void      dt_plan_read_stop(const dt_config *node, dt_stop *stop, dt_arena *arena);

/* ---- outlook.c ------------------------------------------------------------------------------ */

/* What one run will ask for.  Errors: those of the strategy's parameters. */
dt_status dt_outlook_of(const dt_plan_run *run, dt_outlook *o, dt_arena *arena);

/* Refuse what does not fit into the memory that is left, or needs more mappings of memory than the system allows.
 * parameters: of the model that every actor holds for itself; 0: none.  Errors: DT_EINVAL. */
dt_status dt_outlook_afford(const dt_outlook *o, size_t parameters);

/* ---- run.c ---------------------------------------------------------------------------------- */

/* Build the machines of a run and the ways that its messages will go, and nothing else.  SimGrid reads one platform in a
 * process: call it in one of its own (base/apart.h).
 * Errors: DT_EINVAL, DT_ENOTFOUND, DT_EFORMAT at the key; the process may die of them (dt_die). */
dt_status dt_run_try(const dt_plan_run *run);

/* Does every pattern of faults.links fit a link?  In a process of its own, likewise.  Errors: those of dt_run_try; DT_EINVAL. */
dt_status dt_run_links(const dt_plan_run *run);

/* How many hosts workers may have, by the setting on.  In a process of its own, likewise.
 * Errors: those of dt_run_try; DT_ENOTFOUND no host fits. */
dt_status dt_run_count(const dt_plan_run *run, size_t *hosts);

#endif
