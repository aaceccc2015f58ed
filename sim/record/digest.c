/* digest.c - the hash of a group as it is read, for what is copied without a fingerprint of its own. */
#include "record/file.h"

static dt_cell digest_cell(const dt_series *s, size_t row) {
    if (s->column.kind == DT_COLUMN_TEXT) return (dt_cell){ .text = s->text[row] };
    return s->column.kind == DT_COLUMN_REAL ? (dt_cell){ .real = s->real[row] } : (dt_cell){ .count = s->count[row] };
}

static dt_status digest_attributes(dt_reading *r, const char *group, uint64_t *hash) {
    dt_attribute *list;
    size_t count;
    DT_TRY(dt_reading_attributes(r, group, &list, &count));
    for (size_t i = 0; i < count; i++)
        *hash = dt_record_hash_cell(dt_record_hash_text(*hash, list[i].name), list[i].kind, list[i].value);
    return DT_OK;
}

static dt_status digest_columns(dt_reading *r, const char *group, uint64_t *hash) {
    dt_series *list;
    size_t count;
    DT_TRY(dt_record_columns(r, group, &list, &count));
    for (size_t i = 0; i < count; i++) {
        *hash = dt_record_hash_column(*hash, &list[i].column);
        for (size_t row = 0; row < list[i].rows; row++)
            *hash = dt_record_hash_cell(*hash, list[i].column.kind, digest_cell(&list[i], row));
    }
    return DT_OK;
}

dt_status dt_record_digest(dt_reading *r, const char *group, uint64_t *hash) {
    const char **name;
    size_t count;
    dt_arena *arena = dt_record_arena(r);
    dt_arena_mark mark = dt_arena_here(arena);
    DT_TRY(digest_attributes(r, group, hash));
    DT_TRY(digest_columns(r, group, hash));
    dt_arena_release(arena, mark);
    DT_TRY(dt_reading_groups(r, group, &name, &count));
    for (size_t i = 0; i < count; i++) {
        if (dt_record_hosted(name[i])) continue;
        *hash = dt_record_hash_text(*hash, name[i]);
        DT_TRY(dt_record_digest(r, dt_arena_text(arena, "%s/%s", group, name[i]), hash));
    }
    return DT_OK;
}
