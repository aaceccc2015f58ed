/* energy.h - what links draw, and what of it is counted.  Private to this room. */
#ifndef DT_ENGINE_ENERGY_H
#define DT_ENGINE_ENERGY_H

#include "engine/inside.h"

struct link_entry {
    sg_link_t   link;
    const char *name;
    bool        off;
    double      idle_watts, busy_watts, joules, since_s;    /* joules: all of its transfers', and when idle until since_s */
};

/* NULL: there is no link of that name.  After dt_engine_links. */
const link_entry *dt_inside_link(const dt_engine *e, const char *name);

/* A link's joules up to now are settled: before it goes on or off. */
void dt_inside_settle(link_entry *link);

/* What every link draws, where joules are counted; and that a transfer has crossed those between two hosts. */
void dt_inside_power(dt_engine *e);
void dt_inside_transmitted(dt_engine *e, size_t from, size_t to, double bytes);

#endif
