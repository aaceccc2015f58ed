/* shared.c - a table of the data sets of a plan, and a mapping of memory for each of them.
 *
 * State    Next, and when
 * WANTED   READING    a run that needs it is to begin, and so are others; if it is the only one, REFUSED
 * READING  LOADED     the reader has ended well: the memory becomes read-only
 *          REFUSED    the reader failed or died: every run reads for itself
 * LOADED   FREED      the last run has ended
 * A data set without users is FREED from any state.  Memory is mapped in READING and LOADED only, the file is open in READING. */
#include "run/shared.h"
#include "base/apart.h"
#include "data/made.h"
#include "engine/limits.h"
#include "run/inside.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef enum set_state { WANTED, READING, LOADED, REFUSED, FREED } set_state;

typedef struct set {
    const dt_config *config;        /* of the data */
    uint64_t    seed;
    size_t      workers;
    bool        lazy, learn;        /* rows may be made when they are used; they are used */
    const char *key;
    size_t      users;              /* runs that have not ended */
    set_state   state;
    dt_apart    reader;
    dt_arena   *arena;              /* in the memory itself */
    dt_data    *data;
    char       *memory;             /* at the same address in the reader and in the runs */
    size_t      size;
    char       *mapping;            /* [mapped] memory and what is left free before it, so that it begins with a large page */
    size_t      mapped;
    int         file;               /* in memory: how the samples come from the reader */
} set;

enum { NONE = -1 };

struct dt_shared {
    size_t runs, sets;
    set   *set;         /* [sets] */
    long  *of;          /* [runs] the data set of each run; NONE: it is no candidate */
};

/* ---- which runs have equal samples --------------------------------------------------------- */

/* The key of a run's samples.  NULL: they cannot be shared, since only the run knows how many workers it has, or the run is kept from
 * another scenario. */
static const char *set_key(const dt_plan_run *run, set *s, dt_arena *arena) {
    static const char *const data[] = { "data", NULL };
    dt_setting setting;
    dt_stop stop;
    dt_marking marking;
    dt_computing computing;
    dt_data_basis on;
    if (run->origin != NULL) return NULL;
    *s = (set){ .config = dt_config_get(run->config, "data") };
    if (dt_data_depends(s->config, &on) != DT_OK) return NULL;
    dt_plan_read(run->config, &setting, &stop, &marking, &computing, arena);
    s->workers = dt_plan_workers(run);
    if (s->workers == 0 && on.workers) return NULL;
    s->seed = (uint64_t)(setting.data_seed > 0 ? setting.data_seed : setting.seed);
    s->lazy = dt_run_lazy(run->config);
    s->learn = setting.learn;
    return dt_arena_text(arena, "%d %d %llu %zu %s", s->lazy, s->learn, on.seed ? (unsigned long long)s->seed : 0, on.workers ? s->workers : 0,
                         dt_plan_text(run, data, arena));
}

dt_shared *dt_shared_open(const dt_plan *plan, dt_arena *arena) {
    dt_shared *shared = dt_arena_take(arena, 1, sizeof *shared);
    shared->runs = plan->runs;
    shared->set = dt_arena_take(arena, plan->runs, sizeof *shared->set);
    shared->of = dt_arena_take(arena, plan->runs, sizeof *shared->of);
    for (size_t i = 0; i < plan->runs; i++) {
        set s = { 0 };
        long at = 0;
        s.key = set_key(&plan->run[i], &s, arena);
        while (s.key != NULL && at < (long)shared->sets && strcmp(shared->set[at].key, s.key) != 0) at++;
        shared->of[i] = s.key != NULL ? at : NONE;
        s.file = NONE;
        if (s.key == NULL) continue;
        if (at == (long)shared->sets) shared->set[shared->sets++] = s;
        shared->set[at].users++;
    }
    return shared;
}

static set *shared_set(const dt_shared *shared, size_t run) {
    assert(run < shared->runs);
    return shared->of[run] == NONE ? NULL : &shared->set[shared->of[run]];
}

/* ---- memory ---------------------------------------------------------------------------------- */

enum { LARGE = 2 << 20, CHUNK = 16 * LARGE };       /* bytes of a large page, and of a piece that is copied at a time */

static void set_unmap(set *s) {
    if (s->mapping != NULL) munmap(s->mapping, s->mapped);
    if (s->file >= 0) close(s->file);
    s->mapping = NULL;
    s->file = -1;
}

/* Reserve addresses for as much memory as is left; pages that are not touched take none.  The memory is private, and the runs have
 * it from the process that forks them, because only private memory has large pages everywhere: a run that looks at 200 MB of samples
 * in small ones spends more time on faults of pages than on a step. */
static bool set_map(set *s) {
    const double most = 1e12;
    s->size = (size_t)fmin(dt_load_memory_left(), most) / LARGE * LARGE;
    if (s->size == 0) return false;
    s->mapped = s->size + LARGE;
    s->file = memfd_create("dtsim-data", MFD_CLOEXEC);
    void *memory = mmap(NULL, s->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    s->mapping = memory == MAP_FAILED ? NULL : memory;
    if (s->file < 0 || s->mapping == NULL) {
        set_unmap(s);
        return false;
    }
    s->memory = s->mapping + (size_t)(-(uintptr_t)s->mapping % LARGE);
    madvise(s->memory, s->size, MADV_HUGEPAGE);
    s->arena = dt_arena_in(s->memory, s->size);
    s->data = dt_arena_take(s->arena, 1, sizeof *s->data);
    return true;
}

/* Copy a piece to or from the file, whole. */
static bool set_copy(const set *s, size_t at, size_t size, bool out) {
    for (size_t done = 0; done < size;) {
        char *memory = s->memory + at + done;
        off_t place = (off_t)(at + done);
        ssize_t moved = out ? pwrite(s->file, memory, size - done, place) : pread(s->file, memory, size - done, place);
        if (moved <= 0 && errno != EINTR) return false;
        done += moved > 0 ? (size_t)moved : 0;
    }
    return true;
}

/* In the reader: put everything into the file.  What is copied is given back at once, here and in set_receive, so that the samples
 * are in memory once. */
static dt_status set_send(const set *s) {
    size_t used = (size_t)((char *)dt_arena_take(s->arena, 0, 1) - s->memory);
    for (size_t at = 0; at < used; at += CHUNK) {
        size_t size = used - at < CHUNK ? used - at : CHUNK;
        if (!set_copy(s, at, size, true)) return dt_fail(DT_EIO, "no memory for samples that runs share: %s", strerror(errno));
        if (size == CHUNK) madvise(s->memory + at, size, MADV_DONTNEED);
    }
    return DT_OK;
}

/* In the process that forks the runs: take everything from the file, give back the addresses that were not used, and let nobody write
 * any more. */
static bool set_receive(set *s) {
    struct stat file;
    if (fstat(s->file, &file) != 0) return false;
    size_t used = (size_t)file.st_size, whole = (used + LARGE - 1) / LARGE * LARGE;
    for (size_t at = 0; at < used; at += CHUNK) {
        size_t size = used - at < CHUNK ? used - at : CHUNK;
        if (!set_copy(s, at, size, false)) return false;
        fallocate(s->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, (off_t)size);
    }
    close(s->file);
    s->file = -1;
    char *end = s->memory + (whole < s->size ? whole : s->size);
    if (end < s->mapping + s->mapped) munmap(end, (size_t)(s->mapping + s->mapped - end));
    s->mapped = (size_t)(end - s->mapping);
    s->size = (size_t)(end - s->memory);
    mprotect(s->memory, s->size, PROT_READ);
    return true;
}

/* ---- the reader ------------------------------------------------------------------------------ */

static dt_status set_read(void *arg) {
    set *s = arg;
    if (s->lazy) DT_TRY(dt_data_load_by_owner(s->config, s->seed, s->workers, s->data, s->arena));
    else DT_TRY(dt_data_load(s->config, s->seed, s->workers, s->data, s->arena));
    if (s->lazy && s->learn) DT_TRY(dt_data_make(s->data, false, NULL, s->arena));
    return set_send(s);
}

static void set_begin(set *s) {
    enum { SECONDS = 600 };     /* of a processor: a damaged file may keep a library for ever */
    s->state = REFUSED;
    if (s->users < 2 || !set_map(s)) return;
    if (dt_apart_begin(set_read, s, SECONDS, "the data", &s->reader) == DT_OK) s->state = READING;
    else set_unmap(s);
}

static void set_end(set *s, int wait_status) {
    bool well = dt_apart_end(&s->reader, wait_status) == DT_OK && set_receive(s);
    s->state = well ? LOADED : REFUSED;
    if (!well) set_unmap(s);
}

/* Wait for the reader, and return how it ended. */
static int set_wait(const set *s) {
    int status = 0;
    while (waitpid(s->reader.pid, &status, 0) < 0 && errno == EINTR) continue;
    return status;
}

static void set_free(set *s) {
    if (s->state == READING) {
        kill(s->reader.pid, SIGKILL);
        set_end(s, set_wait(s));
    }
    set_unmap(s);
    s->state = FREED;
}

/* ---- what the sweep calls ------------------------------------------------------------------ */

bool dt_shared_ready(dt_shared *shared, size_t run) {
    set *s = shared_set(shared, run);
    if (s == NULL) return true;
    assert(s->state != FREED);
    if (s->state == WANTED) set_begin(s);
    return s->state != READING;
}

void dt_shared_wait(dt_shared *shared, size_t run) {
    set *s = shared_set(shared, run);
    if (!dt_shared_ready(shared, run)) set_end(s, set_wait(s));
}

bool dt_shared_ended(dt_shared *shared, pid_t pid, int wait_status) {
    for (set *s = shared->set; s < shared->set + shared->sets; s++)
        if (s->state == READING && s->reader.pid == pid) {
            set_end(s, wait_status);
            return true;
        }
    return false;
}

size_t dt_shared_readers(const dt_shared *shared) {
    size_t readers = 0;
    for (const set *s = shared->set; s < shared->set + shared->sets; s++) readers += s->state == READING;
    return readers;
}

const dt_data *dt_shared_data(const dt_shared *shared, size_t run) {
    const set *s = shared_set(shared, run);
    return s != NULL && s->state == LOADED ? s->data : NULL;
}

size_t dt_shared_foreign(const dt_shared *shared, size_t run) {
    const set *own = shared_set(shared, run);
    size_t bytes = 0;
    for (const set *s = shared->set; s < shared->set + shared->sets; s++)
        if (s != own && s->state == LOADED) bytes += s->size;
    return bytes;
}

void dt_shared_done(dt_shared *shared, size_t run) {
    set *s = shared_set(shared, run);
    if (s == NULL) return;
    assert(s->users > 0);
    if (--s->users == 0) set_free(s);
}

void dt_shared_close(dt_shared *shared) {
    for (set *s = shared->set; s < shared->set + shared->sets; s++) set_free(s);
}
