/* inside.h - what the files of fault/ share. */
#ifndef DT_FAULT_INSIDE_H
#define DT_FAULT_INSIDE_H

#include "fault/fault.h"
#include "profile/profile.h"

/* One item of faults.links. */
typedef struct dt_fault_link { const char *pattern; const dt_config *bandwidth, *latency, *on; } dt_fault_link;

/* Read an item that has been checked. */
void dt_fault_link_read(const dt_config *node, dt_fault_link *link, dt_arena *arena);

#endif
