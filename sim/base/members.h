/* members.h - makes the registry of a room from its list.h, where every ITEM(name) stands for dt_<room>_<name> in a file of its
 * own.  It is included once, by <room>.c, after  #define ROOM <room>;  that file writes ROOM_MEMBERS among the members of
 * its dt_<room>_room. */
#define ROOM_TEXT_(x) #x
#define ROOM_TEXT(x)  ROOM_TEXT_(x)
#define ROOM_NAME_(room, rest) dt_##room##_##rest
#define ROOM_NAME(room, rest)  ROOM_NAME_(room, rest)

#define ITEM(name) extern const ROOM_NAME(ROOM, type) ROOM_NAME(ROOM, name);
#include ROOM_TEXT(ROOM/list.h)
#undef ITEM

static const dt_entry *const room_members[] = {
#define ITEM(name) &ROOM_NAME(ROOM, name).is,
#include ROOM_TEXT(ROOM/list.h)
#undef ITEM
};

#define ROOM_MEMBERS .entries = room_members, .count = sizeof room_members / sizeof *room_members
