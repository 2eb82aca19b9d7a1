import DiscordModels
import Support

/// When a shard may identify: `max_concurrency` per 5 seconds by the key `shard_id % max_concurrency`, and never more than
/// `remaining` until the limit resets. Passing the daily limit makes Discord reset the token, so the gate waits instead.
public struct IdentifyGate: Sendable, Equatable, Codable {
    /// Discord's 5 seconds, and a little for the way.
    static let spacing: Duration = .milliseconds(5_250)

    private var maxConcurrency: Int
    private var total: Int
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

    /// Takes over what Discord says now. Of slots that are reserved and not yet used Discord cannot know: within one day's
    /// window the lower number counts.
    public mutating func learn(_ limit: SessionStartLimit, at now: Timestamp) {
        let news = IdentifyGate(limit, at: now)
        let isSameWindow = resetAt > now && news.resetAt - resetAt < .seconds(60) && resetAt - news.resetAt < .seconds(60)
        if news.maxConcurrency != maxConcurrency, let latest = free.values.max() {
            free = Dictionary(uniqueKeysWithValues: (0..<min(news.maxConcurrency, 1_024)).map { ($0, latest) })
        }
        remaining = isSameWindow ? min(remaining, news.remaining) : news.remaining
        if !isSameWindow { resetAt = news.resetAt }
        (maxConcurrency, total) = (news.maxConcurrency, news.total)
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
