/// How long to wait before attempt number n: exponential, capped, with full jitter given from outside.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
public struct Backoff: Sendable, Hashable {
    /// The span before the first retry.
    public var base: Duration
    /// No wait is longer.
    public var cap: Duration

    public init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = cap
    }

    /// - Parameters:
    ///   - attempt: attempts already failed, from 1.
    ///   - jitter: a number in 0…1 drawn by the caller; 1 gives the longest wait of this attempt, 0 half of it.
    public func delay(attempt: Int, jitter: Double) -> Duration {
        let exponent = max(0, min(attempt - 1, 30))
        let longest = min(cap.inSeconds, base.inSeconds * Double(1 << exponent))
        return .milliseconds(Int64(longest * (0.5 + 0.5 * max(0, min(1, jitter))) * 1_000))
    }
}
