// The threads that kernels run on: the caller and its helpers, kept for the life of a model. Requests that overlap share
// the pool: whoever finds it busy does its work alone on its own thread, so nobody waits for anybody.
import CKernels
import Foundation

final class ComputePool: @unchecked Sendable {
    let handle: OpaquePointer
    let threads: Int

    /// nil: one thread for each active processor. Falls back to fewer if the system gives no more.
    /// `level`: the variant of the kernels (ck_levels.h); nil: the best for this processor.
    init(threads requested: Int? = nil, level: Int32? = nil) {
        let level = level ?? ck_best_level()
        var threads = min(max(requested ?? ProcessInfo.processInfo.activeProcessorCount, 1), 256)
        var handle = ck_pool_create(Int32(threads), level)
        while handle == nil, threads > 1 {
            threads /= 2
            handle = ck_pool_create(Int32(threads), level)
        }
        guard let handle else { fatalError("out of memory for a pool of one thread") }
        self.handle = handle
        self.threads = threads
    }

    deinit { ck_pool_destroy(handle) }
}
