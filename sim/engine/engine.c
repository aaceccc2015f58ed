/* engine.c - starting SimGrid, its hosts and its actors. */
#include "engine/abort.h"
#include "engine/actor.h"
#include "engine/transfer.h"
#include "engine/energy.h"
#include "engine/tell.h"
#include <simgrid/version.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STACK_KIB = 256, REASON = 512 };
/* The model of hosts that leaves the choice of the network model to its own key; a platform may ask for another. */
#if SIMGRID_VERSION >= 33400
#define HOST_MODEL "default"
#else
#define HOST_MODEL "compound"
#endif
/* Many actors have smaller stacks, and none with a guard page: that would take two of the 65 530 mappings that Linux allows a
 * process. */
enum { STACK_KIB_OF_MANY = 64 };

static int host_order(const void *a, const void *b) {
    return strverscmp(((const host_entry *)a)->name, ((const host_entry *)b)->name);
}

static void engine_list_hosts(dt_engine *e) {
    e->hosts = sg_host_count();
    if (e->hosts == 0) return;
    sg_host_t *list = sg_host_list();
    e->host = dt_arena_take(e->run, e->hosts, sizeof *e->host);
    for (size_t i = 0; i < e->hosts; i++)
        e->host[i] = (host_entry){ list[i], sg_host_get_name(list[i]), sg_host_get_speed(list[i]) };
    free(list);
    qsort(e->host, e->hosts, sizeof *e->host, host_order);
}

/* SimGrid looks for files in the working folder first, so the working folder is theirs while it loads. */
static dt_status engine_load(const dt_engine_setup *setup, dt_arena *run) {
    char reason[REASON], here[PATH_MAX];
    if (getcwd(here, sizeof here) == NULL) return dt_fail(DT_EIO, "the working folder: %s", strerror(errno));
    const char *path = setup->platform[0] == '/' ? setup->platform : dt_arena_text(run, "%s/%s", here, setup->platform);
    if (setup->folder != NULL) {
        dt_bridge_preset_text("path", here);
        if (chdir(setup->folder) != 0) return dt_fail_at(DT_EIO, "platform", "%s: %s", setup->folder, strerror(errno));
    }
    dt_abort_reading(true);
    bool loaded = dt_bridge_load(path, reason, sizeof reason);
    dt_abort_reading(false);
    if (chdir(here) != 0) return dt_fail(DT_EIO, "%s: %s", here, strerror(errno));
    return loaded ? DT_OK : dt_fail_at(DT_EFORMAT, "platform", "SimGrid refuses the platform: %s", reason);
}

dt_status dt_engine_start(dt_engine **out, const dt_engine_setup *setup, dt_arena *run) {
    dt_engine *e = dt_arena_take(run, 1, sizeof *e);
    *e = (dt_engine){ .run = run, .pool = setup->pool, .on_span = setup->on_span, .on_flight = setup->on_flight,
                      .owner = setup->owner,
                      .loss = { setup->loss.share, setup->loss.timeout_s, setup->loss.seed }, .energy = setup->energy,
                      .changing = setup->changing, .latencies = setup->latencies };
    /* SimGrid keeps argv, so it is in the arena.  SimGrid's log is switched off, since it would mix with our messages. */
    char **argv = dt_arena_take(run, 16, sizeof *argv);
    int argc = 0;
    argv[argc++] = dt_arena_text(run, "dtsim");
    for (const char *const *option = dt_abort_options(run); *option != NULL; option++)
        argv[argc++] = dt_arena_text(run, "%s", *option);
    argv[argc++] = dt_arena_text(run, "--cfg=network/model:%s", setup->network);
    bool many = setup->actors > DT_GUARDED_MOST;
    argv[argc++] = dt_arena_text(run, "--cfg=contexts/stack-size:%d", many ? STACK_KIB_OF_MANY : STACK_KIB);
    if (many) argv[argc++] = dt_arena_text(run, "--cfg=contexts/guard-size:0");
    const double *window = setup->ideal.window ? &(const double){ 0 } : setup->window;
    if (window != NULL) argv[argc++] = dt_arena_text(run, "--cfg=network/TCP-gamma:%.17g", *window);
    argv[argc++] = dt_arena_text(run, "--cfg=host/model:%s", HOST_MODEL);
    /* SimGrid's lazy update forgets links: where one host begins several flows at one instant, only those on the way of the
     * first bound the rates until something else changes (3.32 and 4.0; VALIDITY.md).  Its full one lets a flow move bytes during
     * its latency from when the latency of a link on its way changes. */
    if (!setup->latencies) argv[argc++] = dt_arena_text(run, "--cfg=network/optim:Full");
    /* With cross-traffic SimGrid's weight of slow links goes negative when a link becomes faster, and aborts. */
    if (setup->changing) argv[argc++] = dt_arena_text(run, "--cfg=network/weight-S:0");
    /* If the latency of a link of the route back changes, SimGrid corrects the weight of a flow by it, which
     * does not contain it. */
    if (setup->latencies) argv[argc++] = dt_arena_text(run, "--cfg=network/crosstraffic:0");
    void (*interrupted)(int) = signal(SIGINT, SIG_IGN);
    dt_abort_listen();
    simgrid_init(&argc, argv);
    signal(SIGINT, interrupted);        /* SimGrid's handler would abort; the handler of Ctrl-C is the one from before */
    if (e->energy) dt_bridge_energy();
    DT_TRY(engine_load(setup, run));
    /* The model of hosts sets this key while the platform is loaded; a value of the platform has precedence. */
    if (strcmp(setup->network, "CM02") == 0) dt_bridge_preset("network/crosstraffic", false);
    dt_bridge_listen(dt_transfer_ended);
    dt_inside_make_ideal(&setup->ideal);
    engine_list_hosts(e);
    if (e->energy) dt_inside_power(e);
    if (e->hosts == 0) return dt_fail_at(DT_EFORMAT, "platform", "expected a platform of at least 1 host, got none");
    for (size_t i = 0; i < e->hosts; i++)
        if (!(e->host[i].speed > 0))
            return dt_fail_at(DT_EFORMAT, "platform", "expected a speed above 0 of host %s, got %g", e->host[i].name,
                              e->host[i].speed);
    *out = e;
    return DT_OK;
}

size_t dt_engine_hosts(const dt_engine *e) { return e->hosts; }
const char *dt_engine_host_name(const dt_engine *e, size_t host) { return e->host[host].name; }
double dt_engine_host_speed(const dt_engine *e, size_t host) { return e->host[host].speed; }

const char *dt_engine_host_property(const dt_engine *e, size_t host, const char *key) {
    return sg_host_get_property_value(e->host[host].host, key);
}

size_t dt_engine_host_properties(const dt_engine *e, size_t host, const char **key, size_t room) {
    return dt_bridge_properties(e->host[host].host, key, room);
}

bool dt_engine_host_find(const dt_engine *e, const char *name, size_t *host) {
    const host_entry key = { .name = name }, *found = bsearch(&key, e->host, e->hosts, sizeof key, host_order);
    if (found != NULL) *host = (size_t)(found - e->host);
    return found != NULL;
}

#define TEXT(x) #x
#define NUMBER(x) TEXT(x)
const char *dt_engine_version(void) {
    return NUMBER(SIMGRID_VERSION_MAJOR) "." NUMBER(SIMGRID_VERSION_MINOR) "." NUMBER(SIMGRID_VERSION_PATCH);
}

double dt_engine_now(const dt_engine *e) {
    (void)e;
    return simgrid_get_clock();
}

long dt_engine_number(dt_engine *e) { return ++e->numbers; }

double dt_engine_bytes(dt_engine *e) {
    dt_inside_arrivals(e);
    return e->bytes;
}

double dt_engine_bytes_between(dt_engine *e) {
    dt_inside_arrivals(e);
    return e->bytes_between;
}

double dt_engine_bytes_on_the_way(const dt_engine *e) { return e->on_the_way; }
double dt_engine_bytes_lost(const dt_engine *e) { return e->bytes_lost; }

bool dt_engine_finished(const dt_engine *e) { return e->finished; }

void dt_engine_finish(dt_engine *e) {
    e->finished = true;
    dt_port_wake_all(e);
}

/* ---- the simulation ------------------------------------------------------------------------- */

/* All actors of the pool are daemons, since they never end.  This actor keeps the simulation running until all bodies have
 * returned. */
static void keeper_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    dt_engine *e = sg_actor_self_get_data();
    if (e->alive > 0) sg_sem_acquire(e->over);
    dt_transfer_stop(e);
}

dt_status dt_engine_run(dt_engine *e) {
    char reason[REASON];
    e->over = sg_sem_init(0);
    dt_actor_new(e, e->home, keeper_main, e, false);
    bool ended = dt_bridge_run(reason, sizeof reason);
    for (dt_port *p = e->ports; p != NULL; p = p->next)
        for (const inbox_item *item = p->first; item != NULL; item = item->next) dt_tell_flight(p, item, NAN);
    if (e->status != DT_OK) return dt_fail(e->status, "%s", e->reason);
    if (!ended) dt_abort_give_up(reason);
    return e->alive > 0 ? dt_engine_deadlock(e) : DT_OK;
}
