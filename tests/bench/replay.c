/* replay.c - the messages of a run in SimGrid alone: the same hosts, sizes, order and departures, and nothing else.  A host sends by
 * one actor, which sleeps until its next message departs, and receives by another, through one mailbox.  Usage: replay PLATFORM
 * MESSAGES [SimGrid's options]; a line of MESSAGES is "SECONDS FROM TO BYTES" of one message, the earliest first.  Prints the
 * seconds of the processor that the process took from its start on, without reading MESSAGES, and the simulated second at which the
 * last message arrived. */
#include <simgrid/actor.h>
#include <simgrid/comm.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HOSTS = 4096 };

typedef struct message { double departs_s; sg_mailbox_t to; long bytes; struct message *next; } message;
typedef struct host { char name[64]; sg_mailbox_t mailbox; message *first, **end; long receives; } host;

static host all[HOSTS];
static int hosts;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static host *named(const char *name) {
    for (int i = 0; i < hosts; i++)
        if (strcmp(all[i].name, name) == 0) return &all[i];
    host *new = &all[hosts++];
    snprintf(new->name, sizeof new->name, "%s", name);
    new->mailbox = sg_mailbox_by_name(name);
    new->end = &new->first;
    return new;
}

static void read_messages(const char *path) {
    char from[64], to[64];
    double departs_s;
    long bytes;
    FILE *file = fopen(path, "r");
    while (file != NULL && fscanf(file, "%lf %63s %63s %ld", &departs_s, from, to, &bytes) == 4) {
        host *sender = named(from), *receiver = named(to);
        message *new = malloc(sizeof *new);
        *new = (message){ departs_s, receiver->mailbox, bytes, NULL };
        *sender->end = new;
        sender->end = &new->next;
        receiver->receives++;
    }
    if (file != NULL) fclose(file);
}

static void sender_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    const host *me = sg_actor_self_get_data();
    for (message *m = me->first; m != NULL; m = m->next) {
        if (m->departs_s > simgrid_get_clock()) sg_actor_sleep_for(m->departs_s - simgrid_get_clock());
        sg_comm_detach(sg_mailbox_put_init(m->to, m, m->bytes), NULL);
    }
}

static void receiver_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    const host *me = sg_actor_self_get_data();
    sg_mailbox_set_receiver(me->name);
    for (long i = 0; i < me->receives; i++) sg_mailbox_get(me->mailbox);
}

static void begin(const host *h, void (*code)(int, char **)) {
    sg_actor_t actor = sg_actor_init(h->name, sg_host_by_name(h->name));
    sg_actor_set_data(actor, (void *)h);
    sg_actor_start(actor, code, 0, NULL);
}

int main(int argc, char **argv) {
    simgrid_init(&argc, argv);
    simgrid_load_platform(argv[1]);
    double reading = seconds();
    read_messages(argv[2]);
    reading = seconds() - reading;
    for (int i = 0; i < hosts; i++) begin(&all[i], receiver_main);
    for (int i = 0; i < hosts; i++) begin(&all[i], sender_main);
    simgrid_run();
    printf("%.6g %.17g\n", seconds() - reading, simgrid_get_clock());
    return 0;
}
