/* distributed.c - each client adds its part of the noise to its own update, and the sum of the parts is what the server would add.
 * When to use it: with secure aggregation, where the server sees nothing but the sum, so that it need not be trusted with the noise.
 * What breaks it: clients that drop out take their parts with them, which the accountant counts; and without secure aggregation the
 * server sees updates with little noise.
 * Source: Dwork, Kenthapadi, McSherry, Mironov, Naor 2006, "Our Data, Ourselves: Privacy via Distributed Noise Generation", section
 * 1; with secure aggregation: Kairouz, Liu, Steinke 2021, arXiv:2102.06387 (whose noise is discrete; here it is rounded with the
 * update, which is not accounted for). */
#include "privacy/privacy.h"

const dt_privacy_type dt_privacy_distributed = {
    .is = { "distributed", "Each client adds its part of the noise, for secure aggregation; who drops out takes its part along.",
            "Kairouz, Liu, Steinke 2021, section 1", NULL, 0 },
    .by_clients = true,
};
