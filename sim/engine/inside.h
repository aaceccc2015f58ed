/* inside.h - what the files of engine/ share. */
#ifndef DT_ENGINE_INSIDE_H
#define DT_ENGINE_INSIDE_H

#include "engine/engine.h"
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/semaphore.h>

typedef struct inbox_item {
    dt_message         m;
    dt_port           *sender;
    double             departed_s;      /* when it began to cross the network */
    struct inbox_item *next;
} inbox_item;

/* An actor that carries one message after another, so that its sender need not wait. */
typedef struct courier {
    dt_engine      *engine;
    dt_port        *from, *to;
    inbox_item     *item;
    sg_sem_t        work;
    struct courier *next;       /* while idle */
} courier;

/* An actor that carries out one body after another, moving from host to host: making one costs more than a round. */
typedef struct player {
    dt_port       *port;
    sg_actor_t     actor;
    sg_sem_t       work;
    struct player *next;        /* while idle */
} player;

struct dt_port {
    dt_engine  *engine;
    size_t      host;
    long        rank;
    const char *name;               /* of the actor that uses it */
    dt_status (*body)(void *arg);   /* what that actor does */
    void       *arg;
    bool        daemon;
    inbox_item *first, *last;       /* arrived and not yet taken */
    inbox_item *parked;             /* will depart when this port waits for them */
    sg_sem_t    wake;               /* made when its actor first waits */
    bool        receiving, flushing;
    long        want_from, want_tag;
    long        on_the_way;         /* own posts that have not arrived */
    dt_usage    usage;
    dt_task     task;               /* here, not on the actor's stack: it must outlive a killed actor */
    dt_port    *next;               /* all ports of the engine, for the report of a deadlock */
};

typedef struct host_entry { sg_host_t host; const char *name; double speed; } host_entry;

struct dt_engine {
    dt_arena   *run;
    dt_pool    *pool;
    void      (*on_span)(void *owner, const dt_span *span);
    void       *owner;
    host_entry *host;
    size_t      hosts;
    double      bytes, on_the_way;  /* arrived; sent and not yet arrived */
    long        alive;              /* bodies that are no daemons and have not returned */
    dt_status   status;             /* of the first body that failed */
    const char *reason;
    dt_port    *ports;
    courier    *idle;
    player     *idle_players;
    sg_sem_t    over;               /* released when alive falls to 0 */
    inbox_item *spare;
};

#endif
