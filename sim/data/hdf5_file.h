/* hdf5_file.h - for the reader of HDF5 files: opens one without opening it again (base/file.h). */
#ifndef DT_DATA_HDF5_FILE_H
#define DT_DATA_HDF5_FILE_H

#include "base/arena.h"
#include <hdf5.h>

/* Let HDF5 read the file called name from a mapping of it.  Close it by H5Fclose, after which arena may be released.
 * -1: it is not a whole HDF5 file, or another program writes it. */
hid_t dt_data_hdf5_file(const char *name, dt_arena *arena);

#endif
