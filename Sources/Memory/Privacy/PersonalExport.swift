import Support

/// What is kept of a person, in a form for their own eyes. Pictures are apart, since they go into files of their own.
public struct PersonalExport: Sendable, Codable {
    public var person: PersonKey
    public var consents: [Consent] = []
    public var settings = ConversationSettings()
    /// What they wrote, and what they were answered.
    public var turns: [KeptTurn] = []
    /// Questions whose answers are under way or fresh.
    public var exchanges: [OpenExchange] = []
    /// Who may speak in their manner, with what that was learnt from.
    public var clones: [KeptClone] = []
    public var pictures: [Picture] = []

    init(person: PersonKey) { self.person = person }

    private enum CodingKeys: String, CodingKey { case person, consents, settings, turns, exchanges, clones }

    public struct KeptTurn: Sendable, Codable {
        public var id: Turn.ID
        public var after: Turn.ID?
        public var conversation: ConversationKey
        public var guild: GuildKey
        public var role: Turn.Role
        public var speaker: String
        public var content: String
        public var reasoning: String?
        public var model: String?
        public var messages: [MessageKey]
        public var saidAt: Timestamp
        public var editedAt: Timestamp?

        init(_ turn: Turn, messages: [MessageKey]) {
            id = turn.id
            after = turn.parent
            conversation = turn.key
            guild = turn.guild
            role = turn.role
            speaker = turn.speaker
            content = turn.content
            reasoning = turn.reasoning
            model = turn.model
            self.messages = messages
            saidAt = turn.saidAt
            editedAt = turn.editedAt
        }
    }

    public struct OpenExchange: Sendable, Codable {
        public var requestID: RequestID
        public var conversation: ConversationKey
        public var guild: GuildKey
        public var askedAt: Timestamp
        public var question: String
        public var answer: String
    }

    public struct KeptClone: Sendable, Codable {
        public var guild: GuildKey
        public var name: String
        /// In which it was allowed.
        public var words: String
        public var wordsBy: Clone.Word
        public var allowedAt: Timestamp
        public var state: Clone.State
        /// What the person wrote that shows their manner.
        public var examples: [String]
        /// What was said in it.
        public var lines: [String]
    }

    public struct Picture: Sendable {
        public var turn: Turn.ID
        public var position: Int
        public var contentType: String
        public var bytes: [UInt8]
    }
}

/// What was removed of a person's, counted.
public struct ErasureReceipt: Sendable, Hashable, Codable {
    public var memory = ForgetReceipt()
    /// Questions under way or freshly answered.
    public var exchanges = 0
    public var settings = 0
    public var consents = 0
    /// With all that was learnt from the person and said in their manner.
    public var clones = 0

    public init() {}

    public var isEmpty: Bool { self == ErasureReceipt() }
}
