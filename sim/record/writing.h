/* writing.h - the state of a file that is being written, shared by record.c and table.c.  Private to this room. */
#ifndef DT_RECORD_WRITING_H
#define DT_RECORD_WRITING_H

#include "record/file.h"

/* One thing that counts in the fingerprint: a table or a copied group (name NULL), an attribute, a vector. */
typedef struct dt_record_item {
    const char            *path, *name;
    bool                   attribute;
    uint64_t               hash;    /* of its contents so far */
    struct dt_record_item *next;
} dt_record_item;

struct dt_record {
    dt_arena        *arena;
    const char      *path, *part;   /* its final name, and the name until it is sealed */
    hid_t            file, groups;  /* groups: how a group is made */
    dt_record_table *table;         /* newest first */
    dt_record_item  *first, **last;
    char             print[17];
    dt_meter        *meter;         /* NULL: the time of writing is not counted */
    off_t            reserved;      /* bytes of the disk that are ours */
    char             reason[512];   /* why nothing more can be written; "" without a failure */
};

struct dt_record_table {
    dt_record       *record;
    dt_record_table *next;
    const char      *group;
    const dt_column *columns;       /* [count] */
    const char     **label, **better;       /* [count] NULL: not said */
    size_t           count;
    dt_record_item  *item;
    uint64_t        *words;         /* [count] a row, as it enters the hash */
    dt_cell         *cells;         /* [count][room] rows held; a text is its place in texts */
    size_t           room, held;
    char            *texts;         /* [texts_room] texts of the rows held, each with its zero */
    size_t           texts_room, texts_used;
    size_t          *width;         /* [count] bytes of a cell of text in the file; 0 before it is there */
    size_t           written;       /* rows in the file */
    bool             made;          /* the columns are in the file */
};

/* Write the rows held; last: there will be no more. */
dt_status dt_record_table_write(dt_record_table *table, bool last);

/* DT_OK, or the former failure again: after one, nothing more is written. */
dt_status dt_record_ready(const dt_record *r);

/* The HDF5 call just made has failed: remember its reason. */
dt_status dt_record_broken(dt_record *r);

/* Open a group, making what is missing of its path. */
dt_status dt_record_group(dt_record *r, const char *path, hid_t *group);

/* A dataset of one dimension; negative where HDF5 refuses.  whole: it will have that many rows; else it is empty,
 * grows, and is stored in pieces of that many rows. */
hid_t dt_record_dataset(hid_t group, const char *name, hid_t type, size_t rows, bool whole);

/* Append rows of type, which stand at from, to a dataset that has at rows. */
dt_status dt_record_append(dt_record *r, hid_t dataset, hid_t type, size_t at, size_t rows, const void *from);

/* Set an attribute of text on an open object. */
dt_status dt_record_label(dt_record *r, hid_t object, const char *name, const char *value);

/* The new item of that path (and name), at the end of those that count. */
dt_record_item *dt_record_item_new(dt_record *r, const char *path, const char *name);

#endif
