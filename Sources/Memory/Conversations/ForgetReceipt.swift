/// What was removed, counted: so that who asked for it can see that it was done.
public struct ForgetReceipt: Sendable, Hashable, Codable {
    /// What people wrote.
    public var turns = 0
    /// What the bot answered.
    public var answers = 0
    public var pictures = 0
    public var summaries = 0
    /// Conversations of which nothing is left.
    public var conversations = 0

    public init() {}

    public var isEmpty: Bool { self == ForgetReceipt() }

    public static func += (sum: inout ForgetReceipt, more: ForgetReceipt) {
        sum.turns += more.turns
        sum.answers += more.answers
        sum.pictures += more.pictures
        sum.summaries += more.summaries
        sum.conversations += more.conversations
    }
}
