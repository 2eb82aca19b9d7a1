import DequeModule
import Support

/// One bucket of Discord's limits with the calls that wait for it, in order.
///
/// What is not known is found out by one call at a time: before the first answer, after a window has passed, and after a
/// 429. So waiting calls never leave in a burst on the word of an old header, whether Discord's window slides or stands.
///
/// Where *n* processes use one token, each has one call at a time in a bucket and sends only when its last answer said that
/// at least *n* were left. That needs no word between them, and none goes over the limit: the last call of a process that knew
/// how many were left leaves *n* − 1, and the others, which may have heard an older number, send one each before they
/// hear the true one. What it costs is *n* − 1 calls of each window that are not used. A bucket with a limit below *n* may meet
/// a 429 at the beginning of a window, and waits.
struct RateLimitBucket: Sendable {
    private enum Knowledge: Sendable, Hashable {
        /// `probe` is the call under way that will tell.
        case unknown(probe: CallID?)
        /// Discord gave no limit.
        case unlimited
        case limited(remaining: Int, resetAt: Timestamp)
    }

    /// Whether the next call may leave.
    enum Permit: Hashable {
        case now
        case at(Timestamp)
        /// Once an answer is in.
        case afterAnswer
    }

    /// Answers of one window differ in what is left of it by their journeys; beyond this it is a later window.
    private static let sameWindow = Duration.milliseconds(250)

    var waiting: Deque<WaitingCall> = []
    private(set) var inFlight: Set<CallID> = []
    private var knowledge = Knowledge.unknown(probe: nil)
    private var limit: Int?
    private var blockedUntil: Timestamp?
    private var refusals = 0

    /// Nothing waits, nothing is under way, and nothing is known that still matters.
    func isIdle(at now: Timestamp) -> Bool {
        guard waiting.isEmpty, inFlight.isEmpty, blockedUntil ?? now <= now else { return false }
        if case .limited(_, let resetAt) = knowledge { return resetAt <= now }
        return true
    }

    /// - Parameter processes: that use the token.
    func permit(at now: Timestamp, processes: Int = 1) -> Permit {
        if let blockedUntil, blockedUntil > now { return .at(blockedUntil) }
        switch knowledge {
        case .unlimited: return .now
        case .unknown(let probe): return probe == nil && inFlight.count < max(limit ?? 1, 1) ? .now : .afterAnswer
        case .limited(let remaining, let resetAt):
            if resetAt <= now { return inFlight.count < max(limit ?? 1, 1) ? .now : .afterAnswer }
            guard processes > 1 else { return remaining > inFlight.count ? .now : .at(resetAt) }
            if remaining < processes { return .at(resetAt) }
            return inFlight.isEmpty ? .now : .afterAnswer
        }
    }

    /// A call leaves; it holds a slot until it is answered.
    mutating func left(_ id: CallID, at now: Timestamp) {
        if case .limited(_, let resetAt) = knowledge, resetAt <= now { knowledge = .unknown(probe: nil) }
        if case .unknown(nil) = knowledge { knowledge = .unknown(probe: id) }
        inFlight.insert(id)
    }

    /// A call came back without a word about limits: no answer, or one of a server with a fault.
    mutating func returned(_ id: CallID) {
        inFlight.remove(id)
        switch knowledge {
        case .unknown(let probe): if probe == id { knowledge = .unknown(probe: nil) }
        case .unlimited: break
        case .limited(let remaining, let resetAt): knowledge = .limited(remaining: max(0, remaining - 1), resetAt: resetAt)
        }
    }

    /// Takes over what an answer that is no 429 says.
    mutating func answered(_ id: CallID, _ answer: RateLimitAnswer, at now: Timestamp) {
        guard answer.status < 500, answer.status != 401 else { return returned(id) }
        inFlight.remove(id)
        refusals = 0
        guard let remaining = answer.remaining, let span = answer.resetAfter else {
            // An answer with no limits at all is the rule for some routes; one that only lacks the numbers tells nothing.
            if answer.bucket == nil, answer.limit == nil { knowledge = .unlimited } else { returned(id) }
            return
        }
        limit = answer.limit ?? limit
        let resetAt = now + span
        if case .limited(let known, let knownReset) = knowledge, knownReset > now, resetAt <= knownReset + Self.sameWindow {
            knowledge = .limited(remaining: min(known, remaining), resetAt: max(knownReset, resetAt))
        } else {
            knowledge = .limited(remaining: remaining, resetAt: resetAt)
        }
    }

    /// A 429 on this bucket. Each one in a row adds to the wait, so that a server which lies is not hammered.
    mutating func refused(_ id: CallID, for span: Duration, at now: Timestamp) {
        inFlight.remove(id)
        refusals += 1
        let extra = refusals > 1 ? Backoff(base: .milliseconds(250), cap: .seconds(30)).delay(attempt: refusals - 1, jitter: 1) : .zero
        blockedUntil = max(blockedUntil ?? now, now + span + extra)
        knowledge = .unknown(probe: nil)
    }

    /// Takes in another bucket, which turned out to be the same one.
    mutating func merge(_ other: RateLimitBucket) {
        inFlight.formUnion(other.inFlight)
        if let moment = other.blockedUntil { blockedUntil = max(blockedUntil ?? moment, moment) }
        refusals = max(refusals, other.refusals)
        for call in other.waiting { insert(call) }
    }

    /// Puts a call at its place: calls leave in the order in which they were asked for.
    mutating func insert(_ call: WaitingCall) {
        let index = waiting.lastIndex { $0.id < call.id }.map { $0 + 1 } ?? 0
        waiting.insert(call, at: index)
    }
}

/// The number of a call, in the order of asking.
struct CallID: Sendable, Hashable, Comparable {
    let number: UInt64
    static func < (a: CallID, b: CallID) -> Bool { a.number < b.number }
}

/// A call that has not left yet.
struct WaitingCall: Sendable, Hashable {
    let id: CallID
    let route: Route
    /// From then on it is refused rather than sent.
    let deadline: Timestamp?
}
