/* servers.c - failures of servers: faults.servers.  They are independent of those of workers, and of each other. */
#include "engine/failure.h"
#include "fault/inside.h"

typedef struct outages {
    dt_fault_setup  setup;
    dt_distribution crash, recover;
    bool            recovers;
} outages;

/* Server k draws from streams of the number -1 - k, since the numbers of workers are their ranks. */
typedef struct failing { outages *all; size_t server; dt_rng *crash, *recover; long crashes; } failing;

static void failing_tell(const failing *f, const char *what) {
    const dt_fault_setup *s = &f->all->setup;
    if (s->on_event != NULL) s->on_event(s->owner, &(dt_fault_event){ dt_engine_now(s->engine), s->servers[f->server], "", what });
}

static void failing_after(failing *f, double seconds, dt_status (*call)(void *arg)) {
    dt_engine *e = f->all->setup.engine;
    dt_engine_at(e, dt_engine_now(e) + seconds, call, f);
}

static dt_status failing_crash(void *arg);

static dt_status failing_recover(void *arg) {
    failing *f = arg;
    const dt_fault_setup *s = &f->all->setup;
    failing_tell(f, "recover");
    dt_port_recover(s->servers[f->server]);
    DT_TRY(s->on_server(s->owner, f->server, true));
    failing_after(f, dt_distribution_draw(&f->all->crash, f->crash, (long)f->server, f->crashes), failing_crash);
    return DT_OK;
}

static dt_status failing_crash(void *arg) {
    failing *f = arg;
    const dt_fault_setup *s = &f->all->setup;
    failing_tell(f, "crash");
    dt_port_fail(s->servers[f->server]);
    DT_TRY(s->on_server(s->owner, f->server, false));
    if (f->all->recovers)
        failing_after(f, dt_distribution_draw(&f->all->recover, f->recover, (long)f->server, f->crashes++), failing_recover);
    return DT_OK;
}

dt_status dt_fault_servers(const dt_fault_setup *setup, dt_arena *run) {
    dt_fault_server_keys keys;
    if (setup->faults->servers == NULL || setup->servers == NULL) return DT_OK;
    dt_fault_server_read(setup->faults->servers, &keys, run);
    if (keys.crash == NULL) return DT_OK;
    outages *all = dt_arena_take(run, 1, sizeof *all);
    *all = (outages){ .setup = *setup, .recovers = keys.recover != NULL };
    DT_TRY(dt_distribution_open(&all->crash, keys.crash, "faults.servers.crash", run));
    DT_TRY(dt_distribution_fit(&all->crash, "faults.servers.crash", setup->server_count));
    if (all->recovers) {
        DT_TRY(dt_distribution_open(&all->recover, keys.recover, "faults.servers.recover", run));
        DT_TRY(dt_distribution_fit(&all->recover, "faults.servers.recover", setup->server_count));
    }
    for (size_t k = 0; k < setup->server_count; k++) {
        failing *f = dt_arena_take(run, 1, sizeof *f);
        *f = (failing){ .all = all, .server = k, .crash = dt_rng_stream(run, setup->seed, -1 - (long)k, "crash"),
                        .recover = dt_rng_stream(run, setup->seed, -1 - (long)k, "recover") };
        failing_after(f, dt_distribution_draw(&all->crash, f->crash, (long)k, 0), failing_crash);
    }
    return DT_OK;
}
