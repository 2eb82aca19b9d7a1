import DequeModule
import Support

/// The limit over all of a bot's calls: 50 that *arrive* in a second.
///
/// What leaves evenly need not arrive so. A window of 1.112 s for 50 calls gives 45 a second, and calls which travel up to
/// 112 ms longer than others still arrive at most 50 in any one second. A second, narrow window keeps waiting calls from
/// leaving all at once when the first reopens.
struct GlobalLimit: Sendable {
    struct Window: Sendable, Hashable {
        var calls: Int
        var span: Duration
    }

    static let windowsOfDiscord = [
        Window(calls: 50, span: .milliseconds(1_112)), Window(calls: 12, span: .milliseconds(250)),
    ]

    private let windows: [Window]
    private let memory: Int
    private var sent: Deque<Timestamp> = []
    private var blockedUntil: Timestamp?

    init(windows: [Window] = Self.windowsOfDiscord) {
        self.windows = windows
        memory = windows.map(\.calls).max() ?? 0
    }

    /// The moment from which one more call may leave; `now` or earlier means at once.
    func opens(at now: Timestamp) -> Timestamp {
        var moment = blockedUntil ?? now
        for window in windows where sent.count >= window.calls {
            moment = max(moment, sent[sent.count - window.calls] + window.span)
        }
        return moment
    }

    mutating func left(at now: Timestamp) {
        sent.append(now)
        if sent.count > memory { sent.removeFirst() }
    }

    /// Discord said that the global limit is reached.
    mutating func block(until moment: Timestamp) { blockedUntil = max(blockedUntil ?? moment, moment) }
}
