import DequeModule
import Support

/// Keeps one connection under Discord's 120 payloads in 60 seconds, with room kept free for heartbeats.
///
/// Counts what was sent in the last window; a second is added to it because Discord counts on arrival.
struct SendLimiter: Equatable {
    static let limit = 120
    static let window: Duration = .seconds(61)
    /// Payloads that only heartbeats, identify and resume may use.
    static let reserved = 10

    private var sent: Deque<Timestamp> = []

    mutating func record(at now: Timestamp) {
        while let first = sent.first, first + Self.window <= now { sent.removeFirst() }
        sent.append(now)
        if sent.count > Self.limit { sent.removeFirst() }
    }

    /// The earliest moment, from `now` on, at which an ordinary payload may go.
    func nextSlot(from now: Timestamp) -> Timestamp {
        let recent = sent.drop { $0 + Self.window <= now }
        let allowed = Self.limit - Self.reserved
        guard recent.count >= allowed else { return now }
        return recent[recent.endIndex - allowed] + Self.window
    }
}
