/* script.h - scenarios in Lua: from the text of a scenario to a plan, and from results back to its claims and hooks.  This is the
 * only room that includes <lua.h>.  Convenience is in lua/dt, mechanism here. */
#ifndef DT_SCRIPT_SCRIPT_H
#define DT_SCRIPT_SCRIPT_H

#include "run/plan.h"
#include <stdio.h>

typedef struct dt_script dt_script;     /* a Lua state and what it loaded */

typedef struct dt_script_options {
    const char        *home;            /* folder that holds lua/ and platforms/ */
    const char *const *set;             /* [sets] "key.path=value" from the command line */
    size_t             sets;
    const char        *source;          /* text to use instead of the scenario's file; NULL: the file is read */
    double             timeout_s;       /* limit on the processor time of loading and of each claim; 0: 60 */
    double             memory_bytes;    /* limit on the memory of Lua; 0: 1 GB */
    bool               unsafe;          /* the scenario may use os, io, debug, package, and load files */
} dt_script_options;

/* Run the scenario file, expand its sweep and check every run of it.
 * Errors: DT_ENOTFOUND, DT_EINVAL, DT_EFORMAT; dt_reason is then the whole message for the user, beginning
 * with file and line: "tau.lua:12: strategy.perod: there is no such key; did you mean "period"?", or with the option
 * at fault: "--set strategy.perod=4: ...".  After an error there is nothing to close. */
dt_status dt_script_load(const char *path, const dt_script_options *options, dt_arena *arena, dt_script **script,
                         dt_plan *plan);

/* Report a failure that was found after loading at its place in the scenario: the reason of the last failure becomes the whole
 * message, as after a failed load.  Returns status; if it is DT_OK, nothing is done. */
dt_status dt_script_blame(dt_script *script, dt_status status);

/* Write the XML of a platform, with parameters set by "key=value" or "platform.key=value". */
dt_status dt_script_platform(const char *name, const dt_script_options *options, FILE *out);

/* Print the table that a Lua file returns as JSON: numbers, texts, true, false and tables, as in a scenario; what is no number
 * in JSON is a text, "nan" or "inf".
 * Errors: those of dt_script_load. */
dt_status dt_script_values(const char *path, const dt_script_options *options, FILE *out);

/* The platforms that can be generated, as a room (for list and help); it belongs to arena. */
dt_status dt_script_platforms(const dt_script_options *options, dt_arena *arena, const dt_room **room);

/* The published systems that the key system can name, likewise; more is what help says of one. */
dt_status dt_script_systems(const dt_script_options *options, dt_arena *arena, const dt_room **room);

/* The parameter of a platform that counts its hosts, which the scenario's workers preset; NULL: there is none. */
const char *dt_script_platform_count(const dt_entry *platform);

/* Print the reference of every key and parameter as LuaCATS comments (lua/dt/reference.gen.lua). */
dt_status dt_script_reference(const dt_script_options *options, FILE *out);

/* A function of the module dt, or a function or a field of the results that claims ask: a row of lua/dt/manual.lua. */
typedef struct dt_script_call {
    const char *owner, *name;           /* "dt", "sweep"; "results", "where"; "run", "table"; "lab", "first" */
    const char *call;                   /* how it is written, without its owner unless that is a module */
    const char *type, *brief, *example; /* LuaCATS; sentences; a line to copy */
    bool        field, title;           /* no function; about the owner itself */
} dt_script_call;

/* All of them in the order of help, which belong to arena; a name NULL ends them. */
dt_status dt_script_calls(const dt_script_options *options, dt_arena *arena, const dt_script_call **calls);

/* Close the script, which may be NULL.  The plan's hook and claims end with it; the plan's runs belong to the arena. */
void dt_script_close(dt_script *script);

#endif
