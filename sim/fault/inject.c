/* inject.c - injects the faults of the section "faults": alarms of the engine (dt_engine_at) switch ports and links. */
#include "engine/failure.h"
#include "base/near.h"
#include "fault/inside.h"
#include <fnmatch.h>
#include <math.h>

/* The causes that hold a worker down, a bit each: it is up while none of them does. */
enum { CRASHED = 1, AWAY = 2, EMPTY = 4, DISCONNECTED = 8 };

typedef struct injector {
    dt_fault_setup setup;       /* its faults point to the next member */
    dt_faults faults;
    dt_distribution   crash, recover;
    double    progress, still;  /* the progress at the last look: after faults.patience; at a standstill */
    size_t    left;             /* workers that have not failed for good */
    struct target *worker;        /* [ranks] */
    struct route_user **route_user;         /* [links] the workers whose routes use each; NULL: not known yet */
    bool     *off;              /* [links] which links are off; NULL: none ever is */
    dt_arena *run;
} injector;

typedef struct target {
    injector     *all;
    long       rank;
    unsigned   held;            /* the causes that hold it down */
    bool       gone;            /* it has failed for good */
    dt_rng    *crash, *recover; /* streams of its times to failure and to repair */
    long       crashes;
    double     battery;         /* J */
    long       cuts;            /* links that are off on its routes to the server and back */
    double     cut_s;           /* since when, if any is off */
} target;

/* A worker whose route to the server, or back, uses a link. */
typedef struct route_user { target *worker; struct route_user *next; } route_user;

/* A profile that sets the availability of a worker, or a value of a link, over time. */
typedef struct playing {
    injector     *all;
    target      *worker;
    size_t     link;
    long       rank;            /* of the worker, or the number of the link among those of the profile */
    const dt_profile *profile;
    dt_profile_draws draws;
    long       index;
    void     (*apply)(struct playing *p, double value);
} playing;

static void faults_tell(const injector *f, const dt_port *worker, const char *link, const char *what) {
    const dt_fault_setup *s = &f->setup;
    if (s->on_event != NULL) s->on_event(s->owner, &(dt_fault_event){ dt_engine_now(s->engine), worker, link, what });
}

/* A worker has failed for good.  The training is over when all have. */
static void worker_gone(target *w) {
    if (w->gone) return;
    w->gone = true;
    if (--w->all->left == 0) dt_engine_finish(w->all->setup.engine);
}

static void worker_hold(target *w, unsigned cause, const char *what) {
    if ((w->held & cause) != 0) return;
    bool up = w->held == 0;
    w->held |= cause;
    faults_tell(w->all, w->all->setup.port[w->rank], "", what);
    if (up) dt_port_fail(w->all->setup.port[w->rank]);
}

static void worker_let_go(target *w, unsigned cause, const char *what) {
    if ((w->held & cause) == 0) return;
    w->held &= ~cause;
    faults_tell(w->all, w->all->setup.port[w->rank], "", what);
    if (w->held == 0) dt_port_recover(w->all->setup.port[w->rank]);
}

/* ---- crashes ------------------------------------------------------------------------------- */

static void worker_after(injector *f, double seconds, dt_status (*call)(void *arg), void *arg) {
    dt_engine_at(f->setup.engine, dt_engine_now(f->setup.engine) + seconds, call, arg);
}

static dt_status worker_crash(void *arg);

static dt_status worker_recover(void *arg) {
    target *w = arg;
    worker_let_go(w, CRASHED, "recover");
    worker_after(w->all, dt_distribution_draw(&w->all->crash, w->crash, w->rank, w->crashes), worker_crash, w);
    return DT_OK;
}

static dt_status worker_crash(void *arg) {
    target *w = arg;
    worker_hold(w, CRASHED, "crash");
    if (w->all->faults.recover == NULL) worker_gone(w);
    else worker_after(w->all, dt_distribution_draw(&w->all->recover, w->recover, w->rank, w->crashes++), worker_recover, w);
    return DT_OK;
}

static dt_status faults_crash(injector *f, target *worker, dt_arena *run) {
    if (f->faults.crash == NULL) return DT_OK;
    DT_TRY(dt_distribution_open(&f->crash, f->faults.crash, "faults.crash", run));
    DT_TRY(dt_distribution_fit(&f->crash, "faults.crash", f->setup.ranks));
    if (f->faults.recover != NULL) {
        DT_TRY(dt_distribution_open(&f->recover, f->faults.recover, "faults.recover", run));
        DT_TRY(dt_distribution_fit(&f->recover, "faults.recover", f->setup.ranks));
    }
    for (size_t r = 0; r < f->setup.ranks; r++) {
        worker[r].crash = dt_rng_stream(run, f->setup.seed, (long)r, "crash");
        worker[r].recover = dt_rng_stream(run, f->setup.seed, (long)r, "recover");
        worker_after(f, dt_distribution_draw(&f->crash, worker[r].crash, (long)r, 0), worker_crash, &worker[r]);
    }
    return DT_OK;
}

/* ---- profiles ------------------------------------------------------------------------------ */

static void apply_availability(playing *p, double value) {
    if (value > 0) worker_let_go(p->worker, AWAY, "back");
    else worker_hold(p->worker, AWAY, "away");
}

static void apply_bandwidth(playing *p, double value) { dt_engine_link_bandwidth(p->all->setup.engine, p->link, value); }
static void apply_latency(playing *p, double value) { dt_engine_link_latency(p->all->setup.engine, p->link, value); }

/* The alarm of faults.deadline: if a link of its routes has been off for all that time, the worker is disconnected. */
static dt_status worker_give_up(void *arg) {
    static const double NEAR = 1e-6;    /* s: rounding of the alarm's time */
    target *w = arg;
    const injector *f = w->all;
    if (w->cuts == 0 || dt_engine_now(f->setup.engine) < w->cut_s + f->faults.deadline - NEAR) return DT_OK;
    bool up = w->held == 0;
    worker_hold(w, DISCONNECTED, "cut off");
    if (up) dt_port_set_last_seen(f->setup.port[w->rank], w->cut_s);
    return DT_OK;
}

static void worker_link(target *w, bool on) {
    w->cuts += on ? -1 : 1;
    if (on && w->cuts == 0) worker_let_go(w, DISCONNECTED, "in reach");
    if (on || w->cuts > 1) return;
    w->cut_s = dt_engine_now(w->all->setup.engine);
    worker_after(w->all, w->all->faults.deadline, worker_give_up, w);
}

/* Tell all workers whose routes use a link that it was switched.  While the routes are not known nobody is told;
 * faults_route_users makes up for that. */
static void faults_link(const injector *f, size_t link, bool on) {
    for (const route_user *l = f->route_user != NULL ? f->route_user[link] : NULL; l != NULL; l = l->next) worker_link(l->worker, on);
}

static void apply_on(playing *p, double value) {
    injector *f = p->all;
    bool on = value > 0;
    dt_engine_link_switch(f->setup.engine, p->link, on);
    faults_tell(f, NULL, dt_engine_link(f->setup.engine, p->link).name, on ? "link on" : "link off");
    if (f->off[p->link] == !on) return;
    f->off[p->link] = !on;
    faults_link(f, p->link, on);
}

/* Apply the next piece of a profile, and ask for an alarm at its end; pieces of no duration are passed over. */
static dt_status playing_play(void *arg) {
    playing *p = arg;
    dt_piece piece;
    do piece = dt_profile_piece(p->profile, &p->draws, p->rank, p->index++); while (!(piece.seconds > 0));
    p->apply(p, piece.value);
    if (piece.seconds == HUGE_VAL && p->worker != NULL && (p->worker->held & AWAY) != 0) worker_gone(p->worker);
    worker_after(p->all, piece.seconds, playing_play, p);
    return DT_OK;
}

static void playing_begin(const playing *like, long rank, const char *purpose, dt_arena *run) {
    playing *p = dt_arena_take(run, 1, sizeof *p);
    *p = *like;
    p->draws = dt_profile_streams(run, p->all->setup.seed, rank, purpose);
    p->index = dt_profile_first(p->profile, &p->draws);
    playing_play(p);
}

static dt_status faults_availability(injector *f, target *worker, dt_arena *run) {
    if (f->faults.availability == NULL) return DT_OK;
    dt_profile *profile = dt_arena_take(run, 1, sizeof *profile);
    DT_TRY(dt_profile_open(profile, f->faults.availability, "faults.availability", "1", run));
    DT_TRY(dt_profile_fit(profile, "faults.availability", f->setup.ranks));
    for (size_t r = 0; r < f->setup.ranks; r++) {
        playing p = { .all = f, .worker = &worker[r], .rank = (long)r, .profile = profile, .apply = apply_availability };
        playing_begin(&p, (long)r, "availability", run);
    }
    return DT_OK;
}

/* A value of a link that changes: its profile, and how it is applied. */
typedef struct change { const dt_config *node; const char *path, *unit, *stream; void (*apply)(playing *p, double value); } change;

static void route_users_add(injector *f, target *w, const dt_route *route, dt_arena *run) {
    for (size_t i = 0; i < route->links; i++) {
        route_user *l = dt_arena_take(run, 1, sizeof *l);
        *l = (route_user){ w, f->route_user[route->link[i]] };
        f->route_user[route->link[i]] = l;
    }
}

/* Find out which workers' routes use which link.  SimGrid knows its routes only when the simulation has begun, so this is an
 * alarm at second 0; links that are off by then are told of. */
static dt_status faults_route_users(void *arg) {
    injector *f = arg;
    dt_engine *e = f->setup.engine;
    dt_arena *run = f->run;
    size_t links = dt_engine_links(e);
    f->route_user = dt_arena_take(run, links, sizeof(void *));
    for (size_t r = 0; r < f->setup.ranks; r++) {
        size_t host = dt_port_host(f->setup.port[r]);
        size_t server = f->setup.server[r];
        if (host == server) continue;
        dt_route there = dt_engine_route(e, host, server, 0, run);
        dt_route back = dt_engine_route(e, server, host, 0, run);
        route_users_add(f, &f->worker[r], &there, run);
        route_users_add(f, &f->worker[r], &back, run);
    }
    for (size_t i = 0; i < links; i++)
        if (f->off[i]) faults_link(f, i, false);
    return DT_OK;
}

/* All links that fit the pattern follow one profile, each with random numbers of its own. */
static dt_status links_begin(injector *f, const char *pattern, const change *c, dt_arena *run) {
    dt_engine *e = f->setup.engine;
    size_t links = dt_engine_links(e), fitting = 0;
    if (c->node == NULL) return DT_OK;
    dt_profile *profile = dt_arena_take(run, 1, sizeof *profile);
    DT_TRY(dt_profile_open(profile, c->node, c->path, c->unit, run));
    for (size_t i = 0; i < links; i++) fitting += fnmatch(pattern, dt_engine_link(e, i).name, 0) == 0;
    DT_TRY(dt_profile_fit(profile, c->path, fitting));
    fitting = 0;
    for (size_t i = 0; i < links; i++) {
        if (fnmatch(pattern, dt_engine_link(e, i).name, 0) != 0) continue;
        playing p = { .all = f, .link = i, .rank = (long)fitting++, .profile = profile, .apply = c->apply };
        playing_begin(&p, (long)i, c->stream, run);
    }
    return DT_OK;
}

static dt_status links_known(dt_engine *e, const char *pattern, dt_arena *run) {
    size_t links = dt_engine_links(e);
    const char **name = dt_arena_take(run, links + 1, sizeof *name);
    for (size_t i = 0; i < links; i++) {
        name[i] = dt_engine_link(e, i).name;
        if (fnmatch(pattern, name[i], 0) == 0) return DT_OK;
    }
    const char *near = dt_nearest(pattern, name, links);
    if (near != NULL)
        return dt_fail_at(DT_EINVAL, "faults.links", "no link is called \"%s\"%s", pattern, dt_did_you_mean(near));
    return dt_fail_at(DT_EINVAL, "faults.links", "no link is called \"%s\"; the first of %zu is \"%s\"", pattern, links,
                      links > 0 ? name[0] : "");
}

dt_status dt_fault_links_known(const dt_faults *faults, dt_engine *e, dt_arena *run) {
    for (const dt_config *c = faults->links == NULL ? NULL : faults->links->first; c != NULL; c = c->next)
        DT_TRY(links_known(e, dt_config_name(c), run));
    return DT_OK;
}

static dt_status faults_links(injector *f, dt_arena *run) {
    DT_TRY(dt_fault_links_known(&f->faults, f->setup.engine, run));
    const dt_config *first = f->faults.links == NULL ? NULL : f->faults.links->first;
    for (const dt_config *c = first; c != NULL; c = c->next) {
        dt_fault_link l;
        dt_fault_link_read(c, &l, run);
        if (l.on != NULL && f->off == NULL) {
            f->off = dt_arena_take(run, dt_engine_links(f->setup.engine), sizeof *f->off);
            dt_engine_at(f->setup.engine, 0, faults_route_users, f);
        }
        const change part[] = {
            { l.bandwidth, "faults.links.bandwidth", "B/s", "link bandwidth", apply_bandwidth },
            { l.latency, "faults.links.latency", "s", "link latency", apply_latency },
            { l.on, "faults.links.on", "1", "link on", apply_on },
        };
        for (size_t i = 0; i < sizeof part / sizeof *part; i++) DT_TRY(links_begin(f, l.pattern, &part[i], run));
    }
    return DT_OK;
}

/* ---- batteries ----------------------------------------------------------------------------- */

/* The host is looked at when its battery would be empty at full power, and then again: it has drawn less while it waited. */
static dt_status worker_drain(void *arg) {
    static const double SOON = 1e-3;    /* s: no finer than this */
    target *w = arg;
    dt_engine *e = w->all->setup.engine;
    size_t host = dt_port_host(w->all->setup.port[w->rank]);
    double left = w->battery - dt_engine_host_joules(e, host), seconds = left / dt_engine_host_watts(e, host);
    if (seconds < SOON) {
        worker_hold(w, EMPTY, "empty");
        worker_gone(w);
    } else {
        worker_after(w->all, seconds, worker_drain, w);
    }
    return DT_OK;
}

static dt_status faults_batteries(injector *f, target *worker, dt_arena *run) {
    dt_distribution battery;
    if (f->faults.battery == NULL) return DT_OK;
    DT_TRY(dt_distribution_open(&battery, f->faults.battery, "faults.battery", run));
    DT_TRY(dt_distribution_fit(&battery, "faults.battery", f->setup.ranks));
    for (size_t r = 0; r < f->setup.ranks; r++) {
        size_t host = dt_port_host(f->setup.port[r]);
        if (!(dt_engine_host_watts(f->setup.engine, host) > 0))
            return dt_fail_at(DT_EINVAL, "faults.battery",
                              "expected a power model of host %s (its property wattage_per_state), got none",
                              dt_engine_host_name(f->setup.engine, host));
        worker[r].battery = dt_distribution_once(&battery, dt_rng_stream(run, f->setup.seed, (long)r, "battery"), (long)r);
        worker_drain(&worker[r]);
    }
    return DT_OK;
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* A livelock: a loop that lets no time pass and makes no progress, as where a strategy does not pass on a failure. */
static dt_status faults_standstill(void *arg) {
    injector *f = arg;
    double now = f->setup.progress(f->setup.owner);
    if (!(now > f->still))
        return dt_fail(DT_EDEADLOCK, "simulated time stands still at %g s, and no training step completes (faults.patience); "
                       "%s", dt_engine_now(f->setup.engine), dt_engine_waits(f->setup.engine));
    f->still = now;
    return DT_OK;
}

static dt_status faults_watch(void *arg) {
    injector *f = arg;
    double now = f->setup.progress(f->setup.owner);
    if (!(now > f->progress))
        return dt_fail(DT_EDEADLOCK, "no training step completed between %g and %g s simulated: with these faults the training cannot "
                       "progress (faults.patience = %g s); %s", dt_engine_now(f->setup.engine) - f->faults.patience,
                       dt_engine_now(f->setup.engine), f->faults.patience, dt_engine_waits(f->setup.engine));
    f->progress = now;
    worker_after(f, f->faults.patience, faults_watch, f);
    return DT_OK;
}

void dt_fault_watch(const dt_fault_setup *setup, dt_arena *run) {
    injector *f = dt_arena_take(run, 1, sizeof *f);
    *f = (injector){ .setup = *setup, .still = -1 };
    dt_engine_on_standstill(setup->engine, faults_standstill, f);
}

dt_status dt_fault_begin(const dt_fault_setup *setup, dt_arena *run) {
    injector *f = dt_arena_take(run, 1, sizeof *f);
    target *worker = dt_arena_take(run, setup->ranks, sizeof *worker);
    *f = (injector){ .setup = *setup, .faults = *setup->faults, .worker = worker, .run = run, .left = setup->ranks,
                     .progress = -1, .still = -1 };
    for (size_t r = 0; r < setup->ranks; r++) worker[r] = (target){ .all = f, .rank = (long)r };
    if (setup->progress != NULL) {
        worker_after(f, f->faults.patience, faults_watch, f);
        dt_engine_on_standstill(setup->engine, faults_standstill, f);
    }
    DT_TRY(faults_crash(f, worker, run));
    DT_TRY(faults_availability(f, worker, run));
    DT_TRY(faults_batteries(f, worker, run));
    DT_TRY(dt_fault_servers(setup, run));
    return faults_links(f, run);
}
