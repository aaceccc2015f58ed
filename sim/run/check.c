/* check.c - a process for every platform file of a user, which tries the routes of the first messages. */
#include "run/check.h"
#include "base/apart.h"
#include "run/inside.h"
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { HOSTS = 20000, SECONDS = 300 };      /* SECONDS of a processor: a process that takes longer would never end */

static dt_status check_work(void *run) { return dt_run_try(run); }

/* The keys that the machines depend on: runs that are equal in these share one process. */
static const char *const check_keys[] = { "platform", "workers", "server", "servers", "sites", "faults", "network", "strategy", "collective", "topology",
                                          NULL };

static dt_status check_links(void *run) { return dt_run_links(run); }

dt_status dt_check_platforms(const dt_plan *plan) {
    dt_arena *arena = dt_arena_new(1 << 16);
    const char **key = dt_arena_take(arena, plan->runs, sizeof *key);
    size_t keys = 0;
    dt_status status = DT_OK;
    for (size_t i = 0; i < plan->runs && status == DT_OK; i++) {
        const dt_plan_run *run = &plan->run[i];
        bool made = run->platform->survey == NULL;      /* dtsim made it, so that all routes exist; only the name of a link may be wrong */
        if ((made && dt_config_at(run->config, "faults.links") == NULL) || run->platform->hosts > HOSTS) continue;
        size_t same = 0;
        key[keys] = dt_plan_text(run, check_keys, arena);
        while (strcmp(key[same], key[keys]) != 0) same++;
        if (same < keys++) continue;
        status = dt_apart_read(made ? check_links : check_work, (void *)(uintptr_t)run, SECONDS,
                               dt_config_name(dt_config_get(run->config, "platform")));
    }
    dt_arena_free(arena);
    return status;
}

typedef struct counting { const dt_plan_run *run; size_t *hosts; } counting;

static dt_status count_work(void *arg) {
    counting *c = arg;
    return dt_run_count(c->run, c->hosts);
}

dt_status dt_check_workers(const dt_plan_run *run, size_t *hosts) {
    size_t *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return dt_fail(DT_EIO, "no memory to share with a process: %s", strerror(errno));
    dt_status status = dt_apart_read(count_work, &(counting){ run, shared }, SECONDS,
                                     dt_config_name(dt_config_get(run->config, "platform")));
    *hosts = *shared;
    munmap(shared, sizeof *shared);
    return status;
}
