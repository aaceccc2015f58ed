/* inside.h - what the files of this room share.
 * Only dt_script_protect enters Lua.  A function given to it may raise Lua errors.  It calls the other rooms of sim/ only in ways
 * that do not come back into Lua, so that no longjmp ever leaves this room. */
#ifndef DT_SCRIPT_INSIDE_H
#define DT_SCRIPT_INSIDE_H

#include "script/script.h"
#include <lauxlib.h>
#include <lua.h>

/* The limits on Lua until the next dt_script_allow, and what it has used. */
typedef struct dt_script_limit {
    double start_s, most_s;         /* seconds of the processor in this thread */
    double steps, most_steps;       /* instructions of Lua */
    double most_bytes;
    size_t bytes;                   /* held now */
    bool   full, spent;             /* the limit on memory was reached; any limit was */
    bool   ended;                   /* an error is being handled: nothing is refused */
} dt_script_limit;

struct dt_script {
    lua_State         *L;
    dt_arena          *arena;
    const char        *home, *folder;       /* of dtsim, of the scenario */
    const char        *path, *source;       /* of the scenario; NULL: there is none */
    char               chunk[LUA_IDSIZE];   /* how Lua shortens path in its messages */
    const char *const *set;                 /* [sets] */
    size_t             sets;
    bool               placed;              /* the reason of the last failure already names its file */
    const dt_room     *platforms;
    struct dt_made    *made;                /* platforms read or generated so far */
    struct dt_counted *counted;             /* numbers of hosts that match patterns, so far */
    FILE              *texts;               /* the texts of the platforms; NULL: there is none yet */
    dt_script_limit    limit;
    bool               unsafe, watched;     /* watched: there is a function on_evaluate */
};

/* ---- state.c ------------------------------------------------------------------------------- */

/* Make a state with the libraries that a scenario may use.  path NULL: there is no scenario. */
dt_status dt_script_open(const char *path, const dt_script_options *options, dt_arena *arena, dt_script **script);

/* Call work(s, arg) under lua_pcall, with an empty stack and fresh limits; a Lua error becomes a status with its reason. */
dt_status dt_script_protect(dt_script *s, dt_status (*work)(dt_script *s, void *arg), void *arg);

/* Raise the last failure as a Lua error.  Call it only within dt_script_protect. */
int dt_script_raise(lua_State *L);

/* Push what require returns for that module.  Call it only within dt_script_protect. */
void dt_script_require(dt_script *s, const char *module);

/* A message of Lua with only the innermost of its places: coroutine.wrap, and error after pcall, each put one in front. */
const char *dt_script_innermost(const dt_script *s, const char *message);

/* Turn the last failure into the whole message: file, line, key path, reason.  Returns status. */
dt_status dt_script_place(dt_script *s, dt_status status);

/* The bytes of a text file after its byte order mark, ended by a zero; NULL if it cannot be read (errno). */
char *dt_script_slurp(const char *path, size_t *length, dt_arena *arena);

/* ---- limit.c ------------------------------------------------------------------------------- */

/* Make a state that keeps to the limits of the options; NULL: no memory is left. */
lua_State *dt_script_new_state(dt_script *s, const dt_script_options *options);

/* Make pcall, xpcall and coroutine.resume pass on that a limit was reached.  Call it within dt_script_protect. */
void dt_script_guard(lua_State *L);

/* Restart the limits on time and instructions; steps HUGE_VAL: only time is limited. */
void dt_script_allow(dt_script *s, double steps);

/* ---- convert.c ----------------------------------------------------------------------------- */

/* Read the Lua value at index as a tree with sorted keys.  Errors: DT_EINVAL with the key path of a value that is not allowed. */
dt_status dt_script_read(dt_script *s, int index, const char *path, dt_config **node);

/* Push a tree as Lua values. */
void dt_script_push(lua_State *L, const dt_config *node);

/* ---- line.c -------------------------------------------------------------------------------- */

/* The line on which the key of that path is set, or the nearest key above it; 0 if nothing is found. */
int dt_script_line(const char *source, const char *path, dt_arena *arena);

/* ---- platform.c ---------------------------------------------------------------------------- */

/* Load the generators of home/platforms into s->platforms; within dt_script_protect. */
dt_status dt_script_find_platforms(dt_script *s);

/* Replace "platform" of a flat scenario by the choice with every parameter written out, and make its text.  Call it within
 * dt_script_protect.  If the platform does not say how many hosts it has, it has as many as the scenario has workers. */
dt_status dt_script_resolve_platform(dt_script *s, dt_config *given, const dt_platform **platform);

/* ---- claims.c ------------------------------------------------------------------------------ */

/* The hook that calls on_evaluate, and the function that judges claims; owner is the script. */
dt_status dt_script_mark(void *owner, dt_metric_list *columns, dt_mark *mark, bool *stop);
dt_status dt_script_judge(void *owner, const dt_plan *plan, const char *results, dt_claim **claim, size_t *count,
                          dt_arena *arena);

#endif
