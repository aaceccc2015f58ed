/* tokens.c - a word for each token, which holds its owner; who waits for one sleeps on a futex, futex(2). */
#include "base/inside.h"
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct dt_tokens {
    int         count;
    atomic_uint given;      /* how often a token was given back; what waiting threads sleep on */
    atomic_int  waiting;    /* threads asleep; a process that is killed asleep stays counted, which costs system calls only */
    atomic_int  owner[];    /* [count] 0: free */
};

static size_t tokens_bytes(int count) { return sizeof(dt_tokens) + (size_t)count * sizeof(atomic_int); }

dt_tokens *dt_tokens_open(int count) {
    dt_tokens *t = mmap(NULL, tokens_bytes(count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (t == MAP_FAILED) return NULL;
    t->count = count;
    return t;
}

void dt_tokens_close(dt_tokens *t) {
    if (t != NULL) munmap(t, tokens_bytes(t->count));
}

/* Give one token another owner; two processes that want the same token agree by its word. */
static bool tokens_change(dt_tokens *t, int from, int to) {
    for (int i = 0; i < t->count; i++) {
        int owner = from;
        if (atomic_load_explicit(&t->owner[i], memory_order_relaxed) == from &&
            atomic_compare_exchange_strong(&t->owner[i], &owner, to)) return true;
    }
    return false;
}

bool dt_tokens_take(dt_tokens *t, int owner) { return tokens_change(t, 0, owner); }
bool dt_tokens_pass(dt_tokens *t, int owner, int other) { return tokens_change(t, owner, other); }

void dt_tokens_wake(dt_tokens *t) {
    atomic_fetch_add(&t->given, 1);
    if (atomic_load(&t->waiting) > 0) syscall(SYS_futex, &t->given, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void dt_tokens_give(dt_tokens *t, int owner) {
    if (tokens_change(t, owner, 0)) dt_tokens_wake(t);
}

int dt_tokens_release(dt_tokens *t, int owner) {
    int released = 0;
    while (tokens_change(t, owner, 0)) released++;
    if (released > 0) dt_tokens_wake(t);
    return released;
}

int dt_tokens_held(const dt_tokens *t, int owner) {
    int held = 0;
    for (int i = 0; i < t->count; i++) held += atomic_load(&t->owner[i]) == owner;
    return held;
}

unsigned dt_tokens_given(const dt_tokens *t) { return atomic_load(&t->given); }

void dt_tokens_wait(dt_tokens *t, unsigned seen) {
    atomic_fetch_add(&t->waiting, 1);
    syscall(SYS_futex, &t->given, FUTEX_WAIT, seen, NULL, NULL, 0);
    atomic_fetch_sub(&t->waiting, 1);
}
