import Foundation

/// Time as an argument: what tells the hour and how one waits for a later one.
///
/// Only the composition root makes a ``SystemClock``; tests hand in a ``ManualClock`` and never sleep.
public protocol WallClock: Sendable {
    /// The present moment.
    func now() -> Timestamp
    /// Returns once the clock has reached `deadline`, or throws `CancellationError` when the task is cancelled first.
    func sleep(until deadline: Timestamp) async throws
}

extension WallClock {
    /// Waits for a span of this clock's time.
    public func sleep(for duration: Duration) async throws { try await sleep(until: now() + duration) }
}

/// The machine's own clock.
public struct SystemClock: WallClock {
    public init() {}

    public func now() -> Timestamp { Timestamp(millisecondsSinceEpoch: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))) }

    public func sleep(until deadline: Timestamp) async throws {
        let span = deadline - now()
        if span > .zero { try await Task.sleep(for: span) } else { try Task.checkCancellation() }
    }
}
