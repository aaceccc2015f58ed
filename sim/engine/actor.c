/* actor.c - a pool of actors of SimGrid.  Each carries out one body after another and moves from host to host, since making an
 * actor takes more real time than a round of training. */
#include "engine/actor.h"
#include "engine/inbox.h"

sg_actor_t dt_actor_new(dt_engine *e, size_t host, void (*code)(int, char **), void *data, bool daemon) {
    sg_actor_t made = sg_actor_init("actor", e->host[host].host);
    sg_actor_set_data(made, data);
    sg_actor_start(made, code, 0, NULL);
    if (daemon) sg_actor_daemonize(made);       /* after the start, since SimGrid 3.32 counts it wrong otherwise */
    return made;
}

void dt_actor_stop_all(dt_engine *e, dt_status status) {
    if (e->status != DT_OK) return;
    e->status = status;
    e->reason = dt_arena_text(e->run, "%s", dt_reason());
    sg_actor_kill_all();
}

static void pooled_act(dt_port *p) {
    dt_engine *e = p->engine;
    bool counted = !p->daemon;
    double start = simgrid_get_clock();
    p->acting = true;
    dt_status status = p->body(p->arg);
    p->acting = p->taken = false;
    p->usage.present_s += simgrid_get_clock() - start;
    for (dt_port *q = e->followers > 0 ? e->ports : NULL; q != NULL; q = q->next) dt_inbox_tell_follower(q, p);
    if (status != DT_OK) dt_actor_stop_all(e, status);
    if (counted && --e->alive == 0) sg_sem_release(e->over);
}

static void pooled_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    pooled_actor *me = sg_actor_self_get_data();
    for (;;) {
        dt_engine *e = me->port->engine;
        pooled_act(me->port);
        me->next = e->idle_actors;
        e->idle_actors = me;
        sg_sem_acquire(me->work);
    }
}

void dt_engine_spawn(dt_engine *e, const char *name, dt_port *port, dt_status (*body)(void *arg), void *arg,
                     bool daemon) {
    pooled_actor *idle = e->idle_actors;
    port->name = name;
    port->body = body;
    port->arg = arg;
    port->daemon = daemon;
    port->taken = true;
    if (!daemon) e->alive++;
    if (idle == NULL) {
        pooled_actor *new = dt_arena_take(e->run, 1, sizeof *new);
        *new = (pooled_actor){ .port = port, .work = sg_sem_init(0) };
        new->actor = dt_actor_new(e, port->host, pooled_main, new, true);
        return;
    }
    e->idle_actors = idle->next;
    if (idle->port->host != port->host) sg_actor_set_host(idle->actor, e->host[port->host].host);
    idle->port = port;
    sg_sem_release(idle->work);
}
