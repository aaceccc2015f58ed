/* kept.h - which strategy keeps which contract on faults: what the tests of fault_contract.c have seen becomes the table in
 * tests/README.md, which is compared with it, or with FAULT_TABLE=renew written anew (make fault-table). */
#ifndef DT_TESTS_STRATEGY_KEPT_H
#define DT_TESTS_STRATEGY_KEPT_H

#include "tests/strategy/trouble.h"

#include <stdlib.h>

enum { SAYS, ENDS, RANDOM, NEVER, AT_ONCE, HOPELESS, CONTRACTS, KEPT_STRATEGIES = 100 };

static const char *const contract_words[CONTRACTS] = {
    "says what it does", "ends and repeats to the bit", "ends under random faults", "unharmed by faults that never come",
    "bears crashes in one instant", "says that there is no chance",
};
static struct { int kept, declined; } seen[CONTRACTS][KEPT_STRATEGIES];
static char declined_at[KEPT_STRATEGIES][200];

static inline void kept(int contract, size_t e) { seen[contract][e].kept++; }

/* Does strategy e refuse these faults?  The key at fault is kept for the table. */
static inline bool declines(int contract, size_t e, const dt_config *faults) {
    if (!refuses(e, faults)) return false;
    char key[64];
    snprintf(key, sizeof key, "`%.60s`", dt_reason_path());
    if (strstr(declined_at[e], key) == NULL) {
        size_t used = strlen(declined_at[e]);
        snprintf(declined_at[e] + used, sizeof declined_at[e] - used, "%s%s", used > 0 ? ", " : "", key);
    }
    seen[contract][e].declined++;
    return true;
}

/* Kept, refused, or the one where the other does not apply. */
static inline const char *kept_word(int contract, size_t e) {
    if (seen[contract][e].declined == 0) return seen[contract][e].kept > 0 ? "kept" : "-";
    return seen[contract][e].kept > 0 ? "kept, or refused" : "refused";
}

/* Its keys at fault; faults of servers are refused by all whose workers have no store alone (run/durability.c). */
static inline const char *kept_refusals(size_t e) {
    bool serves = dt_strategy_of(dt_strategy_room.entries[e])->stores == DT_STORES_ONE;
    if (serves) return declined_at[e][0] == '\0' ? "nothing" : declined_at[e];
    return dt_arena_text(arena, "%s%s`faults.servers`", declined_at[e], declined_at[e][0] == '\0' ? "" : ", ");
}

static const char kept_begin[] = "<!-- fault contracts: make fault-table -->\n", kept_end[] = "<!-- end of fault contracts -->\n";

static inline char *kept_table(void) {
    char *text = dt_arena_take(arena, 64 * 1024, 1);
    size_t room = 64 * 1024, used = (size_t)snprintf(text, room, "| strategy |");
    for (int i = 0; i < CONTRACTS; i++) used += (size_t)snprintf(text + used, room - used, " %s |", contract_words[i]);
    used += (size_t)snprintf(text + used, room - used, " refuses |\n|---|---|---|---|---|---|---|---|\n");
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        used += (size_t)snprintf(text + used, room - used, "| `%s` |", strategy_name(e));
        for (int i = 0; i < CONTRACTS; i++) used += (size_t)snprintf(text + used, room - used, " %s |", kept_word(i, e));
        used += (size_t)snprintf(text + used, room - used, " %s |\n", kept_refusals(e));
    }
    assert_true(used + 1 < room);
    return text;
}

static inline char *kept_file(const char *path) {
    FILE *f = fopen(path, "rb");
    if (f == NULL) fail_msg("%s cannot be read from here", path);
    char *text = dt_arena_take(arena, 256 * 1024, 1);
    text[fread(text, 1, 256 * 1024 - 1, f)] = '\0';
    fclose(f);
    return text;
}

static inline void the_table_in_the_readme_says_what_was_kept(void **fixture) {
    static const char path[] = "tests/README.md";
    const char *renew = getenv("FAULT_TABLE");
    (void)fixture;
    if (getenv("FAULTS") != NULL) skip();                   /* other seeds of random faults refuse other things */
    char *table = kept_table(), *text = kept_file(path), *begin = strstr(text, kept_begin), *end = strstr(text, kept_end);
    if (begin == NULL || end == NULL) fail_msg("%s has no place for the table of fault contracts", path);
    begin += strlen(kept_begin);
    if (renew != NULL && strcmp(renew, "renew") == 0) {
        FILE *f = fopen(path, "wb");
        if (f == NULL) fail_msg("%s cannot be written", path);
        fprintf(f, "%.*s%s%s", (int)(begin - text), text, table, end);
        if (fclose(f) != 0) fail_msg("%s cannot be written", path);
        return;
    }
    if (strlen(table) != (size_t)(end - begin) || strncmp(table, begin, strlen(table)) != 0)
        fail_msg("the table of fault contracts in %s is stale: make fault-table; it should be\n%s", path, table);
}

#endif
