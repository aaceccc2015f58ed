/* lot.c - drawn are those whose place in a random order of all is below count.  The order is never written down: a place is a
 * permutation of 0 .. of - 1 under a key, a Feistel network on twice as many bits as half of the numbers need, walked again and
 * again until it falls below `of`.
 * Source: Black, Rogaway 2002, "Ciphers with Arbitrary Finite Domains", sections 4 (cycle walking) and 5 (Feistel), DOI
 * 10.1007/3-540-45760-7_9. */
#include "base/lot.h"
#include "base/rng.h"
#include <string.h>

enum { TURNS = 12 };        /* of the network; with halves of one bit fewer would prefer some orders */

static uint64_t lot_key(uint64_t seed, const char *purpose, long number) {
    return dt_hash(dt_hash(seed, purpose, strlen(purpose)), &number, sizeof number);
}

static uint64_t lot_turns(uint64_t key, unsigned half, uint64_t place) {
    uint64_t mask = ((uint64_t)1 << half) - 1, left = place >> half, right = place & mask;
    for (uint64_t turn = 0; turn < TURNS; turn++) {
        uint64_t word = right << 8 | turn, next = left ^ (dt_hash(key, &word, sizeof word) & mask);
        left = right;
        right = next;
    }
    return left << half | right;
}

static bool lot_falls(uint64_t key, size_t of, size_t count, size_t which) {
    unsigned half = 1;
    uint64_t place = which;
    while (half < 28 && ((uint64_t)1 << 2 * half) < of) half++;
    do place = lot_turns(key, half, place);
    while (place >= of);
    return place < count;
}

bool dt_lot_falls(uint64_t seed, const char *purpose, long number, size_t of, size_t count, size_t which) {
    return lot_falls(lot_key(seed, purpose, number), of, count, which);
}

void dt_lot_draw(uint64_t seed, const char *purpose, long number, size_t of, size_t count, bool *drawn) {
    uint64_t key = lot_key(seed, purpose, number);
    for (size_t i = 0; i < of; i++) drawn[i] = lot_falls(key, of, count, i);
}
