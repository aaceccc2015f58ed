/* set_hdf5.h - for the tests of data: small HDF5 files. */
#ifndef DT_TESTS_DATA_SET_HDF5_H
#define DT_TESTS_DATA_SET_HDF5_H

#include "tests/data/set.h"
#include <hdf5.h>

/* Add a dataset to the file at path; the file and the groups in name are made if they are not there. */
static inline void set_hdf5(const char *path, const char *name, int rank, const hsize_t *size, hid_t type,
                            const void *values) {
    hid_t file = access(path, F_OK) == 0 ? H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT)
                                         : H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(rank, size, NULL);
    hid_t groups = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(groups, 1);
    hid_t set = H5Dcreate2(file, name, type, space, groups, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
    H5Pclose(groups);
    H5Sclose(space);
    H5Fclose(file);
}

#endif
