/* remark.c - compares the <config> of platforms with the scenarios that use them. */
#include "run/remark.h"
#include <math.h>
#include <string.h>

typedef struct remarks {
    void      (*tell)(const char *sentence);
    dt_arena   *arena;
    const char *said[64];       /* so far, each once */
    size_t      count;
} remarks;

static void remark(remarks *r, const char *platform, const char *text) {
    const char *sentence = dt_arena_text(r->arena, "platform %s: %s", platform, text);
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->said[i], sentence) == 0) return;
    if (r->count == sizeof r->said / sizeof *r->said) return;
    r->said[r->count++] = sentence;
    r->tell(sentence);
}

static bool is_network(const dt_survey_item *i, const char *key) {
    return strcmp(i->element, "config") == 0 && strncmp(i->key, "network/", 8) == 0 &&
           (key == NULL || strcmp(i->key, key) == 0);
}

/* The window of the scenario [bytes] where it says another one than the platform; NaN: the platform's is in effect. */
static double other_window(const dt_survey_item *i, const dt_plan_run *run) {
    double window = dt_config_get(run->config, "window")->number;
    return is_network(i, "network/TCP-gamma") && window != run->platform->window ? window : NAN;
}

/* The engine sets these itself, whatever the platform says. */
static void remark_unused(remarks *r, const char *name, const dt_survey_item *i, const char *network,
                          const dt_plan_run *run) {
    if (is_network(i, "network/model") && strcmp(i->value, network) != 0)
        remark(r, name, dt_arena_text(r->arena, "its <config> sets network/model to %s, which is not used: the key network "
                                      "of the scenario says %s", i->value, network));
    if (strcmp(i->element, "config") == 0 && strcmp(i->key, "host/model") == 0 && strncmp(i->value, "ptask", 5) == 0)
        remark(r, name, dt_arena_text(r->arena, "its <config> sets host/model to %s, which is not used: it would bring a network model "
                                      "of its own", i->value));
    if (!isnan(other_window(i, run)))
        remark(r, name, dt_arena_text(r->arena, "its <config> sets network/TCP-gamma to %s, which is not used: the key window "
                                      "of the scenario says %.10g B", i->value, other_window(i, run)));
    if (is_network(i, "network/weight-S") && (dt_config_at(run->config, "faults.links") != NULL || run->platform->survey->changing))
        remark(r, name, "its <config> sets network/weight-S, which is not used: with it SimGrid ends where links change");
    if (strcmp(i->element, "prop") == 0)
        remark(r, name, dt_arena_text(r->arena, "SimGrid does not read the property %s any more, its name is "
                                      "wattage_per_state: no energy is counted where it stands", i->key));
}

static void remark_run(remarks *r, const dt_plan_run *run) {
    const char *network = dt_config_get(run->config, "network")->text, *list = "";
    const char *name = dt_config_name(dt_config_get(run->config, "platform"));
    if (run->platform->survey == NULL) return;
    for (const dt_survey_item *i = run->platform->survey->item; i != NULL; i = i->next) {
        remark_unused(r, name, i, network, run);
        if (is_network(i, NULL) && !is_network(i, "network/model") && isnan(other_window(i, run)))
            list = dt_arena_text(r->arena, "%s%s%s = %s", list, list[0] == '\0' ? "" : ", ", i->key, i->value);
    }
    if (list[0] != '\0')
        remark(r, name, dt_arena_text(r->arena, "its <config> sets %s; this takes the place of what network = \"%s\" stands for",
                                      list, network));
}

void dt_remarks(const dt_plan *plan, void (*tell)(const char *sentence), dt_arena *arena) {
    remarks r = { .tell = tell, .arena = arena };
    for (size_t i = 0; i < plan->runs; i++) remark_run(&r, &plan->run[i]);
}
