/* notes.h - the recorder of a run: it writes the tables of its record, row by row. */
#ifndef DT_RUN_NOTES_H
#define DT_RUN_NOTES_H

#include "record/record.h"
#include "fault/fault.h"
#include "role/durable.h"
#include "run/run.h"
#include "run/traffic.h"

typedef struct dt_notes {
    dt_record       *record;
    dt_record_table *marks;         /* NULL until the first evaluation */
    dt_record_table *workers, *rounds, *spans, *messages, *faults;   /* all except the first: NULL if it is not wanted */
    dt_record_table *energy, *scores, *durability;      /* likewise */
    dt_record_table **tables;       /* of the strategy */
    const dt_monitor *monitor;      /* the columns of marks are its columns */
    dt_cell         *row;           /* [monitor->columns.count] scratch */
    dt_arena        *arena;
    dt_engine       *engine;        /* NULL until it is built */
    bool             labels;        /* spans and messages have a column label */
    bool             lies;          /* workers have a column lies */
    size_t           asked;         /* evaluations, for asking the energy of many hosts only after some of them */
    dt_traffic       traffic;
    dt_run_progress *progress;      /* NULL: it is not wanted */
    const dt_stop   *stop;
    dt_mark          newest;
} dt_notes;

/* What decides which tables and columns there are: the scenario's trace ("none", "spans", "messages"), whether it has faults or
 * an attack, whether its strategy labels what it does, and whether servers fail, are saved or copied. */
typedef struct dt_notes_scope { const char *trace; bool faults, labels, attack, durable; } dt_notes_scope;

/* Begin the record of a run: attributes and tables.  stop is what progress is measured against. */
dt_status dt_notes_open(dt_notes *n, const dt_plan_run *run, const dt_run_options *options, const dt_stop *stop,
                        dt_notes_scope scope, dt_arena *arena);

/* From now on the run is in this phase. */
void dt_notes_phase(const dt_notes *n, dt_run_phase phase);

/* Where the strategy labels what it does: the layers of the model, which the labels name. */
dt_status dt_notes_layers(dt_notes *n, const dt_model *model);

/* Begin the strategy's own tables, which a name NULL ends (NULL: there are none); dt_notes_row records a row of one. */
dt_status dt_notes_tables(dt_notes *n, const dt_ledger *tables);
void      dt_notes_row(void *notes, size_t table, const dt_cell *row);

/* Begin the table of every worker's scores; dt_notes_score records a row. */
dt_status dt_notes_each(dt_notes *n);
/* Record what the graph's file calls the workers, if it does. */
dt_status dt_notes_nodes(dt_notes *n, const dt_topology *topology);

void      dt_notes_score(void *notes, const dt_mark *m, size_t rank, dt_score score, dt_score own);

/* Record an evaluation (a function of dt_writer), a span and a message (listeners of the engine, only if they are traced). */
dt_status dt_notes_mark(void *notes, const dt_mark *mark, bool *stop);
void      dt_notes_span(void *notes, const dt_span *span);
void      dt_notes_flight(void *notes, const dt_flight *message);
void      dt_notes_round(void *notes, long round, double time_s);       /* likewise */

/* Record a failure or a recovery. */
void dt_notes_fault(dt_notes *n, const dt_fault_event *event);

/* Record what happened to a range of a server (role/durable.h). */
void dt_notes_durable(dt_notes *n, const dt_durable_event *event);

/* Record a row for each worker and server that did anything. */
dt_status dt_notes_workers(dt_notes *n, const dt_training *training, double horizon_s);

/* Record the ages of the merged updates. */
dt_status dt_notes_staleness(dt_notes *n, const dt_monitor *monitor);

/* How a run ended. */
typedef struct dt_notes_end {
    dt_status   status;
    const char *reason;             /* "" if it is ok */
    const char *where;              /* key path at fault ("" if unknown), if the configuration was refused before the run
                                       began; else NULL */
    double      horizon_s, bytes, joules;
    bool        unjudged;           /* the strategy has no evaluations: rounds and steps are those that were finished */
} dt_notes_end;

/* Record the end and the fingerprint, after which the file is complete. */
dt_status dt_notes_close(dt_notes *n, const dt_notes_end *end);

#endif
