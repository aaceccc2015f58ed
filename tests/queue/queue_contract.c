/* queue_contract.c - what every queue promises: its parts cover every entry exactly once, in order, and say truly which layers
 * they belong to; pieces keep to their size; a priority belongs to a layer; and all of it is the same again. */
#include "tests/test.h"
#include "model/model.h"
#include "queue/queue.h"
#include <stdlib.h>

enum { MOST = 12 };

typedef struct table { const char *name; dt_layer_row row[MOST]; size_t layers; } table;

/* Layers of so many parameters, one after another. */
static table sized(const char *name, const size_t *params, size_t layers) {
    table t = { .name = name, .layers = layers };
    for (size_t l = 0, first = 0; l < layers; first += params[l++]) t.row[l] = (dt_layer_row){ .first = first, .params = params[l] };
    return t;
}
#define SIZED(name, ...) sized(name, (const size_t[]){ __VA_ARGS__ }, sizeof (const size_t[]){ __VA_ARGS__ } / sizeof(size_t))

static const char *const profiles[] = { "alexnet", "vgg16", "resnet50", "inception_v3", "bert_base", "transformer_base" };
enum { PROFILES = sizeof profiles / sizeof *profiles, HAND_MADE = 7 };

static dt_queue opened(size_t e, double piece, dt_arena *run) {
    dt_queue q;
    const dt_entry *entry = dt_queue_room.entries[e];
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, entry->name, run);
    for (const dt_param *p = entry->params; p != NULL && p->name != NULL; p++)
        if (strcmp(p->name, "piece") == 0) dt_config_set_number(node, "piece", piece, run);
    assert_ok(dt_queue_open(&q, node, run));
    return q;
}

static bool has_pieces(const dt_queue *q) {
    const dt_param *p = q->type->is.params;
    while (p != NULL && p->name != NULL && strcmp(p->name, "piece") != 0) p++;
    return p != NULL && p->name != NULL;
}

/* The first and the last entry lie in the part's first and last layer, or beyond one without parameters. */
static void holds_layers(const dt_queue_view *v, const dt_queue_part *p) {
    size_t last = p->first + p->count - 1;
    assert_true(p->from < v->layers && p->to < v->layers);
    const dt_layer_row *from = &v->layer[p->from], *to = &v->layer[p->to];
    assert_true(p->first >= from->first && (from->params == 0 || p->first < from->first + from->params));
    assert_true(last < to->first + to->params && (to->params == 0 || last >= to->first));
}

static void cover(const dt_queue_view *v, const dt_queue_plan *plan) {
    size_t n = 0, at = 0;
    for (size_t l = 0; l < v->layers; l++) n += v->layer[l].params;
    for (const dt_queue_part *p = plan->part; p < plan->part + plan->parts; p++) {
        assert_int_equal(p->first, at);
        assert_true(p->count > 0 && p->from <= p->to);
        holds_layers(v, p);
        at += p->count;
    }
    assert_int_equal(at, n);
}

/* A part of one layer alone is of at most piece bytes, but has one entry; all but the last of a layer are of one size. */
static void small(const dt_queue_plan *plan, double piece) {
    for (const dt_queue_part *p = plan->part; p < plan->part + plan->parts; p++) {
        assert_int_equal(p->from, p->to);
        assert_true(p->count == 1 || (double)p->count * sizeof(float) <= piece);
        if (p + 1 < plan->part + plan->parts && p[1].from == p->from) assert_true(p[1].count <= p->count);
    }
}

static void same(const dt_queue_plan *a, const dt_queue_plan *b) {
    assert_int_equal(a->parts, b->parts);
    for (size_t i = 0; i < a->parts; i++) {
        const dt_queue_part *p = &a->part[i], *q = &b->part[i];
        assert_true(p->first == q->first && p->count == q->count && p->from == q->from && p->to == q->to &&
                    p->priority == q->priority);
    }
}

static void keeps_its_promises(size_t e, const dt_queue_view *v, double piece) {
    dt_arena *run = dt_arena_new(0);
    dt_queue q = opened(e, piece, run);
    dt_queue_plan plan, other;
    dt_rng *rng = dt_rng_stream(run, 1, 0, "queue"), *twin = dt_rng_stream(run, 1, 0, "queue");
    assert_ok(dt_queue_cut(&q, v, &plan, run));
    assert_ok(dt_queue_cut(&q, v, &other, run));
    same(&plan, &other);
    for (int step = 0; step < 3; step++) {
        dt_queue_again(&q, rng, &plan);
        dt_queue_again(&q, twin, &other);
        cover(v, &plan);
        same(&plan, &other);
        if (piece > 0 && has_pieces(&q)) small(&plan, piece);
        for (size_t i = 1; i < plan.parts; i++)
            if (plan.part[i].from == plan.part[i - 1].to) assert_int_equal(plan.part[i].priority, plan.part[i - 1].priority);
    }
    dt_arena_free(run);
}

static void every_queue(const dt_queue_view *v) {
    const double piece[] = { 0, 1, 4, 12, 40, 200e3, 4e6, 1e12 };
    double bytes = 0;
    for (size_t l = 0; l < v->layers; l++) bytes += (double)v->layer[l].params * sizeof(float);
    for (size_t e = 0; e < dt_queue_room.count; e++)
        for (size_t i = 0; i < sizeof piece / sizeof *piece; i++)
            if (piece[i] == 0 || bytes / piece[i] < 2e4) keeps_its_promises(e, v, piece[i]);
}

static void parts_cover_tables_made_by_hand(void **fixture) {
    (void)fixture;
    const table t[HAND_MADE] = { SIZED("one entry", 1), SIZED("one layer", 1000), SIZED("even", 3, 6, 3),
                                 SIZED("empty ends", 0, 0, 7, 0, 5, 0), SIZED("empty between", 10, 0, 0, 10),
                                 SIZED("large last", 1, 2, 4, 8, 16, 0, 1024), SIZED("nothing", 0, 0) };
    for (size_t i = 0; i < HAND_MADE; i++) every_queue(&(dt_queue_view){ .layer = t[i].row, .layers = t[i].layers });
}

static void parts_cover_the_shipped_profiles(void **fixture) {
    (void)fixture;
    for (size_t i = 0; i < PROFILES; i++) {
        dt_arena *run = dt_arena_new(0);
        dt_model m;
        dt_config *node;
        assert_ok(dt_config_parse(dt_arena_text(run, "{\"name\":\"profile\",\"path\":\"%s\"}", profiles[i]), &node, run));
        assert_ok(dt_model_open(&m, node, &(dt_shape){ .features = 1, .classes = 2 }, run));
        every_queue(&(dt_queue_view){ .layer = m.layer, .layers = m.layers });
        dt_arena_free(run);
    }
}

/* Any table at all: sizes of 0 and 1 are frequent, a few are large. */
static void parts_cover_tables_drawn_at_random(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_rng *rng = dt_rng_stream(run, 7, 0, "tables");
    for (int i = 0; i < 100; i++) {
        size_t params[MOST], layers = 1 + gsl_rng_uniform_int(rng, MOST);
        for (size_t l = 0; l < layers; l++) params[l] = gsl_rng_uniform_int(rng, gsl_rng_uniform_int(rng, 3) == 0 ? 5000 : 3);
        table t = sized("drawn", params, layers);
        every_queue(&(dt_queue_view){ .layer = t.row, .layers = t.layers });
    }
    dt_arena_free(run);
}

static void without_layers_there_is_no_part(void **fixture) {
    (void)fixture;
    every_queue(&(dt_queue_view){ .layers = 0 });
}

int main(void) {
    setenv("DTSIM_HOME", ".", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_cover_tables_made_by_hand),
        cmocka_unit_test(parts_cover_the_shipped_profiles),
        cmocka_unit_test(parts_cover_tables_drawn_at_random),
        cmocka_unit_test(without_layers_there_is_no_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
