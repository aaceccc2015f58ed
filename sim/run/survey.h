/* survey.h - what an XML parser finds in the text of a platform, before SimGrid has loaded it.  No platform is refused here; only
 * SimGrid decides whether a text is one. */
#ifndef DT_RUN_SURVEY_H
#define DT_RUN_SURVEY_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

/* Something that reaches beyond the element itself:
 *   a file      of a host, a link, a <trace>, ...: element "host", id "a", key "speed_file", value "a.txt"
 *   a trace     that is connected: element "trace_connect", id of the host or link, key "SPEED", value the trace's id
 *   a setting   of SimGrid's: element "config", id "", key "network/TCP-gamma", value "0"
 *   a property  of a name that SimGrid once read: element "prop", id "", key "watt_per_state" */
typedef struct dt_survey_item {
    const char *element, *id, *key, *value;
    struct dt_survey_item *next;
} dt_survey_item;

bool dt_survey_names_file(const dt_survey_item *item);

/* "host" or "link" if the item is a profile of when one is on, by a file or a trace; else NULL. */
const char *dt_survey_state_of(const dt_survey_item *item);

/* What a host is for, as its property "role" says: "worker" (also without it), "server", or "storage", where nobody runs. */
typedef enum dt_survey_host { DT_ROLE_WORKER, DT_ROLE_SERVER, DT_ROLE_STORAGE } dt_survey_host;
dt_survey_host dt_survey_role(const char *value);

enum { DT_SERVER_HOSTS = 4096 };    /* most hosts that are known by such a name */

typedef struct dt_survey {
    size_t hosts, servers;          /* hosts, of a cluster all that it stands for; of them, those called server, server-1,
                                       server-2, ...: without a gap, and those whose property role says that they train nobody */
    bool   powers, changing, latencies;     /* it has figures of power, in watts; bandwidths or latencies change with time;
                                               latencies do */
    double window;                  /* of TCP [bytes], as <config> says; 0: none; NaN: it does not say */
    char   broken[96];              /* where and why the text is no XML; "": it is */
    const dt_survey_item *item;     /* in the order of the text; without an arena there are none */
} dt_survey;

/* Read a text in pieces: new, any number of feeds, end.  arena owns the items and may be NULL. */
typedef struct dt_surveying dt_surveying;
dt_surveying *dt_survey_new(dt_survey *survey, dt_arena *arena);
void dt_survey_feed(dt_surveying *s, const char *piece, size_t length);
void dt_survey_end(dt_surveying *s);

#endif
