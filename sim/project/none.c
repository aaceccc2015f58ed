/* none.c - leave the model where the optimiser's step has left it.
 * When: as one of the values of a sweep; a scenario without the key project does the same. */
#include "project/project.h"

const dt_project_type dt_project_none = { .is = { "none", "The model stays where a step has left it.", "the case without a projection" } };
