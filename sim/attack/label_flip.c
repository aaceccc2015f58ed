/* label_flip.c - liars train on wrong labels: class y becomes class classes - 1 - y.  What they send is what they have computed.
 * When: poisoned data in place of a poisoned message, the attack that anybody who labels samples can carry out; gradients of wrong labels
 * are about as long as those of right ones, so that rules which look at lengths do not see them.
 * What breaks it: many honest workers; one liar of many moves the mean little.
 * Source: Fang, Cao, Jia, Gong 2020, "Local Model Poisoning Attacks to Byzantine-Robust Federated Learning", arXiv:1911.11815,
 * section 4.1 (label flipping). */
#include "attack/attack.h"

const dt_attack_type dt_attack_label_flip = {
    .is = { .name = "label_flip", .brief = "Liars train on wrong labels: class y becomes class classes - 1 - y.",
            .source = "Fang et al. 2020, section 4.1" },
    .labels = true,
};
