/* natural.c - every worker holds what its device produced.  Devices that have training samples are numbered in the order of
 * their owner numbers, and device k belongs to worker k mod workers.
 * When: the data says who produced each sample.  There cannot be more workers than the data has devices.
 * Source: Caldas et al. 2018, "LEAF: A Benchmark for Federated Settings" (arXiv 1812.01097). */
#include "split/deal.h"

/* device [owners]: number of the device of each owner that has a sample; devices: how many there are. */
static const uint32_t *natural_devices(const dt_samples *samples, size_t *devices, dt_arena *scratch) {
    size_t owners = 0;
    for (size_t i = 0; i < samples->rows; i++)
        if ((size_t)samples->owner[i] >= owners) owners = (size_t)samples->owner[i] + 1;
    uint32_t *device = dt_arena_take(scratch, owners, sizeof *device);
    for (size_t i = 0; i < samples->rows; i++) device[samples->owner[i]] = 1;
    *devices = 0;
    for (size_t k = 0; k < owners; k++)
        if (device[k] == 1) device[k] = (uint32_t)(*devices)++;
    return device;
}

static dt_status natural_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                                uint32_t *worker_of, dt_arena *scratch) {
    (void)state;
    (void)rng;
    size_t devices;
    if (samples->owner == NULL)
        return dt_fail_at(DT_EINVAL, "split",
                          "expected data that says which device a sample comes from (\"synthetic\", or a file with "
                          "data.owner set), got data without devices");
    const uint32_t *device = natural_devices(samples, &devices, scratch);
    if (workers > devices)
        return dt_fail_at(DT_EINVAL, "workers", "split = \"natural\" expected at most %zu workers, as many as devices have "
                          "training samples, got %zu", devices, workers);
    for (size_t i = 0; i < samples->rows; i++) worker_of[i] = (uint32_t)(device[samples->owner[i]] % workers);
    return DT_OK;
}

const dt_split_type dt_split_natural = {
    .is = { .name = "natural", .brief = "By the device that produced each sample; at most one worker a device.",
            .source = "Caldas et al. 2018 (LEAF)" },
    .assign = natural_assign, .by_owner = true,
};
