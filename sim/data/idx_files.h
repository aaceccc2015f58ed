/* idx_files.h - for the reader of IDX: which files of a folder are the images and labels of which set. */
#ifndef DT_DATA_IDX_FILES_H
#define DT_DATA_IDX_FILES_H

#include "base/arena.h"
#include "base/status.h"

enum { DT_DATA_TRAIN, DT_DATA_TEST, DT_DATA_PARTS };
enum { DT_DATA_IMAGES, DT_DATA_LABELS, DT_DATA_KINDS };

/* The files of the set in folder whose names begin with prefix ("emnist-letters" or only its end, "letters"; "": with
 * nothing; NULL: the only set of the folder).  A name is [prefix-]part-kind-idxN[-type][.gz], with dots or underscores
 * instead of the dashes, too; part is train, t10k or test, kind is images or labels.  Of several names of one file, such
 * as plain and .gz, the first in order is taken.
 *   advice  where the files can be had, for the message
 * Errors: DT_ENOTFOUND (names the file), DT_EINVAL at data.prefix several sets (names them), DT_EIO. */
dt_status dt_data_idx_files(const char *folder, const char *prefix, const char *advice,
                            const char *file[DT_DATA_PARTS][DT_DATA_KINDS], dt_arena *arena);

#endif
