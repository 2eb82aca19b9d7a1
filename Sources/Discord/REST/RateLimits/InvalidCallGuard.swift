import DequeModule
import Support

/// Counts refused calls, since Discord bans an address after 10,000 of them in ten minutes.
///
/// Counted: 401, 403 and 429 but for those of shared scope. Ten-second slots, rounded to the safe side.
/// Source: https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
struct InvalidCallGuard: Sendable {
    private static let slot: Int64 = 10_000
    private static let span = Duration.seconds(610)

    /// At this number calls are held back: below Discord's 10,000, for others may use the same address.
    let limit: Int
    private var slots: Deque<(start: Timestamp, count: Int)> = []
    private(set) var count = 0

    init(limit: Int) { self.limit = limit }

    mutating func record(_ answer: RateLimitAnswer, at now: Timestamp) {
        guard [401, 403, 429].contains(answer.status), !(answer.isRateLimited && answer.scope == .shared) else { return }
        forget(before: now - Self.span)
        if let last = slots.last, last.start + .milliseconds(Self.slot) > now {
            slots[slots.count - 1].count += 1
        } else {
            slots.append((now, 1))
        }
        count += 1
    }

    /// How long to hold everything back, or nil when calls may go.
    mutating func hold(at now: Timestamp) -> Duration? {
        forget(before: now - Self.span)
        guard count >= limit, let oldest = slots.first else { return nil }
        return (oldest.start + Self.span) - now
    }

    private mutating func forget(before moment: Timestamp) {
        while let first = slots.first, first.start < moment {
            count -= first.count
            slots.removeFirst()
        }
    }
}
