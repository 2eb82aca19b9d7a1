// The thread pool. One region at a time; chunks are claimed from a counter, so that a thread the system has put aside
// costs nothing but the chunk it holds, and one that never came to the region is not waited for.
//
// On a machine with other work a helper may be put aside while it holds a chunk, and the caller waits milliseconds for
// microseconds of help. So the pool keeps an account: what regions took together, and what the caller would have needed alone,
// judged by the chunks it did itself. When help does not pay, the caller works alone for a while, then tries again.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include "ck_levels.h"
#include "ck_pool.h"

enum { SPINS_BEFORE_SLEEP = 2000, SPINS_BEFORE_YIELD = 4000 };
enum { ACCOUNT = 1000000, SHORTEST_ALONE = 50000000, LONGEST_ALONE = 1000000000 };  // nanoseconds

struct ck_pool {
    int threads, level;
    pthread_t *workers;
    atomic_flag busy;          // a caller is inside a region
    _Atomic int generation;    // counts regions; odd while one is open
    _Atomic int inside;        // workers that may be looking at job, context, chunks
    _Atomic int next;          // the next chunk to claim
    _Atomic int sleepers;
    _Atomic int stopping;
    int64_t together, alone;         // the account, nanoseconds; this and the next line belong to the caller inside
    int64_t alone_until, alone_for;
    ck_job job;
    void *context;
    int chunks;
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Returns how many it did.
static int claim_chunks(ck_pool *p) {
    int chunk, done = 0;
    for (; (chunk = atomic_fetch_add(&p->next, 1)) < p->chunks; done++) p->job(p->context, chunk);
    return done;
}

// Waits until the generation differs from seen.
static void wait_for_region(ck_pool *p, int seen) {
    for (int i = 0; i < SPINS_BEFORE_SLEEP; i++) {
        if (atomic_load(&p->generation) != seen || atomic_load(&p->stopping)) return;
        pause_briefly();
    }
    pthread_mutex_lock(&p->lock);
    atomic_fetch_add(&p->sleepers, 1);
    while (atomic_load(&p->generation) == seen && !atomic_load(&p->stopping)) pthread_cond_wait(&p->wake, &p->lock);
    atomic_fetch_sub(&p->sleepers, 1);
    pthread_mutex_unlock(&p->lock);
}

static void *worker(void *argument) {
    ck_pool *p = argument;
    while (!atomic_load(&p->stopping)) {
        atomic_fetch_add(&p->inside, 1);
        // Looked at only after inside says so: either we see the region closed, or its caller sees us and waits.
        int generation = atomic_load(&p->generation);
        if (generation & 1) claim_chunks(p);
        atomic_fetch_sub(&p->inside, 1);
        wait_for_region(p, generation);
    }
    return NULL;
}

ck_pool *ck_pool_create(int threads, int level) {
    ck_pool *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    if (threads < 1) threads = 1;
    p->workers = calloc((size_t)threads, sizeof *p->workers);
    if (!p->workers) {
        free(p);
        return NULL;
    }
    int best = ck_best_level();
    p->alone_for = SHORTEST_ALONE / 2;
    p->level = level >= 0 && level < best ? level : best;
    atomic_flag_clear(&p->busy);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    p->threads = 1;
    for (int i = 1; i < threads; i++) {
        if (pthread_create(&p->workers[i], NULL, worker, p) != 0) {
            ck_pool_destroy(p);
            return NULL;
        }
        p->threads = i + 1;
    }
    return p;
}

void ck_pool_destroy(ck_pool *p) {
    if (!p) return;
    atomic_store(&p->stopping, 1);
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (int i = 1; i < p->threads; i++) pthread_join(p->workers[i], NULL);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    free(p->workers);
    free(p);
}

int ck_pool_threads(const ck_pool *p) { return p->threads; }
int ck_pool_level(const ck_pool *p) { return p->level; }

// A region of `chunks` began at start; at `shared` the caller had done `own` of them and there were no more to claim.
static void settle_account(ck_pool *p, int chunks, int own, int64_t start, int64_t shared) {
    int64_t now = nanoseconds();
    p->together += now - start;
    p->alone += (shared - start) * chunks / (own > 0 ? own : 1);
    if (p->together < ACCOUNT) return;
    if (p->together > p->alone) {
        p->alone_for = p->alone_for * 2 < LONGEST_ALONE ? p->alone_for * 2 : LONGEST_ALONE;
        p->alone_until = now + p->alone_for;
    } else {
        p->alone_for = SHORTEST_ALONE / 2;
    }
    p->together = p->alone = 0;
}

static void run_together(ck_pool *p, int chunks, ck_job job, void *context, int64_t start) {
    p->job = job;
    p->context = context;
    p->chunks = chunks;
    atomic_store(&p->next, 0);
    atomic_fetch_add(&p->generation, 1);
    if (atomic_load(&p->sleepers)) {
        pthread_mutex_lock(&p->lock);
        pthread_cond_broadcast(&p->wake);
        pthread_mutex_unlock(&p->lock);
    }
    int own = claim_chunks(p);
    atomic_fetch_add(&p->generation, 1);
    int64_t shared = nanoseconds();
    for (int spins = 0; atomic_load(&p->inside) != 0; spins++) {
        if (spins < SPINS_BEFORE_YIELD) pause_briefly();
        else sched_yield();
    }
    settle_account(p, chunks, own, start, shared);
}

void ck_pool_run(ck_pool *p, int chunks, ck_job job, void *context) {
    if (chunks <= 0) return;
    int owner = chunks > 1 && p->threads > 1 && !atomic_flag_test_and_set(&p->busy);
    int64_t start = owner ? nanoseconds() : 0;
    if (owner && start >= p->alone_until) run_together(p, chunks, job, context, start);
    else
        for (int i = 0; i < chunks; i++) job(context, i);
    if (owner) atomic_flag_clear(&p->busy);
}
