/* inside.h - what the files of this room share.
 * Lua is entered through dt_script_protect alone.  A function given to it may raise Lua errors, and calls the rest of
 * sim/ only in ways that do not come back into Lua: no longjmp ever crosses another room. */
#ifndef DT_SCRIPT_INSIDE_H
#define DT_SCRIPT_INSIDE_H

#include "script/script.h"
#include <lauxlib.h>
#include <lua.h>

/* What Lua may use until the next dt_script_allow, and what it has used. */
typedef struct dt_script_limit {
    double start_s, most_s;         /* of the processor, by this thread */
    double steps, most_steps;       /* instructions of Lua */
    double most_bytes;
    size_t bytes;                   /* held now */
    bool   full, spent;             /* too much memory; anything */
    bool   ended;                   /* an error is being taken down: nothing is refused */
} dt_script_limit;

struct dt_script {
    lua_State         *L;
    dt_arena          *arena;
    const char        *home, *folder;       /* of dtsim, of the scenario */
    const char        *path, *source;       /* of the scenario; NULL: there is none */
    char               chunk[LUA_IDSIZE];   /* how Lua shortens path in its messages */
    const char *const *set;                 /* [sets] */
    size_t             sets;
    bool               placed;              /* the reason of the last failure names its file itself */
    const dt_room     *platforms;
    struct dt_made    *made;                /* platforms read or generated so far */
    struct dt_counted *counted;             /* hosts that fit patterns so far */
    FILE              *texts;               /* theirs; NULL: there is none yet */
    dt_script_limit    limit;
    bool               unsafe, watched;     /* watched: there is a function on_evaluate */
};

/* ---- state.c ------------------------------------------------------------------------------- */

/* A new state with the libraries a scenario may use.  path NULL: no scenario. */
dt_status dt_script_open(const char *path, const dt_script_options *options, dt_arena *arena, dt_script **script);

/* work(s, arg) under lua_pcall, with an empty stack and fresh limits; a Lua error becomes a status with its reason. */
dt_status dt_script_protect(dt_script *s, dt_status (*work)(dt_script *s, void *arg), void *arg);

/* Raise the last failure as a Lua error; only within dt_script_protect. */
int dt_script_raise(lua_State *L);

/* Push what require gives for that module; only within dt_script_protect. */
void dt_script_require(dt_script *s, const char *module);

/* A message of Lua with the innermost of its places alone: coroutine.wrap, and error after pcall, put one in front each. */
const char *dt_script_innermost(const dt_script *s, const char *message);

/* Turn the last failure into the whole message: file, line, key path, reason.  Returns status. */
dt_status dt_script_place(dt_script *s, dt_status status);

/* The bytes of a text file behind its byte order mark, ended by a zero; NULL if it cannot be read (errno). */
char *dt_script_slurp(const char *path, size_t *length, dt_arena *arena);

/* ---- limit.c ------------------------------------------------------------------------------- */

/* A state that keeps to the limits of the options; NULL: no memory. */
lua_State *dt_script_new_state(dt_script *s, const dt_script_options *options);

/* Let pcall, xpcall and coroutine.resume pass on that something is spent; within dt_script_protect. */
void dt_script_guard(lua_State *L);

/* Start time and instructions anew; steps HUGE_VAL: time alone is limited. */
void dt_script_allow(dt_script *s, double steps);

/* ---- convert.c ----------------------------------------------------------------------------- */

/* The value at index as a tree; keys come sorted.  Errors: DT_EINVAL with the key path of what has no place there. */
dt_status dt_script_read(dt_script *s, int index, const char *path, dt_config **node);

/* Push a tree as Lua values. */
void dt_script_push(lua_State *L, const dt_config *node);

/* ---- line.c -------------------------------------------------------------------------------- */

/* The line on which the key of that path is set, or the nearest key above it; 0 if nothing is found. */
int dt_script_line(const char *source, const char *path, dt_arena *arena);

/* ---- platform.c ---------------------------------------------------------------------------- */

/* Load the generators of home/platforms into s->platforms; within dt_script_protect. */
dt_status dt_script_find_platforms(dt_script *s);

/* Replace "platform" of a flat scenario by the choice with every parameter, and give its text; within
 * dt_script_protect.  The hosts follow the scenario's workers if the platform says nothing of them. */
dt_status dt_script_resolve_platform(dt_script *s, dt_config *given, const dt_platform **platform);

/* ---- claims.c ------------------------------------------------------------------------------ */

/* The hook that calls on_evaluate, and the judge of claims; owner is the script. */
dt_status dt_script_mark(void *owner, dt_metric_list *columns, dt_mark *mark, bool *stop);
dt_status dt_script_judge(void *owner, const dt_plan *plan, const char *results, dt_claim **claim, size_t *count,
                          dt_arena *arena);

#endif
