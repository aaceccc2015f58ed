/* project.c - opens a proximal operator or a projection. */
#include "project/project.h"

#define ROOM project
#include "base/members.h"

const dt_room dt_project_room = {
    .name = "project", .brief = "what every step of the optimiser is brought back to: a penalty's proximal operator, or a set of models",
    .preset = "none",
    ROOM_MEMBERS,
};

dt_status dt_project_open(dt_project *p, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    DT_TRY(dt_room_open(&dt_project_room, config, NULL, NULL, run, &entry, &p->state));
    p->type = dt_project_of(entry);
    return p->type->check == NULL ? DT_OK : p->type->check(p->state, "project");
}

void dt_project_apply(const dt_project *p, double rate, size_t n, float *x) {
    if (p != NULL && p->type->apply != NULL) p->type->apply(p->state, rate, n, x);
}

double dt_project_penalty(const dt_project *p, size_t n, const float *x) {
    return p == NULL || p->type->penalty == NULL ? 0 : p->type->penalty(p->state, n, x);
}
