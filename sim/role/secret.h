/* secret.h - the rounds of secure aggregation, between the invitation of clients and the updates that the server merges.
 *
 *   exchange            a client sends (its key pairs are of this round alone)      the server sends
 *   advertise keys      two public keys                                             nothing
 *   share keys          a share of its key and one of its own mask for each         the public keys of all others
 *   masked input        the words of its update under all masks                     the model, and the shares meant for it
 *   unmasking           of each client that had shared keys one share               who is in the sum
 *
 *   the server has      the round goes on with                                      else
 *   keys                those of whom keys came                                     the round fails
 *   shares              those of whom shares came; masks are of these pairs         the round fails
 *   updates             those whose words came; the others break off, since the     the round fails
 *                       server can remove their masks from now on
 *   threshold replies   the sum: the own masks of those in it are removed, and the  the round fails
 *                       masks that the others left in it
 *
 * In each exchange a client whose host fails is given up after the team's deadline; the time limit of a round is one for the
 * first three of them, since unmasking begins when updates have come or the limit is over.
 * A failed round leaves the model as it was; it is counted in the column failed_rounds, and has no updates.
 * Invariant, asserted: a key that is put together from shares belongs to the public key that was advertised. */
#ifndef DT_ROLE_SECRET_H
#define DT_ROLE_SECRET_H

#include "role/server.h"

typedef struct dt_secret dt_secret;
typedef struct dt_secret_client dt_secret_client;

dt_secret *dt_secret_new(dt_server *s);

/* Remember an invitation until dt_secret_gather, which carries all of a round out. */
void dt_secret_invite(dt_secret *k, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state, const dt_letter *more);

/* [time] The four exchanges.  The updates of the server are then those in the sum; where something is learnt, each has the mean of
 * them all as x, since the server knows no other. */
DT_CHECKED dt_status dt_secret_gather(dt_secret *k, const dt_quorum *quorum);

/* [time] For dt_worker_submit: *sent becomes the masked words of it less the model that the client began with, of *bytes. */
DT_CHECKED dt_status dt_secret_mask(dt_worker *w, dt_vec **sent, double *bytes);

#endif
