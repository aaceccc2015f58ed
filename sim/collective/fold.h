/* fold.h - algorithms whose members meet in pairs at distances 1, 2, 4, ...: members beyond a power of two fold into partners. */
#ifndef DT_COLLECTIVE_FOLD_H
#define DT_COLLECTIVE_FOLD_H

#include "collective/round.h"

/* 2^k of the p members are active, numbered anew from 0; the first 2 (p - 2^k) members form pairs, of which the odd one is active
 * and stands for both. */
typedef struct dt_fold { size_t p, active, pairs; } dt_fold;
dt_fold dt_fold_of(size_t p);

/* The active member with that number; the first of the members that the active ones from number on stand for. */
size_t dt_fold_member(dt_fold c, size_t number);
size_t dt_fold_from(dt_fold c, size_t number);

/* Entries of the pieces of count active members from first on: of an all-reduce, n is cut evenly among the active members. */
size_t dt_fold_entries(const dt_round *round, dt_fold c, size_t first, size_t count);

/* [time] Fold, have the active members run, and unfold: 2 alpha + 2 N beta where p is no power of two.  It takes steps 0 and 1.
 *   run   gets the own number among those who are active */
enum { DT_FOLD_STEPS = 2 };
DT_CHECKED dt_status dt_fold_exchange(const dt_round *round, dt_status (*run)(const dt_round *round, dt_fold c, size_t me));

/* [time] Send to an active member and receive from it.  Partners meet: what one sends early would crowd the link on which the
 * other still folds. */
DT_CHECKED dt_status dt_fold_swap(const dt_round *round, dt_fold c, size_t number, long step, double bytes);

/* [time] Recursive doubling: every active member has its pieces of the result, and gets all: log2(p) alpha + ((p-1)/p) N beta.
 * Source: Thakur, Rabenseifner, Gropp 2005, section 4.1. */
DT_CHECKED dt_status dt_fold_all_gather(const dt_round *round, dt_fold c, size_t me, long step);

void dt_fold_ways(const dt_group *group, dt_way *way, void *owner);

#endif
