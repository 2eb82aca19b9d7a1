// A persistent pool of threads for regions of some microseconds: workers spin shortly, then sleep.
#ifndef CK_POOL_H
#define CK_POOL_H

typedef struct ck_pool ck_pool;
typedef void (*ck_job)(void *context, int chunk);

/// threads counts the caller too: 1 starts none. All kernels run through this pool use variants of `level` (ck_levels.h), or the
/// best level if this processor cannot run it. NULL if memory or threads are out.
ck_pool *ck_pool_create(int threads, int level);
/// Nobody may be inside ck_pool_run.
void ck_pool_destroy(ck_pool *pool);
int ck_pool_threads(const ck_pool *pool);
int ck_pool_level(const ck_pool *pool);

/// Calls job for chunk 0 ..< chunks, in any order, on the caller and the workers, and returns when all are done.
/// If another thread is inside a region of this pool, the caller does all chunks itself instead of waiting.
void ck_pool_run(ck_pool *pool, int chunks, ck_job job, void *context);

#endif
