/* line.c - on which line of a scenario a key path is set.
 * A guess from the text, good for tables written out: comments and texts are blanked, then every part of the path is
 * looked for inside the value of the part before it, the least nested first. */
#include "script/inside.h"
#include <ctype.h>
#include <string.h>

typedef struct span { const char *from, *to; } span;

/* The level of a long bracket [==[ that begins at c, or -1. */
static int long_bracket(const char *c) {
    int level = 0;
    if (*c != '[') return -1;
    while (c[1 + level] == '=') level++;
    return c[1 + level] == '[' ? level : -1;
}

static const char *long_end(const char *c, int level) {
    for (; *c != '\0'; c++) {
        if (*c != ']') continue;
        int equal = (int)strspn(c + 1, "=");
        if (equal == level && c[1 + equal] == ']') return c + level + 2;
    }
    return c;
}

static const char *text_end(const char *c) {
    char quote = *c++;
    while (*c != '\0' && *c != quote && *c != '\n') c += c[0] == '\\' && c[1] != '\0' ? 2 : 1;
    return *c == quote ? c + 1 : c;
}

/* The end of the comment or text that begins at c; c itself if none begins there. */
static const char *skip(const char *c) {
    bool comment = c[0] == '-' && c[1] == '-';
    int level = long_bracket(comment ? c + 2 : c);
    if (level >= 0) return long_end(c + (comment ? 2 : 0) + level + 2, level);
    if (comment) return c + strcspn(c, "\n");
    return *c == '"' || *c == '\'' ? text_end(c) : c;
}

/* A copy in which comments and texts are blank, except the texts in ["key"]. */
static char *blank(const char *source, dt_arena *arena) {
    size_t length = strlen(source);
    char *code = dt_arena_copy(arena, source, length);
    for (size_t i = 0; i < length;) {
        size_t end = (size_t)(skip(source + i) - source);
        bool key = (source[i] == '"' || source[i] == '\'') && i > 0 && source[i - 1] == '[' && source[end] == ']';
        for (size_t k = i; k < end && !key; k++)
            if (code[k] != '\n') code[k] = ' ';
        i = end > i ? end : i + 1;
    }
    return code;
}

/* True if key is set at c: key = ..., or ["key"] = ... */
static bool is_set(span in, const char *c, const char *key, size_t length) {
    if (strncmp(c, key, length) != 0 || c + length > in.to) return false;
    const char *after = c + length;
    if (c > in.from && (c[-1] == '"' || c[-1] == '\'')) {
        if (*after != c[-1] || after[1] != ']') return false;
        after += 2;
    } else if (isalnum((unsigned char)*after) || *after == '_' ||
               (c > in.from && (isalnum((unsigned char)c[-1]) || c[-1] == '_' || c[-1] == '.'))) {
        return false;
    }
    after += strspn(after, " \t\r\n");
    return after[0] == '=' && after[1] != '=';
}

/* The least nested place where key is set, the first of equals; NULL if there is none. */
static const char *find(span in, const char *key, size_t length, size_t *count) {
    const char *best = NULL;
    int depth = 0, least = 0;
    *count = 0;
    for (const char *c = in.from; c < in.to; c++) {
        if (*c == '{') depth++;
        if (*c == '}') depth--;
        if (!is_set(in, c, key, length)) continue;
        *count += 1;
        if (best == NULL || depth < least) {
            best = c;
            least = depth;
        }
    }
    return best;
}

/* The value of the key at c: from its = to the comma or bracket that ends it. */
static span value_of(span in, const char *c) {
    span value = { strchr(c, '='), in.to };
    int depth = 0;
    for (c = value.from + 1; c < in.to; c++) {
        if (strchr("{([", *c) != NULL) depth++;
        if (strchr("})]", *c) != NULL) depth--;
        if (depth < 0 || (depth == 0 && (*c == ',' || *c == ';'))) break;
    }
    value.to = c;
    return value;
}

int dt_script_line(const char *source, const char *path, dt_arena *arena) {
    const char *code = blank(source, arena);
    const span all = { code, code + strlen(code) };
    const char *scenario = strstr(code, "dt.scenario"), *best = NULL;
    span in = { scenario == NULL ? code : scenario, all.to };
    while (*path != '\0') {
        size_t length = strcspn(path, "."), count;
        const char *found = find(in, path, length, &count);
        if (found == NULL) {        /* it may be set in a table that was made before */
            found = find(all, path, length, &count);
            if (found == NULL || count > 1) break;
        }
        best = found;
        in = value_of(all, found);
        path += length + (path[length] == '.');
    }
    int line = best == NULL ? 0 : 1;
    for (const char *c = code; c < best; c++) line += *c == '\n';
    return line;
}
