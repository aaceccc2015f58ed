/* door.h - what of SimGrid is reached through C++, because the C interface cannot catch an exception. */
#ifndef DT_ENGINE_DOOR_H
#define DT_ENGINE_DOOR_H

#include <simgrid/forward.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Load the platform file.  False: what SimGrid says is in reason [size]. */
bool dt_door_load(const char *path, char *reason, size_t size);

/* [time] Move whole bytes from host to host.  False: a host or link on the way failed. */
bool dt_door_transfer(sg_host_t from, sg_host_t to, double bytes);

/* [time] Simulate to the end.  False: SimGrid gave up (reason). */
bool dt_door_run(char *reason, size_t size);

#ifdef __cplusplus
}
#endif

#endif
