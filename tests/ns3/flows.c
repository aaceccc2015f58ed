/* flows.c - when messages arrive that depart together, by dtsim's engine.
 * Usage: flows PLATFORM NETWORK BYTES...: message i goes from host a-i to host b-i; one line of seconds for each. */
#include "engine/engine.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct flow { dt_port *from, *to; double bytes, took_s; } flow;

static dt_status flow_act(void *arg) {
    flow *f = arg;
    DT_TRY(dt_port_send(f->from, f->to, (dt_message){ .bytes = f->bytes }));
    f->took_s = dt_engine_now(dt_port_engine(f->from));
    return DT_OK;
}

static dt_status flow_port(dt_engine *e, const char *side, int i, dt_port **port, dt_arena *run) {
    size_t host;
    const char *name = dt_arena_text(run, "%s-%d", side, i);
    if (!dt_engine_host_find(e, name, &host)) return dt_fail(DT_ENOTFOUND, "the platform has no host %s", name);
    *port = dt_port_new(e, host, DT_PORT_WORKER, (size_t)i, run);
    return DT_OK;
}

static dt_status flows_run(const dt_engine_setup *setup, int count, char **bytes, flow *list, dt_arena *run) {
    dt_engine *e;
    DT_TRY(dt_engine_start(&e, setup, run));
    for (int i = 0; i < count; i++) {
        list[i].bytes = strtod(bytes[i], NULL);
        DT_TRY(flow_port(e, "a", i, &list[i].from, run));
        DT_TRY(flow_port(e, "b", i, &list[i].to, run));
        dt_engine_spawn(e, "flow", list[i].from, flow_act, &list[i], false);
    }
    return dt_engine_run(e);
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    dt_arena *run = dt_arena_new(1 << 16);
    flow *list = dt_arena_take(run, (size_t)argc, sizeof *list);
    dt_engine_setup setup = { .platform = argv[1], .network = argv[2], .pool = dt_pool_new(1, run) };
    if (flows_run(&setup, argc - 3, argv + 3, list, run) != DT_OK) {
        fprintf(stderr, "%s\n", dt_reason());
        return 1;
    }
    for (int i = 0; i < argc - 3; i++) printf("%.17g\n", list[i].took_s);
    return 0;
}
