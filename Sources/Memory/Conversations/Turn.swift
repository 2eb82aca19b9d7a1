import Storage
import Support

/// One turn of a conversation: what somebody wrote, or what the bot answered.
public struct Turn: Sendable, Hashable, Identifiable {
    public enum Role: String, Sendable, Hashable, Codable {
        case user, assistant
    }

    /// The row's own number: grows within the database.
    public struct ID: RawRepresentable, Sendable, Hashable, Comparable, Codable, SQLConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        public var sqlValue: SQLValue { .integer(rawValue) }
        public init?(sqlValue: SQLValue) {
            guard case .integer(let value) = sqlValue else { return nil }
            rawValue = value
        }
        public static func < (a: ID, b: ID) -> Bool { a.rawValue < b.rawValue }
    }

    public let id: ID
    public let key: ConversationKey
    public let guild: GuildKey
    /// The turn before; nil for a first one. Always of the same conversation.
    public let parent: ID?
    /// The message or interaction that asked; a turn and its answer share it.
    public let requestID: RequestID
    public let role: Role
    /// Who wrote it; of an answer, whom it answers.
    public let person: PersonKey
    /// The name by which people know the one who speaks.
    public let speaker: String
    public let content: String
    /// What the model thought before it answered; never given to a model again.
    public let reasoning: String?
    /// Of an answer: the model that wrote it.
    public let model: String?
    public let saidAt: Timestamp
    public let editedAt: Timestamp?
}

/// A picture that belongs to a turn, encoded.
public struct TurnFile: Sendable, Hashable {
    public var contentType: String
    public var bytes: [UInt8]

    public init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
    }
}

/// A turn to be kept.
public struct NewTurn: Sendable, Hashable {
    /// Unicode scalars of a turn, and of its reasoning, that are kept; the rest is cut off.
    public static let contentLimit = 60_000
    public static let fileLimit = 4
    /// Bytes of one file.
    public static let fileBytes = 2 << 20

    /// Where it goes on from.
    public enum Place: Sendable, Hashable {
        /// The conversation's last turn; of a conversation that is not there yet, its beginning.
        case last
        /// This turn, if it is of the same conversation, else the conversation's beginning.
        case after(Turn.ID)
    }

    public var key: ConversationKey
    public var guild: GuildKey
    public var place: Place
    public var requestID: RequestID
    public var role: Turn.Role
    public var person: PersonKey
    public var speaker: String
    public var content: String
    public var reasoning: String?
    public var model: String?
    /// The messages in which it stands: one, or several for a long answer.
    public var messages: [MessageKey]
    public var files: [TurnFile]

    public init(
        _ key: ConversationKey, in guild: GuildKey, _ place: Place = .last, requestID: RequestID, role: Turn.Role, person: PersonKey,
        speaker: String, content: String, reasoning: String? = nil, model: String? = nil, messages: [MessageKey] = [],
        files: [TurnFile] = []
    ) {
        self.key = key
        self.guild = guild
        self.place = place
        self.requestID = requestID
        self.role = role
        self.person = person
        self.speaker = speaker.kept(100)
        self.content = content.kept(Self.contentLimit)
        self.reasoning = reasoning?.kept(Self.contentLimit)
        self.model = model
        self.messages = messages
        self.files = files.filter { $0.bytes.count <= Self.fileBytes }.prefix(Self.fileLimit).map { $0 }
    }
}

/// What a model is given of a conversation: perhaps a summary of its beginning, then the turns after that, oldest first.
public struct ConversationPath: Sendable, Hashable {
    public var summary: Summary?
    public var turns: [Turn]

    public init(summary: Summary? = nil, turns: [Turn] = []) {
        self.summary = summary
        self.turns = turns
    }
}

/// What a conversation was about up to a turn, in few words.
public struct Summary: Sendable, Hashable {
    public static let limit = 8_000
    /// The last turn that is in it.
    public let through: Turn.ID
    public let text: String
    public let model: String
    public let madeAt: Timestamp
}
