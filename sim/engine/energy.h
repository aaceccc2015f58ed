/* energy.h - the power and the energy of links.  Private to this room. */
#ifndef DT_ENGINE_ENERGY_H
#define DT_ENGINE_ENERGY_H

#include "engine/inside.h"

struct link_entry {
    sg_link_t   link;
    const char *name;
    bool        off;
    double      idle_watts, busy_watts, joules, since_s;    /* joules: of all its flows, and of being idle until since_s */
};

/* The link of that name, or NULL if there is none; to be called after dt_engine_links. */
const link_entry *dt_inside_link(const dt_engine *e, const char *name);

/* Count the joules of an idle link up to now: before it is switched on or off. */
void dt_inside_settle(link_entry *link);

/* Read the power of all links, where joules are counted; count that so many bytes were transmitted over the links of the
 * route between two hosts. */
void dt_inside_power(dt_engine *e);
void dt_inside_transmitted(dt_engine *e, size_t from, size_t to, double bytes);

#endif
