/* hdf5_owners.h - for the reader of HDF5 files: the device of each row. */
#ifndef DT_DATA_HDF5_OWNERS_H
#define DT_DATA_HDF5_OWNERS_H

#include "data/data.h"
#include <hdf5.h>

/* Give the rows of set their owners: the first ones of the dataset what, which has one for each of all rows.
 * name is the file's, for messages.  Errors: DT_EFORMAT at data.owner. */
dt_status dt_data_hdf5_owners(hid_t file, const char *name, const char *what, size_t all, size_t rows, dt_dataset *set,
                              dt_arena *run);

/* Is there such a dataset?  what NULL: none is wanted.  Errors: as above. */
dt_status dt_data_hdf5_owners_look(hid_t file, const char *name, const char *what);

#endif
