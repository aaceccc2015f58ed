/* tokens.h - how many threads of all runs of a sweep may compute at a time, as make's job server counts its jobs.
 * A token is the right to keep one core busy.  Every run has one for its main thread; what is left is taken by whichever run has
 * work for another thread, and given back when that thread has nothing to do.  Each token knows its owner in one word of memory
 * that all processes share, so that it moves by one atomic step: the tokens of a process that is killed at any moment are found
 * by its owner's number, and released by the process that waits for it. */
#ifndef DT_BASE_TOKENS_H
#define DT_BASE_TOKENS_H

#include <stdbool.h>

typedef struct dt_tokens dt_tokens;

/* count >= 1 free tokens, which processes forked from now on share; dt_tokens_close releases the memory of this process.
 * NULL: there is no memory to share. */
dt_tokens *dt_tokens_open(int count);
void       dt_tokens_close(dt_tokens *t);

/* An owner is any number above 0. */
bool dt_tokens_take(dt_tokens *t, int owner);               /* false: no token is free; it never waits */
bool dt_tokens_pass(dt_tokens *t, int owner, int other);    /* one of owner's becomes other's; false: owner has none */
void dt_tokens_give(dt_tokens *t, int owner);               /* one of owner's is free again */
int  dt_tokens_release(dt_tokens *t, int owner);            /* all of owner's are free again; returns how many there were */
int  dt_tokens_held(const dt_tokens *t, int owner);         /* owner 0: free ones */

#endif
