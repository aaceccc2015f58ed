/* privacy.h - differential privacy of the clients of a server: each update is clipped to a norm, and the sum gets Gaussian noise,
 * so that the models tell little of any one client, whatever its samples are.  The accountant says how little: (epsilon, delta).
 * Use it to see what privacy costs in accuracy.  It protects the models, not the updates on their way: that is secure aggregation.
 * Nothing here advances the clock. */
#ifndef DT_PRIVACY_PRIVACY_H
#define DT_PRIVACY_PRIVACY_H

#include "base/rng.h"
#include "base/room.h"
#include "privacy/accountant.h"

struct dt_privacy;

typedef struct dt_privacy_type {
    dt_entry is;
    bool   by_clients;      /* each client adds its part of the noise to its update; else the server adds all of it to the mean */
    double down, up;        /* [B] that go along with a model and with an update */
    /* The noise on the sum, in clip norms, if that much is accounted for; NULL: as much. */
    double (*noise)(const void *state, double multiplier);
    /* The clip norm of the next round, after count updates of which within were not clipped; NULL: it stays. */
    double (*adapt)(const void *state, const struct dt_privacy *p, size_t within, size_t count);
} dt_privacy_type;

typedef struct dt_privacy {
    const dt_privacy_type *type;
    void   *state;
    /* the room's common parameters: */
    double  clip_norm, noise_multiplier, delta;
    const char *sampling;           /* "poisson" | "fixed" */
    double  clip;                   /* the clip norm in effect */
    double  expected;               /* updates in a mean if nothing fails */
    dt_privacy_account *account;
    dt_rng *rng;
} dt_privacy;

DT_DECLARE_ROOM(privacy)        /* preset: "central"; a scenario without the key has none */

/* expected is the number of updates in a mean if nothing fails.  Errors: DT_ENOTFOUND name, DT_EINVAL key or value. */
dt_status dt_privacy_open(dt_privacy *p, const dt_config *config, size_t expected, uint64_t seed, dt_arena *run);

/* x [n] = base + (x - base) * min(1, norm / |x - base|); returns |x - base| before.  base NULL: 0.  A vector with an entry that is
 * not a number, or infinite, has no direction that could be kept: x = base, and the norm before is HUGE_VAL. */
double dt_privacy_clip(float *x, const float *base, size_t n, double norm);

/* x [n] += N(0, deviation^2), entry by entry. */
void dt_privacy_blur(dt_rng *rng, double deviation, float *x, size_t n);

/* A mean of updates that one round leaves. */
typedef struct dt_privacy_mean {
    size_t count, clipped;      /* updates in it; of these, clipped ones */
    double heaviest, squares;   /* the largest weight of a client in the mean; the sum of the squared weights */
    double q;                   /* the chance of a client to be in the round */
} dt_privacy_mean;

/* Returns the deviation of the noise that a client adds to its update, and that the server adds to the mean, in each entry. */
double dt_privacy_of_client(const dt_privacy *p, double clip);
double dt_privacy_of_mean(const dt_privacy *p, const dt_privacy_mean *m);

/* The mean has its noise: account for it, and set the clip norm of the next round. */
void dt_privacy_release(dt_privacy *p, const dt_privacy_mean *m);

/* Spent so far; NaN: there is no bound, as there was a round without noise. */
double dt_privacy_epsilon(const dt_privacy *p);

#endif
