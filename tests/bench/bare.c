/* bare.c - the parameter-server pattern in SimGrid alone, with its mailboxes.  With one server every client receives a model
 * and sends one back, for so many rounds; with several every client sends a piece to each and gets one from each, once all
 * have sent theirs.  Usage: bare PLATFORM CLIENTS ROUNDS BYTES SERVERS (hosts host-0 ..., server, server-1 ...; bytes of a
 * message); prints the real seconds it took after loading, and the simulated ones. */
#include <simgrid/actor.h>
#include <simgrid/comm.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int clients, servers;
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

static const char *server_name(int number) { return number == 0 ? "server" : name("server-", number); }

/* A mailbox for every pair and direction, as SimGrid searches the messages that wait in one. */
static sg_mailbox_t way(const char *direction, int client, int server) {
    char text[48];
    snprintf(text, sizeof text, "%s %d %d", direction, client, server);
    return sg_mailbox_by_name(text);
}

static void own(const char *direction, int client, int server) {
    char text[48];
    snprintf(text, sizeof text, "%s %d %d", direction, client, server);
    sg_mailbox_set_receiver(text);
}

static void post(sg_mailbox_t to) { sg_comm_detach(sg_mailbox_put_init(to, &clients, bytes), NULL); }

static void pusher_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    int me = (int)(long)sg_actor_self_get_data();
    for (int k = 0; k < servers; k++) own("down", me, k);
    sg_actor_sleep_for(1);      /* until all mailboxes have their receivers */
    for (long round = 0; round < rounds; round++) {
        for (int k = 0; k < servers; k++) post(way("up", me, k));
        for (int k = 0; k < servers; k++) sg_mailbox_get(way("down", me, k));
    }
}

static void range_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    int me = (int)(long)sg_actor_self_get_data();
    for (int i = 0; i < clients; i++) own("up", i, me);
    for (long round = 0; round < rounds; round++) {
        for (int i = 0; i < clients; i++) sg_mailbox_get(way("up", i, me));
        for (int i = 0; i < clients; i++) post(way("down", i, me));
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
    servers = atoi(argv[5]);
    simgrid_load_platform(argv[1]);
    double start = seconds();
    for (int k = 0; servers > 1 && k < servers; k++) begin(server_name(k), range_main, k);
    for (int i = 0; i < clients; i++) begin(name("host-", i), servers > 1 ? pusher_main : client_main, i);
    if (servers <= 1) begin("server", server_main, 0);
    simgrid_run();
    printf("%.6g %.9g\n", seconds() - start, simgrid_get_clock());
    return 0;
}
