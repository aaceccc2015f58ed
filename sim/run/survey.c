/* survey.c - reads the elements of a platform's text. */
#include "run/survey.h"
#include "base/status.h"
#include "base/xml.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dt_surveying {
    dt_survey       *survey;
    dt_arena        *own, *items;   /* own lives until the end */
    dt_survey_item **last;
    XML_Parser       parser;
    bool             configuring;   /* within <config> */
    bool             server[DT_SERVER_HOSTS];   /* seen: "server", "server-1", ... */
    bool             called;        /* the host that was begun last is one of these */
};

static const char *attribute(const char *const *list, const char *name) {
    for (; list[0] != NULL; list += 2)
        if (strcmp(list[0], name) == 0) return list[1];
    return "";
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool dt_survey_names_file(const dt_survey_item *item) {
    return strcmp(item->key, "file") == 0 || ends_with(item->key, "_file");
}

const char *dt_survey_state_of(const dt_survey_item *item) {
    if (strcmp(item->key, "state_file") == 0) return strcmp(item->element, "link") == 0 ? "link" : "host";
    if (strcmp(item->key, "HOST_AVAIL") == 0) return "host";
    return strcmp(item->key, "LINK_AVAIL") == 0 ? "link" : NULL;
}

dt_survey_host dt_survey_role(const char *value) {
    if (value != NULL && strcmp(value, "server") == 0) return DT_ROLE_SERVER;
    return value != NULL && strcmp(value, "storage") == 0 ? DT_ROLE_STORAGE : DT_ROLE_WORKER;
}

static bool is_change(const char *key) {
    static const char *const keys[] = { "bandwidth_file", "latency_file", "BANDWIDTH", "LATENCY" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0) return true;
    return false;
}

static void item_add(dt_surveying *s, const char *element, const char *id, const char *key, const char *value) {
    s->survey->changing |= value[0] != '\0' && is_change(key);
    s->survey->latencies |= value[0] != '\0' && (strcmp(key, "latency_file") == 0 || strcmp(key, "LATENCY") == 0);
    if (s->items == NULL || value[0] == '\0') return;
    dt_survey_item *new = dt_arena_take(s->items, 1, sizeof *new);
    *new = (dt_survey_item){ dt_arena_text(s->items, "%s", element), dt_arena_text(s->items, "%s", id),
                             dt_arena_text(s->items, "%s", key), dt_arena_text(s->items, "%s", value), NULL };
    *s->last = new;
    s->last = &new->next;
}

/* "0-3,7" stands for five hosts. */
static size_t radical_hosts(const char *radical) {
    size_t hosts = 0;
    int length = 0;
    for (const char *at = radical; *at != '\0'; at += length + (at[length] == ',')) {
        long first, last;
        length = (int)strcspn(at, ",");
        int got = sscanf(at, "%ld-%ld", &first, &last);
        if (got == 2 && last >= first) hosts += (size_t)(last - first) + 1;
        else hosts += got == 1;
    }
    return hosts;
}

static void hosts_name(dt_surveying *s, const char *id) {
    char name[32];
    long number = 0;
    s->called = false;
    if (strncmp(id, "server-", 7) == 0) number = strtol(id + 7, NULL, 10);
    if (number < 0 || number >= DT_SERVER_HOSTS) return;
    snprintf(name, sizeof name, number == 0 ? "server" : "server-%ld", number);
    s->called = strcmp(id, name) == 0;
    s->server[number] |= s->called;
}

static void hosts_count(dt_surveying *s, const char *element, const char *const *list) {
    dt_survey *survey = s->survey;
    if (strcmp(element, "host") == 0 || strcmp(element, "peer") == 0) {
        survey->hosts++;
        hosts_name(s, attribute(list, "id"));
    } else if (strcmp(element, "cluster") == 0 || strcmp(element, "cabinet") == 0) {
        survey->hosts += radical_hosts(attribute(list, "radical"));
    }
}

/* SimGrid takes the first value of a key, and reads what C calls a number alone; below 0 it means the same as 0. */
static void setting_read(dt_survey *survey, const char *key, const char *value) {
    char *end;
    double number = strtod(value, &end);
    bool whole = end != value && *end == '\0';
    if (strcmp(key, "network/TCP-gamma") == 0 && isnan(survey->window) && whole) survey->window = fmax(number, 0);
}

static void XMLCALL element_begin(void *owner, const char *element, const char **list) {
    dt_surveying *s = owner;
    const char *const *own = list;
    const char *id = attribute(own, "id");
    hosts_count(s, element, own);
    if (strcmp(element, "config") == 0) s->configuring = true;
    if (strcmp(element, "prop") == 0) {
        if (strcmp(id, "role") == 0 && !s->called) s->survey->servers += dt_survey_role(attribute(own, "value")) != DT_ROLE_WORKER;
        s->survey->powers |= !s->configuring && (strcmp(id, "wattage_per_state") == 0 || strcmp(id, "wattage_range") == 0);
        if (s->configuring) setting_read(s->survey, id, attribute(own, "value"));
        if (s->configuring) item_add(s, "config", "", id, attribute(own, "value"));
        else if (strcmp(id, "watt_per_state") == 0) item_add(s, element, "", id, attribute(own, "value"));
    }
    if (strcmp(element, "trace") == 0) item_add(s, element, id, "file", attribute(own, "file"));
    if (strcmp(element, "trace_connect") == 0)
        item_add(s, element, attribute(own, "element"), attribute(own, "kind"), attribute(own, "trace"));
    for (; own[0] != NULL; own += 2)
        if (ends_with(own[0], "_file")) item_add(s, element, id, own[0], own[1]);
}

static void XMLCALL element_end(void *owner, const char *element) {
    dt_surveying *s = owner;
    if (strcmp(element, "config") == 0) s->configuring = false;
}

dt_surveying *dt_survey_new(dt_survey *survey, dt_arena *arena) {
    dt_arena *own = dt_arena_new(0);
    dt_surveying *s = dt_arena_take(own, 1, sizeof *s);
    *survey = (dt_survey){ .window = NAN };
    *s = (dt_surveying){ .survey = survey, .own = own, .items = arena, .parser = XML_ParserCreate(NULL) };
    s->last = (dt_survey_item **)(uintptr_t)&survey->item;
    if (s->parser == NULL) dt_die(DT_EMEMORY, "no memory left for an XML parser");
    XML_SetUserData(s->parser, s);
    XML_SetElementHandler(s->parser, element_begin, element_end);
    return s;
}

static void survey_parse(dt_surveying *s, const char *piece, size_t length, bool last) {
    dt_survey *survey = s->survey;
    if (survey->broken[0] != '\0' || XML_Parse(s->parser, piece, (int)length, last) == XML_STATUS_OK) return;
    snprintf(survey->broken, sizeof survey->broken, "line %lu: %s", dt_xml_line(s->parser),
             XML_ErrorString(XML_GetErrorCode(s->parser)));
}

void dt_survey_feed(dt_surveying *s, const char *piece, size_t length) { survey_parse(s, piece, length, false); }

void dt_survey_end(dt_surveying *s) {
    survey_parse(s, "", 0, true);
    XML_ParserFree(s->parser);
    for (size_t i = 0; i < DT_SERVER_HOSTS && s->server[i]; i++) s->survey->servers++;
    dt_arena_free(s->own);
}
