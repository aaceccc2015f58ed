/* central.c - the server, which sees every update, adds the noise to their mean before anybody else sees it.
 * When to use it: the server is trusted and its models are not, as they are sent to every client, or published.
 * What breaks it: few clients in a round, since the noise does not shrink with their number and the sum of updates does.
 * Source: McMahan, Ramage, Talwar, Zhang 2018, "Learning Differentially Private Recurrent Language Models", arXiv:1710.06963,
 * Algorithm 1. */
#include "privacy/privacy.h"

const dt_privacy_type dt_privacy_central = {
    .is = { "central", "The server adds the noise to the mean of the clipped updates (DP-FedAvg).", "McMahan et al. 2018, Algorithm 1", NULL, 0 },
};
