/* absence.c - the keys of faults by which workers fail or are cut off. */
#include "role/absence.h"

const char *dt_role_absence(const dt_config *scenario) {
    static const char *const key[] = { "crash", "availability", "battery" };
    const dt_config *faults = dt_config_get(scenario, "faults"), *links = faults == NULL ? NULL : dt_config_get(faults, "links");
    for (size_t i = 0; faults != NULL && i < sizeof key / sizeof *key; i++)
        if (dt_config_get(faults, key[i]) != NULL) return key[i];
    for (const dt_config *c = links == NULL ? NULL : links->first; c != NULL; c = c->next)
        if (dt_config_get(c, "on") != NULL) return "links";
    return NULL;
}
