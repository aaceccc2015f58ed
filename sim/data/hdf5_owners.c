/* hdf5_owners.c - the device of each row, from a dataset of an HDF5 file. */
#include "data/hdf5_owners.h"
#include "data/hdf5_set.h"

dt_status dt_data_hdf5_owners(hid_t file, const char *name, const char *what, size_t all, size_t rows, dt_dataset *set,
                              dt_arena *run) {
    dt_data_hdf5_set s;
    int32_t *owner = dt_arena_take(run, rows, sizeof *owner);
    DT_TRY(dt_data_hdf5_open(file, name, what, "data.owner", &s));
    dt_status status = s.size[0] == all && (s.rank == 1 || (s.rank == 2 && s.size[1] == 1))
                           ? dt_data_hdf5_read(&s, 0, rows, H5T_NATIVE_INT32, owner)
                           : dt_fail_at(DT_EFORMAT, "data.owner", "%s: \"%s\" must hold one number for each of the %zu rows",
                                        name, what, all);
    dt_data_hdf5_close(&s);
    DT_TRY(status);
    for (size_t i = 0; i < rows; i++)
        if (owner[i] < 0)
            return dt_fail_at(DT_EFORMAT, "data.owner", "%s: row %zu has the owner %d; 0 or more is needed", name,
                              i + 1, (int)owner[i]);
    set->owner = owner;
    return DT_OK;
}

dt_status dt_data_hdf5_owners_look(hid_t file, const char *name, const char *what) {
    dt_data_hdf5_set s;
    if (what == NULL) return DT_OK;
    DT_TRY(dt_data_hdf5_open(file, name, what, "data.owner", &s));
    dt_data_hdf5_close(&s);
    return DT_OK;
}
