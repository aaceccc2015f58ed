/* cohort.h - the clients that take part in a round of federated learning: who is chosen, how many are waited for, and how they train.
 * Every strategy with rounds of clients has these parameters and this round; what the clients send and what the server makes of it
 * is the strategy's own.
 *
 * A client that is chosen by its size may be drawn several times; it then trains once, and counts as often.  So the mean of the
 * updates has the mean that all clients' updates would have, weighted by their samples.
 *
 * Where the server does not wait for the clients of a round, as many train at any time as share of them says, and whoever is
 * done makes room for another one. */
#ifndef DT_ROLE_COHORT_H
#define DT_ROLE_COHORT_H

#include "role/server.h"

typedef struct dt_cohort {
    double       fraction, overselect, deadline;
    const char  *sample;
    size_t       least, most;       /* clients that a round waits for, and that are invited at most */
    size_t      *all, *chosen;      /* [clients] ranks that are present; [most] of this round */
    double      *size;              /* [clients] samples of those present; NULL: sample is not "size", and so for the next */
    unsigned    *drawn, *times;     /* [clients] how often each present client was drawn; and by rank */
} dt_cohort;

/* Rows of the parameter table of a strategy whose state has a dt_cohort. */
#define DT_COHORT_PARAMS(state, cohort)                                                                                          \
    DT_REAL_NAMED("fraction", state, cohort.fraction, 0.1, 0, 1, "1",                                                             \
                  "share of the clients that take part in a round (C); 0: one client"),                                           \
    DT_CHOICE_NAMED("sample", state, cohort.sample, "uniform", "uniform|size",                                                    \
                    "how clients are chosen: uniform: all equally often, and an update counts by its samples; size: in proportion " \
                    "to their samples, with repetition, and each time counts the same; for clients that differ much in size"),    \
    DT_REAL_NAMED("overselect", state, cohort.overselect, 1, 1, 100, "1",                                                         \
                  "over-selection: clients invited for each that the round waits for, whose first updates are taken; a straggler " \
                  "is still busy in the next round and misses it too, so these are not quite backup workers"),                    \
    DT_REAL_NAMED("deadline", state, cohort.deadline, 0, 0, 1e9, "s",                                                             \
                  "a round is over after this time, however many updates have come; 0: no such limit")

/* Likewise, where the server keeps as many clients busy. */
#define DT_COHORT_ASYNC_PARAMS(state, cohort)                                                                                    \
    DT_REAL_NAMED("fraction", state, cohort.fraction, 0.1, 0, 1, "1",                                                             \
                  "share of the clients that train at the same time (concurrency); 0: one client")

/* Clients that a round waits for, max(C K, 1), and that are invited in it; clients of earlier rounds may be busy besides. */
size_t dt_cohort_least(const dt_cohort *c, size_t clients);
size_t dt_cohort_most(const dt_cohort *c, size_t clients);

/* True if every round waits for all whom it has invited. */
bool dt_cohort_waits(const dt_cohort *c);

/* Make room for the clients of the server; c's parameters are set. */
void dt_cohort_open(dt_cohort *c, const dt_server *s);

/* [time] Choose the clients of a round, invite them to body(state, worker) with more (NULL: the model alone), and wait for their
 * updates.  The size of an update is its weight. */
DT_CHECKED dt_status dt_cohort_round(dt_cohort *c, dt_server *s, dt_status (*body)(void *state, dt_worker *w), void *state,
                                     const dt_letter *more);

/* [time] Invite clients, chosen uniformly among those that are up and free, until least are busy, and wait for an update of any of
 * them, whenever it was invited; it has none if nobody is left to wait for.  adds: the updates that have come before stay, and
 * count; their number may grow to that of the clients.  The step of a round is that of a client which trains all the time: the steps of
 * all updates so far, shared among least clients. */
DT_CHECKED dt_status dt_cohort_next(dt_cohort *c, dt_server *s, dt_status (*body)(void *state, dt_worker *w), void *state, bool adds);

/* How much an update counts that began with a model so many versions old: always 1 (constant); (age + 1)^-exponent (polynomial); 1 up
 * to the age grace, and 1 / (slope (age - grace) + 1) from there on (hinge).  Source: Xie et al. 2019, arXiv:1903.03934, section 5.2. */
typedef struct dt_staleness { const char *rule; double exponent, slope, grace; } dt_staleness;

#define DT_STALENESS_PARAMS(state, field)                                                                                        \
    DT_CHOICE_NAMED("staleness", state, field.rule, "polynomial", "constant|polynomial|hinge",                                    \
                    "how an update counts less the older the model is that it began with, in versions: constant: not at all; "     \
                    "polynomial: (age + 1)^-exponent; hinge: fully up to grace, then 1 / (slope (age - grace) + 1)"),             \
    DT_REAL_NAMED("exponent", state, field.exponent, 0.5, 0, 100, "1", "of the polynomial; 0.5: the square root of FedBuff"),     \
    DT_REAL_NAMED("slope", state, field.slope, 10, 0, 1e6, "1", "of the hinge"),                                                  \
    DT_REAL_NAMED("grace", state, field.grace, 4, 0, 1e9, "1", "age from which the hinge lets updates count less, in versions")

double dt_staleness_weight(const dt_staleness *a, long age);

/* [time] What most clients do: take the model and go over their samples so many times in batches, with the proximal term of FedProx
 * of weight prox (0: none). */
DT_CHECKED dt_status dt_client_train(dt_worker *w, long epochs, double prox);

/* How far that many steps of the client's optimiser go along a constant gradient of 1, with its proximal term, at a rate of 1; for
 * plain steps their number.  dt_client_linear checks that this is a length that does not depend on the gradient: that the scenario's
 * optimiser is sgd without clipping.  Errors: DT_EINVAL. */
double    dt_client_way(const dt_worker *w, long steps);
dt_status dt_client_linear(const dt_config *scenario, const char *strategy);

/* [time] Send not the model but how it has changed; a compressor sees the same as with dt_worker_submit. */
DT_CHECKED dt_status dt_client_submit_change(dt_worker *w);

#endif
