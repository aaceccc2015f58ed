/* packet_test.c - means of what travels as packets: summed in their own terms, encoded again by who sums, and in bytes. */
#include "tests/engine/apart.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "collective/collective.h"

enum { RANKS = 5, N = 60, ROUNDS = 4 };

typedef struct plan { const char *collective, *compress, *aggregate; bool origin; } plan;

/* What is expected is formed aside, with compressors of the same streams. */
typedef struct meant {
    dt_status status;
    double bytes, sent, again;      /* on all links; of the packets of all rounds; of those that the merger sends on */
    double error;                   /* worst difference from what is expected */
    double size;                    /* largest entry of any mean */
} meant;

typedef struct scene {
    apart        *a;
    const plan   *plan;
    dt_collective *c;
    dt_compress   own[RANKS], aside[RANKS], merger, merger_aside;
    dt_aggregate  aggregate;
    float         wanted[ROUNDS][N];
} scene;

typedef struct member { scene *s; size_t rank; } member;

static const dt_block block = { N, 12, 5, 3, NULL };

static void scene_open(scene *s, dt_compress *c, long rank, const char *purpose) {
    dt_config *node;
    if (dt_config_parse(s->plan->compress, &node, s->a->arena) != DT_OK) _exit(1);
    if (dt_compress_open(c, node, &block, 1, dt_rng_stream(s->a->arena, 1, rank, purpose), s->a->arena) != DT_OK) _exit(1);
}

static void change(apart *a, size_t rank, int round, float *x) {
    dt_arena_mark mark = dt_arena_here(a->arena);
    dt_rng *rng = dt_rng_stream(a->arena, (uint64_t)round, (long)rank, "change");
    for (size_t i = 0; i < N; i++) x[i] = (float)gsl_ran_gaussian(rng, i % 9 == 0 ? 5 : 1);
    dt_arena_release(a->arena, mark);
}

/* Rank r counts for r + 1 of 15. */
static void scene_expect(scene *s, meant *out) {
    float x[RANKS][N], origin[N] = { 0 };
    const float *all[RANKS];
    const dt_compress *from[RANKS];
    double weight[RANKS], size[RANKS];
    for (int round = 0; round < ROUNDS; round++) {
        float *wanted = s->wanted[round];
        for (size_t r = 0; r < RANKS; r++) {
            change(s->a, r, round, x[r]);
            s->aside[r].turn = (uint64_t)round;
            out->sent += dt_compress_pass(&s->aside[r], x[r], NULL, x[r]);
            from[r] = &s->aside[r];
            all[r] = x[r];
            size[r] = (double)r + 1;
            weight[r] = size[r] / 15;
        }
        dt_inputs in = { RANKS, N, all, size };
        if (s->aggregate.type->partial) out->again += dt_compress_merge(&s->merger_aside, from, weight, RANKS, wanted);
        else dt_aggregate_form(&s->aggregate, &in, weight, wanted, s->a->pool);
        if (!s->aggregate.type->partial && s->merger_aside.twice) dt_compress_again(&s->merger_aside, wanted, wanted);
        for (size_t i = 0; s->plan->origin && i < N; i++) origin[i] = wanted[i] += origin[i];
    }
}

static dt_status member_act(void *arg) {
    member *m = arg;
    scene *s = m->s;
    meant *out = s->a->out;
    dt_compress *c = &s->own[m->rank];
    float origin[N] = { 0 }, x[N];
    for (int round = 0; round < ROUNDS; round++) {
        dt_vec *mean;
        dt_outcome outcome;
        change(s->a, m->rank, round, x);
        c->turn = (uint64_t)round;
        double bytes = dt_compress_pass(c, x, NULL, x);
        for (size_t i = 0; s->plan->origin && i < N; i++) x[i] += origin[i];
        dt_share share = { .x = x, .size = (double)m->rank + 1, .wire_bytes = bytes, .merges = c->type->merges, .packet = c,
                           .origin = s->plan->origin ? origin : NULL };
        DT_TRY(dt_collective_mean(s->c, m->rank, &share, &mean, &outcome));
        for (size_t i = 0; i < N; i++) {
            out->error = fmax(out->error, fabs((double)mean->x[i] - s->wanted[round][i]));
            out->size = fmax(out->size, fabs(mean->x[i]));
        }
        memcpy(origin, mean->x, sizeof origin);
        dt_vec_drop(mean);
    }
    return DT_OK;
}

static void scene_body(apart *a) {
    const plan *p = a->arg;
    meant *out = a->out;
    scene *s = dt_arena_take(a->arena, 1, sizeof *s);
    dt_port *port[RANKS];
    member m[RANKS];
    *s = (scene){ .a = a, .plan = p };
    for (size_t r = 0; r < RANKS; r++) port[r] = apart_port(a, r, r);
    dt_port *server = dt_port_new(a->engine, RANKS, DT_PORT_SERVER, 0, a->arena);
    dt_group group = { .engine = a->engine, .port = port, .ranks = RANKS, .server = &server, .servers = 1, .sites = 1 };
    dt_config *name = dt_config_set_text(dt_config_new(a->arena), NULL, p->aggregate, a->arena);
    dt_config *algorithm = dt_config_set_text(dt_config_new(a->arena), NULL, p->collective, a->arena);
    if (dt_aggregate_open(&s->aggregate, name, a->arena) != DT_OK) _exit(1);
    if (dt_collective_open(&s->c, algorithm, &group, N, dt_vec_pool_new(N, a->arena), &s->aggregate, a->pool,
                           a->arena) != DT_OK) _exit(1);
    for (size_t r = 0; r < RANKS; r++) {
        scene_open(s, &s->own[r], (long)r, "compress");
        scene_open(s, &s->aside[r], (long)r, "compress");
    }
    scene_open(s, &s->merger, 0, "merger");
    scene_open(s, &s->merger_aside, 0, "merger");
    dt_collective_merge_by(s->c, &s->merger);
    scene_expect(s, out);
    for (size_t r = 0; r < RANKS; r++) {
        m[r] = (member){ s, r };
        dt_engine_spawn(a->engine, "member", port[r], member_act, &m[r], false);
    }
    out->status = dt_engine_run(a->engine);
    out->bytes = dt_engine_bytes(a->engine);
}

static const meant *take(plan p) {
    const apart_star star = { RANKS + 1, 1e9, 1.25e9, 25e-6, "SPLITDUPLEX", "CM02" };
    const meant *out = apart_run(&star, 2, scene_body, &p);
    assert_int_equal(out->status, DT_OK);
    assert_true(out->size > 0.1);
    return out;
}

static const char *const kinds[] = {
    "{\"name\": \"sketch\", \"ratio\": 1, \"rows\": 3, \"recover\": 0.1}", "{\"name\": \"topk\", \"ratio\": 0.1, \"twice\": true}",
    "{\"name\": \"quantize\", \"bits\": 3, \"twice\": true}", "{\"name\": \"randomk\", \"ratio\": 0.2, \"twice\": true}",
    "{\"name\": \"significant\", \"threshold\": 1.5, \"least\": 1, \"twice\": true}", "{\"name\": \"sign\"}",
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void every_collective_sums_packets_as_their_merger_does(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (int k = 0; k < KINDS; k++)
            for (int origin = 0; origin < 2; origin++) {
                const meant *out = take((plan){ dt_collective_room.entries[e]->name, kinds[k], "weighted", origin });
                if (out->error > 1e-5) fail_msg("%s, %s: off by %g", dt_collective_room.entries[e]->name, kinds[k], out->error);
            }
}

static void a_robust_mean_of_packets_is_encoded_again(void **fixture) {
    (void)fixture;
    for (int k = 1; k < KINDS; k++)
        for (int origin = 0; origin < 2; origin++) {
            const meant *out = take((plan){ "star", kinds[k], "median", origin });
            if (out->error > 1e-5) fail_msg("%s: off by %g", kinds[k], out->error);
        }
}

/* Up go the packets; down goes the sum to all: one table, one packet again, or as much as all of them together. */
static void a_star_sends_down_what_a_sum_weighs(void **fixture) {
    (void)fixture;
    for (int k = 0; k < KINDS; k++) {
        const meant *out = take((plan){ "star", kinds[k], "weighted", false });
        double down = strstr(kinds[k], "sign\"") != NULL ? ROUNDS * RANKS * (4 + 8) : out->again;
        assert_near(out->bytes, out->sent + RANKS * down, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_collective_sums_packets_as_their_merger_does),
        cmocka_unit_test(a_robust_mean_of_packets_is_encoded_again),
        cmocka_unit_test(a_star_sends_down_what_a_sum_weighs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
