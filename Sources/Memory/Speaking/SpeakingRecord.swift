import Support

/// How much the bot has spoken lately in a channel, to everybody or to one other bot.
public struct SpeakingRecord: Sendable, Hashable {
    /// Answers in a row without a human's word between them.
    public var depth: Int
    /// When the present window began; answers and tokens count from then.
    public var windowBeganAt: Timestamp
    public var answers: Int
    public var tokens: Int
    public var spokeAt: Timestamp

    public init(depth: Int = 0, windowBeganAt: Timestamp, answers: Int = 0, tokens: Int = 0, spokeAt: Timestamp) {
        self.depth = depth
        self.windowBeganAt = windowBeganAt
        self.answers = answers
        self.tokens = tokens
        self.spokeAt = spokeAt
    }
}
