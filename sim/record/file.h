/* file.h - shared by writing and reading: settings of HDF5, the checksum at a file's end, the rule of "host", hashing.
 * Private to this room. */
#ifndef DT_RECORD_FILE_H
#define DT_RECORD_FILE_H

#include "record/record.h"
#include <hdf5.h>

/* A file access list with our settings: HDF5 prints no errors, closing a file closes all objects in it, and there are no file
 * locks (a part has one writer and a whole file none; locks fail on some shared file systems of clusters). */
hid_t dt_record_access(void);

/* Write to text [size] why the last HDF5 call has failed, with the system's own reason if there is one. */
const char *dt_record_why(char *text, size_t size);

/* True if that call has failed because the object does not exist. */
bool dt_record_absent(void);

/* A string type: length 0 means variable. */
hid_t dt_record_string(size_t length);

/* True if a component of the group's path is "host": it depends on the real clock, so hashes and diffs leave it out. */
bool dt_record_hosted(const char *group);

/* The seal is one line of text after HDF5's own end of the file: the CRC-32 of all bytes before it.  HDF5 alone misses two
 * of three changed bits, and some changes make it crash or loop, so the seal is checked first.  HDF5 does not read it, and a
 * program that writes to the file cuts it off.
 * sign appends it and flushes the file to the disk; messages call the file name.  check reads the whole file; sealed says
 * whether it has a seal. */
dt_status dt_record_sign(const char *path, const char *name, dt_arena *arena);
dt_status dt_record_check(const char *path, bool *sealed, dt_arena *arena);

/* Continue a hash by a text, by a cell (every NaN alike), by the name, kind, unit and sentence of a column. */
uint64_t dt_record_hash_text(uint64_t hash, const char *text);
uint64_t dt_record_hash_cell(uint64_t hash, dt_column_kind kind, dt_cell cell);
uint64_t dt_record_hash_column(uint64_t hash, const dt_column *column);

/* The bits of a number that enter a hash. */
uint64_t dt_record_bits(double real);

/* Hash of all that is in a group and below it, host groups left out. */
dt_status dt_record_digest(dt_reading *reading, const char *group, uint64_t *hash);

/* The datasets directly in a group, in the order of creation; they may differ in length. */
dt_status dt_record_columns(dt_reading *reading, const char *group, dt_series **series, size_t *count);

/* The HDF5 file, the arena and the path of a reading. */
hid_t       dt_record_handle(const dt_reading *reading);
dt_arena   *dt_record_arena(const dt_reading *reading);
const char *dt_record_path(const dt_reading *reading);

#endif
