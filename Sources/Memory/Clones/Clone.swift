import Storage
import Support

/// Somebody who may be mimicked in a guild, because they said so: their words are part of it.
public struct Clone: Sendable, Hashable, Identifiable {
    public typealias ID = Int64

    public enum State: String, Sendable, Hashable, Codable {
        case active
        /// The person took their word back for now: nothing is said in their manner.
        case paused
    }

    /// Whose written word it stands on.
    public enum Word: String, Sendable, Hashable, Codable {
        case person
        /// The operator's, at the import of that person's own data package.
        case `operator`
    }

    public let id: ID
    public var person: PersonKey
    public var guild: GuildKey
    /// What the person is called.
    public var name: String
    public var avatar: String?
    public var state: State
    /// In which they allowed it.
    public var words: String
    public var wordsBy: Word
    /// The interaction in which they were said.
    public var saidIn: MessageKey?
    public var allowedAt: Timestamp
    /// Whether they allowed that a model learns from what they wrote, and is not only shown it.
    public var mayTrain: Bool
    /// When examples were last added.
    public var taughtAt: Timestamp?

    init(_ row: SQLRow) throws {
        id = try row.get("id")
        person = try row.get("person")
        guild = try row.get("guild")
        name = try row.get("name")
        avatar = try row.get("avatar")
        state = try row.choice("state")
        words = try row.get("words")
        wordsBy = try row.choice("words_by")
        saidIn = try row.get("said_in")
        allowedAt = try row.get("allowed_at")
        mayTrain = try row.get("may_train") as Int != 0
        taughtAt = try row.get("taught_at")
    }
}

/// Something that the person wrote, and what it answered.
public struct CloneExample: Sendable, Hashable {
    public var content: String
    public var answers: String?
    public var saidAt: Timestamp?

    public init(content: String, answers: String? = nil, saidAt: Timestamp? = nil) {
        self.content = content
        self.answers = answers
        self.saidAt = saidAt
    }
}

/// Something that a clone said.
public struct CloneLine: Sendable, Hashable {
    public var requestID: RequestID
    public var clone: Clone.ID
    public var channel: ChannelKey
    /// Nil until it is known to be there.
    public var message: MessageKey?
    public var content: String
    public var saidAt: Timestamp
}

/// What is kept of one clone, counted.
public struct CloneHoldings: Sendable, Hashable, Codable {
    public var examples = 0
    public var lines = 0
    public var ratings = 0
    /// The sum of the ratings' points.
    public var points = 0
    /// What was learnt: 1 or none.
    public var adapters = 0

    public init() {}
}

/// What was erased of a person's clones, counted; with the requests whose jobs must go too.
public struct CloneErasure: Sendable, Hashable {
    public var clones = 0
    public var holdings = CloneHoldings()
    public var requests: [RequestID] = []

    public init() {}
}
