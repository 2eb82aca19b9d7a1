import Support

/// One message of an exported conversation, whatever format it came in. What a format does not tell is nil.
public struct ExportedMessage: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Somebody wrote it.
        case ordinary
        /// Somebody wrote it as the answer to another message.
        case reply
        /// Discord wrote it: a join, a pin, a call. With the name that the export gives.
        case other(String)

        public var isWritten: Bool {
            if case .other = self { false } else { true }
        }
    }

    public var id: UInt64?
    public var author: ExportedAuthor
    public var sentAt: Timestamp?
    public var content: String
    public var kind: Kind
    /// The message that this one answers.
    public var repliesTo: UInt64?
    public var mentions: [ExportedAuthor]
    /// How many files hang on it.
    public var attachments: Int
    /// It passes on somebody else's words.
    public var isForwarded: Bool
    /// It is what an application answered to a slash command.
    public var answersCommand: Bool

    public init(
        id: UInt64? = nil, author: ExportedAuthor, sentAt: Timestamp? = nil, content: String, kind: Kind = .ordinary,
        repliesTo: UInt64? = nil, mentions: [ExportedAuthor] = [], attachments: Int = 0, isForwarded: Bool = false,
        answersCommand: Bool = false
    ) {
        self.id = id
        self.author = author
        self.sentAt = sentAt ?? id.map(Snowflakes.moment)
        self.content = content
        self.kind = kind
        self.repliesTo = repliesTo
        self.mentions = mentions
        self.attachments = attachments
        self.isForwarded = isForwarded
        self.answersCommand = answersCommand
    }
}

/// Who wrote, as far as the export tells.
public struct ExportedAuthor: Sendable, Hashable {
    public var id: UInt64?
    /// The account's name; `name#1234` in old exports.
    public var name: String
    /// What the guild sees.
    public var nickname: String?
    public var isBot: Bool

    public init(id: UInt64? = nil, name: String, nickname: String? = nil, isBot: Bool = false) {
        self.id = id
        self.name = name
        self.nickname = nickname
        self.isBot = isBot
    }

    /// What people call them.
    public var shownName: String { nickname.flatMap { $0.isEmpty ? nil : $0 } ?? name }

    /// Whether what a person typed names this author: an id, or one of the names in any case.
    public func isCalled(_ typed: String) -> Bool {
        if let number = UInt64(typed) { return id == number }
        let wanted = typed.lowercased()
        return [name, nickname, name.split(separator: "#").first.map(String.init)].contains { $0?.lowercased() == wanted }
    }
}

/// Where an exported conversation took place.
public struct ExportedChannel: Sendable, Hashable {
    public var id: UInt64?
    public var name: String?
    /// Discord's kind of channel in the export's words, such as `GuildTextChat`, `DirectTextChat`, `GuildPublicThread`.
    public var kind: String?
    public var guildID: UInt64?
    public var guildName: String?

    public init(id: UInt64? = nil, name: String? = nil, kind: String? = nil, guildID: UInt64? = nil, guildName: String? = nil) {
        self.id = id
        self.name = name
        self.kind = kind
        self.guildID = guildID
        self.guildName = guildName
    }
}

/// Discord's ids carry the moment in which they were made.
enum Snowflakes {
    static func moment(_ id: UInt64) -> Timestamp { Timestamp(millisecondsSinceEpoch: Int64(id >> 22) + 1_420_070_400_000) }
}
