/* ages.c - ages of merged updates in a histogram, and in windows of time that grow with the run.
 * The windows begin very short.  Whenever an update comes after the last one, all become twice as long: two neighbours are
 * added up.  So the memory is fixed, nothing need be known of how long the run will take, and half of the windows at least
 * are in use at any time.  Their lengths are powers of two, so that windows of two runs are parts of each other. */
#include "role/ages.h"
#include <string.h>

#define AGES_SHORTEST 0x1p-20           /* s: about a microsecond */

static void ages_join(dt_age_window *into, const dt_age_window *other) {
    if (other->updates == 0) return;
    bool first = into->updates == 0;
    into->least = first || other->least < into->least ? other->least : into->least;
    into->most = first || other->most > into->most ? other->most : into->most;
    into->updates += other->updates;
    into->sum += other->sum;
}

static void ages_double(dt_ages *a) {
    for (size_t i = 0; i < DT_AGES_WINDOWS; i++) {
        dt_age_window of_pair = { 0 };
        for (size_t j = 2 * i; j < 2 * i + 2 && j < DT_AGES_WINDOWS; j++) ages_join(&of_pair, &a->window[j]);
        a->window[i] = of_pair;
    }
    a->width *= 2;
}

static void ages_count(dt_ages *a, size_t age, long updates, dt_arena *run) {
    if (age >= a->room) {
        long *old = a->merged;
        a->room = 2 * age + 8;
        a->merged = dt_arena_take(run, a->room, sizeof *a->merged);
        if (old != NULL) memcpy(a->merged, old, a->count * sizeof *old);
    }
    if (age >= a->count) a->count = age + 1;
    a->merged[age] += updates;
}

void dt_ages_add(dt_ages *a, double now, long age, long updates, dt_arena *run) {
    if (age < 0) {
        a->from_future += updates;
        return;
    }
    ages_count(a, (size_t)age, updates, run);
    if (!(a->width > 0)) a->width = AGES_SHORTEST;
    while (now >= DT_AGES_WINDOWS * a->width) ages_double(a);
    ages_join(&a->window[(size_t)(now / a->width)], &(dt_age_window){ updates, age * updates, age, age });
}
