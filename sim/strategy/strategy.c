/* strategy.c - opens a strategy and puts its actors on the stage. */
#include "strategy/strategy.h"
#include "engine/failure.h"
#include <math.h>

#define ITEM(name) extern const dt_strategy_type dt_strategy_##name;
#include "strategy/list.h"
#undef ITEM

static const dt_entry *const entries[] = {
#define ITEM(name) &dt_strategy_##name.is,
#include "strategy/list.h"
#undef ITEM
};

static const char *strategy_faults(const dt_entry *e) { return ((const dt_strategy_type *)(const void *)e)->faults; }

const dt_room dt_strategy_room = {
    .name = "strategy", .brief = "who computes and who talks to whom", .preset = NULL,
    .entries = entries, .count = sizeof entries / sizeof *entries, .more = strategy_faults,
};

dt_status dt_strategy_open(dt_strategy *s, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    DT_TRY(dt_room_open(&dt_strategy_room, config, NULL, NULL, run, &entry, &s->state));
    s->type = (const dt_strategy_type *)(const void *)entry;
    return DT_OK;
}

size_t dt_strategy_actors(const dt_strategy *s, size_t workers) {
    return (s->type->actors != NULL ? s->type->actors(s->state, workers) : workers) + (s->type->serve != NULL);
}

/* An actor's argument: the role and whose it is. */
typedef struct part { const dt_strategy *strategy; dt_worker *worker; dt_server *server; } part;

/* When the first goes home the training is over: nobody waits for those whose hosts are down. */
static dt_status part_work(void *arg) {
    part *p = arg;
    dt_status status = p->strategy->type->work(p->strategy->state, p->worker);
    if (!dt_board_goes_on(p->worker->board, p->worker->round)) dt_engine_finish(p->worker->team->group.engine);
    return status;
}

static dt_status part_serve(void *arg) {
    part *p = arg;
    return p->strategy->type->serve(p->strategy->state, p->server);
}

static dt_status strategy_workers(const dt_strategy *s, const dt_stage *g) {
    for (size_t rank = 0; rank < g->team->group.ranks; rank++) {
        dt_worker *w = dt_arena_take(g->run, 1, sizeof *w);
        part *p = dt_arena_take(g->run, 1, sizeof *p);
        *p = (part){ s, w, NULL };
        DT_TRY(dt_worker_open(w, (long)rank, g->learning, g->pace, g->team, g->board, g->x, g->run));
        dt_engine_spawn(g->team->group.engine, dt_arena_text(g->run, "worker %zu", rank), w->port, part_work, p, false);
    }
    return DT_OK;
}

static void strategy_server(const dt_strategy *s, const dt_stage *g) {
    size_t ranks = g->team->group.ranks;
    dt_server *server = dt_arena_take(g->run, 1, sizeof *server);
    part *p = dt_arena_take(g->run, 1, sizeof *p);
    *server = (dt_server){ .port = g->team->group.server, .learning = g->learning, .pace = g->pace, .team = g->team,
                           .board = g->board, .run = g->run, .x = dt_vec_keep(g->x), .factor = g->board->factor };
    server->guest = dt_arena_take(g->run, ranks, sizeof(void *));
    server->merge.x = dt_arena_take(g->run, ranks, sizeof *server->merge.x);
    server->merge.size = dt_arena_take(g->run, ranks, sizeof *server->merge.size);
    server->merge.weight = dt_arena_take(g->run, ranks, sizeof *server->merge.weight);
    server->update = dt_arena_take(g->run, ranks, sizeof *server->update);
    server->choice = dt_rng_stream(g->run, g->learning->seed, 0, "choice");
    *p = (part){ s, NULL, server };
    dt_engine_spawn(g->team->group.engine, "server", server->port, part_serve, p, false);
}

dt_status dt_strategy_run(const dt_strategy *s, const dt_stage *stage) {
    stage->board->own_rounds = s->type->own_rounds;
    DT_TRY(dt_board_open(stage->board, stage->x->x));
    if (s->type->serve != NULL) strategy_server(s, stage);
    if (s->type->work != NULL) DT_TRY(strategy_workers(s, stage));
    return dt_engine_run(stage->team->group.engine);
}
