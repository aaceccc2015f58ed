/* placement_test.c - which hosts workers and servers get, by names, patterns and properties, and what is refused.
 * SimGrid has one platform in a process: each case is one of its own, which leaves its placement as a line of text. */
#include "tests/test.h"
#include "run/placement.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct case_of {
    const char *hosts;      /* "a b@north c@south:server": names, and the properties region and role of those that have one */
    dt_setting  setting;
    dt_faults   faults;
    const char *placement;      /* "w0 a" ...; a site in brackets; "<" what each worker is cut off from; or the reason of a refusal */
    dt_status   status;
} case_of;

static const char *platform(const char *hosts) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/dtsim-placement-%d.xml", (int)getpid());
    FILE *f = fopen(path, "w");
    fprintf(f, "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
               "<platform version=\"4.1\"><zone id=\"z\" routing=\"Full\">\n");
    char name[32], site[32], role[32];
    int length;
    for (const char *at = hosts; sscanf(at, " %31[^@: ]%n", name, &length) == 1; at += length) {
        int more = 0, last = 0;
        fprintf(f, "<host id=\"%s\" speed=\"1Gf\"><prop id=\"watts\" value=\"1\"/>", name);
        if (sscanf(at + length, "@%31[^: ]%n", site, &more) == 1) fprintf(f, "<prop id=\"region\" value=\"%s\"/>", site);
        length += more;
        if (sscanf(at + length, ":%31[^ ]%n", role, &last) == 1) fprintf(f, "<prop id=\"role\" value=\"%s\"/>", role);
        fprintf(f, "</host>\n");
        length += last;
    }
    fprintf(f, "</zone></platform>\n");
    fclose(f);
    return path;
}

static void write_port(FILE *out, const dt_group *g, const char *kind, const dt_port *p) {
    const char *site = dt_placement_site(g, p);
    fprintf(out, "%s%zu %s", kind, dt_port_index(p), dt_engine_host_name(g->engine, dt_port_host(p)));
    if (site[0] != '\0') fprintf(out, "(%s)", site);
}

static void write_placement(FILE *out, const dt_placement *s) {
    const dt_group *g = &s->group;
    for (size_t w = 0; w < g->ranks; w++) {
        write_port(out, g, "w", g->port[w]);
        fprintf(out, "<%s ", dt_engine_host_name(g->engine, s->reach[w]));
    }
    for (size_t i = 0; i < g->servers; i++) {
        write_port(out, g, "s", g->server[i]);
        if (i + 1 < g->servers) fprintf(out, " ");
    }
}

/* In a process of its own: the line of text, or the reason, and the status. */
static void place(const case_of *c, char *text, size_t size, dt_status *status) {
    dt_arena *run = dt_arena_new(0);
    dt_pool *pool = dt_pool_new(1, run);
    dt_engine *e;
    dt_placement placement;
    const char *path = platform(c->hosts);
    dt_engine_setup setup = { .platform = path, .network = "CM02", .pool = pool };
    *status = dt_engine_start(&e, &setup, run);
    unlink(path);
    if (*status == DT_OK) *status = dt_placement_make(&placement, &c->setting, e, run);
    if (*status == DT_OK) *status = dt_placement_fits(&placement, &c->faults);
    FILE *out = fmemopen(text, size, "w");
    if (*status == DT_OK) write_placement(out, &placement);
    else fprintf(out, "%s: %s", dt_reason_path(), dt_reason());
    fclose(out);
}

enum { TEXT = 4096 };

static void expect(const case_of *c) {
    struct seen { dt_status status; char text[TEXT]; } *seen;
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        place(c, seen->text, sizeof seen->text, &seen->status);
        _exit(0);
    }
    int ended;
    waitpid(pid, &ended, 0);
    assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
    if (seen->status != c->status || (c->status == DT_OK ? strcmp(seen->text, c->placement) != 0 : strstr(seen->text, c->placement) == NULL))
        fail_msg("of \"%s\": expected \"%s\", got \"%s\"", c->hosts, c->placement, seen->text);
    munmap(seen, sizeof *seen);
}

static void expect_all(const case_of *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        case_of c = list[i];
        if (c.setting.sites == NULL) c.setting.sites = "";
        if (c.setting.servers.on == NULL) c.setting.servers.on = "own";
        if (c.setting.servers.count == 0) c.setting.servers.count = 1;
        expect(&c);
    }
}
#define COUNT(a) (sizeof(a) / sizeof *(a))

#define WORLD "a1@north a2@north a3@south server@north server-1@south"

static void a_server_has_a_host_of_its_own_or_is_with_the_first_worker(void **fixture) {
    (void)fixture;
    const case_of list[] = {
        { "b2 b10 server b1", { 0 }, { 0 }, "w0 b1<server w1 b2<server w2 b10<server s0 server", DT_OK },
        { "b2 b10", { 0 }, { 0 }, "w0 b2<b2 w1 b10<b2 s0 b2", DT_OK },
        { "b2 b10 server", { .server = "b10" }, { 0 }, "w0 b2<b10 w1 server<b10 s0 b10", DT_OK },
        { "b2 b10 server", { .server = "b1" }, { 0 }, "server: the platform has no host \"b1\"", DT_ENOTFOUND },
        { "b2 server", { .workers = 3 }, { 0 }, "w0 b2<server w1 b2<server w2 b2<server s0 server", DT_OK },
        { "server", { 0 }, { 0 }, "w0 server<server s0 server", DT_OK },
        { "a b server", { .on = "s*" }, { 0 }, "w0 server<server s0 server", DT_OK },
    };
    expect_all(list, COUNT(list));
}

/* Workers keep their hosts whatever the number of servers. */
static void hosts_called_server_and_a_number_are_left_to_servers(void **fixture) {
    (void)fixture;
    const case_of list[] = {
        { "a b server server-1 server-2", { 0 }, { 0 }, "w0 a<server w1 b<server s0 server", DT_OK },
        { "a b server server-1 server-2", { .servers.count = 3 }, { 0 },
          "w0 a<server w1 b<server s0 server s1 server-1 s2 server-2", DT_OK },
        { "a server server-2", { 0 }, { 0 }, "w0 a<server w1 server-2<server s0 server", DT_OK },         /* a gap */
        { "a server-1", { 0 }, { 0 }, "w0 a<a w1 server-1<a s0 a", DT_OK },
        { "a b server server-1", { .servers.count = 3 }, { 0 }, "servers.count: expected at most 2, as many hosts", DT_EINVAL },
        { "a b", { .servers.count = 2 }, { 0 }, "servers.count: expected at most 1, as many hosts", DT_EINVAL },
    };
    expect_all(list, COUNT(list));
}

static void the_role_of_a_host_says_who_runs_there(void **fixture) {
    (void)fixture;
    const case_of list[] = {
        { "cpu-0:server cpu-1:server disk-0:storage gpu-0:worker gpu-1", { 0 }, { 0 }, "w0 gpu-0<cpu-0 w1 gpu-1<cpu-0 s0 cpu-0", DT_OK },
        { "cpu-0:server cpu-1:server gpu-0 gpu-1", { .servers.count = 2 }, { 0 },
          "w0 gpu-0<cpu-0 w1 gpu-1<cpu-0 s0 cpu-0 s1 cpu-1", DT_OK },
        { "cpu-0:server disk-0:storage gpu-0", { .on = "*-0", .workers = 2 }, { 0 }, "w0 gpu-0<cpu-0 w1 gpu-0<cpu-0 s0 cpu-0", DT_OK },
        { "cpu-0:server gpu-0", { .on = "cpu-*" }, { 0 }, "w0 cpu-0<cpu-0 s0 cpu-0", DT_OK },     /* there is no other of that name */
        { "disk-0:storage gpu-0", { .on = "disk-*" }, { 0 }, "workers.on: no host of the platform has a name like \"disk-*\"", DT_ENOTFOUND },
        { "cpu-0:server gpu-0 server", { 0 }, { 0 }, "w0 gpu-0<server s0 server", DT_OK },       /* names go before roles */
        { "a:chief b", { 0 }, { 0 }, "w0 a<a w1 b<a s0 a", DT_OK },                     /* not a role that is known here */
    };
    expect_all(list, COUNT(list));
}

static void workers_fill_one_site_after_the_other_or_spread_over_them(void **fixture) {
    (void)fixture;
    const case_of list[] = {
        { "a1@x a2@x a3@x b1@y b2@y", { .sites = "region", .workers = 3, .order = "fill" }, { 0 },
          "w0 a1(x)<a1 w1 a2(x)<a1 w2 a3(x)<a1 s0 a1(x)", DT_OK },
        { "a1@x a2@x a3@x b1@y b2@y", { .sites = "region", .workers = 3, .order = "spread" }, { 0 },
          "w0 a1(x)<a1 w1 b1(y)<a1 w2 a2(x)<a1 s0 a1(x)", DT_OK },
        { "b1@y a1@x a2@x a3@x b2@y", { .sites = "region", .order = "spread" }, { 0 },
          "w0 a1(x)<a1 w1 b1(y)<a1 w2 a2(x)<a1 w3 b2(y)<a1 w4 a3(x)<a1 s0 a1(x)", DT_OK },
    };
    expect_all(list, COUNT(list));
}

static void servers_share_the_hosts_of_workers_in_order(void **fixture) {
    (void)fixture;
    const case_of list[] = {
        { "a b c server", { .servers = { .count = 2, .on = "workers" } }, { 0 }, "w0 a<a w1 b<a w2 c<a s0 a s1 b", DT_OK },
        { "a b c server", { .workers = 2, .servers = { .count = 3, .on = "workers" } }, { 0 },
          "servers.count: expected at most 2, the number of the workers' hosts, got 3", DT_EINVAL },
    };
    expect_all(list, COUNT(list));
}

static void a_property_of_hosts_says_what_a_site_is(void **fixture) {
    (void)fixture;
    const case_of list[] = {
        { WORLD, { .sites = "region" }, { 0 },
          "w0 a1(north)<server w1 a2(north)<server w2 a3(south)<server s0 server(north)", DT_OK },
        { WORLD, { .sites = "region", .servers.count = 2 }, { 0 },
          "w0 a1(north)<server w1 a2(north)<server w2 a3(south)<server-1 s0 server(north) s1 server-1(south)", DT_OK },
        { "a@x b@y server", { .sites = "region", .workers = 3 }, { 0 },
          "w0 a(x)<server w1 b(y)<server w2 a(x)<server s0 server", DT_OK },              /* the server's host has none */
        { "a@x b@y", { .sites = "regoin" }, { 0 }, "sites: no host has the property \"regoin\"; did you mean \"region\"?",
          DT_EINVAL },
        { "a@x b@y", { .sites = "zone" }, { 0 }, "sites: no host has the property \"zone\" (a has \"region\")", DT_EINVAL },
        { "a@x b", { .sites = "region" }, { 0 }, "sites: host b has no property \"region\", and others have", DT_EINVAL },
    };
    expect_all(list, COUNT(list));
}

static void every_site_has_its_servers(void **fixture) {
    (void)fixture;
    const case_of list[] = {
        { WORLD, { .sites = "region", .servers = { .count = 1, .on = "sites" } }, { 0 },
          "w0 a1(north)<server w1 a2(north)<server w2 a3(south)<server-1 s0 server(north) s1 server-1(south)", DT_OK },
        { "a1@north a2@north a3@south a4@south server@south", { .sites = "region", .servers = { .count = 1, .on = "sites" } }, { 0 },
          "w0 a1(north)<a1 w1 a2(north)<a1 w2 a3(south)<server w3 a4(south)<server s0 a1(north) s1 server(south)", DT_OK },
        { "a1@north a2@south a3@north a4@south", { .sites = "region", .servers = { .count = 2, .on = "sites" } }, { 0 },
          "w0 a1(north)<a1 w1 a2(south)<a2 w2 a3(north)<a1 w3 a4(south)<a2 s0 a1(north) s1 a3(north) s2 a2(south) s3 a4(south)",
          DT_OK },
        { WORLD, { .sites = "region", .servers = { .count = 2, .on = "sites" } }, { 0 },
          "servers.count: expected at most 1, as many hosts of the names server, server-1, ... as the site north has, got 2", DT_EINVAL },
        { "a1@north a2@south a3@north", { .sites = "region", .servers = { .count = 2, .on = "sites" } }, { 0 },
          "servers.count: expected at most 1, the number of the workers' hosts in the site south, got 2", DT_EINVAL },
    };
    expect_all(list, COUNT(list));
}

static void faults_that_take_a_servers_host_away_are_refused(void **fixture) {
    (void)fixture;
    static const dt_config some = { .kind = DT_CONFIG_NUMBER, .number = 1 };
    const case_of list[] = {
        { "a b", { .servers = { .count = 1, .on = "workers" } }, { .crash = &some }, "servers.on: a server runs on a worker's host", DT_EINVAL },
        { "a@x b@y", { .sites = "region", .servers = { .count = 1, .on = "sites" } }, { .availability = &some }, "faults without availability",
          DT_EINVAL },
        { "a b", { .servers = { .count = 1, .on = "workers" } }, { .battery = &some }, "faults without battery", DT_EINVAL },
        { "a b", { .servers = { .count = 1, .on = "workers" } }, { .message_loss = 0.5 }, "w0 a<a w1 b<a s0 a", DT_OK },
        { "a b", { 0 }, { .crash = &some }, "w0 a<a w1 b<a s0 a", DT_OK },
        { WORLD, { .sites = "region", .servers = { .count = 1, .on = "sites" } }, { .crash = &some },
          "w0 a1(north)<server w1 a2(north)<server w2 a3(south)<server-1 s0 server(north) s1 server-1(south)", DT_OK },
    };
    expect_all(list, COUNT(list));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_has_a_host_of_its_own_or_is_with_the_first_worker),
        cmocka_unit_test(hosts_called_server_and_a_number_are_left_to_servers),
        cmocka_unit_test(the_role_of_a_host_says_who_runs_there),
        cmocka_unit_test(workers_fill_one_site_after_the_other_or_spread_over_them),
        cmocka_unit_test(servers_share_the_hosts_of_workers_in_order),
        cmocka_unit_test(a_property_of_hosts_says_what_a_site_is),
        cmocka_unit_test(every_site_has_its_servers),
        cmocka_unit_test(faults_that_take_a_servers_host_away_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
