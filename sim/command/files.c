/* files.c - the commands that print: info, diff, platform, values, docs. */
#include "command/inside.h"
#include "record/record.h"
#include "sweep/info.h"

dt_status dt_command_info(const dt_line *l, dt_exit *end, dt_arena *arena) {
    (void)end;
    return dt_info_print(stdout, l->word[0], arena);
}

dt_status dt_command_diff(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_reading *a, *b;
    const char *difference;
    DT_TRY(dt_reading_open(l->word[0], &a, arena));
    DT_TRY(dt_reading_open(l->word[1], &b, arena));
    DT_TRY(dt_reading_diff(a, b, &difference));
    printf("%s\n", difference == NULL ? "equal (the groups named host are not compared)" : difference);
    if (difference != NULL) *end = DT_EXIT_FAILED;
    return DT_OK;
}

dt_status dt_command_platform(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_script_options options = dt_line_script(l, arena);
    (void)end;
    return dt_script_platform(l->word[0], &options, stdout);
}

dt_status dt_command_values(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_script_options options = dt_line_script(l, arena);
    (void)end;
    options.memory_bytes = l->memory;
    return dt_script_values(l->word[0], &options, stdout);
}

dt_status dt_command_docs(const dt_line *l, dt_exit *end, dt_arena *arena) {
    dt_script_options options = dt_line_script(l, arena);
    (void)end;
    return dt_script_reference(&options, stdout);
}
