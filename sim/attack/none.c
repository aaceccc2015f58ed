/* none.c - all workers are honest. */
#include "attack/attack.h"

const dt_attack_type dt_attack_none = {
    .is = { .name = "none", .brief = "All workers are honest.", .source = "the case without adversaries" },
};
