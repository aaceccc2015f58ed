/* idx.c - any bytes as the files of MNIST: two bytes say how long the labels are, the images follow.
 * The training and the test set are the same files. */
#include "tests/fuzz/fuzz.h"
#include "data/data.h"

static char folder[] = "/tmp/dtsim-fuzz-XXXXXX";
static int  images, labels;

static void idx_remove(void) {
    static const char *const names[] = { "train-labels-idx1", "t10k-labels-idx1", "train-images-idx3", "t10k-images-idx3" };
    char path[80];
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s-ubyte", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static int idx_file(const char *kind) {
    char train[80], test[80];
    snprintf(train, sizeof train, "%s/train-%s-ubyte", folder, kind);
    snprintf(test, sizeof test, "%s/t10k-%s-ubyte", folder, kind);
    int file = open(train, O_RDWR | O_CREAT, 0600);
    if (file < 0 || link(train, test) != 0) abort();
    return file;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    if (mkdtemp(folder) == NULL) abort();
    images = idx_file("images-idx3");
    labels = idx_file("labels-idx1");
    atexit(idx_remove);
    return 0;
}

static void idx_put(int file, const uint8_t *bytes, size_t size) {
    if (ftruncate(file, 0) != 0 || pwrite(file, bytes, size, 0) != (ssize_t)size) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size < 2) return 0;
    size_t length = (size_t)bytes[0] | (size_t)bytes[1] << 8;
    if (length > size - 2) length = size - 2;
    idx_put(labels, bytes + 2, length);
    idx_put(images, bytes + 2 + length, size - 2 - length);
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_config *choice = fuzz_choice("idx", folder, arena);
    dt_data data;
    if (size % 2 == 0) dt_config_set_number(choice, "train", 2, arena);
    fuzz_verdict(dt_data_check(choice));
    fuzz_verdict(dt_data_load(choice, 1, 4, &data, arena));
    dt_arena_free(arena);
    return 0;
}
