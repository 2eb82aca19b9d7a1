import Support

/// A reason to look at the queue, merged with all others that come before somebody looks.
final class Wake: Sendable {
    let looks: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (looks, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
    }

    func look() { continuation.yield() }

    /// Nobody need look any more.
    func finish() { continuation.finish() }
}

/// Calls `body` at once and then after every interval, until cancelled.
func repeating(every interval: Duration, clock: any WallClock, _ body: () async -> Void) async {
    while !Task.isCancelled {
        await body()
        do { try await clock.sleep(for: interval) } catch { return }
    }
}
