import Foundation

/// Where pictures are decoded and encoded: on a few threads of their own, because that takes long and much memory, and must
/// not hold up everybody else's tasks.
enum PictureThreads {
    private static let queue: OperationQueue = {
        let queue = OperationQueue()
        queue.name = "troupe.pictures"
        queue.maxConcurrentOperationCount = max(2, ProcessInfo.processInfo.activeProcessorCount / 2)
        return queue
    }()

    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
