/* largest.c - the k-th largest magnitude by its digits, from the first: a radix selection. */
#include "compress/largest.h"

/* Of the entries whose magnitude begins with prefix, which next digit holds the one that *left larger ones
 * leave as the last to send?  *left falls by those of larger digits. */
static uint32_t largest_digit(const float *in, size_t n, uint32_t *count, uint32_t prefix, int shift, int bits, size_t *left) {
    uint32_t mask = (1u << bits) - 1, digit = mask;
    memset(count, 0, DT_LARGEST_SCRATCH * sizeof *count);
    for (size_t i = 0; i < n; i++) {
        uint32_t size = dt_compress_size(in, i);
        count[size >> shift & mask] += size >> (shift + bits) == prefix;
    }
    for (; count[digit] < *left; digit--) *left -= count[digit];
    return digit;
}

/* Three digits of its 31 bits, one at a time. */
dt_largest dt_compress_largest(const float *in, size_t n, size_t k, uint32_t *scratch) {
    size_t ties = k;
    uint32_t prefix = largest_digit(in, n, scratch, 0, 20, 11, &ties);
    prefix = prefix << 10 | largest_digit(in, n, scratch, prefix, 10, 10, &ties);
    prefix = prefix << 10 | largest_digit(in, n, scratch, prefix, 0, 10, &ties);
    return (dt_largest){ prefix, ties };
}
