import Foundation
import Synchronization

/// Runs work that computes for seconds on a thread of its own, so that Swift's cooperative pool stays free for answering.
///
/// One thread a call; whoever calls bounds how many run.
public enum DedicatedThread {
    /// A flag that the work asks between its steps.
    public final class Cancellation: Sendable {
        private let flag = Atomic(false)
        public var isCancelled: Bool { flag.load(ordering: .relaxed) }
        func cancel() { flag.store(true, ordering: .relaxed) }
    }

    /// - Returns: what the work returns; the task's cancellation reaches the work as the flag.
    public static func run<Value: Sendable>(
        name: String, _ work: @escaping @Sendable (Cancellation) throws -> Value
    ) async throws -> Value {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread { continuation.resume(with: Result { try work(cancellation) }) }
                thread.name = name
                thread.stackSize = 4 << 20
                thread.start()
            }
        } onCancel: {
            cancellation.cancel()
        }
    }
}
