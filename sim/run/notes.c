/* notes.c - marks, workers and spans on their way into the record. */
#include "run/notes.h"
#include "engine/failure.h"
#include "run/placement.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const dt_column worker_columns[] = {
    { "role", DT_COLUMN_TEXT, "", "worker or server" },
    { "rank", DT_COLUMN_COUNT, "1", "its number among them" },
    { "hand", DT_COLUMN_TEXT, "", "actor beside it, which has a row of its own; empty: its own one" },
    { "host", DT_COLUMN_TEXT, "", "host it runs on" },
    { "site", DT_COLUMN_TEXT, "", "site that its host is in; empty: all are in one, or it is in none" },
    { "speed", DT_COLUMN_REAL, "flop/s", "speed of the host over the worker's slowness" },
    { "samples", DT_COLUMN_COUNT, "1", "samples in its shard; 0 where it has none, as a server" },
    { "compute_s", DT_COLUMN_REAL, "s", "simulated time spent computing" },
    { "wait_s", DT_COLUMN_REAL, "s", "waiting for messages that others had not sent yet" },
    { "send_s", DT_COLUMN_REAL, "s", "communicating: idle while messages to or from it crossed the network" },
    { "off_s", DT_COLUMN_REAL, "s", "not taking part" },
    { "bytes_out", DT_COLUMN_REAL, "B", "bytes sent" },
    { "bytes_in", DT_COLUMN_REAL, "B", "bytes received" },
    { "messages", DT_COLUMN_COUNT, "1", "messages sent" },
    { "joules", DT_COLUMN_REAL, "J", "energy of its host; 0 in a hand's row; NaN: not modelled" },
    { "messages_lost", DT_COLUMN_COUNT, "1", "of the messages sent, those that were lost" },
    { "bytes_lost", DT_COLUMN_REAL, "B", "of the bytes sent" },
    { "lies", DT_COLUMN_COUNT, "1", "with an attack: how often what it told others was a lie, or came of flipped labels" },
    { 0 }
};
static const dt_column fault_columns[] = {
    { "time_s", DT_COLUMN_REAL, "s", "simulated time" },
    { "role", DT_COLUMN_TEXT, "", "worker or server; empty: it was a link" },
    { "rank", DT_COLUMN_COUNT, "1", "number of the worker or server; 0 of a link" },
    { "link", DT_COLUMN_TEXT, "", "name of the link, or empty" },
    { "what", DT_COLUMN_TEXT, "", "crash, recover, away, back, empty (battery), cut off, in reach, link off, link on" },
    { 0 }
};
static const dt_column durability_columns[] = {
    { "time_s", DT_COLUMN_REAL, "s", "simulated time at which it was over" },
    { "range", DT_COLUMN_COUNT, "1", "number of the range of the model, which is that of the server that had it first" },
    { "server", DT_COLUMN_COUNT, "1", "number of the server that serves the range from now on, has written it, has lost it, or has a copy" },
    { "what", DT_COLUMN_TEXT, "", "checkpoint; takeover: a copy serves the range; lost: no copy was left, its values go back to the last "
      "checkpoint, or the initial ones; restored: a server has read them, and serves them; copied: a server that is back has a copy" },
    { "bytes", DT_COLUMN_REAL, "B", "written to storage, read from it, or sent" },
    { "seconds", DT_COLUMN_REAL, "s", "how long writing took, or how long nobody served the range" },
    { "pushes", DT_COLUMN_COUNT, "1", "pushes that were applied to the range, and are lost" },
    { 0 }
};
static const dt_column span_columns[] = {
    { "role", DT_COLUMN_TEXT, "", "worker or server" },
    { "rank", DT_COLUMN_COUNT, "1", "its number among them" },
    { "hand", DT_COLUMN_TEXT, "", "actor beside it; empty: its own one" },
    { "kind", DT_COLUMN_TEXT, "", "compute, wait, send or off" },
    { "start_s", DT_COLUMN_REAL, "s", "simulated time" },
    { "end_s", DT_COLUMN_REAL, "s", "simulated time" },
    { "peer_role", DT_COLUMN_TEXT, "", "of the other side; empty: none or several" },
    { "peer", DT_COLUMN_COUNT, "1", "its number; 0 of none or several" },
    { "peer_hand", DT_COLUMN_TEXT, "", "its actor; empty: its own one" },
    { "bytes", DT_COLUMN_REAL, "B", "bytes of the message" },
    { "label", DT_COLUMN_COUNT, "1", "what it was for, as the strategy numbers it: of a computation 1 + the layer, and less than 0 in a "
      "backward pass; else 1 + the part; 0: nothing in particular" },
    { 0 }
};
static const dt_column message_columns[] = {
    { "from_role", DT_COLUMN_TEXT, "", "of the sender: worker or server" },
    { "from", DT_COLUMN_COUNT, "1", "its number among them" },
    { "from_hand", DT_COLUMN_TEXT, "", "its actor; empty: its own one" },
    { "to_role", DT_COLUMN_TEXT, "", "of the receiver: worker or server" },
    { "to", DT_COLUMN_COUNT, "1", "its number among them" },
    { "to_hand", DT_COLUMN_TEXT, "", "its actor; empty: its own one" },
    { "posted_s", DT_COLUMN_REAL, "s", "simulated time at which the sender gave it away" },
    { "departed_s", DT_COLUMN_REAL, "s", "at which it went onto the network" },
    { "arrived_s", DT_COLUMN_REAL, "s", "at which its last byte was there" },
    { "taken_s", DT_COLUMN_REAL, "s", "at which the receiver took it; NaN: never" },
    { "bytes", DT_COLUMN_REAL, "B", "its size" },
    { "sent_s", DT_COLUMN_REAL, "s", "at which it departed for the last time, after it had been lost" },
    { "label", DT_COLUMN_COUNT, "1", "what was sent, as the strategy numbers it: 1 + the part; 0: nothing in particular" },
    { 0 }
};
static const dt_column layer_columns[] = {
    { "layer", DT_COLUMN_COUNT, "1", "its number in the order of a forward pass, from 0" },
    { "name", DT_COLUMN_TEXT, "", "its name" },
    { "params", DT_COLUMN_COUNT, "1", "how many parameters it has" },
    { "first", DT_COLUMN_COUNT, "1", "where in the model they begin, from 0" },
    { "forward_flops", DT_COLUMN_REAL, "flop", "computing of a forward pass, of one sample" },
    { "backward_flops", DT_COLUMN_REAL, "flop", "computing of a backward pass, of one sample" },
    { 0 }
};
static const dt_column round_columns[] = {
    { "round", DT_COLUMN_COUNT, "1", "number of the mean, or of the server's round" },
    { "time_s", DT_COLUMN_REAL, "s", "simulated time at which the first worker, or the server, had finished it" },
    { 0 }
};
static const dt_column energy_columns[] = {
    { "time_s", DT_COLUMN_REAL, "s", "simulated time of an evaluation" },
    { "joules", DT_COLUMN_REAL, "J", "energy so far, of all hosts and links" },
    { 0 }
};
static const dt_column staleness_columns[] = {
    { "age", DT_COLUMN_COUNT, "1", "changes of the model between its being read and the merging of an update that was computed on it; where a round is one change, rounds" },
    { "updates", DT_COLUMN_COUNT, "1", "how many updates were that old" },
    { 0 }
};
static const dt_column age_columns[] = {
    { "start_s", DT_COLUMN_REAL, "s", "simulated time at which the stretch begins" },
    { "end_s", DT_COLUMN_REAL, "s", "at which it ends: all stretches of a run are equally long, and the last may end after the run" },
    { "updates", DT_COLUMN_COUNT, "1", "how many updates were merged in it" },
    { "mean_age", DT_COLUMN_REAL, "1", "their mean age, as in staleness" },
    { "least_age", DT_COLUMN_COUNT, "1", "age of the newest" },
    { "most_age", DT_COLUMN_COUNT, "1", "age of the oldest" },
    { 0 }
};
static const dt_column score_columns[] = {
    { "time_s", DT_COLUMN_REAL, "s", "simulated time of the evaluation" },
    { "round", DT_COLUMN_COUNT, "1", "round of the evaluation" },
    { "role", DT_COLUMN_TEXT, "", "worker" },
    { "rank", DT_COLUMN_COUNT, "1", "index among the workers" },
    { "loss", DT_COLUMN_REAL, "1", "mean loss on training samples of the model that this worker is judged by" },
    { "accuracy", DT_COLUMN_REAL, "1", "share of the test samples that it classifies right" },
    { "own_loss", DT_COLUMN_REAL, "1", "its mean loss on the worker's own samples; NaN: it has none" },
    { "own_accuracy", DT_COLUMN_REAL, "1", "share of them that it classifies right" },
    { 0 }
};
static const dt_column node_columns[] = {
    { "rank", DT_COLUMN_COUNT, "1", "index among the workers" },
    { "node", DT_COLUMN_TEXT, "", "what the file of the graph calls it" },
    { 0 }
};
#define COUNT(a) (sizeof(a) / sizeof *(a) - 1)      /* without the end */

const dt_plan_table dt_plan_tables[] = {
    { { "workers", worker_columns }, "always: one row for each worker, server and hand that did anything; messages_lost and bytes_lost with faults, lies with "
      "the key attack" },
    { { "scores", score_columns }, "with evaluate.each: one row for each evaluation and worker" },
    { { "nodes", node_columns }, "where the graph is of names (topology = { \"file\", names = true }): one row for each worker" },
    { { "staleness", staleness_columns }, "where updates were merged: a histogram of their ages" },
    { { "ages", age_columns }, "where some of them were not computed on the newest model: their ages over time, one row for each of at "
      "most 128 stretches of time" },
    { { "energy", energy_columns }, "where the platform has power figures: one row for each evaluation" },
    { { "faults", fault_columns }, "with faults: what went wrong, and when it was over" },
    { { "durability", durability_columns }, "with faults.servers, servers.checkpoint or servers.replicas: what became of the ranges of servers" },
    { { "rounds", round_columns }, "with trace = \"spans\" or \"messages\": one row for each round" },
    { { "spans", span_columns }, "likewise: every stretch of time of every worker and server; label where the strategy goes layer by layer" },
    { { "messages", message_columns }, "with trace = \"messages\": one row for each message; sent_s with faults, label as in spans" },
    { { "layers", layer_columns }, "where the strategy goes layer by layer: one row for each layer of the model" },
    { { "routes", dt_traffic_route_columns }, "with trace: one row for each pair that exchanged a message" },
    { { "links", dt_traffic_link_columns }, "with trace: one row for each link that carried something or used energy" },
    { { NULL, NULL }, NULL },
};

/* Does the run leave this column out of the tables that notes_table begins? */
static bool notes_lacks(const dt_notes_scope *scope, const char *column) {
    static const char *const of_faults[] = { "messages_lost", "bytes_lost", "sent_s" };
    for (size_t i = 0; !scope->faults && i < sizeof of_faults / sizeof *of_faults; i++)
        if (strcmp(column, of_faults[i]) == 0) return true;
    if (!scope->attack && strcmp(column, "lies") == 0) return true;
    return !scope->labels && strcmp(column, "label") == 0;
}

/* Begin a table of count columns at most. */
static dt_status notes_table(dt_notes *n, const dt_notes_scope *scope, const char *group, const dt_column *columns, size_t count,
                             dt_record_table **table) {
    dt_column *kept = dt_arena_take(n->arena, count, sizeof *kept);
    size_t keep = 0;
    for (size_t i = 0; i < count; i++)
        if (!notes_lacks(scope, columns[i].name)) kept[keep++] = columns[i];
    return dt_record_table_new(n->record, group, kept, keep, table);
}

dt_status dt_notes_open(dt_notes *n, const dt_plan_run *run, const dt_run_options *options, const dt_stop *stop,
                        dt_notes_scope scope, dt_arena *arena) {
    *n = (dt_notes){ .progress = options->progress, .stop = stop, .labels = scope.labels, .lies = scope.attack };
    n->newest = (dt_mark){ .loss = NAN, .accuracy = NAN };
    n->arena = arena;
    DT_TRY(dt_record_create(options->part, &n->record, arena));
    DT_TRY(dt_record_text(n->record, "/", "dtsim", DT_VERSION));
    DT_TRY(dt_record_text(n->record, "/run", "config", dt_config_json(run->config, arena)));
    DT_TRY(notes_table(n, &scope, "/run/workers", worker_columns, COUNT(worker_columns), &n->workers));
    if (run->platform->powers) {
        DT_TRY(dt_record_table_new(n->record, "/run/energy", energy_columns, COUNT(energy_columns), &n->energy));
        dt_record_column(n->energy, COUNT(energy_columns) - 1, "energy of all hosts and links", "low");
    }
    if (scope.faults) DT_TRY(dt_record_table_new(n->record, "/run/faults", fault_columns, COUNT(fault_columns), &n->faults));
    if (scope.durable)
        DT_TRY(dt_record_table_new(n->record, "/run/durability", durability_columns, COUNT(durability_columns), &n->durability));
    if (strcmp(scope.trace, "none") == 0) return DT_OK;
    dt_traffic_open(&n->traffic, arena);
    DT_TRY(dt_record_table_new(n->record, "/run/rounds", round_columns, COUNT(round_columns), &n->rounds));
    DT_TRY(notes_table(n, &scope, "/run/spans", span_columns, COUNT(span_columns), &n->spans));
    if (strcmp(scope.trace, "messages") != 0) return DT_OK;
    return notes_table(n, &scope, "/run/messages", message_columns, COUNT(message_columns), &n->messages);
}

static double notes_flops(const dt_notes *n) {
    double sum = 0;
    for (const dt_port *p = dt_engine_ports(n->engine); p != NULL; p = dt_port_next(p)) sum += dt_port_usage(p).flops;
    return sum;
}

/* Of the limit that is nearest to be reached.  There is one: a scenario must have a limit that is not on an evaluation. */
static double notes_share(const dt_notes *n, const dt_mark *m) {
    const dt_stop *s = n->stop;
    double share = 0;
    const double limit[] = { s->steps, s->rounds, s->epochs, s->seconds, s->bytes, s->joules, s->flops };
    const double value[] = { (double)m->step, (double)m->round, m->epoch, m->time_s, m->bytes, n->monitor->joules,
                             s->flops > 0 ? notes_flops(n) : 0 };
    for (size_t i = 0; i < COUNT(limit); i++)
        if (limit[i] > 0) share = fmax(share, value[i] / limit[i]);
    return share > 1 ? 1 : share;
}

static void notes_progress(const dt_notes *n, const dt_mark *m, double loss) {
    dt_run_progress *p = n->progress;
    if (p == NULL) return;
    p->time_s = m->time_s;
    p->loss = loss;
    p->step = m->step;
    p->share = notes_share(n, m);
}

void dt_notes_phase(const dt_notes *n, dt_run_phase phase) {
    if (n->progress == NULL) return;
    n->progress->phase = phase;
    if (phase == DT_RUN_TRAINING) n->progress->begun_s = dt_meter_clock();
}

static void notes_energy(void *notes, double time_s, double joules) {
    dt_record_row(((dt_notes *)notes)->energy, (const dt_cell[]){ { .real = time_s }, { .real = joules } });
}

/* SimGrid brings every host and link up to date for it: of many hosts that is too long for every mark. */
static void notes_ask(dt_notes *n) {
    enum { HOSTS = 10000 };
    if (n->energy != NULL && n->asked++ % (1 + dt_engine_hosts(n->engine) / HOSTS) == 0)
        dt_engine_tell_joules(n->engine, notes_energy, n);
}

/* At the first evaluation, when the hook has said which columns it adds. */
static dt_status notes_columns(dt_notes *n) {
    const dt_metric_list *c = &n->monitor->columns;
    dt_column *columns = dt_arena_take(n->arena, c->count, sizeof *columns);
    for (size_t i = 0; i < c->count; i++) columns[i] = c->item[i].is;
    DT_TRY(dt_record_table_new(n->record, "/run/evaluations", columns, c->count, &n->marks));
    for (size_t i = 0; i < c->count; i++)
        dt_record_column(n->marks, i, c->item[i].label != NULL ? c->item[i].label : columns[i].name, dt_metric_better(&c->item[i]));
    n->row = dt_arena_take(n->arena, c->count, sizeof *n->row);
    return DT_OK;
}

dt_status dt_notes_mark(void *notes, const dt_mark *m, bool *stop) {
    dt_notes *n = notes;
    const dt_metric_list *c = &n->monitor->columns;
    (void)stop;
    notes_ask(n);
    n->newest = *m;
    notes_progress(n, m, m->loss);
    if (n->marks == NULL) DT_TRY(notes_columns(n));
    for (size_t i = 0; i < c->count; i++) {
        double value = dt_metric_value(&c->item[i], m);
        if (c->item[i].is.kind == DT_COLUMN_COUNT) n->row[i].count = (int64_t)value;
        else n->row[i].real = value;
    }
    return dt_record_row(n->marks, n->row);
}

void dt_notes_score(void *notes, const dt_mark *m, size_t rank, dt_score score, dt_score own) {
    const dt_cell row[] = { { .real = m->time_s }, { .count = m->round }, { .text = "worker" }, { .count = (int64_t)rank },
                            { .real = score.loss }, { .real = score.accuracy }, { .real = own.loss }, { .real = own.accuracy } };
    dt_record_row(((dt_notes *)notes)->scores, row);
}

dt_status dt_notes_each(dt_notes *n) {
    return dt_record_table_new(n->record, "/run/scores", score_columns, COUNT(score_columns), &n->scores);
}

dt_status dt_notes_nodes(dt_notes *n, const dt_topology *topology) {
    dt_record_table *nodes;
    if (topology->name == NULL) return DT_OK;
    DT_TRY(dt_record_table_new(n->record, "/run/nodes", node_columns, COUNT(node_columns), &nodes));
    for (size_t r = 0; r < topology->workers; r++) {
        const dt_cell row[] = { { .count = (int64_t)r }, { .text = topology->name[r] } };
        DT_TRY(dt_record_row(nodes, row));
    }
    return DT_OK;
}

void dt_notes_row(void *notes, size_t table, const dt_cell *row) {
    dt_record_row(((dt_notes *)notes)->tables[table], row);     /* a disk that fills up is noticed when the file is closed */
}

dt_status dt_notes_tables(dt_notes *n, const dt_ledger *tables) {
    size_t count = 0;
    while (tables != NULL && tables[count].name != NULL) count++;
    n->tables = dt_arena_take(n->arena, count, sizeof *n->tables);
    for (size_t i = 0; i < count; i++) {
        size_t columns = 0;
        while (tables[i].columns[columns].name != NULL) columns++;
        const char *group = dt_arena_text(n->arena, "/run/%s", tables[i].name);
        DT_TRY(dt_record_table_new(n->record, group, tables[i].columns, columns, &n->tables[i]));
    }
    return DT_OK;
}

dt_status dt_notes_layers(dt_notes *n, const dt_model *model) {
    dt_record_table *table;
    if (!n->labels) return DT_OK;
    DT_TRY(dt_record_table_new(n->record, "/run/layers", layer_columns, COUNT(layer_columns), &table));
    for (size_t i = 0; i < model->layers; i++) {
        const dt_model_layer *l = &model->layer[i];
        const dt_cell row[] = { { .count = (int64_t)i }, { .text = l->name }, { .count = (int64_t)l->params },
                                { .count = (int64_t)l->first }, { .real = l->forward_flops }, { .real = l->backward_flops } };
        DT_TRY(dt_record_row(table, row));
    }
    return DT_OK;
}

void dt_notes_span(void *notes, const dt_span *s) {
    static const char *const kinds[] = { "compute", "wait", "send", "off" };
    dt_notes *n = notes;
    const dt_cell row[] = { dt_traffic_role(s->port), dt_traffic_rank(s->port), dt_traffic_hand(s->port),
                            { .text = kinds[s->kind] }, { .real = s->start_s }, { .real = s->end_s },
                            dt_traffic_role(s->peer), dt_traffic_rank(s->peer), dt_traffic_hand(s->peer), { .real = s->bytes },
                            { .count = s->label } };
    dt_record_row(n->spans, row);       /* a disk that fills up is noticed when the file is closed */
}

void dt_notes_flight(void *notes, const dt_flight *m) {
    enum { OPTIONAL = 2 };      /* columns at the end: sent_s and label */
    dt_notes *n = notes;
    dt_cell row[COUNT(message_columns)] = {
        dt_traffic_role(m->from), dt_traffic_rank(m->from), dt_traffic_hand(m->from), dt_traffic_role(m->to),
        dt_traffic_rank(m->to), dt_traffic_hand(m->to), { .real = m->posted_s }, { .real = m->departed_s },
        { .real = m->arrived_s }, { .real = m->taken_s }, { .real = m->bytes }
    };
    size_t cells = COUNT(message_columns) - OPTIONAL;
    if (n->faults != NULL) row[cells++].real = m->sent_s;
    if (n->labels) row[cells++].count = m->label;
    dt_traffic_add(&n->traffic, m);
    if (n->messages != NULL) dt_record_row(n->messages, row);
}

void dt_notes_round(void *notes, long round, double time_s) {
    dt_notes *n = notes;
    dt_mark m = dt_monitor_here(n->monitor);
    m.round = round;
    m.step = n->monitor->newest.step;
    if (n->rounds != NULL) dt_record_row(n->rounds, (const dt_cell[]){ { .count = round }, { .real = time_s } });
    notes_progress(n, &m, n->monitor->judged == DT_JUDGED_NOTHING ? NAN : n->newest.loss);
}

static int64_t notes_lies(const dt_team *team, size_t rank) { return team->attack != NULL ? team->attack->told[rank] : 0; }

static dt_status notes_port(dt_notes *n, const dt_training *training, const dt_port *p, double horizon_s) {
    enum { OPTIONAL = 3 };      /* columns at the end: messages_lost, bytes_lost and lies */
    const dt_group *g = &training->team->group;
    bool works = dt_port_kind_of(p) == DT_PORT_WORKER, own = dt_port_hand(p)[0] == '\0';
    size_t host = dt_port_host(p), rank = dt_port_index(p);
    const size_t *start = training->learning->shards->start + (works ? rank : 0);
    double slow = works ? training->pace->factor[rank] : 1, joules = dt_engine_host_joules(g->engine, host);
    dt_usage u = dt_port_usage(p);
    if (!(u.present_s > 0) && !(u.messages_in > 0)) return DT_OK;
    dt_cell row[COUNT(worker_columns)] = {
        dt_traffic_role(p), dt_traffic_rank(p), dt_traffic_hand(p), { .text = dt_engine_host_name(g->engine, host) },
        { .text = dt_placement_site(g, p) }, { .real = dt_engine_host_speed(g->engine, host) / slow },
        { .count = works && own ? (int64_t)(start[1] - start[0]) : 0 }, { .real = u.compute_s },
        { .real = u.wait_s }, { .real = u.send_s }, { .real = fmax(0, horizon_s - u.compute_s - u.wait_s - u.send_s) },
        { .real = u.bytes_out }, { .real = u.bytes_in }, { .count = (int64_t)u.messages_out },
        { .real = own || isnan(joules) ? joules : 0 },
    };
    size_t cells = COUNT(worker_columns) - OPTIONAL;
    if (n->faults != NULL) {
        row[cells++].count = (int64_t)u.messages_lost;
        row[cells++].real = u.bytes_lost;
    }
    if (n->lies) row[cells].count = works && own ? notes_lies(training->team, rank) : 0;
    return dt_record_row(n->workers, row);
}

void dt_notes_fault(dt_notes *n, const dt_fault_event *f) {
    const dt_cell row[] = { { .real = f->time_s }, dt_traffic_role(f->worker), dt_traffic_rank(f->worker), { .text = f->link },
                            { .text = f->what } };
    dt_record_row(n->faults, row);      /* a disk that fills up is noticed when the file is closed */
}

void dt_notes_durable(dt_notes *n, const dt_durable_event *e) {
    const dt_cell row[] = { { .real = e->time_s }, { .count = (int64_t)e->range }, { .count = (int64_t)e->server }, { .text = e->what },
                            { .real = e->bytes }, { .real = e->seconds }, { .count = e->pushes } };
    dt_record_row(n->durability, row);  /* a disk that fills up is noticed when the file is closed */
}

/* Hands in the order of making. */
static int hand_order(const void *a, const void *b) {
    size_t left = dt_port_number(*(dt_port *const *)a), right = dt_port_number(*(dt_port *const *)b);
    return (left > right) - (left < right);
}

static dt_status notes_hands(dt_notes *n, const dt_training *training, double horizon_s) {
    size_t count = 0, i = 0;
    dt_port *first = dt_engine_ports(training->team->group.engine), *p;
    for (p = first; p != NULL; p = dt_port_next(p)) count += dt_port_hand(p)[0] != '\0';
    dt_port **hand = dt_arena_take(training->run, count + 1, sizeof *hand);
    for (p = first; p != NULL; p = dt_port_next(p))
        if (dt_port_hand(p)[0] != '\0') hand[i++] = p;
    qsort(hand, count, sizeof *hand, hand_order);
    for (i = 0; i < count; i++) DT_TRY(notes_port(n, training, hand[i], horizon_s));
    return DT_OK;
}

dt_status dt_notes_workers(dt_notes *n, const dt_training *training, double horizon_s) {
    const dt_group *g = &training->team->group;
    for (size_t r = 0; r < g->ranks; r++) DT_TRY(notes_port(n, training, g->port[r], horizon_s));
    for (size_t i = 0; i < g->servers; i++) DT_TRY(notes_port(n, training, g->server[i], horizon_s));
    return notes_hands(n, training, horizon_s);
}

static dt_status notes_ages(dt_notes *n, const dt_ages *a) {
    dt_record_table *table;
    DT_TRY(dt_record_table_new(n->record, "/run/ages", age_columns, COUNT(age_columns), &table));
    for (size_t i = 0; i < DT_AGES_WINDOWS; i++) {
        const dt_age_window *w = &a->window[i];
        const dt_cell row[] = { { .real = (double)i * a->width }, { .real = (double)(i + 1) * a->width }, { .count = w->updates },
                                { .real = (double)w->sum / (double)w->updates }, { .count = w->least }, { .count = w->most } };
        if (w->updates > 0) DT_TRY(dt_record_row(table, row));
    }
    return DT_OK;
}

dt_status dt_notes_staleness(dt_notes *n, const dt_monitor *monitor) {
    dt_record_table *table;
    const dt_ages *a = &monitor->ages;
    if (a->count == 0) return DT_OK;
    DT_TRY(dt_record_table_new(n->record, "/run/staleness", staleness_columns, COUNT(staleness_columns), &table));
    for (size_t age = 0; age < a->count; age++) {
        const dt_cell row[] = { { .count = (int64_t)age }, { .count = a->merged[age] } };
        if (a->merged[age] > 0) DT_TRY(dt_record_row(table, row));
    }
    return dt_ages_differ(a) ? notes_ages(n, a) : DT_OK;
}

dt_status dt_notes_close(dt_notes *n, const dt_notes_end *end) {
    dt_record *r = n->record;
    const dt_mark *m = &n->newest;
    DT_TRY(dt_record_text(r, "/run", "status", dt_status_word(end->status)));
    DT_TRY(dt_record_text(r, "/run", "reason", end->reason));
    if (end->where != NULL) DT_TRY(dt_record_text(r, "/run", "where", end->where));
    DT_TRY(dt_record_real(r, "/run", "time_s", end->horizon_s));
    DT_TRY(dt_record_real(r, "/run", "steps", end->unjudged ? (double)n->monitor->newest.step : (double)m->step));
    DT_TRY(dt_record_real(r, "/run", "rounds", end->unjudged ? (double)n->monitor->decided : (double)m->round));
    DT_TRY(dt_record_real(r, "/run", "loss", m->loss));
    DT_TRY(dt_record_real(r, "/run", "accuracy", m->accuracy));
    DT_TRY(dt_record_real(r, "/run", "bytes", end->bytes));
    if (!isnan(end->joules)) DT_TRY(dt_record_real(r, "/run", "joules", end->joules));
    DT_TRY(dt_record_text(r, "/run", "fingerprint", dt_record_fingerprint(r)));
    return dt_record_seal(r);
}
