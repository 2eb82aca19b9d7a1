import Memory
import Support

/// Puts down what is written so far while it is written: the newest state, so often and no oftener, and never in the way of the
/// model.
struct DraftWriter: Sendable {
    let exchanges: ExchangeStore
    let requestID: RequestID
    /// Of the attempt.
    let fence: Int64
    let interval: Duration
    let clock: any WallClock

    /// Runs `body`, which hands in all that there is so far as often as it likes.
    func writing<Value: Sendable>(
        _ body: @Sendable (_ put: @escaping @Sendable (Exchange.Draft) -> Void) async throws -> Value
    ) async throws -> Value {
        let (drafts, continuation) = AsyncStream<Exchange.Draft>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await draft in drafts {
                    // A courtesy: if it fails, people see the answer when it is whole.
                    _ = try? await exchanges.draft(draft, of: requestID, fence: fence)
                    try? await clock.sleep(for: interval)
                }
            }
            defer {
                continuation.finish()
                group.cancelAll()
            }
            return try await body { continuation.yield($0) }
        }
    }
}
