/* columns.h - for the members of this room that read tables of text: the names and roles of columns, and checks of whether the
 * first line names them. */
#ifndef DT_DATA_COLUMNS_H
#define DT_DATA_COLUMNS_H

#include "base/arena.h"
#include "base/status.h"
#include "data/fields.h"
#include "data/words.h"

typedef enum dt_data_role { DT_ROLE_FEATURE, DT_ROLE_TARGET, DT_ROLE_OWNER, DT_ROLE_DROPPED } dt_data_role;

typedef struct dt_data_columns {
    const char   *file;         /* for messages */
    bool          header;
    size_t        count, features, target;
    const char  **field;        /* [count] of the first line, as they stand */
    const char  **name;         /* [count] as pandas calls them: one without a name is "Unnamed: 0", a second "a" is "a.1";
                                   without a header their numbers from 1 */
    dt_data_role *role;         /* [count] */
} dt_data_columns;

/* Name the columns after the first record, all of them features.  Warns of a second column of the same name.
 * Errors: DT_EFORMAT (a single field, often the wrong separator). */
dt_status dt_data_columns_read(const dt_data_fields *first, bool header, dt_data_columns *c, dt_arena *arena);

/* Give the column called name a role; "last" is the last one.  Nothing is done where name is NULL.
 * Errors: DT_EINVAL at key: there is none, or it has another role already. */
dt_status dt_data_columns_mark(dt_data_columns *c, const char *key, const char *name, dt_data_role role, dt_arena *arena);

/* Mark the columns of a list with commas, in which names that hold commas stand in quotes; NULL: none. */
dt_status dt_data_columns_drop(dt_data_columns *c, const char *list, dt_arena *arena);

/* The test file has the columns of the training file.  Errors: DT_EFORMAT at data.test. */
dt_status dt_data_columns_alike(const dt_data_columns *train, const dt_data_columns *test);

/* Refuse a header of numbers; warn of one that counts its columns.  Errors: DT_EFORMAT at data.header. */
dt_status dt_data_columns_names(const dt_data_columns *c);

/* Check that the header is no sample: it is one if its features are numbers and its target is the label of other rows, too.
 * Errors: DT_EFORMAT at data.header. */
dt_status dt_data_columns_header(const dt_data_columns *c, const dt_data_words *labels);

/* Warn of features that are an index: without a name, or counting the rows of x [rows * features]. */
void dt_data_columns_index(const dt_data_columns *c, const float *x, size_t rows);

#endif
