/* holding.h - what the files of durable.h share: image.c has the states that are kept of a range,
 * chain.c the messages between its places, durable.c failures, checkpoints and requests. */
#ifndef DT_ROLE_HOLDING_H
#define DT_ROLE_HOLDING_H

#include "role/durable.h"
#include "role/hooks.h"

/* The state of a range as of one version: what a copy has, or a checkpoint. */
typedef struct dt_image {
    long    owners, version, steps, round, applied, pushes;
    size_t  count;
    double  factor, past, written;  /* written: bytes of all changes up to it */
    dt_vec *x;
    float  *memory;                 /* of the optimiser; NULL: it keeps none */
    long   *done, *taken;           /* [workers] */
    struct dt_image *next;          /* in the history or among those that are free */
} dt_image;

typedef enum dt_holder_state {
    DT_HOLDER_DOWN, DT_HOLDER_EMPTY, DT_HOLDER_READING, DT_HOLDER_CATCHING, DT_HOLDER_MEMBER, DT_HOLDER_LOST } dt_holder_state;

typedef struct dt_holder {
    struct dt_holding *of;
    dt_port       *port;
    size_t         server;
    dt_holder_state state;
    dt_image      *image;           /* of one in the chain that is not lost: its state */
    long           expects;         /* the version that is on its way to it while it is empty; -1: none */
    long           needs;           /* while it catches up: the newest version when it came */
    long           sent;            /* the version that the next member was sent last */
    struct dt_holder *before;        /* the place that sends to it; NULL: none yet */
    struct { long from, to; } *early;       /* [ahead + 1] changes that have overtaken others */
    size_t         earlies;
} dt_holder;

/* A request of a worker that has not been answered, and where it was sent. */
typedef struct dt_asking { dt_message m; dt_port *to; long opening; } dt_asking;

/* An answer that waits for the tail. */
typedef struct dt_answer { size_t worker; long number, seen; dt_message m; } dt_answer;

/* The durability of one range. */
typedef struct dt_holding {
    dt_store   *store;
    dt_keeper  *part;
    const dt_durability *set;
    dt_holder   *place;              /* [places] its own server's first */
    size_t      places;
    dt_holder  **chain;              /* [members] CATCHING, MEMBER and LOST ones, head first */
    long        ahead;              /* versions that may be on their way to a member */
    size_t      members;
    bool        open;               /* the head handles requests */
    long        opening;            /* how often it was opened */
    double      closed_s;
    long        safe;               /* the version that the tail has, as the head knows */
    long        pushes;             /* taken, and contained in the values or waiting to be merged */
    double      written;
    dt_image   *history, *newest;   /* states that members have or may get, the oldest first */
    dt_image   *saved, *spare;      /* the last checkpoint; images that are free */
    bool        stored;             /* a checkpoint has been written: saved is not the initial state */
    double      saved_s;
    long        saved_round;
    dt_asking  *asking;             /* [workers] */
    dt_answer  *answer;             /* [workers] a ring of answers, from first on */
    size_t      first, answers;
    long       *taken;              /* [workers] the number of the newest push that was taken */
    long       *acknowledged;       /* [workers] of the newest push whose values were sent */
    long       *joined;             /* [workers] the version when the worker was back last; -1: it never was away */
    long        missing;            /* acknowledged pushes that a new head did not have */
} dt_holding;

/* It is in the chain, and its server is up. */
static inline bool dt_holder_there(const dt_holder *x) { return x->state == DT_HOLDER_MEMBER || x->state == DT_HOLDER_CATCHING; }

/* ---- image.c ------------------------------------------------------------------------------------ */

/* The present state, with one owner; what its optimiser and values take on the wire or on a disk [bytes]. */
dt_image *dt_image_record(dt_holding *h);
void      dt_image_drop(dt_holding *h, dt_image *image);
double    dt_image_bytes(const dt_holding *h);

/* The state becomes that of the image: as it was, clocks included; or its values alone, with the clocks of now. */
void dt_image_load(dt_holding *h, const dt_image *image);
void dt_image_restore(dt_holding *h, const dt_image *image);

/* Forget what a head knows of requests: gradients that are not merged are sent again. */
void dt_image_forget(dt_holding *h);
/* Record the present state as the newest of the history; find one; drop those that no place needs any more. */
dt_image *dt_history_add(dt_holding *h);
dt_image *dt_history_find(const dt_holding *h, long version);
void      dt_history_trim(dt_holding *h);
/* Drop those after last (NULL: all), which the head that has failed had alone. */
void      dt_history_cut(dt_holding *h, const dt_image *last);

/* ---- chain.c ------------------------------------------------------------------------------------ */

/* Send the next member what it lacks (the tail acknowledges what it has); a message from another place has come. */
void dt_chain_forward(dt_holding *h, dt_holder *from);
void dt_chain_hear(dt_holding *h, dt_holder *at, dt_message *m);
/* Members have changed: close the gaps, send an empty place the state, and send answers that wait no longer. */
void dt_chain_repair(dt_holding *h);
/* Tell of an event. */
void dt_chain_tell(const dt_holding *h, const dt_holder *place, const char *what, double bytes, double seconds, long pushes);

/* Set up the durability of every range of a store whose parts are open, if its team has one. */
void dt_durable_open(dt_store *s);

/* The endpoints of the places of a range, its own server's first; how many there are, or 0. */
size_t   dt_durable_places(const dt_store *s, size_t range);
dt_port *dt_durable_port(const dt_store *s, size_t range, size_t place);

/* [time] What the actor of a place does: serve(arg) while it is the head. */
DT_CHECKED dt_status dt_durable_act(dt_store *s, size_t range, size_t place, dt_status (*serve)(void *arg), void *arg);

/* The law of the audit: no acknowledged push was missing when a member became the head. */
dt_status dt_durable_law(const void *stores);

#endif
