/* bare.c - the parameter-server pattern in SimGrid alone, with its mailboxes: every client receives a model and sends
 * one back, for so many rounds.  Usage: bare PLATFORM CLIENTS ROUNDS BYTES (hosts host-0 ... and server);
 * prints the real seconds it took after loading, and the simulated ones. */
#include <simgrid/actor.h>
#include <simgrid/comm.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int clients;
static long rounds, bytes;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const char *name(const char *prefix, int number) {
    static char text[32];
    snprintf(text, sizeof text, "%s%d", prefix, number);
    return text;
}

static void client_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    int me = (int)(long)sg_actor_self_get_data();
    sg_mailbox_t mine = sg_mailbox_by_name(name("client-", me)), server = sg_mailbox_by_name("server");
    sg_mailbox_set_receiver(name("client-", me));
    for (long round = 0; round < rounds; round++) {
        sg_mailbox_get(mine);
        sg_mailbox_put(server, &clients, bytes);
    }
}

static void server_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    sg_mailbox_t mine = sg_mailbox_by_name("server");
    sg_mailbox_set_receiver("server");
    for (long round = 0; round < rounds; round++) {
        for (int i = 0; i < clients; i++)
            sg_comm_detach(sg_mailbox_put_init(sg_mailbox_by_name(name("client-", i)), &clients, bytes), NULL);
        for (int i = 0; i < clients; i++) sg_mailbox_get(mine);
    }
}

static void begin(const char *host, void (*code)(int, char **), long number) {
    sg_actor_t actor = sg_actor_init(host, sg_host_by_name(host));
    sg_actor_set_data(actor, (void *)number);
    sg_actor_start(actor, code, 0, NULL);
}

int main(int argc, char **argv) {
    simgrid_init(&argc, argv);
    clients = atoi(argv[2]);
    rounds = atol(argv[3]);
    bytes = atol(argv[4]);
    simgrid_load_platform(argv[1]);
    double start = seconds();
    for (int i = 0; i < clients; i++) begin(name("host-", i), client_main, i);
    begin("server", server_main, 0);
    simgrid_run();
    printf("%.6g %.9g\n", seconds() - start, simgrid_get_clock());
    return 0;
}
