import Support
import Synchronization

/// Ends work that heard nothing for too long: the work moves the deadline whenever it hears something.
final class SilenceWatch: Sendable {
    struct TooSilent: Error {}

    private let deadline: Mutex<Timestamp>

    init(until deadline: Timestamp) { self.deadline = Mutex(deadline) }

    func move(to deadline: Timestamp) { self.deadline.withLock { $0 = deadline } }

    /// Runs the work; cancels it and throws ``TooSilent`` when the deadline passes first.
    func guarding<Value: Sendable>(_ clock: any WallClock, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while true {
                    let deadline = self.deadline.withLock { $0 }
                    let now = clock.now()
                    if now >= deadline { throw TooSilent() }
                    // In steps, because the work may also draw the deadline nearer.
                    try await clock.sleep(until: min(deadline, now + .seconds(1)))
                }
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
