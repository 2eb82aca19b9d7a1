import DiscordModels
import Support
import Synchronization

/// When a shard may identify: `max_concurrency` per 5 seconds by the key `shard_id % max_concurrency`, and never more than
/// `remaining` until the limit resets. Passing the daily limit makes Discord reset the token, so the gate waits instead.
public struct IdentifyGate: Sendable, Equatable {
    /// Discord's 5 seconds, and a little for the way.
    static let spacing: Duration = .milliseconds(5_250)

    private let maxConcurrency: Int
    private let total: Int
    private var remaining: Int
    private var resetAt: Timestamp
    /// The next free moment of each key.
    private var free: [Int: Timestamp] = [:]

    /// - Parameter limit: of `GET /gateway/bot`, as answered at `now`.
    public init(_ limit: SessionStartLimit, at now: Timestamp) {
        maxConcurrency = max(1, limit.maxConcurrency)
        total = max(1, limit.total)
        remaining = max(0, limit.remaining)
        resetAt = now + .milliseconds(max(0, min(limit.resetAfter, 86_400_000)))
    }

    /// Reserves the next slot for this shard and says when it is.
    public mutating func reserve(shard: Int, at now: Timestamp) -> Timestamp {
        let key = shard % maxConcurrency
        var moment = max(now, free[key] ?? now)
        if moment >= resetAt {
            remaining = total
            resetAt = moment + .seconds(86_400)
        }
        if remaining == 0 {
            moment = resetAt
            remaining = total
            resetAt = moment + .seconds(86_400)
        }
        remaining -= 1
        free[key] = moment + Self.spacing
        return moment
    }
}

/// The one ``IdentifyGate`` that all shards of a bot share.
public final class IdentifyPermits: Sendable {
    private let gate: Mutex<IdentifyGate>

    public init(_ gate: IdentifyGate) { self.gate = Mutex(gate) }

    func reserve(shard: Int, at now: Timestamp) -> Timestamp { gate.withLock { $0.reserve(shard: shard, at: now) } }
}
