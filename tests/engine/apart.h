/* apart.h - run a simulation in a process of its own (SimGrid has one platform per process), on a star of equal
 * hosts, and hand its numbers back. */
#ifndef DT_TESTS_ENGINE_APART_H
#define DT_TESTS_ENGINE_APART_H

#include "tests/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"

/* hosts "h-0" ..., each with a link of its own to a switch without limits; two links make a route. */
typedef struct apart_star {
    int         hosts;
    double      speed, bandwidth, latency;  /* flop/s; bytes/s; seconds of one link, half a route's */
    const char *sharing;                    /* "SPLITDUPLEX", "SHARED" */
    const char *network;
} apart_star;

/* [hosts] Of each host's link; NULL: as the star says. */
typedef struct apart_links { const double *bandwidths, *latencies; } apart_links;

/* Of all stars from now on: share of messages that are lost (sent again after 0.2 s); whether hosts draw 10 to 100 W
 * and links 1 to 8 W; whether SimGrid's clock keeps all digits, where a latency may end a nanosecond early otherwise. */
static struct { double loss; bool watts, precise; } apart_more;

static inline const char *apart_platform(const apart_star *star, apart_links own, dt_arena *arena) {
    const char *path = dt_arena_text(arena, "/tmp/dtsim-test-%d.xml", (int)getpid());
    FILE *f = fopen(path, "w");
    fprintf(f, "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
               "<platform version=\"4.1\">");
    const char *precision = dt_engine_version()[0] == '3' ? "surf/precision" : "precision/timing";
    if (apart_more.precise) fprintf(f, "<config><prop id=\"%s\" value=\"1e-15\"/></config>", precision);
    fprintf(f, "<zone id=\"z\" routing=\"Full\">\n");
    for (int i = 0; i < star->hosts; i++) {
        fprintf(f, "<host id=\"h-%d\" speed=\"%.17gf\">", i, star->speed);
        if (apart_more.watts)
            fprintf(f, "<prop id=\"wattage_per_state\" value=\"10:100:100\"/><prop id=\"links\" value=\"l-%d\"/>", i);
        fprintf(f, "</host><link id=\"l-%d\" bandwidth=\"%.17gBps\" latency=\"%.17gs\" sharing_policy=\"%s\">", i,
                own.bandwidths != NULL ? own.bandwidths[i] : star->bandwidth,
                own.latencies != NULL ? own.latencies[i] : star->latency, star->sharing);
        fprintf(f, apart_more.watts ? "<prop id=\"wattage_range\" value=\"1:8\"/></link>\n" : "</link>\n");
    }
    int split = strcmp(star->sharing, "SPLITDUPLEX") == 0;
    for (int i = 0; i < star->hosts; i++)
        for (int j = 0; j < i; j++)
            fprintf(f, "<route src=\"h-%d\" dst=\"h-%d\"><link_ctn id=\"l-%d\"%s/><link_ctn id=\"l-%d\"%s/></route>\n", j, i,
                    j, split ? " direction=\"UP\"" : "", i, split ? " direction=\"DOWN\"" : "");
    fprintf(f, "</zone></platform>\n");
    fclose(f);
    return path;
}

enum { APART_OUT = 4096 };

typedef struct apart {
    dt_arena  *arena;
    dt_engine *engine;
    dt_pool   *pool;
    void      *out;         /* [APART_OUT] what the test looks at afterwards: a struct of its own, zeroed */
    void      *arg;
} apart;

static inline dt_port *apart_port(const apart *a, size_t host, size_t index) {
    return dt_port_new(a->engine, host, DT_PORT_WORKER, index, a->arena);
}

/* Start the star in a child, with what else setup wants, call body there, and return what it left in out; the child's
 * failure fails the test. */
static inline const void *apart_run_all(dt_engine_setup setup, const apart_star *star, apart_links own, int threads,
                                        void (*body)(apart *a), void *arg) {
    void *out = mmap(NULL, APART_OUT, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGSEGV, SIG_DFL);       /* cmocka's handler would go on with the next test here */
        signal(SIGABRT, SIG_DFL);
        apart a = { .arena = dt_arena_new(1 << 16), .out = out, .arg = arg };
        a.pool = dt_pool_new(threads, a.arena);
        setup.platform = apart_platform(star, own, a.arena);
        setup.network = star->network;
        setup.pool = a.pool;
        setup.owner = out;
        setup.loss.share = apart_more.loss;
        setup.loss.timeout_s = 0.2;
        setup.loss.seed = 1;
        setup.energy = apart_more.watts;
        dt_status started = dt_engine_start(&a.engine, &setup, a.arena);
        unlink(setup.platform);
        if (started != DT_OK) fprintf(stderr, "%s\n", dt_reason());
        if (started == DT_OK) body(&a);
        _exit(started == DT_OK ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("the simulating process ended with status %d", status);
    return out;
}

static inline const void *apart_run_with(dt_engine_setup setup, const apart_star *star, int threads,
                                         void (*body)(apart *a), void *arg) {
    return apart_run_all(setup, star, (apart_links){ 0 }, threads, body, arg);
}

static inline const void *apart_run_links(const apart_star *star, const double *bandwidths, const double *latencies,
                                          int threads, void (*body)(apart *a), void *arg) {
    return apart_run_all((dt_engine_setup){ 0 }, star, (apart_links){ bandwidths, latencies }, threads, body, arg);
}

static inline const void *apart_run(const apart_star *star, int threads, void (*body)(apart *a), void *arg) {
    return apart_run_with((dt_engine_setup){ 0 }, star, threads, body, arg);
}

#endif
