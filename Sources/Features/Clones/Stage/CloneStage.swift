import Support

/// A conversation of clones in one channel: who takes part, what was said, when it ends. A value; what happens to it is in
/// `CloneStage+StateMachine.swift`.
struct CloneStage: Sendable, Hashable, Codable {
    struct Member: Sendable, Hashable, Codable {
        var clone: Int64
        var person: UInt64
        var name: String
        /// How often they speak, beside the others.
        var weight = 1.0
    }

    enum Status: String, Sendable, Hashable, Codable { case running, paused, ended }

    /// Why it is over.
    enum Ending: String, Sendable, Hashable, Codable { case stopped, turns, time, silence, failures, cast }

    /// Where what a clone answers comes from.
    enum Source: String, Sendable, Hashable, Codable { case human, clone, topic, nothing }

    struct Line: Sendable, Hashable, Codable {
        /// Nil: a human's.
        var clone: Int64?
        var name: String
        var text: String
    }

    /// A turn that is being written.
    struct Order: Sendable, Hashable, Codable {
        var requestID: RequestID
        var clone: Int64
        var source: Source
        /// What is answered; of a topic, its words.
        var prompt: Line?
        var orderedAt: Timestamp
    }

    struct Rules: Sendable, Hashable, Codable {
        /// Pause between two lines.
        var shortestPause: Duration = .seconds(3)
        var longestPause: Duration = .seconds(7)
        var mostTurns = 40
        /// Ends so long after a human last spoke or pressed something.
        var patience: Duration = .seconds(600)
        /// How often a clone answers the one before it; otherwise it begins something new.
        var answering = 0.7
        /// A turn that takes longer is given up.
        var turnPatience: Duration = .seconds(180)
        /// So many turns that fail one after another end it.
        var mostFailures = 3
        /// Whether what humans write there is heard.
        var listens = true
    }

    static let largestCast = 8
    static let remembered = 12

    var cast: [Member]
    var rules: Rules
    var status = Status.running
    var ending: Ending?
    var startedBy: UInt64
    var endsAt: Timestamp
    var turns = 0
    var failures = 0
    /// A human's latest message, until it is answered, and whom it names.
    var heard: Line?
    var addressed: Int64?
    /// Until somebody speaks of it.
    var topic: String?
    /// The latest lines, oldest first.
    var lines: [Line] = []
    var humanAt: Timestamp
    var nextAt: Timestamp
    var order: Order?

    init(cast: [Member], rules: Rules = Rules(), startedBy: UInt64, topic: String? = nil, lasting: Duration, at now: Timestamp) {
        self.cast = Array(cast.prefix(Self.largestCast))
        self.rules = rules
        self.startedBy = startedBy
        self.topic = topic
        endsAt = now + lasting
        humanAt = now
        nextAt = now
    }

    var isRunning: Bool { status == .running }

    /// When something is to be done by itself.
    var dueAt: Timestamp? {
        guard isRunning else { return nil }
        if let order { return order.orderedAt + rules.turnPatience }
        if cast.count == 1, heard == nil, topic == nil { return min(endsAt, humanAt + rules.patience) }
        return nextAt
    }
}
