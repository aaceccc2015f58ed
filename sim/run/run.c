/* run.c - carries out one run, and leaves its part file. */
#include "run/run.h"
#include "base/warn.h"
#include "engine/failure.h"
#include "run/audit.h"
#include "run/build.h"
#include <math.h>
#include <string.h>
#include <sys/resource.h>

/* Warn if there are more workers than hosts, which is seldom meant. */
static void run_crowd(const dt_run *r) {
    if (r->team.group.ranks <= r->placement.places) return;
    dt_warn("workers", "%zu workers share %zu host%s: those that compute on one host at the same time share its speed, and their "
            "steps take longer", r->team.group.ranks, r->placement.places, r->placement.places == 1 ? "" : "s");
}

/* Warn of a graph on which the models of the strategy may diverge. */
static void run_spectrum(const dt_run *r) {
    const dt_strategy_type *s = r->strategy.type;
    double least = r->topology.least;
    if (!s->mixes || s->spectrum == 0 || !(least < s->spectrum + 1e-9)) return;
    bool on = least > s->spectrum - 1e-9;
    dt_warn("topology", "\"%s\" needs a mixing matrix whose eigenvalues are all above %.4f, and the least is %s%.4f: %s; expected "
            "topology.lazy = true, which has none below 0", s->is.name, s->spectrum, on ? "just " : "", least,
            on ? "differences between the models fade by the curvature of the loss alone, and noise adds up in them" : "the models may diverge");
}

/* SimGrid has two ways to update the rates of messages, and each is wrong in one case: engine.c takes the other. */
static void run_latencies(const dt_run *r, const dt_survey *survey) {
    bool faults = dt_fault_latencies(&r->faults);
    if (!faults && (survey == NULL || !survey->latencies)) return;
    dt_warn(faults ? "faults.links" : "platform", "latencies of links change during the run: until the next message begins or ends, "
            "SimGrid may give messages that one host begins at the same instant more than their links have (sim/engine/VALIDITY.md)");
}

/* Bytes are whole numbers: the two sum to all exactly. */
static dt_status run_sites(const dt_run *r) {
    double all = dt_engine_bytes(r->engine), between = dt_engine_bytes_between(r->engine);
    if (r->team.group.sites < 2) return DT_OK;
    DT_TRY(dt_record_real(r->notes.record, "/run", "bytes_inside", all - between));
    return dt_record_real(r->notes.record, "/run", "bytes_between", between);
}

/* Warn if a shard has fewer batches than accumulate asks for: no step crosses the end of a pass. */
static void run_accumulation(const dt_run *r) {
    const dt_shards *shards = &r->shards;
    size_t batch = (size_t)r->setting.batch_size, wanted = (size_t)r->setting.accumulate;
    for (size_t w = 0; batch > 0 && w < shards->workers; w++) {
        size_t rows = shards->start[w + 1] - shards->start[w], batches = (rows + batch - 1) / batch;
        if (rows == 0 || batches >= wanted) continue;
        dt_warn("accumulate", "worker %zu has %zu samples, so that its steps take %zu batch%s, not %zu: a step does not cross the "
                "end of a pass", w, rows, batches, batches == 1 ? "" : "es", wanted);
        return;
    }
}

/* Record what is known at the end, even if the training failed; check the laws if it did not. */
static dt_status run_finish(dt_run *r, const dt_training *training, bool whole) {
    double horizon = dt_engine_now(r->engine);
    dt_record *record = r->notes.record;
    dt_meter_ground(dt_pool_meter(r->pool), DT_RECORDING);
    dt_notes_phase(&r->notes, DT_RUN_WRITING);
    DT_TRY(dt_notes_workers(&r->notes, training, horizon));
    DT_TRY(dt_notes_staleness(&r->notes, &r->monitor));
    if (r->notes.spans != NULL) DT_TRY(dt_traffic_write(&r->notes.traffic, r->engine, record));
    DT_TRY(run_sites(r));
    if (r->strategy.type->mixes) {
        DT_TRY(dt_record_real(record, "/run", "spectral_gap", r->topology.gap));
        DT_TRY(dt_notes_nodes(&r->notes, &r->topology));
    }
    DT_TRY(dt_record_count(record, "/run", "learnt", dt_learning_knows(&r->learning)));
    if (r->shards.empty > 0) DT_TRY(dt_record_count(record, "/run", "empty_workers", (int64_t)r->shards.empty));
    if (r->monitor.late > 0) {
        DT_TRY(dt_record_real(record, "/run", "late_updates", r->monitor.late));
        DT_TRY(dt_record_real(record, "/run", "late_bytes", r->monitor.late_bytes));
    }
    if (r->monitor.keep != NULL && dt_learning_knows(&r->learning)) {
        dt_tape_model(r->learning.tape, r->monitor.keep, r->model.n);
        DT_TRY(dt_record_vector(record, "/run/model", r->monitor.keep, r->model.n));
    }
    return whole ? dt_audit(training, r->notes.spans != NULL ? &r->notes.traffic : NULL, horizon) : DT_OK;
}

dt_status dt_run_train(dt_run *r, const dt_plan_run *plan_run) {
    r->built = true;
    run_crowd(r);
    run_spectrum(r);
    run_latencies(r, plan_run->platform->survey);
    run_accumulation(r);
    dt_vec *x = dt_vec_take(r->learning.vectors);
    if (r->learning.learn) dt_model_start(&r->model, r->learning.seed, x->x);
    dt_training training = { &r->learning, &r->pace, &r->team, &r->monitor, x, r->arena };
    dt_meter_ground(dt_pool_meter(r->pool), DT_ENGINE);
    dt_notes_phase(&r->notes, DT_RUN_TRAINING);
    dt_status status = dt_role_run(&r->strategy, &training);
    const char *reason = dt_arena_text(r->arena, "%s", status == DT_OK ? "" : dt_reason());
    const char *blamed = status == DT_OK ? NULL : dt_run_blamed(r);
    DT_TRY(run_finish(r, &training, status == DT_OK));
    if (blamed != NULL) return dt_fail_at(status, blamed, "%s", reason);
    return status == DT_OK ? DT_OK : dt_fail(status, "%s", reason);
}

/* Record where the real time went; the fingerprint does not cover it. */
static dt_status run_host(const dt_run *r, const dt_run_options *options) {
    dt_record *record = r->notes.record;
    dt_meter *meter = dt_pool_meter(r->pool);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    DT_TRY(dt_record_text(record, "/run/host", "key", options->key));
    DT_TRY(dt_record_text(record, "/run/host", "program", options->program));
    if (options->trained != NULL) DT_TRY(dt_record_text(record, "/run/host", "trained", options->trained));
    DT_TRY(dt_record_real(record, "/run/host", "real_s", dt_meter_total(meter)));
    for (dt_activity a = 0; a < DT_ACTIVITIES; a++)
        DT_TRY(dt_record_real(record, "/run/host", dt_arena_text(r->arena, "%s_s", dt_meter_name(a)), meter->spent[a]));
    DT_TRY(dt_record_real(record, "/run/host", "tasks_s", dt_pool_busy_s(r->pool)));
    DT_TRY(dt_record_real(record, "/run/host", "gradients", dt_learning_computed(&r->learning)));
    DT_TRY(dt_record_real(record, "/run/host", "peak_bytes", 1024.0 * (double)usage.ru_maxrss));
    return dt_record_count(record, "/run/host", "threads", dt_pool_threads(r->pool));
}

/* ---- the machines alone ---------------------------------------------------------------------- */

static void run_try_way(dt_run *r, const dt_port *from, const dt_port *to) {
    enum { MOST = 4096 };       /* routes that are tried: SimGrid searches for each */
    if (r->ways++ < MOST) dt_engine_try(r->engine, dt_port_host(from), dt_port_host(to));
}

static void run_way(void *owner, size_t from, size_t to) {
    dt_run *r = owner;
    const dt_group *g = &r->team.group;
    run_try_way(r, from < g->ranks ? g->port[from] : g->server[DT_SERVER(from)], to < g->ranks ? g->port[to] : g->server[DT_SERVER(to)]);
}

static void run_served_ways(dt_run *r) {
    const dt_group *g = &r->team.group;
    for (size_t w = 0; w < g->ranks; w++)
        for (size_t i = 0; i < g->servers; i++) {
            run_try_way(r, g->server[i], g->port[w]);
            run_try_way(r, g->port[w], g->server[i]);
        }
}

/* Try the routes of the first messages: between workers and servers, those of the collective, and those of the graph. */
static dt_status run_ways(void *arg) {
    dt_run *r = arg;
    const dt_strategy_type *s = r->strategy.type;
    size_t ranks = r->team.group.ranks;
    if (dt_role_served(s)) run_served_ways(r);
    if (s->averages && ranks > 1) DT_TRY(dt_collective_ways(dt_run_key(r, "collective"), &r->team.group, run_way, r, r->arena));
    if (!s->mixes) return DT_OK;
    DT_TRY(dt_topology_make(dt_run_key(r, "topology"), ranks, (uint64_t)r->setting.seed, &r->topology, r->arena));
    for (size_t w = 0; w < ranks; w++)
        for (size_t k = r->topology.start[w]; k < r->topology.start[w + 1]; k++) run_way(r, w, r->topology.neighbour[k]);
    return DT_OK;
}

dt_status dt_run_count(const dt_plan_run *plan_run, size_t *hosts) {
    dt_run *r = dt_run_new(plan_run, 1);
    DT_TRY(dt_run_engine(r, plan_run, dt_run_memory(r)));
    return dt_placement_count(&r->setting, r->engine, hosts, r->arena);
}

/* Ask for joules, because SimGrid reads power figures only then. */
dt_status dt_run_try(const dt_plan_run *plan_run) {
    dt_run *r = dt_run_new(plan_run, 1);
    DT_TRY(dt_run_machines(r, plan_run, dt_run_memory(r)));
    dt_engine_joules(r->engine);
    dt_engine_spawn(r->engine, "trial", r->team.group.port[0], run_ways, r, false);    /* SimGrid knows its routes from then on */
    return dt_engine_run(r->engine);
}

dt_status dt_run_links(const dt_plan_run *plan_run) {
    dt_run *r = dt_run_new(plan_run, 1);
    DT_TRY(dt_run_engine(r, plan_run, dt_run_memory(r)));
    return dt_fault_links_known(&r->faults, r->engine, r->arena);
}

dt_status dt_run_record(dt_run *r, const dt_plan_run *plan_run, const dt_run_options *options) {
    dt_notes_scope scope = { r->setting.trace, dt_run_key(r, "faults") != NULL, dt_run_strategy(r)->labels,
                             dt_run_key(r, "attack") != NULL, dt_run_durable(r->config) };
    DT_TRY(dt_notes_open(&r->notes, plan_run, options, &r->stop, scope, r->arena));
    r->notes.engine = r->engine;
    dt_record_meter(r->notes.record, dt_pool_meter(r->pool));
    return DT_OK;
}

/* A limit on a column that the hook does not add is found by the first evaluation, before any time has passed. */
const char *dt_run_blamed(const dt_run *r) {
    const char *path = dt_reason_path();
    if (r->built && (path[0] == '\0' || dt_engine_now(r->engine) > 0)) return NULL;
    return dt_arena_text(r->arena, "%s", path);
}

/* The tape that the run leaves or replays, with a stream for the evaluations and for each worker and server. */
static void run_tape(dt_run *r, const dt_run_options *options) {
    const dt_group *g = &r->team.group;
    size_t streams = DT_TAPE_FIRST + g->ranks + g->servers;
    if (options->tape == NULL) return;
    r->learning.tape = options->replay ? dt_tape_open(options->tape, streams, r->arena) : dt_tape_new(streams, r->arena);
}

/* A training that has diverged has done so for all who share it.  Without a tape the others train themselves. */
static void run_leave(const dt_run *r, const dt_run_options *options, dt_status status) {
    bool whole = status == DT_OK || status == DT_EDIVERGED;
    if (r->learning.tape == NULL || options->replay || !whole) return;
    status = dt_tape_write(r->learning.tape, options->tape);
    (void)status;
}

static dt_status run_all(dt_run *r, const dt_plan *plan, const dt_plan_run *plan_run, const dt_run_options *options) {
    DT_TRY(dt_run_load(r, plan_run, dt_arena_text(r->arena, "%s.xml", options->part)));
    if (options->replay) r->learn = false;      /* vectors are blank: the numbers come from the tape */
    DT_TRY(dt_run_build(r, plan));
    run_tape(r, options);
    return dt_run_train(r, plan_run);
}

dt_status dt_run_execute(const dt_plan *plan, const dt_plan_run *plan_run, const dt_run_options *options) {
    dt_run *r = dt_run_new(plan_run, options->threads);
    if (options->tokens != NULL) dt_pool_share(r->pool, options->tokens, options->owner);
    dt_arena *arena = r->arena;
    r->shared = options->data;
    DT_TRY(dt_run_record(r, plan_run, options));
    dt_status status = run_all(r, plan, plan_run, options);
    dt_notes_end end = { .status = status, .reason = "", .joules = NAN };
    if (status != DT_OK) {
        const char *path = dt_arena_text(arena, "%s", dt_reason_path());
        end.reason = dt_arena_text(arena, "%s%s%s", path, path[0] == '\0' ? "" : ": ", dt_reason());
        end.where = dt_run_blamed(r);
    }
    end.unjudged = r->built && r->monitor.judged == DT_JUDGED_NOTHING;
    if (r->engine != NULL) {
        end.horizon_s = dt_engine_now(r->engine);
        end.bytes = dt_engine_bytes(r->engine);
        end.joules = dt_engine_joules(r->engine);
    }
    run_leave(r, options, status);
    if (options->progress != NULL) options->progress->gradients = dt_learning_computed(&r->learning);
    DT_TRY(run_host(r, options));
    return dt_notes_close(&r->notes, &end);
}
