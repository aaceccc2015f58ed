/* hooks.h - what the files of a store ask of durable.c, where servers may fail.  Without a holding they do what is done where none
 * fails. */
#ifndef DT_ROLE_HOOKS_H
#define DT_ROLE_HOOKS_H

#include "role/keeping.h"

/* False if this push was taken before: its worker sends it again. */
bool dt_durable_takes(dt_store *s, dt_keeper *p, size_t i, const dt_message *m);
/* A message from another server has come to the head. */
void dt_durable_hear(dt_keeper *p, dt_message *m);
/* All messages that had come are handled. */
void dt_durable_changed(dt_keeper *p);
/* Send values to a worker, now or when the tail has them. */
void dt_durable_answer(dt_store *s, dt_keeper *p, size_t i, dt_message m);
/* [time] Write a checkpoint if one is due. */
DT_CHECKED dt_status dt_durable_save(dt_keeper *p);
/* A worker is absent: nothing is sent to it any more. */
void dt_durable_leave(dt_keeper *p, size_t i);
/* A worker is back, with the clocks of now. */
void dt_durable_join(dt_keeper *p, size_t i);
/* A worker waits for a range that nobody serves, or that does not know of its request. */
bool dt_durable_stranded(const dt_store *s, size_t i);

/* Send a request of worker i; [time] wait for the answer, and send it again whenever the range has another head. */
void dt_durable_ask(dt_keeper *p, dt_worker *w, size_t i, dt_message m);
DT_CHECKED dt_status dt_durable_receive(dt_keeper *p, dt_worker *w, size_t i, long tag, dt_message *m);

#endif
