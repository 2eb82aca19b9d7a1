import Support

/// One question on its way to its answer: kept so that any process may die in between, and gone soon after.
///
/// The words of somebody who has not allowed a history are nowhere else, and leave with it.
public struct Exchange: Sendable, Hashable {
    public var requestID: RequestID
    public var key: ConversationKey
    public var guild: GuildKey
    public var channel: ChannelKey
    public var person: PersonKey
    /// Whether question and answer become turns of the conversation: whether the person allowed it when they asked.
    public var isRemembered: Bool
    /// The asking feature's own JSON.
    public var question: [UInt8]
    public var askedAt: Timestamp
    /// What has been written so far.
    public var draft: Draft
    public var answer: Answer?

    /// An answer being written.
    public struct Draft: Sendable, Hashable {
        public var text: String
        public var reasoning: String

        public init(text: String = "", reasoning: String = "") {
            self.text = text
            self.reasoning = reasoning
        }
    }

    /// An answer that is whole.
    public struct Answer: Sendable, Hashable {
        public var text: String
        public var reasoning: String
        /// The answering feature's own JSON.
        public var details: String
        public var answeredAt: Timestamp
    }

    /// - Parameter question: at most 256 KiB.
    public init(
        requestID: RequestID, key: ConversationKey, guild: GuildKey, channel: ChannelKey, person: PersonKey, isRemembered: Bool,
        question: [UInt8], askedAt: Timestamp
    ) {
        self.requestID = requestID
        self.key = key
        self.guild = guild
        self.channel = channel
        self.person = person
        self.isRemembered = isRemembered
        self.question = question
        self.askedAt = askedAt
        draft = Draft()
    }
}
