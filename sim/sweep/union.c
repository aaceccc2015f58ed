/* union.c - one list of a plan's runs and of kept runs; every run that has a number keeps it. */
#include "sweep/union.h"
#include "sweep/columns.h"
#include <stdlib.h>

typedef struct member { dt_plan_run run; size_t from; } member;

/* The first of the kept runs with that configuration is added, where the plan has none. */
static bool union_adds(const dt_kept *kept, size_t k, const dt_plan *plan) {
    if (kept->run[k].of < plan->runs) return false;
    for (size_t i = 0; i < k; i++)
        if (kept->run[i].hash == kept->run[k].hash) return false;
    return true;
}

/* The numbers of kept that are given already, so that none is given twice. */
typedef struct numbers { bool *given; long count, next; } numbers;

static numbers union_numbers(const dt_kept *kept, dt_arena *arena) {
    numbers n = { 0 };
    for (size_t k = 0; k < kept->runs; k++)
        if (kept->run[k].run.id >= n.next) n.next = kept->run[k].run.id + 1;
    n.count = n.next;
    n.given = dt_arena_take(arena, (size_t)n.count + 1, sizeof *n.given);
    return n;
}

static long union_number(numbers *n, long wish) {
    if (wish < 0 || wish >= n->count || n->given[wish]) return n->next++;
    n->given[wish] = true;
    return wish;
}

/* The number that a run of the plan has in kept, where it is still free. */
static long union_wish(const dt_kept *kept, const numbers *n, size_t i) {
    for (size_t k = 0; k < kept->runs; k++) {
        long id = kept->run[k].run.id;
        if (kept->run[k].of == kept->first[i] && id >= 0 && !n->given[id]) return id;
    }
    return -1;
}

static int union_order(const void *a, const void *b) {
    const member *left = a, *right = b;
    return (left->run.id > right->run.id) - (left->run.id < right->run.id);
}

static size_t union_members(const dt_plan *plan, const dt_kept *kept, member *list, dt_arena *arena) {
    numbers n = union_numbers(kept, arena);
    size_t count = 0;
    bool own = n.count == 0;
    for (size_t i = 0; i < plan->runs; i++) {
        list[count].run = plan->run[i];
        list[count].from = i;
        if (!own) list[count].run.id = union_number(&n, union_wish(kept, &n, i));
        else if (plan->run[i].id >= n.next) n.next = plan->run[i].id + 1;
        count++;
    }
    for (size_t k = 0; k < kept->runs; k++) {
        if (!union_adds(kept, k, plan)) continue;
        list[count].run = kept->run[k].run;
        list[count].from = plan->runs;
        list[count++].run.id = union_number(&n, kept->run[k].run.id);
    }
    qsort(list, count, sizeof *list, union_order);
    return count;
}

void dt_union(const dt_plan *plan, const dt_kept *kept, dt_plan *whole, size_t **from, dt_arena *arena) {
    member *all = dt_arena_take(arena, plan->runs + kept->runs, sizeof *all);
    size_t count = union_members(plan, kept, all, arena);
    dt_plan_run *run = dt_arena_take(arena, count, sizeof *run);
    *whole = *plan;
    *from = dt_arena_take(arena, count, sizeof **from);
    for (size_t i = 0; i < count; i++) {
        run[i] = count > plan->runs ? all[i].run : plan->run[i];
        (*from)[i] = count > plan->runs ? all[i].from : i;
    }
    if (count == plan->runs) return;
    dt_columns_join(run, count, arena);
    whole->run = run;
    whole->runs = count;
}
