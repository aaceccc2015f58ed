/* all.c - every worker holds every sample.
 * When: as the case without any difference among workers, in which local steps cost no accuracy at all and only their time counts;
 * or data small enough to be copied to everybody.  What breaks: batches of a pass overlap among workers, each of which shuffles
 * for itself, and an epoch is as many samples as all workers hold together.
 * Source: Wang et al. 2019, "Adaptive Federated Learning in Resource Constrained Edge Computing Systems", section VII, case 3. */
#include "split/deal.h"

const dt_split_type dt_split_all = {
    .is = { .name = "all", .brief = "Every worker holds every sample.", .source = "Wang et al. 2019, section VII, case 3" },
    .copies = true,
};
