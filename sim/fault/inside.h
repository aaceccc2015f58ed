/* inside.h - what the files of fault/ share. */
#ifndef DT_FAULT_INSIDE_H
#define DT_FAULT_INSIDE_H

#include "fault/fault.h"
#include "profile/profile.h"

/* One item of faults.links. */
typedef struct dt_fault_link { const char *pattern; const dt_config *bandwidth, *latency, *on; } dt_fault_link;

/* Read an item that has been checked. */
void dt_fault_link_read(const dt_config *node, dt_fault_link *link, dt_arena *arena);

/* The keys of faults.servers, and how they are read once they have been checked. */
typedef struct dt_fault_server_keys { const dt_config *crash, *recover; double notice; } dt_fault_server_keys;
void dt_fault_server_read(const dt_config *resolved, dt_fault_server_keys *keys, dt_arena *arena);

/* Begin to inject failures of servers: servers.c. */
dt_status dt_fault_servers(const dt_fault_setup *setup, dt_arena *run);

#endif
