/* duo.h - two ports on the first two hosts of a star, for tests of what passes between them. */
#ifndef DT_TESTS_ENGINE_DUO_H
#define DT_TESTS_ENGINE_DUO_H

#include "tests/engine/apart.h"

#include "engine/failure.h"

static const apart_star cm02 = { 3, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };

typedef struct duo { apart *a; dt_port *one, *two; double bytes; } duo;

static inline duo *duo_new(apart *a, double bytes) {
    duo *d = dt_arena_take(a->arena, 1, sizeof *d);
    *d = (duo){ a, apart_port(a, 0, 0), apart_port(a, 1, 1), bytes };
    return d;
}

/* Bytes that the two have sent and that have neither arrived, nor been lost, nor are on their way. */
static inline double sent_minus_accounted(const duo *d) {
    dt_engine *e = d->a->engine;
    double out = dt_port_usage(d->one).bytes_out + dt_port_usage(d->two).bytes_out;
    return out - dt_engine_bytes(e) - dt_engine_bytes_lost(e) - dt_engine_bytes_on_the_way(e);
}

#endif
