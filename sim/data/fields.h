/* fields.h - for the members of this room that read tables of text: records, and the contents of fields.
 * Source: RFC 4180, and other line ends and separators that are in use. */
#ifndef DT_DATA_FIELDS_H
#define DT_DATA_FIELDS_H

#include "base/arena.h"
#include "base/status.h"

typedef struct dt_data_fields {
    const char  *name;          /* of the file, for messages */
    char        *text;          /* what is left to read; it is overwritten */
    char         separator;     /* ' ': any number of blanks and tabs */
    dt_arena    *arena;
    size_t       line;          /* on which the record begins, from 1 */
    const char **field;         /* [count] of the record, without quotes and outer blanks; its texts stay in text */
    size_t       count;         /* 0: there is no record left */
    size_t       next, room;    /* the line after the record; fields that there is room for */
} dt_data_fields;

/* The fields of the next line that is not blank.  Start from name, text, separator, arena, and next = 1.
 * A quoted field may hold separators, line ends and, doubled, quotes.
 * Errors: DT_EFORMAT (names the line): a quote that is not closed, or text behind a closing quote. */
dt_status dt_data_fields_next(dt_data_fields *f);

/* What a field says as a number.  Words that pandas, R or Excel write where there is no value ("", NA, NaN, None,
 * #DIV/0!, ...) and "?" and "." are DT_CELL_MISSING; TRUE and FALSE are 1 and 0. */
typedef enum dt_data_cell_kind { DT_CELL_NUMBER, DT_CELL_MISSING, DT_CELL_INFINITE, DT_CELL_TEXT } dt_data_cell_kind;

/* decimal: '.' or ','.  value is set for DT_CELL_NUMBER; a number beyond the range of a float is DT_CELL_INFINITE. */
dt_data_cell_kind dt_data_cell(const char *text, char decimal, float *value);

#endif
