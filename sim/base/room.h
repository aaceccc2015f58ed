/* room.h - a registry: the algorithms of one room, found by name and opened from a scenario's node. */
#ifndef DT_BASE_ROOM_H
#define DT_BASE_ROOM_H

#include "base/param.h"

/* The description of an algorithm; the first member ("is") of every dt_<room>_type. */
typedef struct dt_entry {
    const char     *name, *brief, *source;
    const dt_param *params;         /* NULL if it has none */
    size_t          state_size;     /* zeroed, then filled from params */
} dt_entry;

typedef struct dt_room {
    const char            *name;    /* "compress": the scenario's key */
    const char            *brief;   /* "gradient and model compression: ...", in the field's words */
    const char            *preset;  /* the entry that is used when the scenario names none; NULL: it must name one */
    const dt_param        *common;  /* parameters that all entries of the room have, too; or NULL */
    const dt_entry *const *entries;
    size_t                 count;
    const char          *(*more)(const dt_entry *entry);    /* one more sentence for its help; may be NULL */
    /* Set *out to the node that a shorthand of the room stands for, or to given itself.  NULL: the room has no shorthand.
     * Errors: DT_EINVAL. */
    dt_status          (*write_out)(const dt_config *given, const char *path, const dt_config **out, dt_arena *arena);
} dt_room;

/* For a room's header, after its dt_<room>_type: declares dt_<room>_room, which base/members.h makes of list.h, and
 * dt_<room>_of, which returns the whole type of one of its entries. */
#define DT_DECLARE_ROOM(room)                                                                                 \
    extern const dt_room dt_##room##_room;                                                                    \
    static inline const dt_##room##_type *dt_##room##_of(const dt_entry *entry) {                             \
        _Static_assert(offsetof(dt_##room##_type, is) == 0, #room "_type begins with its entry");             \
        return (const dt_##room##_type *)(const void *)entry;                                                 \
    }

/* The entry of that name, or NULL. */
const dt_entry *dt_room_find(const dt_room *room, const char *name);

/* Find the entry that config names (NULL, or a table without a name: the preset), take its state and fill it.
 *   path    where config stands in the scenario; NULL: the room's name
 *   common  filled from the room's common parameters; NULL if the room has none
 * Errors: DT_ENOTFOUND name (with the nearest one), DT_EINVAL key or value. */
dt_status dt_room_open(const dt_room *room, const dt_config *config, const char *path, void *common,
                       dt_arena *run, const dt_entry **entry, void **state);

/* Check config as dt_room_open does and set key of out to the choice with every parameter written out.
 * common_size is the size of the struct that the common parameters live in, 0 if there are none. */
dt_status dt_room_resolve(const dt_room *room, const dt_config *config, const char *path, size_t common_size,
                          dt_config *out, const char *key, dt_arena *arena);

#endif
